// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The automatic decision (userspace/policy/sanction.h): rungs, what stands above them, lives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/sanction.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND 1000000000ULL
#define MIDDLE 100 /* of the spread: adds nothing */

static const struct mxw_standing nothing;

/* Complete evidence that two lists agree on. */
static struct mxw_evidence sure(int32_t score)
{
	return (struct mxw_evidence){ .source = "dnsbl",
				      .score = score,
				      .least = score,
				      .fail_ttl = 600,
				      .pass_ttl = 900,
				      .lists = 2 };
}

static struct mxw_sanction one(const struct mxw_sanction_policy *policy,
			       const struct mxw_evidence *evidence)
{
	return mxw_sanction_decide(policy, &nothing, evidence, 1, 0, MIDDLE);
}

static void scores_reach_rungs(void **state)
{
	static const struct {
		int32_t threshold[MXW_RUNGS]; /* none, allow, limit, grey, reject, drop */
		int32_t score;
		enum mxw_rung want;
	} rows[] = {
		{ { 0, -2, 1, 1, 4, 8 }, -3, MXW_RUNG_ALLOW },
		{ { 0, -2, 1, 1, 4, 8 }, -2, MXW_RUNG_ALLOW },
		{ { 0, -2, 1, 1, 4, 8 }, -1, MXW_RUNG_NONE },
		{ { 0, -2, 1, 1, 4, 8 }, 0, MXW_RUNG_NONE },
		{ { 0, -2, 1, 1, 4, 8 }, 1, MXW_RUNG_GREY },
		{ { 0, -2, 1, 1, 4, 8 }, 3, MXW_RUNG_GREY },
		{ { 0, -2, 1, 1, 4, 8 }, 4, MXW_RUNG_REJECT },
		{ { 0, -2, 1, 1, 4, 8 }, 7, MXW_RUNG_REJECT },
		{ { 0, -2, 1, 1, 4, 8 }, 8, MXW_RUNG_DROP },
		{ { 0, -2, 1, 1, 4, 8 }, INT32_MAX, MXW_RUNG_DROP },
		{ { 0, -2, 1, 3, 4, 8 }, 2, MXW_RUNG_LIMIT },
		{ { 0, -2, 1, 1, 4, 0 }, 99, MXW_RUNG_REJECT },
		{ { 0, -2, 0, 0, 0, 8 }, 7, MXW_RUNG_NONE },
		{ { 0, 0, 0, 0, 0, 0 }, 99, MXW_RUNG_NONE },
		{ { 0, 0, 1, 1, 4, 8 }, -99, MXW_RUNG_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_sanction_policy policy = mxw_sanction_default_policy();
		struct mxw_evidence evidence = sure(rows[i].score);
		struct mxw_sanction sanction;

		memcpy(policy.threshold, rows[i].threshold, sizeof(policy.threshold));
		sanction = one(&policy, &evidence);
		if (sanction.rung != rows[i].want || sanction.score != rows[i].score)
			fail_msg("row %zu: %s", i, mxw_rung_name(sanction.rung));
	}
}

/* Never-block, then the operator, then anything automatic. */
static void the_operator_comes_first(void **state)
{
	static const struct {
		struct mxw_standing standing;
		enum mxw_rung want;
		const char *why;
	} rows[] = {
		{ { .never = true, .allowed = true, .blocked = true },
		  MXW_RUNG_NONE,
		  "in the never-block set" },
		{ { .allowed = true, .blocked = true }, MXW_RUNG_NONE, "the operator allows it" },
		{ { .blocked = true }, MXW_RUNG_NONE, "the operator blocks it" },
		{ { .ham = true },
		  MXW_RUNG_GREY,
		  "score 9, held back from drop: wanted mail came from there" },
		{ { 0 }, MXW_RUNG_DROP, "score 9" },
	};
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_evidence evidence = sure(9);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_sanction sanction =
			mxw_sanction_decide(&policy, &rows[i].standing, &evidence, 1, 5, MIDDLE);

		assert_int_equal(sanction.rung, rows[i].want);
		assert_string_equal(sanction.why, rows[i].why);
		assert_int_equal(sanction.until == 5, i < 3);
	}
}

