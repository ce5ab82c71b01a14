// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SPF: macros. What one expands to is read from the names that are asked for.
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
#define V6 "2001:db8::cb01"

static const char world[] = "3.2.0.192.in-addr.arpa PTR other.example.net\n"
			    "3.2.0.192.in-addr.arpa PTR mx.sub.example.com\n"
			    "other.example.net A 192.0.2.3\n"
			    "mx.sub.example.com A 192.0.2.3\n"
			    "5.2.0.192.in-addr.arpa PTR other.example.net\n"
			    "5.2.0.192.in-addr.arpa PTR below.example.com\n"
			    "5.2.0.192.in-addr.arpa PTR example.com\n"
			    "other.example.net A 192.0.2.5\n"
			    "below.example.com A 192.0.2.5\n"
			    "example.com A 192.0.2.5\n";

struct expansion {
	const char *text, *client;
	const char *want; /* the name, or "permerror" */
};

/* The name that exists: asks for, before anything is known of it. */
static void asks_for(const struct expansion *expansion)
{
	const struct mxw_spf_query query = spfzone_query(expansion->client);
	char zone[2048], want[1024];
	const char *const zones[] = { world, zone, NULL };
	struct mxw_spf_verdict verdict;

	(void)snprintf(zone, sizeof(zone),
		       "email.example.com TXT v=spf1 -exists:%s\n%s A 127.0.0.2\n", expansion->text,
		       expansion->want);
	assert_true(spfzone_check(zones, &query, &verdict) >= 0);
	(void)snprintf(want, sizeof(want), "%s",
		       strcmp(expansion->want, "permerror") == 0 ? "permerror" : "fail");
	if (strcmp(mxw_spf_result_name(verdict.result), want) != 0)
		fail_msg("%s from %s: %s; does not ask for %s but for %s", expansion->text,
			 expansion->client, mxw_spf_result_name(verdict.result), expansion->want,
			 verdict.need);
}

#define EACH(rows, check)                                           \
	for (size_t i = 0; i < sizeof(rows) / sizeof(*(rows)); i++) \
	check(&(rows)[i])

