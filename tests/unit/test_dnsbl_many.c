// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of the DNS lists with very many sources: case D8 of docs/cases.md, its memory,
 * a change of its setup, and questions that are put off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "sources/dnsbl_cache.h"
#include "lists.h"

#define SOURCES 1000000U
#define PER_SECOND 200U
#define PER_DAY 300000U
#define HOUR (3600 * SECOND)
#define BYTES_A_SOURCE 200U
#define BYTES_BESIDES (30U << 20)

static void setup_budgets(struct world *world)
{
	world->setup.sources = SOURCES;
	world->setup.health[0].per_second = PER_SECOND;
	world->setup.health[1].per_day = PER_DAY;
}

/* The n-th of many public addresses, one in 256 of them listed. */
static enum mxw_seen nth_source(struct world *world, uint32_t n)
{
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };

	addr[12] = (uint8_t)(20 + (n >> 20 & 15));
	addr[13] = (uint8_t)(n >> 12);
	addr[14] = (uint8_t)(n >> 4);
	addr[15] = (uint8_t)(n << 4);
	return mxw_dnsbl_seen(world->engine, addr, MXW_RANK_REST);
}

/* Of this process, in bytes. */
static uint64_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*u %lu", &pages), 1);
	(void)fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The sanitizer's own memory is in it, and makes it an eighth more. */
static void expect_small(const struct world *world, uint64_t before)
{
	uint32_t sources = mxw_dnsbl_counts(world->engine).sources;
	uint64_t grown = resident() - before;

	print_message("D8: %u sources known, resident memory grown by %llu bytes, %.1f a source\n",
		      sources, (unsigned long long)grown, (double)grown / sources);
	assert_in_range(sources, PER_SECOND * 3600 * 9 / 10, SOURCES); /* by the tightest list */
	assert_true(grown <= (uint64_t)sources * BYTES_A_SOURCE + BYTES_BESIDES);
}

static void case_D8_a_million_sources_in_an_hour(void **state)
{
	static struct world world;
	uint64_t before = resident();
	uint32_t limit;

	(void)state;
	world_open(&world, "a.example*4 b.sample*4 c.instance*-2", setup_budgets);
	for (unsigned int i = 0; i < 3; i++)
		world.list[i].ttl = 3600; /* all of them stay known */
	world_run(&world, SECOND);
	for (uint32_t n = 0; n < SOURCES; n++) {
		(void)nth_source(&world, n);
		world_run(&world, HOUR / SOURCES);
	}
	assert_in_range(world.list[0].most_in_second, PER_SECOND / 2, PER_SECOND);
	/* what the share for any source holds, and an hour's flow: the day is not spent in it */
	assert_in_range(world.list[1].asked, PER_DAY / 7, PER_DAY / 6);
	assert_true(mxw_dnsbl_used_today(world.engine, 1, &limit) <= PER_DAY);
	assert_int_equal(limit, PER_DAY);
	assert_true(mxw_dnsbl_stats(world.engine, 0)->over_second > 0);
	assert_true(mxw_dnsbl_stats(world.engine, 1)->over_day > 0);
	expect_small(&world, before);
	/* the probes still go out */
	assert_int_equal(mxw_dnsbl_health(world.engine, 1)->state, MXW_HEALTH_ONLINE);
	world_close(&world);
}

static void memory_of_a_source(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct mxw_source), MXW_SOURCE_BYTES);
	/* with the hash and the lists of a large configuration */
	assert_in_range(MXW_SOURCE_BYTES + 8 + 22 * (4 + 2), 1, 200);
}

static void setup_few(struct world *world)
{
	world->setup.sources = 64;
}

static void the_one_idle_longest_makes_room(void **state)
{
	static struct world world;

	(void)state;
	world_open(&world, "a.example", setup_few);
	world_run(&world, SECOND);
	for (uint32_t n = 0; n < 64; n++)
		(void)nth_source(&world, n);
	world_run(&world, SECOND);
	assert_int_equal(nth_source(&world, 0), MXW_SEEN_READY);
	assert_int_equal(nth_source(&world, 64), MXW_SEEN_WAIT); /* in the place of 1 */
	assert_int_equal(nth_source(&world, 0), MXW_SEEN_READY);
	assert_int_equal(nth_source(&world, 1), MXW_SEEN_WAIT);
	/* forgotten while its question is under way: the answer finds nobody */
	for (uint32_t n = 100; n < 200; n++)
		(void)nth_source(&world, n);
	world_run(&world, SECOND);
	assert_int_equal(mxw_dnsbl_counts(world.engine).sources, 64);
	assert_int_equal(mxw_dnsbl_counts(world.engine).evicted, 2 + 100);
	assert_int_equal(mxw_dnsbl_stats(world.engine, 0)->not_listed, 64 + 2 + 100);
	world_close(&world);
}

