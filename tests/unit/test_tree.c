// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv6 table (userspace/lists/tree.h): its size, and the class at both sides
 * of every edge, in trees of every number of keys around where nodes fill up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists/tree.h"
#include "tests/unit/ranges.h"

#define LAYERS 3

static uint8_t wanted(const struct mxw_layers *layers, uint64_t network)
{
	for (size_t i = 0; i < layers->count; i++) {
		const struct mxw_ranges *ranges = layers->layer[i].ranges;

		for (size_t j = 0; j < ranges->v6_count; j++)
			if (ranges->v6[j].first <= network && network <= ranges->v6[j].last)
				return layers->layer[i].class;
	}
	return 0;
}

static void check(const char *row, const struct mxw_layers *layers,
		  const struct mxw_feed_node *nodes, uint32_t count)
{
	static const uint64_t ends[] = { 0, 1, UINT64_MAX - 1, UINT64_MAX };

	for (uint64_t i = 0; i < 1000 + COUNT(ends); i++) {
		uint64_t network = i < 1000 ? i : ends[i - 1000];
		uint8_t got = mxw_tree_find(nodes, count, network);

		if (got != wanted(layers, network))
			fail_msg("row \"%s\": %#llx has class %u, wanted %u", row,
				 (unsigned long long)network, got, wanted(layers, network));
	}
}

static struct mxw_feed_node *build(const struct mxw_layers *layers, uint32_t count)
{
	struct mxw_feed_node *nodes = malloc((count + 1) * sizeof(*nodes));

	assert_non_null(nodes);
	memset(nodes, 0xee, (count + 1) * sizeof(*nodes));
	assert_int_equal(mxw_tree_build(layers, nodes, count, NULL), MXW_OK);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(nodes[i].class[7], 0);
	assert_int_equal(nodes[count].class[0], 0xee);
	return nodes;
}

static void spans_are_found(void **state)
{
	static const struct {
		const char *layers[LAYERS + 1];
		uint32_t nodes;
	} rows[] = {
		{ { NULL }, 0 },
		{ { "2:" }, 0 },
		{ { "2:0" }, 1 },
		{ { "2:z" }, 1 },
		{ { "2:y" }, 1 },
		{ { "2:0-z" }, 1 },
		{ { "2:0 z" }, 1 },
		{ { "2:x z", "4:y" }, 1 },
		{ { "2:3-5", "4:0-z" }, 1 },
		{ { "2:3-5", "4:6-9" }, 1 },
		{ { "2:1 3 5 7" }, 2 }, /* eight edges */
		{ { "2:1 3 5 z" }, 1 }, /* seven */
		{ { "2:1 3 5 7", "4:0-9" }, 2 },
		{ { "2:100-200 300-400", "4:150-350", "6:z" }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_feed_node *nodes;
		struct mxw_layers layers;

		layers_open(&layers, true, rows[i].layers);
		if (mxw_tree_measure(&layers) != rows[i].nodes)
			fail_msg("row \"%s\": %u nodes", rows[i].layers[0],
				 (uint32_t)mxw_tree_measure(&layers));
		nodes = build(&layers, rows[i].nodes);
		check(rows[i].layers[0], &layers, nodes, rows[i].nodes);
		free(nodes);
		layers_close(&layers);
	}
}

/* With one range more each time: 2 to 300 keys, in trees of one to three levels. Each with
 * the last /64 and without. */
static void trees_of_every_size(void **state)
{
	(void)state;
	for (unsigned int last = 0; last < 2; last++) {
		struct mxw_ranges ranges = ranges_of(true, last ? "z" : "");
		struct mxw_layers layers = { .layer = { { &ranges, 8 } }, .count = 1 };

		for (uint64_t i = 0; i < 150; i++) {
			struct mxw_range6 range = { 5 * i + 1, 5 * i + 3 };
			struct mxw_feed_node *nodes;
			uint32_t count;

			assert_int_equal(mxw_ranges_add6(&ranges, range, NULL), MXW_OK);
			assert_int_equal(mxw_ranges_settle(&ranges, NULL, NULL), MXW_OK);
			count = (uint32_t)mxw_tree_measure(&layers);
			assert_int_equal(count, (2 * (i + 1) + last + 6) / 7);
			nodes = build(&layers, count);
			check("sizes", &layers, nodes, count);
			free(nodes);
		}
		mxw_ranges_free(&ranges);
	}
}

static void a_tree_that_is_too_small_is_refused(void **state)
{
	static const char *const texts[] = { "2:1 3 5 7", NULL };
	struct mxw_feed_node nodes[1];
	struct mxw_layers layers;
	struct mxw_err err = { 0 };

	(void)state;
	layers_open(&layers, true, texts);
	assert_int_equal(mxw_tree_build(&layers, nodes, 1, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "has room for 1 nodes"));
	assert_int_equal(mxw_tree_build(&layers, NULL, 0, &err), MXW_E_FAIL);
	layers_close(&layers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_found),
		cmocka_unit_test(trees_of_every_size),
		cmocka_unit_test(a_tree_that_is_too_small_is_refused),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
