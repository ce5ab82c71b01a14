/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * So many in any stretch of time: a count over a sliding window, in fixed memory. Strict,
 * unlike a token bucket or a counter that starts again at midnight: no window of the
 * span holds more than the limit, wherever it begins. The price is that a spent unit
 * comes back up to a 24th of the span late. Pure; plain data, so it can be stored.
 */
#ifndef MXW_BUDGET_H
#define MXW_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#define MXW_BUDGET_SLOTS 25 /* the current slice and the 24 before it */

struct mxw_budget {
	uint64_t slice; /* ns; a 24th of the span */
	uint64_t newest; /* number of the slice that the last call was in */
	uint32_t limit; /* in one span; 0 = no limit */
	uint32_t sum; /* of used[] */
	uint32_t used[MXW_BUDGET_SLOTS]; /* by number of the slice, modulo */
};

/* limit in any span of ns, at least 24; 0 = no limit. Nothing is spent yet. */
void mxw_budget_init(struct mxw_budget *budget, uint32_t limit, uint64_t span);

/* Spends one, unless that would leave fewer than reserve. now in ns on any clock that does not
 * go back; one that does counts as standing still. */
bool mxw_budget_take(struct mxw_budget *budget, uint64_t now, uint32_t reserve);

/* How many are left now; UINT32_MAX without a limit. */
uint32_t mxw_budget_left(struct mxw_budget *budget, uint64_t now);

/* How many were spent in the last span. */
uint32_t mxw_budget_used(struct mxw_budget *budget, uint64_t now);

/* What was spent, by age: in the slice of now, in the one before it, and so on. */
void mxw_budget_spent(struct mxw_budget *budget, uint64_t now, uint32_t spent[MXW_BUDGET_SLOTS]);

/* Adds what mxw_budget_spent() said age ns ago, also of another budget with the same span. Where
 * the two slice time differently, the unit that is in doubt counts as spent later. */
void mxw_budget_spent_before(struct mxw_budget *budget, uint64_t now,
			     const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age);

#endif
