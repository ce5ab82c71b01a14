// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How old what a feed says is, and when it ends by that (userspace/apply/feed_content.h,
 * mxw_feed_expiry()).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "apply/feed_book.h"
#include "apply/feed_content.h"
#include "base/clock.h"
#include "feeds/read.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY 86400ULL

/* 2026-11-21 10:00:00 UTC, in seconds, and the same as a publisher says it. */
#define DATE 1795255200ULL
#define DATE_TEXT "Sat, 21 Nov 2026 10:00:00 GMT"

static void content_is_as_old_as_its_publisher_says(void **state)
{
	static const struct {
		const char *what, *date;
		uint64_t changed, fetched, read; /* s */
		bool differs;
		uint64_t want;
	} rows[] = {
		{ "the first list", "", 0, 0, DATE, true, DATE },
		{ "the first list, with a date", DATE_TEXT, 0, 0, DATE + DAY, true, DATE },
		{ "another list", "", 5, DATE - 1, DATE, true, DATE },
		{ "another list, with a date", DATE_TEXT, 5, DATE - 1, DATE + DAY, true, DATE },
		{ "an older date than the last reading", DATE_TEXT, 5, DATE + 9, DATE + DAY, true,
		  DATE + 9 },
		{ "the same list", "", DATE, DATE + 1, DATE + DAY, false, DATE },
		{ "the same list and date", DATE_TEXT, DATE, DATE + 1, DATE + DAY, false, DATE },
		{ "the same list, a newer date", DATE_TEXT, DATE - 9, DATE - 1, DATE + DAY, false,
		  DATE },
		{ "the same list, an older date", DATE_TEXT, DATE + 9, DATE + 9, DATE + DAY, false,
		  DATE + 9 },
		{ "a date to come", DATE_TEXT, 5, 6, DATE - DAY, true, DATE - DAY },
		{ "a date to come, the same list", DATE_TEXT, 5, 6, DATE - DAY, false, 5 },
		{ "no date that is known", "Thu, 01 Jan 1970 00:00:01 GMT", 0, 0, DATE, true,
		  DATE },
		{ "nonsense", "yesterday", 0, 0, DATE, true, DATE },
		{ "a clock that was set back", DATE_TEXT, DATE + 3 * DAY, DATE + 3 * DAY,
		  DATE + DAY, true, DATE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_feed feed = { .kind = MXW_FEED_URL,
					 .changed = rows[i].changed * MXW_SECOND,
					 .fetched = rows[i].fetched * MXW_SECOND };
		uint64_t got = mxw_feed_content_date(&feed, rows[i].date, rows[i].differs,
						     rows[i].read * MXW_SECOND);

		if (got != rows[i].want * MXW_SECOND)
			fail_msg("%s: %llu, not %llu", rows[i].what,
				 (unsigned long long)(got / MXW_SECOND),
				 (unsigned long long)rows[i].want);
	}
}

/* Days; 0: no limit, or no end. */
static void a_feed_ends_by_its_copy_or_by_its_content(void **state)
{
	static const struct {
		uint64_t copy, max_age, content, max_content;
		uint64_t want; /* days from now; 99: it has ended */
	} rows[] = {
		{ 1, 0, 1, 0, 0 },   { 1, 3, 9, 0, 2 },	   { 1, 0, 9, 30, 21 },
		{ 1, 3, 9, 30, 2 },  { 1, 3, 29, 30, 1 },  { 0, 3, 31, 30, 99 },
		{ 4, 3, 1, 30, 99 }, { 0, 0, 31, 30, 99 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t wall = mxw_clock_wall(), mono = mxw_clock_mono(), got;
		const struct mxw_feed feed = {
			.fetched = wall - rows[i].copy * DAY * MXW_SECOND,
			.changed = wall - rows[i].content * DAY * MXW_SECOND,
			.max_age_ns = rows[i].max_age * DAY * MXW_SECOND,
			.max_content_ns = rows[i].max_content * DAY * MXW_SECOND,
		};

		got = mxw_feed_expiry(&feed);
		if (got > mono)
			got = (got - mono + DAY * MXW_SECOND / 2) / (DAY * MXW_SECOND);
		else if (got)
			got = 99;
		if (got != rows[i].want)
			fail_msg("row %zu: %llu, not %llu", i, (unsigned long long)got,
				 (unsigned long long)rows[i].want);
		assert_int_equal(mxw_feed_content_over(&feed),
				 rows[i].max_content && rows[i].content >= 30);
	}
}

static void a_list_is_the_same_to_its_last_end(void **state)
{
	static const struct mxw_range4 one[] = { { 3, 7 } }, other[] = { { 3, 8 } };
	static const struct mxw_range6 six[] = { { 3, 7 } };
#define V4(ranges)                                                 \
	{                                                          \
		.v4 = (struct mxw_range4 *)(ranges), .v4_count = 1 \
	}
	/* clang-format off */
	const struct mxw_list lists[] = {
		{ .block = { 0 } },
		{ .block = V4(one) },
		{ .block = V4(other) },
		{ .allow = V4(one) },
		{ .block = { .v6 = (struct mxw_range6 *)six, .v6_count = 1 } },
		{ .block = V4(one), .endings = { .all = 9 } },
		{ .block = V4(one), .endings = { .count = 1, .item = { { 9, V4(one) } } } },
		{ .block = V4(one), .endings = { .count = 1, .item = { { 8, V4(one) } } } },
		{ .block = V4(one), .endings = { .count = 1, .item = { { 9, V4(other) } } } },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++)
		for (size_t j = 0; j < COUNT(lists); j++)
			assert_int_equal(mxw_feed_content_same(&lists[i], &lists[j]), i == j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_is_as_old_as_its_publisher_says),
		cmocka_unit_test(a_feed_ends_by_its_copy_or_by_its_content),
		cmocka_unit_test(a_list_is_the_same_to_its_last_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
