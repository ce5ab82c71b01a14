// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Formats that are found out and not named (userspace/lists/formats/detect.c): the set is the one
 * that a reader of the file would name, and a guess never allows what the file does not say.
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
#define TWO "refused: may be two addresses or a range: --format fail2ban or columns says which"

struct row {
	const char *text;
	enum mxw_format format;
	const char *want;
};

static void found_out(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct listing listing = { 0 };

		listing_expect(rows[i].text, MXW_FORMAT_AUTO, rows[i].text, rows[i].want);
		listing_read(&listing, MXW_FORMAT_AUTO, rows[i].text, strlen(rows[i].text), 0);
		if (!listing.error && listing.format != rows[i].format)
			fail_msg("\"%s\": found to be %s", rows[i].text,
				 mxw_format_name(listing.format));
	}
}

/* Postfix takes a number for OK; whoever writes a number behind an address counts something. */
static void counts_do_not_allow(void **state)
{
	static const struct row rows[] = {
		{ "11.2.3.4\t10\n", MXW_FORMAT_COLUMNS, "1 block 11.2.3.4" },
		{ "# address, lists\n11.2.3.4\t10\n11.2.3.5\t9\n", MXW_FORMAT_COLUMNS,
		  "2 block 11.2.3.4, 3 block 11.2.3.5" },
		{ "11.2.3.4 10\n11.2.3.0/28 9\n2a00:bad::/32 8\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 block 11.2.3.0/28, 3 block 2a00:bad::/32" },
		{ "11.2.3.4,10\n11.2.3.5,9\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 block 11.2.3.5" },
		{ "11.2.3.4\t10\n11.2.3.5\tOK\n11.2.3.6\t7\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 refused: says in its second column that it is allowed, "
		  "3 block 11.2.3.6" },
		{ "\"11.2.3.4\",\"255\",\"2026-01-01 00:00:00\"\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4" },
		{ "11.2.3.4 REJECT\n11.2.3.5 10\n11.2.3.6 reject go away\n", MXW_FORMAT_POSTFIX,
		  "1 block 11.2.3.4, 3 block 11.2.3.6, 2 allow 11.2.3.5" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

static void comments_yield_no_addresses(void **state)
{
	static const struct row rows[] = {
		{ "11.2.3.10 # was 11.9.9.9\n11.2.3.11 # and 11.9.9.8 11.9.9.7\n", MXW_FORMAT_PLAIN,
		  "1 block 11.2.3.10, 2 block 11.2.3.11" },
		{ "; 11.9.9.9\n11.2.3.10\n", MXW_FORMAT_PLAIN, "2 block 11.2.3.10" },
		{ "// 11.9.9.9\n11.2.3.10 // 11.9.9.8\n11.2.3.0//24", MXW_FORMAT_PLAIN,
		  "2 block 11.2.3.10, "
		  "3 refused: its prefix length is not a number from 0 to 32" },
		{ "# 11.9.9.9\n#11.9.9.8\n", MXW_FORMAT_PLAIN, "" },
		{ "11.2.3.10\t5 # was 11.9.9.9\n", MXW_FORMAT_COLUMNS, "1 block 11.2.3.10" },
		{ "11.2.3.1 11.2.3.2 11.2.3.4 # 11.9.9.9\n; 11.9.9.8\n", MXW_FORMAT_FAIL2BAN,
		  "1 block 11.2.3.1, 1 block 11.2.3.2, 1 block 11.2.3.4" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

static void one_bad_line_turns_nothing_over(void **state)
{
	static const struct row rows[] = {
		{ "11.2.3.1\n11.2.3.2\n11.2.3.3 11.2.3.4\n11.2.3.5 # 11.9.9.9 11.9.9.8\n",
		  MXW_FORMAT_PLAIN,
		  "1 block 11.2.3.1, 2 block 11.2.3.2, 3 refused: is not an address, "
		  "4 block 11.2.3.5" },
		{ "11.2.3.1\nWHITE|11.2.3.9|||1|2|3|4|5\n11.2.3.2\n", MXW_FORMAT_PLAIN,
		  "1 block 11.2.3.1, 2 refused: is not an address, 3 block 11.2.3.2" },
		{ "11.2.3.1\n11.2.3.9 OK\n11.2.3.2\n", MXW_FORMAT_PLAIN,
		  "1 block 11.2.3.1, 2 refused: is not an address, 3 block 11.2.3.2" },
		{ "11.2.3.1 REJECT\n11.2.3.2 REJECT\nfoo 11.9.9.9 11.9.9.8 11.9.9.7\n",
		  MXW_FORMAT_POSTFIX,
		  "1 block 11.2.3.1, 2 block 11.2.3.2, 3 refused: is not an address" },
		{ "11.2.3.1\nvalue\n11.2.3.2\n", MXW_FORMAT_PLAIN,
		  "1 block 11.2.3.1, 2 refused: is not an address, 3 block 11.2.3.2" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

static void two_addresses_of_a_line(void **state)
{
	static const struct row rows[] = {
		{ "11.2.0.0 - 11.2.0.9\n11.3.0.0-11.3.0.9\n", MXW_FORMAT_PLAIN,
		  "1 block 11.2.0.0-11.2.0.9, 2 block 11.3.0.0-11.3.0.9" },
		{ "11.2.0.0,11.2.0.255\n11.3.0.0, 11.4.255.255\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.0.0/24, 2 block 11.3.0.0-11.4.255.255" },
		{ "11.2.0.0\t11.2.0.127\n", MXW_FORMAT_COLUMNS, "1 block 11.2.0.0/25" },
		{ "11.2.0.0 11.2.1.255\n", MXW_FORMAT_COLUMNS, "1 block 11.2.0.0/23" },
		/* DShield: start, end, length, count, name */
		{ "# Columns\n11.2.3.0\t11.2.3.255\t24\t4711\tNAME\tXX\ta@example.org\n",
		  MXW_FORMAT_COLUMNS, "2 block 11.2.3.0/24" },
		{ "11.2.3.0 255.255.255.0\n11.3.0.0\t255.255.0.0\n11.4.4.4,255.255.255.255\n",
		  MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.0/24, 2 block 11.3.0.0/16, 3 block 11.4.4.4" },
		{ "11.2.3.4 - 11.2.3.9\tx\n11.2.3.12-11.2.3.13,y\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4-11.2.3.9, 2 block 11.2.3.12/31" },
		{ "11.2.3.4 11.2.3.5 11.2.3.9\n11.3.3.4 11.3.3.5 11.3.3.9\n", MXW_FORMAT_FAIL2BAN,
		  "1 block 11.2.3.4, 1 block 11.2.3.5, 1 block 11.2.3.9, 2 block 11.3.3.4, "
		  "2 block 11.3.3.5, 2 block 11.3.3.9" },
		/* nobody can tell */
		{ "11.2.3.4,11.2.3.9\n", MXW_FORMAT_AUTO,
		  "error: line 1: no format of a list fits this text; read as a list with columns, "
		  "it may be two addresses or a range: --format fail2ban or columns says which" },
		{ "11.2.0.0,11.2.0.255\n11.3.0.0,11.3.0.255\n11.2.3.4,11.9.9.9\n",
		  MXW_FORMAT_COLUMNS, "1 block 11.2.0.0/24, 2 block 11.3.0.0/24, 3 " TWO },
		{ "11.2.0.0,11.2.0.255\n11.3.0.0,11.3.0.255\n11.9.0.0,11.2.0.255\n",
		  MXW_FORMAT_COLUMNS,
		  "1 block 11.2.0.0/24, 2 block 11.3.0.0/24, "
		  "3 refused: the range ends before it begins" },
	};
	static const struct listing_row named[] = {
		{ "11.2.3.4,11.2.3.9\n11.3.3.4 11.3.3.9 text\n11.4.4.4 not allowed",
		  "1 block 11.2.3.4-11.2.3.9, 2 block 11.3.3.4-11.3.3.9, 3 block 11.4.4.4" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
	listing_rows(MXW_FORMAT_COLUMNS, named, COUNT(named));
}

static void what_is_no_list_of_anything(void **state)
{
	static const struct row rows[] = {
		{ "11.2.3.4 - - [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n",
		  MXW_FORMAT_AUTO, "error: line 1: no format of a list fits" },
		{ "{\n\"hosts\": [\n\"11.2.3.4\",\n\"11.2.3.5\"\n]\n}\n", MXW_FORMAT_AUTO,
		  "error: line 1: no format of a list fits this text: it is JSON" },
		{ "[\"11.2.3.4\", \"11.2.3.5\", \"11.2.3.6\"]", MXW_FORMAT_AUTO,
		  "error: line 1: no format of a list fits this text: it is JSON" },
		{ "{\"x\":{\"nftables\":[]},\"y\":[\"decisions\", \"new\"]}", MXW_FORMAT_AUTO,
		  "error: line 1: no format of a list fits this text: it is JSON" },
		{ "[2a00:bad::]/32 REJECT\n", MXW_FORMAT_POSTFIX, "1 block 2a00:bad::/32" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

static void lines_that_are_not_meant_so(void **state)
{
	static const struct row rows[] = {
		{ "src_ip,dst_ip\n11.2.3.4,11.2.3.5\n", MXW_FORMAT_CSV,
		  "1 refused: two columns have addresses: keep the one that is meant, "
		  "2 refused: two columns have addresses" },
		{ "ip,action\n11.2.3.4,block\n11.2.3.5,allow\n", MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: its action is not to block" },
		{ "network,netmask\n11.2.3.0,255.255.255.0\n11.3.0.0,255.0.255.0\n", MXW_FORMAT_CSV,
		  "2 block 11.2.3.0/24, 3 refused: its netmask is not a netmask" },
		{ "network;prefix_length\n11.2.3.0;24\n", MXW_FORMAT_CSV, "2 block 11.2.3.0/24" },
		{ "# ip, and more\n11.2.3.4\n", MXW_FORMAT_CSV, "2 block 11.2.3.4" },
		{ "A:11.2.3.4-11.2.3.9\nB:11.3.3.9-11.3.3.4\nC:11.4.0.0-11.4.0.1\n", MXW_FORMAT_P2P,
		  "1 block 11.2.3.4-11.2.3.9, 2 refused: the range ends before it begins, "
		  "3 block 11.4.0.0/31" },
		{ "ALL: 11.2.3.4\nALL: 11.2.3.6\nALL: ALL\n", MXW_FORMAT_HOSTS_DENY,
		  "1 block 11.2.3.4, 2 block 11.2.3.6, 3 refused: stands for everybody" },
		{ "ALL: 11.2.3.4\nsshd: 11.2.3.6: allow\n", MXW_FORMAT_HOSTS_DENY,
		  "error: line 1" },
		{ "ALL: 11.2.3.4\nALL: 11.2. EXCEPT 11.2.3.9\nALL: 11.2.3.5\n",
		  MXW_FORMAT_HOSTS_DENY,
		  "1 block 11.2.3.4, 2 refused: has an EXCEPT, which is not understood, "
		  "3 block 11.2.3.5" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

/* Nobody who reads these names the address as blocked. */
static void lines_that_speak_for_their_address(void **state)
{
	static const struct row rows[] = {
		{ "11.2.3.4\tdeny\n11.2.3.5\tx\n127.1.1.1\tallow,RELAYCLIENT\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 block 11.2.3.5, "
		  "3 refused: says in its second column that it is allowed" },
		{ "11.2.3.4,2026-01-01,bad\n11.2.4.0,11.2.4.255,bad\n11.2.5.0,11.2.5.255,OK\n"
		  "11.2.3.6 - 11.2.3.9 white\n11.3.0.0/24,2026-01-01,x\n",
		  MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 block 11.2.4.0/24, "
		  "3 refused: says in its third column that it is allowed, "
		  "4 refused: says in its third column that it is allowed, 5 block 11.3.0.0/24" },
		{ "11.2.3.4|Good\n11.2.3.5|Whitelisted\n", MXW_FORMAT_AUTO, "error: line 1" },
		{ "11.2.3.4\t5\n11.2.3.5\t7.5\n11.2.3.6\t-2.5\n", MXW_FORMAT_COLUMNS,
		  "1 block 11.2.3.4, 2 block 11.2.3.5, 3 refused: has a negative number behind the "
		  "address, as good senders have in lists of scores" },
		{ "allow: 11.2.3.4\nallow: 11.2.3.5\n", MXW_FORMAT_AUTO, "error: line 1" },
		{ "sshd: 11.2.3.4\nALL: 11.2.3.5\nTrusted: 11.2.3.6\n", MXW_FORMAT_HOSTS_DENY,
		  "1 block 11.2.3.4, 2 block 11.2.3.5, 3 refused: allows, and only what is denied "
		  "is taken from such a file" },
		{ "ip,status\n11.2.3.4,blocked\n11.2.3.5,whitelisted\n", MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: one of its fields says that it is allowed" },
		{ "ip,isWhitelisted,score\n11.2.3.4,false,9\n11.2.3.5,true,0\n", MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: one of its fields says that it is allowed" },
		{ "ip,enabled,blocked\n11.2.3.4,1,yes\n11.2.3.5,0,no\n", MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: one of its fields says that it is not blocked" },
		{ "source_ip,count,disposition,dkim\n11.2.3.4,5,reject,fail\n"
		  "11.2.3.5,5,none,fail\n11.2.3.6,5,,pass\n",
		  MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: its action is not to block, "
		  "4 refused: one of its fields says that it is allowed" },
		{ "ip,netmask\n11.2.3.4,255.255.255.255\n11.2.3.5,0.0.0.0\n"
		  "2a00:bad::,255.255.255.0\n11.2.0.0/24,255.255.0.0\n",
		  MXW_FORMAT_CSV,
		  "2 block 11.2.3.4, 3 refused: its netmask is not a netmask, "
		  "4 refused: a netmask stands beside what is not an IPv4 address, "
		  "5 refused: a netmask stands beside what is not an IPv4 address" },
		/* a reverse zone: its numbers stand from behind */
		{ "$TTL 86400\n1.7 IN PTR a.example.org.\n2.7\t3600\tIN\tPTR\tb.example.org.\n"
		  "3.7 PTR c.example.org.\n",
		  MXW_FORMAT_AUTO, "error: line 1" },
		{ "$TTL 86400\n11.2.3 in the wild\n11.4.5.6 :2:text\n", MXW_FORMAT_RBLDNSD,
		  "2 block 11.2.3.0/24, 3 block 11.4.5.6" },
	};

	(void)state;
	found_out(rows, COUNT(rows));
}

static void json_is_known_by_its_shape_and_not_by_its_size(void **state)
{
	enum { SIZE = 300000 };
	struct listing listing = { 0 };
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', SIZE);
	text[0] = '{';
	text[1] = text[2] = '"'; /* an empty key */
	text[3] = ':';
	text[4] = '[';
	text[SIZE - 2] = ']';
	text[SIZE - 1] = '}';
	listing_read(&listing, MXW_FORMAT_AUTO, text, SIZE, 4096);
	if (!strstr(listing.err.text, "it is JSON"))
		fail_msg("\"%s\"", listing.err.text);
	free(text);
}

/* What the list was in last time decides where a text alone does not show it. */
static void last_format_settles_what_is_open(void **state)
{
	static const struct {
		const char *text;
		enum mxw_format last, want;
	} rows[] = {
		{ "11.2.3.4 11.2.3.9\n", MXW_FORMAT_FAIL2BAN, MXW_FORMAT_FAIL2BAN },
		{ "11.2.3.4\n", MXW_FORMAT_FAIL2BAN, MXW_FORMAT_FAIL2BAN },
		{ "", MXW_FORMAT_FAIL2BAN, MXW_FORMAT_FAIL2BAN },
		{ "\n# nothing\n", MXW_FORMAT_IPSET, MXW_FORMAT_IPSET },
		{ "11.2.3.4\n", MXW_FORMAT_COLUMNS, MXW_FORMAT_COLUMNS },
		{ "11.2.3.4 - 11.2.3.9\n", MXW_FORMAT_FAIL2BAN, MXW_FORMAT_PLAIN },
		/* lax ones, and those that allow, show themselves each time */
		{ "11.2.3.4\t10\n", MXW_FORMAT_POSTFIX, MXW_FORMAT_COLUMNS },
		{ "11.2.3.4\n", MXW_FORMAT_RBLDNSD, MXW_FORMAT_PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct listing listing = { .expected = rows[i].last };

		listing_read(&listing, MXW_FORMAT_AUTO, rows[i].text, strlen(rows[i].text), 0);
		if (listing.error || listing.format != rows[i].want)
			fail_msg("\"%s\" after %s: %s, %s", rows[i].text,
				 mxw_format_name(rows[i].last), mxw_format_name(listing.format),
				 listing.err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_do_not_allow),
		cmocka_unit_test(comments_yield_no_addresses),
		cmocka_unit_test(one_bad_line_turns_nothing_over),
		cmocka_unit_test(two_addresses_of_a_line),
		cmocka_unit_test(what_is_no_list_of_anything),
		cmocka_unit_test(lines_that_are_not_meant_so),
		cmocka_unit_test(lines_that_speak_for_their_address),
		cmocka_unit_test(json_is_known_by_its_shape_and_not_by_its_size),
		cmocka_unit_test(last_format_settles_what_is_open),
	};

	return cmocka_run_group_tests_name("format_detect", tests, NULL, NULL);
}
