// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine of names (userspace/sources/names.h): reverse names, lists of names, HELO.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "nameworld.h"

static const struct row rows[] = {
	{ "7.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "mx.good.test", 0, 0 },
	{ "mx.good.test", MXW_DNS_A, 0, "", 0xc6336407, 0 },
	{ "8.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "mx.good.test", 0, 0 },
	{ "9.100.51.198.in-addr.arpa", MXW_DNS_PTR, 2, "", 0, 0 },
	{ "10.100.51.198.in-addr.arpa", MXW_DNS_PTR, MUTE, "", 0, 0 },
	{ "11.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "192.0.2.1", 0, 0 },
	{ "12.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "fail.test", 0, 0 },
	{ "fail.test", MXW_DNS_A, 2, "", 0, 0 },
	{ "13.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "a.test\nb.test\nc.test\nd.test\ne.test", 0,
	  60 },
	{ "14.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "host.evil.test", 0, 0 },
	{ "15.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "slow.test", 0, 0 },
	{ "slow.test", MXW_DNS_A, MUTE, "", 0, 0 },
	{ "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.d.a.b.0.8.b.d.0.1.0.0.2.ip6.arpa", MXW_DNS_PTR,
	  0, "six.test", 0, 0 },
	{ "six.test", MXW_DNS_AAAA, 0, "", 5, 3 },
	{ "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.d.a.b.0.8.b.d.0.1.0.0.2.ip6.arpa", MXW_DNS_PTR,
	  0, "six.test", 0, 0 },
	{ "17.100.51.198.in-addr.arpa", MXW_DNS_PTR, SLOW, "mx.good.test", 0, 0 },
	{ "test.d.example", MXW_DNS_A, 0, "", 0x7f000002, 0 },
	{ "evil.test.d.example", MXW_DNS_A, 0, "", 0x7f000002, 0 },
	{ "good.test.d.example", MXW_DNS_A, 0, "", 0x7f000005, 0 },
};

static struct nameworld *opened(const char *sites)
{
	return nameworld_open(rows, sizeof(rows) / sizeof(rows[0]), sites);
}

static void asker_done(void *context, uint64_t cookie)
{
	struct nameworld *world = context;

	world->done++;
	assert_int_equal(cookie, 42);
}

static struct mxw_evidence evidence(const struct nameworld *world, uint64_t key, const char *want)
{
	char text[200];
	struct mxw_evidence found = mxw_names_evidence_of(world->names, key, text, sizeof(text));

	assert_string_equal(text, want);
	assert_true(found.beside);
	found.text = NULL;
	return found;
}

static void reverse_names_and_their_weight(void **state)
{
	static const struct {
		const char *address, *text;
		int32_t score;
		bool partial;
		unsigned int asked; /* questions */
	} cases[] = {
		{ "198.51.100.7", "confirmed mx.good.test", -1, false, 2 },
		{ "198.51.100.8", "unconfirmed mx.good.test", 1, false, 2 },
		{ "198.51.100.1", "none", 2, false, 1 },
		{ "198.51.100.9", "unknown", 0, true, 1 },
		{ "198.51.100.11", "unusable", 2, false, 1 },
		{ "198.51.100.12", "unknown fail.test", 0, true, 2 },
		{ "198.51.100.13", "unknown a.test", 0, true, 5 },
		{ "2001:db8:bad:1::5", "confirmed six.test", -1, false, 2 },
		{ "2001:db8:bad:1::9", "unconfirmed six.test", 1, false, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nameworld *world = opened("");
		struct mxw_evidence found;

		assert_int_equal(nameworld_seen(world, cases[i].address), MXW_SEEN_WAIT);
		assert_int_equal(nameworld_seen(world, cases[i].address), MXW_SEEN_WAIT);
		nameworld_run(world, MXW_SECOND);
		assert_int_equal(world->told, 1);
		found = evidence(world, world->told_key, cases[i].text);
		if (found.score != cases[i].score || found.partial != cases[i].partial)
			fail_msg("%s: %d", cases[i].address, found.score);
		assert_int_equal(world->asked, cases[i].asked);
		assert_int_equal(nameworld_seen(world, cases[i].address), MXW_SEEN_READY);
		nameworld_close(world);
	}
}

static void answers_end(void **state)
{
	struct nameworld *world = opened("");

	(void)state;
	(void)nameworld_seen(world, "198.51.100.7");
	(void)nameworld_seen(world, "198.51.100.9");
	nameworld_run(world, 59 * MXW_SECOND);
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_READY);
	nameworld_run(world, 3 * MXW_SECOND); /* an error ends first */
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_READY);
	assert_int_equal(nameworld_seen(world, "198.51.100.9"), MXW_SEEN_WAIT);
	nameworld_run(world, 240 * MXW_SECOND);
	assert_true(evidence(world, 0xc6336407, "unknown").partial);
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_WAIT);
	/* while it is looked up again it is what it was, and what stands is not taken back */
	assert_int_equal(evidence(world, 0xc6336407, "confirmed mx.good.test").score, -1);
	assert_true(evidence(world, 0xc6336407, "confirmed mx.good.test").partial);
	nameworld_close(world);
}

/* What a good name might bring is waited for, but not for longer than the patience. */
static void slow_servers_hold_nothing_up(void **state)
{
	static const struct {
		const char *address;
		uint64_t key;
	} cases[] = { { "198.51.100.10", 0xc633640a }, { "198.51.100.15", 0xc633640f } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct nameworld *world = opened("");

		(void)nameworld_seen(world, cases[i].address);
		nameworld_run(world, MXW_SECOND);
		assert_int_equal(world->told, 0);
		assert_int_equal(evidence(world, cases[i].key, "unknown").least, -2);
		nameworld_run(world, 2 * MXW_SECOND);
		assert_int_equal(world->told, 1);
		assert_int_equal(evidence(world, cases[i].key, "unknown").least, 0);
		assert_int_equal(mxw_names_counts(world->names).jobs, 1);
		assert_int_equal(nameworld_seen(world, cases[i].address), MXW_SEEN_WAIT);
		nameworld_run(world, 10 * MXW_SECOND);
		assert_int_equal(mxw_names_counts(world->names).jobs, 0);
		assert_int_equal(world->told, 2);
		assert_int_equal(nameworld_seen(world, cases[i].address), MXW_SEEN_READY);
		nameworld_close(world);
	}
}

/* What comes late is kept, but leads to no further questions. */
static void a_late_name_is_not_followed(void **state)
{
	struct nameworld *world = opened("d.example*2");
	unsigned int asked = world->asked;

	(void)state;
	(void)nameworld_seen(world, "198.51.100.17");
	nameworld_run(world, 10 * MXW_SECOND);
	assert_int_equal(world->told, 2);
	assert_int_equal(world->asked, asked + 1);
	assert_int_equal(evidence(world, 0xc6336411, "unknown mx.good.test").score, 0);
	nameworld_close(world);
}

static void sources_being_looked_up_stay(void **state)
{
	static struct mxw_names_setup setup;
	struct nameworld *world = opened("");
	struct mxw_err err;

	(void)state;
	nameworld_setup(&setup, "");
	setup.sources = 4; /* all in one set */
	assert_int_equal(mxw_names_retune(world->names, &setup, &err), 0);
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_WAIT);
	assert_int_equal(nameworld_seen(world, "198.51.100.8"), MXW_SEEN_WAIT);
	assert_int_equal(nameworld_seen(world, "198.51.100.9"), MXW_SEEN_WAIT);
	assert_int_equal(nameworld_seen(world, "198.51.100.10"), MXW_SEEN_WAIT);
	assert_int_equal(nameworld_seen(world, "198.51.100.11"), MXW_SEEN_SPARED);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(nameworld_seen(world, "198.51.100.8"), MXW_SEEN_READY);
	assert_int_equal(nameworld_seen(world, "198.51.100.9"), MXW_SEEN_READY);
	assert_int_equal(nameworld_seen(world, "198.51.100.11"), MXW_SEEN_WAIT);
	nameworld_run(world, MXW_SECOND);
	(void)evidence(world, 0xc6336407, "unknown"); /* it was idle longest */
	(void)evidence(world, 0xc6336408, "unconfirmed mx.good.test");
	nameworld_close(world);
}

static void there_is_an_end_of_jobs(void **state)
{
	struct nameworld *world = opened("d.example*2");
	char address[20];

	(void)state;
	for (int i = 20; i < 100; i++) {
		(void)snprintf(address, sizeof(address), "198.51.%d.1", i);
		(void)nameworld_seen(world, address);
	}
	assert_int_equal(mxw_names_counts(world->names).jobs, 20);
	assert_int_equal(mxw_names_counts(world->names).unasked, 60);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(mxw_names_counts(world->names).jobs, 0);
	world->full = true;
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_SPARED);
	assert_int_equal(mxw_names_counts(world->names).jobs, 0);
	nameworld_close(world);
}

/* Forged sources whose name servers are mute take half of the jobs; what they asked for the resolver
 * still looks for when the job is over. Sources that are present have the other half. */
static void forged_sources_take_half_of_the_jobs(void **state)
{
	static struct row mute[30];
	static char name[30][40];
	struct nameworld *world;
	char address[20];

	(void)state;
	for (int i = 0; i < 30; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "1.%d.113.203.in-addr.arpa", i);
		mute[i] = (struct row){ name[i], MXW_DNS_PTR, MUTE, "", 0, 0 };
	}
	world = nameworld_open(mute, 30, "");
	for (int second = 0; second < 55; second++) {
		for (int i = 0; i < 30; i++) {
			(void)snprintf(address, sizeof(address), "203.113.%d.1", i);
			(void)nameworld_seen_syn(world, address);
		}
		nameworld_run(world, MXW_SECOND);
	}
	assert_int_equal(world->asked_ptr, 10);
	assert_int_equal(mxw_names_counts(world->names).jobs, 0);
	assert_int_equal(mxw_names_counts(world->names).resting, 10);
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_WAIT);
	assert_int_equal(nameworld_seen_syn(world, "198.51.100.8"), MXW_SEEN_SPARED);
	nameworld_run(world, 10 * MXW_SECOND);
	assert_int_equal(mxw_names_counts(world->names).resting, 0);
	assert_int_equal(nameworld_seen_syn(world, "198.51.100.8"), MXW_SEEN_WAIT);
	nameworld_close(world);
}

