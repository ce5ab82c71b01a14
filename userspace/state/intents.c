// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Acts and entries in the store. Called by apply/ to change them, by xdpctl's
 * list and explain to read them.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "state/db.h"
#include "state/intents.h"

/* A clock that was wrong at boot has been set by then. */
#define SURE_AFTER (86400 * MXW_SECOND)

int mxw_store_act(struct mxw_store *store, const struct mxw_act *act, int64_t *id,
		  struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int64_t at = (int64_t)act->when;
	int error = mxw_db_prepare(store, &stmt, "INSERT INTO act(at, who, why) VALUES(?1, ?2, ?3)",
				   1, &at, err);

	if (!error && (sqlite3_bind_text(stmt, 2, act->who, -1, SQLITE_STATIC) != SQLITE_OK ||
		       sqlite3_bind_text(stmt, 3, act->why, -1, SQLITE_STATIC) != SQLITE_OK ||
		       sqlite3_step(stmt) != SQLITE_DONE))
		error = mxw_db_fail(store, "record the command", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	*id = sqlite3_last_insert_rowid(store->db);
	return error;
}

/* Runs a statement that is kept between calls. */
static int run_kept(struct mxw_store *store, sqlite3_stmt **kept, const char *sql,
		    const int64_t *values, int count, struct mxw_err *err)
{
	int error = MXW_OK;

	if (!*kept && sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept,
					 NULL) != SQLITE_OK)
		return mxw_db_fail(store, "change the entries", err);
	for (int i = 0; i < count; i++)
		if (sqlite3_bind_int64(*kept, i + 1, values[i]) != SQLITE_OK)
			return mxw_db_fail(store, "change the entries", err);
	if (sqlite3_step(*kept) != SQLITE_DONE)
		error = mxw_db_fail(store, "change the entries", err);
	(void)sqlite3_reset(*kept); /* repeats the error of the step */
	return error;
}

int mxw_store_put(struct mxw_store *store, const struct mxw_intent *intent, int64_t act,
		  struct mxw_err *err)
{
	int64_t mono = (int64_t)intent->expires_ns;
	const int64_t values[] = {
		intent->class,
		(int64_t)intent->prefix.key,
		intent->prefix.len,
		intent->mode,
		mono,
		mono ? mono + store->wall_offset : 0,
		act,
	};

	return run_kept(store, &store->put,
			"INSERT OR REPLACE INTO entry(class, key, len, mode, mono, wall, act)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			values, 7, err);
}

int mxw_store_delete(struct mxw_store *store, enum mxw_class class, const struct mxw_prefix *prefix,
		     bool *found, struct mxw_err *err)
{
	const int64_t values[] = { class, (int64_t)prefix->key, prefix->len };
	int error = run_kept(store, &store->delete,
			     "DELETE FROM entry WHERE class = ?1 AND key = ?2 AND len = ?3", values,
			     3, err);

	*found = !error && sqlite3_changes(store->db) > 0;
	return error;
}

int mxw_store_prune(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_db_run(store, "DELETE FROM act WHERE id NOT IN (SELECT act FROM entry)", err);
}

int mxw_store_clear(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_db_run(store, "DELETE FROM entry; DELETE FROM act", err);
}

int mxw_store_count(struct mxw_store *store, enum mxw_class class, uint64_t *exact, uint64_t *nets,
		    struct mxw_err *err)
{
	static const char sql[] = "SELECT count(*), count(*) FILTER (WHERE len < 64)"
				  " FROM entry WHERE class = ?1 AND mono <> 1";
	int64_t value = class;
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &value, err);

	*exact = *nets = 0;
	if (!error && sqlite3_step(stmt) == SQLITE_ROW) {
		*nets = (uint64_t)sqlite3_column_int64(stmt, 1);
		*exact = (uint64_t)sqlite3_column_int64(stmt, 0) - *nets;
	} else if (!error) {
		error = mxw_db_fail(store, "count the entries", err);
	}
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

#define UNKNOWN (INT64_MAX / 2) /* above every limit, so that it leads to a count */

/* Upper bounds are kept in meta, one a map: "bound" and the map's number. */
static int read_bound(struct mxw_store *store, int64_t map, uint64_t *bound, struct mxw_err *err)
{
	static const char sql[] = "SELECT value FROM meta WHERE name = 'bound' || ?1";
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &map, err);

	*bound = UNKNOWN;
	if (!error && sqlite3_step(stmt) == SQLITE_ROW)
		*bound = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt); /* a failed read counts, which is only slow */
	return error;
}

int mxw_store_fits(struct mxw_store *store, enum mxw_class class, bool net, uint64_t added,
		   uint64_t limit, bool *fits, struct mxw_err *err)
{
	const int64_t map = 2 * (int64_t) class + net;
	uint64_t bound, exact = 0, nets = 0;
	int error = read_bound(store, map, &bound, err);

	bound += added;
	*fits = true;
	if (!error && bound > limit) {
		error = mxw_store_count(store, class, &exact, &nets, err);
		bound = net ? nets : exact;
		*fits = bound <= limit;
	}
	if (error)
		return error;
	return mxw_db_exec(store, "INSERT OR REPLACE INTO meta VALUES('bound' || ?1, ?2)", 2,
			   (const int64_t[]){ map, (int64_t)bound }, err);
}

