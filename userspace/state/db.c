// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The few shapes of SQL the store needs. Called by the state room only.
 */
#include <errno.h>
#include <stddef.h>

#include "state/db.h"

static int disk_full(const struct mxw_store *store, const char *doing, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL,
			"cannot %s: the disk of %s is full; free some room and try again", doing,
			store->path);
}

int mxw_db_fail(struct mxw_store *store, const char *doing, struct mxw_err *err)
{
	switch (sqlite3_errcode(store->db)) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return mxw_fail(
			err, MXW_E_FAIL,
			"the state database %s is damaged: `xdpctl attach` sets it aside and "
			"starts with an empty one",
			store->path);
	case SQLITE_FULL:
		return disk_full(store, doing, err);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return mxw_fail(
			err, MXW_E_FAIL,
			"cannot %s: %s is not writable; run as root and check that its file "
			"system is mounted read-write",
			doing, store->path);
	case SQLITE_BUSY:
		return mxw_fail(err, MXW_E_FAIL, "cannot %s: another process holds %s; try again",
				doing, store->path);
	case SQLITE_IOERR:
		if (sqlite3_system_errno(store->db) == ENOSPC)
			return disk_full(store, doing, err);
		/* fall through */
	default:
		return mxw_fail(err, MXW_E_FAIL, "cannot %s in %s: %s", doing, store->path,
				sqlite3_errmsg(store->db));
	}
}

int mxw_db_run(struct mxw_store *store, const char *sql, struct mxw_err *err)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return mxw_db_fail(store, "change the state", err);
	return MXW_OK;
}

int mxw_db_prepare(struct mxw_store *store, sqlite3_stmt **stmt, const char *sql, int count,
		   const int64_t *values, struct mxw_err *err)
{
	*stmt = NULL;
	if (sqlite3_prepare_v2(store->db, sql, -1, stmt, NULL) != SQLITE_OK)
		return mxw_db_fail(store, "read the state", err);
	for (int i = 0; i < count; i++)
		if (sqlite3_bind_int64(*stmt, i + 1, values[i]) != SQLITE_OK)
			return mxw_db_fail(store, "read the state", err);
	return MXW_OK;
}

int mxw_db_exec(struct mxw_store *store, const char *sql, int count, const int64_t *values,
		struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, count, values, err);

	if (!error && sqlite3_step(stmt) != SQLITE_DONE)
		error = mxw_db_fail(store, "change the state", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_db_integer(struct mxw_store *store, const char *sql, int64_t fallback, int64_t *value,
		   struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 0, NULL, err), step;

	*value = fallback;
	if (!error) {
		step = sqlite3_step(stmt);
		if (step == SQLITE_ROW)
			*value = sqlite3_column_int64(stmt, 0);
		else if (step != SQLITE_DONE)
			error = mxw_db_fail(store, "read the state", err);
	}
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}
