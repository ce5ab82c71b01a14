// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host names of strangers (userspace/policy/names.h), and what they add to a score
 * (names_score.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/dnsbl_name.h"
#include "policy/names_score.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LABEL63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz-0123456789"
#define WEIGHTS                                                                         \
	{                                                                               \
		.missing = 2, .unconfirmed = 1, .confirmed = -1, .most = 3, .least = -2 \
	}

static void names_of_strangers(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: not taken */
	} rows[] = {
		{ "mx.example.net", "mx.example.net" },
		{ "MX.Example.NET.", "mx.example.net" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "host_1.example", "host_1.example" },
		{ "198-51-100-7.dyn.example", "198-51-100-7.dyn.example" },
		{ "7.100.51.198.dyn.example", "7.100.51.198.dyn.example" },
		{ LABEL63 ".example", LABEL63 ".example" },
		{ LABEL63 "x.example", NULL },
		{ LABEL63 "." LABEL63 "." LABEL63 ".example", NULL }, /* 199 bytes */
		{ "", NULL },
		{ ".", NULL },
		{ "..", NULL },
		{ "mx..example", NULL },
		{ ".mx.example", NULL },
		{ "mx.example..", NULL },
		{ "localhost", NULL },
		{ "mail", NULL },
		{ "mail.localhost", NULL },
		{ "mail.localdomain", NULL },
		{ "mail.local", NULL },
		{ "test.invalid", NULL },
		{ "192.0.2.1", NULL },
		{ "192.0.2.1.", NULL },
		{ "mx.example.1", NULL },
		{ "[192.0.2.1]", NULL },
		{ "[IPv6:2001:db8::1]", NULL },
		{ "2001:db8::1", NULL },
		{ "7.100.51.198.in-addr.arpa", NULL },
		{ "b\xc3\xbc"
		  "cher.example",
		  NULL },
		{ "a b.example", NULL },
		{ "a\nb.example", NULL },
		{ "a\\.example", NULL },
		{ "-a.example", NULL },
		{ "a-.example", NULL },
		{ "*.example", NULL },
		{ "a?b.example", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[MXW_NAME_TEXT];
		bool taken = mxw_name_take(rows[i].text, out);

		if (taken != (rows[i].want != NULL) ||
		    strcmp(out, rows[i].want ? rows[i].want : "") != 0)
			fail_msg("\"%s\" became \"%s\"", rows[i].text, out);
	}
}

static void the_longest_name_that_is_taken(void **state)
{
	char text[MXW_NAME_TEXT + 100], out[MXW_NAME_TEXT], asked[MXW_DNS_NAME];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 60; i < sizeof(text); i += 60)
		text[i] = '.';
	for (size_t length = 180; length < sizeof(text); length++) {
		char kept = text[length];

		text[length] = '\0';
		if (text[length - 1] != '.' && mxw_name_take(text, out) != (length <= 189))
			fail_msg("%zu bytes", length);
		text[length] = kept;
	}
	/* with the longest name of a list it is too long for the DNS, and says so */
	text[189] = '\0';
	assert_int_equal(mxw_dnsbl_domain_name(text, "dbl.example", asked), MXW_OK);
	assert_int_equal(mxw_dnsbl_domain_name(text, text, asked), MXW_E_USAGE);
	assert_true(strlen(asked) < sizeof(asked));
}

