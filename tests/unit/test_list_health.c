// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list's health (userspace/policy/list_health.h): cases D1 to D4 of docs/cases.md, and
 * its tests of itself. Time is an argument: minutes pass in no time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/list_health.h"

#define SECOND 1000000000ULL
#define DEADLINE (10 * SECOND)

/* A list as it behaves, and the clock. */
struct world {
	struct mxw_list_health health;
	uint64_t now;
	struct mxw_dnsbl_answer entry, loopback; /* to 127.0.0.2 and 127.0.0.1 */
	struct mxw_dnsbl_answer entry6, loopback6; /* the same for IPv6 */
	bool silent; /* answers nothing at all */
	unsigned int online, offline, withdraw; /* changes seen */
	uint64_t changed; /* when the last one was */
};

static struct mxw_dnsbl_answer listed(void)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_LISTED, .count = 1 };
}

static struct mxw_dnsbl_answer not_listed(void)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_NOT_LISTED };
}

static struct mxw_dnsbl_answer error(enum mxw_dnsbl_fault fault)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_ERROR, .fault = (uint8_t)fault };
}

static void seen(struct world *world, struct mxw_health_change change)
{
	world->online += change.online;
	world->offline += change.offline;
	world->withdraw += change.withdraw;
	if (change.online || change.offline || change.withdraw)
		world->changed = world->now;
}

static void probe(struct world *world, unsigned int round)
{
	const struct mxw_dnsbl_answer *answers[] = { &world->entry, &world->loopback,
						     &world->entry6, &world->loopback6 };

	for (unsigned int i = 0; i < 4; i++)
		if (round & 1U << i && !world->silent)
			seen(world,
			     mxw_list_health_probed(&world->health, i, answers[i], world->now));
}

/* Lets seconds pass, in steps as the engine's timer has them. */
static void pass(struct world *world, unsigned int seconds)
{
	uint64_t end = world->now + seconds * SECOND;

	while (world->now < end) {
		uint64_t next = mxw_list_health_next(&world->health);

		world->now = next < world->now ? world->now : next < end ? next : end;
		seen(world, mxw_list_health_tick(&world->health, world->now));
		probe(world, mxw_list_health_due(&world->health, world->now));
	}
}

static void start(struct world *world, const struct mxw_health_rules *rules)
{
	struct mxw_health_rules standard = mxw_health_default_rules();

	memset(world, 0, sizeof(*world));
	world->now = 1000 * SECOND;
	world->entry = world->entry6 = listed();
	world->loopback = world->loopback6 = not_listed();
	mxw_list_health_init(&world->health, rules ? rules : &standard, world->now);
}

static void real(struct world *world, struct mxw_dnsbl_answer answer)
{
	seen(world, mxw_list_health_answered(&world->health, &answer, world->now));
}

static const char *name(const struct world *world)
{
	return mxw_list_health_name(&world->health);
}

static void a_good_list_comes_and_stays_online(void **state)
{
	struct world w;

	(void)state;
	start(&w, NULL);
	assert_string_equal(name(&w), "untried");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, false, w.now),
			 MXW_ASK_OFFLINE);
	pass(&w, 1);
	assert_string_equal(name(&w), "online");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_YES);
	pass(&w, 86400);
	assert_int_equal(w.online, 1);
	assert_int_equal(w.offline, 0);
	assert_in_range(w.health.rounds, 86400 / 60, 86400 / 40);
}

static void no_entries_for_ipv6_no_questions(void **state)
{
	struct world w;

	(void)state;
	start(&w, NULL);
	w.entry6 = not_listed();
	pass(&w, 60);
	assert_string_equal(name(&w), "online");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_NO_IPV6);
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, false, w.now),
			 MXW_ASK_YES);
	w.entry6 = listed();
	pass(&w, 17 * 45);
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_YES);
}

/* D1: offline within one probe, which is within 60 s, and its entries withdrawn. */
static void a_list_that_lists_everything_is_found_within_a_minute(void **state)
{
	struct world w;
	uint64_t lies;

	(void)state;
	for (unsigned int late = 0; late < 50; late += 7) {
		start(&w, NULL);
		pass(&w, 600 + late);
		w.loopback = w.loopback6 = listed();
		lies = w.now;
		pass(&w, 60);
		assert_string_equal(name(&w), "lists-all");
		assert_int_equal(w.withdraw, 1);
		assert_true(w.changed - lies <= 60 * SECOND);
		assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_PRESENT, false, w.now),
				 MXW_ASK_OFFLINE);
		pass(&w, 600);
		assert_int_equal(w.withdraw, 1);
		w.loopback = w.loopback6 = not_listed();
		lies = w.now;
		pass(&w, 60);
		assert_string_equal(name(&w), "online");
		assert_true(w.changed - lies <= 60 * SECOND);
	}
}

