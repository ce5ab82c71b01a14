// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expiry across reboots and changes of the wall clock (C12, C13): the database
 * is edited to what an earlier boot, or an earlier clock, would have left.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "state/intents.h"
#include "base/clock.h"
#include "tests/unit/book.h"
#include "tests/unit/database.h"
#include "tests/unit/sandbox.h"

#define SECOND ((int64_t)MXW_SECOND)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)
#define SLACK (2 * SECOND) /* what a test may take */

static int64_t mono(void)
{
	return (int64_t)mxw_clock_mono();
}

static int64_t wall(void)
{
	return (int64_t)mxw_clock_wall();
}

/* A store with one entry that expires in `left` ns, 0 = never. */
static void make_store(char dir[SCRATCH_PATH], int64_t left)
{
	struct mxw_store *store = book_open(scratch_make(dir));
	const struct line lines[] = {
		BLOCK("192.0.2.7", UNTIL(left ? (uint64_t)(mono() + left) : 0)), { .prefix = NULL }
	};

	(void)book_put(store, lines, "root", "");
	mxw_store_close(store);
}

static void run(const char *dir, const char *format, int64_t a, int64_t b)
	__attribute__((format(printf, 2, 0)));

static void run(const char *dir, const char *format, int64_t a, int64_t b)
{
	char sql[512];

	/* cppcheck-suppress wrongPrintfScanfArgNum ; the callers' formats have both */
	(void)snprintf(sql, sizeof(sql), format, a, b);
	database_run(dir, sql);
}

/* Opens the store, as the next command does, and closes it again. */
static void next_command(const char *dir)
{
	mxw_store_close(book_open(dir));
}

static int64_t stored(const char *dir, const char *column)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "SELECT %s FROM entry", column);
	return database_number(dir, sql);
}

static void expect_near(const char *row, const char *what, int64_t got, int64_t want)
{
	if (llabs(got - want) > SLACK)
		fail_msg("row \"%s\": %s is off by %" PRId64 " ns", row, what, got - want);
}

static const char other_boot[] = "UPDATE meta SET value = '00000000-0000-0000-0000-000000000000'"
				 " WHERE name = 'boot';"
				 "UPDATE entry SET mono = %" PRId64 ", wall = %" PRId64;