static void letters_and_transformers(void **state)
{
	static const struct expansion rows[] = {
		{ "%{s}.x.com", V4, "strong-bad@email.example.com.x.com" },
		{ "%{o}.x.com", V4, "email.example.com.x.com" },
		{ "%{d}", V4, "email.example.com" },
		{ "%{D}", V4, "email.example.com" },
		{ "%{d4}", V4, "email.example.com" },
		{ "%{d3}", V4, "email.example.com" },
		{ "%{d2}", V4, "example.com" },
		{ "%{d1}.x.com", V4, "com.x.com" },
		{ "%{d128}", V4, "email.example.com" },
		{ "%{d99999999999999999999}", V4, "email.example.com" },
		{ "%{d01}.x.com", V4, "com.x.com" },
		{ "%{dr}", V4, "com.example.email" },
		{ "%{dR}", V4, "com.example.email" },
		{ "%{d2r}", V4, "example.email" },
		{ "%{l}.x.com", V4, "strong-bad.x.com" },
		{ "%{l-}.x.com", V4, "strong.bad.x.com" },
		{ "%{lr}.x.com", V4, "strong-bad.x.com" },
		{ "%{lr-}.x.com", V4, "bad.strong.x.com" },
		{ "%{l1r-}.x.com", V4, "strong.x.com" },
		{ "%{l1-}.x.com", V4, "bad.x.com" },
		{ "%{s1-@.}", V4, "permerror" },
		{ "%{s1r-.}.x.com", V4, "strong.x.com" },
		{ "%{h}", V4, "mx.example.org" },
		{ "%{h2}", V4, "example.org" },
		{ "%{i}.%{v}.x.com", V4, "192.0.2.3.in-addr.x.com" },
		{ "%{ir}.%{v}._spf.%{d2}", V4, "3.2.0.192.in-addr._spf.example.com" },
		{ "%{lr-}.lp._spf.%{d2}", V4, "bad.strong.lp._spf.example.com" },
		{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", V4,
		  "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
		{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", V4,
		  "3.2.0.192.in-addr.strong.lp._spf.example.com" },
		{ "%{d2}.trusted-domains.example.net", V4,
		  "example.com.trusted-domains.example.net" },
		{ "%{ir}.%{v}._spf.%{d2}", V6,
		  "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf."
		  "example.com" },
		{ "%{i5}.x.com", V6, "0.c.b.0.1.x.com" },
		{ "%{i}.x.com", "::ffff:192.0.2.9", "192.0.2.9.x.com" },
		{ "%{p}.x.com", V4, "other.example.net.x.com" },
		{ "%{p2}.x.com", "192.0.2.44", "unknown.x.com" },
		{ "%{S}.x.com", V4, "strong-bad%40email.example.com.x.com" },
		{ "a%%b.x.com", V4, "a%b.x.com" },
		{ "a%-b.x.com", V4, "a%20b.x.com" },
		{ "a/b.%{d}", V4, "a/b.email.example.com" },
		{ "%{d}.", V4, "permerror" },
		{ "%{d}com", V4, "permerror" },
		{ "%{d}.com.", V4, "email.example.com.com" },
		{ "%{d}.1", V4, "permerror" },
		{ "%{d0}", V4, "permerror" },
		{ "%{d00r}", V4, "permerror" },
		{ "%{x}.x.com", V4, "permerror" },
		{ "%{c}.x.com", V4, "permerror" },
		{ "%{r}.x.com", V4, "permerror" },
		{ "%{t}.x.com", V4, "permerror" },
		{ "%{}.x.com", V4, "permerror" },
		{ "%{d", V4, "permerror" },
		{ "%{dr2}", V4, "permerror" },
		{ "%{d-2}", V4, "permerror" },
		{ "%{d;}", V4, "permerror" },
		{ "%d.x.com", V4, "permerror" },
		{ "x.com%", V4, "permerror" },
		{ "%(d).x.com", V4, "permerror" },
	};
	(void)state;
	EACH(rows, asks_for);
}

/* With the sender, HELO name and client given. */
static enum mxw_spf_result result_for(const char *zone, const struct mxw_spf_query *query)
{
	const char *const zones[] = { world, zone, NULL };
	struct mxw_spf_verdict verdict;

	assert_true(spfzone_check(zones, query, &verdict) >= 0);
	return verdict.result;
}

static void the_best_validated_name_is_p(void **state)
{
	struct mxw_spf_query query = spfzone_query(V4);

	(void)state;
	query.sender = "u@sub.example.com";
	assert_int_equal(result_for("sub.example.com TXT v=spf1 exists:%{p} -all\n"
				    "mx.sub.example.com A 192.0.2.3",
				    &query),
			 MXW_SPF_PASS);
	assert_int_equal(result_for("sub.example.com TXT v=spf1 exists:%{p}.q.com -all\n"
				    "mx.sub.example.com.q.com A 127.0.0.1\n",
				    &query),
			 MXW_SPF_PASS);
	query = spfzone_query("192.0.2.5");
	query.sender = "u@example.com";
	assert_int_equal(result_for("example.com TXT v=spf1 exists:%{p}.q.com -all\n"
				    "example.com.q.com A 127.0.0.1\n",
				    &query),
			 MXW_SPF_PASS);
	query = spfzone_query(V4);
	query.sender = "u@mx.sub.example.com";
	assert_int_equal(result_for("mx.sub.example.com TXT v=spf1 exists:%{p}.q.com -all\n"
				    "mx.sub.example.com.q.com A 127.0.0.1\n",
				    &query),
			 MXW_SPF_PASS);
}

/* From the left, by labels, until 253 bytes are left. */
static void long_names_lose_labels(void **state)
{
#define L60 "012345678901234567890123456789012345678901234567890123456789"
#define S10 "%{s}.%{s}.%{s}.%{s}.%{s}.%{s}.%{s}.%{s}.%{s}.%{s}."
	static const struct expansion rows[] = {
		{ L60 "." L60 "." L60 "." L60 ".abcde.com", V4,
		  L60 "." L60 "." L60 "." L60 ".abcde.com" }, /* 253 with its parts */
		{ L60 "." L60 "." L60 "." L60 ".abcdef.com", V4,
		  L60 "." L60 "." L60 ".abcdef.com" },
		{ "%{d}." L60 "." L60 "." L60 "." L60 ".com", V4,
		  "com." L60 "." L60 "." L60 "." L60 ".com" },
		{ S10 S10 S10 S10 L60 "." L60 "." L60 "." L60 ".com", V4,
		  "com." L60 "." L60 "." L60 "." L60 ".com" },
	};
	(void)state;
	EACH(rows, asks_for);
}

/* What cannot be a name does not match, and is not asked for. */
static void names_that_are_none(void **state)
{
	static const char *const specs[] = { "a..b.com",  (L60 "xxxx.com"), ".a.com",
					     "%{h}..com", "%{l}.%{h}",	    "%{h}.x" };
	struct mxw_spf_query query = spfzone_query(V4);
	char zone[512];

	(void)state;
	query.helo = "a..b";
	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
		(void)snprintf(zone, sizeof(zone),
			       "email.example.com TXT v=spf1 exists:%s a:%s mx:%s ?all\n", specs[i],
			       specs[i], specs[i]);
		assert_int_equal(result_for(zone, &query), MXW_SPF_NEUTRAL);
		(void)snprintf(zone, sizeof(zone), "email.example.com TXT v=spf1 include:%s ?all\n",
			       specs[i]);
		assert_int_equal(result_for(zone, &query), MXW_SPF_PERMERROR);
		(void)snprintf(zone, sizeof(zone), "email.example.com TXT v=spf1 redirect=%s\n",
			       specs[i]);
		assert_int_equal(result_for(zone, &query), MXW_SPF_PERMERROR);
	}
}

static void names_from_strangers(void **state)
{
	struct mxw_spf_query query = spfzone_query(V4);

	(void)state;
	query.helo = "b\xc3\xbc";
	assert_int_equal(result_for("email.example.com TXT v=spf1 exists:%{h}.com ?all\n"
				    "b\xc3\xbc.com A 127.0.0.1\n",
				    &query),
			 MXW_SPF_NEUTRAL);
	query.helo = "single";
	assert_int_equal(result_for("email.example.com TXT v=spf1 include:%{h} ?all\n"
				    "single TXT v=spf1 +all\n",
				    &query),
			 MXW_SPF_PERMERROR);
	assert_int_equal(result_for("email.example.com TXT v=spf1 redirect=%{h}\n"
				    "single TXT v=spf1 +all\n",
				    &query),
			 MXW_SPF_PERMERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_and_transformers),
		cmocka_unit_test(the_best_validated_name_is_p),
		cmocka_unit_test(long_names_lose_labels),
		cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(names_from_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
