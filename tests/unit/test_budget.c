// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Budgets (userspace/policy/budget.h), and case D8: a million sources, and
 * no list gets more queries in any second or any 24 hours than its figure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/list_health.h"

#define SECOND 1000000000ULL
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define SOURCES 1000000U

static void no_window_holds_more_than_the_limit(void **state)
{
	static uint64_t spent[20000];
	struct mxw_budget budget;
	size_t count = 0;
	uint64_t now = 5;

	(void)state;
	mxw_budget_init(&budget, 100, SECOND);
	for (unsigned int i = 0; i < 100000; i++) {
		now += (uint64_t)(i * 2654435761U % 3000000); /* on average 667 a second */
		if (mxw_budget_take(&budget, now, 0) && count < 20000)
			spent[count++] = now;
	}
	assert_in_range(count, 100 * 140, 20000); /* 150 s pass, and most of it is used */
	for (size_t i = 100; i < count; i++)
		assert_true(spent[i] - spent[i - 100] >= SECOND);
}

/* What one budget has spent, another goes on with: none comes back before its time. */
static void what_was_spent_outlasts_a_restart(void **state)
{
	static const struct {
		uint64_t age;
		uint32_t used; /* of two an hour ago then, and four 11 hours ago */
	} rows[] = { { 0, 6 },	       { HOUR - 1, 6 },	 { 13 * HOUR, 6 }, { 14 * HOUR, 2 },
		     { 23 * HOUR, 2 }, { 24 * HOUR, 0 }, { 1000 * DAY, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mxw_budget before, after;
		uint32_t spent[MXW_BUDGET_SLOTS];

		mxw_budget_init(&before, 10, DAY);
		mxw_budget_init(&after, 10, DAY);
		for (unsigned int n = 0; n < 6; n++)
			assert_true(mxw_budget_take(&before, (n < 4 ? 70 : 80) * HOUR + 7, 0));
		mxw_budget_spent(&before, 81 * HOUR, spent);
		mxw_budget_spent_before(&after, 3 * HOUR + 9, spent, rows[i].age);
		if (mxw_budget_used(&after, 3 * HOUR + 9) != rows[i].used)
			fail_msg("row %zu: %u", i, mxw_budget_used(&after, 3 * HOUR + 9));
		assert_int_equal(mxw_budget_left(&after, 3 * HOUR + 9), 10 - rows[i].used);
		assert_int_equal(mxw_budget_used(&after, 28 * HOUR), 0);
	}
}

static void reserves_and_gaps(void **state)
{
	struct mxw_budget budget;
	unsigned int i;

	(void)state;
	mxw_budget_init(&budget, 10, DAY);
	for (i = 0; mxw_budget_take(&budget, HOUR, 3); i++)
		;
	assert_int_equal(i, 7);
	assert_true(mxw_budget_take(&budget, 2 * HOUR, 2));
	assert_int_equal(mxw_budget_used(&budget, 2 * HOUR), 8);
	assert_int_equal(mxw_budget_left(&budget, 0), 2); /* a clock that goes back stands still */
	assert_int_equal(mxw_budget_used(&budget, 26 * HOUR), 1);
	assert_int_equal(mxw_budget_used(&budget, 1000 * DAY), 0);
	mxw_budget_init(&budget, 0, SECOND);
	for (i = 0; i < 1000; i++)
		assert_true(mxw_budget_take(&budget, 1, 0));
	assert_int_equal(mxw_budget_left(&budget, 1), UINT32_MAX);
}

static void answer_round(struct mxw_list_health *health, unsigned int round, uint64_t now)
{
	const struct mxw_dnsbl_answer listed = { .state = MXW_DNSBL_LISTED, .count = 1 };
	const struct mxw_dnsbl_answer not_listed = { .state = MXW_DNSBL_NOT_LISTED };

	for (unsigned int i = 0; i < MXW_PROBES; i++)
		if (round & 1U << i)
			(void)mxw_list_health_probed(health, i, i % 2 ? &not_listed : &listed, now);
}

/* One hour with a million sources, each asked for once. Counts every query that goes out. */
static void million_sources(struct mxw_list_health *health, uint64_t begin, uint64_t *asked,
			    size_t *count)
{
	for (unsigned int i = 0; i < SOURCES; i++) {
		uint64_t now = begin + HOUR / SOURCES * i;
		unsigned int round = mxw_list_health_due(health, now);

		for (unsigned int probe = round; probe; probe &= probe - 1)
			asked[(*count)++] = now;
		answer_round(health, round, now);
		if (mxw_list_health_ask(health, i % 10 ? MXW_PURPOSE_REST : MXW_PURPOSE_PRESENT,
					i % 3 == 0, now) == MXW_ASK_YES)
			asked[(*count)++] = now;
	}
}

static void check(const uint64_t *asked, size_t count, uint32_t limit, uint64_t span)
{
	for (size_t i = limit; limit && i < count; i++)
		if (asked[i] - asked[i - limit] < span)
			fail_msg("more than %u within the span", limit);
}

static void a_million_sources_keep_every_quota(void **state)
{
	static const struct {
		uint32_t per_second, per_day;
		size_t least; /* asked in the hour: what the flow holds, and what runs in */
	} rows[] = {
		{ 20, 300000, 60000 }, { 50, 100000, 26000 }, { 8, 0, 8 * 3000 },
		{ 0, 5000, 1300 },     { 3, 1000, 250 },      { 1000, 300000, 78000 },
	};
	uint64_t *asked = malloc(2 * SOURCES * sizeof(*asked));

	(void)state;
	assert_non_null(asked);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mxw_health_rules rules = mxw_health_default_rules();
		struct mxw_list_health health;
		size_t count = 0;

		rules.per_second = rows[i].per_second;
		rules.per_day = rows[i].per_day;
		mxw_list_health_init(&health, &rules, DAY);
		million_sources(&health, DAY, asked, &count);
		assert_true(count >= rows[i].least);
		assert_int_equal(health.state, MXW_HEALTH_ONLINE);
		mxw_list_health_retune(&health, &rules); /* a reload gives nothing back */
		million_sources(&health, DAY + HOUR, asked, &count);
		check(asked, count, health.second.limit, SECOND);
		check(asked, count, rows[i].per_day, DAY);
	}
	free(asked);
}

