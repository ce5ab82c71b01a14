// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Suspicion and examinations of a list (userspace/policy/list_health.h): what strangers can make of
 * them, and what each kind of madness leads to. Time is an argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/probed.h"

static const struct {
	enum mxw_dnsbl_fault fault;
	unsigned int needed;
	const char *want, *hint;
} errors[] = {
	{ MXW_DNSBL_OUTSIDE, 1, "outside", "expired" },
	{ MXW_DNSBL_CODE_QUOTA, 3, "codes", "too many queries" },
	{ MXW_DNSBL_BLOCKED, 3, "codes", "over the quota" },
	{ MXW_DNSBL_SERVFAIL, 8, "silent", "resolver" },
	{ MXW_DNSBL_TIMEOUT, 8, "silent", "resolver" },
};

/* Strangers choose the sources: a list that fails for some of them is examined, and goes on. */
static void errors_about_sources_alone_take_no_list_offline(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct probed w;

		probed_start(&w, NULL);
		probed_pass(&w, 50);
		for (unsigned int k = 0; k < errors[i].needed; k++) {
			assert_string_equal(probed_name(&w), "online");
			probed_source(&w, probed_error(errors[i].fault));
		}
		assert_string_equal(probed_name(&w), "suspected");
		probed_pass(&w, 1);
		assert_string_equal(probed_name(&w), "online");
		for (unsigned int k = 0; k < 3600; k++) {
			probed_source(&w, probed_error(errors[i].fault));
			probed_pass(&w, 1);
		}
		assert_int_equal(w.offline, 0);
		assert_in_range(w.suspected, 2, 7);
		assert_int_equal(w.cleared, w.suspected);
	}
}

/* Probes may come from the resolver's cache while every other question fails. */
static void errors_of_the_sample_take_it_offline(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct probed w;

		probed_start(&w, NULL);
		probed_pass(&w, 50);
		w.fault = errors[i].fault;
		for (unsigned int k = 0; k < errors[i].needed; k++)
			probed_source(&w, probed_error(errors[i].fault));
		probed_pass(&w, 1);
		assert_string_equal(probed_name(&w), errors[i].want);
		assert_non_null(strstr(mxw_list_health_hint(&w.health), errors[i].hint));
		assert_int_equal(w.withdraw, 0);
		probed_pass(&w, 300);
		assert_int_equal(w.online, 1);
		w.fault = MXW_DNSBL_FINE;
		probed_pass(&w, 60);
		assert_string_equal(probed_name(&w), "online");
	}
}

static void rare_errors_do_no_harm(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 1);
	for (int i = 0; i < 10000; i++) {
		probed_source(&w, i % 3 ? probed_not_listed() : probed_error(MXW_DNSBL_SERVFAIL));
		probed_source(&w, i % 2 ? probed_listed() : probed_error(MXW_DNSBL_CODE_QUOTA));
	}
	assert_int_equal(w.offline, 0);
}

/* Sources are counted for a while, ten a second, share per cent of them listed. */
static void traffic(struct probed *w, unsigned int seconds, unsigned int share)
{
	for (unsigned int i = 0; i < seconds; i++) {
		probed_pass(w, 1);
		for (unsigned int k = 0; k < 10; k++)
			probed_change(w,
				      mxw_list_health_hit(&w->health,
							  (i * 10 + k) * 37 % 100 < share, w->now));
	}
}