/* A name that nobody has asked for might have spoken for the source. */
static void what_was_skipped_is_missing(void **state)
{
	struct nameworld *world = opened("");

	(void)state;
	assert_int_equal(evidence(world, 0xc6336407, "unknown").least, -2);
	(void)nameworld_seen(world, "198.51.100.9");
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(evidence(world, 0xc6336409, "unknown").least, 0); /* SERVFAIL: asked */
	(void)nameworld_seen(world, "198.51.100.7");
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(evidence(world, 0xc6336407, "confirmed mx.good.test").least, -1);
	nameworld_close(world);
}

/* The same if there was room for the first question only, and it is asked again. */
static void half_of_a_look_up_is_missing(void **state)
{
	struct nameworld *world = opened("");

	(void)state;
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_WAIT);
	world->full = true;
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(world->told, 1);
	assert_int_equal(evidence(world, 0xc6336407, "unknown").least, -2);
	world->full = false;
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_WAIT);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(evidence(world, 0xc6336407, "confirmed mx.good.test").least, -1);
	nameworld_close(world);
}

static void lists_are_asked_about_reverse_names(void **state)
{
	struct nameworld *world = opened("d.example=127.0.0.2*2 d.example=127.0.0.5*-1");
	unsigned int asked;

	(void)state;
	(void)nameworld_seen(world, "198.51.100.14");
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(world->told, 1);
	assert_int_equal(evidence(world, 0xc633640e,
				  "unconfirmed host.evil.test, d.example=127.0.0.2*2 (evil.test)")
				 .score,
			 3);
	assert_int_equal(mxw_names_against(world->names, 0xc633640e), 1);
	/* a list that allows is believed for a name that leads back only */
	(void)nameworld_seen(world, "198.51.100.7");
	(void)nameworld_seen(world, "198.51.100.8");
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(evidence(world, 0xc6336407,
				  "confirmed mx.good.test, d.example=127.0.0.5*-1 (good.test)")
				 .score,
			 -2);
	assert_int_equal(evidence(world, 0xc6336408,
				  "unconfirmed mx.good.test, d.example=127.0.0.5*-1 (good.test)")
				 .score,
			 1);
	assert_int_equal(mxw_names_against(world->names, 0xc6336407), 0);
	asked = world->asked;
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_READY);
	assert_int_equal(nameworld_seen(world, "198.51.100.14"), MXW_SEEN_READY);
	assert_int_equal(world->asked, asked);
	nameworld_close(world);
}

