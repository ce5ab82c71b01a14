// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bans of other programs: fail2ban, CrowdSec's CSV and JSON, spamdb
 * (userspace/lists/formats/fail2ban.c, crowdsec*.c, spamdb.c).
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

static void fail2ban(void **state)
{
	static const struct listing_row rows[] = {
		/* get JAIL banip, with a blank, a comma or a line between two */
		{ "192.0.2.1 192.0.2.2 2001:db8::1\n",
		  "1 block 192.0.2.1, 1 block 192.0.2.2, 1 block 2001:db8::/64" },
		{ "192.0.2.1,192.0.2.0/24\n\n192.0.2.3",
		  "1 block 192.0.2.1, 1 block 192.0.2.0/24, 3 block 192.0.2.3" },
		/* get JAIL banip --with-time */
		{ "192.0.2.1 \t2026-01-31 10:00:00 + 600 = 2026-01-31 10:10:00\n"
		  "192.0.2.2 \t2026-01-31 10:00:00 + -1 = 9999-12-31 23:59:59\n",
		  "1 block 192.0.2.1, 2 block 192.0.2.2" },
		/* banned */
		{ "[{'sshd': ['192.0.2.1', '192.0.2.2']}, {'postfix-sasl' : []}, {\"x\": "
		  "['192.0.2.3']}]\n",
		  "1 block 192.0.2.1, 1 block 192.0.2.2, 1 block 192.0.2.3" },
		{ "['192.0.2.1']", "1 block 192.0.2.1" },
		{ "[]", "" },
		/* status JAIL */
		{ "Status for the jail: sshd\n|- Filter\n|  |- Currently failed:\t2\n"
		  "|  |- Total failed:\t9\n|  `- File list:\t/var/log/auth.log\n`- Actions\n"
		  "   |- Currently banned:\t2\n   |- Total banned:\t5\n"
		  "   `- Banned IP list:\t192.0.2.1 192.0.2.2\n",
		  "9 block 192.0.2.1, 9 block 192.0.2.2" },
		{ "# dump 1.2.3.4\n192.0.2.1\r\n", "2 block 192.0.2.1" },
		{ "\xef\xbb\xbf"
		  "192.0.2.1\n",
		  "1 block 192.0.2.1" },
		{ "example.org 192.0.2.1\n'192.0.2.2\n192.0.2.3",
		  "1 " NOT_ADDRESS ", 1 block 192.0.2.1, 2 block 192.0.2.2, 3 block 192.0.2.3" },
		{ "ERROR   Permission denied to socket",
		  "1 " NOT_ADDRESS ", 1 " NOT_ADDRESS ", 1 " NOT_ADDRESS ", 1 " NOT_ADDRESS
		  ", 1 " NOT_ADDRESS },
		{ "\n <html>", "error: line 2: this begins like an HTML" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_FAIL2BAN, rows, COUNT(rows));
}

/* Ten thousand bans in a line are more than 64 KiB; a word of that length is not an address. */
static void long_line_of_bans(void **state)
{
	enum { BANS = 10000, SIZE = BANS * 10 };
	char *text = malloc(SIZE);
	struct listing found = { 0 }, endless = { 0 };

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < SIZE; i++)
		text[i] = "192.0.2.7 "[i % 10];
	listing_read(&found, MXW_FORMAT_AUTO, text, SIZE, 4096);
	assert_string_equal(found.err.text, "");
	assert_int_equal(found.format, MXW_FORMAT_FAIL2BAN);
	assert_int_equal(found.said, BANS);
	memset(text, '1', SIZE);
	listing_read(&endless, MXW_FORMAT_FAIL2BAN, text, SIZE, 4096);
	assert_string_equal(endless.err.text,
			    "line 1: a word is longer than 64 KiB; this is not a list");
	free(text);
}

#define LIST_HEAD \
	"id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id\n"

