// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two stages, lists that speak against sources and lists that speak for them; and what happens
 * when the day's quota of one has nothing left.
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

#define THREE \
	"a.example*4 b.sample*4 c.instance=127.0.0.9*-4" /* it says 127.0.0.2, which counts nothing */

static struct world world;

static void opened(const char *sites, void (*setup)(struct world *world))
{
	world_open(&world, sites, setup);
	world_run(&world, 2 * SECOND);
}

/* The n-th forged source of very many, none of them listed. */
static enum mxw_seen forged(uint32_t n, enum mxw_rank rank)
{
	uint32_t hash = n * 2654435761U;
	uint8_t addr[16] = {
		[10] = 0xff,	       [11] = 0xff,	      (uint8_t)(20 + (hash >> 30)),
		(uint8_t)(hash >> 22), (uint8_t)(hash >> 14), (uint8_t)(hash >> 6)
	};

	return mxw_dnsbl_seen(world.engine, addr, rank);
}

static const char *bot(unsigned int n)
{
	static char text[20];

	(void)snprintf(text, sizeof(text), "198.51.100.%u", n + 1);
	return text;
}

/* What is decided about the bot now; NONE while something is waited for. */
static struct mxw_sanction decided(unsigned int n)
{
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_standing standing = { 0 };
	struct mxw_dnsbl_opinion opinion;
	struct mxw_evidence evidence;

	if (!mxw_dnsbl_opinion(world.engine, 0xc6336401 + n, &opinion) || !opinion.complete)
		return (struct mxw_sanction){ 0 };
	evidence = mxw_dnsbl_evidence(&opinion.score, "");
	return mxw_sanction_decide(&policy, &standing, &evidence, 1, world.now, 0);
}

static bool is_dropped(unsigned int n)
{
	return decided(n).rung == MXW_RUNG_DROP;
}

static void setup_quotas(struct world *w)
{
	w->setup.sources = 100000;
	for (unsigned int list = 0; list < 3; list++) {
		w->setup.health[list].per_second = 1000;
		w->setup.health[list].per_day = list == 2 ? 100000 : 300000;
	}
}

static void setup_no_alarm(struct world *w)
{
	setup_quotas(w);
	for (unsigned int list = 0; list < 3; list++)
		w->setup.health[list].hits.percent = 100;
}

/* Each bot is another one, until its number comes again long after. */
static unsigned int bots_of_a_day(unsigned int *came)
{
	unsigned int dropped = 0;

	*came = 0;
	for (unsigned int second = 0; second < 86400; second++) {
		if (second % 3 == 0) {
			unsigned int n = second / 3 % 250;

			(void)world_seen_as(&world, bot(n), MXW_RANK_PRESENT);
			world_run(&world, SECOND / 5);
			dropped += is_dropped(n);
			++*came;
			world_run(&world, SECOND * 4 / 5);
		} else {
			world_run(&world, SECOND);
		}
	}
	return dropped;
}

/* 90 000 forged SYNs were enough to silence an allow list, and with it all drops, for a day. Here
 * are ten times as many in as long, from listed space, so that the allow list is asked too. */
static void forged_sources_do_not_spend_the_day(void **state)
{
	unsigned int dropped, came;
	uint32_t limit;

	(void)state;
	opened(THREE, setup_no_alarm);
	(void)world_seen_as(&world, bot(0), MXW_RANK_PRESENT);
	world.list[0].manner = world.list[1].manner = LISTS_REAL;
	for (uint32_t n = 0; n < 900000; n++) {
		(void)forged(n, MXW_RANK_REST);
		if (n % 100 == 0)
			world_run(&world, SECOND / 10);
	}
	world.list[0].manner = world.list[1].manner = HONEST;
	dropped = bots_of_a_day(&came);
	print_message("after 900 000 forged sources %u of %u bots of a day are dropped\n", dropped,
		      came);
	assert_int_equal(dropped, came);
	for (unsigned int list = 0; list < 3; list++) {
		assert_int_equal(mxw_dnsbl_health(world.engine, list)->state, MXW_HEALTH_ONLINE);
		assert_true(mxw_dnsbl_used_today(world.engine, list, &limit) < limit);
	}
	world_close(&world);
}

