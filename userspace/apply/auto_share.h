/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What share of the connections automatic entries drop, over a sliding window. For
 * apply/auto*.c alone. Pure.
 *
 * SYNs are counted, and a dropped one comes again up to six times, so the share is above
 * that of the connections: the cap it serves errs on the side of dropping less.
 */
#ifndef MXW_AUTO_SHARE_H
#define MXW_AUTO_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define MXW_AUTO_SHARE_LEAST 100 /* SYNs; of fewer, a share says nothing */
#define MXW_AUTO_SHARE_POINTS 17

struct mxw_auto_share {
	uint64_t window; /* ns */
	uint32_t count, next; /* points in use; where the next one goes */
	struct {
		uint64_t at, all, dropped; /* ns; counters as they were then */
	} point[MXW_AUTO_SHARE_POINTS];
	uint64_t all, dropped; /* in the window, as of the last call */
};

void mxw_auto_share_init(struct mxw_auto_share *share, uint64_t window);

/* Tells it the counters, which only grow; when they do not, it begins again. */
void mxw_auto_share_feed(struct mxw_auto_share *share, uint64_t now, uint64_t all,
			 uint64_t dropped);

/* Whether more than per_cent were dropped. */
bool mxw_auto_share_above(const struct mxw_auto_share *share, uint32_t per_cent);

#endif
