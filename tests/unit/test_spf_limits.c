// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SPF: how much may be asked (RFC 7208 section 4.6.4), and what is kept of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "spfzone.h"

#define ZONE 65536

/* Grows by formatted text. */
struct zone {
	char text[ZONE];
	size_t length;
};

static void add(struct zone *zone, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct zone *zone, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(zone->text + zone->length, ZONE - zone->length, format, args);
	va_end(args);
	assert_true(length >= 0 && (size_t)length < ZONE - zone->length);
	zone->length += (size_t)length;
}

static struct mxw_spf_verdict check(const struct zone *zone)
{
	struct mxw_spf_query query = { .sender = "u@a.com", .helo = "", .receiver = "" };
	const char *const zones[] = { zone->text, NULL };
	struct mxw_spf_verdict verdict;

	assert_true(spfzone_address("192.0.2.1", query.addr));
	assert_true(spfzone_check(zones, &query, &verdict) >= 0);
	return verdict;
}

/* count times the term, and then all. */
static struct mxw_spf_verdict check_terms(const char *term, int count, const char *more)
{
	static struct zone zone;

	zone.length = 0;
	add(&zone, "a.com TXT v=spf1");
	for (int i = 0; i < count; i++)
		add(&zone, " %s", term);
	add(&zone, " -all\n%s", more);
	return check(&zone);
}

