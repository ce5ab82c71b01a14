// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges (userspace/lists/list.h): settled, put together, taken apart, asked.
 * Each row holds for IPv4 and for IPv6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lists/list.h"
#include "tests/unit/ranges.h"

static const struct settle_row {
	const char *in, *want;
	uint64_t merged;
} settle_rows[] = {
	{ "", "", 0 },
	{ "5", "5", 0 },
	{ "0", "0", 0 },
	{ "z", "z", 0 },
	{ "0-z", "0-z", 0 },
	{ "3 1 5", "1 3 5", 0 },
	{ "1 2", "1-2", 1 },
	{ "2 1", "1-2", 1 },
	{ "1 3", "1 3", 0 },
	{ "5 5 5", "5", 2 },
	{ "1-9 3-4", "1-9", 1 },
	{ "3-4 1-9 20", "1-9 20", 1 },
	{ "1-9 1-3", "1-9", 1 },
	{ "1-3 1-9", "1-9", 1 },
	{ "1-9 9-12", "1-12", 1 },
	{ "1-9 10-12", "1-12", 1 },
	{ "1-9 11-12", "1-9 11-12", 0 },
	{ "1-20 5-6 8-9 15-30 40", "1-30 40", 3 },
	{ "y z", "y-z", 1 },
	{ "x z", "x z", 0 },
	{ "0-z 0 z 7-9", "0-z", 3 },
	{ "x-z z 0", "0 x-z", 1 },
	{ "0 1 y z", "0-1 y-z", 2 },
	{ "0x10000 0x100 0x1000000 1 0x1010101", "1 256 65536 16777216 16843009", 0 },
	{ "0xff00 0xff 0xff0000", "255 65280 16711680", 0 },
};

static void settling_sorts_and_merges(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(settle_rows); i++) {
		const struct settle_row *row = &settle_rows[i / 2];
		struct mxw_ranges ranges = { 0 };
		char got[RANGES_TEXT];
		uint64_t merged = 4711;

		ranges_add(&ranges, i % 2, row->in);
		assert_int_equal(mxw_ranges_settle(&ranges, &merged, NULL), MXW_OK);
		ranges_text(&ranges, i % 2, got);
		expect_ranges(row->in, i % 2, got, row->want);
		if (merged != row->merged)
			fail_msg("row \"%s\": merged %llu", row->in, (unsigned long long)merged);
		mxw_ranges_free(&ranges);
	}
}

typedef int set_operation(const struct mxw_ranges *a, const struct mxw_ranges *b,
			  struct mxw_ranges *out, struct mxw_err *err);

struct set_row {
	const char *a, *b, *want;
};

static void check_set(set_operation *operation, const struct set_row *row, bool wide)
{
	struct mxw_ranges a = ranges_of(wide, row->a), b = ranges_of(wide, row->b), out;
	char got[RANGES_TEXT], name[RANGES_TEXT];

	(void)snprintf(name, sizeof(name), "%s / %s", row->a, row->b);
	assert_int_equal(operation(&a, &b, &out, NULL), MXW_OK);
	ranges_text(&out, wide, got);
	expect_ranges(name, wide, got, row->want);
	mxw_ranges_free(&a);
	mxw_ranges_free(&b);
	mxw_ranges_free(&out);
}

