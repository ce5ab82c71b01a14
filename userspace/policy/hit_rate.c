// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The moving baseline of a list's hit rate. Called by list_health.
 */
#include "policy/hit_rate.h"

#define SECOND 1000000000ULL /* ns */
/* No list is steadier than this from window to window, whatever the numbers so far say:
 * 5 percentage points. */
#define LEAST_VARIANCE (0.05 * 0.05)

struct mxw_hit_rules mxw_hit_default_rules(void)
{
	return (struct mxw_hit_rules){ .window = 100,
				       .percent = 60,
				       .sigmas = 3,
				       .memory = 7 * 86400 * SECOND,
				       .warm_windows = 10,
				       .warm_age = 600 * SECOND };
}

/* What chance alone does to a window, and what was seen beyond it. */
static double spread(const struct mxw_hit_rate *rate, const struct mxw_hit_rules *rules)
{
	double chance = rate->mean * (1 - rate->mean) / rules->window;

	return (rate->variance > chance ? rate->variance : chance) + LEAST_VARIANCE;
}

static bool suspicious(const struct mxw_hit_rate *rate, const struct mxw_hit_rules *rules,
		       double share, uint64_t now)
{
	double above = share - rate->mean;

	if (rate->windows < rules->warm_windows || now - rate->begun < rules->warm_age)
		return false;
	return share * 100 > rules->percent && above > 0 &&
	       above * above > rules->sigmas * rules->sigmas * spread(rate, rules);
}

/* An average over the windows until there are as many as memory holds, then a decaying one;
 * each window weighs by the time it took. */
static void fold(struct mxw_hit_rate *rate, const struct mxw_hit_rules *rules, double share,
		 uint64_t now)
{
	uint64_t age = now - rate->begun, took = now - rate->folded;
	double weight = 1.0 / (rate->windows + 1), away = share - rate->mean;

	if (age > rules->memory)
		weight = took >= rules->memory ? 1 : (double)took / (double)rules->memory;
	rate->mean += weight * away;
	rate->variance = (1 - weight) * (rate->variance + weight * away * away);
	rate->windows++;
	rate->folded = now;
}

bool mxw_hit_rate_count(struct mxw_hit_rate *rate, const struct mxw_hit_rules *rules, bool listed,
			uint64_t now)
{
	double share;
	bool trips;

	if (!rate->begun)
		rate->begun = rate->folded = now;
	rate->asked++;
	rate->listed += listed;
	if (rate->asked < rules->window)
		return false;
	share = (double)rate->listed / rate->asked;
	rate->asked = rate->listed = 0;
	trips = suspicious(rate, rules, share, now);
	if (!trips)
		fold(rate, rules, share, now);
	return trips;
}
