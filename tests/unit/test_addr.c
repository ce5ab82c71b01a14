// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses as people write them and the key they become (userspace/base/addr.h).
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 192.0.2.7 as a key */
#define V4 0xc0000207ULL

/* Names the row of a table in which something is not as it should be. */
static void expect(bool good, const char *row, const char *what)
{
	if (!good)
		fail_msg("row \"%s\": %s is wrong", row, what);
}

static void prefixes_become_keys(void **state)
{
	static const struct {
		const char *text;
		uint64_t key;
		unsigned int len;
		enum mxw_addr_note note;
		const char *shown;
	} rows[] = {
		{ "192.0.2.7", V4, 64, MXW_ADDR_EXACT, "192.0.2.7" },
		{ "192.0.2.7/32", V4, 64, MXW_ADDR_EXACT, "192.0.2.7" },
		{ "192.0.2.0/24", 0xc0000200, 56, MXW_ADDR_EXACT, "192.0.2.0/24" },
		{ "192.0.2.7/24", 0xc0000200, 56, MXW_ADDR_MASKED, "192.0.2.0/24" },
		{ "0.0.0.0/0", 0, 32, MXW_ADDR_EXACT, "0.0.0.0/0" },
		{ "0.0.0.0", 0, 64, MXW_ADDR_EXACT, "0.0.0.0" },
		{ "255.255.255.255", 0xffffffff, 64, MXW_ADDR_EXACT, "255.255.255.255" },
		{ "128.0.0.0/1", 0x80000000, 33, MXW_ADDR_EXACT, "128.0.0.0/1" },
		{ "2001:db8::/32", 0x20010db800000000, 32, MXW_ADDR_EXACT, "2001:db8::/32" },
		{ "2001:db8::/64", 0x20010db800000000, 64, MXW_ADDR_EXACT, "2001:db8::/64" },
		{ "2001:db8::1/64", 0x20010db800000000, 64, MXW_ADDR_EXACT, "2001:db8::/64" },
		{ "2001:db8::1", 0x20010db800000000, 64, MXW_ADDR_WIDENED, "2001:db8::/64" },
		{ "2001:DB8::1/128", 0x20010db800000000, 64, MXW_ADDR_WIDENED, "2001:db8::/64" },
		{ "2001:db8:0:7::/65", 0x20010db800000007, 64, MXW_ADDR_WIDENED,
		  "2001:db8:0:7::/64" },
		{ "2001:db8:0:7::/48", 0x20010db800000000, 48, MXW_ADDR_MASKED, "2001:db8::/48" },
		{ "2000::/3", 0x2000000000000000, 3, MXW_ADDR_EXACT, "2000::/3" },
		{ "8000::/1", 0x8000000000000000, 1, MXW_ADDR_EXACT, "8000::/1" },
		{ "fe80::1", 0xfe80000000000000, 64, MXW_ADDR_WIDENED, "fe80::/64" },
		/* P12: the IPv6 forms of an IPv4 source are that source */
		{ "::ffff:192.0.2.7", V4, 64, MXW_ADDR_EMBEDDED, "192.0.2.7" },
		{ "::ffff:c000:207", V4, 64, MXW_ADDR_EMBEDDED, "192.0.2.7" },
		{ "::ffff:192.0.2.0/120", 0xc0000200, 56, MXW_ADDR_EMBEDDED, "192.0.2.0/24" },
		{ "::ffff:0:0/96", 0, 32, MXW_ADDR_EMBEDDED, "0.0.0.0/0" },
		{ "64:ff9b::192.0.2.7", V4, 64, MXW_ADDR_EMBEDDED, "192.0.2.7" },
		{ "64:ff9b::/96", 0, 32, MXW_ADDR_EMBEDDED, "0.0.0.0/0" },
		{ "2002:c000:207::1", V4, 64, MXW_ADDR_EMBEDDED, "192.0.2.7" },
		{ "2002:c000:207::/48", V4, 64, MXW_ADDR_EMBEDDED, "192.0.2.7" },
		{ "2002:c000:200::/40", 0xc0000200, 56, MXW_ADDR_EMBEDDED, "192.0.2.0/24" },
		{ "2002::/16", 0, 32, MXW_ADDR_EMBEDDED, "0.0.0.0/0" },
		/* neighbours of those forms are plain IPv6 */
		{ "64:ff9b:1::1", 0x0064ff9b00010000, 64, MXW_ADDR_WIDENED, "64:ff9b:1::/64" },
		{ "2003:c000:207::1", 0x2003c00002070000, 64, MXW_ADDR_WIDENED,
		  "2003:c000:207::/64" },
		{ "64:ff9b::/64", 0x0064ff9b00000000, 64, MXW_ADDR_EXACT, "64:ff9b::/64" },
		{ "2002::/15", 0x2002000000000000, 15, MXW_ADDR_EXACT, "2002::/15" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_prefix prefix = { .key = ~0ULL, .len = 99 };
		enum mxw_addr_note note = 99;
		char shown[MXW_ADDR_TEXT];

		expect(!mxw_prefix_parse(rows[i].text, &prefix, &note, NULL), rows[i].text,
		       "the result");
		expect(prefix.key == rows[i].key, rows[i].text, "the key");
		expect(prefix.len == rows[i].len, rows[i].text, "the length");
		expect(note == rows[i].note, rows[i].text, "the note");
		assert_string_equal(mxw_prefix_format(&prefix, shown), rows[i].shown);
		assert_int_equal(mxw_prefix_parse(rows[i].text, &prefix, NULL, NULL), 0);
	}
}

static void what_is_shown_reads_back(void **state)
{
	static const struct mxw_prefix rows[] = {
		{ V4, 64 },
		{ 0xc0000200, 56 },
		{ 0, 32 },
		{ 0x20010db800000000, 64 },
		{ 0x2000000000000000, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum mxw_addr_note note;
		struct mxw_prefix back;
		char shown[MXW_ADDR_TEXT];

		assert_int_equal(mxw_prefix_parse(mxw_prefix_format(&rows[i], shown), &back, &note,
						  NULL),
				 0);
		assert_int_equal(mxw_prefix_compare(&rows[i], &back), 0);
		assert_int_equal(note, MXW_ADDR_EXACT);
	}
}

#define NOT_ADDRESS " is not an address: give one like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48"
#define NOT_LENGTH \
	" has no valid prefix length after the slash: give 0 to 32 for IPv4, 0 to 128 for IPv6"
#define NEVER_ROUTED                                                                              \
	" covers or lies in ::/32, which is never routed and stands for IPv4 here: give an IPv4 " \
	"range, or 2000::/3 for all of IPv6"

static void the_rest_is_refused_and_quoted(void **state)
{
	static const struct {
		const char *text, *want; /* want: the sentence behind the quoted text */
	} rows[] = {
		{ "", NOT_ADDRESS },
		{ "mail.example.org", NOT_ADDRESS },
		{ "192.0.2", NOT_ADDRESS },
		{ "192.0.2.256", NOT_ADDRESS },
		{ "192.0.2.7.8", NOT_ADDRESS },
		{ "192.0.2.07", NOT_ADDRESS },
		{ "0x7f.1", NOT_ADDRESS },
		{ "192.0.2.7 ", NOT_ADDRESS },
		{ " 192.0.2.7", NOT_ADDRESS },
		{ "192.0.2.7\n", NOT_ADDRESS },
		{ "[2001:db8::1]", NOT_ADDRESS },
		{ "2001:db8::1%eth0", NOT_ADDRESS },
		{ "2001:db8:::1", NOT_ADDRESS },
		{ "/24", NOT_ADDRESS },
		{ "192.0.2.0/", NOT_LENGTH },
		{ "192.0.2.0/-1", NOT_LENGTH },
		{ "192.0.2.0/24x", NOT_LENGTH },
		{ "192.0.2.0/ 24", NOT_LENGTH },
		{ "192.0.2.0/129", NOT_LENGTH },
		{ "192.0.2.0/24/24", NOT_LENGTH },
		{ "192.0.2.0/255.255.255.0", NOT_LENGTH },
		{ "2001:db8::/129", NOT_LENGTH },
		{ "192.0.2.0/33", " has a prefix length above 32, the most IPv4 has" },
		{ "192.0.2.0/128", " has a prefix length above 32, the most IPv4 has" },
		{ "::/0", NEVER_ROUTED },
		{ "::", NEVER_ROUTED },
		{ "::1", NEVER_ROUTED },
		{ "::/32", NEVER_ROUTED },
		{ "::/1", NEVER_ROUTED },
		{ "::192.0.2.7", NEVER_ROUTED },
		{ "0:0:7::/48", NEVER_ROUTED },
		{ "::ffff:0:0/95", NEVER_ROUTED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_prefix prefix;
		struct mxw_err err = { 0 };
		char want[256];

		(void)snprintf(want, sizeof(want), "\"%s\"%s", rows[i].text, rows[i].want);
		expect(mxw_prefix_parse(rows[i].text, &prefix, NULL, &err) == MXW_E_USAGE,
		       rows[i].text, "the result");
		assert_string_equal(err.text, want);
	}
}

/* Whatever its length; ASan watches the buffers. */
static void a_long_text_is_refused(void **state)
{
	char text[600];

	(void)state;
	for (size_t size = 40; size < sizeof(text); size++) {
		struct mxw_prefix prefix;
		struct mxw_err err = { 0 };

		memset(text, '1', size);
		text[size] = '\0';
		assert_int_equal(mxw_prefix_parse(text, &prefix, NULL, &err), MXW_E_USAGE);
		assert_non_null(strstr(err.text, "1\" is not an address"));
		text[size / 2] = '/';
		assert_int_equal(mxw_prefix_parse(text, &prefix, NULL, &err), MXW_E_USAGE);
		memcpy(text, "192.0.2.7/", 10);
		assert_int_equal(mxw_prefix_parse(text, &prefix, NULL, &err), MXW_E_USAGE);
		assert_non_null(strstr(err.text, "prefix length"));
	}
}

/* P12, from the 16 bytes of a packet or a socket. */
static void bytes_become_the_same_key(void **state)
{
	static const struct {
		const char *text;
		uint64_t key;
		const char *shown;
	} rows[] = {
		{ "::ffff:192.0.2.7", V4, "192.0.2.7" },
		{ "64:ff9b::192.0.2.7", V4, "64:ff9b::c000:207" },
		{ "2002:c000:207::1", V4, "2002:c000:207::1" },
		{ "2001:db8:1:2:3:4:5:6", 0x20010db800010002, "2001:db8:1:2:3:4:5:6" },
		{ "fe80::fc:ff:fe00:1", 0xfe80000000000000, "fe80::fc:ff:fe00:1" },
		{ "64:ff9b:0:0:1::", 0x0064ff9b00000000, "64:ff9b:0:0:1::" },
		{ "::fffe:192.0.2.7", 0, "::fffe:c000:207" },
		{ "::1", 0, "::1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[MXW_ADDR_TEXT];
		uint8_t addr[16];

		assert_int_equal(inet_pton(AF_INET6, rows[i].text, addr), 1);
		expect(mxw_addr_key(addr) == rows[i].key, rows[i].text, "the key");
		assert_string_equal(mxw_addr_format(addr, shown), rows[i].shown);
	}
}

static void keys_become_addresses(void **state)
{
	static const struct {
		uint64_t key;
		const char *shown;
	} rows[] = {
		{ V4, "192.0.2.7" },
		{ 1, "0.0.0.1" },
		{ 0xffffffff, "255.255.255.255" },
		{ 0x20010db800010002, "2001:db8:1:2::" },
		{ 0x2001000000000000, "2001::" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[MXW_ADDR_TEXT];
		uint8_t addr[16];

		memset(addr, 0xa5, sizeof(addr));
		mxw_addr_of_key(rows[i].key, addr);
		assert_string_equal(mxw_addr_format(addr, shown), rows[i].shown);
		expect(mxw_addr_key(addr) == rows[i].key, rows[i].shown, "the key");
	}
}

static struct mxw_prefix parsed(const char *text)
{
	struct mxw_prefix prefix;

	assert_int_equal(mxw_prefix_parse(text, &prefix, NULL, NULL), 0);
	return prefix;
}

static void prefixes_contain_finer_ones(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool want;
	} rows[] = {
		{ "192.0.2.0/24", "192.0.2.7", true },
		{ "192.0.2.0/24", "192.0.2.0/24", true },
		{ "192.0.2.0/24", "192.0.3.7", false },
		{ "192.0.2.7", "192.0.2.0/24", false },
		{ "192.0.2.0", "192.0.2.0/24", false },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "2000::/3", "2001:db8::1", true },
		{ "2000::/3", "192.0.2.7", false },
		{ "2001:db8::/32", "2001:db8:ffff::/48", true },
		{ "2001:db8::/32", "2001:db9::/48", false },
	};
	static const struct mxw_prefix everything = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_prefix outer = parsed(rows[i].outer), inner = parsed(rows[i].inner);

		expect(mxw_prefix_contains(&outer, &inner) == rows[i].want, rows[i].inner,
		       "whether it is contained");
		assert_true(mxw_prefix_contains(&everything, &inner));
	}
}

static void prefixes_sort_by_key_then_length(void **state)
{
	struct mxw_prefix rows[] = {
		{ 0x20010db800000000, 64 }, { 0xc0000200, 64 }, { 0xc0000200, 56 },
		{ 0x20010db800000000, 32 }, { 0, 32 },		{ ~0ULL, 64 },
	};

	(void)state;
	qsort(rows, COUNT(rows), sizeof(rows[0]), mxw_prefix_compare);
	for (size_t i = 1; i < COUNT(rows); i++) {
		assert_true(rows[i - 1].key <= rows[i].key);
		if (rows[i - 1].key == rows[i].key)
			assert_true(rows[i - 1].len < rows[i].len);
	}
}

static void families_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "192.0.2.7", true },	  { "0.0.0.0/0", true }, { "::ffff:192.0.2.7", true },
		{ "2001:db8::1", false }, { "2000::/3", false }, { "2001:db8::/32", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_prefix prefix = parsed(rows[i].text);

		expect(mxw_prefix_is_ipv4(&prefix) == rows[i].want, rows[i].text, "the family");
	}
}

