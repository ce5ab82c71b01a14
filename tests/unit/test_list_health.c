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

#include "tests/unit/probed.h"

static void a_good_list_comes_and_stays_online(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	assert_string_equal(probed_name(&w), "untried");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, false, w.now),
			 MXW_ASK_OFFLINE);
	probed_pass(&w, 1);
	assert_string_equal(probed_name(&w), "online");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_YES);
	probed_pass(&w, 86400);
	assert_int_equal(w.online, 1);
	assert_int_equal(w.offline, 0);
	assert_in_range(w.health.rounds, 86400 / 60, 86400 / 40);
}

static void no_entries_for_ipv6_no_questions(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	w.entry6 = probed_not_listed();
	probed_pass(&w, 60);
	assert_string_equal(probed_name(&w), "online");
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_NO_IPV6);
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, false, w.now),
			 MXW_ASK_YES);
	w.entry6 = probed_listed();
	probed_pass(&w, 17 * 45);
	assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, true, w.now),
			 MXW_ASK_YES);
}

/* D1: offline within one probe, which is within 60 s, and its entries withdrawn. */
static void a_list_that_lists_everything_is_found_within_a_minute(void **state)
{
	struct probed w;
	uint64_t lies;

	(void)state;
	for (unsigned int late = 0; late < 50; late += 7) {
		probed_start(&w, NULL);
		probed_pass(&w, 600 + late);
		w.loopback = w.loopback6 = probed_listed();
		lies = w.now;
		probed_pass(&w, 60);
		assert_string_equal(probed_name(&w), "lists-all");
		assert_int_equal(w.withdraw, 1);
		assert_true(w.changed - lies <= 60 * SECOND);
		assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_PRESENT, false, w.now),
				 MXW_ASK_OFFLINE);
		probed_pass(&w, 600);
		assert_int_equal(w.withdraw, 1);
		w.loopback = w.loopback6 = probed_not_listed();
		lies = w.now;
		probed_pass(&w, 60);
		assert_string_equal(probed_name(&w), "online");
		assert_true(w.changed - lies <= 60 * SECOND);
	}
}

static void a_list_that_lies_from_the_start_is_never_used(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	w.loopback = probed_listed();
	probed_pass(&w, 3600);
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
		struct probed w;
		uint64_t since;

		probed_start(&w, NULL);
		probed_pass(&w, always ? 0 : 100);
		if (rows[i].entry)
			w.entry = probed_error(rows[i].entry);
		if (rows[i].loopback)
			w.loopback = probed_error(rows[i].loopback);
		if (rows[i].empty)
			w.entry = w.entry6 = probed_not_listed();
		w.silent = rows[i].silent;
		probed_pass(&w, 75);
		if (strcmp(probed_name(&w), rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name, probed_name(&w));
		probed_pass(&w, 600);
		assert_int_equal(w.withdraw, 0);
		assert_int_equal(w.online, always ? 0 : 1);
		assert_int_equal(w.offline, 1);
		w.entry = w.entry6 = probed_listed();
		w.loopback = w.loopback6 = probed_not_listed();
		w.silent = false;
		since = w.now;
		probed_pass(&w, 60);
		if (w.online != (always ? 1 : 2) || w.changed - since > 60 * SECOND)
			fail_msg("%s: not back within 60 s, %s", rows[i].name, probed_name(&w));
		assert_int_equal(mxw_list_health_ask(&w.health, MXW_PURPOSE_REST, !always, w.now),
				 MXW_ASK_YES);
	}
}

static void one_lost_round_is_no_fault(void **state)
{
	struct probed w;

	(void)state;
	probed_start(&w, NULL);
	probed_pass(&w, 40);
	w.silent = true;
	probed_pass(&w, 6);
	assert_int_equal(w.health.rounds, 2);
	w.silent = false;
	probed_pass(&w, 60);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
