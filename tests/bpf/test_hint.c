// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hint table in front of the exact maps (struct mxw_hint): what a set bit
 * opens, what a clear one hides, and that nothing else depends on it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/addr.h"
#include "bpf/key.h"
#include "tests/bpf/fixture.h"

/* Other sources in the slot of BAD4 or BAD6; check_twins() makes sure of it. */
#define TWIN4 "10.8.53.45" /* of BAD4 */
#define TWIN4_IN6 "2001:db8:1:656f::1" /* of BAD4 */
#define TWIN6 "2001:db8:6:cf34::1" /* of BAD6 */

#define ALL_CLASSES ((1U << MXW_CLASS_COUNT) - 1)
#define BUT(class) (ALL_CLASSES & ~(1U << (class)))

/* Brace initialisers, which clang-format takes for blocks. */
/* clang-format off */
#define USED { .hint = HINT_USED }
#define IGNORED { .hint = HINT_IGNORED }
#define UNMARKED .unmarked = true
#define EXPIRED .expires = PAST
#define SHADOW .mode = MXW_ENTRY_SHADOW
#define SPARED(entry) PASS(MXW_PASS_NEVER, .by = (entry))
#define ALLOWED(entry) PASS(MXW_PASS_ALLOW, .by = (entry))
#define DROPPED(entry) DROP(MXW_DROP_BLOCK, .by = (entry))
#define DROPPED_AUTO(entry) DROP(MXW_DROP_AUTO, .by = (entry))
#define UNKNOWN PASS(MXW_PASS_UNKNOWN)
/* clang-format on */

