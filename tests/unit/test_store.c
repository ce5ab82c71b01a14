// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What goes into the store comes out of it (userspace/state/store.h): entries,
 * who said so, transactions, the dirty mark.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "state/intents.h"
#include "tests/unit/book.h"
#include "tests/unit/sandbox.h"

#define LINES 8

static void reopen(struct shelf *f)
{
	mxw_store_close(f->store);
	f->store = book_open(f->dir);
}

static void delete_lines(struct shelf *f, const struct line *lines, const char *row, uint64_t want)
{
	uint64_t count = 0;

	for (; lines->prefix; lines++) {
		const struct mxw_prefix prefix = prefix_of(lines->prefix);
		bool found;

		shelf_must(f, mxw_store_delete(f->store, lines->class, &prefix, &found, &f->err));
		count += found;
	}
	expect_number(row, "found", count, want);
}

static const struct {
	const char *name;
	struct line put[LINES], delete[LINES];
	uint64_t found;
	const char *want;
} changes[] = {
	{ "nothing", { { 0 } }, { { 0 } }, 0, "" },
	{ "one", { BLOCK("192.0.2.7") }, { { 0 } }, 0, "block 192.0.2.7\n" },
	{ "all fields",
	  { BLOCK("192.0.2.0/24", SHADOW, UNTIL(90)) },
	  { { 0 } },
	  0,
	  "block 192.0.2.0/24 shadow until 90\n" },
	{ "the same again replaces",
	  { BLOCK("192.0.2.7", SHADOW, UNTIL(90)), BLOCK("192.0.2.7") },
	  { { 0 } },
	  0,
	  "block 192.0.2.7\n" },
	{ "from staying to expiring",
	  { BLOCK("192.0.2.7"), BLOCK("192.0.2.7", UNTIL(90)) },
	  { { 0 } },
	  0,
	  "block 192.0.2.7 until 90\n" },
	{ "another class is another entry",
	  { BLOCK("192.0.2.7"), ALLOW("192.0.2.7") },
	  { { 0 } },
	  0,
	  "allow 192.0.2.7\nblock 192.0.2.7\n" },
	{ "another length is another entry",
	  { BLOCK("192.0.2.0"), BLOCK("192.0.2.0/31"), BLOCK("192.0.2.0/24") },
	  { { 0 } },
	  0,
	  "block 192.0.2.0/24\nblock 192.0.2.0/31\nblock 192.0.2.0\n" },
	{ "delete one of two",
	  { BLOCK("192.0.2.7"), BLOCK("192.0.2.8") },
	  { BLOCK("192.0.2.7") },
	  1,
	  "block 192.0.2.8\n" },
	{ "delete is exact: class",
	  { BLOCK("192.0.2.7") },
	  { ALLOW("192.0.2.7") },
	  0,
	  "block 192.0.2.7\n" },
	{ "delete is exact: length",
	  { BLOCK("192.0.2.0/24") },
	  { BLOCK("192.0.2.0") },
	  0,
	  "block 192.0.2.0/24\n" },
	{ "delete twice",
	  { BLOCK("192.0.2.7") },
	  { BLOCK("192.0.2.7"), BLOCK("192.0.2.7") },
	  1,
	  "" },
	{ "both families, top bit too",
	  { BLOCK("fe80::1"), BLOCK("ffff:ffff:ffff:ffff::/64"), BLOCK("8000::/1"),
	    BLOCK("2001:db8::/32"), BLOCK("255.255.255.255"), BLOCK("0.0.0.0/0") },
	  { { 0 } },
	  0,
	  "block 8000::/1\nblock fe80::/64\nblock ffff:ffff:ffff:ffff::/64\n"
	  "block 0.0.0.0/0\nblock 255.255.255.255\nblock 2001:db8::/32\n" },
	{ "delete with the top bit",
	  { BLOCK("fe80::1"), BLOCK("fe80::/10") },
	  { BLOCK("fe80::/64") },
	  1,
	  "block fe80::/10\n" },
};

static void entries_are_put_replaced_and_deleted(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct shelf f;
		char got[BOOK_TEXT];

		shelf_begin(&f);
		(void)book_put(f.store, changes[i].put, "root", "");
		delete_lines(&f, changes[i].delete, changes[i].name, changes[i].found);
		book_of_store(f.store, 50, 0, got);
		expect_text(changes[i].name, got, changes[i].want);
		reopen(&f);
		book_of_store(f.store, 50, 0, got);
		expect_text(changes[i].name, got, changes[i].want);
		shelf_end(&f);
	}
}

