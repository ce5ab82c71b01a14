// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine and its alarm of hits: which sources count, what forged ones and a wave of real bots lead
 * to, and what a list gone mad does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lists.h"

#define TWO "a.example*4 b.sample*4"

static void with_samples(struct world *world)
{
	world->setup.sources = 20000;
	for (size_t i = 0; i < world->setup.plan.sites.zone_count; i++)
		world->setup.health[i].samples = 6;
}

/* Lets so many sources of 20.0.0.0/8, or of listed space, come in a second. */
static void come(struct world *world, unsigned int first, unsigned int count, bool listed,
		 enum mxw_rank rank)
{
	char address[32];

	for (unsigned int i = first; i < first + count; i++) {
		(void)snprintf(address, sizeof(address),
			       listed ? "2001:db8:bad:%x::1" : "2001:db8:%x:1::1", i + 0x1000);
		(void)world_seen_as(world, address, rank);
		world_run(world, SECOND / 100);
	}
}

/* 20 minutes of clean senders that connect: the usual share is none. */
static struct world *settled(void)
{
	static struct world world;

	world_open(&world, TWO, with_samples);
	world_run(&world, SECOND);
	for (unsigned int minute = 0; minute < 20; minute++) {
		come(&world, minute * 100, 100, false, MXW_RANK_PRESENT);
		world_run(&world, 59 * SECOND);
	}
	assert_int_equal(world.suspected, 0);
	assert_int_equal(world.went_offline, 0);
	return &world;
}

/* 3 000 forged SYNs from listed space: not even a suspicion. 300 once took all blocks back. */
static void forged_sources_do_not_count(void **state)
{
	struct world *world = settled();

	(void)state;
	come(world, 0, 3000, true, MXW_RANK_REST);
	assert_true(world->drops >= 3000); /* and they are blocked all the same */
	assert_int_equal(world->suspected, 0);
	assert_int_equal(world->went_offline, 0);
	assert_int_equal(world->withdrawn, 0);
	world_close(world);
}

/* 2 000 real bots on a quiet list: examined, and borne out. Each counts once, however often it comes. */
static void a_wave_of_real_bots_takes_nothing_back(void **state)
{
	struct world *world = settled();

	(void)state;
	for (int i = 0; i < 2000; i++)
		come(world, 7, 1, true, MXW_RANK_PRESENT);
	assert_int_equal(world->suspected, 0);
	come(world, 8, 2000, true, MXW_RANK_PRESENT);
	world_run(world, 15 * SECOND);
	assert_int_equal(world->suspected, 2); /* both lists */
	assert_int_equal(world->cleared, 2);
	assert_int_equal(world->went_offline, 0);
	assert_int_equal(world->withdrawn, 0);
	world_close(world);
}

/* A list that lists everybody but its test entries, and nobody comes. */
static void a_list_gone_mad_is_found_within_a_minute(void **state)
{
	struct world *world = settled();

	(void)state;
	world->list[0].manner = LISTS_REAL;
	world_run(world, 60 * SECOND);
	assert_int_equal(world->went_offline, 1);
	assert_int_equal(world->withdrawn, 1);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->reason, MXW_HEALTH_LISTS_NOBODY);
	world->list[0].manner = HONEST;
	world_run(world, 300 * SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_ONLINE);
	world_close(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forged_sources_do_not_count),
		cmocka_unit_test(a_wave_of_real_bots_takes_nothing_back),
		cmocka_unit_test(a_list_gone_mad_is_found_within_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
