// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources that wait to be asked about, by rank, and how little forged ones take from real ones.
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
#define BOTS 80

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

/* The bot sends a SYN, and connects unless it is dropped. */
static bool visit(unsigned int n)
{
	bool dropped = is_dropped(n);

	(void)world_seen(&world, bot(n));
	if (!dropped)
		(void)world_seen_as(&world, bot(n), MXW_RANK_PRESENT);
	return dropped;
}

static void setup_public(struct world *w)
{
	w->setup.sources = 100000;
	w->setup.health[0].per_second = w->setup.health[1].per_second = 100;
}

static void setup_own(struct world *w)
{
	w->setup.sources = 100000;
	w->setup.health[0].per_second = w->setup.health[1].per_second = 4000;
}

/* Forged sources at the rate, each as often as repeats says, while bots come three times each, half
 * a minute apart. Returns how many are dropped the third time. */
static unsigned int dropped_third(void (*setup)(struct world *), unsigned int rate, bool repeats)
{
	unsigned int third = 0;
	uint32_t n = 0;

	opened(TWO, setup);
	for (unsigned int tenth = 0; tenth < 10 * 90; tenth++) {
		unsigned int second = tenth / 10;

		for (unsigned int i = 0; i < rate / 10; i++) {
			(void)forged(n++, MXW_RANK_REST);
			if (repeats && n > rate)
				(void)forged(n - rate, MXW_RANK_REPEATS);
		}
		for (unsigned int b = 0; b < BOTS && tenth % 10 == 3; b++)
			if (b % 30 == second % 30 && visit(b) && second >= 60)
				third++;
		world_run(&world, SECOND / 10);
	}
	return third;
}

static void forged_sources_keep_no_bot_from_its_verdict(void **state)
{
	static const struct {
		const char *what;
		void (*setup)(struct world *w);
		unsigned int rate;
		bool repeats;
	} rows[] = {
		{ "200 a second, public lists", setup_public, 200, false },
		{ "10 000 a second, public lists", setup_public, 10000, false },
		{ "10 000 a second, own lists", setup_own, 10000, false },
		{ "10 000 a second that repeat", setup_public, 10000, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int third = dropped_third(rows[i].setup, rows[i].rate, rows[i].repeats);
		struct mxw_dnsbl_counts counts = mxw_dnsbl_counts(world.engine);

		print_message("%s: %u of %u bots dropped at their third visit\n", rows[i].what,
			      third, BOTS);
		assert_in_range(third, BOTS * 95 / 100, BOTS);
		assert_int_equal(counts.shed[MXW_RANK_PRESENT], 0);
		for (unsigned int list = 0; list < 2; list++) {
			assert_int_equal(mxw_dnsbl_health(world.engine, list)->state,
					 MXW_HEALTH_ONLINE);
			assert_true(world.list[list].most_in_second <=
				    world.setup.health[list].per_second);
		}
		world_close(&world);
	}
}

static void setup_eight(struct world *w)
{
	w->setup.health[1].per_second = 8;
	w->setup.queue = 40;
}

/* The tightest list admits; all lists are asked about the same sources. */
static void verdicts_are_whole(void **state)
{
	(void)state;
	opened(TWO, setup_eight);
	for (uint32_t n = 0; n < 40; n++)
		(void)forged(n, MXW_RANK_REST);
	for (int i = 0; i < 30; i++) {
		world_run(&world, SECOND / 10);
		assert_int_equal(mxw_dnsbl_stats(world.engine, 0)->asked,
				 mxw_dnsbl_stats(world.engine, 1)->asked);
	}
	assert_int_equal(world.partly, 0);
	assert_in_range(world.told, 16, 24);
	world_close(&world);
}

static uint32_t waiting(enum mxw_rank rank)
{
	return mxw_dnsbl_counts(world.engine).waiting[rank];
}

static void a_source_that_rises_moves_up(void **state)
{
	(void)state;
	opened(TWO, setup_eight);
	for (uint32_t n = 0; n < 30; n++)
		(void)forged(n, MXW_RANK_REST); /* 8 of them are asked about at once */
	assert_int_equal(waiting(MXW_RANK_REST), 22);
	assert_int_equal(world_seen(&world, bot(0)), MXW_SEEN_WAIT);
	assert_int_equal(world_seen_as(&world, bot(1), MXW_RANK_REPEATS), MXW_SEEN_WAIT);
	assert_int_equal(waiting(MXW_RANK_REST), 23);
	assert_int_equal(waiting(MXW_RANK_REPEATS), 1);
	assert_int_equal(world_seen_as(&world, bot(0), MXW_RANK_PRESENT), MXW_SEEN_WAIT);
	assert_int_equal(world_seen_as(&world, bot(0), MXW_RANK_REST), MXW_SEEN_WAIT); /* no fall */
	assert_int_equal(waiting(MXW_RANK_PRESENT), 1);
	assert_int_equal(waiting(MXW_RANK_REST), 22);
	world_run(&world, 13 * SECOND / 10); /* the second of the first eight is over */
	assert_true(is_dropped(0) && is_dropped(1));
	assert_true(world.told >= 10 && waiting(MXW_RANK_REST) > 10);
	world_close(&world);
}

static void the_newest_of_the_lowest_rank_is_shed(void **state)
{
	struct mxw_dnsbl_counts counts;

	(void)state;
	opened(TWO, setup_eight);
	for (uint32_t n = 0; n < 48; n++)
		assert_int_equal(forged(n, MXW_RANK_REST), MXW_SEEN_WAIT);
	assert_int_equal(forged(48, MXW_RANK_REST), MXW_SEEN_SHED); /* it is the newest itself */
	assert_int_equal(mxw_dnsbl_counts(world.engine).sources, 48); /* and forgotten */
	for (unsigned int b = 0; b < 30; b++)
		assert_int_equal(world_seen_as(&world, bot(b), MXW_RANK_REPEATS), MXW_SEEN_WAIT);
	for (unsigned int b = 30; b < 50; b++)
		assert_int_equal(world_seen_as(&world, bot(b), MXW_RANK_PRESENT), MXW_SEEN_WAIT);
	counts = mxw_dnsbl_counts(world.engine);
	assert_int_equal(counts.waiting[MXW_RANK_PRESENT], 20);
	assert_int_equal(counts.waiting[MXW_RANK_REPEATS], 20);
	assert_int_equal(counts.waiting[MXW_RANK_REST], 0);
	assert_int_equal(counts.shed[MXW_RANK_REST], 41);
	assert_int_equal(counts.shed[MXW_RANK_REPEATS], 10);
	assert_int_equal(forged(99, MXW_RANK_REPEATS), MXW_SEEN_SHED);
	world_run(&world, 4 * SECOND);
	assert_true(is_dropped(30) && is_dropped(49)); /* all that were present */
	world_run(&world, 4 * SECOND);
	assert_true(is_dropped(0) && !is_dropped(29)); /* the first that repeated, not the last */
	world_close(&world);
}

/* What has waited for half a minute is given up, so that the queue does not only hold the past. */
static void the_old_are_shed(void **state)
{
	(void)state;
	opened(TWO, setup_eight);
	world.no_room = true;
	for (uint32_t n = 0; n < 10; n++)
		(void)forged(n, MXW_RANK_REST);
	assert_int_equal(world_seen_as(&world, bot(0), MXW_RANK_PRESENT), MXW_SEEN_WAIT);
	world_run(&world, SECOND);
	assert_true(is_dropped(0)); /* it has room of its own */
	assert_int_equal(waiting(MXW_RANK_REST), 10);
	world_run(&world, 31 * SECOND);
	assert_int_equal(waiting(MXW_RANK_REST), 0);
	assert_int_equal(mxw_dnsbl_counts(world.engine).shed[MXW_RANK_REST], 10);
	assert_int_equal(mxw_dnsbl_counts(world.engine).sources, 1);
	world_close(&world);
}

/* Of the /64s of one /48, 256 a day are present, and stay it; the next one's are. */
static void a_net_has_so_many_present_sources(void **state)
{
	char address[32];

	(void)state;
	opened(TWO, setup_own);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < 300; i++) {
			(void)snprintf(address, sizeof(address), "2001:db9:1:%x::1", i);
			(void)world_seen_as(&world, address, MXW_RANK_PRESENT);
			world_run(&world, SECOND / 10);
			assert_int_equal(world.last.present, i < 256);
		}
		world_run(&world, 3600 * SECOND); /* all are forgotten */
	}
	(void)world_seen_as(&world, "2001:db9:2::1", MXW_RANK_PRESENT);
	world_run(&world, SECOND);
	assert_true(world.last.present);
	world_run(&world, 86400 * SECOND);
	(void)world_seen_as(&world, "2001:db9:1:400::1", MXW_RANK_PRESENT);
	world_run(&world, SECOND);
	assert_true(world.last.present);
	world_close(&world);
}

