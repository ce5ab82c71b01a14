// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SPF: explanations, and whose name is checked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "spfzone.h"

#define V4 "192.0.2.3"
#define L60 "012345678901234567890123456789012345678901234567890123456789"
#define V6 "2001:db8::cb01"

static const char world[] = "3.2.0.192.in-addr.arpa PTR other.example.net\n"
			    "other.example.net A 192.0.2.3\n";

struct expansion {
	const char *text, *client;
	const char *want; /* the explanation; "" = none */
};

static void explains(const struct expansion *expansion)
{
	const struct mxw_spf_query query = spfzone_query(expansion->client);
	char zone[4096];
	const char *const zones[] = { world, zone, NULL };
	struct mxw_spf_verdict verdict;

	(void)snprintf(zone, sizeof(zone),
		       "email.example.com TXT v=spf1 -all exp=why.%%{d}\n"
		       "%s%s\n",
		       *expansion->text == '@' ? "" : "why.email.example.com TXT ",
		       expansion->text + (*expansion->text == '@'));
	assert_true(spfzone_check(zones, &query, &verdict) >= 0);
	assert_int_equal(verdict.result, MXW_SPF_FAIL);
	if (strcmp(verdict.explanation, expansion->want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", expansion->text, verdict.explanation,
			 expansion->want);
}

#define EACH(rows, check)                                           \
	for (size_t i = 0; i < sizeof(rows) / sizeof(*(rows)); i++) \
	check(&(rows)[i])

static void explanations(void **state)
{
	static const struct expansion rows[] = {
		{ "Not from here", V4, "Not from here" },
		{ "%{i} is not one of %{d}'s mail servers.", V4,
		  "192.0.2.3 is not one of email.example.com's mail servers." },
		{ "See http://%{d}/why.html?s=%{S}&i=%{I}", V6,
		  "See http://email.example.com/why.html?s=strong-bad%40email.example.com&i="
		  "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.0.1" },
		{ "%{c} %{r} %{t}", V4, "192.0.2.3 mail.receiver.example 1800000000" },
		{ "%{c}", V6, "2001:db8::cb01" },
		{ "%{C}", V6, "2001%3Adb8%3A%3Acb01" },
		{ "%{c}", "::ffff:192.0.2.9", "192.0.2.9" },
		{ "%{h} 100%%%_sure%-", V4, "mx.example.org 100% sure%20" },
		{ "%{p}", V4, "other.example.net" },
		{ "%{x}", V4, "" },
		{ "50% of it", V4, "" },
		{ "b\xc3\xbc"
		  "se",
		  V4, "" },
		{ "tab\tbed", V4, "" },
		{ "one\nwhy.email.example.com TXT two", V4, "" },
		{ "", V4, "" },
		{ "@", V4, "" },
		{ "@why.email.example.com FAIL", V4, "" },
	};
	(void)state;
	EACH(rows, explains);
}

static void explanations_are_of_the_record_that_decides(void **state)
{
	static const struct {
		const char *zone, *want;
	} rows[] = {
		{ "email.example.com TXT v=spf1 exp=a.com redirect=r.com\n"
		  "r.com TXT v=spf1 -all exp=b.com\n"
		  "a.com TXT a\nb.com TXT b of %{d}\n",
		  "b of r.com" },
		{ "email.example.com TXT v=spf1 exp=a.com redirect=r.com\n"
		  "r.com TXT v=spf1 -all\na.com TXT a\n",
		  "" },
		{ "email.example.com TXT v=spf1 -include:i.com exp=a.com\n"
		  "i.com TXT v=spf1 +all exp=b.com\na.com TXT a\nb.com TXT b\n",
		  "a" },
		{ "email.example.com TXT v=spf1 include:i.com -all exp=a.com\n"
		  "i.com TXT v=spf1 -all exp=b.com\na.com TXT a of %{d}\nb.com TXT b\n",
		  "a of email.example.com" },
		{ "email.example.com TXT v=spf1 ~all exp=a.com\na.com TXT a\n", "" },
	};
	const struct mxw_spf_query query = spfzone_query(V4);
	struct mxw_spf_verdict verdict;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *const zones[] = { world, rows[i].zone, NULL };

		assert_true(spfzone_check(zones, &query, &verdict) >= 0);
		assert_string_equal(verdict.explanation, rows[i].want);
	}
}

