// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets of other programs: ipset, nft's JSON, Spamhaus's JSON lines; and which format a text is
 * found to be in (userspace/lists/formats/detect.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/listing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOT_ADDRESS "refused: is not an address"

static void ipset(void **state)
{
	static const struct listing_row rows[] = {
		{ "create bad hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 "
		  "initval 0x1\n"
		  "add bad 192.0.2.0/24\nadd bad 198.51.100.7 timeout 300 comment \"a nomatch b\"\n"
		  "add -exist bad 203.0.113.1\n-A bad 203.0.113.2\nCOMMIT\nadd b "
		  "10.0.0.1-10.0.0.9\n",
		  "2 block 192.0.2.0/24, 3 block 198.51.100.7, 4 block 203.0.113.1, "
		  "5 block 203.0.113.2, 7 block 10.0.0.1-10.0.0.9" },
		{ "create b hash:net family inet6\nadd b 2001:db8::/32\nadd b 2001:db8:1::/48 "
		  "nomatch\n"
		  "add b 2001:db8:1:2::/64\n",
		  "2 block 2001:db8::/32, 4 block 2001:db8:1:2::/64, "
		  "3 exclude 2001:db8:1::/63, "
		  "3 exclude 2001:db8:1:3::/64-2001:db8:1:ffff::/64" },
		{ "add p 192.0.2.1,tcp:25\nadd l other\nadd\nsave bad\n192.0.2.1",
		  "1 " NOT_ADDRESS ", 2 " NOT_ADDRESS ", 3 " NOT_ADDRESS
		  ", 4 refused: is not a line of ipset save or ipset list, 5 refused: is not a "
		  "line of ipset save or ipset list" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_IPSET, rows, COUNT(rows));
}

#define META "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}, "
#define SET "{\"set\": {\"family\": \"inet\", \"name\": \"bad\", \"table\": \"t\", \"type\": "

static void nft(void **state)
{
	static const struct listing_row rows[] = {
		{ META SET
		  "\"ipv4_addr\", \"flags\": [\"interval\"], \"elem\": [\"192.0.2.1\", \n"
		  "{\"prefix\": {\"addr\": \"198.51.100.0\", \"len\": 24}},\n"
		  "{\"range\": [\"192.0.2.8\", \"192.0.2.20\"]},\n"
		  "{\"elem\": {\"val\": \"203.0.113.1\", \"timeout\": 9, \"expires\": 3}},\n"
		  "{\"elem\": {\"val\": {\"prefix\": {\"addr\": \"203.0.113.0\", \"len\": 25}}, "
		  "\"comment\": \"x\", \"counter\": {\"packets\": 0, \"bytes\": 0}}}]}}]}\n",
		  "1 block 192.0.2.1, 2 block 198.51.100.0/24, 3 block 192.0.2.8-192.0.2.20, "
		  "4 block 203.0.113.1, 5 block 203.0.113.0/25" },
		{ META SET "\"ipv6_addr\", \"elem\": [\"2001:db8::1\", {\"prefix\": {\"addr\": "
			   "\"2001:db8:1::\", \"len\": 48}}]}}, {\"chain\": {\"name\": \"c\"}}]}",
		  "1 block 2001:db8::/64, 1 block 2001:db8:1::/48" },
		{ META SET
		  "\"inet_service\", \"elem\": [25]}}, " SET "[\"ipv4_addr\", \"inet_service\"], "
		  "\"elem\": [{\"concat\": [\"192.0.2.1\", 25]}]}}, " SET "\"ipv4_addr\"}}]}",
		  "1 refused: a set of this type has no addresses, "
		  "1 refused: a set of this type has no addresses" },
		{ META
		  "{\"add\": {\"element\": {\"name\": \"x\", \"elem\": [\"192.0.2.1\", \"*\", 7, "
		  "{\"prefix\": {\"addr\": \"192.0.2.0\", \"len\": 99}}, "
		  "{\"prefix\": {\"addr\": 5, \"len\": 24}}, {\"range\": [\"192.0.2.1\", 3]}]}}}]}",
		  "1 block 192.0.2.1, 1 " NOT_ADDRESS ", "
		  "1 refused: is not an address, a prefix or a range, "
		  "1 refused: its prefix length is not a number from 0 to 32, "
		  "1 refused: is not an address, a prefix or a range, "
		  "1 refused: is neither an address nor a range of two" },
		{ META "{\"map\": {\"elem\": [[\"192.0.2.1\", \"x\"]]}}, 7, null]}", "" },
		{ "{}", "error: line 1: the JSON text has no \"nftables\"" },
		{ "", "error: line 1: the JSON text has no \"nftables\"" },
		{ META, "error: line 1: the JSON text is cut short" },
		{ META "]} x", "error: line 1: this is not JSON" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_NFT, rows, COUNT(rows));
}

static void deep_json(void **state)
{
	enum { DEPTH = 100000 };
	char *text = malloc(DEPTH);
	struct listing listing = { 0 };

	(void)state;
	assert_non_null(text);
	memset(text, '[', DEPTH);
	listing_read(&listing, MXW_FORMAT_NFT, text, DEPTH, 4096);
	assert_string_equal(listing.err.text, "line 1: the JSON text is nested too deep");
	free(text);
}

static void drop(void **state)
{
	static const struct listing_row rows[] = {
		{ "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}\n"
		  "{\"cidr\":\"2001:db8::/32\",\"sblid\":\"SBL1\",\"rir\":\"ripencc\"}\n"
		  "{\"type\":\"metadata\",\"timestamp\":1,\"size\":9,\"records\":2,\"copyright\":"
		  "\"(c)\"}\n",
		  "1 block 1.10.16.0/20, 2 block 2001:db8::/32" },
		{ "{\"asn\":64500,\"rir\":\"x\"}\n{\"cidr\":7}\n[1]\nx\n{\"cidr\":\"x\"}\n",
		  "1 refused: has no \"cidr\", 2 refused: has no \"cidr\", "
		  "3 refused: has no \"cidr\", 4 refused: this is not JSON, 5 " NOT_ADDRESS },
		{ "{\"cidr\":\"1.10.16.0/20\"}\n{\"cidr\":\"2.",
		  "error: line 2: the JSON text is cut short" },
		{ "{\"cidr\":\n{\"cidr\":\"1.10.16.0/20\"}\n",
		  "1 refused: the JSON text is cut short, 2 block 1.10.16.0/20" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_DROP, rows, COUNT(rows));
}

static void formats_are_found_out(void **state)
{
	static const struct {
		const char *text;
		enum mxw_format format;
	} rows[] = {
		{ "", MXW_FORMAT_PLAIN },
		{ "# nothing yet\n", MXW_FORMAT_PLAIN },
		{ "# x\n192.0.2.1\n2001:db8::/32\n", MXW_FORMAT_PLAIN },
		{ "; Spamhaus DROP List\n1.10.16.0/20 ; SBL256894\n", MXW_FORMAT_PLAIN },
		{ "192.0.2.1\nrubbish\n192.0.2\n", MXW_FORMAT_PLAIN },
		{ "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL1\"}\n", MXW_FORMAT_DROP },
		{ "\xef\xbb\xbf{\"cidr\":\"1.10.16.0/20\"}", MXW_FORMAT_DROP },
		{ "{\"type\":\"metadata\",\"records\":0}\n", MXW_FORMAT_DROP },
		{ META "{}]}", MXW_FORMAT_NFT },
		{ "create x hash:net family inet\n", MXW_FORMAT_IPSET },
		{ "create x hash:net family inet\nadd x 192.0.2.1\n", MXW_FORMAT_IPSET },
		{ ":127.0.0.2:listed\n192.0.2.1\n192.0.2\n", MXW_FORMAT_RBLDNSD },
		{ "192.0.2.1 :127.0.0.2:x\n", MXW_FORMAT_RBLDNSD },
		{ "$TTL 300\n192.0.2\n", MXW_FORMAT_RBLDNSD },
		{ "192.0.2.0/24\n!192.0.2.1\n", MXW_FORMAT_RBLDNSD },
		{ ":2:x\n192.0.2.1 reject this one\n192.0.2.2\n", MXW_FORMAT_RBLDNSD },
		{ "# x\n192.0.2.0/24 REJECT spam\n", MXW_FORMAT_POSTFIX },
		{ "192.0.2.1 DUNNO\n", MXW_FORMAT_POSTFIX },
		{ "!192.0.2.0/24 REJECT\n192.0.2.1 OK\n", MXW_FORMAT_POSTFIX },
		{ "192.0.2.1 192.0.2.2 192.0.2.9\n", MXW_FORMAT_FAIL2BAN },
		{ "192.0.2.1 \t2026-01-31 10:00:00 + 600 = 2026-01-31 10:10:00\n",
		  MXW_FORMAT_FAIL2BAN },
		{ "[{'sshd': ['192.0.2.1']}]\n", MXW_FORMAT_FAIL2BAN },
		{ "[{'sshd': []}]\n", MXW_FORMAT_FAIL2BAN },
		{ "duration,scope,value\n4h,Ip,192.0.2.1\n", MXW_FORMAT_CROWDSEC_CSV },
		{ "value\n192.0.2.1\n", MXW_FORMAT_CROWDSEC_CSV },
		{ "[{\"id\":1,\"decisions\":[]}]", MXW_FORMAT_CROWDSEC_JSON },
		{ "{\"deleted\":null,\"new\":null}", MXW_FORMAT_CROWDSEC_JSON },
		{ "null\n", MXW_FORMAT_CROWDSEC_JSON },
		{ "WHITE|192.0.2.1|||1|2|3|4|5\n", MXW_FORMAT_SPAMDB },
		{ "GREY|192.0.2.1|a|b|c|1|2|3|4|5\n", MXW_FORMAT_SPAMDB },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t piece = 0; piece < 3; piece++) {
			struct listing listing = { 0 };

			listing_read(&listing, MXW_FORMAT_AUTO, rows[i].text, strlen(rows[i].text),
				     piece);
			if (listing.error || listing.format != rows[i].format)
				fail_msg("\"%s\": found to be %s, %s", rows[i].text,
					 mxw_format_name(listing.format), listing.err.text);
		}
}

static void no_format_fits(void **state)
{
	static const struct listing_row rows[] = {
		{ "# x\nhello world\n",
		  "error: line 2: no format of a list fits this text; read as a plain "
		  "list, it is not an address" },
		{ "{\"a\": 1}\n", "error: line 1: no format of a list fits" },
		{ "Not Found\n", "error: line 1: no format of a list fits" },
		{ "example.org\nexample.net\n", "error: line 1: no format of a list fits" },
		{ "192.0.2.1 a bad one\n192.0.2.2 another\n",
		  "error: line 1: no format of a list fits this text; read as a list with columns, "
		  "it "
		  "has text behind an address" },
		{ "10.1\n10.2.3\n", "error: line 1: no format of a list fits" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_AUTO, rows, COUNT(rows));
}

/* What decides is the head; it is read like the rest, and neither lost nor read twice. */
static void long_list_is_read_once(void **state)
{
	enum { LINES = 20000, WIDTH = 16 };
	char *text = malloc((size_t)LINES * WIDTH + 1);

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < LINES; i++)
		(void)snprintf(text + (size_t)i * WIDTH, WIDTH + 1, "192.%03d.%03d.%03d\n",
			       100 + i / 10000, 100 + i / 100 % 100, 100 + i % 100);
	for (size_t piece = 1; piece < 200000; piece = piece * 5 + 1) {
		struct listing listing = { 0 };

		listing_read(&listing, MXW_FORMAT_AUTO, text, (size_t)LINES * WIDTH, piece);
		assert_int_equal(listing.error, 0);
		assert_int_equal(listing.said, LINES);
		assert_int_equal(listing.lines, LINES);
		assert_int_equal(listing.refused, 0);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipset),
		cmocka_unit_test(nft),
		cmocka_unit_test(deep_json),
		cmocka_unit_test(drop),
		cmocka_unit_test(formats_are_found_out),
		cmocka_unit_test(no_format_fits),
		cmocka_unit_test(long_list_is_read_once),
	};

	return cmocka_run_group_tests_name("format_sets", tests, NULL, NULL);
}
