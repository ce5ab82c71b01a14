/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program on the cgroup root (bpf/presence.bpf.c), which sees completed connections: putting
 * it there as a pinned link, taking it off, and what it counted. It serves the whole filter,
 * whatever the number of interfaces. The kernel says whether it is there.
 */
#ifndef MXW_DATAPATH_PRESENCE_H
#define MXW_DATAPATH_PRESENCE_H

#include <stdbool.h>

#include "datapath/pins.h"

/*
 * Puts it on the cgroup root, or replaces the one that is there in place, with no connection
 * unseen. Where there was none, counting begins with nothing: ends were missed meanwhile. The maps
 * are pinned already. root: the cgroup root, open. On failure err says why in half a sentence, and an older one stays.
 */
int mxw_presence_attach(const struct mxw_maps *maps, int root, struct mxw_err *err);

/* Takes it off, also while others hold the link open, and removes its pins. */
void mxw_presence_detach(void);

/* Whether the filter's program is on the cgroup root now. Needs root. */
bool mxw_presence_here(void);

/* What it counted, summed over CPUs; window and used mean nothing. */
int mxw_presence_read(const struct mxw_maps *maps, struct mxw_presence *out, struct mxw_err *err);

#endif
