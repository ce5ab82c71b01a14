// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guards (userspace/lists/guard.h): entries that no list may have, and lists that are
 * not to be believed. Cases F1 to F3 and P14.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lists/guard.h"
#include "tests/unit/book.h"

static const struct mxw_guard_protected own[] = {
	{ 0x0b050001, 0x0b050001, "own address of eth0" },
	{ 0x2a000bad00010000, 0x2a000bad0001ffff, "own network" },
};

struct entry {
	const char *prefix;
	struct mxw_guard guard;
	enum mxw_says says;
	enum mxw_guard_verdict verdict;
	const char *why; /* what the reason contains */
};

#define OWN .protected = own, .protected_count = COUNT(own)
#define TAKEN .verdict = MXW_GUARD_TAKE
#define REFUSED .verdict = MXW_GUARD_REFUSE

/* clang-format off */
static const struct entry entries[] = {
	{ "11.1.2.3", { OWN }, TAKEN },
	{ "11.0.0.0/8", { OWN }, TAKEN },
	{ "12.0.0.0/7", { OWN }, REFUSED, .why = "wider than /8" },
	{ "12.0.0.0/7", { .widest4 = 7 }, TAKEN },
	{ "0.0.0.0/0", { OWN }, REFUSED, .why = "wider" },
	{ "0.0.0.0/0", { .widest4 = 1 }, REFUSED, .why = "wider" },
	{ "10.1.2.3", { OWN }, REFUSED, .why = "10.0.0.0/8 is for private networks" },
	{ "10.1.2.3", { OWN }, .says = MXW_SAYS_ALLOW, TAKEN },
	{ "10.1.2.3", { OWN }, .says = MXW_SAYS_EXCLUDE, TAKEN },
	{ "12.0.0.0/7", { OWN }, .says = MXW_SAYS_ALLOW, REFUSED, .why = "wider" },
	{ "127.0.0.0/8", { OWN }, REFUSED, .why = "loopback" },
	{ "172.31.255.255", { OWN }, REFUSED, .why = "private" },
	{ "172.32.0.0", { OWN }, TAKEN },
	{ "100.127.0.0/16", { OWN }, REFUSED, .why = "carriers" },
	{ "192.0.0.0/16", { OWN }, REFUSED, .why = "protocol assignments" },
	{ "224.0.0.1", { OWN }, REFUSED, .why = "multicast" },
	{ "255.255.255.255", { OWN }, REFUSED, .why = "reserved" },
	{ "10.0.0.0/8", { .strip = true }, .verdict = MXW_GUARD_STRIP },
	{ "224.0.0.0/3", { .strip = true }, .verdict = MXW_GUARD_STRIP },
	{ "192.0.0.0/16", { .strip = true }, REFUSED, .why = "protocol" },
	{ "11.5.0.1", { OWN }, REFUSED, .why = "never blocked: own address of eth0" },
	{ "11.5.0.0/24", { OWN }, TAKEN },
	{ "2a00:bad:1:7::/64", { OWN }, REFUSED, .why = "never blocked: own network" },
	{ "2a00:bad::/32", { OWN }, TAKEN },
	{ "2a00::/18", { OWN }, REFUSED, .why = "wider than /19" },
	{ "2a00::/19", { OWN }, TAKEN },
	{ "2a00::/16", { .widest6 = 16 }, TAKEN },
	{ "2001:db8::/32", { OWN }, REFUSED, .why = "documentation" },
	{ "2001:db8::/32", { .strip = true }, .verdict = MXW_GUARD_STRIP },
	{ "fe80::/64", { OWN }, REFUSED, .why = "link-local" },
	{ "fd00::/20", { OWN }, REFUSED, .why = "private" },
	{ "2001:200::/32", { OWN }, TAKEN },
};
/* clang-format on */

static uint64_t last_of(const struct mxw_prefix *prefix)
{
	return prefix->len < MXW_KEY_BITS ? prefix->key | ~0ULL >> prefix->len : prefix->key;
}

static void F2_entries_that_no_list_may_have(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(entries); i++) {
		const struct entry *row = &entries[i];
		struct mxw_prefix prefix = prefix_of(row->prefix);
		char why[MXW_GUARD_WHY] = "";
		enum mxw_guard_verdict verdict;

		if (mxw_prefix_is_ipv4(&prefix))
			verdict =
				mxw_guard_entry4(&row->guard, row->says,
						 (struct mxw_range4){ (uint32_t)prefix.key,
								      (uint32_t)last_of(&prefix) },
						 why);
		else
			verdict = mxw_guard_entry6(
				&row->guard, row->says,
				(struct mxw_range6){ prefix.key, last_of(&prefix) }, why);
		expect_number(row->prefix, "the verdict", verdict, row->verdict);
		if (!strstr(why, row->why ? row->why : ""))
			fail_msg("%s: \"%s\" is not said in \"%s\"", row->prefix, row->why, why);
	}
}

