// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes by the operator (userspace/apply/apply.h): store and maps move
 * together, all or nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "apply/apply.h"
#include "base/clock.h"
#include "datapath/entries.h"
#include "datapath/switches.h"
#include "tests/unit/attached.h"
#include "tests/unit/sandbox.h"

#define DEEDS 4
#define HOUR (3600 * MXW_SECOND)

/* clang-format off */
#define ADD_ALLOW(text, ...) { .class = MXW_CLASS_ALLOW, .prefixes = (text), __VA_ARGS__ }
#define ADD_BLOCK(text, ...) { .class = MXW_CLASS_BLOCK, .prefixes = (text), __VA_ARGS__ }
#define UNALLOW(text) { .class = MXW_CLASS_ALLOW, .prefixes = (text), .remove = true }
#define UNBLOCK(text) { .class = MXW_CLASS_BLOCK, .prefixes = (text), .remove = true }
/* clang-format on */

struct row {
	const char *name;
	struct deed deeds[DEEDS]; /* one command after the other; .prefixes NULL ends them */
	uint64_t found; /* wanted of the last */
	const char *want; /* in the store and in the maps */
};

static const struct row changes[] = {
	{ "block one", { ADD_BLOCK("192.0.2.7") }, 0, "block 192.0.2.7\n" },
	{ "block a range", { ADD_BLOCK("192.0.2.0/24") }, 0, "block 192.0.2.0/24\n" },
	{ "all kinds at once",
	  { ADD_BLOCK("192.0.2.7 192.0.2.8 198.51.100.0/24 2001:db8::/32 fe80::1", SHADOW) },
	  0,
	  "block fe80::/64 shadow\nblock 192.0.2.7 shadow\nblock 192.0.2.8 shadow\n"
	  "block 198.51.100.0/24 shadow\nblock 2001:db8::/32 shadow\n" },
	{ "ranges only",
	  { ADD_BLOCK("192.0.2.0/25 192.0.2.0/24") },
	  0,
	  "block 192.0.2.0/24\nblock 192.0.2.0/25\n" },
	{ "for an hour",
	  { ADD_BLOCK("192.0.2.7 192.0.2.0/24", UNTIL(HOUR)) },
	  0,
	  "block 192.0.2.0/24 until 3600000000000\nblock 192.0.2.7 until 3600000000000\n" },
	{ "again, for good",
	  { ADD_BLOCK("192.0.2.7", UNTIL(HOUR), SHADOW), ADD_BLOCK("192.0.2.7") },
	  0,
	  "block 192.0.2.7\n" },
	{ "allow and block",
	  { ADD_BLOCK("192.0.2.7"), ADD_ALLOW("192.0.2.7 192.0.2.0/24") },
	  0,
	  "allow 192.0.2.0/24\nallow 192.0.2.7\nblock 192.0.2.7\n" },
	{ "unblock one",
	  { ADD_BLOCK("192.0.2.7 192.0.2.8"), UNBLOCK("192.0.2.7") },
	  1,
	  "block 192.0.2.8\n" },
	{ "unblock what is not there",
	  { ADD_BLOCK("192.0.2.7"), UNBLOCK("192.0.2.8 192.0.2.9") },
	  0,
	  "block 192.0.2.7\n" },
	{ "unblock some that are there",
	  { ADD_BLOCK("192.0.2.7 192.0.2.8 192.0.2.0/24"),
	    UNBLOCK("192.0.2.0/24 192.0.2.6 192.0.2.7") },
	  2,
	  "block 192.0.2.8\n" },
	{ "unblock is exact",
	  { ADD_BLOCK("192.0.2.0/24 192.0.2.0/25"), UNBLOCK("192.0.2.0/25") },
	  1,
	  "block 192.0.2.0/24\n" },
	{ "unallow leaves the block",
	  { ADD_BLOCK("fe80::/64"), ADD_ALLOW("fe80::/64"), UNALLOW("fe80::/64") },
	  1,
	  "block fe80::/64\n" },
	{ "nothing to do",
	  { ADD_BLOCK("192.0.2.7"), ADD_BLOCK(""), UNBLOCK("") },
	  0,
	  "block 192.0.2.7\n" },
	{ "to nothing",
	  { ADD_ALLOW("fe80::/10 fe80::/64"), UNALLOW("fe80::/10 fe80::/64") },
	  2,
	  "" },
};

