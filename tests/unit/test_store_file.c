// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store's file when it is missing, damaged, of another version, or its disk
 * is full or read-only.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "state/intents.h"
#include "tests/unit/book.h"
#include "tests/unit/database.h"
#include "tests/unit/sandbox.h"

#define PAGE 4096

static const struct line lines[] = { ALLOW("192.0.2.1"),
				     BLOCK("192.0.2.0/24"),
				     { .prefix = NULL } };
static const char text[] = "allow 192.0.2.1\nblock 192.0.2.0/24\n";

/* A directory with a store of the lines above, closed. */
static void make_store(const char *dir)
{
	struct mxw_store *store = book_open(dir);

	(void)book_put(store, lines, "root", "");
	mxw_store_close(store);
}

static const char *path_in(const char *dir, const char *name, char out[256])
{
	(void)snprintf(out, 256, "%s/%s", dir, name);
	return out;
}

/* Writes size bytes of fill at offset; a size of 0 cuts the file there. */
static void damage(const char *dir, off_t offset, size_t size, int fill)
{
	char path[256], bytes[PAGE];
	int fd = open(path_in(dir, "state.db", path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && size <= sizeof(bytes));
	memset(bytes, fill, sizeof(bytes));
	if (size)
		assert_int_equal(pwrite(fd, bytes, size, offset), size);
	else
		assert_int_equal(ftruncate(fd, offset), 0);
	(void)close(fd);
}

static off_t size_of(const char *path)
{
	struct stat info;

	return stat(path, &info) ? -1 : info.st_size;
}

static void a_damaged_file_is_refused_and_can_be_set_aside(void **state)
{
	static const struct {
		const char *name;
		off_t offset;
		size_t size;
		int fill;
		bool write; /* how it is opened */
	} rows[] = {
		{ "text", 0, 100, 'x', true },
		{ "text, to read", 0, 100, 'x', false },
		{ "cut in the header", 50, 0, 0, true },
		{ "cut in the first page", 600, 0, 0, true },
		{ "the first page zeroed behind the header", 100, 500, 0, true },
		{ "the first page full of ones", 100, 500, 0xff, true },
	};
	struct mxw_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char dir[SCRATCH_PATH], path[256], moved[256], got[BOOK_TEXT];
		struct mxw_store *store;
		off_t size;

		make_store(scratch_make(dir));
		damage(dir, rows[i].offset, rows[i].size, rows[i].fill);
		size = size_of(path_in(dir, "state.db", path));
		if (mxw_store_open(dir, rows[i].write, &store, &err) != MXW_E_FAIL)
			fail_msg("row \"%s\": opened", rows[i].name);
		assert_null(store);
		expect_sentence(rows[i].name, &err, path);
		expect_sentence(rows[i].name, &err, "is damaged: `xdpctl attach` sets it aside");
		assert_int_equal(size_of(path), size);
		assert_int_equal(mxw_store_set_aside(dir, moved, &err), MXW_OK);
		assert_int_equal(size_of(path), -1);
		assert_int_equal(size_of(moved), size);
		store = book_open(dir);
		book_of_store(store, 0, 0, got);
		expect_text(rows[i].name, got, "");
		mxw_store_close(store);
		scratch_remove(dir);
	}
}

static int ignore(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	(void)context;
	(void)intent;
	(void)act;
	return MXW_OK;
}

static int count(struct mxw_store *store, struct mxw_err *err)
{
	uint64_t exact, nets;

	return mxw_store_count(store, MXW_CLASS_BLOCK, &exact, &nets, err);
}

static int each(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_store_each(store, 0, ignore, NULL, err);
}

static int match(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_store_match(store, prefix_of("192.0.2.1").key, 0, ignore, NULL, err);
}

static void damage_further_back_is_told_when_it_is_read(void **state)
{
	static int (*const reads[])(struct mxw_store * store, struct mxw_err * err) = { count, each,
											match };
	char dir[SCRATCH_PATH];
	int64_t page;

	(void)state;
	make_store(scratch_make(dir));
	page = database_number(dir, "SELECT rootpage FROM sqlite_master WHERE name = 'entry'");
	damage(dir, (off_t)(page - 1) * PAGE, PAGE, 0xff);
	for (size_t i = 0; i < COUNT(reads); i++) {
		struct mxw_store *store = book_open(dir);
		struct mxw_err err = { 0 };

		assert_int_equal(reads[i](store, &err), MXW_E_FAIL);
		expect_sentence("entries", &err, "is damaged");
		mxw_store_close(store);
	}
	scratch_remove(dir);
}

static void setting_aside_takes_the_log_along(void **state)
{
	static const char *const names[] = { "state.db", "state.db-wal", "state.db-shm" };
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], path[256], moved[256];

	(void)state;
	(void)scratch_make(dir);
	for (size_t i = 0; i < COUNT(names); i++) {
		FILE *file = fopen(path_in(dir, names[i], path), "we");

		assert_non_null(file);
		(void)fputs("old", file);
		(void)fclose(file);
	}
	assert_int_equal(mxw_store_set_aside(dir, moved, &err), MXW_OK);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(size_of(path_in(dir, names[i], path)), -1);
		(void)snprintf(path, sizeof(path), "%s%s", moved, names[i] + strlen("state.db"));
		assert_int_equal(size_of(path), 3);
	}
	assert_int_equal(mxw_store_set_aside(dir, moved, &err), MXW_OK); /* nothing there */
	scratch_remove(dir);
}