static void an_explanation_is_cut(void **state)
{
	struct mxw_spf_query query = spfzone_query(V4);
	char zone[2048] = "email.example.com TXT v=spf1 -all exp=why.com\nwhy.com TXT ";
	const char *const zones[] = { zone, NULL };
	struct mxw_spf_verdict verdict;

	(void)state;
	for (int i = 0; i < 100; i++)
		memcpy(zone + strlen(zone), "%{d}", sizeof("%{d}"));
	assert_true(spfzone_check(zones, &query, &verdict) >= 0);
	assert_int_equal(strlen(verdict.explanation), MXW_SPF_TEXT - 1);
}

/* Which name is checked, as %{s} in an explanation says it. */
static void identities(void **state)
{
	static const struct {
		const char *sender, *helo, *want;
	} rows[] = {
		{ "u@a.com", "h.org", "fail u@a.com u a.com a.com h.org" },
		{ "u@a.com.", "h.org", "fail u@a.com u a.com a.com h.org" },
		{ "U@A.COM", "", "fail U@A.COM U A.COM A.COM unknown" },
		{ "a.com", "h.org", "fail postmaster@a.com postmaster a.com a.com h.org" },
		{ "@a.com", "h.org", "fail postmaster@a.com postmaster a.com a.com h.org" },
		{ "x@y@a.com", "h.org", "fail x@y@a.com x@y a.com a.com h.org" },
		{ "", "h.org", "fail postmaster@h.org postmaster h.org h.org h.org" },
		{ "<>", "h.org", "fail postmaster@h.org postmaster h.org h.org h.org" },
		{ "", "", "none" },
		{ "<>", "localhost", "none" },
		{ "<>", "[192.0.2.3]", "none" },
		{ "<>", "[IPv6:2001:db8::1]", "none" },
		{ "u@", "h.org", "none" },
		{ "u@com", "h.org", "none" },
		{ "u@a..com", "h.org", "none" },
		{ "u@.a.com", "h.org", "none" },
		{ "u@" L60 "1234.com", "h.org", "none" },
		{ "u@b\xc3\xbc"
		  "cher.com",
		  "h.org", "none" },
		{ "u@xn--bcher-kva.com", "h.org", "none" },
		{ "u@a b.com", "h.org", "none" },
		{ "u@[192.0.2.3]", "h.org", "none" },
		{ "u@nothing.com", "h.org", "none" },
	};
	static const char zone[] = "a.com TXT v=spf1 -all exp=why.com\n"
				   "com TXT v=spf1 -all\n"
				   "localhost TXT v=spf1 -all\n"
				   "[192.0.2.3] TXT v=spf1 -all\n"
				   "h.org TXT v=spf1 -all exp=why.com\n"
				   "why.com TXT %{s} %{l} %{o} %{d} %{h}\n";
	const char *const zones[] = { zone, NULL };
	struct mxw_spf_verdict verdict;
	char have[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct mxw_spf_query query = spfzone_query(V4);

		query.sender = rows[i].sender;
		query.helo = rows[i].helo;
		assert_true(spfzone_check(zones, &query, &verdict) >= 0);
		(void)snprintf(have, sizeof(have), "%s%s%s", mxw_spf_result_name(verdict.result),
			       verdict.explanation[0] ? " " : "", verdict.explanation);
		assert_string_equal(have, rows[i].want);
	}
}

/* With the sender, HELO name and client given. */
static enum mxw_spf_result result_for(const char *zone, const struct mxw_spf_query *query)
{
	const char *const zones[] = { world, zone, NULL };
	struct mxw_spf_verdict verdict;

	assert_true(spfzone_check(zones, query, &verdict) >= 0);
	return verdict.result;
}

static void senders_have_an_end(void **state)
{
	struct mxw_spf_query query = spfzone_query(V4);
	char sender[600];

	(void)state;
	memset(sender, 'x', sizeof(sender));
	memcpy(sender + sizeof(sender) - 7, "@a.com", 7);
	query.sender = sender;
	assert_int_equal(result_for("a.com TXT v=spf1 +all\n", &query), MXW_SPF_NONE);
	query.sender = sender + sizeof(sender) - MXW_SPF_SENDER;
	assert_int_equal(result_for("a.com TXT v=spf1 +all\n", &query), MXW_SPF_PASS);
	assert_int_equal(result_for("a.com TXT v=spf1 a:%{s}.%{S}.%{lr-}.com ?all\n", &query),
			 MXW_SPF_NEUTRAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explanations),
		cmocka_unit_test(explanations_are_of_the_record_that_decides),
		cmocka_unit_test(an_explanation_is_cut),
		cmocka_unit_test(identities),
		cmocka_unit_test(senders_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