static void P14_protected_addresses_are_cut_out(void **state)
{
	const struct mxw_guard guard = { OWN };
	struct mxw_list list = { 0 };
	uint64_t cut;

	(void)state;
	assert_int_equal(mxw_ranges_add4(&list.block, (struct mxw_range4){ 0x0b050000, 0x0b0500ff },
					 NULL),
			 MXW_OK);
	assert_int_equal(
		mxw_ranges_add6(&list.block,
				(struct mxw_range6){ 0x2a000bad00000000, 0x2a000badffffffff },
				NULL),
		MXW_OK);
	assert_int_equal(mxw_ranges_add4(&list.allow, (struct mxw_range4){ 0x0b0500f0, 0x0b0500ff },
					 NULL),
			 MXW_OK);
	assert_int_equal(mxw_guard_cut(&guard, &list, &cut, NULL), MXW_OK);
	assert_int_equal(cut, 2);
	assert_int_equal(mxw_ranges_addresses4(&list.block), 256 - 1 - 16);
	assert_int_equal(mxw_ranges_networks6(&list.block), (1ULL << 32) - (1ULL << 16));
	assert_false(mxw_ranges_contain(&list.block, 0x0b050001));
	assert_true(mxw_ranges_contain(&list.block, 0x0b050002));
	assert_false(mxw_ranges_contain(&list.block, 0x0b0500f7));
	mxw_list_free(&list);
}

struct ruling {
	const char *name;
	struct mxw_guard_size size, last;
	uint64_t entries, refused;
	enum mxw_guard_ruling ruling;
	const char *why;
};

#define SIZE(n)                                  \
	{                                        \
		.ranges = (n), .addresses4 = (n) \
	}

/* clang-format off */
static const struct ruling rulings[] = {
	{ "as it was", SIZE(1000), SIZE(1000), 1000, 0, MXW_GUARD_GOOD, NULL },
	{ "threefold", SIZE(3000), SIZE(1000), 3000, 0, MXW_GUARD_GOOD, NULL },
	{ "more than threefold", SIZE(3003), SIZE(1000), 3003, 0, MXW_GUARD_HOLD, "grows from 1000 to 3003" },
	{ "ten times", SIZE(10000), SIZE(1000), 10000, 0, MXW_GUARD_HOLD, "grows" },
	{ "two thirds", SIZE(600), SIZE(900), 600, 0, MXW_GUARD_GOOD, NULL },
	{ "less than two thirds", SIZE(599), SIZE(900), 599, 0, MXW_GUARD_HOLD, "shrinks" },
	{ "a small one may", SIZE(1000), SIZE(99), 1000, 0, MXW_GUARD_GOOD, NULL },
	{ "nothing before", SIZE(1000), { 0 }, 1000, 0, MXW_GUARD_GOOD, NULL },
	{ "same ranges, wider", { .ranges = 100, .addresses4 = 100000 }, SIZE(100), 100, 0,
	  MXW_GUARD_HOLD, "covers more" },
	{ "IPv6 is gone", SIZE(1000), { .ranges = 1001, .addresses4 = 1000, .networks6 = 65536 }, 1000, 0,
	  MXW_GUARD_HOLD, "covers less" },
	{ "empty", { 0 }, SIZE(1000), 0, 0, MXW_GUARD_BAD, "empty" },
	{ "all refused", { 0 }, { 0 }, 2, 2, MXW_GUARD_BAD, "without the refused" },
	{ "three bad ones", SIZE(10), { 0 }, 13, 3, MXW_GUARD_GOOD, NULL },
	{ "four of ten", SIZE(10), { 0 }, 14, 4, MXW_GUARD_BAD, "4 of 14" },
	{ "one in a thousand", SIZE(9990), { 0 }, 10000, 10, MXW_GUARD_GOOD, NULL },
	{ "more than that", SIZE(9990), { 0 }, 10000, 11, MXW_GUARD_BAD, "whole list" },
	{ "a twentieth", { .ranges = 9, .addresses4 = 214748364 }, { 0 }, 9, 0, MXW_GUARD_GOOD, NULL },
	{ "more of IPv4", { .ranges = 9, .addresses4 = 214748365 }, { 0 }, 9, 0, MXW_GUARD_HOLD, "5 %" },
	{ "more of IPv6", { .ranges = 9, .networks6 = 1ULL << 60 }, { 0 }, 9, 0, MXW_GUARD_HOLD, "5 %" },
	{ "a twentieth allowed", { .ranges = 9, .allowed4 = 214748364 }, { 0 }, 9, 0, MXW_GUARD_GOOD, NULL },
	{ "more of IPv4 allowed", { .ranges = 9, .allowed4 = 214748365 }, { 0 }, 9, 0, MXW_GUARD_HOLD, "allows 214748365" },
	{ "more of IPv6 allowed", { .ranges = 9, .allowed6 = 1ULL << 60 }, { 0 }, 9, 0, MXW_GUARD_HOLD, "allows" },
};
/* clang-format on */

