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
#include <unistd.h>
#include <cmocka.h>

#include "apply/auto.h"
#include "apply/auto_table.h"
#include "base/clock.h"
#include "datapath/hints.h"
#include "state/auto_store.h"
#include "tests/unit/keeper.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define BAD "192.0.2.66"
#define WORSE "192.0.2.67"

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
	struct keeper keeper;

	(void)state;
	keeper_begin(&keeper);
	assert_false(keeper_flush(&keeper));
	keeper_block(&keeper, BAD);
	keeper_block(&keeper, WORSE);
	assert_true(keeper_flush(&keeper));
	assert_false(keeper_flush(&keeper));
	keeper_restart(&keeper, false);
	assert_true(keeper_stands(&keeper, BAD) && keeper_stands(&keeper, WORSE));
	assert_true(keeper_kernel_has(&keeper, BAD) && keeper_kernel_has(&keeper, WORSE));
	/* Its lists are known again. */
	assert_int_equal(keeper_withdraw(&keeper, "other.example"), 0);
	must(mxw_auto_store_open(KEEPER_DATABASE, &store, lost, &err), &err);
	must(mxw_auto_store_find(store, prefix_of(BAD).key, copy_row, row, &err), &err);
	mxw_auto_store_close(store);
	assert_string_equal(row, "9 zen.example listed; \"quoted'");
	assert_int_equal(keeper_withdraw(&keeper, "zen.example"), 2);
	assert_true(keeper_flush(&keeper));
	keeper_restart(&keeper, false);
	assert_false(keeper_stands(&keeper, BAD) || keeper_kernel_has(&keeper, BAD));
	assert_string_equal(keeper.notes, "");
	keeper_end(&keeper);
}

/* Killed before the batch: the kernel's entries are taken over, and written. */
static void killed_before_the_batch(void **state)
{
	struct keeper keeper;

	(void)state;
	keeper_begin(&keeper);
	keeper_block(&keeper, BAD);
	keeper_restart(&keeper, true);
	assert_true(keeper_stands(&keeper, BAD) && keeper_kernel_has(&keeper, BAD));
	assert_true(keeper_flush(&keeper));
	keeper_restart(&keeper, false);
	assert_true(keeper_stands(&keeper, BAD) && keeper_kernel_has(&keeper, BAD));
	/* Whatever list trips, it may have been behind it. */
	assert_int_equal(keeper_withdraw(&keeper, "any.example"), 1);
	keeper_end(&keeper);
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
	struct keeper keeper;

	(void)state;
	keeper_begin_with(&keeper, BAD, NULL);
	mxw_auto_close(keeper.automatic);
	keeper.automatic = NULL;
	spoil(KEEPER_DATABASE);
	keeper_restart(&keeper, true);
	assert_non_null(strstr(keeper.notes, "was damaged: kept as"));
	assert_true(keeper_stands(&keeper, BAD) &&
		    keeper_kernel_has(&keeper, BAD)); /* the kernel had it */
	assert_true(keeper_flush(&keeper));
	keeper.notes[0] = '\0';
	keeper_restart(&keeper, false);
	assert_true(keeper_stands(&keeper, BAD));
	assert_string_equal(keeper.notes, "");
	keeper_end(&keeper);
}

/* No room: goes on from memory, says so once, and writes all of it when there is room. */
static void full_disk(void **state)
{
	static char filler[1 << 16];
	struct keeper keeper;
	char source[32];
	int fd;

	(void)state;
	keeper_begin_on_disk(&keeper, "size=1m");
	keeper_block(&keeper, BAD);
	assert_true(keeper_flush(&keeper));
	fd = open(KEEPER_FOLDER "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, filler, sizeof(filler)) > 0)
		;
	(void)close(fd);
	for (int i = 0; i < 2000; i++)
		keeper_block(&keeper, keeper_nth(i, source));
	assert_true(keeper_flush(&keeper));
	assert_non_null(strstr(keeper.notes, "tried again every minute"));
	assert_false(mxw_auto_counts(keeper.automatic).storing);
	assert_true(keeper_kernel_has(&keeper, source));
	keeper.notes[0] = '\0';
	assert_false(keeper_flush(&keeper)); /* not before a minute is over */
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_string_equal(keeper.notes, "");
	assert_int_equal(unlink(KEEPER_FOLDER "/filler"), 0);
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_non_null(strstr(keeper.notes, "written to " KEEPER_DATABASE " again"));
	assert_true(mxw_auto_counts(keeper.automatic).storing);
	keeper_restart(&keeper, false);
	assert_true(keeper_stands(&keeper, source) && keeper_stands(&keeper, BAD));
	keeper_end(&keeper);
}

/* More changes than wait: all of it is written, and what is gone is gone. */
static void more_than_can_wait(void **state)
{
	const struct mxw_sanction none = { .rung = MXW_RUNG_NONE };
	struct mxw_auto_order order = { .sanction = &none, .who = "test" };
	struct keeper keeper;

	(void)state;
	keeper_begin_with(&keeper, BAD, WORSE);
	order.source = prefix_of(WORSE).key;
	for (int i = 0; i < 33000; i++) {
		keeper_block(&keeper, "192.0.2.99");
		order.source = prefix_of("192.0.2.99").key;
		mxw_auto_decide(keeper.automatic, &order, keeper.now);
	}
	order.source = prefix_of(WORSE).key;
	mxw_auto_decide(keeper.automatic, &order, keeper.now);
	assert_true(keeper_flush(&keeper));
	keeper_restart(&keeper, false);
	assert_true(keeper_stands(&keeper, BAD));
	assert_false(keeper_stands(&keeper, WORSE) || keeper_stands(&keeper, "192.0.2.99"));
	keeper_end(&keeper);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlasts_a_restart), cmocka_unit_test(killed_before_the_batch),
		cmocka_unit_test(damaged_database),   cmocka_unit_test(full_disk),
		cmocka_unit_test(more_than_can_wait), cmocka_unit_test(table_against_array),
	};

	return cmocka_run_group_tests_name("auto_store", tests, sandbox_enter, NULL);
}