static const struct line crowd[] = {
	ALLOW("192.0.2.0/24"),
	ALLOW("192.0.2.7", UNTIL(100)),
	BLOCK("192.0.2.0/24", SHADOW),
	BLOCK("192.0.2.7", UNTIL(101)),
	BLOCK("192.0.0.0/8"),
	BLOCK("0.0.0.0/0", UNTIL(99)),
	BLOCK("2001:db8::/32"),
	BLOCK("2001:db8:1:2::/64"),
	BLOCK("fe80::/10"),
	BLOCK("fe80::/64", UNTIL(100)),
	{ .prefix = NULL },
};

static void entries_are_counted_by_class_and_kind(void **state)
{
	static const struct {
		enum mxw_class class;
		uint64_t exact, nets;
	} rows[] = {
		{ MXW_CLASS_NEVER, 0, 0 },
		{ MXW_CLASS_ALLOW, 1, 1 },
		{ MXW_CLASS_BLOCK, 3, 5 },
		{ MXW_CLASS_AUTO, 0, 0 },
	};
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	(void)book_put(f.store, crowd, "root", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t exact, nets;

		shelf_must(&f, mxw_store_count(f.store, rows[i].class, &exact, &nets, &f.err));
		expect_number("count", "exact", exact, rows[i].exact);
		expect_number("count", "nets", nets, rows[i].nets);
	}
	shelf_end(&f);
}

/* Collects "class prefix, " for each visit. */
static int name_entry(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	char *out = context, prefix[MXW_ADDR_TEXT];
	size_t used = strlen(out);

	(void)act;
	(void)snprintf(out + used, BOOK_TEXT - used, "%s %s, ",
		       intent->class == MXW_CLASS_ALLOW ? "allow" : "block",
		       mxw_prefix_format(&intent->prefix, prefix));
	return MXW_OK;
}

static void a_source_is_matched_by_all_that_contains_it(void **state)
{
	static const struct {
		const char *source;
		uint64_t now;
		const char *want; /* classes in order, within one from long to short */
	} rows[] = {
		{ "192.0.2.7", 98,
		  "allow 192.0.2.7, allow 192.0.2.0/24, block 192.0.2.7, block 192.0.2.0/24, "
		  "block 192.0.0.0/8, block 0.0.0.0/0, " },
		{ "192.0.2.7", 99,
		  "allow 192.0.2.7, allow 192.0.2.0/24, block 192.0.2.7, block 192.0.2.0/24, "
		  "block 192.0.0.0/8, " },
		{ "192.0.2.7", 100,
		  "allow 192.0.2.0/24, block 192.0.2.7, block 192.0.2.0/24, block 192.0.0.0/8, " },
		{ "192.0.2.7", 101, "allow 192.0.2.0/24, block 192.0.2.0/24, block 192.0.0.0/8, " },
		{ "192.0.2.8", 101, "allow 192.0.2.0/24, block 192.0.2.0/24, block 192.0.0.0/8, " },
		{ "192.0.3.1", 101, "block 192.0.0.0/8, " },
		{ "203.0.113.1", 98, "block 0.0.0.0/0, " },
		{ "203.0.113.1", 99, "" },
		{ "2001:db8:1:2::99", 98, "block 2001:db8:1:2::/64, block 2001:db8::/32, " },
		{ "2001:db8:1:3::99", 98, "block 2001:db8::/32, " },
		{ "2001:db9::1", 98, "" },
		{ "fe80::99", 99, "block fe80::/64, block fe80::/10, " },
		{ "fe80::99", 100, "block fe80::/10, " },
		{ "fec0::1", 0, "" },
	};
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	(void)book_put(f.store, crowd, "root", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[BOOK_TEXT] = "";

		shelf_must(&f, mxw_store_match(f.store, prefix_of(rows[i].source).key, rows[i].now,
					       name_entry, got, &f.err));
		expect_text(rows[i].source, got, rows[i].want);
	}
	shelf_end(&f);
}

static void a_sweep_takes_what_has_expired(void **state)
{
	static const struct {
		const char *name;
		uint64_t now;
		const char *swept, *left;
	} rows[] = {
		{ "a nanosecond early", 89, "",
		  "allow 192.0.2.1\nblock 192.0.2.2 until 90\nblock 192.0.2.3 until 91\n" },
		{ "at the nanosecond", 90, "block 192.0.2.2, ",
		  "allow 192.0.2.1\nblock 192.0.2.3 until 91\n" },
		{ "both", 91, "block 192.0.2.2, block 192.0.2.3, ", "allow 192.0.2.1\n" },
		{ "long after", UINT64_MAX >> 1, "block 192.0.2.2, block 192.0.2.3, ",
		  "allow 192.0.2.1\n" },
	};
	static const struct line lines[] = { ALLOW("192.0.2.1"),
					     BLOCK("192.0.2.2", UNTIL(90)),
					     BLOCK("192.0.2.3", UNTIL(91)),
					     { .prefix = NULL } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct shelf f;
		char swept[BOOK_TEXT] = "", left[BOOK_TEXT];

		shelf_begin(&f);
		(void)book_put(f.store, lines, "root", "");
		shelf_must(&f, mxw_store_sweep(f.store, rows[i].now, name_entry, swept, &f.err));
		expect_text(rows[i].name, swept, rows[i].swept);
		book_of_store(f.store, 0, 0, left);
		expect_text(rows[i].name, left, rows[i].left);
		shelf_end(&f);
	}
}

