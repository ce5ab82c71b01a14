// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Postfix's grammar of lists (userspace/policy/dnsbl_sites.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/dnsbl_sites.h"
#include "policy/known_lists.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CODE(c, d) (0x7f000000U | (c) << 8 | (d))

/* The first mistake told, and how many. */
struct told {
	size_t count, offset;
	char sentence[400];
};

static void note(void *context, size_t offset, const char *sentence)
{
	struct told *told = context;

	if (told->count++)
		return;
	told->offset = offset;
	(void)snprintf(told->sentence, sizeof(told->sentence), "%s", sentence);
}

static struct mxw_dnsbl_sites parse(const char *text)
{
	struct mxw_dnsbl_sites sites;
	struct told told = { 0 };

	if (mxw_dnsbl_sites_parse(text, &sites, note, &told))
		fail_msg("\"%s\": %s", text, told.sentence);
	return sites;
}

/* Postfix takes any int; no threshold here is above a million. */
static void large_weights_count_as_a_million(void **state)
{
	struct mxw_dnsbl_sites sites = parse("a.b*2147483647 a.b*-1000001 a.b*1000000");

	(void)state;
	assert_int_equal(sites.line[0].weight, MXW_DNSBL_WEIGHT_MAX);
	assert_int_equal(sites.line[1].weight, -MXW_DNSBL_WEIGHT_MAX);
	assert_int_equal(sites.line[2].weight, MXW_DNSBL_WEIGHT_MAX);
}

