// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The budgets of a list. Called by the engine before each question.
 */
#include "policy/list_health.h"

#define SECOND 1000000000ULL /* ns */
#define SECOND_LEAST (2 * MXW_PROBES_MOST) /* a budget per second in which a round has room */

/* Of a day's budget. */
static uint32_t probes_part(uint32_t per_day)
{
	return per_day / 10;
}

void mxw_list_budget_init(struct mxw_list_health *health, uint64_t now)
{
	uint32_t per_day = health->rules.per_day;

	mxw_budget_init(&health->second, 0, SECOND);
	mxw_budget_init(&health->day, 0, 86400 * SECOND);
	mxw_flow_init(&health->flow, per_day - probes_part(per_day), now);
}

void mxw_list_budget_retune(struct mxw_list_health *health)
{
	uint32_t per_second = health->rules.per_second, per_day = health->rules.per_day;

	health->second.limit = per_second;
	if (per_second && per_second < SECOND_LEAST)
		health->second.limit = SECOND_LEAST;
	health->day.limit = per_day;
	mxw_flow_retune(&health->flow, per_day - probes_part(per_day));
}

/* What the purpose leaves of the day's budget to those above it. */
static uint32_t reserve(const struct mxw_list_health *health, enum mxw_purpose purpose)
{
	switch (purpose) {
	case MXW_PURPOSE_PROBE:
		return 0;
	case MXW_PURPOSE_PRESENT:
		return probes_part(health->day.limit);
	default:
		return probes_part(health->day.limit) + health->flow.quota / MXW_FLOW_PART;
	}
}

/* The share of the flow that the purpose may spend from now; MXW_FLOW_SHARES = none. */
static enum mxw_flow_share share_for(struct mxw_list_health *health, enum mxw_purpose purpose,
				     uint64_t now)
{
	struct mxw_flow *flow = &health->flow;
	bool plenty = purpose == MXW_PURPOSE_CLEAN;

	if (purpose == MXW_PURPOSE_PRESENT && mxw_flow_has(flow, MXW_FLOW_PRESENT, now, false))
		return MXW_FLOW_PRESENT;
	if (mxw_flow_has(flow, MXW_FLOW_ANY, now, plenty))
		return MXW_FLOW_ANY;
	if (plenty && mxw_flow_has(flow, MXW_FLOW_PRESENT, now, true))
		return MXW_FLOW_PRESENT;
	return MXW_FLOW_SHARES;
}

enum mxw_ask mxw_list_health_may(struct mxw_list_health *health, enum mxw_purpose purpose,
				 bool ipv6, uint64_t now)
{
	bool probe = purpose == MXW_PURPOSE_PROBE;
	uint32_t spare = health->starved && !probe ? MXW_PROBES_MOST : 0;

	if (health->reason == MXW_HEALTH_DEAD || (!probe && health->state != MXW_HEALTH_ONLINE))
		return MXW_ASK_OFFLINE;
	if (ipv6 && !health->ipv6 && !probe)
		return MXW_ASK_NO_IPV6;
	if (mxw_budget_left(&health->day, now) <= reserve(health, purpose) ||
	    (!probe && share_for(health, purpose, now) == MXW_FLOW_SHARES))
		return MXW_ASK_PER_DAY;
	return mxw_budget_left(&health->second, now) > spare ? MXW_ASK_YES : MXW_ASK_PER_SECOND;
}

enum mxw_ask mxw_list_health_ask(struct mxw_list_health *health, enum mxw_purpose purpose,
				 bool ipv6, uint64_t now)
{
	enum mxw_ask may = mxw_list_health_may(health, purpose, ipv6, now);

	if (may != MXW_ASK_YES)
		return may;
	if (purpose != MXW_PURPOSE_PROBE)
		mxw_flow_take(&health->flow, share_for(health, purpose, now), 1);
	(void)mxw_budget_take(&health->second, now, 0); /* something is left, as asked above */
	(void)mxw_budget_take(&health->day, now, 0);
	return MXW_ASK_YES;
}

void mxw_list_health_spent_before(struct mxw_list_health *health, uint64_t now,
				  const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age)
{
	uint32_t lately = age < health->day.slice ? spent[0] + spent[1] : 0;

	mxw_budget_spent_before(&health->day, now, spent, age);
	for (int share = 0; share < MXW_FLOW_SHARES; share++)
		mxw_flow_take(&health->flow, (enum mxw_flow_share)share, lately / 2);
}