static void lists_are_asked_for_name_and_domain(void **state)
{
	static const struct {
		const char *name, *want[MXW_NAMES_ASKED];
	} rows[] = {
		{ "example.net", { "example.net" } },
		{ "mx.example.net", { "mx.example.net", "example.net" } },
		{ "mx.example.co.uk", { "mx.example.co.uk", "example.co.uk", "co.uk" } },
		{ "a.b.c.d.e.f.example", { "a.b.c.d.e.f.example", "e.f.example", "f.example" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *asked[MXW_NAMES_ASKED];
		unsigned int count = mxw_name_ask(rows[i].name, asked);

		for (unsigned int n = 0; n < MXW_NAMES_ASKED; n++) {
			assert_int_equal(n < count, rows[i].want[n] != NULL);
			if (n < count)
				assert_string_equal(asked[n], rows[i].want[n]);
		}
	}
}

static void mistaken(void *context, size_t offset, const char *sentence)
{
	(void)context;
	fail_msg("%zu: %s", offset, sentence);
}

static const struct mxw_dnsbl_plan *plan_of(const char *sites)
{
	static struct mxw_dnsbl_sites parsed, none;
	static struct mxw_dnsbl_plan plan;

	assert_int_equal(mxw_dnsbl_sites_parse(sites, &parsed, mistaken, NULL), 0);
	mxw_dnsbl_plan_make(&plan, &parsed, &none);
	return &plan;
}

static const struct {
	const char *what, *sites;
	enum mxw_reverse_kind kind;
	bool waiting;
	int32_t listed[2]; /* of name and parent; 99 = no answer yet */
	int32_t score, least;
	bool partial;
} scores[] = {
	{ "none", "", MXW_REVERSE_NONE, false, { 0 }, 2, 2, false },
	{ "an address", "", MXW_REVERSE_UNUSABLE, false, { 0 }, 2, 2, false },
	{ "unconfirmed", "", MXW_REVERSE_UNCONFIRMED, false, { 0 }, 1, 1, false },
	{ "confirmed", "", MXW_REVERSE_CONFIRMED, false, { 0 }, -1, -1, false },
	{ "unknown is not none", "", MXW_REVERSE_UNKNOWN, false, { 0 }, 0, 0, true },
	{ "waited for", "", MXW_REVERSE_UNKNOWN, true, { 0 }, 0, -2, true },
	{ "listed", "d.example*2", MXW_REVERSE_CONFIRMED, false, { 2, 0 }, 1, 1, false },
	{ "name and parent are one",
	  "d.example*2",
	  MXW_REVERSE_UNCONFIRMED,
	  false,
	  { 2, 2 },
	  3,
	  3,
	  false },
	{ "bounded above", "d.example*9", MXW_REVERSE_NONE, false, { 9, 0 }, 3, 3, false },
	{ "bounded below", "d.example*-9", MXW_REVERSE_CONFIRMED, false, { -4, 0 }, -2, -2, false },
	{ "only a name that leads back is trusted",
	  "d.example*-9",
	  MXW_REVERSE_UNCONFIRMED,
	  false,
	  { -4, 0 },
	  1,
	  1,
	  false },
	{ "a list is silent",
	  "d.example*2",
	  MXW_REVERSE_UNCONFIRMED,
	  false,
	  { 99, 0 },
	  1,
	  1,
	  true },
	{ "a list that can allow is silent",
	  "d.example*-9",
	  MXW_REVERSE_CONFIRMED,
	  false,
	  { 99, 0 },
	  -1,
	  -2,
	  true },
	{ "... about a name that is not trusted",
	  "d.example*-9",
	  MXW_REVERSE_UNCONFIRMED,
	  false,
	  { 99, 0 },
	  1,
	  1,
	  true },
};

static void names_have_a_score(void **state)
{
	const struct mxw_name_weights weights = WEIGHTS;

	(void)state;
	for (size_t i = 0; i < COUNT(scores); i++) {
		const struct mxw_dnsbl_plan *plan = plan_of(scores[i].sites);
		struct mxw_dnsbl_score score[2] = {
			{ .score = scores[i].listed[0], .least = scores[i].listed[0] },
			{ .score = scores[i].listed[1], .least = scores[i].listed[1] }
		};
		struct mxw_names_view view = { .kind = scores[i].kind,
					       .name = "",
					       .waiting = scores[i].waiting,
					       .count = plan->sites.zone_count ? 2 : 0 };
		struct mxw_evidence evidence;
		char text[100];

		for (int n = 0; n < 2; n++)
			view.hit[n] = (struct mxw_name_hit){ "x", scores[i].listed[n] == 99
									  ? NULL
									  : &score[n] };
		evidence = mxw_names_evidence(&weights, plan, &view, text, sizeof(text));
		if (evidence.score != scores[i].score || evidence.least != scores[i].least ||
		    evidence.partial != scores[i].partial || !evidence.beside)
			fail_msg("%s: %d, at least %d, partial %d", scores[i].what, evidence.score,
				 evidence.least, evidence.partial);
	}
}

static void the_text_says_which_name(void **state)
{
	const struct mxw_name_weights weights = WEIGHTS;
	const struct mxw_dnsbl_plan *plan = plan_of("dbl.example=127.0.1.2*2");
	struct mxw_dnsbl_score score = { .score = 2,
					 .part_count = 1,
					 .part = { { 0, 0x7f000102 } } };
	struct mxw_names_view view = { .kind = MXW_REVERSE_CONFIRMED,
				       .name = "mx.bad.example",
				       .count = 1,
				       .hit = { { "bad.example", &score } } };
	char text[100];

	(void)state;
	(void)mxw_names_evidence(&weights, plan, &view, text, sizeof(text));
	assert_string_equal(text,
			    "confirmed mx.bad.example, dbl.example=127.0.1.2*2 (bad.example)");
	(void)mxw_names_evidence(&weights, plan, &view, text, 12); /* cut */
	assert_string_equal(text, "confirmed m");
}

/* With and without the lists of addresses beside it. */
static void names_never_drop_alone(void **state)
{
	static const struct {
		const char *what;
		int32_t lists_score, names_score;
		uint32_t lists; /* witnesses */
		bool blind, names_partial;
		enum mxw_rung want;
		bool keeps; /* a drop that stands */
	} rows[] = {
		{ "all that names can say", 0, 1000000, 0, false, false, MXW_RUNG_REJECT, false },
		{ "and one list", 4, 1000000, 1, false, false, MXW_RUNG_REJECT, false },
		{ "one list of two is left", 8, 0, 1, false, false, MXW_RUNG_REJECT, false },
		{ "and names are no second one", 8, 0, 1, false, true, MXW_RUNG_REJECT, false },
		{ "and two", 4, 4, 2, false, false, MXW_RUNG_DROP, false },
		{ "two lists alone", 4, 0, 2, false, false, MXW_RUNG_REJECT, false },
		{ "no list has answered", 0, 1000000, 0, true, false, MXW_RUNG_NONE, true },
		{ "names not in hold no drop back", 8, 0, 2, false, true, MXW_RUNG_DROP, false },
		{ "a good name", 8, -1, 2, false, false, MXW_RUNG_REJECT, false },
		{ "what might tip the scale", 5, 0, 2, false, true, MXW_RUNG_REJECT, true },
		{ "what might not", 4, 0, 2, false, true, MXW_RUNG_REJECT, false },
		{ "not listed any more", 0, 0, 0, false, true, MXW_RUNG_NONE, false },
	};
	const struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	const struct mxw_standing nothing = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_evidence evidence[] = {
			{ .source = "dnsbl",
			  .score = rows[i].lists_score,
			  .least = rows[i].lists_score,
			  .fail_ttl = 600,
			  .lists = rows[i].lists,
			  .blind = rows[i].blind },
			{ .source = "names",
			  .score = rows[i].names_score,
			  .least = rows[i].names_score,
			  .most = 3,
			  .fail_ttl = 1,
			  .lists = 9, /* may not count, whoever sets it */
			  .authoritative = true,
			  .partial = rows[i].names_partial,
			  .beside = true },
		};
		struct mxw_sanction sanction =
			mxw_sanction_decide(&policy, &nothing, evidence, 2, 0, 100);

		if (sanction.rung != rows[i].want ||
		    mxw_sanction_keeps(MXW_RUNG_DROP, 5, &sanction, 0) != rows[i].keeps)
			fail_msg("%s: %s, %s", rows[i].what, mxw_rung_name(sanction.rung),
				 sanction.why);
		if (sanction.rung == MXW_RUNG_DROP)
			assert_int_equal(sanction.life, 600); /* not the stranger's TTL */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_strangers),
		cmocka_unit_test(the_longest_name_that_is_taken),
		cmocka_unit_test(lists_are_asked_for_name_and_domain),
		cmocka_unit_test(names_have_a_score),
		cmocka_unit_test(the_text_says_which_name),
		cmocka_unit_test(names_never_drop_alone),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
