// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The flow of a day's quota. Called by list_health.
 */
#include "policy/flow.h"

#define MS 1000000ULL /* ns */
#define DAY 86400000ULL /* ms; what a query costs */
#define LONGEST (DAY / 2) /* all that a share holds has run in long before */

static uint64_t most(const struct mxw_flow *flow)
{
	uint64_t part = flow->quota * DAY / MXW_FLOW_PART;

	return part > DAY ? part : DAY; /* room for one query at least */
}

void mxw_flow_init(struct mxw_flow *flow, uint32_t quota, uint64_t now)
{
	flow->quota = quota;
	flow->at = now / MS;
	for (int share = 0; share < MXW_FLOW_SHARES; share++)
		flow->level[share] = most(flow);
}

void mxw_flow_retune(struct mxw_flow *flow, uint32_t quota)
{
	uint64_t before = most(flow);

	flow->quota = quota;
	for (int share = 0; share < MXW_FLOW_SHARES; share++) {
		uint64_t gone = before - flow->level[share];

		flow->level[share] = gone < most(flow) ? most(flow) - gone : 0;
	}
}

/* Adds to the share what it has room for. Returns the rest. */
static uint64_t pour(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t amount)
{
	uint64_t room = most(flow) - flow->level[share];
	uint64_t in = amount < room ? amount : room;

	flow->level[share] += in;
	return amount - in;
}

static void advance(struct mxw_flow *flow, uint64_t now)
{
	uint64_t ms = now / MS, passed = ms > flow->at ? ms - flow->at : 0, half;

	flow->at += passed;
	half = flow->quota * (passed < LONGEST ? passed : LONGEST) / 2;
	(void)pour(flow, MXW_FLOW_ANY, pour(flow, MXW_FLOW_PRESENT, half));
	(void)pour(flow, MXW_FLOW_PRESENT, pour(flow, MXW_FLOW_ANY, half));
}

bool mxw_flow_has(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t now, bool plenty)
{
	if (!flow->quota)
		return true;
	advance(flow, now);
	return flow->level[share] >= DAY && (!plenty || flow->level[share] > most(flow) / 2);
}

void mxw_flow_take(struct mxw_flow *flow, enum mxw_flow_share share, uint32_t queries)
{
	uint64_t cost = queries * DAY;

	flow->level[share] -= cost < flow->level[share] ? cost : flow->level[share];
}

uint32_t mxw_flow_left(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t now)
{
	if (!flow->quota)
		return UINT32_MAX;
	advance(flow, now);
	return (uint32_t)(flow->level[share] / DAY);
}
