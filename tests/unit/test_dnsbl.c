// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of the DNS lists (userspace/sources/dnsbl.h) and what it leads to: cases
 * D1 to D5 of docs/cases.md, and more, in a world without a network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists.h"

#define TWO "a.example*4 b.sample*4"
#define BAD "198.51.100.7"
#define GOOD "203.0.113.9"

static struct world *opened(const char *sites, void (*setup)(struct world *world))
{
	static struct world world;

	world_open(&world, sites, setup);
	world_run(&world, SECOND);
	assert_int_equal(world.went_online, world.setup.plan.sites.zone_count);
	return &world;
}

static void listed_by_two_is_dropped(void **state)
{
	struct world *world = opened(TWO, NULL);

	(void)state;
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_WAIT);
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_WAIT); /* not asked twice */
	assert_int_equal(world->told, 0);
	world_run(world, SECOND / 10);
	assert_int_equal(world->told, 1);
	assert_true(world->last.complete);
	assert_false(world->last.score.partial);
	assert_int_equal(world->last.score.score, 8);
	assert_int_equal(world->last.score.against, 2);
	assert_in_range(world->last.score.fail_ttl, 299, 300);
	assert_int_equal(world->sanction.rung, MXW_RUNG_DROP);
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_READY);
	assert_int_equal(world->list[0].asked, 4 + 1);
	assert_int_equal(world_seen(world, GOOD), MXW_SEEN_WAIT);
	world_run(world, SECOND / 10);
	assert_int_equal(world->last.score.score, 0);
	assert_int_equal(world->sanction.rung, MXW_RUNG_NONE);
	assert_int_equal(mxw_dnsbl_stats(world->engine, 0)->listed, 1);
	assert_int_equal(mxw_dnsbl_stats(world->engine, 0)->not_listed, 1);
	assert_int_equal(mxw_dnsbl_stats(world->engine, 0)->alone, 0);
	assert_int_equal(mxw_dnsbl_stats(world->engine, 0)->with[1], 1);
	assert_in_range(mxw_histogram_within(&mxw_dnsbl_stats(world->engine, 0)->latency, 99), 5000,
			6000);
	world_close(world);
}

static void ipv6_by_nibbles_and_its_64(void **state)
{
	struct world *world = opened(TWO, NULL);

	(void)state;
	assert_int_equal(world_seen(world, "2001:db8:bad:1:2:3:4:5"), MXW_SEEN_WAIT);
	assert_string_equal(world->question[(world->first + world->count - 1) % LISTS_QUEUE].name,
			    "5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.d.a.b.0.8.b.d.0.1.0.0.2."
			    "b.sample");
	world_run(world, SECOND / 10);
	assert_int_equal(world->sanction.rung, MXW_RUNG_DROP);
	assert_int_equal(world->last.addr[15], 5);
	/* a neighbour in the same /64 is the same source */
	assert_int_equal(world_seen(world, "2001:db8:bad:1::99"), MXW_SEEN_READY);
	assert_int_equal(world_seen(world, "::ffff:198.51.100.9"), MXW_SEEN_WAIT);
	world_run(world, SECOND / 10);
	assert_int_equal(world->last.key, 0xc6336409);
	world_close(world);
}

static void those_never_asked_about(void **state)
{
	static const char *const never[] = {
		"10.1.2.3",   "127.0.0.2", "192.168.1.1", "172.16.0.1",
		"100.64.0.1", "::1",	   "fe80::1",	  "224.0.0.5"
	};
	struct world *world = opened(TWO, NULL);

	(void)state;
	for (unsigned int i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_int_equal(world_seen(world, never[i]), MXW_SEEN_SPARED);
	world->spared = 0xc6336407;
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_SPARED);
	assert_int_equal(world->list[0].asked, 4);
	world_close(world);
}

static void a_part_is_told_and_never_drops(void **state)
{
	struct world *world = opened("a.example*8 b.sample*4 c.instance*4", NULL);

	(void)state;
	world->list[2].manner = SILENT;
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_WAIT);
	world_run(world, SECOND);
	assert_int_equal(world->told, 0);
	world_run(world, 3 * SECOND / 2);
	assert_int_equal(world->told, 1);
	assert_int_equal(world->partly, 1);
	assert_true(world->last.score.partial);
	assert_int_equal(world->last.score.score, 12);
	assert_int_equal(world->sanction.rung, MXW_RUNG_GREY);
	world_run(world, 10 * SECOND);
	assert_int_equal(world->told, 2); /* all that came is told; the silent list is an error */
	assert_true(world->last.complete && world->last.score.partial);
	assert_int_equal(world->drops, 0);
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_READY); /* not asked again at once */
	world->list[2].manner = HONEST;
	world_run(world, 61 * SECOND); /* it is about: the error is asked again */
	assert_int_equal(world->sanction.rung, MXW_RUNG_DROP);
	assert_int_equal(world->told, 3);
	world_close(world);
}