static void a_change_of_setup_keeps_what_is_known(void **state)
{
	static struct mxw_dnsbl_setup next;
	static struct world world;
	struct mxw_dnsbl_opinion opinion;
	struct mxw_err err;
	uint64_t asked;

	(void)state;
	world_open(&world, "a.example*4 b.sample*4", setup_few);
	world_run(&world, SECOND);
	(void)world_seen(&world, "198.51.100.7");
	world_run(&world, SECOND);
	assert_int_equal(world.sanction.rung, MXW_RUNG_DROP);
	assert_int_equal(world_seen(&world, "198.51.100.8"), MXW_SEEN_WAIT); /* under way */
	world_setup(&next, "c.instance*1 b.sample*4");
	next.sources = 32;
	asked = world.list[1].asked;
	assert_int_equal(mxw_dnsbl_retune(world.engine, &next, &err), 0);
	assert_int_equal(mxw_dnsbl_health(world.engine, 1)->state, MXW_HEALTH_ONLINE);
	assert_int_equal(mxw_dnsbl_health(world.engine, 0)->state, MXW_HEALTH_UNTRIED);
	assert_true(mxw_dnsbl_opinion(world.engine, 0xc6336407, &opinion));
	assert_int_equal(opinion.score.score, 4); /* of b.sample alone */
	world_run(&world, SECOND);
	assert_int_equal(world.last.key, 0xc6336408); /* asked again, and told */
	assert_true(world.last.score.score >= 4);
	assert_int_equal(world.list[1].asked - asked, 1); /* about .8; .7 is known */
	assert_int_equal(world_seen(&world, "198.51.100.7"), MXW_SEEN_WAIT); /* by the new list */
	world_run(&world, SECOND);
	assert_int_equal(world.last.score.score, 5);
	next.sources = 1;
	assert_int_equal(mxw_dnsbl_retune(world.engine, &next, &err), MXW_E_USAGE);
	world_close(&world);
}

static uint32_t next_random(uint32_t *random)
{
	*random = *random * 1664525U + 1013904223U;
	return *random >> 8;
}

/* Sources, time, manners and setups at random, for the sanitizers. */
static void anything_in_any_order(void **state)
{
	static const char *const sites[] = { "a.example*4 b.sample*4", "b.sample*4",
					     "c.instance*-4 a.example*4 b.sample*2" };
	static struct mxw_dnsbl_setup next;
	static struct world world;
	struct mxw_err err;
	uint32_t random = 3;

	(void)state;
	world_open(&world, sites[0], setup_few);
	for (int i = 0; i < 60000; i++) {
		uint32_t dice = next_random(&random) % 1000;

		if (dice < 2) {
			world_setup(&next, sites[next_random(&random) % 3]);
			next.sources = 16 + next_random(&random) % 200;
			assert_int_equal(mxw_dnsbl_retune(world.engine, &next, &err), 0);
		} else if (dice < 30) {
			world.list[next_random(&random) % 3].manner =
				next_random(&random) % 2 ? HONEST : next_random(&random) % 9;
		} else if (dice < 60) {
			world.list[next_random(&random) % 3].code =
				0x7f000002 + next_random(&random) % 9;
		} else if (dice < 70) {
			world_run(&world, next_random(&random) % 300 * SECOND);
		} else if (dice < 200) {
			world_run(&world, next_random(&random) % 20 * (SECOND / 20));
		} else {
			(void)nth_source(&world, next_random(&random) % 300);
		}
	}
	assert_true(world.told > 1000);
	world_close(&world);
}

static void sets_of_codes(void **state)
{
	static struct mxw_codes codes;
	uint32_t ab[] = { 0x7f000004, 0x7f000002 }, ba[] = { 0x7f000002, 0x7f000004 };
	uint16_t first, number = 1;

	(void)state;
	assert_int_equal(mxw_codes_init(&codes), 0);
	first = mxw_codes_take(&codes, 0, ab, 2);
	assert_int_equal(mxw_codes_take(&codes, 0, ba, 2), first);
	assert_int_not_equal(mxw_codes_take(&codes, 1, ba, 2), first);
	mxw_codes_drop(&codes, first);
	assert_int_equal(mxw_codes_get(&codes, first)->codes[0], 0x7f000002);
	mxw_codes_drop(&codes, first);
	for (uint32_t i = 0; number; i++) { /* a list that tells its score gets half */
		number = mxw_codes_take(&codes, 2, &i, 1);
		if (!number)
			assert_int_equal(i, MXW_CODE_SETS / 2);
	}
	assert_int_not_equal(mxw_codes_take(&codes, 0, ba, 2), 0);
	mxw_codes_free(&codes);
}

static void setup_eight(struct world *world)
{
	world->setup.health[0].per_second = 8;
}

/* A source whose question was put off by the budget of a second is told in part as soon as any. */
static void patience_counts_from_the_first_syn(void **state)
{
	static struct world world;
	char addr[32];

	(void)state;
	world_open(&world, "a.example*4 b.sample*4", setup_eight);
	world_run(&world, 2 * SECOND);
	world.list[0].manner = SILENT;
	for (int i = 0; i < 16; i++) {
		(void)snprintf(addr, sizeof(addr), "198.51.100.%d", 10 + i);
		assert_int_equal(world_seen(&world, addr), MXW_SEEN_WAIT);
	}
	world_run(&world, world.setup.patience - SECOND / 2);
	assert_int_equal(world.told, 0);
	world_run(&world, SECOND);
	assert_int_equal(world.partly, 16);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_D8_a_million_sources_in_an_hour),
		cmocka_unit_test(memory_of_a_source),
		cmocka_unit_test(the_one_idle_longest_makes_room),
		cmocka_unit_test(a_change_of_setup_keeps_what_is_known),
		cmocka_unit_test(anything_in_any_order),
		cmocka_unit_test(sets_of_codes),
		cmocka_unit_test(patience_counts_from_the_first_syn),
	};

	return cmocka_run_group_tests_name("dnsbl_many", tests, NULL, NULL);
}
