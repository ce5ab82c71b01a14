// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The share of automatic drops. Called by apply/auto*.c.
 */
#include "apply/auto_share.h"

void mxw_auto_share_init(struct mxw_auto_share *share, uint64_t window)
{
	*share = (struct mxw_auto_share){ .window = window };
}

static uint32_t before(uint32_t i)
{
	return (i + MXW_AUTO_SHARE_POINTS - 1) % MXW_AUTO_SHARE_POINTS;
}

void mxw_auto_share_feed(struct mxw_auto_share *share, uint64_t now, uint64_t all, uint64_t dropped)
{
	uint32_t last = before(share->next), oldest;

	if (share->count && (all < share->point[last].all || dropped < share->point[last].dropped))
		share->count = 0;
	if (!share->count ||
	    now - share->point[last].at >= share->window / (MXW_AUTO_SHARE_POINTS - 1)) {
		share->point[share->next].at = now;
		share->point[share->next].all = all;
		share->point[share->next].dropped = dropped;
		share->next = (share->next + 1) % MXW_AUTO_SHARE_POINTS;
		if (share->count < MXW_AUTO_SHARE_POINTS)
			share->count++;
	}
	/* The oldest point that is still in the window, or the newest there is. */
	oldest = before(share->next);
	for (uint32_t i = 1; i < share->count; i++) {
		if (now - share->point[before(oldest)].at > share->window)
			break;
		oldest = before(oldest);
	}
	share->all = all - share->point[oldest].all;
	share->dropped = dropped - share->point[oldest].dropped;
}

bool mxw_auto_share_above(const struct mxw_auto_share *share, uint32_t per_cent)
{
	return share->all >= MXW_AUTO_SHARE_LEAST && share->dropped * 100 > share->all * per_cent;
}