static void a_hit_rate_far_above_its_baseline_is_suspicious(void **state)
{
	static const struct {
		unsigned int usual, then;
		bool suspicious;
	} rows[] = {
		{ 10, 100, true }, { 40, 100, true },  { 60, 100, true }, { 10, 62, true },
		{ 10, 55, false }, { 90, 100, false }, { 80, 90, false }, { 55, 65, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probed w;

		probed_start(&w, NULL);
		traffic(&w, 300, 100); /* no baseline yet */
		assert_int_equal(w.suspected, 0);
		probed_start(&w, NULL);
		traffic(&w, 1200, rows[i].usual);
		assert_int_equal(w.suspected, 0);
		traffic(&w, 30, rows[i].then);
		if ((w.suspected == 1) != rows[i].suspicious || w.cleared != w.suspected)
			fail_msg("from %u %% to %u %%: %s", rows[i].usual, rows[i].then,
				 probed_name(&w));
		assert_int_equal(w.offline, 0);
		assert_int_equal(w.withdraw, 0);
	}
}

/* 2 000 bots on a quiet list, in half a minute: before, 400 took its blocks back. */
static void a_wave_of_bots_takes_nothing_back(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	w.share = 30;
	traffic(&w, 1200, 5);
	for (unsigned int i = 0; i < 2000; i++) {
		if (i % 66 == 0)
			probed_pass(&w, 1);
		probed_change(&w, mxw_list_health_hit(&w.health, true, w.now));
		assert_int_equal(w.health.state, MXW_HEALTH_ONLINE);
	}
	probed_pass(&w, 1);
	assert_string_equal(probed_name(&w), "online");
	assert_int_equal(w.offline, 0);
	assert_int_equal(w.withdraw, 0);
	assert_int_equal(w.suspected, 1);
	assert_int_equal(w.cleared, 1);
}

/* With right test entries, each kind of madness, and with nobody suspecting it. */
static void a_list_gone_mad_is_found_within_a_minute(void **state)
{
	static const struct {
		const char *name;
		bool nobody;
		unsigned int usual, share; /* of addresses at random */
		const char *want; /* NULL: it is not mad */
	} rows[] = {
		{ "lists everybody but 127.0.0.1", true, 30, 100, "lists-nobody" },
		{ "has reserved ranges all of a sudden", true, 0, 0, "lists-nobody" },
		{ "lists whatever is real", false, 30, 100, "lists-random" },
		{ "the same, of a list with half of the world", false, 50, 100, "lists-random" },
		{ "grows to half of the world", false, 10, 50, NULL },
		{ "always had all of it, as a list of countries", false, 100, 100, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probed w;
		uint64_t lies;

		probed_start(&w, NULL);
		w.share = rows[i].usual;
		probed_pass(&w, 1000);
		assert_int_equal(w.offline, 0);
		w.nobody = rows[i].nobody;
		w.share = rows[i].share;
		lies = w.now;
		probed_pass(&w, rows[i].want ? 60 : 86400);
		if (strcmp(probed_name(&w), rows[i].want ? rows[i].want : "online") != 0)
			fail_msg("%s: %s", rows[i].name, probed_name(&w));
		assert_int_equal(w.withdraw, rows[i].want ? 1 : 0);
		assert_int_equal(w.offline, rows[i].want ? 1 : 0);
		assert_true(!rows[i].want || w.changed - lies <= 60 * SECOND);
		probed_pass(&w, 300); /* as long as it lasts, it does not come back for a moment */
		if (w.online != 1)
			fail_msg("%s: back", rows[i].name);
		w.nobody = false;
		w.share = rows[i].usual;
		probed_pass(&w, 1200);
		assert_string_equal(probed_name(&w), "online");
		assert_int_equal(w.withdraw, rows[i].want ? 1 : 0);
	}
}

/* A list of reserved ranges is none gone mad; nor is one that comes to list one of them. */
static void reserved_ranges_may_be_listed_on_purpose(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	w.ranges[3] = true;
	probed_pass(&w, 1000);
	w.ranges[0] = true;
	probed_pass(&w, 86400);
	assert_int_equal(w.offline, 0);
	w.ranges[1] = true;
	probed_pass(&w, 150); /* each range has its turn every third round */
	assert_string_equal(probed_name(&w), "lists-nobody");
	probed_start(&w, NULL);
	w.nobody = true;
	probed_pass(&w, 86400);
	assert_int_equal(w.offline, 0);
}

/* Strangers cause suspicion for an hour: an examination in 12 minutes, and nothing else. */
static void suspicion_costs_little(void **state)
{
	unsigned int samples;
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 3600);
	samples = w.samples;
	for (unsigned int i = 0; i < 3600; i++) {
		probed_change(&w, mxw_list_health_suspect(&w.health, MXW_SUSPECT_BLOCKS, w.now));
		probed_pass(&w, 1);
	}
	assert_int_equal(w.suspected, 5);
	assert_int_equal(w.cleared, 5);
	assert_int_equal(w.offline, 0);
	assert_in_range(w.samples - samples, 700, samples + 200);
}

/* An examination without answers shows nothing: the list stays in force, and suspected. */
static void an_examination_without_answers_shows_nothing(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 100);
	w.silent = true;
	probed_change(&w, mxw_list_health_suspect(&w.health, MXW_SUSPECT_HITS, w.now));
	probed_pass(&w, 11);
	assert_string_equal(probed_name(&w), "suspected");
	w.silent = false;
	probed_pass(&w, 60);
	assert_string_equal(probed_name(&w), "online");
	assert_int_equal(w.cleared, 1);
	assert_int_equal(w.withdraw, 0);
}

