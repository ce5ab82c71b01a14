// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of queries and of lists (userspace/policy/dnsbl_name.h, known_lists.h,
 * known_resolvers.h).
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/dnsbl_name.h"
#include "policy/known_lists.h"
#include "policy/known_resolvers.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ZEROS20 "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
#define KEY26 "abcdefghijklmnopqrstuvwxyz"

static void address(const char *text, uint8_t addr[16])
{
	char mapped[80];

	(void)snprintf(mapped, sizeof(mapped), "%s%s", strchr(text, ':') ? "" : "::ffff:", text);
	assert_int_equal(inet_pton(AF_INET6, mapped, addr), 1);
}

/* IPv4, IPv6 and IPv4-mapped addresses. */
static void sources_are_asked_by_name(void **state)
{
	static const struct {
		const char *source, *want;
	} rows[] = {
		{ "192.0.2.99", "99.2.0.192.zen.spamhaus.org" },
		{ "255.255.255.255", "255.255.255.255.zen.spamhaus.org" },
		{ "::ffff:192.0.2.99", "99.2.0.192.zen.spamhaus.org" },
		{ "64:ff9b::192.0.2.99", "99.2.0.192.zen.spamhaus.org" },
		{ "2002:c000:263::1", "99.2.0.192.zen.spamhaus.org" },
		{ "2001:db8:1:2:3:4:567:89ab",
		  "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2."
		  "zen.spamhaus.org" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t addr[16];
		char name[MXW_DNS_NAME];

		address(rows[i].source, addr);
		assert_int_equal(mxw_dnsbl_name(addr, "zen.spamhaus.org", name), MXW_OK);
		assert_string_equal(name, rows[i].want);
	}
}

/* RFC 5782 section 5: the IPv6 test entry is not folded into IPv4. */
static void probes_have_their_names(void **state)
{
	static const char *const want[MXW_PROBES] = {
		[MXW_PROBE_IPV4_LISTED] = "2.0.0.127.bl.example",
		[MXW_PROBE_IPV4_UNLISTED] = "1.0.0.127.bl.example",
		[MXW_PROBE_IPV6_LISTED] = "2.0.0.0.0.0.f.7.f.f.f.f." ZEROS20 "bl.example",
		[MXW_PROBE_IPV6_UNLISTED] = "1.0.0.0.0.0.f.7.f.f.f.f." ZEROS20 "bl.example",
		[MXW_PROBE_NAME_LISTED] = "test.bl.example",
		[MXW_PROBE_NAME_UNLISTED] = "invalid.bl.example",
	};

	(void)state;
	for (unsigned int i = 0; i < MXW_PROBES; i++) {
		char name[MXW_DNS_NAME];

		assert_int_equal(mxw_dnsbl_probe_name(i, "bl.example", name), MXW_OK);
		assert_string_equal(name, want[i]);
	}
}

static void names_never_overflow(void **state)
{
	char zone[300], name[MXW_DNS_NAME];
	uint8_t addr[16];

	(void)state;
	address("2001:db8::1", addr);
	memset(zone, 'a', sizeof(zone));
	zone[189] = '\0';
	assert_int_equal(mxw_dnsbl_name(addr, zone, name), MXW_OK);
	assert_int_equal(strlen(name), 253);
	zone[189] = 'a';
	zone[190] = '\0';
	assert_int_equal(mxw_dnsbl_name(addr, zone, name), MXW_E_USAGE);
	assert_true(strlen(name) < sizeof(name));
}

static void host_names_are_checked(void **state)
{
	static const struct {
		const char *host, *want;
	} rows[] = {
		{ "mail.example.net", "mail.example.net.dbl.example" },
		{ "mail.example.net.", "mail.example.net.dbl.example" },
		{ "", NULL },
		{ ".", NULL },
		{ "a b", NULL },
		{ "a\nb", NULL },
		{ "..", NULL },
		{ "192.0.2.1", NULL },
		{ "\xff", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[MXW_DNS_NAME];
		int ret = mxw_dnsbl_domain_name(rows[i].host, "dbl.example", name);

		assert_int_equal(ret, rows[i].want ? MXW_OK : MXW_E_USAGE);
		if (rows[i].want)
			assert_string_equal(name, rows[i].want);
	}
}

static void some_sources_are_nobodys_business(void **state)
{
	static const struct {
		const char *source;
		bool want;
	} rows[] = {
		{ "8.8.8.8", true },
		{ "192.0.2.1", true },
		{ "198.18.0.1", true },
		{ "10.1.2.3", false },
		{ "127.0.0.2", false },
		{ "100.64.0.1", false },
		{ "100.128.0.1", true },
		{ "169.254.1.1", false },
		{ "172.16.0.1", false },
		{ "172.31.255.1", false },
		{ "172.32.0.1", true },
		{ "192.168.1.1", false },
		{ "192.0.0.8", false },
		{ "0.0.0.0", false },
		{ "224.0.0.1", false },
		{ "255.1.1.1", false },
		{ "::1", false },
		{ "fe80::1", false },
		{ "fc00::1", false },
		{ "ff02::1", false },
		{ "2001:db8::1", true },
		{ "2a00::1", true },
		{ "::ffff:10.0.0.1", false },
		{ "4000::1", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t addr[16];

		address(rows[i].source, addr);
		if (mxw_dnsbl_askable(addr) != rows[i].want)
			fail_msg("%s", rows[i].source);
	}
}

static void keys_are_masked(void **state)
{
	static const struct {
		const char *zone, *want;
	} rows[] = {
		{ "zen.spamhaus.org", "zen.spamhaus.org" },
		{ KEY26 ".zen.dq.spamhaus.net", "***.zen.dq.spamhaus.net" },
		{ "short.zen.dq.spamhaus.net", "***.zen.dq.spamhaus.net" },
		{ "zen.dq.spamhaus.net", "zen.dq.spamhaus.net" },
		{ "k.authbl.dq.spamhaus.net", "***.authbl.dq.spamhaus.net" },
		{ "authbl.dq.spamhaus.net", "authbl.dq.spamhaus.net" },
		{ "k.combined.mail.abusix.zone", "***.combined.mail.abusix.zone" },
		{ "combined.mail.abusix.zone", "combined.mail.abusix.zone" },
		{ "0123456789abcdef01234.rbl.example", "***.rbl.example" },
		{ "a-label-with-many-hyphens.example", "a-label-with-many-hyphens.example" },
		{ "x-0123456789abcdef0123.rbl.example", "***.rbl.example" },
		{ "0123456789abcdef012.rbl.example", "0123456789abcdef012.rbl.example" },
		{ "b.barracudacentral.org", "b.barracudacentral.org" },
		{ "x", "x" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[MXW_DNSBL_ZONE_TEXT];

		assert_string_equal(mxw_dnsbl_mask(rows[i].zone, shown), rows[i].want);
	}
}

static void vendors_are_one_witness(void **state)
{
	static const struct {
		const char *a, *b;
		bool want;
	} rows[] = {
		{ "zen.spamhaus.org", "sbl.spamhaus.org", true },
		{ "zen.spamhaus.org", KEY26 ".zen.dq.spamhaus.net", true },
		{ "zen.spamhaus.org", "bl.spamcop.net", false },
		{ "spam.dnsbl.example.org", "dyn.dnsbl.example.org", true },
		{ "a.test", "b.test", false },
		{ "x", "y", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (mxw_known_same_vendor(rows[i].a, rows[i].b) != rows[i].want)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
}

/* Case D7: a warning names lists that have ended. */
static void dead_lists_are_named(void **state)
{
	static const struct {
		const char *zone, *part; /* NULL: nothing to say */
	} rows[] = {
		{ "dnsbl.sorbs.net", "dnsbl.sorbs.net is dead: it ended on 5 June 2024" },
		{ "safe.dnsbl.sorbs.net", "is dead" },
		{ "sorbs.net", "is dead" },
		{ "notsorbs.net", NULL },
		{ "dnsbl.ahbl.org", "is dead" },
		{ "list.dsbl.org", "listed every address" },
		{ "relays.ordb.org", "is dead" },
		{ "dnsbl.njabl.org", "is dead" },
		{ "bl.spamcannibal.org", "is dead" },
		{ "zen.spamhaus.org", "free up to 300 000 queries a day" },
		{ "list.dnswl.org", "free up to 100 000 queries a day." },
		{ "b.barracudacentral.org", "registered users." },
		{ "dnsbl-2.uceprotect.net", "never counts towards a drop" },
		{ "bl.spamcop.net", NULL },
		{ KEY26 ".zen.dq.spamhaus.net", NULL },
		{ "unknown.example", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[256] = "";
		bool said = mxw_known_warning(rows[i].zone, rows[i].zone, text);

		if (said != (rows[i].part != NULL) || (said && !strstr(text, rows[i].part)))
			fail_msg("%s: %s", rows[i].zone, text);
	}
}

static void public_resolvers_are_known(void **state)
{
	static const struct {
		const char *addr, *want; /* NULL: nobody's */
	} rows[] = {
		{ "8.8.8.8", "Google" },
		{ "8.8.8.9", NULL },
		{ "8.8.8.7", NULL },
		{ "2001:4860:4860::8844", "Google" },
		{ "1.1.1.1", "Cloudflare" },
		{ "1.1.1.3", "Cloudflare" },
		{ "1.1.1.4", NULL },
		{ "2606:4700:4700::1113", "Cloudflare" },
		{ "2606:4700:4701::1113", NULL },
		{ "9.9.9.11", "Quad9" },
		{ "149.112.112.112", "Quad9" },
		{ "2620:fe::fe", "Quad9" },
		{ "208.67.220.220", "OpenDNS" },
		{ "4.2.2.6", "Level 3" },
		{ "4.2.2.7", NULL },
		{ "64.6.65.6", "UltraDNS" },
		{ "8.26.56.26", "Comodo" },
		{ "94.140.14.14", "AdGuard" },
		{ "127.0.0.1", NULL },
		{ "127.0.0.53", NULL },
		{ "::1", NULL },
		{ "::8.8.8.8", NULL },
		{ "192.168.1.1", NULL },
		{ "0.0.0.0", NULL },
		{ "255.255.255.255", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got;
		uint8_t addr[16];
		char text[256];

		address(rows[i].addr, addr);
		got = mxw_known_resolver(addr);
		if (!got != !rows[i].want || (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s: %s", rows[i].addr, got ? got : "nobody's");
		assert_int_equal(mxw_known_resolver_warning("x", addr, text), got != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_asked_by_name),
		cmocka_unit_test(probes_have_their_names),
		cmocka_unit_test(names_never_overflow),
		cmocka_unit_test(host_names_are_checked),
		cmocka_unit_test(some_sources_are_nobodys_business),
		cmocka_unit_test(keys_are_masked),
		cmocka_unit_test(vendors_are_one_witness),
		cmocka_unit_test(dead_lists_are_named),
		cmocka_unit_test(public_resolvers_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