static void a_list_that_lies_from_the_start_is_never_used(void **state)
{
	struct world w;

	(void)state;
	start(&w, NULL);
	w.loopback = listed();
	pass(&w, 3600);
	assert_int_equal(w.online, 0);
	assert_int_equal(w.withdraw, 1); /* of what is stored from before */
}

/* The rest of the faults: what takes a list offline, and how soon it is back. */
static void faults_take_a_list_offline_and_it_returns(void **state)
{
	static const struct {
		const char *name;
		enum mxw_dnsbl_fault entry, loopback; /* of the probes; FINE: as it should be */
		bool empty, silent;
		const char *want;
	} rows[] = {
		{ "D2 parked", MXW_DNSBL_OUTSIDE, MXW_DNSBL_OUTSIDE, false, false, "outside" },
		{ "D2 hijacked NXDOMAIN", 0, MXW_DNSBL_OUTSIDE, false, false, "outside" },
		{ "D3 .252", MXW_DNSBL_CODE_NAME, MXW_DNSBL_CODE_NAME, false, false, "codes" },
		{ "D3 .254", MXW_DNSBL_CODE_RESOLVER, MXW_DNSBL_CODE_RESOLVER, false, false,
		  "codes" },
		{ "D3 .255", MXW_DNSBL_CODE_QUOTA, MXW_DNSBL_CODE_QUOTA, false, false, "codes" },
		{ "DNSWL over quota", MXW_DNSBL_BLOCKED, 0, false, false, "codes" },
		{ "D4 SERVFAIL", MXW_DNSBL_SERVFAIL, MXW_DNSBL_SERVFAIL, false, false, "silent" },
		{ "D4 no answers", 0, 0, false, true, "silent" },
		{ "D7 emptied", 0, 0, true, false, "empty" },
	};

	(void)state;
	for (size_t n = 0; n < 2 * sizeof(rows) / sizeof(rows[0]); n++) {
		bool always = n % 2; /* from the start, as if its name was mistyped */
		size_t i = n / 2;
		struct world w;
		uint64_t since;

		start(&w, NULL);
		pass(&w, always ? 0 : 100);
		if (rows[i].entry)
			w.entry = error(rows[i].entry);
		if (rows[i].loopback)
			w.loopback = error(rows[i].loopback);
		if (rows[i].empty)
			w.entry = w.entry6 = not_listed();
		w.silent = rows[i].silent;
		pass(&w, 75);
		if (strcmp(name(&w), rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name, name(&w));
		pass(&w, 600);
		assert_int_equal(w.withdraw, 0);
		assert_int_equal(w.online, always ? 0 : 1);
		assert_int_equal(w.offline, 1);
		w.entry = w.entry6 = listed();
		w.loopback = w.loopback6 = not_listed();
		w.silent = false;
		since = w.now;
		pass(&w, 60);
		if (w.online != (always ? 1 : 2) || w.changed - since > 60 * SECOND)
			fail_msg("%s: not back within 60 s, %s", rows[i].name, name(&w));
		assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, !always, w.now),
				 MXW_ASK_YES);
	}
}

static void one_lost_round_is_no_fault(void **state)
{
	struct world w;

	(void)state;
	start(&w, NULL);
	pass(&w, 40);
	w.silent = true;
	pass(&w, 6);
	assert_int_equal(w.health.rounds, 2);
	w.silent = false;
	pass(&w, 60);
	assert_int_equal(w.offline, 0);
}