static void answers_are_asked_anew_ahead_of_their_end(void **state)
{
	struct world *world = opened(TWO, NULL);
	uint64_t asked;

	(void)state;
	(void)world_seen(world, BAD);
	(void)world_seen(world, GOOD);
	world_run(world, SECOND);
	asked = world->list[0].asked;
	(void)world_seen(world, BAD); /* is about; GOOD is not */
	for (int i = 0; i < 289; i++) {
		world_run(world, SECOND);
		assert_int_equal(world_seen(world, BAD), MXW_SEEN_READY);
	}
	world_run(world, 12 * SECOND);
	assert_int_equal(mxw_dnsbl_counts(world->engine).refreshed, 1);
	assert_int_equal(world->told, 3);
	assert_int_equal(world->last.key, 0xc6336407);
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_READY);
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 1); /* GOOD is forgotten */
	/* of the questions meanwhile all but one are probes: 7 rounds of 2 or 4 */
	assert_in_range(world->list[0].asked - asked, 1 + 6 * 2, 1 + 8 * 4);
	world_close(world);
}

static void a_fault_takes_nothing_back_early(void **state)
{
	struct world *world = opened(TWO, NULL);

	(void)state;
	(void)world_seen(world, BAD);
	world_run(world, SECOND);
	(void)world_seen(world, BAD);
	world_run(world, 285 * SECOND);
	world->list[0].manner = FAILING;
	world_run(world, 10 * SECOND); /* 4 s before its end */
	assert_int_equal(world->told, 2);
	assert_int_equal(world->last.score.score, 8); /* what was said before still holds */
	world_run(world, 10 * SECOND);
	assert_int_equal(world_seen(world, BAD), MXW_SEEN_WAIT);
	world_run(world, SECOND);
	assert_int_equal(world->last.score.score, 4);
	assert_true(world->last.score.partial);
	assert_int_equal(world->sanction.rung, MXW_RUNG_GREY);
	world_close(world);
}

static void case_D1_a_list_that_lists_everything(void **state)
{
	struct world *world = opened(TWO, NULL);
	char address[20];

	(void)state;
	for (int i = 0; i < 300; i++) {
		(void)snprintf(address, sizeof(address), "203.0.113.%d", i % 250);
		(void)world_seen(world, address);
		world_run(world, SECOND / 10);
	}
	assert_int_equal(world->drops, 0);
	world->list[0].manner = LISTS_ALL;
	for (int i = 0; i < 600; i++) { /* a minute */
		(void)snprintf(address, sizeof(address), "192.0.2.%d", i % 250);
		(void)world_seen(world, address);
		world_run(world, SECOND / 10);
	}
	assert_int_equal(world->drops, 0); /* one list alone never drops */
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_OFFLINE);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->reason, MXW_HEALTH_LISTS_ALL);
	assert_int_equal(world->withdrawn, 1);
	assert_true(mxw_dnsbl_counts(world->engine).withdrawn > 100);
	for (int i = 0; i < 250; i++) {
		struct mxw_dnsbl_opinion opinion;

		if (mxw_dnsbl_opinion(world->engine, 0xc0000200 + (uint64_t)i, &opinion))
			assert_int_equal(opinion.score.score, 0);
	}
	world->list[0].manner = HONEST;
	world_run(world, 60 * SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_ONLINE);
	world_close(world);
}

static void what_has_ended_can_still_be_taken_back(void **state)
{
	struct world *world = opened(TWO, NULL);
	unsigned int told;

	(void)state;
	(void)world_seen(world, BAD);
	(void)world_seen(world, GOOD);
	world_run(world, 1000 * SECOND);
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 1); /* the listed one */
	told = world->told;
	world->list[0].manner = LISTS_ALL;
	world_run(world, 60 * SECOND);
	assert_int_equal(world->told, told + 1);
	assert_true(world->last.withdrawn);
	assert_int_equal(world->last.key, 0xc6336407);
	assert_int_equal(world->last.score.score, 0);
	world_run(world, 3600 * SECOND);
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 0);
	world_close(world);
}

static void setup_canaries(struct world *world)
{
	for (unsigned int i = 0; i < 4; i++)
		memcpy(world->setup.canary[i], "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01", 16);
	world->setup.canary_count = 4;
}

static void canaries_find_a_list_whose_probes_are_right(void **state)
{
	struct world *world = opened(TWO, setup_canaries);

	(void)state;
	world->list[1].manner = LISTS_REAL;
	world_run(world, 60 * SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 1)->reason, MXW_HEALTH_CANARIES);
	assert_int_equal(world->withdrawn, 1);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_ONLINE);
	world_close(world);
}

static void case_D2_answers_outside_of_127(void **state)
{
	struct world *world = opened(TWO, NULL);

	(void)state;
	world->list[0].manner = HIJACKED;
	(void)world_seen(world, BAD);
	world_run(world, SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->reason, MXW_HEALTH_OUTSIDE);
	assert_int_equal(world->last.score.score, 4);
	assert_int_equal(mxw_dnsbl_stats(world->engine, 0)->errors[MXW_DNSBL_OUTSIDE], 1);
	assert_int_equal(world->drops, 0);
	world_close(world);
}