/* Filters, and what Postfix's ip_match.c says to each. */
static void filters_as_postfix_reads_them(void **state)
{
	static const struct {
		const char *text, *wrong; /* NULL: good */
		size_t at;
		const char *shown;
	} rows[] = {
		{ "127.0.0.2", NULL, 0, "127.0.0.2" },
		{ "127.0.0.[2..11]", NULL, 0, "127.0.0.[2..11]" },
		{ "127.0.0.[2;4;6..8]", NULL, 0, "127.0.0.[2;4;6..8]" },
		{ "127.0.0.[8;6..7;2]", NULL, 0, "127.0.0.[2;6..8]" },
		{ "127.0.[0..9;11..255].[1..3]", NULL, 0, "127.0.[0..9;11..255].[1..3]" },
		{ "[127].[0].[0].[2]", NULL, 0, "127.0.0.2" },
		{ "[127.0.0.2]", NULL, 0, "127.0.0.2" },
		{ "[[126;127].0.0.2]", NULL, 0, "[126;127].0.0.2" },
		{ "[126;127].0.0.2", NULL, 0, "[126;127].0.0.2" },
		{ "127.0.0.[7..7]", NULL, 0, "127.0.0.7" },
		{ "0127.000.0.002", NULL, 0, "127.0.0.2" },
		{ "[0..255].[0..255].[0..255].[0..255]", NULL, 0,
		  "[0..255].[0..255].[0..255].[0..255]" },
		{ "127.0.0.1[2..3]", "garbage after pattern", 9, NULL },
		{ "127.0.[0.1]", "numeric range error", 9, NULL },
		{ "127.0.0", "need \".\"", 7, NULL },
		{ "127.0.0.", "need decimal number 0..255 or \"[\"", 8, NULL },
		{ "127.0.0.[9..2]", "numeric range error", 12, NULL },
		{ "127.0.0.256", "need decimal number 0..255 or \"[\"", 8, NULL },
		{ "127.0.0.99999999999999999999", "need decimal number 0..255 or \"[\"", 8, NULL },
		{ "127.0.0.[2,4]", "need \";\" or \"]\"", 10, NULL },
		{ "127.0.0.[2-4]", "need \";\" or \"]\"", 10, NULL },
		{ "127.0.0.[]", "need decimal number 0..255", 9, NULL },
		{ "127.0.0.[2;]", "need decimal number 0..255", 11, NULL },
		{ "127.0.0.[;2]", "need decimal number 0..255", 9, NULL },
		{ "127.0.0.[2", "need \";\" or \"]\"", 10, NULL },
		{ "127.0.0.2]", "garbage after pattern", 9, NULL },
		{ "127.0.0.[1..2..3]", "need \";\" or \"]\"", 13, NULL },
		{ "127.0.0.[..3]", "need decimal number 0..255", 9, NULL },
		{ "127.0.0.-1", "need decimal number 0..255 or \"[\"", 8, NULL },
		{ "127.0.0.2.3", "garbage after pattern", 9, NULL },
		{ "[127.0.0.2", "missing \"]\" character", 0, NULL },
		{ "[]", "empty address pattern", 1, NULL },
		{ "", "empty address pattern", 0, NULL },
		{ "any", "need decimal number 0..255 or \"[\"", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_dnsbl_filter filter;
		char shown[MXW_DNSBL_FILTER_TEXT];
		size_t at;
		const char *wrong =
			mxw_dnsbl_filter_parse(rows[i].text, strlen(rows[i].text), &filter, &at);

		if ((wrong && rows[i].wrong ? strcmp(wrong, rows[i].wrong) != 0
					    : wrong != rows[i].wrong) ||
		    (wrong && at != rows[i].at))
			fail_msg("\"%s\": %s at %zu", rows[i].text, wrong ? wrong : "good", at);
		if (!wrong)
			assert_string_equal(mxw_dnsbl_filter_format(&filter, shown), rows[i].shown);
	}
}

static void filters_match(void **state)
{
	static const struct {
		const char *text;
		uint32_t record;
		bool want;
	} rows[] = {
		{ "127.0.0.[2..11]", CODE(0, 10), true },
		{ "127.0.0.[2..11]", CODE(0, 2), true },
		{ "127.0.0.[2..11]", CODE(0, 11), true },
		{ "127.0.0.[2..11]", CODE(0, 1), false },
		{ "127.0.0.[2..11]", CODE(0, 12), false },
		{ "127.0.0.[2..11]", CODE(1, 2), false },
		{ "127.0.0.[2..11]", 0x7f010002, false },
		{ "127.0.0.[2..11]", 0x0a000002, false },
		{ "127.0.0.[2;4;6..8]", CODE(0, 3), false },
		{ "127.0.0.[2;4;6..8]", CODE(0, 7), true },
		{ "127.0.[0..9;11..255].[1..3]", CODE(5, 2), true },
		{ "127.0.[0..9;11..255].[1..3]", CODE(10, 3), false },
		{ "127.0.[0..9;11..255].[1..3]", CODE(5, 0), false },
		{ "[0..255].0.0.[0..255]", 0xff0000ff, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_dnsbl_filter filter;
		size_t at;

		assert_null(
			mxw_dnsbl_filter_parse(rows[i].text, strlen(rows[i].text), &filter, &at));
		if (mxw_dnsbl_filter_match(&filter, rows[i].record) != rows[i].want)
			fail_msg("%s and %x", rows[i].text, rows[i].record);
	}
}

/* Each as it stands in somebody's main.cf; want is what was understood. */
static void configurations_can_be_pasted(void **state)
{
	static const struct {
		const char *text;
		size_t zones;
		const char *want;
	} rows[] = {
		{ "", 0, "" },
		{ " \t\r\n, ,", 0, "" },
		{ "example.com*2, example.net, example.org", 3,
		  "example.com*2 example.net example.org" },
		{ "example.com=127.0.0.4", 1, "example.com=127.0.0.4" },
		{ "zen.spamhaus.org=127.0.0.[2..11]*3 b.barracudacentral.org=127.0.0.2*2 "
		  "list.dnswl.org=127.0.[0..9;11..255].[1..3]*-2",
		  3,
		  "zen.spamhaus.org=127.0.0.[2..11]*3 b.barracudacentral.org=127.0.0.2*2 "
		  "list.dnswl.org=127.0.[0..9;11..255].[1..3]*-2" },
		{ "\n    zen.spamhaus.org*3,\n    bl.spamcop.net*2,\n    "
		  "b.barracudacentral.org*2\n",
		  3, "zen.spamhaus.org*3 bl.spamcop.net*2 b.barracudacentral.org*2" },
		{ "zen.spamhaus.org*3\r\n\tb.barracudacentral.org=127.0.0.[2..11]*2\r\n"
		  "\tswl.spamhaus.org*-4,\r\n\tlist.dnswl.org=127.[0..255].[0..255].0*-2,\r\n"
		  "\tlist.dnswl.org=127.[0..255].[0..255].[2..3]*-6",
		  4,
		  "zen.spamhaus.org*3 b.barracudacentral.org=127.0.0.[2..11]*2 "
		  "swl.spamhaus.org*-4 list.dnswl.org=127.[0..255].[0..255].0*-2 "
		  "list.dnswl.org=127.[0..255].[0..255].[2;3]*-6" },
		{ "wl.mailspike.net=127.0.0.[17;18]*-1,wl.mailspike.net=127.0.0.[19;20]*-2,"
		  "iadb.isipp.com=127.3.100.[6..200]*-2",
		  2,
		  "wl.mailspike.net=127.0.0.[17;18]*-1 wl.mailspike.net=127.0.0.[19;20]*-2 "
		  "iadb.isipp.com=127.3.100.[6..200]*-2" },
		{ "zen.spamhaus.org=127.0.0.9*25 ix.example.net=127.0.0.2*+2 a.b=127.0.0.3*0", 3,
		  "zen.spamhaus.org=127.0.0.9*25 ix.example.net=127.0.0.2*2 a.b=127.0.0.3*0" },
		{ "ZEN.Spamhaus.ORG*2 zen.spamhaus.org=127.0.0.4 ZEN.Spamhaus.ORG*2", 1,
		  "zen.spamhaus.org*2 zen.spamhaus.org=127.0.0.4 zen.spamhaus.org*2" },
		{ "dnsbl localhost_1.x 1.2.3.a", 3, "dnsbl localhost_1.x 1.2.3.a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_dnsbl_sites sites = parse(rows[i].text);
		char all[1000] = "", line[MXW_DNSBL_LINE_TEXT];

		for (size_t l = 0; l < sites.line_count; l++) {
			size_t at = strlen(all);

			(void)mxw_dnsbl_line_format(&sites.line[l], sites.zone[sites.line[l].zone],
						    line);
			(void)snprintf(all + at, sizeof(all) - at, "%s%.200s", l ? " " : "", line);
		}
		assert_string_equal(all, rows[i].want);
		assert_int_equal(sites.zone_count, rows[i].zones);
	}
}

static void mistakes_are_told_with_place_and_quotation(void **state)
{
	static const struct {
		const char *text;
		size_t count, offset;
		const char *part;
	} rows[] = {
		{ "a.b c.d=127.0.0.[9..2]*2 e.f", 1, 20, "127.0.0.[9..>2<]" },
		{ "a.b=127.0.0.[2,4]", 2, 4, "\"127.0.0.[2\"" },
		{ "a.b=127.0.0", 1, 4, "at its end" },
		{ "a.b=*2", 1, 4, "empty address pattern" },
		{ "a.b*", 1, 4, "bad weight \"\" in \"a.b*\"" },
		{ "a.b*2x", 1, 4, "bad weight \"2x\"" },
		{ "a.b*1.5", 1, 4, "bad weight \"1.5\"" },
		{ "a.b*--2", 1, 4, "bad weight \"--2\"" },
		{ "a.b*2*3", 1, 4, "bad weight \"2*3\"" },
		{ "a.b*3=127.0.0.2", 1, 4, "bad weight \"3=127.0.0.2\"" },
		{ "a.b*99999999999", 1, 4, "bad weight" },
		{ "a.b*-2147483648", 1, 4, "bad weight" },
		{ "=127.0.0.2", 1, 0, "it is empty" },
		{ "a..b", 1, 0, "empty label" },
		{ ".a.b", 1, 0, "empty label" },
		{ "a.b.", 1, 0, "empty label" },
		{ "-a.b", 1, 0, "begins or ends with" },
		{ "a-.b", 1, 0, "begins or ends with" },
		{ "a.b;c", 1, 0, "character" },
		{ "a.b\x01", 1, 0, "character" },
		{ "127.0.0.2", 1, 0, "numbers only" },
		{ "x!*q ok.example *3", 3, 3, "bad weight \"q\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_dnsbl_sites sites;
		struct told told = { 0 };
		size_t count = mxw_dnsbl_sites_parse(rows[i].text, &sites, note, &told);

		if (count != rows[i].count || told.count != count ||
		    told.offset != rows[i].offset || !strstr(told.sentence, rows[i].part))
			fail_msg("\"%s\": %zu mistakes, at %zu: %s", rows[i].text, count,
				 told.offset, told.sentence);
	}
}

static void sizes_have_limits(void **state)
{
	static char text[64 * 400];
	struct mxw_dnsbl_sites sites;
	struct told told = { 0 };
	size_t at = 0;

	(void)state;
	memset(text, 'a', 190);
	assert_string_equal(mxw_dnsbl_domain_check(text, 64), "has a label of more than 63 bytes");
	assert_null(mxw_dnsbl_domain_check(text, 63));
	for (size_t i = 50; i < 190; i += 50)
		text[i] = '.';
	assert_null(mxw_dnsbl_domain_check(text, 189));
	assert_non_null(mxw_dnsbl_domain_check(text, 190));
	for (int i = 0; i < MXW_DNSBL_ZONES + 2; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "l%d.example ", i);
	assert_int_equal(mxw_dnsbl_sites_parse(text, &sites, note, &told), 2);
	assert_non_null(strstr(told.sentence, "l32.example"));
	assert_int_equal(sites.zone_count, MXW_DNSBL_ZONES);
	at = 0;
	for (int i = 0; i < MXW_DNSBL_LINES + 3; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "l.example=127.0.0.%d ", i);
	assert_int_equal(mxw_dnsbl_sites_parse(text, &sites, note, &told), 3);
	assert_int_equal(sites.line_count, MXW_DNSBL_LINES);
}

static void longest_filter_fits(void **state)
{
	char text[MXW_DNSBL_FILTER_TEXT], shown[MXW_DNSBL_FILTER_TEXT];
	struct mxw_dnsbl_filter filter;
	size_t at = 0, where;

	(void)state;
	for (int octet = 0; octet < 4; octet++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s[0", octet ? "." : "");
		for (int v = 2; v < 256; v += 2)
			at += (size_t)snprintf(text + at, sizeof(text) - at, ";%d", v);
		text[at++] = ']';
	}
	text[at] = '\0';
	assert_null(mxw_dnsbl_filter_parse(text, at, &filter, &where));
	assert_string_equal(mxw_dnsbl_filter_format(&filter, shown), text);
}

static void shipped_sites_parse(void **state)
{
	struct mxw_dnsbl_sites sites = parse(mxw_known_default_sites());

	(void)state;
	assert_int_equal(sites.zone_count, 4);
	assert_int_equal(sites.line_count, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_weights_count_as_a_million),
		cmocka_unit_test(filters_as_postfix_reads_them),
		cmocka_unit_test(filters_match),
		cmocka_unit_test(configurations_can_be_pasted),
		cmocka_unit_test(mistakes_are_told_with_place_and_quotation),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(longest_filter_fits),
		cmocka_unit_test(shipped_sites_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