static void F3_lists_that_are_not_what_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rulings); i++) {
		const struct ruling *row = &rulings[i];
		const struct mxw_guard_case list = { .size = row->size,
						     .last = row->last,
						     .entries = row->entries,
						     .refused = row->refused };
		struct mxw_err err = { .text = "" };
		enum mxw_guard_ruling ruling = mxw_guard_judge(&list, &err);

		expect_number(row->name, "the ruling", ruling, row->ruling);
		if (row->why)
			expect_sentence(row->name, &err, row->why);
	}
}

/* A file of the operator's own may shrink further. */
static void an_own_file_may_lose_more(void **state)
{
	static const struct {
		struct mxw_guard_size size;
		bool own;
		enum mxw_guard_ruling ruling;
	} rows[] = {
		{ SIZE(599), false, MXW_GUARD_HOLD }, { SIZE(599), true, MXW_GUARD_GOOD },
		{ SIZE(90), true, MXW_GUARD_GOOD },   { SIZE(89), true, MXW_GUARD_HOLD },
		{ SIZE(3003), true, MXW_GUARD_HOLD },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_guard_case list = { .size = rows[i].size,
						     .last = SIZE(900),
						     .own = rows[i].own,
						     .entries = rows[i].size.ranges };
		struct mxw_err err;

		assert_int_equal(mxw_guard_judge(&list, &err), rows[i].ruling);
	}
}

/* One that a program writes follows those who are banned, both ways. */
static void an_own_state_is_not_compared(void **state)
{
	static const struct {
		const char *name;
		struct mxw_guard_size size;
		bool own, refused;
		enum mxw_guard_ruling ruling;
	} rows[] = {
		{ "a wave of bans", SIZE(9000), true, false, MXW_GUARD_GOOD },
		{ "with an own address", SIZE(9000), true, true, MXW_GUARD_GOOD },
		{ "the wave is over", SIZE(1), true, false, MXW_GUARD_GOOD },
		{ "nothing is left", SIZE(0), true, false, MXW_GUARD_HOLD },
		{ "too much", SIZE(214748365), true, false, MXW_GUARD_HOLD },
		{ "a publisher's grows", SIZE(9000), false, false, MXW_GUARD_HOLD },
		{ "a publisher's shrinks", SIZE(500), false, false, MXW_GUARD_HOLD },
		{ "one that allows",
		  { .ranges = 9000, .allowed4 = 1, .addresses4 = 8999 },
		  true,
		  false,
		  MXW_GUARD_HOLD },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_guard_case list = { .size = rows[i].size,
						     .last = SIZE(900),
						     .has_last = true,
						     .own = rows[i].own,
						     .state = true,
						     .may_be_empty = !rows[i].refused,
						     .entries = rows[i].size.ranges,
						     .refused = rows[i].refused };
		struct mxw_err err;

		expect_number(rows[i].name, "the ruling", mxw_guard_judge(&list, &err),
			      rows[i].ruling);
	}
}

static void lists_that_may_be_empty(void **state)
{
	static const struct {
		const char *name;
		bool has_last;
		uint64_t last, refused;
		enum mxw_guard_ruling ruling;
		const char *why; /* NULL: nothing */
	} rows[] = {
		{ "a large one ends", true, 1000, 0, MXW_GUARD_HOLD, "empty: it is held, and the" },
		{ "the last ban ends", true, 1, 0, MXW_GUARD_HOLD, "empty: it is held, and the" },
		{ "still empty", true, 0, 0, MXW_GUARD_GOOD, NULL },
		{ "from the first", false, 0, 0, MXW_GUARD_HOLD, "empty: it is held" },
		{ "all is refused", true, 1, 1, MXW_GUARD_BAD, "without the refused" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_guard_case list = { .last = SIZE(rows[i].last),
						     .has_last = rows[i].has_last,
						     .may_be_empty = true,
						     .refused = rows[i].refused };
		struct mxw_err err = { .text = "" };

		expect_number(rows[i].name, "the ruling", mxw_guard_judge(&list, &err),
			      rows[i].ruling);
		if (rows[i].why)
			expect_sentence(rows[i].name, &err, rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(F2_entries_that_no_list_may_have),
		cmocka_unit_test(P14_protected_addresses_are_cut_out),
		cmocka_unit_test(F3_lists_that_are_not_what_they_were),
		cmocka_unit_test(an_own_file_may_lose_more),
		cmocka_unit_test(an_own_state_is_not_compared),
		cmocka_unit_test(lists_that_may_be_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