static void a_reboot_keeps_the_remaining_time(void **state)
{
	static const struct {
		const char *name;
		int64_t mono; /* as the earlier boot counted */
		int64_t left; /* ns from now by the wall clock */
		bool live;
	} rows[] = {
		{ "an hour left, the old boot was young", 5 * SECOND, HOUR, true },
		{ "an hour left, the old boot was old", 20 * YEAR, HOUR, true },
		{ "ten years left", HOUR, 10 * YEAR, true },
		{ "expired while off", 20 * YEAR, -SLACK, false },
		{ "expired yesterday", 20 * YEAR, -DAY, false },
		{ "expired before this boot began", 20 * YEAR, -20 * YEAR, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char dir[SCRATCH_PATH], got[BOOK_TEXT];
		struct mxw_store *store;
		int64_t expires;

		make_store(dir, HOUR);
		run(dir, other_boot, rows[i].mono, wall() + rows[i].left);
		store = book_open(dir);
		book_of_store(store, mxw_clock_mono(), 0, got);
		expect_number(rows[i].name, "live", got[0] != '\0', rows[i].live);
		mxw_store_close(store);
		expires = stored(dir, "mono");
		assert_true(expires > 0); /* 0 would be for ever */
		if (rows[i].live)
			expect_near(rows[i].name, "expiry", expires, mono() + rows[i].left);
		next_command(dir); /* it is settled, and stays so */
		assert_int_equal(stored(dir, "mono"), expires);
		scratch_remove(dir);
	}
}

static void what_stays_stays_across_a_reboot(void **state)
{
	char dir[SCRATCH_PATH], got[BOOK_TEXT];
	struct mxw_store *store;

	(void)state;
	make_store(dir, 0);
	run(dir, other_boot, 0, 0);
	store = book_open(dir);
	book_of_store(store, mxw_clock_mono(), 0, got);
	expect_text("stays", got, "block 192.0.2.7\n");
	mxw_store_close(store);
	scratch_remove(dir);
}

static void a_boot_is_known_by_the_kernels_id(void **state)
{
	char dir[SCRATCH_PATH], boot[40], sql[128];

	(void)state;
	mxw_clock_boot_id(boot);
	assert_int_equal(boot[8], '-');
	make_store(dir, HOUR);
	(void)snprintf(sql, sizeof(sql), "SELECT value = '%s' FROM meta WHERE name = 'boot'", boot);
	assert_int_equal(database_number(dir, sql), 1);
	run(dir, other_boot, 1, wall());
	next_command(dir);
	assert_int_equal(database_number(dir, sql), 1);
	scratch_remove(dir);
}

/* What is stored when the wall clock was `step` ns behind what it is now. */
static const char other_clock[] = "UPDATE meta SET value = value - %" PRId64
				  " WHERE name = 'wall_offset';"
				  "UPDATE entry SET wall = wall - %" PRId64 " WHERE mono > 0";

static void a_clock_step_moves_the_wall_time_only(void **state)
{
	static const struct {
		const char *name;
		int64_t step; /* ns the clock was set forward */
		bool followed;
	} rows[] = {
		{ "a day forward", DAY, true },
		{ "a day back", -DAY, true },
		{ "from 1970", 50 * YEAR, true },
		{ "two seconds", 2 * SECOND, true },
		{ "two seconds back", -2 * SECOND, true },
		{ "slewed by NTP", SECOND / 4, false },
		{ "nothing", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char dir[SCRATCH_PATH];
		int64_t expires, until, off;

		make_store(dir, HOUR);
		run(dir, other_clock, rows[i].step, rows[i].step);
		expires = stored(dir, "mono");
		until = stored(dir, "wall");
		next_command(dir);
		assert_int_equal(stored(dir, "mono"), expires);
		off = stored(dir, "wall") - (expires + wall() - mono());
		if (rows[i].followed)
			expect_near(rows[i].name, "wall time", off, 0);
		else
			assert_int_equal(stored(dir, "wall"), until);
		/* And a reboot after it counts by the new clock. */
		run(dir, other_boot, 5, stored(dir, "wall"));
		next_command(dir);
		expect_near(rows[i].name, "expiry", stored(dir, "mono"), expires);
		scratch_remove(dir);
	}
}

static void a_clock_step_leaves_what_stays(void **state)
{
	char dir[SCRATCH_PATH];

	(void)state;
	make_store(dir, 0);
	run(dir, other_clock, DAY, DAY);
	next_command(dir);
	assert_int_equal(stored(dir, "mono"), 0);
	scratch_remove(dir);
}

static const char command_given[] = "UPDATE act SET at = %" PRId64 " + %" PRId64;

static int count_it(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	(void)context;
	(void)intent;
	(void)act;
	return MXW_OK;
}

/* A boot with a clock that is years ahead for a moment: what it takes for over comes back. */
static void a_clock_that_was_ahead_loses_nothing(void **state)
{
	char dir[SCRATCH_PATH];
	struct mxw_store *store;
	bool dirty = false;

	(void)state;
	make_store(dir, HOUR);
	/* As an earlier boot left it, and as the next command found it with the clock ahead. */
	run(dir, other_boot, HOUR, wall() + HOUR - 10 * YEAR);
	run(dir, command_given, wall(), -10 * YEAR);
	store = book_open(dir);
	assert_int_equal(mxw_store_sweep(store, (uint64_t)mono(), count_it, NULL, NULL), MXW_OK);
	mxw_store_close(store);
	assert_int_equal(stored(dir, "mono"), 1);
	/* The clock is right again: seen from here, all wall times are ten years later. */
	run(dir, "UPDATE entry SET wall = wall + %" PRId64 "; UPDATE act SET at = at + %" PRId64,
	    10 * YEAR, 10 * YEAR);
	run(dir,
	    "UPDATE meta SET value = value + %" PRId64 " WHERE name = 'wall_offset' AND %" PRId64,
	    10 * YEAR, 1);
	store = book_open(dir);
	assert_int_equal(mxw_store_dirty(store, &dirty, NULL), MXW_OK);
	mxw_store_close(store);
	assert_true(dirty); /* the kernel's maps are to follow */
	expect_near("ahead", "the time left", stored(dir, "mono") - mono(), HOUR);
	scratch_remove(dir);
}

/* Without a clock chip a host boots in the past: what was blocked for an hour, twenty
 * years later as this clock has it, has an hour left at most. */
static void a_clock_that_is_behind_adds_no_time(void **state)
{
	char dir[SCRATCH_PATH];

	(void)state;
	make_store(dir, HOUR);
	run(dir, other_boot, 5 * SECOND, wall() + 20 * YEAR + HOUR);
	run(dir, command_given, wall() + 20 * YEAR, 0);
	next_command(dir);
	expect_near("behind", "mono", stored(dir, "mono"), mono() + HOUR);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reboot_keeps_the_remaining_time),
		cmocka_unit_test(a_clock_that_was_ahead_loses_nothing),
		cmocka_unit_test(a_clock_that_is_behind_adds_no_time),
		cmocka_unit_test(what_stays_stays_across_a_reboot),
		cmocka_unit_test(a_boot_is_known_by_the_kernels_id),
		cmocka_unit_test(a_clock_step_moves_the_wall_time_only),
		cmocka_unit_test(a_clock_step_leaves_what_stays),
	};

	return cmocka_run_group_tests_name("store_clock", tests, NULL, NULL);
}