/* Probes may come from the resolver's cache while every real question fails. */
static void answers_about_sources_take_it_offline_too(void **state)
{
	static const struct {
		enum mxw_dnsbl_fault fault;
		unsigned int needed;
		const char *want, *hint;
	} rows[] = {
		{ MXW_DNSBL_OUTSIDE, 1, "outside", "expired" },
		{ MXW_DNSBL_CODE_QUOTA, 3, "codes", "too many queries" },
		{ MXW_DNSBL_BLOCKED, 3, "codes", "over the quota" },
		{ MXW_DNSBL_SERVFAIL, 8, "silent", "resolver" },
		{ MXW_DNSBL_TIMEOUT, 8, "silent", "resolver" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;

		start(&w, NULL);
		pass(&w, 50);
		for (unsigned int k = 0; k < rows[i].needed; k++) {
			assert_string_equal(name(&w), "online");
			real(&w, error(rows[i].fault));
		}
		assert_string_equal(name(&w), rows[i].want);
		assert_non_null(strstr(mxw_list_health_hint(&w.health), rows[i].hint));
		assert_int_equal(w.withdraw, 0);
		pass(&w, 44);
		assert_int_equal(w.online, 1);
		pass(&w, 16);
		assert_int_equal(w.online, 2);
	}
}

static void rare_errors_do_no_harm(void **state)
{
	struct world w;

	(void)state;
	start(&w, NULL);
	pass(&w, 1);
	for (int i = 0; i < 10000; i++) {
		real(&w, i % 3 ? not_listed() : error(MXW_DNSBL_SERVFAIL));
		real(&w, i % 2 ? listed() : error(MXW_DNSBL_CODE_QUOTA));
	}
	assert_int_equal(w.offline, 0);
}

/* Asks about sources for a while, share per cent of them listed. */
static void traffic(struct world *w, unsigned int seconds, unsigned int share)
{
	for (unsigned int i = 0; i < seconds; i++) {
		pass(w, 1);
		for (unsigned int k = 0; k < 10; k++)
			real(w, (i * 10 + k) * 37 % 100 < share ? listed() : not_listed());
	}
}

static void a_hit_rate_far_above_its_baseline_trips(void **state)
{
	static const struct {
		unsigned int usual, then;
		bool trips;
	} rows[] = {
		{ 10, 100, true }, { 40, 100, true },  { 60, 100, true }, { 10, 62, true },
		{ 10, 55, false }, { 90, 100, false }, { 80, 90, false }, { 55, 65, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;

		start(&w, NULL);
		traffic(&w, 300, 100); /* no baseline yet, no trip */
		assert_int_equal(w.offline, 0);
		start(&w, NULL);
		traffic(&w, 1200, rows[i].usual);
		assert_int_equal(w.offline, 0);
		traffic(&w, 30, rows[i].then);
		if ((w.offline == 1) != rows[i].trips || (w.withdraw == 1) != rows[i].trips)
			fail_msg("from %u %% to %u %%: %s", rows[i].usual, rows[i].then, name(&w));
	}
}

/* A list that passes its probes and trips again and again is held off longer each time. */
static void pauses_grow(void **state)
{
	struct world w;
	unsigned int trips[2] = { 0, 0 };

	(void)state;
	start(&w, NULL);
	traffic(&w, 1200, 10);
	for (int half = 0; half < 2; half++) {
		unsigned int before = w.offline;

		traffic(&w, 1800, 100);
		trips[half] = w.offline - before;
	}
	assert_in_range(trips[0], 2, 6);
	assert_true(trips[1] < trips[0]);
	traffic(&w, 3 * 7200, 10);
	assert_string_equal(name(&w), "online");
}

static void canaries_trip_a_list(void **state)
{
	struct mxw_health_rules rules = mxw_health_default_rules();
	struct mxw_dnsbl_answer bad = listed(), good = not_listed();
	struct world w;

	(void)state;
	start(&w, NULL);
	pass(&w, 1);
	for (int i = 0; i < 40; i++)
		seen(&w, mxw_list_health_canary(&w.health, i % 4 ? &good : &bad, w.now));
	assert_int_equal(w.offline, 0);
	seen(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	seen(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	assert_string_equal(name(&w), "canaries");
	assert_int_equal(w.withdraw, 1);
	rules.allows = true;
	start(&w, &rules);
	pass(&w, 1);
	for (int i = 0; i < 40; i++)
		seen(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	assert_int_equal(w.offline, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_list_comes_and_stays_online),
		cmocka_unit_test(no_entries_for_ipv6_no_questions),
		cmocka_unit_test(a_list_that_lists_everything_is_found_within_a_minute),
		cmocka_unit_test(a_list_that_lies_from_the_start_is_never_used),
		cmocka_unit_test(faults_take_a_list_offline_and_it_returns),
		cmocka_unit_test(one_lost_round_is_no_fault),
		cmocka_unit_test(answers_about_sources_take_it_offline_too),
		cmocka_unit_test(rare_errors_do_no_harm),
		cmocka_unit_test(a_hit_rate_far_above_its_baseline_trips),
		cmocka_unit_test(pauses_grow),
		cmocka_unit_test(canaries_trip_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