/* A prefix of the site's own, and what is inside it. */
static void a_nat64_prefix_is_read(void **state)
{
	static const struct {
		const char *text, *why;
	} refused[] = {
		{ "2001:db8:64::/64", "only those of length 96" },
		{ "2001:db8:64::/32", "only those of length 96" },
		{ "2001:db8:64::/096", "only those of length 96" },
		{ "2001:db8:64::", "such as" },
		{ "192.0.2.0/24", "such as" },
		{ "", "such as" },
		{ "2001:db8:64::1/96", "behind its length" },
		{ "64:ff9b::/96", "without this option" },
		{ "::ffff:0:0/96", "without this option" },
		{ "::/96", "without this option" },
		{ "2002:c000:200::/96", "without this option" },
	};
	static const uint8_t inside[16] = { 0x20, 1, 0xd, 0xb8, 0,   0x64, 0, 0,
					    0,	  1, 0,	  0,	192, 0,	   2, 7 };
	struct mxw_nat64 nat64 = { 0, 0 };
	char text[MXW_ADDR_TEXT];
	struct mxw_err err;
	uint8_t addr[16];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (mxw_nat64_parse(refused[i].text, &nat64, &err) != MXW_E_USAGE ||
		    !strstr(err.text, refused[i].why))
			fail_msg("%s: %s", refused[i].text, err.text);
	memcpy(addr, inside, sizeof(addr));
	assert_false(mxw_nat64_take(&nat64, addr));
	assert_string_equal(mxw_nat64_format(&nat64, text), "none");
	assert_int_equal(mxw_nat64_parse("2001:db8:64:0:1::/96", &nat64, &err), MXW_OK);
	assert_string_equal(mxw_nat64_format(&nat64, text), "2001:db8:64:0:1::/96");
	addr[11] = 1;
	assert_false(mxw_nat64_take(&nat64, addr));
	addr[11] = 0;
	assert_true(mxw_nat64_take(&nat64, addr));
	assert_string_equal(mxw_addr_format(addr, text), "192.0.2.7");
	assert_false(mxw_nat64_take(&nat64, addr));
	mxw_nat64_give(&nat64, addr);
	assert_memory_equal(addr, inside, sizeof(addr));
	mxw_nat64_give(&(struct mxw_nat64){ 0, 0 }, addr);
	assert_string_equal(mxw_addr_format(addr, text), "64:ff9b::c000:207");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_become_keys),
		cmocka_unit_test(what_is_shown_reads_back),
		cmocka_unit_test(the_rest_is_refused_and_quoted),
		cmocka_unit_test(a_long_text_is_refused),
		cmocka_unit_test(bytes_become_the_same_key),
		cmocka_unit_test(keys_become_addresses),
		cmocka_unit_test(prefixes_contain_finer_ones),
		cmocka_unit_test(prefixes_sort_by_key_then_length),
		cmocka_unit_test(families_are_told_apart),
		cmocka_unit_test(a_nat64_prefix_is_read),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