static void copy_text(char *out, size_t size, const unsigned char *text)
{
	(void)snprintf(out, size, "%s", text ? (const char *)text : "");
}

/* Callers use class and length as an index and a shift; a bad disk may hold anything. */
static bool can_be(sqlite3_stmt *stmt)
{
	int class = sqlite3_column_int(stmt, 0), len = sqlite3_column_int(stmt, 2);

	return class >= 0 && class < MXW_CLASS_COUNT && len >= 0 && len <= MXW_KEY_BITS;
}

/* Columns: class, key, len, mode, mono, at, who, why. */
static int visit_row(sqlite3_stmt *stmt, mxw_store_visit *visit, void *context)
{
	struct mxw_intent intent = {
		.class = (uint8_t)sqlite3_column_int(stmt, 0),
		.prefix = { .key = (uint64_t)sqlite3_column_int64(stmt, 1),
			    .len = (uint8_t)sqlite3_column_int(stmt, 2) },
		.mode = (uint8_t)sqlite3_column_int(stmt, 3),
		.expires_ns = (uint64_t)sqlite3_column_int64(stmt, 4),
	};
	struct mxw_act act = { .when = (uint64_t)sqlite3_column_int64(stmt, 5) };

	copy_text(act.who, sizeof(act.who), sqlite3_column_text(stmt, 6));
	copy_text(act.why, sizeof(act.why), sqlite3_column_text(stmt, 7));
	return visit(context, &intent, &act);
}

static int visit_rows(struct mxw_store *store, sqlite3_stmt *stmt, mxw_store_visit *visit,
		      void *context, struct mxw_err *err)
{
	int step, result = 0;

	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && !result)
		result = can_be(stmt) ? visit_row(stmt, visit, context) : 0;
	if (result || step == SQLITE_DONE)
		return result;
	return mxw_db_fail(store, "read the entries", err);
}

#define ENTRY_COLUMNS                                      \
	"SELECT class, key, len, mode, mono, at, who, why" \
	" FROM entry LEFT JOIN act ON act.id = entry.act"

int mxw_store_sweep(struct mxw_store *store, uint64_t now, mxw_store_visit *visit, void *context,
		    struct mxw_err *err)
{
	static const char sql[] = ENTRY_COLUMNS " WHERE mono >= ?2 AND mono <= ?1";
	/* 1: over when this boot began, by a clock that may have been ahead then. */
	const int64_t before[] = { (int64_t)now, now > SURE_AFTER ? 1 : 2 };
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 2, before, err);

	if (!error)
		error = visit_rows(store, stmt, visit, context, err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	if (error)
		return error;
	return mxw_db_exec(store, "DELETE FROM entry WHERE mono >= ?2 AND mono <= ?1", 2, before,
			   err);
}

int mxw_store_each(struct mxw_store *store, uint64_t now, mxw_store_visit *visit, void *context,
		   struct mxw_err *err)
{
	static const char sql[] = ENTRY_COLUMNS " WHERE mono = 0 OR mono > ?1"
						" ORDER BY class, key, len";
	int64_t value = (int64_t)now;
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &value, err);

	if (!error)
		error = visit_rows(store, stmt, visit, context, err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

/* Binds class and the first len bits of source. */
static bool bind_prefix(sqlite3_stmt *stmt, int class, uint64_t source, int len)
{
	uint64_t key = len ? source & (~0ULL << (MXW_KEY_BITS - len)) : 0;

	return sqlite3_bind_int(stmt, 2, class) == SQLITE_OK &&
	       sqlite3_bind_int64(stmt, 3, (int64_t)key) == SQLITE_OK &&
	       sqlite3_bind_int(stmt, 4, len) == SQLITE_OK;
}

int mxw_store_match(struct mxw_store *store, uint64_t source, uint64_t now, mxw_store_visit *visit,
		    void *context, struct mxw_err *err)
{
	static const char sql[] = ENTRY_COLUMNS " WHERE (mono = 0 OR mono > ?1)"
						" AND class = ?2 AND key = ?3 AND len = ?4";
	int64_t value = (int64_t)now;
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &value, err);

	/* Class after class, in each from the longest prefix to the shortest. */
	for (int i = 0; i < MXW_CLASS_COUNT * (MXW_KEY_BITS + 1) && !error; i++) {
		if (bind_prefix(stmt, i / (MXW_KEY_BITS + 1), source,
				MXW_KEY_BITS - i % (MXW_KEY_BITS + 1)))
			error = visit_rows(store, stmt, visit, context, err);
		else
			error = mxw_db_fail(store, "read the entries", err);
		(void)sqlite3_reset(stmt); /* repeats the error of the step */
	}
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}
