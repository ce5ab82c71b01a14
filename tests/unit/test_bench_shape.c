// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses of the benchmarks and who sends how often (bench/lib/corpus.h, shape.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "bench/lib/shape.h"

#define EACH 200000U /* addresses of a kind that are looked at */
#define DRAWS 100000U

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sorted, count addresses of which no two are the same and all may have an owner. */
static void check_addresses(uint32_t *addresses, uint32_t count)
{
	qsort(addresses, count, sizeof(*addresses), compare);
	for (uint32_t i = 0; i < count; i++) {
		assert_in_range(addresses[i], 0x01000000, 0xdfffffff);
		assert_int_not_equal(addresses[i] >> 24, 127);
		assert_int_not_equal(addresses[i] >> 8, 0xc00002); /* 192.0.2.0/24 is ours */
		if (i)
			assert_int_not_equal(addresses[i], addresses[i - 1]);
	}
}

static void no_address_comes_twice(void **state)
{
	uint32_t *addresses = calloc(2 * EACH, sizeof(*addresses));

	(void)state;
	assert_non_null(addresses);
	for (int shape = 0; shape < BENCH_SHAPES; shape++) {
		for (uint32_t i = 0; i < EACH; i++) {
			addresses[i] =
				bench_shape_address((enum bench_shape)shape, BENCH_LISTED, i);
			addresses[EACH + i] =
				bench_shape_address((enum bench_shape)shape, BENCH_UNLISTED, i);
		}
		check_addresses(addresses, 2 * EACH);
	}
	free(addresses);
}

/* The last one that there is, too. */
static void the_highest_index_gives_an_address(void **state)
{
	(void)state;
	for (int shape = 0; shape < BENCH_SHAPES; shape++) {
		uint32_t last = bench_shape_address((enum bench_shape)shape, BENCH_LISTED,
						    BENCH_SHAPE_MOST - 1);

		check_addresses(&last, 1);
	}
}

static void a_cluster_shares_its_network(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1000 * BENCH_CLUSTER; i++) {
		uint32_t first = i - i % BENCH_CLUSTER;
		uint32_t own = bench_shape_address(BENCH_CLUSTERED, BENCH_LISTED, i);

		assert_int_equal(own >> 8,
				 bench_shape_address(BENCH_CLUSTERED, BENCH_LISTED, first) >> 8);
		assert_int_equal(own >> 8,
				 bench_shape_address(BENCH_CLUSTERED, BENCH_UNLISTED, first) >> 8);
	}
}

static void names_and_shapes_belong_together(void **state)
{
	enum bench_shape found;

	(void)state;
	for (int shape = 0; shape < BENCH_SHAPES; shape++) {
		assert_true(bench_shape_parse(bench_shape_name((enum bench_shape)shape), &found));
		assert_int_equal(found, shape);
	}
	assert_false(bench_shape_parse("round", &found));
	assert_false(bench_shape_parse("", &found));
}

static void everyone_sends_in_turn(void **state)
{
	uint64_t random = BENCH_SEED;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(bench_shape_draw(BENCH_UNIFORM, 300, i, &random), i % 300);
		assert_int_equal(bench_shape_draw(BENCH_CLUSTERED, 300, i, &random), i % 300);
	}
}

static uint32_t draws_of_talkers(uint32_t members)
{
	uint64_t random = BENCH_SEED;
	uint32_t talkers = 0;

	for (uint32_t i = 0; i < DRAWS; i++) {
		uint32_t drawn = bench_shape_draw(BENCH_SKEWED, members, i, &random);

		assert_true(drawn < members);
		talkers += drawn < BENCH_TALKERS;
	}
	return talkers;
}

/* 90 % are chosen, and their share of the rest: exactly so often for this seed. */
static void a_few_send_most_where_skewed(void **state)
{
	(void)state;
	assert_in_range(draws_of_talkers(1000000), DRAWS * 89 / 100, DRAWS * 91 / 100);
	assert_int_equal(draws_of_talkers(BENCH_TALKERS), DRAWS);
	assert_int_equal(draws_of_talkers(3), DRAWS);
}

/* A probe's address is that of a listed source. */
static int find(const uint32_t *sorted, uint32_t count, uint32_t saddr)
{
	uint32_t address = ntohl(saddr);

	return bsearch(&address, sorted, count, sizeof(address), compare) != NULL;
}

static void a_mix_has_the_hits_that_it_says(void **state)
{
	static const struct bench_mix mixes[] = {
		{ 0, 0, 0 }, { 1000, 0, 0 }, { 1000, 37, 0 }, { 5000, 100, 0 }, { 5000, 100, 10 }
	};
	struct bench_probe *probes = calloc(BENCH_PROBES, sizeof(*probes));
	uint32_t listed[5000] = {};

	(void)state;
	assert_non_null(probes);
	for (size_t m = 0; m < sizeof(mixes) / sizeof(mixes[0]); m++) {
		uint64_t hits = 0;

		for (uint32_t i = 0; i < mixes[m].entries; i++)
			listed[i] = bench_address(BENCH_LISTED, i);
		qsort(listed, mixes[m].entries, sizeof(*listed), compare);
		bench_corpus_fill(probes, &mixes[m]);
		for (uint32_t i = 0; i < BENCH_PROBES; i++)
			hits += (uint64_t)find(listed, mixes[m].entries, probes[i].saddr);
		assert_int_equal(hits, bench_corpus_hits(&mixes[m]));
	}
	free(probes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_address_comes_twice),
		cmocka_unit_test(the_highest_index_gives_an_address),
		cmocka_unit_test(a_cluster_shares_its_network),
		cmocka_unit_test(names_and_shapes_belong_together),
		cmocka_unit_test(everyone_sends_in_turn),
		cmocka_unit_test(a_few_send_most_where_skewed),
		cmocka_unit_test(a_mix_has_the_hits_that_it_says),
	};

	return cmocka_run_group_tests_name("bench_shape", tests, NULL, NULL);
}
