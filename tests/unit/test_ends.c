// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries that end by themselves (userspace/lists/ends.h): from what a source states to the few
 * ends of a list. The time now is 50.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lists/ends.h"
#include "tests/unit/ranges.h"

#define NOW 50

struct entry {
	uint32_t first, last, end;
	bool allow;
};

/* clang-format off */
static const struct row {
	const char *block, *allow; /* what has no end */
	struct entry entries[4];
	const char *want_block, *want_allow;
	struct { uint32_t end; const char *ranges; } ends[3];
	uint64_t over;
} rows[] = {
	{ "3-7", "9", { { 0 } }, "3-7", "9", { { 0, NULL } }, 0 },
	{ "", "", { { 3, 7, 100, false } }, "3-7", "", { { 100, "3-7" } }, 0 },
	/* an entry that has ended is not there */
	{ "1", "", { { 3, 7, 50, false }, { 4, 4, 49, true } }, "1", "", { { 0, NULL } }, 2 },
	/* the latest end counts, and none is later than all */
	{ "5", "", { { 3, 7, 100, false }, { 7, 9, 200, false } }, "3-9", "", { { 100, "3-4 6" }, { 200, "7-9" } }, 0 },
	{ "", "", { { 3, 7, 200, false }, { 5, 5, 100, false } }, "3-7", "", { { 200, "3-7" } }, 0 },
	/* an allowed address has the end of its allow */
	{ "", "", { { 3, 7, 100, false }, { 5, 5, 200, true } }, "3-7", "5", { { 100, "3-4 6-7" }, { 200, "5" } }, 0 },
	{ "", "5", { { 3, 7, 100, false } }, "3-7", "5", { { 100, "3-4 6-7" } }, 0 },
};
/* clang-format on */

static void add(struct mxw_ended_list *lists, const struct entry *entry)
{
	const struct mxw_ended item = { entry->first, entry->last, entry->end };

	if (entry->end)
		assert_int_equal(mxw_ended_add(&lists[entry->allow], &item, NULL), MXW_OK);
}

static void expect(const char *row, const struct mxw_ranges *ranges, const char *want)
{
	char got[RANGES_TEXT];

	ranges_text(ranges, false, got);
	expect_ranges(row, false, got, want);
}

static void expect_row(const struct row *row, const struct mxw_list *list)
{
	expect(row->want_block, &list->block, row->want_block);
	expect(row->want_block, &list->allow, row->want_allow);
	for (size_t i = 0, at = 0; i < COUNT(row->ends); i++) {
		if (!row->ends[i].end)
			continue;
		/* an end that nothing is left for may be there */
		while (at < list->endings.count && list->endings.item[at].end != row->ends[i].end) {
			expect(row->want_block, &list->endings.item[at].ranges, "");
			at++;
		}
		assert_true(at < list->endings.count);
		expect(row->want_block, &list->endings.item[at++].ranges, row->ends[i].ranges);
	}
}

static void entries_have_the_latest_end_that_is_stated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_ended_list ended[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
		struct mxw_list list = { .block = ranges_of(false, rows[i].block),
					 .allow = ranges_of(false, rows[i].allow) };
		uint64_t over;

		for (size_t k = 0; k < COUNT(rows[i].entries); k++)
			add(ended, &rows[i].entries[k]);
		assert_int_equal(mxw_endings_make(&list, &ended[0], &ended[1], NOW, &over, NULL),
				 MXW_OK);
		expect_row(&rows[i], &list);
		assert_int_equal(over, rows[i].over);
		mxw_list_free(&list);
		free(ended[0].items);
		free(ended[1].items);
	}
}

/* Whatever the ends are: no entry gets a later one, and each keeps a part of what it has left, the
 * smaller the wider they lie apart. */
static void many_ends_are_rounded_down_in_proportion(void **state)
{
	static const struct {
		uint32_t first, step, count;
		unsigned int lost; /* % of what is left, at most */
	} cases[] = {
		{ 60, 60, 16, 0 },     { 3600, 1, 5000, 10 }, { 60, 60, 10080, 45 },
		{ 51, 1, 604800, 60 }, { 100, 7, 17, 10 },
	};
	static uint32_t ends[604800], chosen[MXW_ENDINGS];

	(void)state;
	for (size_t c = 0; c < COUNT(cases); c++) {
		size_t count, at = 0;

		for (uint32_t i = 0; i < cases[c].count; i++)
			ends[i] = NOW + cases[c].first + i * cases[c].step;
		count = mxw_endings_choose(ends, cases[c].count, NOW, chosen);
		assert_true(count > 0 && count <= MXW_ENDINGS);
		for (uint32_t i = 0; i < cases[c].count; i++) {
			while (at + 1 < count && chosen[at + 1] <= ends[i])
				at++;
			assert_true(chosen[at] <= ends[i]);
			assert_true((uint64_t)(ends[i] - chosen[at]) * 100 <=
				    (uint64_t)(ends[i] - NOW) * cases[c].lost);
		}
	}
	assert_int_equal(mxw_endings_choose(NULL, 0, NOW, chosen), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_have_the_latest_end_that_is_stated),
		cmocka_unit_test(many_ends_are_rounded_down_in_proportion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
