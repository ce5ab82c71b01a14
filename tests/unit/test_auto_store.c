// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries over restarts: the database, damaged, full, gone and slow; and the hash
 * table under them against a plain array.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "apply/auto.h"
#include "apply/auto_share.h"
#include "apply/auto_table.h"
#include "base/clock.h"
#include "datapath/hints.h"
#include "state/auto_store.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define BAD "192.0.2.66"
#define WORSE "192.0.2.67"
#define FOLDER "/var/lib/mxwalld"
#define DATABASE FOLDER "/auto.db"

static char notes[2048];

static void note(void *context, const char *sentence)
{
	size_t at = strlen(notes);

	(void)context;
	(void)snprintf(notes + at, sizeof(notes) - at, "%s\n", sentence);
}

static const struct mxw_auto_events events = { .note = note };

struct stage {
	struct mxw_maps maps;
	struct mxw_auto *automatic;
	uint64_t now;
};

/* The controller starts. */
static void start(struct stage *stage)
{
	struct mxw_auto_rules rules = mxw_auto_default_rules();
	struct mxw_err err;

	rules.per_minute = 0;
	stage->now = mxw_clock_mono();
	must(mxw_auto_open(&stage->maps, &rules, DATABASE, &events, &stage->automatic, &err), &err);
	must(mxw_auto_load(stage->automatic, stage->now, &err), &err);
}

static void begin(struct stage *stage)
{
	struct mxw_err err;

	sandbox_require();
	notes[0] = '\0';
	scratch_remove(FOLDER);
	assert_int_equal(mkdir(FOLDER, 0700), 0);
	stage->maps = marks_begin();
	must(mxw_hints_rebuild(&stage->maps, &err), &err);
	start(stage);
}

static void end(struct stage *stage)
{
	mxw_auto_close(stage->automatic);
	marks_end(&stage->maps);
}

static void block(struct stage *stage, const char *source)
{
	const struct mxw_decision decision = { .rung = MXW_RUNG_DROP,
					       .score = 9,
					       .until = stage->now + 600 * MXW_SECOND,
					       .refresh = stage->now + 300 * MXW_SECOND,
					       .why = "listed; \"quoted'" };
	const struct mxw_auto_order order = {
		.source = prefix_of(source).key,
		.decision = &decision,
		.lists = mxw_auto_list(stage->automatic, "zen.example"),
		.who = "test",
	};

	mxw_auto_decide(stage->automatic, &order, stage->now);
}

/* Writes what waits. False: there was nothing. */
static bool flush(struct stage *stage)
{
	struct mxw_auto_batch *batch = mxw_auto_batch_take(stage->automatic, stage->now);

	if (!batch)
		return false;
	mxw_auto_batch_write(batch);
	mxw_auto_batch_done(stage->automatic, batch, stage->now);
	return true;
}

static bool stands(const struct stage *stage, const char *source)
{
	uint64_t until;

	return mxw_auto_stands(stage->automatic, prefix_of(source).key, stage->now, &until);
}

/* The maps are new, as after a reboot. */
static void restart(struct stage *stage, bool keep_maps)
{
	struct mxw_err err;

	mxw_auto_close(stage->automatic);
	if (!keep_maps) {
		mxw_maps_close(&stage->maps);
		must(mxw_pins_remove(&err), &err);
		attached_pin(1024);
		stage->maps = attached_open();
		must(mxw_hints_rebuild(&stage->maps, &err), &err);
	}
	start(stage);
}

static bool kernel_has(const struct stage *stage, const char *source)
{
	const struct mxw_prefix prefix = prefix_of(source);
	struct mxw_kernel_entry entry;

	return mxw_entries_get(&stage->maps, MXW_CLASS_AUTO, &prefix, &entry);
}

static int copy_row(void *context, const struct mxw_auto_row *row)
{
	char *out = context;

	(void)snprintf(out, 256, "%d %s %s", row->score, row->lists, row->why);
	return 0;
}