static const struct fixture table[] = {
	/* A set bit: the entry decides. The second run is the table ignored. */
	{ .name = "hint: set, never",
	  .packet = { SYN4(BAD4) },
	  .entries = { NEVER(BAD4), BLOCK(BAD4) },
	  .want = SPARED(0) },
	{ .name = "hint: set, allow",
	  .packet = { SYN4(BAD4) },
	  .entries = { ALLOW(BAD4), BLOCK(BAD4) },
	  .want = ALLOWED(0) },
	{ .name = "hint: set, block",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4) },
	  .want = DROPPED(0) },
	{ .name = "hint: set, automatic block",
	  .packet = { SYN4(BAD4) },
	  .entries = { AUTO(BAD4) },
	  .want = DROPPED_AUTO(0) },
	{ .name = "hint: set, never, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { NEVER(BAD6), BLOCK(BAD6) },
	  .want = SPARED(0) },
	{ .name = "hint: set, allow, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { ALLOW(BAD6), BLOCK(BAD6) },
	  .want = ALLOWED(0) },
	{ .name = "hint: set, block, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK(BAD6) },
	  .want = DROPPED(0) },
	{ .name = "hint: set, automatic block, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { AUTO(BAD6) },
	  .want = DROPPED_AUTO(0) },
	{ .name = "hint: set, another address of the same /64",
	  .packet = { SYN6("2001:db8:bad:1:ffff::1") },
	  .entries = { BLOCK(BAD6) },
	  .want = DROPPED(0) },
	{ .name = "hint: set, the IPv4 source inside NAT64",
	  .packet = { SYN6("64:ff9b::192.0.2.66") },
	  .entries = { BLOCK(BAD4) },
	  .want = DROPPED(0) },
	{ .name = "hint: set, the IPv4 source inside 6to4",
	  .packet = { SYN6("2002:c000:242::1") },
	  .entries = { BLOCK(BAD4) },
	  .want = DROPPED(0) },
	{ .name = "hint: set, exact before the prefix that holds it",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK("192.0.2.0/24", SHADOW), BLOCK(BAD4) },
	  .want = DROPPED(1) },

	/* A clear bit: the exact entry is not looked for. */
	{ .name = "hint: clear, never",
	  .packet = { SYN4(BAD4) },
	  .entries = { NEVER(BAD4, UNMARKED), BLOCK(BAD4) },
	  .setup = USED,
	  .want = DROPPED(1) },
	{ .name = "hint: clear, allow",
	  .packet = { SYN4(BAD4) },
	  .entries = { ALLOW(BAD4, UNMARKED), BLOCK(BAD4) },
	  .setup = USED,
	  .want = DROPPED(1) },
	{ .name = "hint: clear, block",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED) },
	  .setup = USED,
	  .want = UNKNOWN },
	{ .name = "hint: clear, automatic block",
	  .packet = { SYN4(BAD4) },
	  .entries = { AUTO(BAD4, UNMARKED) },
	  .setup = USED,
	  .want = UNKNOWN },
	{ .name = "hint: clear, never, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { NEVER(BAD6, UNMARKED), AUTO(BAD6) },
	  .setup = USED,
	  .want = DROPPED_AUTO(1) },
	{ .name = "hint: clear, block, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK(BAD6, UNMARKED), AUTO(BAD6) },
	  .setup = USED,
	  .want = DROPPED_AUTO(1) },
	{ .name = "hint: clear, only the bits of the other classes are set",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED) },
	  .marks = { { BAD4, BUT(MXW_CLASS_BLOCK) } },
	  .setup = USED,
	  .want = UNKNOWN },
	{ .name = "hint: clear, the neighbour's bits are set",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED) },
	  .marks = { { "192.0.2.67", ALL_CLASSES }, { "192.0.2.65", ALL_CLASSES } },
	  .setup = USED,
	  .want = UNKNOWN },

	/* Prefixes have bits of their own. */
	{ .name = "hint: prefix alone",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK("192.0.2.0/24") },
	  .want = DROPPED(0) },
	{ .name = "hint: prefix alone, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK("2001:db8:bad::/48") },
	  .want = DROPPED(0) },
	{ .name = "hint: clear, prefix alone",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK("192.0.2.0/24", UNMARKED) },
	  .setup = USED,
	  .want = UNKNOWN },
	{ .name = "hint: clear, prefix alone, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK("2001:db8:bad::/48", UNMARKED), BLOCK("2001::/16") },
	  .setup = USED,
	  .want = DROPPED(0) },
	{ .name = "hint: clear, never-block prefix of the class",
	  .packet = { SYN4(BAD4) },
	  .entries = { NEVER(BAD4, UNMARKED), NEVER("192.0.2.0/24"), BLOCK(BAD4) },
	  .setup = USED,
	  .want = SPARED(1) },
	{ .name = "hint: clear, allow prefix of the class",
	  .packet = { SYN4(BAD4) },
	  .entries = { ALLOW(BAD4, UNMARKED), ALLOW("192.0.2.0/24"), BLOCK(BAD4) },
	  .setup = USED,
	  .want = ALLOWED(1) },
	{ .name = "hint: clear, block prefix of the class",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED), BLOCK("192.0.2.0/24") },
	  .setup = USED,
	  .want = DROPPED(1) },
	{ .name = "hint: clear, block prefix of the class, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK(BAD6, UNMARKED), BLOCK("2001:db8::/32") },
	  .setup = USED,
	  .want = DROPPED(1) },
	{ .name = "hint: clear, automatic prefix of the class, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { AUTO(BAD6, UNMARKED), AUTO("2001:db8::/32") },
	  .setup = USED,
	  .want = DROPPED_AUTO(1) },

	/* Bits too many cost a lookup and change nothing. */
	{ .name = "hint: all bits, no entry",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(STRANGER4), ALLOW(STRANGER4), NEVER(STRANGER4), AUTO(STRANGER4) },
	  .marks = { { BAD4, 0xff } },
	  .want = UNKNOWN },
	{ .name = "hint: all bits, automatic block",
	  .packet = { SYN4(BAD4) },
	  .entries = { AUTO(BAD4), NEVER(STRANGER4), ALLOW(STRANGER4), BLOCK(STRANGER4) },
	  .marks = { { BAD4, 0xff } },
	  .want = DROPPED_AUTO(0) },
	{ .name = "hint: all bits, block, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { BLOCK(BAD6), ALLOW(STRANGER6), NEVER(STRANGER6) },
	  .marks = { { BAD6, ALL_CLASSES } },
	  .want = DROPPED(0) },
	{ .name = "hint: all bits, allow before block",
	  .packet = { SYN4(BAD4) },
	  .entries = { AUTO(BAD4), BLOCK(BAD4), ALLOW(BAD4), NEVER(STRANGER4) },
	  .marks = { { BAD4, ALL_CLASSES } },
	  .want = ALLOWED(2) },
	{ .name = "hint: all bits, never before all, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { AUTO(BAD6), BLOCK(BAD6), ALLOW(BAD6), NEVER(BAD6) },
	  .marks = { { BAD6, ALL_CLASSES } },
	  .want = SPARED(3) },
	{ .name = "hint: all bits, allow prefix before block",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4), ALLOW("192.0.2.0/24") },
	  .marks = { { BAD4, ALL_CLASSES } },
	  .want = ALLOWED(1) },

	/* The table ignored: clear bits hide nothing. */
	{ .name = "hint: ignored, never",
	  .packet = { SYN4(BAD4) },
	  .entries = { NEVER(BAD4, UNMARKED), BLOCK(BAD4, UNMARKED) },
	  .setup = IGNORED,
	  .want = SPARED(0) },
	{ .name = "hint: ignored, allow, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { ALLOW(BAD6, UNMARKED), BLOCK(BAD6) },
	  .setup = IGNORED,
	  .want = ALLOWED(0) },
	{ .name = "hint: ignored, block",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED) },
	  .marks = { { BAD4, BUT(MXW_CLASS_BLOCK) } },
	  .setup = IGNORED,
	  .want = DROPPED(0) },
	{ .name = "hint: ignored, automatic block, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { AUTO(BAD6, UNMARKED) },
	  .setup = IGNORED,
	  .want = DROPPED_AUTO(0) },

	/* Two sources in one slot. */
	{ .name = "hint: twin of a blocked source",
	  .packet = { SYN4(TWIN4) },
	  .entries = { BLOCK(BAD4) },
	  .want = UNKNOWN },
	{ .name = "hint: IPv6 twin of a blocked IPv4 source",
	  .packet = { SYN6(TWIN4_IN6) },
	  .entries = { BLOCK(BAD4) },
	  .want = UNKNOWN },
	{ .name = "hint: IPv4 twin of a blocked IPv6 source",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(TWIN4_IN6) },
	  .want = UNKNOWN },
	{ .name = "hint: twin of a blocked source, IPv6",
	  .packet = { SYN6(TWIN6) },
	  .entries = { BLOCK(BAD6), NEVER(BAD6) },
	  .want = UNKNOWN },
	{ .name = "hint: twins of two classes, the blocked one",
	  .packet = { SYN4(BAD4) },
	  .entries = { ALLOW(TWIN4), BLOCK(BAD4) },
	  .want = DROPPED(1) },
	{ .name = "hint: twins of two classes, the allowed one",
	  .packet = { SYN4(TWIN4) },
	  .entries = { ALLOW(TWIN4), BLOCK(BAD4) },
	  .want = ALLOWED(0) },
	{ .name = "hint: twin of a blocked source in a prefix of another class",
	  .packet = { SYN4(TWIN4) },
	  .entries = { BLOCK(BAD4), AUTO("10.8.53.0/24") },
	  .want = DROPPED_AUTO(1) },
	{ .name = "hint: a bit is the slot's, whoever set it",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, UNMARKED), BLOCK(TWIN4) },
	  .want = DROPPED(0) },

	/* Expired entries. */
	{ .name = "hint: set, expired",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, EXPIRED) },
	  .want = UNKNOWN },
	{ .name = "hint: set, expired, live prefix",
	  .packet = { SYN4(BAD4) },
	  .entries = { BLOCK(BAD4, EXPIRED), BLOCK("192.0.2.0/24") },
	  .want = DROPPED(1) },
	{ .name = "hint: set, expired, live prefix, IPv6",
	  .packet = { SYN6(BAD6) },
	  .entries = { AUTO(BAD6, EXPIRED), AUTO("2001:db8::/32") },
	  .want = DROPPED_AUTO(1) },
	{ .name = "hint: set, expired allow uncovers the block",
	  .packet = { SYN4(BAD4) },
	  .entries = { ALLOW(BAD4, EXPIRED), BLOCK(BAD4) },
	  .want = DROPPED(1) },
	{ .name = "hint: set, expired never uncovers its live prefix",
	  .packet = { SYN4(BAD4) },
	  .entries = { NEVER(BAD4, EXPIRED), NEVER("192.0.2.64/26"), BLOCK(BAD4) },
	  .want = SPARED(1) },
};

static uint32_t slot_of(const char *source)
{
	struct mxw_prefix prefix;
	struct mxw_err err;

	if (mxw_prefix_parse(source, &prefix, NULL, &err))
		fail_msg("%s", err.text);
	return mxw_hint_slot(prefix.key, MXW_HINT_BITS);
}

static void check_twins(void **state)
{
	(void)state;
	assert_int_equal(slot_of(TWIN4), slot_of(BAD4));
	assert_int_equal(slot_of(TWIN4_IN6), slot_of(BAD4));
	assert_int_equal(slot_of(TWIN6), slot_of(BAD6));
	assert_int_not_equal(slot_of(BAD4), slot_of(BAD6));
}

int main(void)
{
	const struct CMUnitTest twins[] = {
		{ .name = "hint: the twins of the table share a slot", .test_func = check_twins },
	};
	int failed = fixture_run_table("bpf hint", table, sizeof(table) / sizeof(table[0]));

	return failed + _cmocka_run_group_tests("bpf hint twins", twins, 1, NULL, NULL);
}
