// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who said so and why, and how full a class may get (userspace/state/store.h).
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
#include "tests/unit/database.h"
#include "tests/unit/sandbox.h"

static int take_act(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	(void)intent;
	*(struct mxw_act *)context = *act;
	return MXW_OK;
}

static void words_come_back_as_they_were(void **state)
{
	static const char long_text[] =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde";
	static const struct mxw_act rows[] = {
		{ .when = 0, .who = "", .why = "" },
		{ .when = 1700000000000000000, .who = "root", .why = "dictionary attack" },
		{ .when = UINT64_MAX >> 1, .who = "mary (sudo)", .why = "'; DROP TABLE entry; --" },
		{ .when = 1, .who = "j\xc3\xb6rg", .why = "\xe2\x82\xac%s\n\x1b[31m\xff" },
	};
	struct mxw_act act = { .when = 2 }, got;
	struct shelf f;

	(void)state;
	assert_int_equal(sizeof(long_text), sizeof(act.why));
	shelf_begin(&f);
	for (size_t i = 0; i <= COUNT(rows); i++) {
		const struct line line = BLOCK("192.0.2.7");
		const struct mxw_intent intent = intent_of(&line);
		int64_t id;

		if (i < COUNT(rows))
			act = rows[i];
		else
			memcpy(act.why, long_text, sizeof(long_text));
		shelf_must(&f, mxw_store_act(f.store, &act, &id, &f.err));
		shelf_must(&f, mxw_store_put(f.store, &intent, id, &f.err));
		shelf_must(&f, mxw_store_each(f.store, 0, take_act, &got, &f.err));
		expect_number(act.why, "when", got.when, act.when);
		expect_text(act.why, got.who, act.who);
		expect_text(act.why, got.why, act.why);
	}
	shelf_end(&f);
}

/* Writes "prefix who: why, " for each visit. */
static int name_act(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	char *out = context, prefix[MXW_ADDR_TEXT];
	size_t used = strlen(out);

	(void)snprintf(out + used, BOOK_TEXT - used, "%s %s: %s, ",
		       mxw_prefix_format(&intent->prefix, prefix), act->who, act->why);
	return MXW_OK;
}

static void expect_acts(struct shelf *f, const char *row, const char *want)
{
	char got[BOOK_TEXT] = "";

	shelf_must(f, mxw_store_each(f->store, 0, name_act, got, &f->err));
	expect_text(row, got, want);
	got[0] = '\0';
	shelf_must(f, mxw_store_match(f->store, prefix_of("192.0.2.1").key, 0, name_act, got,
				      &f->err));
	if (strncmp(got, want, strlen(got)) != 0)
		fail_msg("row \"%s\": match says %s", row, got);
}

static void an_entry_names_the_last_who_put_it(void **state)
{
	static const struct line both[] = { BLOCK("192.0.2.1"),
					    BLOCK("192.0.2.2"),
					    { .prefix = NULL } };
	static const struct line first[] = { BLOCK("192.0.2.1"), { .prefix = NULL } };
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	assert_true(book_put(f.store, both, "ann", "spam") !=
		    book_put(f.store, first, "bob", "more spam"));
	expect_acts(&f, "replaced", "192.0.2.1 bob: more spam, 192.0.2.2 ann: spam, ");
	shelf_must(&f, mxw_store_prune(f.store, &f.err));
	expect_acts(&f, "both are used", "192.0.2.1 bob: more spam, 192.0.2.2 ann: spam, ");
	assert_int_equal(database_number(f.dir, "SELECT count(*) FROM act"), 2);
	database_run(f.dir, "DELETE FROM act WHERE who = 'bob'");
	expect_acts(&f, "an act that is gone", "192.0.2.1 : , 192.0.2.2 ann: spam, ");
	shelf_end(&f);
}

static void unused_acts_can_be_pruned(void **state)
{
	static const struct line lines[] = { BLOCK("192.0.2.1"), { .prefix = NULL } };
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	for (int i = 0; i < 5; i++)
		(void)book_put(f.store, lines, "ann", "spam");
	assert_int_equal(database_number(f.dir, "SELECT count(*) FROM act"), 5);
	shelf_must(&f, mxw_store_prune(f.store, &f.err));
	assert_int_equal(database_number(f.dir, "SELECT count(*) FROM act"), 1);
	expect_acts(&f, "pruned", "192.0.2.1 ann: spam, ");
	shelf_must(&f, mxw_store_clear(f.store, &f.err));
	assert_int_equal(database_number(f.dir, "SELECT count(*) FROM act"), 0);
	expect_acts(&f, "cleared", "");
	shelf_end(&f);
}

/* Puts count addresses from first on in one class. */
static void put_range(struct shelf *f, enum mxw_class class, uint64_t first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		const struct mxw_intent intent = { .class = (uint8_t) class,
						   .prefix = { .key = first + i, .len = 64 } };

		shelf_must(f, mxw_store_put(f->store, &intent, 1, &f->err));
	}
}

static void a_class_fits_or_not(void **state)
{
	static const struct {
		const char *name;
		enum mxw_class class;
		uint64_t first, count; /* put before asking */
		bool net;
		uint64_t added, limit;
		bool want;
	} rows[] = {
		{ "nothing", MXW_CLASS_BLOCK, 0, 0, false, 0, 0, true },
		{ "up to the limit", MXW_CLASS_BLOCK, 0, 10, false, 10, 10, true },
		{ "the same again", MXW_CLASS_BLOCK, 0, 10, false, 10, 10, true },
		{ "and again, partly new", MXW_CLASS_BLOCK, 5, 10, false, 10, 15, true },
		{ "one too many", MXW_CLASS_BLOCK, 15, 1, false, 1, 15, false },
		{ "other class, room of its own", MXW_CLASS_ALLOW, 0, 3, false, 3, 3, true },
		{ "other kind, room of its own", MXW_CLASS_BLOCK, 0, 0, true, 0, 0, true },
		{ "a larger limit", MXW_CLASS_BLOCK, 16, 4, false, 4, 100, true },
		{ "and a smaller one", MXW_CLASS_BLOCK, 20, 1, false, 1, 20, false },
	};
	struct shelf f;

	(void)state;
	shelf_begin(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool fits;

		put_range(&f, rows[i].class, rows[i].first, rows[i].count);
		shelf_must(&f, mxw_store_fits(f.store, rows[i].class, rows[i].net, rows[i].added,
					      rows[i].limit, &fits, &f.err));
		expect_number(rows[i].name, "fits", fits, rows[i].want);
	}
	shelf_end(&f);
}

static void what_was_never_asked_is_counted(void **state)
{
	struct shelf f;
	bool fits;

	(void)state;
	shelf_begin(&f);
	put_range(&f, MXW_CLASS_BLOCK, 0, 10);
	shelf_must(&f, mxw_store_fits(f.store, MXW_CLASS_BLOCK, false, 1, 9, &fits, &f.err));
	assert_false(fits);
	shelf_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_come_back_as_they_were),
		cmocka_unit_test(an_entry_names_the_last_who_put_it),
		cmocka_unit_test(unused_acts_can_be_pruned),
		cmocka_unit_test(a_class_fits_or_not),
		cmocka_unit_test(what_was_never_asked_is_counted),
	};

	return cmocka_run_group_tests_name("store_acts", tests, NULL, NULL);
}
