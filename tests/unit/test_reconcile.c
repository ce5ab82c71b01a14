// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stored intent against the kernel's maps (userspace/apply/reconcile.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "state/intents.h"
#include "apply/reconcile.h"
#include "datapath/entries.h"
#include "datapath/switches.h"
#include "tests/unit/attached.h"
#include "tests/unit/database.h"
#include "tests/unit/sandbox.h"

#define LINES 5
#define NOW 1000
#define CLASS_BITS (MXW_USED_EXACT(MXW_CLASS_COUNT) - 1) /* of mxw_config.used */

/* clang-format off */
#define NEVER(text, ...) { .class = MXW_CLASS_NEVER, .prefix = (text), __VA_ARGS__ }
#define AUTO(text, ...) { .class = MXW_CLASS_AUTO, .prefix = (text), __VA_ARGS__ }
/* clang-format on */

static void put_kernel(const struct mxw_maps *maps, const struct line *lines)
{
	struct mxw_err err = { 0 };

	for (; lines->prefix; lines++) {
		const struct mxw_kernel_entry entry = { .prefix = prefix_of(lines->prefix),
							.expires_ns = lines->expires_ns,
							.mode = (uint8_t)lines->mode };

		must(mxw_entries_put(maps, lines->class, &entry, 1, NULL, &err), &err);
	}
}

/* "missing block 192.0.2.7, extra allow 192.0.2.8, " */
static void name_differences(const struct mxw_differences *differences, char out[BOOK_TEXT])
{
	static const char *const kinds[] = { "missing", "extra", "other" };
	size_t shown = differences->count < MXW_DIFFERENCES_SHOWN ? differences->count
								  : MXW_DIFFERENCES_SHOWN;

	out[0] = '\0';
	for (size_t i = 0; i < shown; i++) {
		const struct mxw_difference *difference = &differences->first[i];
		char prefix[MXW_ADDR_TEXT];
		size_t used = strlen(out);

		(void)snprintf(out + used, BOOK_TEXT - used, "%s %s %s, ", kinds[difference->kind],
			       mxw_class_name(difference->class),
			       mxw_prefix_format(&difference->prefix, prefix));
	}
}

/* Both sides filled, ready to be compared. */
struct fixture {
	struct mxw_store *store;
	struct mxw_maps maps;
	struct mxw_err err;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	attached_reset();
	attached_pin(64);
	f->maps = attached_open();
	f->store = book_open(MXW_STATE_DIR);
}

static void end(struct fixture *f)
{
	mxw_store_close(f->store);
	mxw_maps_close(&f->maps);
	attached_reset();
}

static void compare(struct fixture *f, bool repair, struct mxw_differences *differences)
{
	must(mxw_reconcile(f->store, &f->maps, NOW, repair, differences, NULL, &f->err), &f->err);
}

struct row {
	const char *name;
	struct line stored[LINES], kernel[LINES];
	uint64_t checked; /* wanted */
	const char *differences, *maps; /* wanted; the maps after a repair */
};

/* Looking changes nothing; a repair makes the maps as they should be, and leaves nothing for a
 * second one. */
static void check_row(const struct row *row)
{
	struct mxw_differences differences;
	char got[BOOK_TEXT], before[BOOK_TEXT];
	struct fixture f;

	begin(&f);
	(void)book_put(f.store, row->stored, "root", "");
	put_kernel(&f.maps, row->kernel);
	book_of_maps(&f.maps, 0, before);
	compare(&f, false, &differences);
	name_differences(&differences, got);
	expect_text(row->name, got, row->differences);
	expect_number(row->name, "checked", differences.checked, row->checked);
	book_of_maps(&f.maps, 0, got);
	expect_text(row->name, got, before); /* looking changes nothing */
	compare(&f, true, &differences);
	name_differences(&differences, got);
	expect_text(row->name, got, row->differences);
	book_of_maps(&f.maps, 0, got);
	expect_text(row->name, got, row->maps);
	compare(&f, false, &differences);
	expect_number(row->name, "left over", differences.count, 0);
	end(&f);
}

