// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers and durations as people write them (userspace/base/num.h), and how many took how
 * long (histogram.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/histogram.h"
#include "base/num.h"

#define TEN_YEARS (10ULL * 365 * 86400)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names the row of a table in which something is not as it should be. */
static void expect(bool good, const char *row, const char *what)
{
	if (!good)
		fail_msg("row \"%s\": %s is wrong", row, what);
}

static void numbers_are_decimal_and_in_range(void **state)
{
	static const struct {
		const char *text;
		uint64_t low, high;
		bool want;
		uint64_t value;
	} rows[] = {
		{ "0", 0, 10, true, 0 },
		{ "10", 0, 10, true, 10 },
		{ "007", 0, 10, true, 7 },
		{ "11", 0, 10, false, 0 },
		{ "1", 2, 10, false, 0 },
		{ "2", 2, 2, true, 2 },
		{ "", 0, 10, false, 0 },
		{ "-1", 0, 10, false, 0 },
		{ "+1", 0, 10, false, 0 },
		{ " 1", 0, 10, false, 0 },
		{ "1 ", 0, 10, false, 0 },
		{ "1\n", 0, 10, false, 0 },
		{ "0x1", 0, 10, false, 0 },
		{ "1e1", 0, 10, false, 0 },
		{ "1.0", 0, 10, false, 0 },
		{ "18446744073709551615", 0, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 0, UINT64_MAX, false, 0 },
		{ "99999999999999999999999", 0, UINT64_MAX, false, 0 },
		{ "9", 0, 3, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t value = 4711;

		bool got = mxw_number_parse(rows[i].text, rows[i].low, rows[i].high, &value);

		expect(got == rows[i].want, rows[i].text, "the result");
		expect(value == (got ? rows[i].value : 4711), rows[i].text, "the value");
	}
}

static void durations_are_sums_of_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t want;
	} rows[] = {
		{ "1", 1 },	   { "90", 90 },	   { "90s", 90 },
		{ "15m", 900 },	   { "1h", 3600 },	   { "2d", 172800 },
		{ "1w", 604800 },  { "1h30m", 5400 },	   { "1d1h1m1s", 90061 },
		{ "1h30", 5400 }, /* as people mean it: the next smaller unit */
		{ "1h5", 3900 },   { "2m30", 150 },	   { "1d12", 129600 },
		{ "1w2", 777600 }, { "1d1h30", 91800 },	   { "30m1h", 5400 },
		{ "0h5s", 5 },	   { "3650d", TEN_YEARS }, { "315360000", TEN_YEARS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t seconds = 0;

		expect(!mxw_duration_parse(rows[i].text, &seconds, NULL), rows[i].text,
		       "the result");
		expect(seconds == rows[i].want, rows[i].text, "the value");
	}
}

static void other_durations_are_refused_and_quoted(void **state)
{
	static const char *const rows[] = {
		"",
		"0",
		"0s",
		"-5s",
		"5x",
		"s",
		"1h-5m",
		"1 h",
		" 1h",
		"1h ",
		"1hh",
		"30s5", /* nothing is smaller */
		"1h30s5",
		"h1",
		"1.5h",
		"3650d1s",
		"11y",
		"1H",
		"521w4d",
		"315360001",
		"9999999999d",
		"forever",
		"99999999999999999999s",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_err err = { 0 };
		uint64_t seconds = 4711;
		char want[256];

		(void)snprintf(want, sizeof(want),
			       "\"%s\" is not a duration: give one like 90s, 15m, 1h30m, 2d or 1w, "
			       "from 1s to ten years",
			       rows[i]);
		expect(mxw_duration_parse(rows[i], &seconds, &err) == MXW_E_USAGE, rows[i],
		       "the result");
		expect(seconds == 4711, rows[i], "the value");
		assert_string_equal(err.text, want);
	}
}

static void a_long_text_is_cut_in_the_sentence(void **state)
{
	struct mxw_err err = { 0 };
	uint64_t seconds;
	char text[2001];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(mxw_duration_parse(text, &seconds, &err), MXW_E_USAGE);
	assert_non_null(strstr(err.text, "x\" is not a duration: give one like"));
	assert_non_null(strstr(err.text, "ten years"));
}

static void durations_show_two_units(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *want;
	} rows[] = {
		{ 0, "0s" },
		{ 1, "1s" },
		{ 59, "59s" },
		{ 60, "1m" },
		{ 61, "1m 1s" },
		{ 3599, "59m 59s" },
		{ 3600, "1h" },
		{ 3601, "1h" },
		{ 3660, "1h 1m" },
		{ 86399, "23h 59m" },
		{ 86400, "1d" },
		{ 183600, "2d 3h" },
		{ 86400 + 3599, "1d" },
		{ 604800, "7d" },
		{ TEN_YEARS, "3650d" },
		{ TEN_YEARS - 1, "3649d 23h" },
		{ UINT64_MAX, "213503982334601d 7h" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[MXW_DURATION_TEXT];

		assert_string_equal(mxw_duration_format(rows[i].seconds, out), rows[i].want);
	}
}

static void a_shown_duration_reads_back(void **state)
{
	static const uint64_t rows[] = { 1, 59, 60, 3599, 3660, 86400, 183600, TEN_YEARS };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[MXW_DURATION_TEXT], tight[MXW_DURATION_TEXT], *to = tight;
		uint64_t seconds;

		for (const char *from = mxw_duration_format(rows[i], out); *from; from++)
			if (*from != ' ')
				*to++ = *from;
		*to = '\0';
		assert_int_equal(mxw_duration_parse(tight, &seconds, NULL), 0);
		assert_true(seconds == rows[i]);
	}
}

