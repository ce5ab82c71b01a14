// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries when something goes wrong: cases C10, C12 and C14,
 * and a controller that is killed between a change and the batch that would have stored it.
 *
 * bpf_map_update_batch() and fdatasync() below stand in front of the real ones.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cmocka.h>

#include "apply/auto_compare.h"
#include "base/clock.h"
#include "datapath/entries.h"
#include "tests/unit/database.h"
#include "tests/unit/faults.h"
#include "tests/unit/keeper.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define BAD "192.0.2.66"
#define WORSE "192.0.2.67"
#define DAY (86400 * (int64_t)MXW_SECOND)
#define SLACK ((int64_t)MXW_SECOND) /* what a test may take */

static struct {
	int sync_code; /* every sync: errno */
	int syncs; /* that failed */
} fault;

static int calm(void **state)
{
	(void)state;
	memset(&fault, 0, sizeof(fault));
	faults_in_batches(0, 0);
	return 0;
}

int bpf_map_update_batch(int fd, const void *keys, const void *values, __u32 *count,
			 const struct bpf_map_batch_opts *opts)
{
	return faults_update_batch(fd, keys, values, count, opts);
}

static int refuse_sync(void)
{
	fault.syncs++;
	errno = fault.sync_code;
	return -1;
}

int fsync(int fd)
{
	return fault.sync_code ? refuse_sync() : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	return fault.sync_code ? refuse_sync() : REAL(fdatasync)(fd);
}

static int64_t row_number(const char *sql)
{
	return database_file_number(KEEPER_DATABASE, sql);
}

static void row_run(const char *format, int64_t a)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql), format, (long long)a);
	database_file_run(KEEPER_DATABASE, sql);
}

/* The kernel stops in the middle of what is put back: the rest goes in one by one. */
static void C10_batch_fails_half_way(void **state)
{
	static const struct {
		int code, done;
	} cases[] = { { ENOMEM, 0 }, { ENOMEM, 1 }, { EBUSY, 50 }, { EBUSY, 99 } };
	struct keeper keeper;
	char source[32];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		keeper_begin(&keeper);
		for (int n = 0; n < 100; n++)
			keeper_block(&keeper, keeper_nth(n, source));
		assert_true(keeper_flush(&keeper));
		faults_in_batches(cases[i].code, cases[i].done);
		keeper_restart(&keeper, false);
		faults_in_batches(0, 0);
		for (int n = 0; n < 100; n++)
			assert_true(keeper_kernel_has(&keeper, keeper_nth(n, source)));
		marks_expect("batch", &keeper.maps);
		keeper_end(&keeper);
	}
}

/* The wall clock was a day ahead or behind when the row was written, and was set since: in this
 * boot nothing ends earlier or later by it, and what a reboot would count by is corrected. */
static void C12_wall_clock_set_by_a_day(void **state)
{
	static const int64_t steps[] = { DAY, -DAY };
	struct keeper keeper;
	uint64_t until;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		int64_t left;

		keeper_begin_with(&keeper, BAD, NULL);
		until = keeper_kernel_until(&keeper, BAD);
		row_run("UPDATE auto SET wall = wall + %lld", steps[i]);
		row_run("UPDATE auto SET at = at + %lld", steps[i]);
		keeper_restart(&keeper, true);
		assert_true(keeper_kernel_until(&keeper, BAD) == until);
		keeper_block(&keeper, WORSE);
		assert_true(keeper_flush(&keeper));
		/* The other one, which was not written again. */
		row_run("UPDATE meta SET value = 'another boot' WHERE name = 'boot'", 0);
		keeper_restart(&keeper, false);
		left = (int64_t)(keeper_kernel_until(&keeper, BAD) - until);
		assert_in_range(left + SLACK, 0, 2 * SLACK);
		keeper_end(&keeper);
	}
}

