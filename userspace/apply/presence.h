/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seeing completed connections: the program of datapath/presence.h on the host's cgroup root.
 */
#ifndef MXW_APPLY_PRESENCE_H
#define MXW_APPLY_PRESENCE_H

#include <stdbool.h>

#include "datapath/presence.h"

/* Puts the program on the cgroup root, or replaces it there. err says in half a sentence why it
 * could not be done. The caller holds the lock. */
int mxw_presence_put(const struct mxw_maps *maps, struct mxw_err *err);

/* The same; where it cannot be done, a note says what that means. */
void mxw_presence_try(const struct mxw_maps *maps, const struct mxw_report *report);

/* Whether there is a cgroup root that the program could be put on. */
bool mxw_presence_possible(void);

#endif