static void allow_lists_are_asked_about_suspects(void **state)
{
	(void)state;
	opened(THREE, setup_no_alarm);
	(void)world_seen_as(&world, bot(9), MXW_RANK_PRESENT); /* presence is known from here on */
	world_run(&world, SECOND);
	world.list[2].asked = 0;
	assert_int_equal(world_seen(&world, "203.0.113.9"), MXW_SEEN_WAIT);
	world_run(&world, SECOND / 5);
	assert_true(world.last.complete &&
		    !world.last.score.partial); /* clean; nobody else heard */
	assert_int_equal(world.list[2].asked, 0);
	assert_false(world.sanction.incomplete);
	assert_int_equal(world_seen(&world, "203.0.113.9"), MXW_SEEN_READY);
	(void)world_seen(&world, bot(0));
	world_run(&world, SECOND / 5);
	assert_int_equal(world.list[2].asked, 1);
	assert_int_equal(world.sanction.rung, MXW_RUNG_DROP);
	world.list[2].code = 0x7f000009; /* the allow list speaks for the next one */
	(void)world_seen(&world, bot(1));
	world_run(&world, SECOND / 5);
	assert_int_equal(world.last.score.score, 4);
	world.beside = 1; /* names speak against a source that the lists find clean */
	assert_int_equal(mxw_dnsbl_again(world.engine, 0xcb007109), MXW_SEEN_WAIT);
	world_run(&world, SECOND / 5);
	assert_int_equal(world.list[2].asked, 3);
	assert_int_equal(mxw_dnsbl_again(world.engine, 0xcb007109), MXW_SEEN_READY);
	world.beside = 0;
	/* of clean ones only those that are present, while there is plenty */
	(void)world_seen_as(&world, "203.0.113.10", MXW_RANK_PRESENT);
	world_run(&world, SECOND / 5);
	assert_int_equal(world.list[2].asked, 4);
	world_close(&world);
}

static void setup_scarce(struct world *w)
{
	setup_no_alarm(w);
	w->setup.health[2].per_day = 1000; /* 112 for each share */
}

/* It holds the drop back for the source that it could not be asked about, and for no other. */
static void a_dry_allow_list_holds_back_one_drop(void **state)
{
	(void)state;
	opened(THREE, setup_scarce);
	(void)world_seen_as(&world, bot(200), MXW_RANK_PRESENT);
	for (unsigned int b = 0; b < 150; b++)
		(void)world_seen(&world, bot(b));
	world_run(&world, SECOND);
	assert_true(is_dropped(0) && is_dropped(100));
	assert_false(is_dropped(149));
	assert_int_equal(decided(149).rung, MXW_RUNG_REJECT); /* as far as it goes without */
	assert_true(decided(149).incomplete); /* a drop that stands is kept */
	assert_true(mxw_dnsbl_stats(world.engine, 2)->over_day > 0);
	(void)world_seen_as(&world, bot(149), MXW_RANK_PRESENT); /* it connects: the other share */
	world_run(&world, SECOND);
	assert_true(is_dropped(149));
	world_close(&world);
}

/* A list with nothing left is as one that is offline for that source; but it takes nothing back. */
static void a_dry_list_is_left_out(void **state)
{
	(void)state;
	opened("a.example*8 b.sample*4 c.instance*4", setup_scarce);
	(void)world_seen_as(&world, bot(200), MXW_RANK_PRESENT);
	for (unsigned int b = 0; b < 150; b++)
		(void)world_seen(&world, bot(b));
	world_run(&world, SECOND);
	assert_int_equal(decided(0).score, 16);
	assert_false(decided(0).incomplete);
	assert_int_equal(decided(149).score, 12);
	assert_true(is_dropped(149) && decided(149).incomplete);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forged_sources_do_not_spend_the_day),
		cmocka_unit_test(allow_lists_are_asked_about_suspects),
		cmocka_unit_test(a_dry_allow_list_holds_back_one_drop),
		cmocka_unit_test(a_dry_list_is_left_out),
	};

	return cmocka_run_group_tests_name("dnsbl_stages", tests, NULL, NULL);
}