static void a_newer_schema_is_left_alone(void **state)
{
	static const bool rows[] = { true, false };
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH];
	struct mxw_store *store;

	(void)state;
	make_store(scratch_make(dir));
	database_run(dir, "PRAGMA user_version = 5; ALTER TABLE entry ADD COLUMN new");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(mxw_store_open(dir, rows[i], &store, &err), MXW_E_FAIL);
		expect_sentence("newer", &err,
				"state.db was written by a newer mxwall (schema 5, "
				"this one knows 4): use that version");
		assert_null(strstr(err.text, "damaged")); /* attach must not set it aside */
	}
	assert_int_equal(database_number(dir, "PRAGMA user_version"), 5);
	assert_int_equal(database_number(dir, "SELECT count(new IS NULL) FROM entry"), 2);
	scratch_remove(dir);
}

static void to_read_what_is_missing_makes_nothing(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], path[256], got[BOOK_TEXT];
	struct mxw_store *store;

	(void)state;
	(void)scratch_make(dir);
	(void)path_in(dir, "sub", path);
	assert_int_equal(mxw_store_open(path, false, &store, &err), MXW_OK);
	book_of_store(store, 0, 0, got);
	expect_text("missing", got, "");
	mxw_store_close(store);
	assert_int_equal(size_of(path), -1);
	assert_int_equal(mxw_store_open(path, true, &store, &err), MXW_OK);
	mxw_store_close(store);
	assert_true(size_of(path) >= 0);
	scratch_remove(path);
	scratch_remove(dir);
}

static void a_state_directory_that_cannot_be_is_named(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], path[256];
	struct mxw_store *store;

	(void)state;
	make_store(scratch_make(dir));
	(void)path_in(dir, "state.db/sub", path);
	assert_int_equal(mxw_store_open(path, true, &store, &err), MXW_E_FAIL);
	assert_null(store);
	expect_sentence("a file", &err, path);
	expect_sentence("a file", &err, "cannot create the state directory");
	scratch_remove(dir);
}

/* A reader does not wait for a writer, and sees what was committed. */
static void a_reader_reads_beside_a_writer(void **state)
{
	static const struct line more[] = { BLOCK("203.0.113.1"), { .prefix = NULL } };
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], got[BOOK_TEXT];
	struct mxw_store *writer, *reader;

	(void)state;
	make_store(scratch_make(dir));
	writer = book_open(dir);
	assert_int_equal(mxw_store_begin(writer, &err), MXW_OK);
	(void)book_put(writer, more, "root", "");
	if (mxw_store_open(dir, false, &reader, &err))
		fail_msg("%s", err.text);
	book_of_store(reader, 0, 0, got);
	expect_text("beside", got, text);
	mxw_store_close(reader);
	mxw_store_rollback(writer);
	mxw_store_close(writer);
	scratch_remove(dir);
}

/* A tmpfs of its own, of so many bytes. */
static const char *make_disk(char dir[SCRATCH_PATH], const char *options)
{
	(void)scratch_make(dir);
	if (mount("tmpfs", dir, "tmpfs", 0, options))
		fail_msg("cannot mount a tmpfs");
	return dir;
}

static void a_full_disk_keeps_what_was_there(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], got[BOOK_TEXT];
	struct mxw_store *store;
	int error;

	(void)state;
	sandbox_require();
	make_store(make_disk(dir, "size=512k"));
	store = book_open(dir);
	error = mxw_store_begin(store, &err);
	for (uint64_t i = 0; i < 200000 && !error; i++) {
		const struct mxw_intent intent = { .class = MXW_CLASS_BLOCK,
						   .prefix = { .key = i << 13, .len = 64 } };

		error = mxw_store_put(store, &intent, 1, &err);
	}
	error = error ? error : mxw_store_commit(store, &err);
	assert_int_equal(error, MXW_E_FAIL);
	expect_sentence("full", &err, "is full; free some room and try again");
	mxw_store_rollback(store);
	mxw_store_close(store);
	store = book_open(dir);
	book_of_store(store, 0, 0, got);
	expect_text("after it", got, text);
	mxw_store_close(store);
	(void)umount2(dir, MNT_DETACH);
	scratch_remove(dir);
}

static void a_read_only_disk_can_be_read(void **state)
{
	struct mxw_err err = { 0 };
	char dir[SCRATCH_PATH], got[BOOK_TEXT];
	struct mxw_store *store;

	(void)state;
	sandbox_require();
	make_store(make_disk(dir, NULL));
	assert_int_equal(mount(NULL, dir, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(mxw_store_open(dir, true, &store, &err), MXW_E_FAIL);
	expect_sentence("to write", &err, "is not writable; run as root");
	if (mxw_store_open(dir, false, &store, &err))
		fail_msg("%s", err.text);
	book_of_store(store, 0, 0, got);
	expect_text("to read", got, text);
	mxw_store_close(store);
	(void)umount2(dir, MNT_DETACH);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_damaged_file_is_refused_and_can_be_set_aside),
		cmocka_unit_test(damage_further_back_is_told_when_it_is_read),
		cmocka_unit_test(setting_aside_takes_the_log_along),
		cmocka_unit_test(a_newer_schema_is_left_alone),
		cmocka_unit_test(to_read_what_is_missing_makes_nothing),
		cmocka_unit_test(a_state_directory_that_cannot_be_is_named),
		cmocka_unit_test(a_reader_reads_beside_a_writer),
		cmocka_unit_test(a_full_disk_keeps_what_was_there),
		cmocka_unit_test(a_read_only_disk_can_be_read),
	};

	return cmocka_run_group_tests_name("store_file", tests, sandbox_enter, NULL);
}