static void case_D3_codes_that_are_errors(void **state)
{
	static const struct {
		uint32_t code;
		enum mxw_dnsbl_fault fault;
	} cases[] = { { 0x7ffffffc, MXW_DNSBL_CODE_NAME },
		      { 0x7ffffffe, MXW_DNSBL_CODE_RESOLVER },
		      { 0x7fffffff, MXW_DNSBL_CODE_QUOTA } };

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct world *world = opened(TWO, NULL);
		char address[20];

		world->list[0].code = cases[i].code;
		for (int j = 0; j < 5; j++) {
			(void)snprintf(address, sizeof(address), "198.51.100.%d", j);
			(void)world_seen(world, address);
			world_run(world, SECOND);
			assert_int_equal(world->last.score.score, 4);
		}
		assert_int_equal(world->drops, 0);
		assert_int_equal(mxw_dnsbl_health(world->engine, 0)->reason, MXW_HEALTH_CODES);
		assert_int_equal(mxw_dnsbl_health(world->engine, 0)->fault, cases[i].fault);
		assert_non_null(mxw_list_health_hint(mxw_dnsbl_health(world->engine, 0)));
		world_close(world);
	}
}

static void case_D5_no_resolver_for_ten_minutes(void **state)
{
	struct world *world = opened(TWO, NULL);
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff, [12] = 51 };
	uint64_t asked;

	(void)state;
	(void)world_seen(world, BAD);
	world_run(world, SECOND / 10);
	assert_int_equal(world->sanction.rung, MXW_RUNG_DROP);
	world->list[0].manner = world->list[1].manner = SILENT;
	asked = world->list[0].asked;
	for (unsigned int i = 0; i < 600 * 50; i++) { /* 50 a second */
		addr[13] = (uint8_t)(i >> 16);
		addr[14] = (uint8_t)(i >> 8);
		addr[15] = (uint8_t)i;
		(void)mxw_dnsbl_seen(world->engine, addr, MXW_RANK_REST);
		world_run(world, SECOND / 50);
	}
	assert_int_equal(world->drops, 1);
	assert_int_equal(world->withdrawn, 0); /* silence takes nothing back */
	assert_int_equal(mxw_dnsbl_counts(world->engine).sources, 1000);
	/* 10 s until questions fail, 10 s until those of the examination do; then offline. */
	assert_in_range(world->list[0].asked - asked, 1, 1200);
	world->list[0].manner = world->list[1].manner = HONEST;
	world_run(world, 60 * SECOND);
	assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_ONLINE);
	(void)world_seen(world, BAD);
	world_run(world, SECOND);
	assert_int_equal(world->sanction.rung, MXW_RUNG_DROP);
	world_close(world);
}

static void what_the_resolver_drops_says_nothing_about_the_list(void **state)
{
	struct world *world = opened(TWO, NULL);
	char address[20];

	(void)state;
	for (unsigned int manner = DROPPED; manner <= NO_ROOM; manner++) {
		world->list[0].manner = manner;
		for (unsigned int i = 0; i < 100; i++) {
			(void)snprintf(address, sizeof(address), "198.51.100.%u", i + manner);
			if (world_seen(world, address) == MXW_SEEN_WAIT)
				world_run(world, SECOND / 10);
		}
		assert_true(world->last.score.partial);
		assert_int_equal(mxw_dnsbl_health(world->engine, 0)->state, MXW_HEALTH_ONLINE);
	}
	assert_int_equal(world->drops, 0);
	assert_true(mxw_dnsbl_stats(world->engine, 0)->unasked >= 100);
	assert_int_equal(mxw_dnsbl_stats_errors(mxw_dnsbl_stats(world->engine, 0)), 0);
	world_close(world);
}

static void a_list_known_dead_is_never_asked(void **state)
{
	static struct world world;

	(void)state;
	world_open(&world, "dnsbl.sorbs.net*4 b.sample*4", NULL);
	world_run(&world, 200 * SECOND);
	(void)world_seen(&world, BAD);
	world_run(&world, SECOND);
	assert_int_equal(world.list[0].asked, 0);
	assert_int_equal(world.last.score.score, 4);
	assert_false(world.last.score.partial);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed_by_two_is_dropped),
		cmocka_unit_test(ipv6_by_nibbles_and_its_64),
		cmocka_unit_test(those_never_asked_about),
		cmocka_unit_test(a_part_is_told_and_never_drops),
		cmocka_unit_test(answers_are_asked_anew_ahead_of_their_end),
		cmocka_unit_test(a_fault_takes_nothing_back_early),
		cmocka_unit_test(case_D1_a_list_that_lists_everything),
		cmocka_unit_test(what_has_ended_can_still_be_taken_back),
		cmocka_unit_test(canaries_find_a_list_whose_probes_are_right),
		cmocka_unit_test(case_D2_answers_outside_of_127),
		cmocka_unit_test(case_D3_codes_that_are_errors),
		cmocka_unit_test(case_D5_no_resolver_for_ten_minutes),
		cmocka_unit_test(what_the_resolver_drops_says_nothing_about_the_list),
		cmocka_unit_test(a_list_known_dead_is_never_asked),
	};

	return cmocka_run_group_tests_name("dnsbl", tests, NULL, NULL);
}
