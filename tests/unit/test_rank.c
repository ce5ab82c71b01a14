// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv4 table (userspace/lists/rank.h): which lines its leaves take, and that
 * each address has its class, at the edges of leaves, /29s and units.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists/rank.h"
#include "tests/unit/ranges.h"

#define LAYERS 3
#define UNIT 16384U

struct table {
	struct mxw_feed_unit *units;
	union mxw_feed_line *lines;
	uint32_t room;
};

static struct table table_of(const struct mxw_layers *layers)
{
	struct table table = { .room = (uint32_t)mxw_rank_measure(layers) + 1 };

	table.units = calloc(MXW_FEED_UNITS, sizeof(*table.units));
	table.lines = calloc(table.room, sizeof(*table.lines));
	assert_true(table.units && table.lines);
	assert_int_equal(mxw_rank_build(layers, table.units, table.lines, table.room, NULL), 0);
	return table;
}

static void table_free(struct table *table)
{
	free(table->units);
	free(table->lines);
}

static uint8_t find(const struct table *table, uint32_t address)
{
	return mxw_rank_find(table->units, table->lines, table->room, address);
}

/* A /24 is 256, a unit 16384 addresses. */
static const struct row {
	const char *name;
	const char *layers[LAYERS + 1];
	uint32_t unit; /* the one looked at */
	uint32_t leaves; /* of that unit */
	uint8_t class, layout; /* of that unit */
	uint64_t lines; /* of the table */
	uint32_t alone; /* lines of the unit by itself */
} rows[] = {
	{ "nothing", { NULL }, 0, 0, 0, MXW_FEED_THREE, 0, 0 },
	{ "the whole space", { "2:0-z" }, 77, 0, 2, MXW_FEED_NARROW, 0, 0 },
	{ "all but the first", { "2:1-z" }, 0, 1, 2, MXW_FEED_NARROW, 1, 64 },
	{ "all but the last", { "2:0-y" }, MXW_FEED_UNITS - 1, 1, 2, MXW_FEED_NARROW, 1, 64 },
	{ "a whole unit", { "2:16384-32767" }, 1, 0, 2, MXW_FEED_NARROW, 0, 0 },
	{ "one less than a unit", { "2:16385-32767" }, 1, 1, 2, MXW_FEED_NARROW, 1, 64 },
	{ "a whole /24", { "2:256-511" }, 0, 1, 0, MXW_FEED_NARROW, 1, 64 },
	{ "half of the unit", { "2:0-8191" }, 0, 32, 0, MXW_FEED_NARROW, 32, 64 },
	{ "more than half of the unit", { "2:0-8447" }, 0, 31, 2, MXW_FEED_NARROW, 31, 64 },
	{ "two classes share the unit",
	  { "2:0-8447", "4:0-16383" },
	  0,
	  31,
	  2,
	  MXW_FEED_NARROW,
	  31,
	  64 },
	{ "every /24", { "2:0 511 512 1000-16383" }, 0, 4, 2, MXW_FEED_NARROW, 4, 64 },
	{ "nine in a /24", { "2:0-8" }, 0, 1, 0, MXW_FEED_NARROW, 1, 64 },
	{ "two classes, two /29s", { "2:0-7", "4:8-15" }, 0, 1, 0, MXW_FEED_NARROW, 1, 64 },
	{ "two classes in a /29", { "2:0-7", "4:8-14 16" }, 0, 1, 0, MXW_FEED_NARROW, 1, 64 },
	{ "two classes in the same /29", { "2:0-6", "4:0-9" }, 0, 1, 0, MXW_FEED_WIDE, 4, 256 },
	{ "another leaf is wide too", { "2:0-6 900", "4:0-9" }, 0, 2, 0, MXW_FEED_WIDE, 8, 256 },
	{ "another unit is not",
	  { "2:0-6 16384-16400", "4:0-9" },
	  1,
	  1,
	  0,
	  MXW_FEED_NARROW,
	  5,
	  64 },
	{ "a hole in a default", { "2:300", "4:0-16383" }, 0, 1, 4, MXW_FEED_WIDE, 4, 256 },
	{ "a /29 in a default", { "2:296-303", "4:0-16383" }, 0, 1, 4, MXW_FEED_NARROW, 1, 64 },
	{ "a /24 in a default", { "2:256-511", "4:0-16383" }, 0, 1, 4, MXW_FEED_NARROW, 1, 64 },

	{ "inline: 0.0.0.0", { "2:0" }, 0, 0, 2, MXW_FEED_INLINE, 0, 64 },
	{ "inline: 255.255.255.255", { "2:z" }, MXW_FEED_UNITS - 1, 0, 2, MXW_FEED_INLINE, 0, 64 },
	{ "inline: a unit and one more", { "2:16384-32768" }, 2, 0, 2, MXW_FEED_INLINE, 0, 64 },
	{ "inline: over the border of units",
	  { "2:16383-16384" },
	  1,
	  0,
	  2,
	  MXW_FEED_INLINE,
	  0,
	  64 },
	{ "inline: over the border of /24s", { "4:255-256" }, 0, 0, 4, MXW_FEED_INLINE, 0, 64 },
	{ "inline: six of the first and the last",
	  { "2:0-2 16381-16383" },
	  0,
	  0,
	  2,
	  MXW_FEED_INLINE,
	  0,
	  64 },
	{ "inline: the second class is hidden",
	  { "2:0-5", "4:5" },
	  0,
	  0,
	  2,
	  MXW_FEED_INLINE,
	  0,
	  64 },

	{ "four: seven, four in a /24",
	  { "2:0-2 255 256 600 16383" },
	  0,
	  4,
	  0,
	  MXW_FEED_FOUR,
	  1,
	  64 },
	{ "three: seven, three in a /24",
	  { "2:0-2 256-258 16383" },
	  0,
	  3,
	  0,
	  MXW_FEED_THREE,
	  1,
	  64 },
	{ "three: three over a border",
	  { "2:254-256 1000-1002 5000 6000" },
	  0,
	  5,
	  0,
	  MXW_FEED_THREE,
	  1,
	  64 },
	{ "three: each /24 a class", { "2:0-2", "4:256-258" }, 0, 2, 0, MXW_FEED_THREE, 1, 64 },
	{ "three: more than a line",
	  { "2:0 256 512 768 1024 1280 1536 1792 2048 2304 2560 2816 3072 3328 "
	    "3584 3840 4096" },
	  0,
	  17,
	  0,
	  MXW_FEED_THREE,
	  2,
	  64 },
	{ "four: four in a /24", { "2:0-3 256 512 768" }, 0, 4, 0, MXW_FEED_FOUR, 1, 64 },
	{ "four: two classes in a /24", { "2:0", "4:200" }, 0, 1, 0, MXW_FEED_FOUR, 1, 64 },
	{ "four: two classes in a /29", { "2:0", "4:7" }, 0, 1, 0, MXW_FEED_FOUR, 1, 256 },
	{ "four: eight over a border", { "2:252-259" }, 0, 2, 0, MXW_FEED_FOUR, 1, 64 },
	{ "eight: five in a /24", { "2:0-4 300 500" }, 0, 2, 0, MXW_FEED_EIGHT, 1, 64 },
	{ "eight: eight in a /24", { "2:0-7" }, 0, 1, 0, MXW_FEED_EIGHT, 1, 64 },
	{ "eight: eight of two classes", { "2:0-5 255", "4:7" }, 0, 1, 0, MXW_FEED_EIGHT, 1, 256 },
	{ "eight: behind a unit of three",
	  { "2:0-2 256-258 16383 16384-16391" },
	  1,
	  1,
	  0,
	  MXW_FEED_EIGHT,
	  1,
	  64 },
	{ "narrow: behind a unit of three",
	  { "2:0-2 256-258 16383 16384-16400" },
	  1,
	  1,
	  0,
	  MXW_FEED_NARROW,
	  2,
	  64 },
};