static void check_row(const struct row *row, uint64_t now)
{
	struct mxw_err err = { 0 };
	uint64_t found = 0;

	for (const struct deed *deed = row->deeds; deed < row->deeds + DEEDS && deed->prefixes;
	     deed++) {
		struct deed dated = *deed;

		if (deed->expires_ns)
			dated.expires_ns += now;
		must(attached_run(&dated, &found, &err), &err);
	}
	expect_number(row->name, "found", found, row->found);
	attached_expect(row->name, now, row->want);
}

static void changes_reach_store_and_maps(void **state)
{
	uint64_t now = mxw_clock_mono();

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(changes); i++) {
		attached_reset();
		attached_pin(64);
		check_row(&changes[i], now);
	}
	attached_reset();
}

/* Not attached, the same changes wait in the store, and no pin appears. */
static void changes_wait_in_the_store(void **state)
{
	uint64_t now = mxw_clock_mono();

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(changes); i++) {
		attached_reset();
		check_row(&changes[i], now);
		assert_false(mxw_maps_pinned());
	}
	attached_reset();
}

/* C9: block holds 4 addresses and 4 ranges; allow holds many. */
static void what_would_not_fit_changes_nothing(void **state)
{
	static const char four[] = "block 192.0.2.1\nblock 192.0.2.2\nblock 192.0.2.3\n"
				   "block 192.0.2.4\n";
	static const struct {
		const char *name;
		struct deed before, deed;
		const char *refusal; /* NULL = none */
		const char *want;
	} rows[] = {
		{ "exactly full", ADD_BLOCK("192.0.2.1 192.0.2.2"),
		  ADD_BLOCK("192.0.2.3 192.0.2.4"), NULL, four },
		{ "one too many", ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4"),
		  ADD_BLOCK("192.0.2.5"), "the block set would hold more than its 4 addresses",
		  four },
		{ "a batch that would fit in part",
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4"),
		  ADD_BLOCK("192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6"), "more than its 4 addresses",
		  four },
		{ "too many at once", ADD_ALLOW("192.0.2.1"),
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5"),
		  "more than its 4 addresses", "allow 192.0.2.1\n" },
		{ "full, and the same again",
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4", SHADOW),
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4"), NULL, four },
		{ "full of addresses has room for ranges",
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4"), ADD_BLOCK("10.0.0.0/8"),
		  NULL,
		  "block 10.0.0.0/8\nblock 192.0.2.1\nblock 192.0.2.2\nblock 192.0.2.3\n"
		  "block 192.0.2.4\n" },
		{ "too many ranges, and addresses that fit", ADD_BLOCK("10.1.0.0/16 10.2.0.0/16"),
		  ADD_BLOCK("10.3.0.0/16 10.4.0.0/16 10.5.0.0/16 192.0.2.1"),
		  "the block set would hold more than its 4 ranges",
		  "block 10.1.0.0/16\nblock 10.2.0.0/16\n" },
		{ "full, but what expired made room",
		  ADD_BLOCK("192.0.2.5 192.0.2.6 192.0.2.7 192.0.2.8", UNTIL(2)),
		  ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4"), NULL, four },
	};

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_err err = { 0 };
		int error;

		attached_reset();
		attached_pin(4);
		must(attached_run(&rows[i].before, NULL, &err), &err);
		error = attached_run(&rows[i].deed, NULL, &err);
		assert_int_equal(error, rows[i].refusal ? MXW_E_FAIL : MXW_OK);
		if (rows[i].refusal) {
			expect_sentence(rows[i].name, &err, rows[i].refusal);
			expect_sentence(rows[i].name, &err, "nothing was changed");
		}
		attached_expect(rows[i].name, 0, rows[i].want);
	}
	attached_reset();
}

/* What was stored before an attach counts against the room, too. */
static void what_was_stored_detached_takes_room(void **state)
{
	static const struct deed before = ADD_BLOCK("192.0.2.1 192.0.2.2 192.0.2.3");
	static const struct deed deed = ADD_BLOCK("192.0.2.4 192.0.2.5");
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	must(attached_run(&before, NULL, &err), &err);
	must(attached_run(&before, NULL, &err), &err);
	attached_pin(4);
	assert_int_equal(attached_run(&deed, NULL, &err), MXW_E_FAIL);
	expect_sentence("detached", &err, "more than its 4 addresses");
	attached_reset();
}

static void a_session_removes_what_has_expired(void **state)
{
	static const struct deed deeds[] = {
		ADD_BLOCK("192.0.2.1 10.0.0.0/8", UNTIL(2)),
		ADD_ALLOW("192.0.2.2 10.1.0.0/16", UNTIL(2)),
		ADD_BLOCK("192.0.2.3"),
	};
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	attached_pin(64);
	for (size_t i = 0; i < COUNT(deeds); i++)
		must(attached_run(&deeds[i], NULL, &err), &err);
	attached_expect("swept", 0, "block 192.0.2.3\n");
	attached_reset();
}

static void a_flush_removes_all_and_counts(void **state)
{
	static const struct {
		const char *name;
		bool attached;
		struct deed deeds[DEEDS];
		uint64_t want;
	} rows[] = {
		{ "nothing", true, { { 0 } }, 0 },
		{ "both classes",
		  true,
		  { ADD_BLOCK("192.0.2.1 192.0.2.0/24"), ADD_ALLOW("fe80::/10") },
		  3 },
		{ "expired ones are gone already",
		  true,
		  { ADD_BLOCK("192.0.2.1", UNTIL(2)), ADD_ALLOW("192.0.2.2") },
		  1 },
		{ "not attached", false, { ADD_BLOCK("192.0.2.1"), ADD_ALLOW("192.0.2.2") }, 2 },
	};

	(void)state;
	sandbox_require();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_err err = { 0 };
		struct mxw_session session;
		uint64_t removed;

		attached_reset();
		if (rows[i].attached)
			attached_pin(64);
		for (int j = 0; j < DEEDS && rows[i].deeds[j].prefixes; j++)
			must(attached_run(&rows[i].deeds[j], NULL, &err), &err);
		must(mxw_session_begin(&session, NULL, &err), &err);
		must(mxw_apply_flush(&session, &removed, &err), &err);
		mxw_session_end(&session);
		expect_number(rows[i].name, "removed", removed, rows[i].want);
		attached_expect(rows[i].name, 0, "");
	}
	attached_reset();
}

