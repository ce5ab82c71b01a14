// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables that userspace/lists builds, as the program reads them: the program and
 * the library's own look agree on every source.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lists/rank.h"
#include "lists/tree.h"
#include "tests/bpf/feeds.h"

#define LISTS 4
#define RANGES 3000 /* of each family in a list */
#define PROBES 60000 /* of each family */
#define REPLACED 200 /* units, in place */
#define SPARE (REPLACED * 256)

static struct program program;
static uint64_t turn; /* of the random numbers */

static uint64_t next(void)
{
	return feed_random(++turn);
}

static void must(int error, const struct mxw_err *err)
{
	if (error)
		fail_msg("%d: %s", error, err->text);
}

/* Ranges of all sizes, crowded, so that they meet in units, leaves and /29s. */
static void make_ranges(struct mxw_ranges *ranges)
{
	struct mxw_err err;

	memset(ranges, 0, sizeof(*ranges));
	for (int i = 0; i < RANGES; i++) {
		uint32_t first4 = 0x0a000000 | (uint32_t)(next() >> 40 >> next() % 12);
		uint64_t first6 = 0x20010db800000000ULL | next() >> 36;
		uint64_t size = next() >> (44 + next() % 20);
		uint64_t last4 = first4 + size;

		must(mxw_ranges_add4(ranges,
				     (struct mxw_range4){ first4, last4 > UINT32_MAX
									  ? UINT32_MAX
									  : (uint32_t)last4 },
				     &err),
		     &err);
		must(mxw_ranges_add6(ranges, (struct mxw_range6){ first6, first6 + size }, &err),
		     &err);
	}
	must(mxw_ranges_settle(ranges, NULL, &err), &err);
}

static void build(const struct mxw_layers *layers, struct mxw_feed_generation *new)
{
	uint32_t lines = (uint32_t)mxw_rank_measure(layers) + 1 + SPARE;
	uint32_t nodes = (uint32_t)mxw_tree_measure(layers);
	struct mxw_err err;

	must(mxw_feed_table_prepare(program.feeds, lines, nodes, new, &err), &err);
	must(mxw_rank_build(layers, new->units, new->lines, lines, &err), &err);
	must(mxw_tree_build(layers, new->nodes, nodes, &err), &err);
	must(mxw_feed_table_flip(program.feeds, feed_all_enforce(), &err), &err);
}

/* A source at, beside or far from an end of a range. */
static uint64_t near4(const struct mxw_ranges *ranges)
{
	const struct mxw_range4 *range = &ranges->v4[next() % ranges->v4_count];

	switch (next() % 4) {
	case 0:
		return (uint32_t)next();
	case 1:
		return range->first - (uint32_t)(next() % 2);
	case 2:
		return (uint32_t)(range->last + next() % 2);
	default:
		return 0x0a000000 | (uint32_t)(next() >> 40);
	}
}

static uint64_t near6(const struct mxw_ranges *ranges)
{
	const struct mxw_range6 *range = &ranges->v6[next() % ranges->v6_count];

	switch (next() % 4) {
	case 0:
		return 3ULL << 60 | next() >> 4;
	case 1:
		return range->first - next() % 2;
	case 2:
		return range->last + next() % 2;
	default:
		return 0x20010db800000000ULL | next() >> 36;
	}
}

static void expect(const struct mxw_feed_generation *now, uint64_t source, uint64_t *listed)
{
	uint8_t want = source >> 32 ? mxw_tree_find(now->nodes, now->nodes_count, source)
				    : mxw_rank_find(now->units, now->lines, now->lines_count,
						    (uint32_t)source);
	uint8_t got = feed_ask(&program, source);

	if (got != want)
		fail_msg("%#llx is class %u to the program, %u to the library",
			 (unsigned long long)source, got, want);
	*listed += want != 0;
}

static void expect_all(const struct mxw_ranges *ranges)
{
	const struct mxw_feed_generation *now = mxw_feed_table_current(program.feeds);
	uint64_t listed4 = 0, listed6 = 0;

	for (int i = 0; i < PROBES; i++) {
		expect(now, near4(&ranges[next() % LISTS]), &listed4);
		expect(now, near6(&ranges[next() % LISTS]), &listed6);
	}
	assert_in_range(listed4, PROBES / 5, PROBES * 9 / 10);
	assert_in_range(listed6, PROBES / 5, PROBES * 9 / 10);
}

static void replace_some_units(const struct mxw_layers *layers)
{
	static struct mxw_rank_unit unit;
	struct mxw_err err;

	for (uint32_t i = 0; i < REPLACED; i++) {
		uint32_t number = (0x0a000000 >> 14) + i;

		mxw_rank_unit(layers, number, &unit);
		must(mxw_feed_table_put_unit(program.feeds, number, unit.lines, unit.count,
					     unit.class, unit.layout, &err),
		     &err);
	}
}

static void program_and_library_agree(void **state)
{
	struct mxw_ranges ranges[LISTS];
	struct mxw_layers layers = { .count = LISTS };
	struct mxw_feed_generation new;

	(void)state;
	feed_require(&program);
	for (int i = 0; i < LISTS; i++) {
		make_ranges(&ranges[i]);
		layers.layer[i] = (struct mxw_layer){ &ranges[i], (uint8_t)(2 * i + 2 + i % 2) };
	}
	build(&layers, &new);
	expect_all(ranges);
	layers.layer[0].class = 253; /* the rest stays as it was built, and both agree on that */
	replace_some_units(&layers);
	expect_all(ranges);
	for (int i = 0; i < LISTS; i++)
		mxw_ranges_free(&ranges[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_and_library_agree),
	};
	void *state = &program;
	int failed;

	if (feed_group_setup(&state))
		return 1;
	failed = cmocka_run_group_tests_name("bpf feed lists", tests, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
