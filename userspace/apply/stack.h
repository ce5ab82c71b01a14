/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XDP programs on the interfaces around one: the bridge or bond that it is part of, the VLANs on
 * top of it, and what it stands on itself.
 */
#ifndef MXW_STACK_H
#define MXW_STACK_H

#include <stdbool.h>

#include "host/nic.h"

struct mxw_stacked {
	char text[400]; /* what is where, and what to do */
};

/* Whether a program, ours or another's, is above nic: then the kernel refuses one on nic. */
bool mxw_stack_above(const struct mxw_nic *nic, struct mxw_stacked *out);

/* Whether ours is below nic: then another one on nic judges each packet a second time. */
bool mxw_stack_below(const struct mxw_nic *nic, struct mxw_stacked *out);

#endif
