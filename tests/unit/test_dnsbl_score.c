// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the answers of all lists to the decision (userspace/policy/dnsbl_score.h and
 * sanction.h): scores, gates and lives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/dnsbl_score.h"
#include "policy/sanction.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LISTS 4
#define MIDDLE 100 /* of sanction.h's spread: adds nothing */

/* What the lists say: a word for each, with "@SECONDS" for its TTL, else 300.
 *   0.4,0.10  listed as 127.0.0.4 and 127.0.0.10
 *   -  not listed    !  error    ?  no answer yet    x  offline, with an old listing */
struct heard {
	struct mxw_dnsbl_answer answers[LISTS];
	struct mxw_dnsbl_view views[MXW_DNSBL_ZONES];
};

static void ignore(void *context, size_t offset, const char *sentence)
{
	(void)context;
	fail_msg("at %zu: %s", offset, sentence);
}

static void make_plan(const char *text, struct mxw_dnsbl_plan *plan)
{
	static struct mxw_dnsbl_sites sites, trusted;

	(void)mxw_dnsbl_sites_parse(text, &sites, ignore, NULL);
	(void)mxw_dnsbl_sites_parse("zen.spamhaus.org=127.0.0.9 zen.dq.spamhaus.net=127.0.0.9",
				    &trusted, ignore, NULL);
	mxw_dnsbl_plan_make(plan, &sites, &trusted);
}

static void add_codes(const char *word, struct mxw_dnsbl_answer *answer)
{
	char *end;

	answer->state = MXW_DNSBL_LISTED;
	do {
		unsigned long c = strtoul(word, &end, 10), d = strtoul(end + 1, &end, 10);

		answer->codes[answer->count++] = 0x7f000000U | (uint32_t)(c << 8 | d);
		word = end + 1;
	} while (*end == ',');
}

static void hear(const char *says, struct heard *heard)
{
	memset(heard, 0, sizeof(*heard));
	for (int i = 0; *says; i++) {
		struct mxw_dnsbl_answer *answer = &heard->answers[i];
		size_t length = strcspn(says, " ");
		const char *ttl = memchr(says, '@', length);

		answer->ttl = ttl ? (uint32_t)strtoul(ttl + 1, NULL, 10) : 300;
		if (*says == '!')
			answer->state = MXW_DNSBL_ERROR;
		else if (*says != '-')
			add_codes(*says == 'x' ? "0.2" : says, answer);
		heard->views[i].answer = *says == '?' ? NULL : answer;
		heard->views[i].online = *says != 'x';
		says += length + (says[length] == ' ');
	}
}

static struct mxw_sanction decide(const struct mxw_dnsbl_score *score)
{
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_evidence evidence = mxw_dnsbl_evidence(score, "");

	return mxw_sanction_decide(&policy, &(struct mxw_standing){ 0 }, &evidence, 1, 1000,
				   MIDDLE);
}

static const char three[] = "zen.spamhaus.org=127.0.0.[2..11]*4 bl.spamcop.net*4 "
			    "list.dnswl.org=127.0.[0..9;11..255].[1..3]*-2";
static const char tests3[] = "a.one.test*4 a.two.test*4 a.three.test*1";