static void a_mode_changes_nothing_else(void **state)
{
	static const uint32_t modes[] = { MXW_MODE_MONITOR, MXW_MODE_BYPASS, MXW_MODE_ENFORCE };
	static const struct deed deed = ADD_BLOCK("192.0.2.1");
	struct mxw_config before, after;
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	attached_reset();
	attached_pin(64);
	must(attached_run(&deed, NULL, &err), &err);
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct mxw_session session;

		must(mxw_session_begin(&session, NULL, &err), &err);
		must(mxw_switches_read(&session.maps, &before, &err), &err);
		must(mxw_apply_mode(&session, modes[i], &err), &err);
		must(mxw_switches_read(&session.maps, &after, &err), &err);
		mxw_session_end(&session);
		before.mode = modes[i];
		assert_memory_equal(&before, &after, sizeof(before));
		attached_expect("mode", 0, "block 192.0.2.1\n");
	}
	attached_reset();
}

/* A map that is gone, or of another version, is not a reason to write half of a change. */
static void a_broken_set_of_pins_is_refused(void **state)
{
	static const struct deed deed = ADD_BLOCK("192.0.2.1");
	struct mxw_err err = { 0 };
	char path[MXW_PIN_PATH];
	struct mxw_config config;
	struct mxw_maps maps;

	(void)state;
	sandbox_require();
	attached_reset();
	attached_pin(64);
	assert_int_equal(remove(mxw_pin_path("mxw_allow_net", path)), 0);
	assert_int_equal(attached_run(&deed, NULL, &err), MXW_E_DEGRADED);
	expect_sentence("gone", &err, "mxw_allow_net is gone: run `xdpctl detach --all`");
	attached_reset();
	attached_pin(64);
	maps = attached_open();
	must(mxw_switches_read(&maps, &config, &err), &err);
	config.abi_version = MXW_ABI_VERSION + 1;
	must(mxw_switches_write(&maps, &config, &err), &err);
	mxw_maps_close(&maps);
	assert_int_equal(attached_run(&deed, NULL, &err), MXW_E_DETACHED);
	expect_sentence("newer", &err, "newer than this xdpctl's");
	attached_reset();
	attached_expect("nothing was stored", 0, "");
	attached_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_reach_store_and_maps),
		cmocka_unit_test(changes_wait_in_the_store),
		cmocka_unit_test(what_would_not_fit_changes_nothing),
		cmocka_unit_test(what_was_stored_detached_takes_room),
		cmocka_unit_test(a_session_removes_what_has_expired),
		cmocka_unit_test(a_flush_removes_all_and_counts),
		cmocka_unit_test(a_mode_changes_nothing_else),
		cmocka_unit_test(a_broken_set_of_pins_is_refused),
	};

	return cmocka_run_group_tests_name("apply", tests, sandbox_enter, NULL);
}
