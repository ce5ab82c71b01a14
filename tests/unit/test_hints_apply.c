// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hint table under commands: whatever is changed, flushed or repaired, every
 * exact entry in the kernel has its bit, so the program finds it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "apply/reconcile.h"
#include "base/clock.h"
#include "bpf/key.h"
#include "datapath/entries.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

/* Two sources in one slot; twins_share_a_slot() makes sure of it. */
#define BAD "192.0.2.66"
#define TWIN "10.8.53.45"

static void twins_share_a_slot(void **state)
{
	(void)state;
	assert_int_equal(mxw_hint_slot(prefix_of(BAD).key, MXW_HINT_BITS),
			 mxw_hint_slot(prefix_of(TWIN).key, MXW_HINT_BITS));
}

/* Has the stored entries put in force, as an attach or `verify --repair` does. */
static void repair(void)
{
	struct mxw_differences differences;
	struct mxw_session session;
	struct mxw_err err = { 0 };
	int error = mxw_session_begin(&session, NULL, &err);

	if (!error)
		error = mxw_reconcile(session.store, &session.maps, mxw_clock_mono(), true,
				      &differences, NULL, &err);
	mxw_session_end(&session);
	must(error, &err);
}

static void flush_all(void)
{
	struct mxw_session session;
	struct mxw_err err = { 0 };
	uint64_t removed;
	int error = mxw_session_begin(&session, NULL, &err);

	if (!error)
		error = mxw_apply_flush(&session, &removed, &err);
	mxw_session_end(&session);
	must(error, &err);
}

static void expect_dropped(const char *row, const char *source, bool want)
{
	int program = marks_program(), got = marks_ask(program, source);

	(void)close(program);
	if (got != want)
		fail_msg("row \"%s\": %s is %s", row, source,
			 got < 0 ? "not judged"
			 : got	 ? "dropped"
				 : "passed");
}

/* One command after the other, on two sources of one slot and on others. */
static const struct step {
	const char *name;
	struct deed deed;
	bool bad, twin; /* dropped after it */
} steps[] = {
	{ "both", { false, MXW_CLASS_BLOCK, TWIN " " BAD " 2001:db8::/64", 0, 0 }, true, true },
	{ "unblock one", { true, MXW_CLASS_BLOCK, TWIN, 0, 0 }, true, false },
	{ "allow the other", { false, MXW_CLASS_ALLOW, BAD, 0, 0 }, false, false },
	{ "block the one", { false, MXW_CLASS_BLOCK, TWIN, 0, 0 }, false, true },
	{ "unallow the other", { true, MXW_CLASS_ALLOW, BAD, 0, 0 }, true, true },
	{ "shadow", { false, MXW_CLASS_BLOCK, BAD, MXW_ENTRY_SHADOW, 0 }, false, true },
	{ "expired", { false, MXW_CLASS_BLOCK, TWIN, 0, 1 }, false, false },
	{ "swept", { false, MXW_CLASS_BLOCK, BAD, 0, 0 }, true, false },
	{ "none", { true, MXW_CLASS_BLOCK, BAD, 0, 0 }, false, false },
};

static void sessions_keep_the_table(void **state)
{
	struct mxw_err err = { 0 };
	struct mxw_maps maps;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	repair();
	for (size_t i = 0; i < COUNT(steps); i++) {
		must(attached_run(&steps[i].deed, NULL, &err), &err);
		marks_expect(steps[i].name, &maps);
		expect_dropped(steps[i].name, BAD, steps[i].bad);
		expect_dropped(steps[i].name, TWIN, steps[i].twin);
	}
	assert_true(marks_relied_on(&maps));
	must(attached_run(&steps[0].deed, NULL, &err), &err);
	flush_all();
	marks_expect_exactly("flush", &maps);
	expect_dropped("flush", BAD, false);
	marks_end(&maps);
}

static void put(const struct mxw_maps *maps, enum mxw_class class, const char *source)
{
	const struct mxw_kernel_entry entry = { .prefix = prefix_of(source) };
	struct mxw_err err = { 0 };

	must(mxw_entries_put(maps, class, &entry, 1, NULL, &err), &err);
}

static void a_repair_mends_the_table(void **state)
{
	static const struct deed deed = { false, MXW_CLASS_BLOCK, BAD " fe80::/64", 0, 0 };
	struct mxw_err err = { 0 };
	struct mxw_maps maps;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	must(attached_run(&deed, NULL, &err), &err);
	put(&maps, MXW_CLASS_NEVER, "192.0.2.1");
	put(&maps, MXW_CLASS_AUTO, "192.0.2.2");
	put(&maps, MXW_CLASS_BLOCK, TWIN); /* not stored */
	marks_wipe(&maps);
	repair();
	marks_expect_exactly("repair", &maps);
	assert_int_equal(marks_tally(&maps).entries, 4);
	expect_dropped("repair", BAD, true);
	expect_dropped("repair", "fe80::1", true);
	expect_dropped("repair", "192.0.2.2", true);
	expect_dropped("repair", TWIN, false);
	flush_all();
	marks_expect_exactly("flush", &maps);
	assert_int_equal(marks_tally(&maps).entries, 2);
	marks_end(&maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twins_share_a_slot),
		cmocka_unit_test(sessions_keep_the_table),
		cmocka_unit_test(a_repair_mends_the_table),
	};

	return cmocka_run_group_tests_name("hints under commands", tests, sandbox_enter, NULL);
}
