// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SPF: selecting and reading records, mechanisms and modifiers. A row has the record of example.com,
 * the client, and what user@example.com gets: the result and the term that decided, or was wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "spfzone.h"

#define V4 "192.0.2.1"
#define V6 "2001:db8::1"

static const char world[] =
	"a.example A 192.0.2.1\n"
	"a.example AAAA 2001:db8::1\n"
	"near.example A 192.0.2.200\n"
	"near.example AAAA 2001:db8::ffff\n"
	"several.example A 198.51.100.1\n"
	"several.example A 192.0.2.1\n"
	"only6.example AAAA 2001:db8::1\n"
	"mx.example MX 10 far.example\n"
	"mx.example MX 20 a.example\n"
	"far.example A 203.0.113.9\n"
	"far.example AAAA 2001:db8:ffff::9\n"
	"nearmx.example MX 10 near.example\n"
	"nullmx.example MX 0 .\n"
	"lostmx.example MX 10 lost.example\n"
	"sickmx.example MX 10 sick.example\n"
	"order.example MX 20 sick.example\n"
	"order.example MX 10 a.example\n"
	"sick.example FAIL\n"
	"1.2.0.192.in-addr.arpa PTR mail.a.example\n"
	"1.2.0.192.in-addr.arpa PTR liar.example\n"
	"mail.a.example A 192.0.2.1\n"
	"liar.example A 203.0.113.9\n"
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa "
	"PTR a.example\n"
	"9.113.0.203.in-addr.arpa FAIL\n"
	"8.113.0.203.in-addr.arpa PTR sick.example\n"
	"8.113.0.203.in-addr.arpa PTR good.sick.example\n"
	"good.sick.example A 203.0.113.8\n"
	"pass.example TXT v=spf1 +all\n"
	"fail.example TXT v=spf1 -all\n"
	"soft.example TXT v=spf1 ~all\n"
	"neutral.example TXT v=spf1 ?all\n"
	"default.example TXT v=spf1\n"
	"ours.example TXT v=spf1 ip4:192.0.2.0/24 -all\n"
	"broken.example TXT v=spf1 ip4:192.0.2.1 nonsense\n"
	"two.example TXT v=spf1 +all\n"
	"two.example TXT v=spf1 -all\n"
	"text.example TXT hello\n"
	"loop.example TXT v=spf1 include:loop.example\n"
	"inner.example TXT v=spf1 include:ours.example -all\n";

struct row {
	const char *record; /* of example.com; NULL = none, "!" = the look-up fails */
	const char *client;
	const char *want;
};

/* Evaluates the row over the world and the record, and holds the answer against it. */
static void check(const struct row *row)
{
	struct mxw_spf_query query = { .sender = "user@example.com",
				       .helo = "mail.example.org",
				       .receiver = "" };
	char zone[8192] = "", have[1024];
	const char *const zones[] = { world, zone, NULL };
	struct mxw_spf_verdict verdict;

	assert_true(spfzone_address(row->client, query.addr));
	if (row->record && *row->record == '!')
		(void)snprintf(zone, sizeof(zone), "example.com FAIL\n");
	else if (row->record)
		(void)snprintf(zone, sizeof(zone), "example.com TXT %s\n", row->record);
	assert_true(spfzone_check(zones, &query, &verdict) >= 0);
	(void)snprintf(have, sizeof(have), "%s%s%s", mxw_spf_result_name(verdict.result),
		       verdict.term[0] ? " " : "", verdict.term);
	if (strcmp(have, row->want) != 0)
		fail_msg("\"%s\" from %s: \"%s\", not \"%s\"", row->record ? row->record : "",
			 row->client, have, row->want);
	/* Errors and none say why, and nothing else does. */
	assert_int_equal(verdict.why != NULL,
			 verdict.result == MXW_SPF_NONE || verdict.result >= MXW_SPF_TEMPERROR);
}

#define CHECK_ALL(rows)                                             \
	for (size_t i = 0; i < sizeof(rows) / sizeof(*(rows)); i++) \
	check(&(rows)[i])

