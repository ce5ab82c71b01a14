// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hold of an unknown source's first SYN, and what ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/bpf/fixture.h"
#include "tests/bpf/reporter.h"

static void hold_until_repeated(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	struct sink sink;

	assert_false(limiter_syn(l, STRANGER4));
	limiter_at(l, 750);
	assert_false(limiter_again(l)); /* nobody repeats so soon */
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_int_equal(sink.record[0].held, 1);
	limiter_at(l, 850);
	assert_true(limiter_again(l));
	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, &sink), 1); /* that it repeats its SYN */
	assert_int_equal(sink.record[0].repeats, 1);
	limiter_at(l, 31000);
	assert_true(limiter_syn(l, STRANGER4)); /* reported again, not held again */
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_int_equal(sink.record[0].held, 0);
	limiter_at(l, 31000 + 601000);
	assert_false(limiter_syn(l, STRANGER4));
	assert_int_equal(limiter_counted(l, MXW_DROP_HOLD), 3);
	assert_int_equal(reporter_stats(l).held, 3);
}

static void known_is_not_held(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);

	assert_false(limiter_syn(l, STRANGER6));
	reporter_know(l, STRANGER6, mxw_clock_mono() + 60 * MXW_SECOND);
	assert_true(limiter_again(l)); /* at once */
	reporter_know(l, STRANGER6, 1);
	assert_false(limiter_again(l));
	assert_int_equal(reporter_reports(l, NULL), 1);
}

/* A verdict that comes while the SYN is held counts for its repetition. */
static void blocked_meanwhile(void **state)
{
	static const struct entry entry = AUTO(BAD4);
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);

	assert_false(limiter_syn(l, BAD4));
	program_add_entry(&l->program, &entry);
	reporter_want(l, MXW_MODE_ENFORCE);
	limiter_at(l, 1000);
	assert_false(limiter_again(l));
	assert_int_equal(limiter_counted(l, MXW_DROP_HOLD), 1);
	assert_int_equal(limiter_counted(l, MXW_DROP_AUTO), 1);
}

static void monitor_holds_nobody(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_MONITOR, 1);

	assert_true(limiter_syn(l, STRANGER4));
	assert_int_equal(limiter_counted(l, MXW_WOULD_HOLD), 1);
	assert_int_equal(limiter_counted(l, MXW_DROP_HOLD), 0);
	assert_int_equal(reporter_reports(l, NULL), 1);
}

/* A source that has repeated a SYN in a flood does not have to do so once more. */
static void proven_is_not_held(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);
	struct sink sink;

	l->limits.flood_mode = MXW_LIMIT_ENFORCE;
	l->limits.flood_forced = 1;
	limiter_write(l);
	assert_false(limiter_syn(l, STRANGER4));
	assert_int_equal(reporter_reports(l, NULL), 0);
	limiter_at(l, 1000);
	assert_true(limiter_again(l));
	assert_int_equal(limiter_counted(l, MXW_PASS_PROVEN), 1);
	assert_int_equal(reporter_reports(l, &sink), 1);
	assert_int_equal(sink.record[0].held, 0);
	assert_int_equal(sink.record[0].listed, 0);
}

/* The controller dies while a SYN is held: nobody waits for the answer any more. */
static void death_ends_holds(void **state)
{
	struct limiter *l = reporter_start(state, MXW_MODE_ENFORCE, 1);

	assert_false(limiter_syn(l, STRANGER4));
	reporter_beat(l, 6 * MXW_SECOND);
	assert_true(limiter_again(l));
	assert_true(limiter_syn(l, STRANGER6));
	assert_int_equal(reporter_reports(l, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hold_until_repeated), cmocka_unit_test(known_is_not_held),
		cmocka_unit_test(blocked_meanwhile),   cmocka_unit_test(monitor_holds_nobody),
		cmocka_unit_test(proven_is_not_held),  cmocka_unit_test(death_ends_holds),
	};

	return cmocka_run_group_tests_name("hold", tests, limiter_setup, limiter_teardown);
}
