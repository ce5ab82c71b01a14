// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The judgement of one list's reply (userspace/policy/dnsbl_answer.h): codes,
 * errors and TTLs, and case D3 of docs/cases.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/dnsbl_answer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define NONE 99 /* for a rcode: there was no reply */

static struct mxw_dnsbl_answer judge(const char *zone, unsigned int rcode, const uint32_t *records,
				     size_t count, int64_t ttl)
{
	struct mxw_dnsbl_reply reply = {
		.rcode = rcode, .records = records, .count = count, .ttl = ttl
	};
	struct mxw_dnsbl_ttls ttls = mxw_dnsbl_default_ttls();
	struct mxw_list_rules rules;

	if (rcode == NONE)
		reply.outcome = MXW_DNSBL_NO_REPLY;
	mxw_known_rules(zone, &rules);
	return mxw_dnsbl_judge(&reply, &rules, &ttls);
}

static void replies_are_judged(void **state)
{
	static const char zen[] = "zen.spamhaus.org", wl[] = "list.dnswl.org", bl[] = "bl.example";
	static const struct {
		const char *zone;
		unsigned int rcode;
		uint32_t records[3]; /* up to a 0 */
		unsigned int want, fault;
	} rows[] = {
		{ zen, 0, { IP(127, 0, 0, 2) }, MXW_DNSBL_LISTED, 0 },
		{ zen, 0, { IP(127, 0, 0, 4), IP(127, 0, 0, 10) }, MXW_DNSBL_LISTED, 0 },
		{ zen, 3, { 0 }, MXW_DNSBL_NOT_LISTED, 0 },
		{ zen, 0, { 0 }, MXW_DNSBL_NOT_LISTED, 0 },
		{ zen, NONE, { 0 }, MXW_DNSBL_ERROR, MXW_DNSBL_TIMEOUT },
		{ zen, 2, { 0 }, MXW_DNSBL_ERROR, MXW_DNSBL_SERVFAIL },
		{ zen, 5, { 0 }, MXW_DNSBL_ERROR, MXW_DNSBL_REFUSED },
		{ zen, 4, { 0 }, MXW_DNSBL_ERROR, MXW_DNSBL_RCODE },
		{ zen, 2, { IP(127, 0, 0, 2) }, MXW_DNSBL_ERROR, MXW_DNSBL_SERVFAIL },
		{ zen, 0, { IP(203, 0, 113, 5) }, MXW_DNSBL_ERROR, MXW_DNSBL_OUTSIDE },
		{ zen,
		  0,
		  { IP(127, 0, 0, 4), IP(203, 0, 113, 5) },
		  MXW_DNSBL_ERROR,
		  MXW_DNSBL_OUTSIDE },
		{ zen, 0, { IP(127, 255, 255, 252) }, MXW_DNSBL_ERROR, MXW_DNSBL_CODE_NAME },
		{ zen, 0, { IP(127, 255, 255, 254) }, MXW_DNSBL_ERROR, MXW_DNSBL_CODE_RESOLVER },
		{ zen, 0, { IP(127, 255, 255, 255) }, MXW_DNSBL_ERROR, MXW_DNSBL_CODE_QUOTA },
		{ zen, 0, { IP(127, 255, 255, 7) }, MXW_DNSBL_ERROR, MXW_DNSBL_CODE_OTHER },
		{ bl, 0, { IP(127, 255, 255, 254) }, MXW_DNSBL_ERROR, MXW_DNSBL_CODE_RESOLVER },
		{ bl, 0, { IP(127, 255, 254, 255) }, MXW_DNSBL_LISTED, 0 },
		{ zen,
		  0,
		  { IP(127, 0, 0, 4), IP(127, 255, 255, 255) },
		  MXW_DNSBL_ERROR,
		  MXW_DNSBL_CODE_QUOTA },
		{ wl, 0, { IP(127, 0, 10, 3) }, MXW_DNSBL_ERROR, MXW_DNSBL_BLOCKED },
		{ wl, 0, { IP(127, 0, 10, 0) }, MXW_DNSBL_ERROR, MXW_DNSBL_BLOCKED },
		{ wl, 0, { IP(127, 0, 0, 255) }, MXW_DNSBL_ERROR, MXW_DNSBL_BLOCKED },
		{ wl, 0, { IP(127, 0, 5, 2) }, MXW_DNSBL_LISTED, 0 },
		{ bl, 0, { IP(127, 0, 10, 3) }, MXW_DNSBL_LISTED, 0 },
		{ bl, 0, { IP(127, 0, 0, 1) }, MXW_DNSBL_ERROR, MXW_DNSBL_BLOCKED },
		{ bl,
		  0,
		  { IP(127, 0, 0, 2), IP(127, 0, 0, 1) },
		  MXW_DNSBL_ERROR,
		  MXW_DNSBL_BLOCKED },
		{ "bl.score.senderscore.com", 0, { IP(127, 0, 0, 1) }, MXW_DNSBL_LISTED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t count = 0;
		struct mxw_dnsbl_answer answer;

		while (count < 3 && rows[i].records[count])
			count++;
		answer = judge(rows[i].zone, rows[i].rcode, rows[i].records, count, 300);
		if (answer.state != rows[i].want || answer.fault != rows[i].fault)
			fail_msg("row %zu: state %u, fault %s", i, answer.state,
				 mxw_dnsbl_fault_name(answer.fault));
		assert_int_equal(answer.count, answer.state == MXW_DNSBL_LISTED ? count : 0);
		assert_int_equal(answer.ttl, answer.state == MXW_DNSBL_ERROR ? 60 : 300);
	}
}

static void lifetimes_are_clamped(void **state)
{
	static const struct {
		unsigned int rcode;
		int64_t ttl;
		uint32_t want;
	} rows[] = {
		{ 3, 150, 150 },	{ 3, 10, 60 },	  { 3, 86400, 3600 },  { 3, -1, 60 },
		{ 0, 150, 150 },	{ 0, 10, 60 },	  { 0, 86400, 3600 },  { 0, -1, 60 },
		{ 0, INT64_MAX, 3600 }, { 2, 86400, 60 }, { NONE, 86400, 60 },
	};
	static const uint32_t record = IP(127, 0, 0, 2);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(judge("bl.example", rows[i].rcode, &record, rows[i].rcode == 0,
				       rows[i].ttl)
					 .ttl,
				 rows[i].want);
}

static void too_many_records_are_no_answer(void **state)
{
	uint32_t records[MXW_DNSBL_CODES + 1];

	(void)state;
	for (unsigned int i = 0; i < COUNT(records); i++)
		records[i] = IP(127, 0, 0, i + 2);
	assert_int_equal(judge("bl.example", 0, records, MXW_DNSBL_CODES, 60).state,
			 MXW_DNSBL_LISTED);
	assert_int_equal(judge("bl.example", 0, records, MXW_DNSBL_CODES + 1, 60).fault,
			 MXW_DNSBL_MALFORMED);
}

static void probes_are_judged_by_the_rfc_alone(void **state)
{
	static const struct {
		uint32_t record;
		unsigned int want;
	} rows[] = {
		{ IP(127, 0, 10, 0), MXW_DNSBL_LISTED }, /* DNSWL's test entry */
		{ IP(127, 0, 0, 255), MXW_DNSBL_ERROR },
		{ IP(127, 0, 0, 2), MXW_DNSBL_LISTED },
		{ IP(127, 0, 0, 1), MXW_DNSBL_LISTED },
		{ IP(127, 255, 255, 254), MXW_DNSBL_ERROR },
		{ IP(203, 0, 113, 5), MXW_DNSBL_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_dnsbl_reply reply = { .records = &rows[i].record, .count = 1 };
		struct mxw_dnsbl_ttls ttls = mxw_dnsbl_default_ttls();

		assert_int_equal(mxw_dnsbl_judge_probe(&reply, &ttls).state, rows[i].want);
	}
}

static void faults_have_names_and_hints(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MXW_DNSBL_FAULTS; i++) {
		assert_non_null(mxw_dnsbl_fault_name(i));
		assert_non_null(mxw_dnsbl_fault_hint(i));
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(mxw_dnsbl_fault_name(i), mxw_dnsbl_fault_name(j));
	}
	assert_non_null(strstr(mxw_dnsbl_fault_hint(MXW_DNSBL_CODE_RESOLVER), "public resolvers"));
	assert_string_equal(mxw_dnsbl_fault_name(MXW_DNSBL_FAULTS), "unknown");
	assert_true(mxw_dnsbl_fault_of_list(MXW_DNSBL_CODE_QUOTA));
	assert_false(mxw_dnsbl_fault_of_list(MXW_DNSBL_SERVFAIL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_are_judged),
		cmocka_unit_test(lifetimes_are_clamped),
		cmocka_unit_test(too_many_records_are_no_answer),
		cmocka_unit_test(probes_are_judged_by_the_rfc_alone),
		cmocka_unit_test(faults_have_names_and_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