static void records_are_selected(void **state)
{
	static const struct row rows[] = {
		{ NULL, V4, "none" },
		{ "!", V4, "temperror" },
		{ "v=spf1 -all", V4, "fail -all" },
		{ "V=SPF1 -ALL", V4, "fail -ALL" },
		{ "v=spf1", V4, "neutral" },
		{ "v=spf1 ", V4, "neutral" },
		{ "v=spf1   a:a.example   -all  ", V4, "pass a:a.example" },
		{ "v=spf10 -all", V4, "none" },
		{ "v=spf1-all", V4, "none" },
		{ "v=spf1\t-all", V4, "none" },
		{ "v=spf2.0/mfrom -all", V4, "none" },
		{ " v=spf1 -all", V4, "none" },
		{ "\"v=spf1 -all\"", V4, "none" },
		{ "spf1 -all", V4, "none" },
		{ "hello\nexample.com TXT v=spf1 -all", V4, "fail -all" },
		{ "v=spf1 -all\nexample.com TXT hello", V4, "fail -all" },
		{ "v=spf1 -all\nexample.com TXT v=spf1 -all", V4, "permerror" },
		{ "v=spf1 -all\nexample.com TXT v=spf1", V4, "permerror" },
		{ "v=spf1 -all\nexample.com TXT v=spf10 +all", V4, "fail -all" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void a_mistake_anywhere_counts(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 +all nonsense", V4, "permerror nonsense" },
		{ "v=spf1 ip4:192.0.2.1 foo:bar -all", V4, "permerror foo:bar" },
		{ "v=spf1 a:a.example\t-all", V4, "permerror a:a.example?-all" },
		{ "v=spf1 -", V4, "permerror -" },
		{ "v=spf1 --all", V4, "permerror --all" },
		{ "v=spf1 !all", V4, "permerror !all" },
		{ "v=spf1 all.", V4, "permerror all." },
		{ "v=spf1 all:a.example", V4, "permerror all:a.example" },
		{ "v=spf1 all/8", V4, "permerror all/8" },
		{ "v=spf1 -all,", V4, "permerror -all," },
		{ "v=spf1 ipv4:192.0.2.1", V4, "permerror ipv4:192.0.2.1" },
		{ "v=spf1 v=spf1 -all", V4, "fail -all" }, /* an unknown modifier */
		{ "v=spf1 include", V4, "permerror include" },
		{ "v=spf1 include:", V4, "permerror include:" },
		{ "v=spf1 include:pass.example/24", V4, "permerror include:pass.example/24" },
		{ "v=spf1 exists", V4, "permerror exists" },
		{ "v=spf1 exists:", V4, "permerror exists:" },
		{ "v=spf1 exists:a.example/24", V4, "permerror exists:a.example/24" },
		{ "v=spf1 ptr:", V4, "permerror ptr:" },
		{ "v=spf1 ptr/24", V4, "permerror ptr/24" },
		{ "v=spf1 a:", V4, "permerror a:" },
		{ "v=spf1 a:/24", V4, "permerror a:/24" },
		{ "v=spf1 a:single", V4, "permerror a:single" },
		{ "v=spf1 a:a.example..", V4, "permerror a:a.example.." },
		{ "v=spf1 a:192.0.2.1", V4, "permerror a:192.0.2.1" },
		{ "v=spf1 a:a.ex-ample-", V4, "permerror a:a.ex-ample-" },
		{ "v=spf1 a:a.-example", V4, "permerror a:a.-example" },
		{ "v=spf1 a:a.exam_ple", V4, "permerror a:a.exam_ple" },
		{ "v=spf1 a:a.example:25", V4, "permerror a:a.example:25" },
		{ "v=spf1 a:b\xc3\xbc"
		  "cher.example",
		  V4, "permerror a:b??cher.example" },
		{ "v=spf1 a:a.example\x01.example", V4, "permerror a:a.example?.example" },
		{ "v=spf1 mx:", V4, "permerror mx:" },
		{ "v=spf1 redirect=", V4, "permerror redirect=" },
		{ "v=spf1 redirect:pass.example", V4, "permerror redirect:pass.example" },
		{ "v=spf1 +redirect=pass.example", V4, "permerror +redirect=pass.example" },
		{ "v=spf1 exp= -all", V4, "permerror exp=" },
		{ "v=spf1 -all exp=single", V4, "permerror exp=single" },
		{ "v=spf1 redirect=pass.example redirect=fail.example", V4,
		  "permerror redirect=fail.example" },
		{ "v=spf1 exp=a.example exp=a.example -all", V4, "permerror exp=a.example" },
		{ "v=spf1 other=%x -all", V4, "permerror other=%x" },
		{ "v=spf1 =pass.example -all", V4, "permerror =pass.example" },
		{ "v=spf1 1other=x -all", V4, "permerror 1other=x" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void all_and_qualifiers(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 all", V4, "pass all" },
		{ "v=spf1 +all", V6, "pass +all" },
		{ "v=spf1 -all", V6, "fail -all" },
		{ "v=spf1 ~all", V4, "softfail ~all" },
		{ "v=spf1 ?all", V4, "neutral ?all" },
		{ "v=spf1 aLL", V4, "pass aLL" },
		{ "v=spf1 ?all -all", V4, "neutral ?all" },
		{ "v=spf1 -all ip4:192.0.2.1", V4, "fail -all" },
		{ "v=spf1 -a:a.example +all", V4, "fail -a:a.example" },
		{ "v=spf1 ~ip4:192.0.2.1 +all", V4, "softfail ~ip4:192.0.2.1" },
		{ "v=spf1 ip4:203.0.113.1", V4, "neutral" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void ip4_and_ip6(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 ip4:192.0.2.1 -all", V4, "pass ip4:192.0.2.1" },
		{ "v=spf1 IP4:192.0.2.1 -all", V4, "pass IP4:192.0.2.1" },
		{ "v=spf1 ip4:192.0.2.2 -all", V4, "fail -all" },
		{ "v=spf1 ip4:192.0.2.129/24 -all", V4, "pass ip4:192.0.2.129/24" },
		{ "v=spf1 ip4:192.0.2.0/31 -all", V4, "pass ip4:192.0.2.0/31" },
		{ "v=spf1 ip4:192.0.2.2/31 -all", V4, "fail -all" },
		{ "v=spf1 ip4:203.0.113.1/0 -all", V4, "pass ip4:203.0.113.1/0" },
		{ "v=spf1 ip4:203.0.113.1/0 -all", V6, "fail -all" },
		{ "v=spf1 ip4:192.0.2.1/32 -all", V4, "pass ip4:192.0.2.1/32" },
		{ "v=spf1 ip4:192.0.2.1/33", V4, "permerror ip4:192.0.2.1/33" },
		{ "v=spf1 ip4:192.0.2.1/032", V4, "permerror ip4:192.0.2.1/032" },
		{ "v=spf1 ip4:192.0.2.1/", V4, "permerror ip4:192.0.2.1/" },
		{ "v=spf1 ip4:192.0.2.1//32", V4, "permerror ip4:192.0.2.1//32" },
		{ "v=spf1 ip4:192.0.2", V4, "permerror ip4:192.0.2" },
		{ "v=spf1 ip4:192.0.2.0.1", V4, "permerror ip4:192.0.2.0.1" },
		{ "v=spf1 ip4:192.0.2.256", V4, "permerror ip4:192.0.2.256" },
		{ "v=spf1 ip4:a.example", V4, "permerror ip4:a.example" },
		{ "v=spf1 ip4:", V4, "permerror ip4:" },
		{ "v=spf1 ip4", V4, "permerror ip4" },
		{ "v=spf1 ip4/24", V4, "permerror ip4/24" },
		{ "v=spf1 ip4:2001:db8::1", V6, "permerror ip4:2001:db8::1" },
		{ "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", "pass ip4:192.0.2.1" },
		{ "v=spf1 ip6:2001:db8::1 -all", V6, "pass ip6:2001:db8::1" },
		{ "v=spf1 ip6:2001:DB8:0::1 -all", V6, "pass ip6:2001:DB8:0::1" },
		{ "v=spf1 ip6:2001:db8::/32 -all", V6, "pass ip6:2001:db8::/32" },
		{ "v=spf1 ip6:2001:db8::/127 -all", V6, "pass ip6:2001:db8::/127" },
		{ "v=spf1 ip6:2001:db8::2/127 -all", V6, "fail -all" },
		{ "v=spf1 ip6:::1/0 -all", V6, "pass ip6:::1/0" },
		{ "v=spf1 ip6:::/0 -all", V4, "fail -all" },
		{ "v=spf1 ip6:2001:db8::1/129", V6, "permerror ip6:2001:db8::1/129" },
		{ "v=spf1 ip6:2001:db8:::1", V6, "permerror ip6:2001:db8:::1" },
		{ "v=spf1 ip6:192.0.2.1", V6, "permerror ip6:192.0.2.1" },
		{ "v=spf1 ip6", V6, "permerror ip6" },
		{ "v=spf1 ip6:2001:db8::1//64", V6, "permerror ip6:2001:db8::1//64" },
		{ "v=spf1 ip6:::ffff:192.0.2.1 -all", V4, "fail -all" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void a_and_its_lengths(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 a:a.example -all", V4, "pass a:a.example" },
		{ "v=spf1 A:A.EXAMPLE -all", V4, "pass A:A.EXAMPLE" },
		{ "v=spf1 a:a.example. -all", V4, "pass a:a.example." },
		{ "v=spf1 a:a.example -all", V6, "pass a:a.example" },
		{ "v=spf1 a:only6.example -all", V4, "fail -all" },
		{ "v=spf1 a:several.example -all", V4, "pass a:several.example" },
		{ "v=spf1 a -all\nexample.com A 192.0.2.1", V4, "pass a" },
		{ "v=spf1 a/24 -all\nexample.com A 192.0.2.77", V4, "pass a/24" },
		{ "v=spf1 a:near.example -all", V4, "fail -all" },
		{ "v=spf1 a:near.example/24 -all", V4, "pass a:near.example/24" },
		{ "v=spf1 a:near.example/25 -all", V4, "fail -all" },
		{ "v=spf1 a:near.example/24 -all", V6, "fail -all" },
		{ "v=spf1 a:near.example//112 -all", V6, "pass a:near.example//112" },
		{ "v=spf1 a:near.example//113 -all", V6, "fail -all" },
		{ "v=spf1 a:near.example//112 -all", V4, "fail -all" },
		{ "v=spf1 a:near.example/24//112 -all", V4, "pass a:near.example/24//112" },
		{ "v=spf1 a:near.example/24//112 -all", V6, "pass a:near.example/24//112" },
		{ "v=spf1 a//0 -all\nexample.com AAAA ::2", V6, "pass a//0" },
		{ "v=spf1 a:far.example/0 -all", V4, "pass a:far.example/0" },
		{ "v=spf1 a:lost.example/0 -all", V4, "fail -all" },
		{ "v=spf1 a:a.example/33", V4, "permerror a:a.example/33" },
		{ "v=spf1 a:a.example//129", V4, "permerror a:a.example//129" },
		{ "v=spf1 a:a.example/24/64", V4, "permerror a:a.example/24/64" },
		{ "v=spf1 a:a.example//64/24", V4, "permerror a:a.example//64/24" },
		{ "v=spf1 a:a.example/", V4, "permerror a:a.example/" },
		{ "v=spf1 a/024", V4, "permerror a/024" },
		{ "v=spf1 a/x", V4, "permerror a/x" },
		{ "v=spf1 a:sick.example -all", V4, "temperror a:sick.example" },
		{ "v=spf1 ip4:192.0.2.1 a:sick.example", V4, "pass ip4:192.0.2.1" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void mx_and_ptr(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 mx:mx.example -all", V4, "pass mx:mx.example" },
		{ "v=spf1 mx:mx.example -all", V6, "pass mx:mx.example" },
		{ "v=spf1 mx -all\nexample.com MX 5 a.example", V4, "pass mx" },
		{ "v=spf1 mx -all\nexample.com A 192.0.2.1", V4, "fail -all" },
		{ "v=spf1 mx:nearmx.example -all", V4, "fail -all" },
		{ "v=spf1 mx:nearmx.example/24 -all", V4, "pass mx:nearmx.example/24" },
		{ "v=spf1 mx:nearmx.example//112 -all", V6, "pass mx:nearmx.example//112" },
		{ "v=spf1 mx//112 -all\nexample.com MX 5 near.example", V6, "pass mx//112" },
		{ "v=spf1 mx:nullmx.example -all", V4, "fail -all" },
		{ "v=spf1 mx:lostmx.example -all", V4, "fail -all" },
		{ "v=spf1 mx:lost.example -all", V4, "fail -all" },
		{ "v=spf1 mx:sick.example -all", V4, "temperror mx:sick.example" },
		{ "v=spf1 mx:sickmx.example -all", V4, "temperror mx:sickmx.example" },
		{ "v=spf1 mx:order.example -all", V4, "pass mx:order.example" },
		{ "v=spf1 ptr:a.example -all", V4, "pass ptr:a.example" },
		{ "v=spf1 ptr:mail.a.example -all", V4, "pass ptr:mail.a.example" },
		{ "v=spf1 ptr:MAIL.A.Example -all", V4, "pass ptr:MAIL.A.Example" },
		{ "v=spf1 ptr:x.mail.a.example -all", V4, "fail -all" },
		{ "v=spf1 ptr:l.a.example -all", V4, "fail -all" },
		{ "v=spf1 ptr:liar.example -all", V4, "fail -all" },
		{ "v=spf1 ptr:a.example -all", V6, "pass ptr:a.example" },
		{ "v=spf1 ptr -all", V4, "fail -all" },
		{ "v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR q.example.com\n"
		  "q.example.com A 192.0.2.1",
		  V4, "pass ptr" },
		{ "v=spf1 ptr:a.example -all", "203.0.113.9", "fail -all" },
		{ "v=spf1 ptr:sick.example -all", "203.0.113.8", "pass ptr:sick.example" },
		{ "v=spf1 ptr:a.example -all", "203.0.113.7", "fail -all" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void exists_and_include(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 exists:far.example -all", V4, "pass exists:far.example" },
		{ "v=spf1 exists:far.example -all", V6, "pass exists:far.example" },
		{ "v=spf1 exists:only6.example -all", V6, "fail -all" },
		{ "v=spf1 exists:lost.example -all", V4, "fail -all" },
		{ "v=spf1 exists:sick.example -all", V4, "temperror exists:sick.example" },
		{ "v=spf1 include:pass.example -all", V4, "pass include:pass.example" },
		{ "v=spf1 -include:pass.example +all", V4, "fail -include:pass.example" },
		{ "v=spf1 include:fail.example ?all", V4, "neutral ?all" },
		{ "v=spf1 include:soft.example -all", V4, "fail -all" },
		{ "v=spf1 include:neutral.example -all", V4, "fail -all" },
		{ "v=spf1 include:default.example -all", V4, "fail -all" },
		{ "v=spf1 include:ours.example -all", V4, "pass include:ours.example" },
		{ "v=spf1 include:ours.example ~all", "203.0.113.1", "softfail ~all" },
		{ "v=spf1 include:inner.example ~all", V4, "pass include:inner.example" },
		{ "v=spf1 include:lost.example +all", V4, "permerror include:lost.example" },
		{ "v=spf1 include:text.example +all", V4, "permerror include:text.example" },
		{ "v=spf1 include:broken.example +all", V4, "permerror nonsense" },
		{ "v=spf1 include:two.example +all", V4, "permerror" },
		{ "v=spf1 include:sick.example +all", V4, "temperror" },
		{ "v=spf1 include:loop.example -all", V4, "permerror include:loop.example" },
	};
	(void)state;
	CHECK_ALL(rows);
}

static void modifiers(void **state)
{
	static const struct row rows[] = {
		{ "v=spf1 redirect=ours.example", V4, "pass ip4:192.0.2.0/24" },
		{ "v=spf1 REDIRECT=ours.example", V6, "fail -all" },
		{ "v=spf1 redirect=pass.example a:lost.example", V4, "pass +all" },
		{ "v=spf1 redirect=pass.example ip4:192.0.2.1", V4, "pass ip4:192.0.2.1" },
		{ "v=spf1 redirect=pass.example -all", V4, "fail -all" },
		{ "v=spf1 ?all redirect=pass.example", V4, "neutral ?all" },
		{ "v=spf1 redirect=default.example", V4, "neutral" },
		{ "v=spf1 redirect=lost.example", V4, "permerror redirect=lost.example" },
		{ "v=spf1 redirect=text.example", V4, "permerror redirect=text.example" },
		{ "v=spf1 redirect=sick.example", V4, "temperror" },
		{ "v=spf1 redirect=broken.example", V4, "permerror nonsense" },
		{ "v=spf1 include:ours.example redirect=fail.example", "203.0.113.1", "fail -all" },
		{ "v=spf1 ip4=192.0.2.1 -all", V4, "fail -all" },
		{ "v=spf1 x-y_z.1=%{d}/foo -all", V4, "fail -all" },
		{ "v=spf1 op= -all", V4, "fail -all" },
		{ "v=spf1 op=a op=b -all", V4, "fail -all" },
		{ "v=spf1 all=foo", V4, "neutral" },
		{ "v=spf1 exp=lost.example -all", V4, "fail -all" },
	};
	(void)state;
	CHECK_ALL(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_selected), cmocka_unit_test(a_mistake_anywhere_counts),
		cmocka_unit_test(all_and_qualifiers),	cmocka_unit_test(ip4_and_ip6),
		cmocka_unit_test(a_and_its_lengths),	cmocka_unit_test(mx_and_ptr),
		cmocka_unit_test(exists_and_include),	cmocka_unit_test(modifiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
