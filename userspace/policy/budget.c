// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts over a sliding window. Called by list_health and by the caps of the engine.
 */
#include <string.h>

#include "policy/budget.h"

void mxw_budget_init(struct mxw_budget *budget, uint32_t limit, uint64_t span)
{
	memset(budget, 0, sizeof(*budget));
	budget->limit = limit;
	budget->slice = span / (MXW_BUDGET_SLOTS - 1);
}

/* Forgets the slices that have left the window. */
static void advance(struct mxw_budget *budget, uint64_t now)
{
	uint64_t slice = now / budget->slice;

	if (slice <= budget->newest)
		return;
	if (slice - budget->newest >= MXW_BUDGET_SLOTS) {
		memset(budget->used, 0, sizeof(budget->used));
		budget->sum = 0;
		budget->newest = slice;
	}
	while (budget->newest < slice) {
		uint32_t *oldest = &budget->used[++budget->newest % MXW_BUDGET_SLOTS];

		budget->sum -= *oldest;
		*oldest = 0;
	}
}

uint32_t mxw_budget_used(struct mxw_budget *budget, uint64_t now)
{
	advance(budget, now);
	return budget->sum;
}

uint32_t mxw_budget_left(struct mxw_budget *budget, uint64_t now)
{
	uint32_t used = mxw_budget_used(budget, now);

	if (!budget->limit)
		return UINT32_MAX;
	return used < budget->limit ? budget->limit - used : 0;
}

bool mxw_budget_take(struct mxw_budget *budget, uint64_t now, uint32_t reserve)
{
	if (mxw_budget_left(budget, now) <= reserve)
		return false;
	budget->used[budget->newest % MXW_BUDGET_SLOTS]++;
	budget->sum++;
	return true;
}

/* Where the slice is that was current so many slices ago. */
static uint32_t *slot(struct mxw_budget *budget, uint64_t ago)
{
	uint64_t newest = budget->newest % MXW_BUDGET_SLOTS + MXW_BUDGET_SLOTS;

	return &budget->used[(newest - ago) % MXW_BUDGET_SLOTS];
}

void mxw_budget_spent(struct mxw_budget *budget, uint64_t now, uint32_t spent[MXW_BUDGET_SLOTS])
{
	advance(budget, now);
	for (uint64_t ago = 0; ago < MXW_BUDGET_SLOTS; ago++)
		spent[ago] = *slot(budget, ago);
}

void mxw_budget_spent_before(struct mxw_budget *budget, uint64_t now,
			     const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age)
{
	uint64_t shift = age / budget->slice;

	advance(budget, now);
	for (uint64_t ago = 0; ago < MXW_BUDGET_SLOTS && ago + shift < MXW_BUDGET_SLOTS; ago++) {
		*slot(budget, ago + shift) += spent[ago];
		budget->sum += spent[ago];
	}
}