static void crowdsec_csv(void **state)
{
	static const struct listing_row rows[] = {
		{ LIST_HEAD
		  "7,crowdsec,Ip:192.0.2.1,crowdsecurity/ssh-bf,ban,NL,\"64500 A, "
		  "Inc.\",6,3h59m,false,4\n"
		  "8,crowdsec,Range:192.0.2.0/24,\"a \"\"quoted\"\" one\",ban,,,6,1h,false,4\n"
		  "9,crowdsec,Ip:2001:db8::1,x,ban,,,6,1h,false,4\n"
		  "10,crowdsec,192.0.2.3,x,ban,,,6,1h,false,4\n"
		  "11,crowdsec,2001:db8:1::1,x,ban,,,6,1h,false,4\n",
		  "2 block 192.0.2.1, 3 block 192.0.2.0/24, 4 block 2001:db8::/64, "
		  "5 block 192.0.2.3, 6 block 2001:db8:1::/64" },
		{ LIST_HEAD
		  "1,x,Country:NL,x,ban,,,6,1h,false,4\n2,x,AS:64500,x,ban,,,6,1h,false,4\n"
		  "3,x,Ip:192.0.2.1,x,captcha,,,6,1h,false,4\n"
		  "4,x,Ip:192.0.2.1,x,ban,,,6,1h,true,4\n5,x,Ip:192.0.2.1,x,ban,,,6,-3s,false,4\n"
		  "6,x,Ip:x,x,ban\n7",
		  "2 refused: the decision is not on an address or a range, "
		  "3 refused: the decision is not on an address or a range, "
		  "4 refused: the decision is not a ban, 7 " NOT_ADDRESS ", 8 " NOT_ADDRESS },
		/* import files */
		{ "duration,scope,value\r\n4h,Ip,192.0.2.1\r\n4h,range,192.0.2.0/"
		  "24\r\n4h,,192.0.2.2",
		  "2 block 192.0.2.1, 3 block 192.0.2.0/24, 4 block 192.0.2.2" },
		{ "# x\nvalue\n192.0.2.1\n2001:db8::/48\n",
		  "3 block 192.0.2.1, 4 block 2001:db8::/48" },
		{ "a,b\n192.0.2.1,x\n",
		  "1 refused: is before a line of titles with \"value\" or \"ip\", "
		  "2 refused: is before a line of titles with \"value\" or \"ip\"" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_CROWDSEC_CSV, rows, COUNT(rows));
}

static void crowdsec_json(void **state)
{
	static const struct listing_row rows[] = {
		/* cscli decisions list -o json: alerts */
		{ "[\n {\"id\":1,\"scenario\":\"x\",\"source\":{\"value\":\"9.9.9.9\"},\n"
		  "  \"decisions\":[\n   "
		  "{\"scope\":\"Ip\",\"type\":\"ban\",\"value\":\"192.0.2.1\"},\n"
		  "   {\"scope\":\"Range\",\"type\":\"ban\",\"value\":\"192.0.2.0/24\"}]},\n"
		  " {\"decisions\":null},\n "
		  "{\"decisions\":[{\"scope\":\"ip\",\"value\":\"2001:db8::1\"}]}\n]",
		  "4 block 192.0.2.1, 5 block 192.0.2.0/24, 7 block 2001:db8::/64" },
		/* LAPI */
		{ "[{\"duration\":\"1h\",\"scope\":\"Ip\",\"type\":\"ban\",\"value\":\"192.0.2.1\"}"
		  ","
		  "{\"scope\":\"Ip\",\"type\":\"ban\",\"value\":\"192.0.2.2\",\"simulated\":true},"
		  "{\"scope\":\"AS\",\"type\":\"ban\",\"value\":\"64500\"},"
		  "{\"scope\":\"Ip\",\"type\":\"captcha\",\"value\":\"192.0.2.3\"},"
		  "{\"scope\":\"Ip\",\"duration\":\"-5s\",\"value\":\"192.0.2.4\"},{\"value\":7},"
		  "3]",
		  "1 block 192.0.2.1, 1 refused: the decision is not on an address or a range, "
		  "1 refused: the decision is not a ban, 1 refused: has no \"value\", "
		  "1 refused: has no \"value\"" },
		{ "{\"deleted\":[{\"scope\":\"Ip\",\"value\":\"192.0.2.9\"}],"
		  "\"new\":[{\"scope\":\"Ip\",\"value\":\"192.0.2.1\"}]}",
		  "1 block 192.0.2.1" },
		{ "{\"deleted\":null,\"new\":null}", "" },
		{ "null\n", "" },
		{ "[]", "" },
		{ "", "" },
		{ "{\"message\":\"access forbidden\"}",
		  "error: line 1: the JSON text is not of decisions" },
		{ "[{\"value\":\"192.0.2.1\"},\n{\"value\":",
		  "error: line 2: the JSON text is cut short" },
		{ "[{\"value\":\"192.0.2.1\"}", "error: line 1: the JSON text is cut short" },
		{ "[\n\n}", "error: line 3: this is not JSON" },
		{ "[\"\xff\"]", "error: line 1: this is not JSON" },
		{ "\n\n<html>", "error: line 3: this begins like an HTML" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_CROWDSEC_JSON, rows, COUNT(rows));
}

static void spamdb(void **state)
{
	static const struct listing_row rows[] = {
		{ "WHITE|192.0.2.1|||1300000000|1300001000|1303000000|3|5\n"
		  "GREY|192.0.2.2|helo.example|<a@example.org>|<b@example.org>|1|2|3|1|0\n"
		  "TRAPPED|192.0.2.3|1300000000\nSPAMTRAP|trap@example.org\nSPAMTRAP|192.0.2.4\n\n"
		  "WHITE|2001:db8::1|||1|2|3|4|5\n",
		  "1 allow 192.0.2.1, 3 block 192.0.2.3, 5 block 192.0.2.4, 7 allow "
		  "2001:db8::/64" },
		{ "BLACK|192.0.2.1\nTRAPPED|x\nTRAPPED\n192.0.2.1\n",
		  "1 refused: is not a line of spamdb, 2 " NOT_ADDRESS ", 3 " NOT_ADDRESS
		  ", 4 refused: is not a line of spamdb" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_SPAMDB, rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail2ban),	cmocka_unit_test(long_line_of_bans),
		cmocka_unit_test(crowdsec_csv), cmocka_unit_test(crowdsec_json),
		cmocka_unit_test(spamdb),
	};

	return cmocka_run_group_tests_name("format_bans", tests, NULL, NULL);
}