static void check_shape(const struct row *row, const struct table *table)
{
	const struct mxw_feed_unit *unit = &table->units[row->unit];
	struct mxw_feed_head head;

	memcpy(&head, table->lines, sizeof(head));
	if (head.used != row->lines + 1 || head.room != table->room ||
	    table->room != row->lines + 1)
		fail_msg("row \"%s\": %u of %u lines", row->name, head.used, head.room);
	if ((row->layout != MXW_FEED_INLINE &&
	     __builtin_popcountll(unit->present) != (int)row->leaves) ||
	    (uint8_t)(unit->place >> 32) != row->class ||
	    (uint8_t)(unit->place >> 40) != row->layout)
		fail_msg("row \"%s\": present %#llx, place %#llx", row->name,
			 (unsigned long long)unit->present, (unsigned long long)unit->place);
}

/* The class that a linear look gives. */
static uint8_t wanted(const struct mxw_layers *layers, uint32_t address)
{
	for (size_t i = 0; i < layers->count; i++)
		if (mxw_ranges_contain(layers->layer[i].ranges, address))
			return layers->layer[i].class;
	return 0;
}

/* Every address of the first three units, and of the last. */
static void check_addresses(const struct row *row, const struct mxw_layers *layers,
			    const struct table *table)
{
	for (uint32_t i = 0; i < 4 * UNIT; i++) {
		uint32_t address = i < 3 * UNIT ? i : i - 4 * UNIT;
		uint8_t got = find(table, address), want = wanted(layers, address);

		if (got != want)
			fail_msg("row \"%s\": address %#x has class %u, wanted %u", row->name,
				 address, got, want);
	}
}