static const struct row both[] = {
	{ "nothing", { { 0 } }, { { 0 } }, 0, "", "" },
	{ "the same",
	  { ALLOW("192.0.2.1"), BLOCK("192.0.2.0/24", SHADOW), BLOCK("fe80::/64", UNTIL(NOW + 9)) },
	  { ALLOW("192.0.2.1"), BLOCK("192.0.2.0/24", SHADOW), BLOCK("fe80::/64", UNTIL(NOW + 9)) },
	  3,
	  "",
	  "allow 192.0.2.1\nblock fe80::/64 until 1009\nblock 192.0.2.0/24 shadow\n" },
	{ "missing: one of each kind",
	  { ALLOW("192.0.2.1"), ALLOW("fe80::/10"), BLOCK("fe80::/64"), BLOCK("192.0.2.0/24") },
	  { { 0 } },
	  4,
	  "missing allow 192.0.2.1, missing allow fe80::/10, missing block 192.0.2.0/24, "
	  "missing block fe80::/64, ",
	  "allow fe80::/10\nallow 192.0.2.1\nblock fe80::/64\nblock 192.0.2.0/24\n" },
	{ "extra: one of each kind",
	  { { 0 } },
	  { ALLOW("192.0.2.1"), ALLOW("fe80::/10"), BLOCK("fe80::/64"), BLOCK("192.0.2.0/24") },
	  0,
	  "extra allow 192.0.2.1, extra allow fe80::/10, extra block 192.0.2.0/24, "
	  "extra block fe80::/64, ",
	  "" },
	{ "other mode",
	  { BLOCK("192.0.2.1", SHADOW), BLOCK("192.0.2.0/24") },
	  { BLOCK("192.0.2.1"), BLOCK("192.0.2.0/24", SHADOW) },
	  2,
	  "other block 192.0.2.0/24, other block 192.0.2.1, ",
	  "block 192.0.2.0/24\nblock 192.0.2.1 shadow\n" },
	{ "other expiry",
	  { BLOCK("192.0.2.1", UNTIL(NOW + 1)), BLOCK("192.0.2.2"),
	    BLOCK("192.0.2.3", UNTIL(NOW + 3)) },
	  { BLOCK("192.0.2.1", UNTIL(NOW + 2)), BLOCK("192.0.2.2", UNTIL(NOW + 2)),
	    BLOCK("192.0.2.3") },
	  3,
	  "other block 192.0.2.1, other block 192.0.2.2, other block 192.0.2.3, ",
	  "block 192.0.2.1 until 1001\nblock 192.0.2.2\nblock 192.0.2.3 until 1003\n" },
	{ "the class decides",
	  { ALLOW("192.0.2.1") },
	  { BLOCK("192.0.2.1") },
	  1,
	  "missing allow 192.0.2.1, extra block 192.0.2.1, ",
	  "allow 192.0.2.1\n" },
	{ "the length decides",
	  { BLOCK("192.0.2.0/24") },
	  { BLOCK("192.0.2.0") },
	  1,
	  "missing block 192.0.2.0/24, extra block 192.0.2.0, ",
	  "block 192.0.2.0/24\n" },
	{ "a mixture",
	  { BLOCK("192.0.2.1"), BLOCK("192.0.2.2"), BLOCK("192.0.2.3") },
	  { BLOCK("192.0.2.0"), BLOCK("192.0.2.2"), BLOCK("192.0.2.3", SHADOW),
	    BLOCK("192.0.2.4") },
	  3,
	  "extra block 192.0.2.0, missing block 192.0.2.1, other block 192.0.2.3, "
	  "extra block 192.0.2.4, ",
	  "block 192.0.2.1\nblock 192.0.2.2\nblock 192.0.2.3\n" },
	{ "expired on both sides",
	  { BLOCK("192.0.2.1", UNTIL(NOW)) },
	  { BLOCK("192.0.2.1", UNTIL(NOW)) },
	  0,
	  "",
	  "" },
	{ "expired, stored only",
	  { BLOCK("192.0.2.1", UNTIL(NOW)), BLOCK("192.0.2.0/24", UNTIL(1)) },
	  { { 0 } },
	  0,
	  "",
	  "" },
	{ "expired, in the kernel only",
	  { { 0 } },
	  { BLOCK("192.0.2.1", UNTIL(NOW)), BLOCK("192.0.2.0/24", UNTIL(1)) },
	  0,
	  "",
	  "" },
	{ "not expired yet",
	  { { 0 } },
	  { BLOCK("192.0.2.1", UNTIL(NOW + 1)) },
	  0,
	  "extra block 192.0.2.1, ",
	  "" },
	{ "expired in the kernel, renewed in the store",
	  { BLOCK("192.0.2.1", UNTIL(NOW + 1)) },
	  { BLOCK("192.0.2.1", UNTIL(NOW)) },
	  1,
	  "other block 192.0.2.1, ",
	  "block 192.0.2.1 until 1001\n" },
	{ "other classes are not the operator's",
	  { { 0 } },
	  { NEVER("192.0.2.1"), AUTO("192.0.2.2"), AUTO("192.0.2.0/24") },
	  0,
	  "",
	  "" },
};

static void both_ways(void **state)
{
	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(both); i++)
		check_row(&both[i]);
}

