// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Both tables against a naive reference (corpus.h): generated feeds with blocks,
 * allows and exclusions, 10 million probes in all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists/rank.h"
#include "lists/tree.h"
#include "tests/unit/corpus.h"

#define CORPORA 20 /* of each family */
#define PROBES (10000000 / (2 * CORPORA))
#define UNITS_ALONE 300

static struct mxw_ranges settled(const struct corpus *corpus, size_t feed, enum kind kind)
{
	struct mxw_ranges ranges = { 0 };

	for (size_t i = 0; i < corpus->count[feed][kind]; i++) {
		const struct corpus_prefix *prefix = &corpus->prefix[feed][kind][i];
		struct mxw_range4 range4 = { (uint32_t)prefix->first, (uint32_t)prefix->last };
		struct mxw_range6 range6 = { prefix->first, prefix->last };

		assert_int_equal(corpus->wide ? mxw_ranges_add6(&ranges, range6, NULL)
					      : mxw_ranges_add4(&ranges, range4, NULL),
				 MXW_OK);
	}
	assert_int_equal(mxw_ranges_settle(&ranges, NULL, NULL), MXW_OK);
	return ranges;
}

/* The layers that the feeds are: ranges has two for each. */
static void open_layers(const struct corpus *corpus, struct mxw_ranges *ranges,
			struct mxw_layers *layers)
{
	layers->count = 2 * corpus->feeds;
	for (size_t i = 0; i < corpus->feeds; i++) {
		struct mxw_ranges block = settled(corpus, i, KIND_BLOCK);
		struct mxw_ranges exclude = settled(corpus, i, KIND_EXCLUDE);
		struct mxw_ranges *left = &ranges[corpus->feeds + i];

		ranges[i] = settled(corpus, i, KIND_ALLOW);
		assert_int_equal(mxw_ranges_subtract(&block, &exclude, left, NULL), MXW_OK);
		layers->layer[i] = (struct mxw_layer){ &ranges[i], MXW_FEED_CLASS(i + 1, 1) };
		layers->layer[corpus->feeds + i] =
			(struct mxw_layer){ left, MXW_FEED_CLASS(i + 1, 0) };
		mxw_ranges_free(&block);
		mxw_ranges_free(&exclude);
	}
}

static void close_layers(struct mxw_ranges *ranges, const struct mxw_layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		mxw_ranges_free(&ranges[i]);
}

static void expect_class(const struct corpus *corpus, uint64_t key, uint8_t got)
{
	uint8_t want = corpus_class(corpus, key);

	if (got != want)
		fail_msg("%#llx has class %u, wanted %u", (unsigned long long)key, got, want);
}

/* A unit from the windows of all layers, as a single change makes it. */
static void check_alone(const struct corpus *corpus, const struct mxw_layers *layers, uint32_t unit,
			uint64_t *random)
{
	static union mxw_feed_line lines[1 + 256];
	static struct mxw_rank_unit alone;
	static struct mxw_feed_unit units[MXW_FEED_UNITS];
	struct mxw_range4 window = { unit << 14, unit << 14 | 0x3fff };
	struct mxw_ranges parts[2 * CORPUS_FEEDS];
	struct mxw_layers local = *layers;

	for (size_t i = 0; i < layers->count; i++) {
		assert_int_equal(mxw_ranges_window(layers->layer[i].ranges, &window, NULL,
						   &parts[i], NULL),
				 MXW_OK);
		local.layer[i].ranges = &parts[i];
	}
	mxw_rank_unit(&local, unit, &alone);
	/* Line 0 is not a leaf: leaves begin at line 1. */
	memcpy(lines + 1, alone.lines, sizeof(alone.lines));
	units[unit].place =
		MXW_FEED_PLACE(alone.count ? MXW_FEED_CELLS : 0, alone.class, alone.layout);
	for (unsigned int i = 0; i < 256; i++) {
		uint32_t key = window.first + (uint32_t)(corpus_random(random) & 0x3fff);

		expect_class(corpus, key,
			     alone.count ? mxw_rank_find(units, lines, alone.count + 1, key)
					 : alone.class);
	}
	close_layers(parts, &local);
}

static void check_rank(const struct corpus *corpus, const struct mxw_layers *layers,
		       uint64_t *random)
{
	uint32_t room = (uint32_t)mxw_rank_measure(layers) + 1;
	union mxw_feed_line *lines = calloc(room, sizeof(*lines));
	struct mxw_feed_unit *units = calloc(MXW_FEED_UNITS, sizeof(*units));

	assert_true(lines && units);
	assert_int_equal(mxw_rank_build(layers, units, lines, room, NULL), MXW_OK);
	for (unsigned int i = 0; i < PROBES; i++) {
		uint32_t key = (uint32_t)corpus_probe(corpus, random);

		expect_class(corpus, key, mxw_rank_find(units, lines, room, key));
	}
	for (unsigned int i = 0; i < UNITS_ALONE; i++)
		check_alone(corpus, layers, (uint32_t)corpus_probe(corpus, random) >> 14, random);
	free(lines);
	free(units);
}

static void check_tree(const struct corpus *corpus, const struct mxw_layers *layers,
		       uint64_t *random)
{
	uint32_t count = (uint32_t)mxw_tree_measure(layers);
	struct mxw_feed_node *nodes = malloc((count + 1) * sizeof(*nodes));

	assert_non_null(nodes);
	assert_int_equal(mxw_tree_build(layers, nodes, count, NULL), MXW_OK);
	for (unsigned int i = 0; i < PROBES; i++) {
		uint64_t key = corpus_probe(corpus, random);

		expect_class(corpus, key, mxw_tree_find(nodes, count, key));
	}
	free(nodes);
}

static void note_lengths(const struct corpus *corpus, bool seen[65])
{
	for (size_t feed = 0; feed < corpus->feeds; feed++)
		for (size_t kind = 0; kind < KINDS; kind++)
			for (size_t i = 0; i < corpus->count[feed][kind]; i++)
				seen[corpus->prefix[feed][kind][i].length] = true;
}

/* Many random lists, against a table that is too simple to be wrong. Every prefix length has to
 * occur, or the test tests less than it says. */
static void check_family(bool wide)
{
	static struct corpus corpus;
	bool seen[65] = { false };

	for (uint64_t seed = 1; seed <= CORPORA; seed++) {
		struct mxw_ranges ranges[2 * CORPUS_FEEDS];
		struct mxw_layers layers;
		uint64_t random = seed;

		corpus_generate(&corpus, wide, seed);
		note_lengths(&corpus, seen);
		open_layers(&corpus, ranges, &layers);
		if (wide)
			check_tree(&corpus, &layers, &random);
		else
			check_rank(&corpus, &layers, &random);
		close_layers(ranges, &layers);
	}
	for (unsigned int length = 0; length <= (wide ? 64 : 32); length++)
		assert_true(seen[length]);
}

static void the_ipv4_table_agrees(void **state)
{
	(void)state;
	check_family(false);
}

static void the_ipv6_table_agrees(void **state)
{
	(void)state;
	check_family(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ipv4_table_agrees),
		cmocka_unit_test(the_ipv6_table_agrees),
	};

	return cmocka_run_group_tests_name("list_reference", tests, NULL, NULL);
}