static void outlasts_a_restart(void **state)
{
	struct mxw_auto_store *store;
	char row[256] = "", lost[300];
	struct mxw_err err;
	struct stage stage;

	(void)state;
	begin(&stage);
	assert_false(flush(&stage));
	block(&stage, BAD);
	block(&stage, WORSE);
	assert_true(flush(&stage));
	assert_false(flush(&stage));
	restart(&stage, false);
	assert_true(stands(&stage, BAD) && stands(&stage, WORSE));
	assert_true(kernel_has(&stage, BAD) && kernel_has(&stage, WORSE));
	/* Its lists are known again. */
	assert_int_equal(mxw_auto_withdraw(stage.automatic,
					   mxw_auto_list(stage.automatic, "other.example"), "",
					   stage.now),
			 0);
	must(mxw_auto_store_open(DATABASE, &store, lost, &err), &err);
	must(mxw_auto_store_find(store, prefix_of(BAD).key, copy_row, row, &err), &err);
	mxw_auto_store_close(store);
	assert_string_equal(row, "9 zen.example listed; \"quoted'");
	assert_int_equal(mxw_auto_withdraw(stage.automatic,
					   mxw_auto_list(stage.automatic, "zen.example"), "",
					   stage.now),
			 2);
	assert_true(flush(&stage));
	restart(&stage, false);
	assert_false(stands(&stage, BAD) || kernel_has(&stage, BAD));
	assert_string_equal(notes, "");
	end(&stage);
}

/* Killed before the batch: the kernel's entries are taken over, and written. */
static void killed_before_the_batch(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD);
	restart(&stage, true);
	assert_true(stands(&stage, BAD) && kernel_has(&stage, BAD));
	assert_true(flush(&stage));
	restart(&stage, false);
	assert_true(stands(&stage, BAD) && kernel_has(&stage, BAD));
	/* Whatever list trips, it may have been behind it. */
	assert_int_equal(mxw_auto_withdraw(stage.automatic,
					   mxw_auto_list(stage.automatic, "any.example"), "",
					   stage.now),
			 1);
	end(&stage);
}

static void spoil(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char noise[8192];

	assert_true(fd >= 0);
	memset(noise, 0x5a, sizeof(noise));
	assert_int_equal(write(fd, noise, sizeof(noise)), sizeof(noise));
	(void)close(fd);
}

static void damaged_database(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD);
	assert_true(flush(&stage));
	mxw_auto_close(stage.automatic);
	stage.automatic = NULL;
	spoil(DATABASE);
	restart(&stage, true);
	assert_non_null(strstr(notes, "was damaged: kept as"));
	assert_true(stands(&stage, BAD) && kernel_has(&stage, BAD)); /* the kernel had it */
	assert_true(flush(&stage));
	notes[0] = '\0';
	restart(&stage, false);
	assert_true(stands(&stage, BAD));
	assert_string_equal(notes, "");
	end(&stage);
}

