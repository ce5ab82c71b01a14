// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The flow of a day's quota (userspace/policy/flow.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/flow.h"

#define SECOND 1000000000ULL
#define HOUR (3600 * SECOND)
#define QUOTA 24000U /* 1000 an hour; a share holds 3000 */

/* Takes all that there is. Returns how much. */
static uint32_t drain(struct mxw_flow *flow, enum mxw_flow_share share, uint64_t now)
{
	uint32_t count = 0;

	for (; mxw_flow_has(flow, share, now, false); count++)
		mxw_flow_take(flow, share, 1);
	return count;
}

static void shares_fill_and_run_over(void **state)
{
	static const struct {
		const char *what;
		uint64_t hours;
		uint32_t any, present; /* drained then, if so; UINT32_MAX = left alone */
	} rows[] = {
		{ "both begin full", 0, 3000, 3000 },
		{ "half each in an hour", 1, 500, 500 },
		{ "the present share is left alone", 1, 500, UINT32_MAX },
		{ "until it is full", 5, 2500, UINT32_MAX },
		{ "then all runs over to the other", 1, 1000, UINT32_MAX },
		{ "and it has kept what it holds", 0, 0, 3000 },
		{ "the other way round", 10, UINT32_MAX, 3000 },
		{ "all runs over", 2, UINT32_MAX, 2000 },
		{ "no more than it holds", 48, 3000, 3000 },
	};
	struct mxw_flow flow;
	uint64_t now = 5 * HOUR;

	(void)state;
	mxw_flow_init(&flow, QUOTA, now);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		now += rows[i].hours * HOUR;
		if (rows[i].any != UINT32_MAX && drain(&flow, MXW_FLOW_ANY, now) != rows[i].any)
			fail_msg("%s", rows[i].what);
		if (rows[i].present != UINT32_MAX &&
		    drain(&flow, MXW_FLOW_PRESENT, now) != rows[i].present)
			fail_msg("%s", rows[i].what);
	}
}

/* Asked for at once or second by second: nothing is lost by rounding. */
static void small_steps_add_up(void **state)
{
	struct mxw_flow flow;
	uint64_t now = HOUR;
	uint32_t count;

	(void)state;
	mxw_flow_init(&flow, QUOTA, now);
	count = drain(&flow, MXW_FLOW_ANY, now);
	(void)drain(&flow, MXW_FLOW_PRESENT, now);
	for (uint64_t end = now + 24 * HOUR; now < end; now += SECOND / 3)
		count += drain(&flow, MXW_FLOW_ANY, now);
	assert_in_range(count, 3000 + 12000 + 9000 - 2, 3000 + 12000 + 9000);
}

static void plenty_is_more_than_half(void **state)
{
	struct mxw_flow flow;

	(void)state;
	mxw_flow_init(&flow, QUOTA, HOUR);
	mxw_flow_take(&flow, MXW_FLOW_ANY, 1499);
	assert_true(mxw_flow_has(&flow, MXW_FLOW_ANY, HOUR, true));
	mxw_flow_take(&flow, MXW_FLOW_ANY, 1);
	assert_false(mxw_flow_has(&flow, MXW_FLOW_ANY, HOUR, true));
	assert_true(mxw_flow_has(&flow, MXW_FLOW_ANY, HOUR, false));
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_ANY, HOUR), 1500);
	assert_true(mxw_flow_has(&flow, MXW_FLOW_PRESENT, HOUR, true));
}

static void quotas_of_all_sizes(void **state)
{
	struct mxw_flow flow;

	(void)state;
	mxw_flow_init(&flow, 0, HOUR); /* no limit */
	mxw_flow_take(&flow, MXW_FLOW_ANY, 1000000);
	assert_true(mxw_flow_has(&flow, MXW_FLOW_ANY, HOUR, true));
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_ANY, HOUR), UINT32_MAX);
	mxw_flow_init(&flow, 3, HOUR); /* room for one, whatever an eighth is */
	assert_int_equal(drain(&flow, MXW_FLOW_ANY, HOUR), 1);
	assert_int_equal(drain(&flow, MXW_FLOW_ANY, 25 * HOUR), 1);
	mxw_flow_init(&flow, UINT32_MAX, HOUR);
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_PRESENT, 10000 * HOUR), UINT32_MAX / 8);
	mxw_flow_take(&flow, MXW_FLOW_ANY, UINT32_MAX);
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_ANY, 9999 * HOUR), 0); /* it stood still */
}

static void another_quota_gives_nothing_back(void **state)
{
	struct mxw_flow flow;

	(void)state;
	mxw_flow_init(&flow, QUOTA, HOUR);
	mxw_flow_take(&flow, MXW_FLOW_ANY, 2500);
	mxw_flow_retune(&flow, 2 * QUOTA);
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_ANY, HOUR), 3500);
	mxw_flow_retune(&flow, QUOTA / 2);
	assert_int_equal(mxw_flow_left(&flow, MXW_FLOW_ANY, HOUR), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_fill_and_run_over),
		cmocka_unit_test(small_steps_add_up),
		cmocka_unit_test(plenty_is_more_than_half),
		cmocka_unit_test(quotas_of_all_sizes),
		cmocka_unit_test(another_quota_gives_nothing_back),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