static void ten_terms_and_no_more(void **state)
{
	static const struct {
		const char *term, *more;
	} rows[] = {
		{ "a:b.com", "b.com A 203.0.113.1\n" },
		{ "mx:b.com", "b.com MX 1 c.com\nc.com A 203.0.113.1\n" },
		{ "ptr:b.com", "1.2.0.192.in-addr.arpa PTR c.com\n" },
		{ "include:b.com", "b.com TXT v=spf1 ?all\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct mxw_spf_verdict ten = check_terms(rows[i].term, 10, rows[i].more);
		struct mxw_spf_verdict eleven = check_terms(rows[i].term, 11, rows[i].more);

		assert_int_equal(ten.result, MXW_SPF_FAIL);
		assert_int_equal(ten.terms, 10);
		assert_int_equal(eleven.result, MXW_SPF_PERMERROR);
		assert_string_equal(eleven.term, rows[i].term);
		assert_string_equal(eleven.why, "more than 10 terms need look-ups");
	}
	assert_int_equal(check_terms("ip4:203.0.113.1 ip6:2001:db8::1", 200, "").result,
			 MXW_SPF_FAIL);
}

/* A chain: each includes, or redirects to, the next, and the last passes. */
static struct mxw_spf_verdict check_chain(const char *link, int count)
{
	static struct zone zone;

	zone.length = 0;
	add(&zone, "a.com TXT v=spf1 %s0.com\n", link);
	for (int i = 0; i < count - 1; i++)
		add(&zone, "%d.com TXT v=spf1 %s%d.com\n", i, link, i + 1);
	add(&zone, "%d.com TXT v=spf1 +all\n", count - 1);
	return check(&zone);
}

static void chains_count(void **state)
{
	(void)state;
	assert_int_equal(check_chain("include:", 10).result, MXW_SPF_PASS);
	assert_int_equal(check_chain("include:", 11).result, MXW_SPF_PERMERROR);
	assert_int_equal(check_chain("redirect=", 10).result, MXW_SPF_PASS);
	assert_int_equal(check_chain("redirect=", 11).result, MXW_SPF_PERMERROR);
	assert_int_equal(check_chain("redirect=", 10).terms, 10);
}

static void terms_behind_a_match_do_not_count(void **state)
{
	struct mxw_spf_verdict verdict =
		check_terms("a:b.com", 20, "b.com A 203.0.113.1\nb.com A 192.0.2.1\n");

	(void)state;
	assert_int_equal(verdict.result, MXW_SPF_PASS);
	assert_int_equal(verdict.terms, 1);
}

static struct mxw_spf_verdict check_servers(int count, const char *term)
{
	static struct zone zone;

	zone.length = 0;
	add(&zone, "a.com TXT v=spf1 %s -all\n", term);
	for (int i = 0; i < count; i++) {
		add(&zone, "b.com MX %d m%d.com\n", i, i);
		add(&zone, "1.2.0.192.in-addr.arpa PTR m%d.com\n", i);
		add(&zone, "m%d.com A %s\n", i, i == count - 1 ? "192.0.2.1" : "203.0.113.1");
	}
	return check(&zone);
}

static void ten_names_of_mx_and_ptr(void **state)
{
	(void)state;
	assert_int_equal(check_servers(10, "mx:b.com").result, MXW_SPF_PASS);
	assert_int_equal(check_servers(11, "mx:b.com").result, MXW_SPF_PERMERROR);
	assert_int_equal(check_servers(200, "mx:b.com").result, MXW_SPF_PERMERROR);
	assert_int_equal(check_servers(10, "ptr:m9.com").result, MXW_SPF_PASS);
	assert_int_equal(check_servers(11, "ptr:m10.com").result, MXW_SPF_FAIL);
	assert_int_equal(check_servers(10, "exists:%{p}").result, MXW_SPF_PASS);
	assert_int_equal(check_servers(11, "exists:%{p}").result, MXW_SPF_FAIL);
}

static void two_void_lookups(void **state)
{
	static const struct {
		const char *terms;
		enum mxw_spf_result result;
		unsigned int voids;
	} rows[] = {
		{ "a:l1.com a:l2.com", MXW_SPF_FAIL, 2 },
		{ "a:l1.com a:l2.com a:l3.com", MXW_SPF_PERMERROR, 3 },
		{ "a:l1.com mx:l2.com", MXW_SPF_FAIL, 2 },
		{ "a:l1.com mx:l2.com exists:l3.com", MXW_SPF_PERMERROR, 3 },
		{ "mx:m.com", MXW_SPF_FAIL, 1 }, /* its two names are one term's */
		{ "mx:m.com a:l1.com", MXW_SPF_FAIL, 2 },
		{ "mx:m.com a:l1.com a:l2.com", MXW_SPF_PERMERROR, 3 },
		{ "mx:m.com include:i.com ip4:192.0.2.1", MXW_SPF_PASS, 2 },
		{ "exists:%{p}.%{p}.l.com a:l1.com ip4:192.0.2.1", MXW_SPF_PASS, 2 },
		{ "ptr:m.com a:l1.com", MXW_SPF_FAIL, 2 },
		{ "ptr:m.com a:l1.com a:l2.com", MXW_SPF_PERMERROR, 3 },
		{ "include:i.com a:l2.com", MXW_SPF_FAIL, 2 },
		{ "include:i.com a:l2.com a:l3.com", MXW_SPF_PERMERROR, 3 },
		{ "a:only6.com a:l1.com a:l2.com", MXW_SPF_PERMERROR, 3 },
		{ "a:l1.com a:l2.com ip4:192.0.2.1 a:l3.com", MXW_SPF_PASS, 2 },
	};
	static struct zone zone;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct mxw_spf_verdict verdict;

		zone.length = 0;
		add(&zone, "a.com TXT v=spf1 %s -all exp=l9.com\n", rows[i].terms);
		add(&zone, "m.com MX 1 l7.com\nm.com MX 1 l8.com\n"
			   "i.com TXT v=spf1 a:l1.com ?all\nonly6.com AAAA 2001:db8::1\n");
		verdict = check(&zone);
		assert_int_equal(verdict.result, rows[i].result);
		assert_int_equal(verdict.voids, rows[i].voids);
	}
}

/* 2000 macros of 7 bytes in each of the records, for a name that is none. */
static void macros_have_an_end(void **state)
{
	static struct zone more;

	(void)state;
	more.length = 0;
	add(&more, "b.com TXT v=spf1 exists:");
	for (int i = 0; i < 2000; i++)
		add(&more, "%%{s}");
	add(&more, ".%064d.com ?all\n", 0);
	assert_int_equal(check_terms("include:b.com", 4, more.text).result, MXW_SPF_FAIL);
	assert_int_equal(check_terms("include:b.com", 5, more.text).result, MXW_SPF_PERMERROR);
}

