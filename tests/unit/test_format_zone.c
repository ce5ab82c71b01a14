// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rbldnsd's zones (userspace/lists/formats/rbldnsd.c). The wants are what rbldnsd 1.0 answers;
 * tests/netns/test_feed_rbldnsd.sh asks it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/listing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOT "refused: is not an address that rbldnsd reads"
#define NOT_RANGE "refused: is not a range that rbldnsd reads"
#define HOST "refused: has bits set beyond its prefix length, so that rbldnsd skips it"
#define VALUE "refused: its value is one for which rbldnsd skips the line"

static void addresses(void **state)
{
	static const struct listing_row rows[] = {
		{ "192.0.2.7\n192.0.2\n127.0\n127/8",
		  "1 block 192.0.2.7, 2 block 192.0.2.0/24, 3 block 127.0.0.0/16, "
		  "4 block 127.0.0.0/8" },
		{ "192.0.2/24\n127.16/12\n192.0.2.0/24\n0/0",
		  "1 block 192.0.2.0/24, 2 block 127.16.0.0/12, 3 block 192.0.2.0/24, "
		  "4 block 0.0.0.0/0" },
		/* the manual's ways to say 127.0.0.0-127.0.0.255 and 127.16.0.0-127.31.255.255 */
		{ "127.0.0.0-127.0.0.255\n127.0.0.1-255\n127-127.0.0\n127.16.0-127.31.255\n"
		  "127.16-127.31\n127.16-31\n127.16.0-31\n127-128",
		  "1 block 127.0.0.0/24, 2 block 127.0.0.1-127.0.0.255, 3 " NOT_RANGE
		  ", 4 block 127.16.0.0/12, 5 block 127.16.0.0/12, 6 block 127.16.0.0/12, "
		  "7 block 127.16.0.0/19, 8 block 127.0.0.0-128.255.255.255" },
		{ "10.0.0.10-11\n10.0.0.10-9\n1.2-1.2.3.4\n1.2.3.4-",
		  "1 block 10.0.0.10/31, 2 refused: the range ends before it begins, 3 " NOT_RANGE
		  ", 4 " NOT_RANGE },
		{ "127\nexample.org\n1.2.3.256\n1.2.3.\n1.2.3.4.5\n1.2.3.4x\n.1.2.3.4",
		  "1 " NOT ", 2 " NOT ", 3 " NOT ", 4 " NOT ", 5 " NOT ", 6 " NOT ", 7 " NOT },
		{ "010.001.02.0003\n1.2.3.4/032", "1 block 10.1.2.3, 2 block 1.2.3.4" },
		{ "192.0.2.7/24\n192.0.2.0/33\n192.0.2.0/\n192.0.2.0/x",
		  "1 " HOST ", 2 refused: its prefix length is not a number from 0 to 32, "
		  "3 refused: its prefix length is not a number from 0 to 32, "
		  "4 refused: its prefix length is not a number from 0 to 32" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_RBLDNSD, rows, COUNT(rows));
}

static void addresses6(void **state)
{
	static const struct listing_row rows[] = {
		{ "2001:21ab:c000/36\n2001:21ab:def7:4242 :127.0.1.3: x\n2605:6001:42::/52\n"
		  "2001:db8::5 text",
		  "1 block 2001:21ab:c000::/36, 2 block 2001:21ab:def7:4242::/64, "
		  "3 block 2605:6001:42::/52, 4 block 2001:db8::/64" },
		{ "2001:db8\n2001\n2001:\n2001:db8::/129\n2001:db8:1::/"
		  "32\n2001::12345\n1:2:3:4:5:6:7:8:9",
		  "1 block 2001:db8::/32, 2 " NOT ", 3 " NOT
		  ", 4 refused: its prefix length is not a number from 0 to 128, 5 " HOST ", 6 " NOT
		  ", 7 block 1:2:3:4::/64" },
		{ "::1\n::/0",
		  "1 refused: covers or lies in ::/32, which is never routed and stands "
		  "for IPv4 here, 2 refused: covers or lies in ::/32, which is never "
		  "routed and stands for IPv4 here" },
		{ "::ffff:c000:207\n2002:c000:0207::/48\n64:ff9b::c000:200/120",
		  "1 block 192.0.2.7, 2 block 192.0.2.7, 3 block 192.0.2.0/24" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_RBLDNSD, rows, COUNT(rows));
}

static void values_and_comments(void **state)
{
	static const struct listing_row rows[] = {
		{ "# text\n; text\n:127.0.0.2:Listed, see $\n\n  192.0.2.1\t; why\n192.0.2.2#why\n"
		  "192.0.2.3 :5\n192.0.2.4 :6:\n192.0.2.5 some text\n192.0.2.6:127.0.0.9:text\n",
		  "5 block 192.0.2.1, 6 block 192.0.2.2, 7 block 192.0.2.3, 8 block 192.0.2.4, "
		  "9 block 192.0.2.5, 10 block 192.0.2.6" },
		{ "192.0.2.1 :0:\n192.0.2.2 :x:\n192.0.2.3 :\n192.0.2.4 :2 x\n192.0.2.5 :127.0.0.2 "
		  ":x",
		  "1 " VALUE ", 2 " VALUE ", 3 " VALUE ", 4 " VALUE ", 5 block 192.0.2.5" },
		{ "$SOA 3000 ns1.example admin.example 0 2h 2h 1w 1h\n$NS 1w ns1.example\n$TTL "
		  "300\n"
		  "$TIMESTAMP 2026-01-01\n$0 text\n#$TTL 7\n192.0.2.1",
		  "7 block 192.0.2.1" },
		{ "$MAXRANGE4 256\n192.0.2.0/24\n192.0.2.0/23\n!10.0.0.0/8\n$MAXRANGE4 /8\n"
		  "192.0.2.0/23\n:$MAXRANGE4 /32\n192.0.2.0/24\n192.0.2.9\n$MAXRANGE4 x",
		  "2 block 192.0.2.0/24, 3 refused: has more addresses than the zone's $MAXRANGE4, "
		  "4 refused: has more addresses than the zone's $MAXRANGE4, "
		  "6 refused: has more addresses than the zone's $MAXRANGE4, "
		  "8 refused: has more addresses than the zone's $MAXRANGE4, 9 block 192.0.2.9, "
		  "10 refused: $MAXRANGE4 has no valid number" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_RBLDNSD, rows, COUNT(rows));
}

/* The narrower decides; of the same width, the exclusion. */
static void exclusions(void **state)
{
	static const struct listing_row rows[] = {
		{ "192.0.2.0/24\n!192.0.2.7\n! 192.0.2.8 :2:text",
		  "1 block 192.0.2.0/24, 2 exclude 192.0.2.7, 3 exclude 192.0.2.8" },
		{ "!192.0.2.0/24\n192.0.2.7\n192.0.2.9",
		  "2 block 192.0.2.7, 3 block 192.0.2.9, 1 exclude 192.0.2.0-192.0.2.6, "
		  "1 exclude 192.0.2.8, 1 exclude 192.0.2.10-192.0.2.255" },
		{ "192.0.2.7\n!192.0.2.7\n192.0.2.7",
		  "1 block 192.0.2.7, 3 block 192.0.2.7, 2 exclude 192.0.2.7" },
		{ "10.0.0.0/8\n!10.1.0.0/16\n10.1.2.0/24\n!10.1.2.3",
		  "1 block 10.0.0.0/8, 3 block 10.1.2.0/24, 2 exclude 10.1.0.0/23, "
		  "4 exclude 10.1.2.3, 2 exclude 10.1.3.0-10.1.255.255" },
		/* an ip4set has both as single addresses */
		{ "!192.0.2.0/25\n192.0.2.0/26", "2 block 192.0.2.0/26, 1 exclude 192.0.2.0/25" },
		/* an ip4trie goes by the length */
		{ "$DATASET ip4trie @\n!192.0.2.0/25\n192.0.2.0/26",
		  "3 block 192.0.2.0/26, 2 exclude 192.0.2.64/26" },
		/* whole /24s of a range are wider than its ends */
		{ "!10.0.0.0-10.0.2.5\n10.0.0.0/24\n10.0.2.4/30",
		  "2 block 10.0.0.0/24, 3 block 10.0.2.4/30, 1 exclude 10.0.0.0-10.0.2.5" },
		{ "10.0.0.0/15\n!10.0.0.0-10.0.255.254", "1 block 10.0.0.0/15, "
							 "2 exclude 10.0.0.0-10.0.255.254" },
		{ "2001:db8::/32\n!2001:db8:1::/48\n2001:db8:1:2::/64\n!2001:db8:1:2::5",
		  "1 block 2001:db8::/32, 3 block 2001:db8:1:2::/64, "
		  "2 exclude 2001:db8:1::/63, 4 exclude 2001:db8:1:2::/64, "
		  "2 exclude 2001:db8:1:3::/64-2001:db8:1:ffff::/64" },
		{ "0/0\n!255.255.255.255\n!0.0.0.0\nffff:ffff:ffff::/48\n!ffff:ffff:ffff:ffff::/64",
		  "1 block 0.0.0.0/0, 4 block ffff:ffff:ffff::/48, 3 exclude 0.0.0.0, "
		  "2 exclude 255.255.255.255, 5 exclude ffff:ffff:ffff:ffff::/64" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_RBLDNSD, rows, COUNT(rows));
}

static void combined(void **state)
{
	static const struct listing_row rows[] = {
		{ "$NS 1w ns1.example\n$DATASET ip4set:proxy proxies @\n:2:x\n127.0.0.2\n"
		  "$DATASET generic:common @\nwww A 127.0.0.8\n1.2.3.4\n"
		  "$DATASET ip6trie @\n2001:db8::/32\n192.0.2.7",
		  "5 refused: a dataset of this type has no addresses, "
		  "9 block 2001:db8::/32, 10 refused: an ip6trie has no IPv4" },
		{ "$DATASET ip4tset @\n192.0.2.7\n192.0.2.0/24\n!192.0.2.8\n2001:db8::1",
		  "2 block 192.0.2.7, 3 refused: an ip4tset has single IPv4 addresses only, "
		  "4 refused: an ip4tset has single IPv4 addresses only, "
		  "5 refused: an ip4tset has single IPv4 addresses only" },
		{ "$DATASET ip6tset @\n2001:db8:1:2\n2001:db8::/32\n!2001:db8:1:2::5\n192.0.2.7",
		  "2 block 2001:db8:1:2::/64, "
		  "3 refused: an ip6tset has /64s, and excludes single addresses, "
		  "5 refused: an ip6tset has /64s, and excludes single addresses, "
		  "4 exclude 2001:db8:1:2::/64" },
		{ "$DATASET ip4trie @\n192.0.2.0-192.0.2.255\n192.0.2.0/25\n"
		  "$DATASET ip4set @\n2001:db8::/32",
		  "2 refused: an ip4trie has IPv4 prefixes only, 3 block 192.0.2.0/25, "
		  "5 refused: an ip4set has no IPv6" },
	};

	(void)state;
	listing_rows(MXW_FORMAT_RBLDNSD, rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(addresses6),
		cmocka_unit_test(values_and_comments),
		cmocka_unit_test(exclusions),
		cmocka_unit_test(combined),
	};

	return cmocka_run_group_tests_name("format_zone", tests, NULL, NULL);
}
