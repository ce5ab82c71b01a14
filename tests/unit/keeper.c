// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries with their database. Called by the tests of automatic entries.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/clock.h"
#include "datapath/hints.h"
#include "tests/unit/keeper.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

static void note(void *context, const char *sentence)
{
	struct keeper *keeper = context;
	size_t at = strlen(keeper->notes);

	(void)snprintf(keeper->notes + at, sizeof(keeper->notes) - at, "%s\n", sentence);
}

void keeper_start(struct keeper *keeper)
{
	const struct mxw_auto_events events = { .context = keeper, .note = note };
	struct mxw_auto_rules rules = mxw_auto_default_rules();
	struct mxw_err err;

	rules.per_minute = 0;
	keeper->now = mxw_clock_mono();
	must(mxw_auto_open(&keeper->maps, &rules, KEEPER_DATABASE, &events, &keeper->automatic,
			   &err),
	     &err);
	must(mxw_auto_load(keeper->automatic, keeper->now, &err), &err);
}

/* All but the start. */
static void prepare(struct keeper *keeper)
{
	struct mxw_err err;

	sandbox_require();
	*keeper = (struct keeper){ .notes = "" };
	scratch_remove(KEEPER_FOLDER);
	assert_int_equal(mkdir(KEEPER_FOLDER, 0700), 0);
	keeper->maps = marks_begin();
	must(mxw_hints_rebuild(&keeper->maps, &err), &err);
}

void keeper_begin(struct keeper *keeper)
{
	prepare(keeper);
	keeper_start(keeper);
}

void keeper_begin_with(struct keeper *keeper, const char *source, const char *other)
{
	keeper_begin(keeper);
	keeper_block(keeper, source);
	if (other)
		keeper_block(keeper, other);
	assert_true(keeper_flush(keeper));
}

void keeper_begin_on_disk(struct keeper *keeper, const char *options)
{
	prepare(keeper);
	assert_int_equal(mount("none", KEEPER_FOLDER, "tmpfs", 0, options), 0);
	keeper_start(keeper);
}

void keeper_end(struct keeper *keeper)
{
	mxw_auto_close(keeper->automatic);
	(void)umount2(KEEPER_FOLDER, MNT_DETACH); /* if it is a disk of its own */
	marks_end(&keeper->maps);
}

void keeper_restart(struct keeper *keeper, bool keep_maps)
{
	struct mxw_err err;

	mxw_auto_close(keeper->automatic);
	if (!keep_maps) {
		mxw_maps_close(&keeper->maps);
		must(mxw_pins_remove(&err), &err);
		attached_pin(1024);
		keeper->maps = attached_open();
		must(mxw_hints_rebuild(&keeper->maps, &err), &err);
	}
	keeper_start(keeper);
}

static void decide(struct keeper *keeper, const char *source, const struct mxw_sanction *sanction)
{
	const struct mxw_auto_order order = {
		.source = prefix_of(source).key,
		.sanction = sanction,
		.lists = mxw_auto_list(keeper->automatic, KEEPER_LIST),
		.who = "test",
	};

	mxw_auto_decide(keeper->automatic, &order, keeper->now);
}

void keeper_block(struct keeper *keeper, const char *source)
{
	const struct mxw_sanction sanction = { .rung = MXW_RUNG_DROP,
					       .score = 9,
					       .until = keeper->now + KEEPER_LIFE * MXW_SECOND,
					       .refresh =
						       keeper->now + KEEPER_LIFE * MXW_SECOND / 2,
					       .why = "listed; \"quoted'" };

	decide(keeper, source, &sanction);
}

void keeper_unblock(struct keeper *keeper, const char *source)
{
	const struct mxw_sanction none = { .rung = MXW_RUNG_NONE };

	decide(keeper, source, &none);
}

size_t keeper_withdraw(struct keeper *keeper, const char *list)
{
	return mxw_auto_withdraw(keeper->automatic, mxw_auto_list(keeper->automatic, list), "");
}

const char *keeper_nth(int n, char out[32])
{
	(void)snprintf(out, 32, "10.1.%d.%d", n / 250, n % 250);
	return out;
}

bool keeper_flush(struct keeper *keeper)
{
	struct mxw_auto_batch *batch = mxw_auto_batch_take(keeper->automatic, keeper->now);

	if (!batch)
		return false;
	mxw_auto_batch_write(batch);
	mxw_auto_batch_done(keeper->automatic, batch, keeper->now);
	return true;
}

bool keeper_stands(const struct keeper *keeper, const char *source)
{
	uint64_t until;

	return mxw_auto_stands(keeper->automatic, prefix_of(source).key, keeper->now, &until);
}

uint64_t keeper_kernel_until(const struct keeper *keeper, const char *source)
{
	const struct mxw_prefix prefix = prefix_of(source);
	struct mxw_kernel_entry entry;

	return mxw_entries_get(&keeper->maps, MXW_CLASS_AUTO, &prefix, &entry) ? entry.expires_ns
									       : 0;
}

bool keeper_kernel_has(const struct keeper *keeper, const char *source)
{
	return keeper_kernel_until(keeper, source) != 0;
}