static void records_have_an_end(void **state)
{
	static struct zone zone;
	size_t begin;

	(void)state;
	for (int over = 0; over < 2; over++) {
		zone.length = 0;
		add(&zone, "a.com TXT ");
		begin = zone.length;
		add(&zone, "v=spf1 x=");
		while (zone.length - begin < (size_t)(MXW_SPF_RECORD - 5 + over))
			add(&zone, "x");
		add(&zone, " +all\n");
		assert_int_equal(check(&zone).result, over ? MXW_SPF_PERMERROR : MXW_SPF_PASS);
	}
}

/* As much as the limits let ask: ten mx, each with ten names of its own. */
static void the_most_that_is_asked_fits(void **state)
{
	struct mxw_spf_query query = { .sender = "u@a.com", .helo = "", .receiver = "" };
	struct mxw_spf_verdict verdict;
	static struct zone zone;
	const char *const zones[] = { zone.text, NULL };

	(void)state;
	zone.length = 0;
	add(&zone, "a.com TXT v=spf1");
	for (int i = 0; i < 10; i++)
		add(&zone, " mx:%d.com", i);
	add(&zone, " -all exp=%%{p}.com\n");
	for (int i = 0; i < 100; i++) {
		add(&zone, "%d.com MX 1 m%d.com\nm%d.com A 203.0.113.1\n", i / 10, i, i);
		if (i < 10)
			add(&zone, "1.2.0.192.in-addr.arpa PTR p%d.com\n", i);
	}
	assert_true(spfzone_address("192.0.2.1", query.addr));
	assert_int_equal(spfzone_check(zones, &query, &verdict), 1 + 10 + 100 + 1 + 10 + 1);
	assert_int_equal(verdict.result, MXW_SPF_FAIL);
}

static void facts_are_bounded(void **state)
{
	static const uint8_t broken[] = { 0, 5, 1, 2 };
	static uint8_t rows[MXW_SPF_FACT_BYTES + 2];
	struct mxw_spf_facts facts = { .count = 0 };
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(mxw_spf_facts_add(&facts, name, MXW_SPF_A, MXW_SPF_ANSWERED, rows, 0),
			 MXW_E_USAGE);
	assert_int_equal(mxw_spf_facts_add(&facts, "a", MXW_SPF_A, MXW_SPF_ANSWERED, broken, 4),
			 MXW_E_USAGE);
	assert_int_equal(mxw_spf_facts_add(&facts, "a", MXW_SPF_A, MXW_SPF_ANSWERED, broken, 1),
			 MXW_E_USAGE);
	assert_int_equal(mxw_spf_facts_add(&facts, "a", MXW_SPF_A, MXW_SPF_ANSWERED, rows,
					   sizeof(rows)),
			 MXW_E_FAIL);
	for (int i = 0; i < MXW_SPF_FACTS; i++)
		assert_int_equal(mxw_spf_facts_add(&facts, "a", MXW_SPF_A, MXW_SPF_ANSWERED, rows,
						   2),
				 MXW_OK);
	assert_int_equal(mxw_spf_facts_add(&facts, "a", MXW_SPF_A, MXW_SPF_ANSWERED, rows, 2),
			 MXW_E_FAIL);
	assert_non_null(mxw_spf_facts_find(&facts, "A", MXW_SPF_A));
	assert_null(mxw_spf_facts_find(&facts, "A", MXW_SPF_MX));
	mxw_spf_facts_free(&facts);
	assert_int_equal(facts.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_terms_and_no_more),
		cmocka_unit_test(chains_count),
		cmocka_unit_test(terms_behind_a_match_do_not_count),
		cmocka_unit_test(ten_names_of_mx_and_ptr),
		cmocka_unit_test(two_void_lookups),
		cmocka_unit_test(macros_have_an_end),
		cmocka_unit_test(records_have_an_end),
		cmocka_unit_test(the_most_that_is_asked_fits),
		cmocka_unit_test(facts_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