/* The file system went read-only, and the controller starts: said once, and got over. */
static void C14_read_only(void **state)
{
	struct keeper keeper;

	(void)state;
	keeper_begin_on_disk(&keeper, "size=4m");
	keeper_block(&keeper, BAD);
	assert_true(keeper_flush(&keeper));
	mxw_auto_close(keeper.automatic);
	assert_int_equal(mount("none", KEEPER_FOLDER, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	keeper_start(&keeper);
	assert_non_null(strstr(keeper.notes, "is not writable"));
	assert_true(keeper_stands(&keeper, BAD) && keeper_kernel_has(&keeper, BAD));
	keeper.notes[0] = '\0';
	keeper_block(&keeper, WORSE);
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_false(mxw_auto_counts(keeper.automatic).storing);
	assert_string_equal(keeper.notes, "");
	assert_int_equal(mount("none", KEEPER_FOLDER, NULL, MS_REMOUNT, NULL), 0);
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_non_null(strstr(keeper.notes, "again"));
	assert_int_equal(row_number("SELECT count(*) FROM auto"), 2);
	keeper_end(&keeper);
}

/* Syncs matter when a log of changes becomes part of the file: here at each start. */
static void C14_sync_fails(void **state)
{
	struct keeper keeper;

	(void)state;
	keeper_begin_with(&keeper, BAD, NULL);
	mxw_auto_close(keeper.automatic);
	assert_int_equal(unlink(KEEPER_DATABASE), 0); /* made again, which is synced */
	fault.sync_code = EIO;
	keeper_start(&keeper);
	assert_true(fault.syncs > 0);
	assert_non_null(strstr(keeper.notes, "going on without what it held"));
	assert_true(keeper_stands(&keeper, BAD) && keeper_kernel_has(&keeper, BAD));
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_false(mxw_auto_counts(keeper.automatic).storing);
	fault.sync_code = 0;
	keeper.now += 61 * MXW_SECOND;
	assert_true(keeper_flush(&keeper));
	assert_true(mxw_auto_counts(keeper.automatic).storing);
	assert_int_equal(row_number("SELECT count(*) FROM auto"), 1);
	keeper_end(&keeper);
}

/* A list was found out, or said something else, and the controller was killed before that was
 * stored: the kernel's map knows. */
static void killed_after_a_withdrawal(void **state)
{
	struct keeper keeper;

	(void)state;
	keeper_begin_with(&keeper, BAD, WORSE);
	keeper_unblock(&keeper, BAD);
	keeper_restart(&keeper, true);
	assert_false(keeper_stands(&keeper, BAD) || keeper_kernel_has(&keeper, BAD));
	assert_true(keeper_stands(&keeper, WORSE) && keeper_kernel_has(&keeper, WORSE));
	assert_true(keeper_flush(&keeper));
	assert_int_equal(row_number("SELECT count(*) FROM auto"), 1);
	assert_int_equal(keeper_withdraw(&keeper, KEEPER_LIST), 1);
	keeper_restart(&keeper, true);
	assert_false(keeper_stands(&keeper, WORSE) || keeper_kernel_has(&keeper, WORSE));
	assert_true(keeper_flush(&keeper));
	keeper_restart(&keeper, false); /* and with new maps nothing comes back */
	assert_false(keeper_kernel_has(&keeper, BAD) || keeper_kernel_has(&keeper, WORSE));
	keeper_end(&keeper);
}

/* What was renewed after the last batch keeps its new end; its lists are known. */
static void killed_after_a_renewal(void **state)
{
	struct keeper keeper;
	uint64_t until;

	(void)state;
	keeper_begin_with(&keeper, BAD, NULL);
	keeper.now += 100 * MXW_SECOND;
	keeper_block(&keeper, BAD);
	until = keeper_kernel_until(&keeper, BAD);
	keeper_restart(&keeper, true);
	assert_true(keeper_kernel_until(&keeper, BAD) == until);
	assert_true(keeper_flush(&keeper));
	assert_true((uint64_t)row_number("SELECT mono FROM auto") == until);
	assert_int_equal(keeper_withdraw(&keeper, "other.example"), 0);
	assert_int_equal(keeper_withdraw(&keeper, KEEPER_LIST), 1);
	keeper_end(&keeper);
}

/* Of a copy: the reader is a process that begins as a copy of this one, and SQLite must not find
 * a file there that it believes to be open. */
static void look(const struct keeper *keeper, struct mxw_auto_looked *out)
{
	static const char copy[] = "for s in '' -wal; do cp " KEEPER_DATABASE "$s " KEEPER_DATABASE
				   ".copy$s; done";
	struct mxw_auto_reader *store;
	struct mxw_err err;

	assert_int_equal(system(copy), 0); /* NOLINT(cert-env33-c) */
	must(mxw_auto_reader_open(KEEPER_DATABASE ".copy", &store, &err), &err);
	must(mxw_auto_look(store, &keeper->maps, keeper->now, out, &err), &err);
	mxw_auto_reader_close(store);
}

/* What verify finds: both ways, and nothing that is only a moment late. */
static void differences_are_found(void **state)
{
	const struct mxw_prefix bad = prefix_of(BAD);
	struct mxw_auto_looked first, second;
	struct keeper keeper;
	struct mxw_err err;

	(void)state;
	keeper_begin_with(&keeper, BAD, WORSE);
	look(&keeper, &first);
	assert_int_equal(first.checked, 2);
	assert_int_equal(first.count + first.overlooked, 0);
	mxw_auto_looked_free(&first);
	must(mxw_entries_delete(&keeper.maps, MXW_CLASS_AUTO, &bad, 1, &err), &err);
	keeper_block(&keeper, "192.0.2.68"); /* is to be stored */
	look(&keeper, &first);
	assert_int_equal(first.count, 2);
	assert_int_equal(first.items[0].kind, MXW_DIFFERENCE_MISSING);
	assert_true(first.items[0].prefix.key == bad.key);
	assert_int_equal(first.items[1].kind, MXW_DIFFERENCE_EXTRA);
	assert_true(keeper_flush(&keeper));
	look(&keeper, &second);
	mxw_auto_looked_common(&first, &second);
	assert_int_equal(second.count, 1);
	assert_true(second.items[0].prefix.key == bad.key);
	mxw_auto_looked_free(&first);
	mxw_auto_looked_free(&second);
	keeper_end(&keeper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(C10_batch_fails_half_way, calm),
		cmocka_unit_test_setup(C12_wall_clock_set_by_a_day, calm),
		cmocka_unit_test_setup(C14_read_only, calm),
		cmocka_unit_test_setup(C14_sync_fails, calm),
		cmocka_unit_test_setup(killed_after_a_withdrawal, calm),
		cmocka_unit_test_setup(killed_after_a_renewal, calm),
		cmocka_unit_test_setup(differences_are_found, calm),
	};

	return cmocka_run_group_tests_name("auto_faults", tests, sandbox_enter, NULL);
}