/* However many sources press, probes are not late. */
static void sources_leave_room_for_probes(void **state)
{
	struct mxw_health_rules rules = mxw_health_default_rules();
	struct mxw_list_health health;
	uint64_t due = 0;

	(void)state;
	rules.per_second = 8;
	mxw_list_health_init(&health, &rules, DAY);
	for (uint64_t now = DAY; now < DAY + HOUR; now += SECOND / 100) {
		unsigned int round;

		(void)mxw_list_health_ask(&health, MXW_PURPOSE_REST, false, now);
		round = mxw_list_health_due(&health, now);
		if (round && due)
			assert_true(now - due <= rules.interval + 2 * SECOND);
		due = round ? now : due;
		answer_round(&health, round, now);
	}
	assert_in_range(health.rounds, 3600 / 47, 3600 / 45 + 1);
}

/* Sources take what they get all day long: probes still go out, and those that may be forged have
 * left half of the flow to those that are present. */
static void probes_outlast_the_sources(void **state)
{
	struct mxw_health_rules rules = mxw_health_default_rules();
	struct mxw_list_health health;
	unsigned int probes = 0, rest = 0, present = 0;

	(void)state;
	rules.per_day = 10000;
	mxw_list_health_init(&health, &rules, DAY);
	answer_round(&health, mxw_list_health_due(&health, DAY), DAY);
	for (uint64_t now = DAY; now < 2 * DAY - HOUR; now += SECOND) {
		unsigned int round = mxw_list_health_due(&health, now);

		probes += round != 0;
		answer_round(&health, round, now);
		while (mxw_list_health_ask(&health, MXW_PURPOSE_REST, false, now) == MXW_ASK_YES)
			rest++;
		while (mxw_list_health_ask(&health, MXW_PURPOSE_PRESENT, false, now) == MXW_ASK_YES)
			present++;
	}
	assert_in_range(probes, 110, 125); /* every 691 s, as such a quota has it */
	assert_int_equal(health.state, MXW_HEALTH_ONLINE);
	assert_in_range(rest, 3500, 4500);
	assert_in_range(present, 4500, 5500);
}

static void a_dead_list_is_never_asked(void **state)
{
	struct mxw_health_rules rules = mxw_health_default_rules();
	struct mxw_list_health health;

	(void)state;
	rules.dead = true;
	mxw_list_health_init(&health, &rules, DAY);
	for (uint64_t now = DAY; now < 2 * DAY; now += 60 * SECOND)
		assert_int_equal(mxw_list_health_due(&health, now), 0);
	assert_string_equal(mxw_list_health_name(&health), "dead");
	assert_int_equal(mxw_list_health_ask(&health, MXW_PURPOSE_PROBE, false, 2 * DAY),
			 MXW_ASK_OFFLINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_window_holds_more_than_the_limit),
		cmocka_unit_test(what_was_spent_outlasts_a_restart),
		cmocka_unit_test(reserves_and_gaps),
		cmocka_unit_test(a_million_sources_keep_every_quota),
		cmocka_unit_test(sources_leave_room_for_probes),
		cmocka_unit_test(probes_outlast_the_sources),
		cmocka_unit_test(a_dead_list_is_never_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
