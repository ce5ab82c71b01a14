// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Layers over each other (userspace/lists/paint.h). Each row holds for IPv4 and
 * for IPv6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/unit/ranges.h"

#define LAYERS 5

static const struct row {
	const char *name;
	const char *layers[LAYERS + 1];
	const char *want;
} rows[] = {
	{ "no layer", { NULL }, "" },
	{ "nothing in a layer", { "2:", "4:" }, "" },
	{ "one", { "2:5-9" }, "5-9=2" },
	{ "all", { "2:0-z" }, "0-z=2" },
	{ "the ends", { "2:0 z" }, "0=2 z=2" },
	{ "the last class", { "255:3" }, "3=255" },
	{ "gaps", { "2:1-2 4 9-y" }, "1-2=2 4=2 9-y=2" },
	{ "the first decides", { "2:5-9", "4:5-9" }, "5-9=2" },
	{ "strong within weak", { "2:5-9", "4:1-20" }, "1-4=4 5-9=2 10-20=4" },
	{ "weak within strong", { "2:1-20", "4:5-9" }, "1-20=2" },
	{ "strong over the beginning", { "2:1-5", "4:3-9" }, "1-5=2 6-9=4" },
	{ "strong over the end", { "2:7-12", "4:3-9" }, "3-6=4 7-12=2" },
	{ "begin together", { "2:3-5", "4:3-9" }, "3-5=2 6-9=4" },
	{ "end together", { "2:7-9", "4:3-9" }, "3-6=4 7-9=2" },
	{ "apart", { "2:3", "4:9" }, "3=2 9=4" },
	{ "apart, the weak one first", { "2:9", "4:3" }, "3=4 9=2" },
	{ "next to each other", { "2:3-5", "4:6-9" }, "3-5=2 6-9=4" },
	{ "next to each other, one class", { "2:3-5", "2:6-9" }, "3-9=2" },
	{ "next to each other, the weak one first", { "2:6-9", "2:3-5" }, "3-9=2" },
	{ "next to a third of its class", { "2:3-5", "4:9", "2:6-7" }, "3-7=2 9=4" },
	{ "one class over itself", { "2:3-6 20", "2:5-9" }, "3-9=2 20=2" },
	{ "one class through another", { "2:5", "4:5", "2:4 6" }, "4-6=2" },
	{ "one class around another", { "2:5", "4:1-9" }, "1-4=4 5=2 6-9=4" },
	{ "many over a wide one",
	  { "2:3 5 7 9", "4:0-z" },
	  "0-2=4 3=2 4=4 5=2 6=4 7=2 8=4 9=2 10-z=4" },
	{ "strong at the ends", { "2:0 z", "4:0-z" }, "0=2 1-y=4 z=2" },
	{ "weak at the ends", { "2:1-y", "4:0-z" }, "0=4 1-y=2 z=4" },
	{ "up to the end, both", { "2:y-z", "4:x-z" }, "x=4 y-z=2" },
	{ "stairs", { "2:1-3", "4:2-5", "6:4-8", "8:7-z" }, "1-3=2 4-5=4 6-8=6 9-z=8" },
	{ "stairs, the other way",
	  { "8:7-z", "6:4-8", "4:2-5", "2:1-3" },
	  "1=2 2-3=4 4-6=6 7-z=8" },
	{ "nested",
	  { "2:9", "3:8-10", "4:7-11", "5:6-12", "6:5-13" },
	  "5=6 6=5 7=4 8=3 9=2 10=3 11=4 12=5 13=6" },
	{ "nested, the strong one outside",
	  { "6:5-13", "5:6-12", "4:7-11", "3:8-10", "2:9" },
	  "5-13=6" },
	{ "lone ones of three by turns",
	  { "2:1 7", "4:3 9", "6:5 11" },
	  "1=2 3=4 5=6 7=2 9=4 11=6" },
	{ "a lone one ends where others begin", { "2:3-5", "4:5-6", "6:6-7" }, "3-5=2 6=4 7=6" },
};

static void the_first_layer_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		struct mxw_layers layers;
		char got[RANGES_TEXT];

		layers_open(&layers, i % 2, rows[i / 2].layers);
		layers_text(&layers, i % 2, got);
		expect_ranges(rows[i / 2].name, i % 2, got, rows[i / 2].want);
		layers_close(&layers);
	}
}

/* Layer i has i to 2000 - i, so that they are nested with the strongest inside or outside. */
static void check_as_many_as_can_be(bool wide, bool inside)
{
	static struct mxw_ranges ranges[MXW_LAYERS];
	struct mxw_layers layers = { .count = MXW_LAYERS };
	struct mxw_paint paint;
	struct mxw_span6 span;
	struct mxw_span4 narrow;
	size_t spans = 0;

	for (size_t i = 0; i < MXW_LAYERS; i++) {
		size_t inset = inside ? MXW_LAYERS - 1 - i : i;
		char text[64];

		(void)snprintf(text, sizeof(text), "%zu-%zu", inset, 2000 - inset);
		ranges[i] = ranges_of(wide, text);
		layers.layer[i] = (struct mxw_layer){ &ranges[i], (uint8_t)(inset + 1) };
	}
	mxw_paint_begin(&paint, &layers);
	while (wide ? mxw_paint_next6(&paint, &span) : mxw_paint_next4(&paint, &narrow)) {
		size_t class = spans < MXW_LAYERS ? spans + 1 : 2 * MXW_LAYERS - 1 - spans;

		assert_int_equal(wide ? span.class : narrow.class, inside ? class : 1);
		spans++;
	}
	assert_int_equal(spans, inside ? 2 * MXW_LAYERS - 1 : 1);
	for (size_t i = 0; i < MXW_LAYERS; i++)
		mxw_ranges_free(&ranges[i]);
}

static void as_many_layers_as_can_be(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		check_as_many_as_can_be(i % 2, i / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_layer_decides),
		cmocka_unit_test(as_many_layers_as_can_be),
	};

	return cmocka_run_group_tests_name("list_paint", tests, NULL, NULL);
}