static int stop_with_seven(void *context, const struct mxw_intent *intent,
			   const struct mxw_act *act)
{
	(void)intent;
	(void)act;
	++*(int *)context;
	return 7;
}

static void a_visitor_ends_the_walk(void **state)
{
	int visits[3] = { 0 };
	char got[BOOK_TEXT], before[BOOK_TEXT];
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	(void)book_put(f.store, crowd, "root", "");
	book_of_store(f.store, 0, 0, before);
	assert_int_equal(mxw_store_each(f.store, 0, stop_with_seven, &visits[0], &f.err), 7);
	assert_int_equal(mxw_store_match(f.store, prefix_of("192.0.2.7").key, 0, stop_with_seven,
					 &visits[1], &f.err),
			 7);
	assert_int_equal(mxw_store_sweep(f.store, 200, stop_with_seven, &visits[2], &f.err), 7);
	for (size_t i = 0; i < COUNT(visits); i++)
		assert_int_equal(visits[i], 1);
	book_of_store(f.store, 0, 0, got);
	expect_text("a sweep that was ended removes nothing", got, before);
	shelf_end(&f);
}

static void a_rollback_leaves_all_as_it_was(void **state)
{
	static const struct line more[] = { BLOCK("203.0.113.1"),
					    BLOCK("192.0.2.7", SHADOW),
					    { .prefix = NULL } };
	static const struct line gone[] = { BLOCK("192.0.0.0/8"), { .prefix = NULL } };
	char before[BOOK_TEXT], got[BOOK_TEXT], swept[BOOK_TEXT] = "";
	struct shelf f;
	bool dirty;

	(void)state;
	shelf_begin(&f);
	(void)book_put(f.store, crowd, "root", "");
	book_of_store(f.store, 0, 0, before);
	shelf_must(&f, mxw_store_begin(f.store, &f.err));
	(void)book_put(f.store, more, "root", "");
	delete_lines(&f, gone, "rollback", 1);
	shelf_must(&f, mxw_store_sweep(f.store, 100, name_entry, swept, &f.err));
	shelf_must(&f, mxw_store_set_dirty(f.store, true, &f.err));
	book_of_store(f.store, 0, 0, got);
	assert_string_not_equal(got, before);
	mxw_store_rollback(f.store);
	book_of_store(f.store, 0, 0, got);
	expect_text("after the rollback", got, before);
	shelf_must(&f, mxw_store_dirty(f.store, &dirty, &f.err));
	assert_false(dirty);
	shelf_end(&f);
}

static void a_close_without_commit_is_a_rollback(void **state)
{
	char before[BOOK_TEXT], got[BOOK_TEXT];
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	(void)book_put(f.store, crowd, "root", "");
	book_of_store(f.store, 0, 0, before);
	shelf_must(&f, mxw_store_begin(f.store, &f.err));
	shelf_must(&f, mxw_store_clear(f.store, &f.err));
	reopen(&f);
	book_of_store(f.store, 0, 0, got);
	expect_text("after closing", got, before);
	shelf_end(&f);
}

static void the_dirty_mark_stays_until_it_is_cleared(void **state)
{
	struct shelf f;
	bool dirty;

	(void)state;
	shelf_begin(&f);
	shelf_must(&f, mxw_store_dirty(f.store, &dirty, &f.err));
	assert_false(dirty);
	shelf_must(&f, mxw_store_set_dirty(f.store, true, &f.err));
	reopen(&f);
	shelf_must(&f, mxw_store_dirty(f.store, &dirty, &f.err));
	assert_true(dirty);
	shelf_must(&f, mxw_store_set_dirty(f.store, false, &f.err));
	reopen(&f);
	shelf_must(&f, mxw_store_dirty(f.store, &dirty, &f.err));
	assert_false(dirty);
	shelf_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_put_replaced_and_deleted),
		cmocka_unit_test(entries_are_counted_by_class_and_kind),
		cmocka_unit_test(a_source_is_matched_by_all_that_contains_it),
		cmocka_unit_test(a_sweep_takes_what_has_expired),
		cmocka_unit_test(a_visitor_ends_the_walk),
		cmocka_unit_test(a_rollback_leaves_all_as_it_was),
		cmocka_unit_test(a_close_without_commit_is_a_rollback),
		cmocka_unit_test(the_dirty_mark_stays_until_it_is_cleared),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