static void helo_names_are_held_against_lists(void **state)
{
	static const struct {
		const char *helo, *text;
		int32_t score;
		enum mxw_seen seen;
	} cases[] = {
		{ "Host.Evil.TEST.", "host.evil.test, d.example=127.0.0.2*2 (evil.test)", 2,
		  MXW_SEEN_WAIT },
		{ "mx.good.test", "mx.good.test, d.example=127.0.0.5*-1 (good.test)", 0,
		  MXW_SEEN_WAIT },
		{ "new.test", "new.test", 0, MXW_SEEN_WAIT },
		{ "[198.51.100.7]", "", 0, MXW_SEEN_SPARED },
		{ "localhost", "", 0, MXW_SEEN_SPARED },
		{ "a\r\nb.test", "", 0, MXW_SEEN_SPARED },
	};
	struct nameworld *world = opened("d.example=127.0.0.2*2 d.example=127.0.0.5*-1");
	const struct mxw_names_asker asker = { asker_done, world, 42 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int done = world->done;
		struct mxw_evidence found;
		char text[200];

		assert_int_equal(mxw_names_helo_seen(world->names, cases[i].helo, &asker),
				 cases[i].seen);
		nameworld_run(world, MXW_SECOND);
		assert_int_equal(world->done - done, cases[i].seen == MXW_SEEN_WAIT);
		found = mxw_names_helo(world->names, cases[i].helo, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		assert_int_equal(found.score, cases[i].score);
		assert_true(found.beside);
		assert_false(found.partial);
		if (cases[i].seen == MXW_SEEN_WAIT)
			assert_int_equal(mxw_names_helo_seen(world->names, cases[i].helo, &asker),
					 MXW_SEEN_READY);
	}
	assert_int_equal(world->told, 0);
	assert_int_equal(mxw_names_counts(world->names).jobs, 0);
	nameworld_close(world);
}

static void a_reload_under_way(void **state)
{
	static struct mxw_names_setup setup;
	struct nameworld *world = opened("d.example*2");
	struct mxw_err err;

	(void)state;
	(void)nameworld_seen(world, "198.51.100.14");
	(void)nameworld_seen(world, "198.51.100.10");
	nameworld_setup(&setup, "e.sample*1 d.example*2");
	setup.sources = 10;
	assert_int_equal(mxw_names_retune(world->names, &setup, &err), 0);
	(void)nameworld_seen(world, "198.51.100.10"); /* a second time: the first is forgotten */
	nameworld_run(world, 30 * MXW_SECOND);
	assert_int_equal(mxw_names_counts(world->names).jobs, 0);
	(void)evidence(world, 0xc633640e,
		       "unconfirmed host.evil.test, d.example=127.0.0.2*2 (evil.test)");
	setup.on = false;
	assert_int_equal(mxw_names_retune(world->names, &setup, &err), 0);
	assert_int_equal(nameworld_seen(world, "198.51.100.7"), MXW_SEEN_SPARED);
	setup.jobs = MXW_NAMES_JOBS + 1;
	assert_int_equal(mxw_names_retune(world->names, &setup, &err), MXW_E_USAGE);
	nameworld_close(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reverse_names_and_their_weight),
		cmocka_unit_test(answers_end),
		cmocka_unit_test(slow_servers_hold_nothing_up),
		cmocka_unit_test(a_late_name_is_not_followed),
		cmocka_unit_test(sources_being_looked_up_stay),
		cmocka_unit_test(there_is_an_end_of_jobs),
		cmocka_unit_test(forged_sources_take_half_of_the_jobs),
		cmocka_unit_test(what_was_skipped_is_missing),
		cmocka_unit_test(half_of_a_look_up_is_missing),
		cmocka_unit_test(lists_are_asked_about_reverse_names),
		cmocka_unit_test(helo_names_are_held_against_lists),
		cmocka_unit_test(a_reload_under_way),
	};

	return cmocka_run_group_tests_name("names_engine", tests, NULL, NULL);
}
