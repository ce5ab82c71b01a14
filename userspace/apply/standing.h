/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands above automatic decisions about a source, as the filter's maps have it.
 */
#ifndef MXW_APPLY_STANDING_H
#define MXW_APPLY_STANDING_H

#include "datapath/pins.h"
#include "policy/sanction.h"

/* source: bpf/key.h. now: CLOCK_MONOTONIC ns. ham is left to others. */
struct mxw_standing mxw_standing_of(const struct mxw_maps *maps, uint64_t source, uint64_t now);

#endif
