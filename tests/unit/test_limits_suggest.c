// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From debts to rates.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/limits_suggest.h"

#define PERIOD 1000
#define BURST 10

struct row {
	struct mxw_limits_seen seen;
	enum mxw_suggest kind;
	uint64_t needed, period, burst; /* period 0: the rate there is */
};

static void debts_become_rates(void **state)
{
	static const struct mxw_rate rate = { PERIOD, (BURST - 1) * PERIOD };
	static const struct row rows[] = {
		{ { 9, 4000, 0 }, MXW_SUGGEST_NOTHING, 4, 0, 0 },
		{ { 10, 4000, 0 }, MXW_SUGGEST_FITS, 4, PERIOD, 6 },
		{ { 10, 4001, 0 }, MXW_SUGGEST_FITS, 5, PERIOD, 8 },
		{ { 10, 1, 0 }, MXW_SUGGEST_FITS, 1, PERIOD, 5 },
		{ { 10, 9000, 0 }, MXW_SUGGEST_FITS, 9, PERIOD, 14 },
		/* Over tau: a next SYN was refused, if there was one. Few accounts tell it too. */
		{ { 1, 9001, 0 }, MXW_SUGGEST_WIDER, 10, PERIOD / 2, 20 },
		{ { 50, 10000, 0 }, MXW_SUGGEST_WIDER, 10, PERIOD / 2, 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct mxw_rate want = { row->period, (row->burst - 1) * row->period };
		struct mxw_suggestion got;

		want = row->period ? want : rate;
		mxw_limits_suggest(&rate, &row->seen, &got);
		if (got.kind != row->kind || got.needed != row->needed ||
		    got.rate.period != want.period || got.rate.tau != want.tau)
			fail_msg("row %zu: kind %d, needed %llu, %llu:%llu", i, got.kind,
				 (unsigned long long)got.needed,
				 (unsigned long long)got.rate.period,
				 (unsigned long long)got.rate.tau);
	}
}

/* A rate of which one connection is all there may be. */
static void a_burst_of_one(void **state)
{
	static const struct mxw_rate rate = { PERIOD, 0 };
	const struct mxw_limits_seen seen = { 20, 900, 0 };
	struct mxw_suggestion got;

	(void)state;
	mxw_limits_suggest(&rate, &seen, &got);
	assert_int_equal(got.kind, MXW_SUGGEST_WIDER);
	assert_int_equal(got.rate.tau / got.rate.period + 1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debts_become_rates),
		cmocka_unit_test(a_burst_of_one),
	};

	return cmocka_run_group_tests_name("limits suggest", tests, NULL, NULL);
}