/* No room: goes on from memory, says so once, and writes all of it when there is room. */
static void full_disk(void **state)
{
	static char filler[1 << 16];
	struct stage stage;
	char source[32];
	int fd;

	(void)state;
	begin(&stage);
	mxw_auto_close(stage.automatic);
	assert_int_equal(mount("none", FOLDER, "tmpfs", 0, "size=1m"), 0);
	start(&stage);
	block(&stage, BAD);
	assert_true(flush(&stage));
	fd = open(FOLDER "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, filler, sizeof(filler)) > 0)
		;
	(void)close(fd);
	for (int i = 0; i < 2000; i++) {
		(void)snprintf(source, sizeof(source), "10.0.%d.%d", i / 250, i % 250);
		block(&stage, source);
	}
	assert_true(flush(&stage));
	assert_non_null(strstr(notes, "tried again every minute"));
	assert_false(mxw_auto_counts(stage.automatic).storing);
	assert_true(kernel_has(&stage, source));
	notes[0] = '\0';
	assert_false(flush(&stage)); /* not before a minute is over */
	stage.now += 61 * MXW_SECOND;
	assert_true(flush(&stage));
	assert_string_equal(notes, "");
	assert_int_equal(unlink(FOLDER "/filler"), 0);
	stage.now += 61 * MXW_SECOND;
	assert_true(flush(&stage));
	assert_non_null(strstr(notes, "written to " DATABASE " again"));
	assert_true(mxw_auto_counts(stage.automatic).storing);
	restart(&stage, false);
	assert_true(stands(&stage, source) && stands(&stage, BAD));
	mxw_auto_close(stage.automatic);
	stage.automatic = NULL;
	(void)umount2(FOLDER, MNT_DETACH);
	end(&stage);
}

/* More changes than wait: all of it is written, and what is gone is gone. */
static void more_than_can_wait(void **state)
{
	const struct mxw_decision none = { .rung = MXW_RUNG_NONE };
	struct mxw_auto_order order = { .decision = &none, .who = "test" };
	struct stage stage;

	(void)state;
	begin(&stage);
	block(&stage, BAD);
	block(&stage, WORSE);
	assert_true(flush(&stage));
	order.source = prefix_of(WORSE).key;
	for (int i = 0; i < 33000; i++) {
		block(&stage, "192.0.2.99");
		order.source = prefix_of("192.0.2.99").key;
		mxw_auto_decide(stage.automatic, &order, stage.now);
	}
	order.source = prefix_of(WORSE).key;
	mxw_auto_decide(stage.automatic, &order, stage.now);
	assert_true(flush(&stage));
	restart(&stage, false);
	assert_true(stands(&stage, BAD));
	assert_false(stands(&stage, WORSE) || stands(&stage, "192.0.2.99"));
	end(&stage);
}

static void table_against_array(void **state)
{
	static bool there[512];
	struct mxw_auto_table table;
	size_t count = 0;

	(void)state;
	srandom(7);
	assert_int_equal(mxw_auto_table_init(&table), 0);
	for (int step = 0; step < 200000; step++) {
		uint64_t key = 1 + (uint64_t)random() % 511;
		/* Many share a home: the hash drops the low bits of the product. */
		struct mxw_auto_entry *entry = mxw_auto_table_find(&table, key << 52 | 1);

		assert_true(!!entry == there[key]);
		if (entry) {
			mxw_auto_table_remove(&table, entry);
			count--;
		} else {
			assert_non_null(mxw_auto_table_put(&table, key << 52 | 1));
			count++;
		}
		there[key] = !there[key];
		assert_int_equal(table.count, count);
	}
	for (uint64_t key = 1; key < 100000; key++)
		assert_non_null(mxw_auto_table_put(&table, key << 16 | 7));
	for (uint64_t key = 1; key < 100000; key++)
		assert_non_null(mxw_auto_table_find(&table, key << 16 | 7));
	mxw_auto_table_free(&table);
}

static void share_slides(void **state)
{
	struct mxw_auto_share share;

	(void)state;
	mxw_auto_share_init(&share, 160 * MXW_SECOND);
	mxw_auto_share_feed(&share, 1, 0, 0);
	mxw_auto_share_feed(&share, MXW_SECOND, 99, 99);
	assert_false(mxw_auto_share_above(&share, 50)); /* too few */
	mxw_auto_share_feed(&share, 2 * MXW_SECOND, 200, 150);
	assert_true(mxw_auto_share_above(&share, 50));
	assert_false(mxw_auto_share_above(&share, 80));
	for (uint64_t s = 3; s < 400; s++)
		mxw_auto_share_feed(&share, s * MXW_SECOND, 200 + s * 10, 150 + s);
	assert_in_range(share.all, 1400, 1700);
	assert_in_range(share.dropped, 140, 170);
	mxw_auto_share_feed(&share, 400 * MXW_SECOND, 5, 0); /* counters of a new filter */
	assert_int_equal(share.all, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlasts_a_restart), cmocka_unit_test(killed_before_the_batch),
		cmocka_unit_test(damaged_database),   cmocka_unit_test(full_disk),
		cmocka_unit_test(more_than_can_wait), cmocka_unit_test(table_against_array),
		cmocka_unit_test(share_slides),
	};

	return cmocka_run_group_tests_name("auto_store", tests, sandbox_enter, NULL);
}
