/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the state room only: the handle, prepared statements, and SQLite's
 * errors in the operator's words.
 */
#ifndef MXW_DB_H
#define MXW_DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "state/store.h"

struct mxw_store {
	sqlite3 *db;
	sqlite3_stmt *put; /* kept: a bulk change runs it a million times */
	sqlite3_stmt *delete;
	int64_t wall_offset; /* CLOCK_REALTIME minus CLOCK_MONOTONIC at open, ns */
	int busy_ms; /* how long to wait for another writer */
	char path[256];
};

/* The sentence for what SQLite reported last. Returns MXW_E_FAIL. */
int mxw_db_fail(struct mxw_store *store, const char *doing, struct mxw_err *err);

/* Runs SQL that returns nothing. */
int mxw_db_run(struct mxw_store *store, const char *sql, struct mxw_err *err);

/* Prepares SQL and binds count integers. The caller finalizes *stmt, also on failure. */
int mxw_db_prepare(struct mxw_store *store, sqlite3_stmt **stmt, const char *sql, int count,
		   const int64_t *values, struct mxw_err *err);

/* Runs SQL with integer parameters that returns nothing. */
int mxw_db_exec(struct mxw_store *store, const char *sql, int count, const int64_t *values,
		struct mxw_err *err);

/* The first column of the first row, fallback if there is none. */
int mxw_db_integer(struct mxw_store *store, const char *sql, int64_t fallback, int64_t *value,
		   struct mxw_err *err);

#endif