static void other_classes_are_left_alone(void **state)
{
	static const struct line lines[] = { NEVER("192.0.2.1"),
					     AUTO("192.0.2.0/24"),
					     { .prefix = NULL } };
	struct mxw_differences differences;
	struct mxw_kernel_entry entry;
	struct fixture f;

	(void)state;
	sandbox_require();
	begin(&f);
	put_kernel(&f.maps, lines);
	compare(&f, true, &differences);
	for (const struct line *line = lines; line->prefix; line++) {
		const struct mxw_prefix prefix = prefix_of(line->prefix);

		assert_true(mxw_entries_get(&f.maps, line->class, &prefix, &entry));
	}
	end(&f);
}

static void more_than_can_be_shown_are_counted(void **state)
{
	struct mxw_differences differences;
	struct fixture f;

	(void)state;
	sandbox_require();
	begin(&f);
	for (uint64_t i = 0; i < 50; i++) {
		const struct mxw_intent intent = { .class = MXW_CLASS_BLOCK,
						   .prefix = { .key = i, .len = 64 } };

		must(mxw_store_put(f.store, &intent, 1, &f.err), &f.err);
	}
	compare(&f, false, &differences);
	assert_int_equal(differences.count, 50);
	assert_int_equal(differences.checked, 50);
	for (uint64_t i = 0; i < MXW_DIFFERENCES_SHOWN; i++)
		assert_int_equal(differences.first[i].prefix.key, i);
	end(&f);
}

/* What is right already is not written again: it keeps its hits. */
static void a_repair_keeps_the_hits_of_the_rest(void **state)
{
	static const struct line lines[] = { BLOCK("192.0.2.1"),
					     BLOCK("192.0.2.2"),
					     { .prefix = NULL } };
	const struct mxw_entry value = { .hits = 5, .prefix_len = 64 };
	const struct mxw_prefix prefix = prefix_of("192.0.2.1");
	struct mxw_differences differences;
	struct mxw_kernel_entry entry;
	struct fixture f;

	(void)state;
	sandbox_require();
	begin(&f);
	(void)book_put(f.store, lines, "root", "");
	assert_int_equal(bpf_map_update_elem(mxw_maps_class(&f.maps, MXW_CLASS_BLOCK, false),
					     &prefix.key, &value, BPF_ANY),
			 0);
	compare(&f, true, &differences);
	/* One entry is missing; the other is there, but nothing leads the program to it. */
	assert_int_equal(differences.count, 2);
	assert_int_equal(differences.overlooked, 1);
	assert_true(mxw_entries_get(&f.maps, MXW_CLASS_BLOCK, &prefix, &entry));
	assert_int_equal(entry.hits, 5);
	compare(&f, false, &differences);
	assert_int_equal(differences.count, 0);
	end(&f);
}

/* The program looks into a map only where the config says that it holds something. */
static void a_repair_has_the_program_look(void **state)
{
	static const struct line lines[] = { ALLOW("192.0.2.0/24"),
					     BLOCK("192.0.2.1"),
					     { .prefix = NULL } };
	struct mxw_differences differences;
	struct mxw_config config;
	struct fixture f;

	(void)state;
	sandbox_require();
	begin(&f);
	(void)book_put(f.store, lines, "root", "");
	compare(&f, true, &differences);
	must(mxw_switches_read(&f.maps, &config, &f.err), &f.err);
	assert_int_equal(config.used & CLASS_BITS,
			 MXW_USED_NET(MXW_CLASS_ALLOW) | MXW_USED_EXACT(MXW_CLASS_BLOCK));
	end(&f);
}

static void rows_that_cannot_be_do_no_harm(void **state)
{
	static const char *const rows[] = {
		"INSERT INTO entry VALUES(200, 1, 64, 0, 0, 0, 1)", /* class */
		"INSERT INTO entry VALUES(-1, 1, 64, 0, 0, 0, 1)",
		"INSERT INTO entry VALUES(2, 1, 65, 0, 0, 0, 1)", /* length */
		"INSERT INTO entry VALUES(2, 1, 200, 0, 0, 0, 1)",
		"INSERT INTO entry VALUES(2, 1, -1, 0, 0, 0, 1)",
	};
	struct mxw_differences differences;
	struct fixture f;
	char got[BOOK_TEXT];

	(void)state;
	sandbox_require();
	begin(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		database_run(MXW_STATE_DIR, rows[i]);
		compare(&f, true, &differences);
		book_of_maps(&f.maps, 0, got);
		expect_text(rows[i], got, "");
		must(mxw_store_clear(f.store, &f.err), &f.err);
	}
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(other_classes_are_left_alone),
		cmocka_unit_test(more_than_can_be_shown_are_counted),
		cmocka_unit_test(a_repair_keeps_the_hits_of_the_rest),
		cmocka_unit_test(a_repair_has_the_program_look),
		cmocka_unit_test(rows_that_cannot_be_do_no_harm),
	};

	return cmocka_run_group_tests_name("reconcile", tests, sandbox_enter, NULL);
}