/* A list that passes its probes and has known good senders again and again is held off longer
 * each time. */
static void pauses_grow(void **state)
{
	struct mxw_dnsbl_answer bad = probed_listed();
	unsigned int trips[2] = { 0, 0 };
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 100);
	for (int half = 0; half < 2; half++)
		for (unsigned int i = 0; i < 1800; i++) {
			unsigned int before = w.offline;

			w.health.canary_count = 8;
			probed_change(&w, mxw_list_health_canary(&w.health, &bad, w.now));
			trips[half] += w.offline - before;
			probed_pass(&w, 1);
		}
	assert_in_range(trips[0], 2, 6);
	assert_true(trips[1] < trips[0]);
	probed_pass(&w, 3 * 7200);
	assert_string_equal(probed_name(&w), "online");
}

static void canaries_trip_a_list(void **state)
{
	struct mxw_health_rules rules = mxw_health_default_rules();
	struct mxw_dnsbl_answer bad = probed_listed(), good = probed_not_listed();
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 1);
	w.health.canary_count = 8;
	for (int i = 0; i < 40; i++)
		probed_change(&w, mxw_list_health_canary(&w.health, i % 4 ? &good : &bad, w.now));
	assert_int_equal(w.offline, 0);
	probed_change(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	probed_change(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	assert_string_equal(probed_name(&w), "canaries");
	assert_int_equal(w.withdraw, 1);
	rules.allows = true;
	probed_start(&w, &rules);
	probed_pass(&w, 1);
	w.health.canary_count = 8;
	for (int i = 0; i < 40; i++)
		probed_change(&w, mxw_list_health_canary(&w.health, &bad, w.now));
	assert_int_equal(w.offline, 0);
}

/* The same canary, seen listed again and again, is one: two have to be. */
static void one_listed_canary_trips_nothing(void **state)
{
	struct mxw_dnsbl_answer bad = probed_listed(), good = probed_not_listed();

	(void)state;
	for (unsigned int count = 1; count <= 5; count++) {
		struct probed w;

		probed_start(&w, NULL);
		probed_pass(&w, 1);
		w.health.canary_count = count;
		for (unsigned int i = 0; i < 40; i++)
			probed_change(&w, mxw_list_health_canary(&w.health,
								 i % count ? &good : &bad, w.now));
		assert_int_equal(w.offline, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_about_sources_alone_take_no_list_offline),
		cmocka_unit_test(errors_of_the_sample_take_it_offline),
		cmocka_unit_test(rare_errors_do_no_harm),
		cmocka_unit_test(a_hit_rate_far_above_its_baseline_is_suspicious),
		cmocka_unit_test(a_wave_of_bots_takes_nothing_back),
		cmocka_unit_test(a_list_gone_mad_is_found_within_a_minute),
		cmocka_unit_test(reserved_ranges_may_be_listed_on_purpose),
		cmocka_unit_test(suspicion_costs_little),
		cmocka_unit_test(an_examination_without_answers_shows_nothing),
		cmocka_unit_test(pauses_grow),
		cmocka_unit_test(canaries_trip_a_list),
		cmocka_unit_test(one_listed_canary_trips_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
