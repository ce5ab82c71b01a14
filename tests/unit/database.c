// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plain SQLite. Called by the tests of state and apply.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/database.h"

static const char *path_in(const char *dir, char path[256])
{
	(void)snprintf(path, 256, "%s/state.db", dir);
	return path;
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		fail_msg("%s: %s", path, sqlite3_errmsg(db));
	return db;
}

void database_file_run(const char *path, const char *sql)
{
	sqlite3 *db = open_file(path);

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}

int64_t database_file_number(const char *path, const char *sql)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *stmt = NULL;
	int64_t value;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return value;
}

void database_run(const char *dir, const char *sql)
{
	char path[256];

	database_file_run(path_in(dir, path), sql);
}

int64_t database_number(const char *dir, const char *sql)
{
	char path[256];

	return database_file_number(path_in(dir, path), sql);
}
