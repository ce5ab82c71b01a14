/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A day's quota as a flow, so that no hour spends another one's. It runs into two shares, half
 * into each: one for sources that are known to be real, and one for any. What a full share has
 * no room for runs over into the other one, so that nothing is lost while only one of them is
 * used. Each share holds an eighth of the quota: three hours of the whole flow.
 *
 * It smooths; the strict bound of a day is mxw_budget's. Pure.
 */
#ifndef MXW_FLOW_H
#define MXW_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#define MXW_FLOW_PART 8 /* what a share holds: the quota by this */

enum mxw_flow_share {
	MXW_FLOW_ANY = 0,
	MXW_FLOW_PRESENT, /* strangers cannot forge their way to it */
	MXW_FLOW_SHARES,
};

struct mxw_flow {
	uint32_t quota; /* queries a day; 0 = no limit */
	uint64_t at; /* ms; up to which it has run */
	uint64_t level[MXW_FLOW_SHARES]; /* queries, in units of one by the ms of a day */
};

/* Both shares begin full. now in ns of a clock that does not go back. */
void mxw_flow_init(struct mxw_flow *flow, uint32_t quota, uint64_t now);

/* Another quota: what is spent stays spent. */
void mxw_flow_retune(struct mxw_flow *flow, uint32_t quota);

/* Whether the share has a query to spend at now (ns); with plenty, whether it is also more than
 * half full. */
bool mxw_flow_has(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t now, bool plenty);

/* Spends so many of the share, or what is left of it. */
void mxw_flow_take(struct mxw_flow *flow, enum mxw_flow_share share, uint32_t queries);

/* Queries that the share has now; UINT32_MAX without a limit. */
uint32_t mxw_flow_left(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t now);

#endif