/* The unit by itself, put in the place of the one in the table. */
static void check_alone(const struct row *row, const struct mxw_layers *layers,
			const struct table *table)
{
	static struct mxw_rank_unit alone;
	static union mxw_feed_line lines[1 + 256]; /* line 0 is not a leaf */
	struct mxw_feed_unit *units = calloc(MXW_FEED_UNITS, sizeof(*units));

	assert_non_null(units);
	memset(&alone, 0xee, sizeof(alone));
	mxw_rank_unit(layers, row->unit, &alone);
	if (alone.count != row->alone)
		fail_msg("row \"%s\": %u lines alone", row->name, alone.count);
	units[row->unit].present = 0x123456789abcdef0; /* does not matter */
	units[row->unit].place =
		MXW_FEED_PLACE(alone.count ? MXW_FEED_CELLS : 0, alone.class, alone.layout);
	memcpy(lines + 1, alone.lines, sizeof(alone.lines));
	for (uint32_t i = row->unit * UNIT; i - row->unit * UNIT < UNIT; i++)
		assert_int_equal(mxw_rank_find(units, lines, 1 + alone.count, i), find(table, i));
	free(units);
}

static void leaves_are_where_they_are_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_layers layers;
		struct table table;

		layers_open(&layers, false, rows[i].layers);
		table = table_of(&layers);
		check_shape(&rows[i], &table);
		check_addresses(&rows[i], &layers, &table);
		check_alone(&rows[i], &layers, &table);
		layers_close(&layers);
		table_free(&table);
	}
}

static void a_table_that_is_too_small_is_refused(void **state)
{
	static const char *const texts[] = { "2:1 256 16384-16400", "4:0-9", NULL };
	struct mxw_feed_unit *units = calloc(MXW_FEED_UNITS, sizeof(*units));
	union mxw_feed_line lines[10];
	struct mxw_layers layers;

	(void)state;
	layers_open(&layers, false, texts);
	assert_int_equal(mxw_rank_measure(&layers), 9);
	for (uint32_t room = 0; room <= 10; room++) {
		struct mxw_err err = { 0 };
		int code;

		memset(lines, 0, sizeof(lines));
		code = mxw_rank_build(&layers, units, lines, room, &err);
		assert_int_equal(code, room < 10 ? MXW_E_FAIL : MXW_OK);
		if (code)
			assert_non_null(strstr(err.text, "has room for"));
	}
	layers_close(&layers);
	free(units);
}

static void a_line_that_is_not_there_lists_nobody(void **state)
{
	static const char *const lists[][LAYERS] = {
		{ "2:0-6 z" },
		{ "2:0-9" },
		{ "2:0 300 600 900 1200 1500 1800" },
		{ "2:0", "4:1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct mxw_layers layers;
		struct table table;

		layers_open(&layers, false, lists[i]);
		table = table_of(&layers);
		assert_int_equal(find(&table, 0), 2);
		table.room--;
		assert_int_equal(find(&table, 0), 0);
		layers_close(&layers);
		table_free(&table);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_are_where_they_are_needed),
		cmocka_unit_test(a_table_that_is_too_small_is_refused),
		cmocka_unit_test(a_line_that_is_not_there_lists_nobody),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