static void a_difference_is_what_b_leaves_of_a(void **state)
{
	static const struct set_row rows[] = {
		{ "", "", "" },
		{ "", "0-z", "" },
		{ "0-z", "", "0-z" },
		{ "0-z", "0-z", "" },
		{ "0-z", "0", "1-z" },
		{ "0-z", "z", "0-y" },
		{ "0-z", "0 z", "1-y" },
		{ "0-z", "5-9", "0-4 10-z" },
		{ "z", "z", "" },
		{ "z", "y", "z" },
		{ "10-20", "5-9", "10-20" },
		{ "10-20", "21-30", "10-20" },
		{ "10-20", "5-10", "11-20" },
		{ "10-20", "20-30", "10-19" },
		{ "10-20", "10-20", "" },
		{ "10-20", "5-30", "" },
		{ "10-20", "10-12 14 16-17 20", "13 15 18-19" },
		{ "10-20 30-40 50-60", "15-55", "10-14 56-60" },
		{ "1 3 5 7", "3-5", "1 7" },
		{ "1-2 5-6 9-10", "2 3 4 6 8 9", "1 5 10" },
		{ "5 20-30", "1 2 3 7 9 12 25", "5 20-24 26-30" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++)
		check_set(mxw_ranges_subtract, &rows[i / 2], i % 2);
}

static void a_union_has_what_either_has(void **state)
{
	static const struct set_row rows[] = {
		{ "", "", "" },
		{ "", "5", "5" },
		{ "5", "", "5" },
		{ "5", "5", "5" },
		{ "5", "6", "5-6" },
		{ "5", "7", "5 7" },
		{ "0-z", "3", "0-z" },
		{ "0", "z", "0 z" },
		{ "0-y", "z", "0-z" },
		{ "1 3 5", "2 4", "1-5" },
		{ "1-10", "3-4 8-12", "1-12" },
		{ "3-4 8-12 20", "1-10 30", "1-12 20 30" },
		{ "1-2", "5-6 9-10", "1-2 5-6 9-10" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		const struct set_row *row = &rows[i / 2];

		check_set(mxw_ranges_union, row, i % 2);
		check_set(mxw_ranges_union, &(struct set_row){ row->b, row->a, row->want }, i % 2);
	}
}

static void a_window_clips(void **state)
{
	static const struct {
		const char *a, *first, *last, *want;
	} rows[] = {
		{ "", "0", "z", "" },
		{ "0-z", "0", "z", "0-z" },
		{ "0-z", "5", "9", "5-9" },
		{ "0-z", "z", "z", "z" },
		{ "0-z", "0", "0", "0" },
		{ "5-9", "0", "4", "" },
		{ "5-9", "10", "z", "" },
		{ "5-9", "0", "5", "5" },
		{ "5-9", "9", "12", "9" },
		{ "5-9", "6", "8", "6-8" },
		{ "1 3 5 7 9", "3", "7", "3 5 7" },
		{ "1-3 5-7 9-11", "2", "10", "2-3 5-7 9-10" },
		{ "1 z", "y", "z", "z" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		bool wide = i % 2;
		struct mxw_range6 w6 = { ranges_key(wide, rows[i / 2].first),
					 ranges_key(wide, rows[i / 2].last) };
		struct mxw_range4 w4 = { (uint32_t)w6.first, (uint32_t)w6.last };
		struct mxw_ranges a = ranges_of(wide, rows[i / 2].a), out;
		char got[RANGES_TEXT];

		ranges_add(&a, !wide, "0-z"); /* the other family is out of any window */
		assert_int_equal(mxw_ranges_window(&a, wide ? NULL : &w4, wide ? &w6 : NULL, &out,
						   NULL),
				 MXW_OK);
		ranges_text(&out, wide, got);
		expect_ranges(rows[i / 2].a, wide, got, rows[i / 2].want);
		assert_int_equal(wide ? out.v4_count : out.v6_count, 0);
		mxw_ranges_free(&a);
		mxw_ranges_free(&out);
	}
}

static void keys_are_found_in_their_family(void **state)
{
	static const struct {
		const char *v4, *v6;
		uint64_t key;
		bool want;
	} rows[] = {
		{ "", "", 0, false },
		{ "", "", UINT64_MAX, false },
		{ "0", "", 0, true },
		{ "0", "", 1, false },
		{ "z", "", UINT32_MAX, true },
		{ "z", "", UINT32_MAX - 1, false },
		{ "0-z", "", UINT32_MAX + 1ULL, false },
		{ "", "0-z", UINT32_MAX, false }, /* ::/32 is where IPv4's keys are */
		{ "", "0-z", UINT32_MAX + 1ULL, true },
		{ "", "z", UINT64_MAX, true },
		{ "", "y", UINT64_MAX, false },
		{ "3-5 8 11-12", "", 2, false },
		{ "3-5 8 11-12", "", 3, true },
		{ "3-5 8 11-12", "", 5, true },
		{ "3-5 8 11-12", "", 6, false },
		{ "3-5 8 11-12", "", 8, true },
		{ "3-5 8 11-12", "", 12, true },
		{ "3-5 8 11-12", "", 13, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_ranges ranges = ranges_of(false, rows[i].v4);

		ranges_add(&ranges, true, rows[i].v6);
		if (mxw_ranges_contain(&ranges, rows[i].key) != rows[i].want)
			fail_msg("row \"%s\" \"%s\": key %#llx", rows[i].v4, rows[i].v6,
				 (unsigned long long)rows[i].key);
		mxw_ranges_free(&ranges);
	}
}

static void coverage_is_counted_in_addresses(void **state)
{
	static const struct {
		const char *text;
		uint64_t v4, v6;
	} rows[] = {
		{ "", 0, 0 },
		{ "7", 1, 1 },
		{ "1-4 9 z", 6, 6 },
		{ "0-z", 1ULL << 32, UINT64_MAX }, /* as many as there are numbers for */
		{ "1-z", UINT32_MAX, UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_ranges ranges = ranges_of(false, rows[i].text);

		ranges_add(&ranges, true, rows[i].text);
		assert_int_equal(mxw_ranges_addresses4(&ranges), rows[i].v4);
		assert_int_equal(mxw_ranges_networks6(&ranges), rows[i].v6);
		mxw_ranges_free(&ranges);
	}
}

/* Enough for several rooms, in an order that needs every digit sorted. */
static void many_in_any_order_are_settled(void **state)
{
	const uint32_t count = 100000;
	struct mxw_ranges ranges = { 0 };
	uint64_t merged;

	(void)state;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t a = i * 2654435761U;
		uint64_t b = i * 0x9e3779b97f4a7c15ULL;

		assert_int_equal(mxw_ranges_add4(&ranges, (struct mxw_range4){ a, a }, NULL), 0);
		assert_int_equal(mxw_ranges_add6(&ranges, (struct mxw_range6){ b, b }, NULL), 0);
	}
	assert_int_equal(mxw_ranges_settle(&ranges, &merged, NULL), MXW_OK);
	assert_int_equal(ranges.v4_count + ranges.v6_count + merged, 2 * count);
	assert_int_equal(mxw_ranges_addresses4(&ranges), count);
	assert_int_equal(mxw_ranges_networks6(&ranges), count);
	for (size_t i = 1; i < ranges.v4_count; i++)
		assert_true(ranges.v4[i - 1].last + 1ULL < ranges.v4[i].first);
	for (size_t i = 1; i < ranges.v6_count; i++)
		assert_true(ranges.v6[i].first - ranges.v6[i - 1].last > 1);
	mxw_ranges_free(&ranges);
}

static void no_memory_is_a_sentence(void **state)
{
	/* twice as many would be more bytes than there are numbers for */
	struct mxw_ranges ranges = { .v4_count = SIZE_MAX / 8,
				     .v4_room = SIZE_MAX / 8,
				     .v6_count = SIZE_MAX / 8,
				     .v6_room = SIZE_MAX / 8 };
	struct mxw_ranges before = ranges;
	struct mxw_err err = { 0 };

	(void)state;
	assert_int_equal(mxw_ranges_add4(&ranges, (struct mxw_range4){ 1, 1 }, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "out of memory with a list of 2305843009213693951 "));
	err.text[0] = '\0';
	assert_int_equal(mxw_ranges_add6(&ranges, (struct mxw_range6){ 1, 1 }, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "out of memory with a list of 2305843009213693951 "));
	assert_memory_equal(&ranges, &before, sizeof(ranges));
}

static void a_list_is_freed_whole(void **state)
{
	struct mxw_list list = { .block = ranges_of(false, "1-5"), .allow = ranges_of(true, "3") };

	(void)state;
	mxw_list_free(&list);
	assert_null(list.block.v4);
	assert_null(list.allow.v6);
	mxw_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settling_sorts_and_merges),
		cmocka_unit_test(a_difference_is_what_b_leaves_of_a),
		cmocka_unit_test(a_union_has_what_either_has),
		cmocka_unit_test(a_window_clips),
		cmocka_unit_test(keys_are_found_in_their_family),
		cmocka_unit_test(coverage_is_counted_in_addresses),
		cmocka_unit_test(many_in_any_order_are_settled),
		cmocka_unit_test(no_memory_is_a_sentence),
		cmocka_unit_test(a_list_is_freed_whole),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