static void numbers_show_thousands(void **state)
{
	static const struct {
		uint64_t value;
		const char *want;
	} rows[] = {
		{ 0, "0" },
		{ 999, "999" },
		{ 1000, "1 000" },
		{ 12345, "12 345" },
		{ 999999, "999 999" },
		{ 1000000, "1 000 000" },
		{ UINT64_MAX, "18 446 744 073 709 551 615" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[MXW_DURATION_TEXT + 8];

		assert_string_equal(mxw_number_format(rows[i].value, out), rows[i].want);
	}
}

static void counts_have_nouns_that_go_with_them(void **state)
{
	static const struct {
		uint64_t value;
		const char *noun, *want;
	} rows[] = {
		{ 1, "packet", "1 packet" },
		{ 0, "packet", "0 packets" },
		{ 1, "entry", "1 entry" },
		{ 1200, "entry", "1 200 entries" },
		{ 2, "never-block address", "2 never-block addresses" },
		{ 3, "relay", "3 relays" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[MXW_COUNT_TEXT];

		assert_string_equal(mxw_count_format(rows[i].value, rows[i].noun, out),
				    rows[i].want);
	}
}

static void histograms_tell_times_within_a_quarter(void **state)
{
	static const uint64_t times[] = { 0, 1, 3, 4, 5, 7, 8, 1000, 4095, 4096, 99999999 };
	struct mxw_histogram histogram = { 0 };

	(void)state;
	assert_int_equal(mxw_histogram_within(&histogram, 99), 0);
	for (size_t i = 0; i < COUNT(times); i++) {
		uint64_t got;

		histogram = (struct mxw_histogram){ 0 };
		mxw_histogram_add(&histogram, times[i]);
		got = mxw_histogram_within(&histogram, 50);
		if (got <= times[i] || got > times[i] + times[i] / 4 + 1)
			fail_msg("%llu us became %llu", (unsigned long long)times[i],
				 (unsigned long long)got);
	}
	mxw_histogram_add(&histogram, UINT64_MAX); /* the last bucket is open */
	histogram = (struct mxw_histogram){ 0 };
	for (uint64_t us = 1; us <= 1000; us++)
		mxw_histogram_add(&histogram, us);
	assert_in_range(mxw_histogram_within(&histogram, 50), 500, 625);
	assert_in_range(mxw_histogram_within(&histogram, 99), 990, 1250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_and_in_range),
		cmocka_unit_test(durations_are_sums_of_units),
		cmocka_unit_test(other_durations_are_refused_and_quoted),
		cmocka_unit_test(a_long_text_is_cut_in_the_sentence),
		cmocka_unit_test(durations_show_two_units),
		cmocka_unit_test(a_shown_duration_reads_back),
		cmocka_unit_test(numbers_show_thousands),
		cmocka_unit_test(counts_have_nouns_that_go_with_them),
		cmocka_unit_test(histograms_tell_times_within_a_quarter),
	};

	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
