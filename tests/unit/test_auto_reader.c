// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What root reads of the controller's database (userspace/state/auto_reader.h), whatever the
 * controller's user has made of it: rows or a sentence, and never a process that hangs.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "state/auto_reader.h"
#include "tests/unit/book.h"
#include "tests/unit/sandbox.h"

#define HANGS 40 /* seconds after which a test that hangs is killed */
#define TABLE                                                                                   \
	"CREATE TABLE auto(source INTEGER PRIMARY KEY, mono INTEGER, wall INTEGER, at INTEGER," \
	" score INTEGER, lists TEXT, why TEXT, round INTEGER);"
#define ENDLESS                                                                       \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS" \
	" source, 9 AS mono, 1 AS score, 'l' AS lists, 'w' AS why FROM n"

static const struct crafted {
	const char *name, *sql;
	int error;
	const char *want; /* of the rows, "SOURCE why; "; else in the sentence */
} table[] = {
	{ "as it is written", TABLE "INSERT INTO auto VALUES(7, 9, 9, 9, 3, 'l', 'w', 1)", 0,
	  "7 l w; " },
	{ "bytes that are no UTF-8",
	  TABLE "INSERT INTO auto VALUES(7, 9, 9, 9, 3, 'l', CAST(x'41ff42' AS TEXT), 1),"
		"(8, 9, 9, 9, 3, CAST(x'c328' AS TEXT), CAST(x'1b5b324a' AS TEXT), 1)",
	  0, "7 l A?B; 8 ?( ?[2J; " },
	{ "a view",
	  "CREATE VIEW auto AS SELECT 7 AS source, 9 AS mono, 1 AS score, 'l' AS lists,"
	  " 'w' AS why",
	  MXW_E_FAIL, "view" },
	{ "a view without end", "CREATE VIEW auto AS " ENDLESS, MXW_E_FAIL, "cannot read" },
	{ "no table", "CREATE TABLE other(a)", MXW_E_FAIL, "no such table" },
};

static int add(void *context, const struct mxw_auto_row *row)
{
	char *text = context;
	size_t used = strlen(text);

	(void)snprintf(text + used, 512 - used, "%llu %s %s; ", (unsigned long long)row->source,
		       row->lists, row->why);
	return MXW_OK;
}

/* All rows, or the error and its sentence. */
static int read_all(const char *path, char rows[512], struct mxw_err *err)
{
	struct mxw_auto_reader *reader;
	int error = mxw_auto_reader_open(path, &reader, err);

	rows[0] = '\0';
	(void)alarm(HANGS);
	if (!error)
		error = mxw_auto_reader_each(reader, 0, add, rows, err);
	mxw_auto_reader_close(reader);
	(void)alarm(0);
	return error;
}

static void make(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void crafted_databases(void **state)
{
	char folder[SCRATCH_PATH], path[SCRATCH_PATH + 16], rows[512];
	struct mxw_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		(void)snprintf(path, sizeof(path), "%s/auto.db", scratch_make(folder));
		make(path, table[i].sql);
		assert_int_equal(read_all(path, rows, &err), table[i].error);
		if (table[i].error)
			expect_sentence(table[i].name, &err, table[i].want);
		else
			expect_text(table[i].name, rows, table[i].want);
		scratch_remove(folder);
	}
}

static void files_that_are_none(void **state)
{
	char folder[SCRATCH_PATH], path[SCRATCH_PATH + 16], link[SCRATCH_PATH + 16], rows[512];
	struct mxw_err err = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/auto.db", scratch_make(folder));
	(void)snprintf(link, sizeof(link), "%s/link.db", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(read_all(path, rows, &err), MXW_E_FAIL);
	expect_sentence("a FIFO", &err, "is not a regular file");
	assert_int_equal(read_all(link, rows, &err), MXW_E_FAIL);
	expect_sentence("a link", &err, "is not a regular file");
	scratch_remove(folder);
}

/* SQLite opens that file without asking what it is. */
static void a_log_that_is_a_fifo(void **state)
{
	char folder[SCRATCH_PATH], path[SCRATCH_PATH + 16], log[SCRATCH_PATH + 32], rows[512];
	struct mxw_err err = { 0 };

	(void)state;
	sandbox_require();
	(void)snprintf(path, sizeof(path), "%s/auto.db", scratch_make(folder));
	(void)snprintf(log, sizeof(log), "%s-wal", path);
	make(path, "PRAGMA journal_mode = WAL;" TABLE);
	(void)unlink(log);
	assert_int_equal(mkfifo(log, 0400), 0);
	assert_int_equal(chown(path, 65534, 65534) | chown(log, 65534, 65534) |
				 chown(folder, 65534, 65534),
			 0);
	assert_int_equal(read_all(path, rows, &err), MXW_E_FAIL);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crafted_databases),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(a_log_that_is_a_fifo),
	};

	return cmocka_run_group_tests_name("auto reader", tests, sandbox_enter, NULL);
}