/* want: the score from its least to its sum, lists against, rung, seconds, and what else holds. */
static const struct {
	const char *name, *sites, *says, *want;
} rows[] = {
	{ "nobody lists", three, "- - -", "0..0 0 none 300" },
	{ "once per line", "zen.spamhaus.org=127.0.0.[2..11]*3", "0.4,0.10", "3..3 1 grey 300" },
	{ "two lines, one list",
	  "zen.spamhaus.org=127.0.0.[2..3]*4 zen.spamhaus.org=127.0.0.[4..7]*4", "0.2,0.4",
	  "8..8 1 reject 300" },
	{ "two lists agree", three, "0.4 0.2 -", "8..8 2 drop 300" },
	{ "one vendor is one witness", "zen.spamhaus.org*4 sbl.spamhaus.org*4", "0.2 0.2",
	  "8..8 1 reject 300" },
	{ "authoritative", "zen.spamhaus.org=127.0.0.9*8", "0.9", "8..8 1 drop 300 authoritative" },
	{ "by its code only", "zen.spamhaus.org*8", "0.2", "8..8 1 reject 300" },
	{ "with a key", "abcdef.zen.dq.spamhaus.net=127.0.0.9*8", "0.9",
	  "8..8 1 drop 300 authoritative" },
	{ "authoritative, but too light", "zen.spamhaus.org=127.0.0.9*7", "0.9",
	  "7..7 1 reject 300 authoritative" },
	{ "negative", three, "0.4 - 5.2", "2..2 1 grey 300" },
	{ "allowed", three, "- - 5.2", "-2..-2 0 allow 300" },
	{ "the allowing side has a floor",
	  "zen.spamhaus.org*8 list.dnswl.org*-4 swl.example.net*-10", "0.2 5.3 0.2",
	  "4..4 1 reject 300" },
	{ "no filter, any code", "bl.spamcop.net*2", "77.77", "2..2 1 grey 300" },
	{ "no line takes the code", "zen.spamhaus.org=127.0.0.2*4", "0.10", "0..0 0 none 300" },
	{ "an error scores nothing", three, "! - -", "0..0 0 none 60 partial" },
	{ "an error is no pass", three, "0.4 ! -", "4..4 1 grey 60 partial" },
	{ "partial never drops", tests3, "0.2 0.2 ?", "8..8 2 grey 60 partial" },
	{ "partial may allow", three, "? - 5.2", "-2..-2 0 allow 60 partial" },
	{ "who might allow is waited for", three, "0.4 0.2 ?", "6..8 2 grey 60 partial" },
	{ "an allowing list in error", three, "0.4 0.2 !", "6..8 2 grey 60 partial" },
	{ "offline is left out", three, "0.4 x -", "4..4 1 reject 300" },
	{ "an allowing list offline", three, "0.4 0.2 x", "6..8 2 reject 300" },
	{ "all waited for", three, "? ? ?", "-2..0 0 none 60 partial blind" },
	{ "all offline", three, "x x x", "-2..0 0 none 60 blind" },
	{ "all in error", three, "! ! !", "-2..0 0 none 60 partial blind" },
	{ "lists of neighbours", "zen.spamhaus.org*4 dnsbl-2.uceprotect.net*4", "0.4 0.2",
	  "8..8 1 reject 300" },
	{ "life: those against", tests3, "0.2@900 0.2@1200 -@60", "8..8 2 drop 900" },
	{ "life: by matching lines only",
	  "a.one.test=127.0.0.2*4 a.one.test=127.0.0.3*4 a.two.test*4", "0.2@900 0.2@600",
	  "8..8 2 drop 600" },
	{ "life: not allowed is against", three, "0.4@900 0.2@900 -@700", "8..8 2 drop 700" },
	{ "life: a pass by who does not list", three, "-@900 -@150 -@70", "0..0 0 none 150" },
	{ "life: a drop is five minutes", three, "0.4@60 0.2@60 -", "8..8 2 drop 300" },
};

static void answers_become_decisions(void **state)
{
	static struct mxw_dnsbl_plan plan;
	static struct mxw_dnsbl_score score;
	struct heard heard;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_sanction sanction;
		char got[100];

		make_plan(rows[i].sites, &plan);
		hear(rows[i].says, &heard);
		mxw_dnsbl_score(&plan, heard.views, &score);
		sanction = decide(&score);
		(void)snprintf(got, sizeof(got), "%d..%d %u %s %u%s%s%s", score.least, score.score,
			       score.against, mxw_rung_name(sanction.rung), sanction.life,
			       score.authoritative ? " authoritative" : "",
			       score.partial ? " partial" : "", score.blind ? " blind" : "");
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("\"%s\": %s", rows[i].name, got);
	}
}

/* PBL is end-user space: port 25 only. */
static void end_user_space_counts_for_port_25_only(void **state)
{
	static struct mxw_dnsbl_plan plan;
	static struct mxw_dnsbl_score score;
	struct heard heard;

	(void)state;
	make_plan("zen.spamhaus.org=127.0.0.4*4 zen.spamhaus.org=127.0.0.[10..11]*3", &plan);
	hear("0.11,0.4", &heard);
	mxw_dnsbl_score(&plan, heard.views, &score);
	assert_int_equal(score.score, 7);
	plan.port_25_only = false;
	mxw_dnsbl_score(&plan, heard.views, &score);
	assert_int_equal(score.score, 4);
}

static void the_text_names_lists_codes_and_weights(void **state)
{
	static struct mxw_dnsbl_plan plan;
	static struct mxw_dnsbl_score score;
	struct heard heard;
	char text[200];

	(void)state;
	make_plan("secretkey.zen.dq.spamhaus.net=127.0.0.4*4 bl.spamcop.net*2 a.test", &plan);
	hear("0.4 0.2 -", &heard);
	mxw_dnsbl_score(&plan, heard.views, &score);
	assert_string_equal(mxw_dnsbl_score_text(&plan, &score, text, sizeof(text)),
			    "***.zen.dq.spamhaus.net=127.0.0.4*4, bl.spamcop.net=127.0.0.2*2");
	assert_string_equal(mxw_dnsbl_score_text(&plan, &score, text, 50),
			    "***.zen.dq.spamhaus.net=127.0.0.4*4, ...");
	assert_string_equal(mxw_dnsbl_score_text(&plan, &score, text, 20), "...");
	heard.views[0].answer = heard.views[1].answer = NULL;
	mxw_dnsbl_score(&plan, heard.views, &score);
	assert_string_equal(mxw_dnsbl_score_text(&plan, &score, text, sizeof(text)), "no list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_become_decisions),
		cmocka_unit_test(end_user_space_counts_for_port_25_only),
		cmocka_unit_test(the_text_names_lists_codes_and_weights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