/* Where connections are not seen any more, sources that have completed none are not less than others. */
static void presence_that_is_lost_is_not_waited_for(void **state)
{
	(void)state;
	opened(TWO, NULL);
	(void)world_seen_as(&world, bot(0), MXW_RANK_PRESENT);
	world_run(&world, 3500 * SECOND);
	assert_true(mxw_dnsbl_knows_presence(world.engine));
	world_run(&world, 200 * SECOND);
	assert_false(mxw_dnsbl_knows_presence(world.engine));
	(void)world_seen_as(&world, bot(0), MXW_RANK_PRESENT);
	assert_true(mxw_dnsbl_knows_presence(world.engine));
	world_close(&world);
}

static void presence_lasts_and_is_told(void **state)
{
	(void)state;
	opened(TWO, NULL);
	assert_false(mxw_dnsbl_knows_presence(world.engine));
	(void)world_seen(&world, bot(0));
	world_run(&world, SECOND);
	assert_false(world.last.present);
	(void)world_seen_as(&world, bot(0), MXW_RANK_PRESENT);
	assert_true(mxw_dnsbl_knows_presence(world.engine));
	for (int minute = 0; minute < 1439; minute++) {
		world_run(&world, 60 * SECOND);
		(void)world_seen(&world, bot(0));
	}
	assert_true(world.last.present);
	for (int minute = 0; minute < 10; minute++) {
		world_run(&world, 60 * SECOND);
		(void)world_seen(&world, bot(0));
	}
	assert_false(world.last.present);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forged_sources_keep_no_bot_from_its_verdict),
		cmocka_unit_test(verdicts_are_whole),
		cmocka_unit_test(a_source_that_rises_moves_up),
		cmocka_unit_test(the_newest_of_the_lowest_rank_is_shed),
		cmocka_unit_test(the_old_are_shed),
		cmocka_unit_test(presence_lasts_and_is_told),
		cmocka_unit_test(a_net_has_so_many_present_sources),
		cmocka_unit_test(presence_that_is_lost_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("dnsbl_queue", tests, NULL, NULL);
}