static void what_is_held_back_falls_to_the_next_rung(void **state)
{
	static const struct {
		const char *name;
		struct mxw_evidence evidence;
		int32_t reject; /* its threshold */
		enum mxw_rung want;
		const char *why;
	} rows[] = {
		{ "one list",
		  { .score = 8, .least = 8, .lists = 1 },
		  4,
		  MXW_RUNG_REJECT,
		  "too few lists agree" },
		{ "one list, no reject",
		  { .score = 8, .least = 8, .lists = 1 },
		  0,
		  MXW_RUNG_GREY,
		  "too few lists agree" },
		{ "a silent list",
		  { .score = 8, .least = 7, .lists = 2 },
		  4,
		  MXW_RUNG_REJECT,
		  "a list that might speak for it is silent" },
		{ "partial",
		  { .score = 8, .least = 8, .lists = 2, .partial = true },
		  4,
		  MXW_RUNG_GREY,
		  "not all lists have answered" },
		{ "partial, authoritative",
		  { .score = 8, .least = 8, .authoritative = true, .partial = true },
		  4,
		  MXW_RUNG_GREY,
		  "not all lists have answered" },
		{ "authoritative",
		  { .score = 8, .least = 8, .lists = 1, .authoritative = true },
		  4,
		  MXW_RUNG_DROP,
		  "score 8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_sanction_policy policy = mxw_sanction_default_policy();
		struct mxw_sanction sanction;

		policy.threshold[MXW_RUNG_REJECT] = rows[i].reject;
		sanction = one(&policy, &rows[i].evidence);
		if (sanction.rung != rows[i].want || !strstr(sanction.why, rows[i].why))
			fail_msg("%s: %s, %s", rows[i].name, mxw_rung_name(sanction.rung),
				 sanction.why);
		assert_int_equal(sanction.by_score, MXW_RUNG_DROP);
	}
}

static void evidence_adds_up(void **state)
{
	struct mxw_evidence both[] = { sure(6), { .source = "rdns", .score = 2, .least = 2 } };
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_sanction sanction;

	(void)state;
	both[0].text = "bl.example=127.0.0.2*6";
	both[1].text = "no name\r\n\x1b[31m\xff";
	both[1].fail_ttl = 400;
	sanction = mxw_sanction_decide(&policy, &nothing, both, 2, 0, MIDDLE);
	assert_int_equal(sanction.rung, MXW_RUNG_DROP);
	assert_int_equal(sanction.life, 400);
	assert_string_equal(sanction.why, "score 8; dnsbl 6: bl.example=127.0.0.2*6; rdns 2: no "
					  "name???[31m?");
	both[1].blind = both[1].partial = true;
	sanction = mxw_sanction_decide(&policy, &nothing, both, 2, 0, MIDDLE);
	assert_int_equal(sanction.rung, MXW_RUNG_GREY);
	sanction = mxw_sanction_decide(&policy, &nothing, both, 0, 0, MIDDLE);
	assert_int_equal(sanction.rung, MXW_RUNG_NONE);
	assert_int_equal(sanction.life, 60);
}

static void lives_have_limits_and_a_spread(void **state)
{
	static const struct {
		int32_t score;
		uint32_t fail_ttl, pass_ttl, random, want;
		bool partial;
	} rows[] = {
		{ 8, 60, 900, MIDDLE, 300, false },	{ 8, 600, 900, MIDDLE, 600, false },
		{ 8, 86400, 900, MIDDLE, 3600, false }, { 8, 0, 900, MIDDLE, 300, false },
		{ 8, 1000, 900, 0, 900, false },	{ 8, 1000, 900, 200, 1100, false },
		{ 8, 86400, 900, 200, 3240, false },	{ 8, 60, 900, 0, 330, false },
		{ 8, 1000, 900, 201, 900, false },	{ 4, 60, 900, MIDDLE, 60, false },
		{ 4, 86400, 900, MIDDLE, 3600, false }, { 0, 60, 900, MIDDLE, 900, false },
		{ 0, 60, 0, MIDDLE, 60, false },	{ -2, 60, 700, MIDDLE, 700, false },
		{ 4, 900, 900, MIDDLE, 60, true },	{ 0, 900, 900, 200, 60, true },
	};
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_evidence evidence = sure(rows[i].score);
		struct mxw_sanction sanction;

		evidence.fail_ttl = rows[i].fail_ttl;
		evidence.pass_ttl = rows[i].pass_ttl;
		evidence.partial = rows[i].partial;
		sanction = mxw_sanction_decide(&policy, &nothing, &evidence, 1, 7 * SECOND,
					       rows[i].random);
		if (sanction.life != rows[i].want)
			fail_msg("row %zu: %u s", i, sanction.life);
		assert_int_equal(sanction.until, (7 + rows[i].want) * SECOND);
		assert_int_equal(sanction.refresh, 7 * SECOND + rows[i].want * SECOND / 2);
	}
}

/* A fault takes no entry back before its time; a complete answer does. */
static void missing_evidence_unblocks_nobody(void **state)
{
	static const struct {
		enum mxw_rung standing;
		uint64_t until;
		int32_t score;
		bool partial, blind, want;
	} rows[] = {
		{ MXW_RUNG_DROP, 10, 0, true, true, true },
		{ MXW_RUNG_DROP, 10, 4, true, false, true },
		{ MXW_RUNG_DROP, 10, 0, false, false, false },
		{ MXW_RUNG_DROP, 10, 8, false, false, false },
		{ MXW_RUNG_DROP, 5, 0, true, true, false },
		{ MXW_RUNG_NONE, 10, 0, true, true, false },
		{ MXW_RUNG_GREY, 10, -2, true, false, true },
	};
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_evidence evidence = sure(rows[i].score);
		struct mxw_sanction sanction;

		evidence.partial = rows[i].partial;
		evidence.blind = rows[i].blind;
		sanction = one(&policy, &evidence);
		if (mxw_sanction_keeps(rows[i].standing, rows[i].until, &sanction, 5) !=
		    rows[i].want)
			fail_msg("row %zu", i);
	}
}

static void texts_are_cut(void **state)
{
	char text[1000];
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_evidence many[3] = { sure(1), sure(1), sure(1) };
	struct mxw_sanction sanction;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	many[0].text = many[1].text = many[2].text = text;
	sanction = mxw_sanction_decide(&policy, &nothing, many, 3, 0, MIDDLE);
	assert_int_equal(strlen(sanction.why), sizeof(sanction.why) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_reach_rungs),
		cmocka_unit_test(the_operator_comes_first),
		cmocka_unit_test(what_is_held_back_falls_to_the_next_rung),
		cmocka_unit_test(evidence_adds_up),
		cmocka_unit_test(lives_have_limits_and_a_spread),
		cmocka_unit_test(missing_evidence_unblocks_nobody),
		cmocka_unit_test(texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
