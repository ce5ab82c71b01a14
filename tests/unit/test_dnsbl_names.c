// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of lists of names (userspace/sources/dnsbl.h): what is different from one of
 * addresses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lists.h"

static void of_names(struct world *world)
{
	world->setup.names = true;
	mxw_dnsbl_setup_defaults(&world->setup);
	world->setup.sources = 16;
	for (size_t i = 0; i < world->setup.plan.sites.zone_count; i++)
		world->setup.health[i].samples = 0;
}

static struct world *opened(const char *sites)
{
	static struct world world;

	world_open(&world, sites, of_names);
	world_run(&world, SECOND);
	return &world;
}

/* TEST is listed, INVALID is not, and no address is asked for. */
static void a_list_of_names_is_probed_by_names(void **state)
{
	struct world *world = opened("d.example*2 e.sample*1");

	(void)state;
	assert_int_equal(world->went_online, 2);
	assert_int_equal(world->list[0].asked, 2);
	world->list[0].manner = LISTS_ALL;
	world->list[1].manner = LISTS_NONE;
	world_run(world, 60 * SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->reason, MXW_HEALTH_LISTS_ALL);
	assert_int_equal(mxw_dnsbl_health(world->engine, 1)->reason, MXW_HEALTH_EMPTY);
	assert_int_equal(world->withdrawn, 1);
	world_close(world);
}

static void a_name_is_asked_for_once(void **state)
{
	struct world *world = opened("d.example*2 e.sample*-1");
	uint64_t key = mxw_dnsbl_name_key(world->engine, "evil.test");
	struct mxw_dnsbl_opinion opinion;

	(void)state;
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST),
			 MXW_SEEN_WAIT);
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST),
			 MXW_SEEN_WAIT);
	assert_string_equal(world->question[(world->first + world->count - 1) % LISTS_QUEUE].name,
			    "evil.test.e.sample");
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, "good.test", MXW_RANK_REST),
			 MXW_SEEN_WAIT);
	world_run(world, SECOND / 10);
	assert_int_equal(world->told, 2);
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST),
			 MXW_SEEN_READY);
	assert_true(mxw_dnsbl_opinion(world->engine, key, &opinion));
	assert_int_equal(opinion.score.score, 1);
	assert_false(opinion.score.partial);
	assert_int_equal(world->list[0].asked, 2 + 2);
	assert_int_not_equal(key, mxw_dnsbl_name_key(world->engine, "good.test"));
	world_close(world);
}

/* How many questions for the name are on their way. */
static unsigned int asked_for(const struct world *world, const char *name)
{
	unsigned int count = 0;

	for (uint32_t i = 0; i < world->count; i++)
		count += !strcmp(world->question[(world->first + i) % LISTS_QUEUE].name, name);
	return count;
}

/* Time passes, and no answer comes. */
static void tick(struct world *world)
{
	world->now += SECOND / 10;
	mxw_dnsbl_tick(world->engine);
}

/* Names move with what is known of them, and those that do not fit are forgotten. */
static void names_outlast_a_reload(void **state)
{
	struct world *world = opened("d.example*2");
	char name[] = "a0.test";
	struct mxw_err err;

	(void)state;
	for (int i = 0; i < 26; i++) {
		name[0] = (char)('a' + i);
		(void)mxw_dnsbl_seen_name(world->engine, name, MXW_RANK_REST);
	}
	(void)mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST);
	world_run(world, SECOND);
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 16);
	(void)mxw_dnsbl_seen_name(world->engine, "late.test", MXW_RANK_REST); /* is waited for */
	world_setup(&world->setup, "e.sample*1 d.example*2");
	of_names(world);
	assert_int_equal(mxw_dnsbl_retune(world->engine, &world->setup, &err), 0);
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 16);
	assert_int_equal(asked_for(world, "late.test.d.example"), 1);
	for (int i = 0; i < 2 && asked_for(world, "late.test.d.example") < 2; i++)
		tick(world);
	assert_int_equal(asked_for(world, "late.test.d.example"), 2); /* again */
	world_run(world, 5 * SECOND); /* the new list goes online */
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST),
			 MXW_SEEN_WAIT);
	assert_string_equal(world->question[(world->first + world->count - 1) % LISTS_QUEUE].name,
			    "evil.test.e.sample");
	world_run(world, SECOND);
	assert_int_equal(world->last.score.score, 3);
	/* asked again ahead of the end, by the name that was kept */
	(void)mxw_dnsbl_seen_name(world->engine, "evil.test", MXW_RANK_REST);
	world_run(world, 300 * SECOND);
	assert_int_equal(world->last.score.score, 3);
	assert_true(mxw_dnsbl_counts(world->engine).refreshed >= 1);
	world_close(world);
}

/* Of its own length and the list's together: never asked, and nothing overflows. */
static void a_name_too_long_for_the_list(void **state)
{
	static char zone[MXW_DNSBL_ZONE_TEXT + 3], name[MXW_DNSBL_ZONE_TEXT];
	struct world *world;

	(void)state;
	memset(zone, 'z', 60);
	memset(zone + 60, '.', 1);
	memset(zone + 61, 'y', 30);
	memset(name, 'n', MXW_DNSBL_ZONE_TEXT - 1);
	for (int i = 50; i < MXW_DNSBL_ZONE_TEXT - 1; i += 50)
		name[i] = '.';
	world = opened(zone);
	assert_int_equal(mxw_dnsbl_seen_name(world->engine, name, MXW_RANK_REST), MXW_SEEN_READY);
	assert_int_equal(world->list[0].asked, 2);
	world_close(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_names_is_probed_by_names),
		cmocka_unit_test(a_name_is_asked_for_once),
		cmocka_unit_test(names_outlast_a_reload),
		cmocka_unit_test(a_name_too_long_for_the_list),
	};

	return cmocka_run_group_tests_name("dnsbl_names", tests, NULL, NULL);
}
