// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The database of automatic entries. Called by apply, which writes on a thread of its own, and by
 * xdpctl to read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "state/auto_store.h"
#include "state/db.h"

#define SCHEMA_VERSION 1
#define BUSY_MS 2000

struct mxw_auto_store {
	struct mxw_store base; /* for db.h: only db and path are in use */
	sqlite3_stmt *put, *drop;
	int64_t wall_offset; /* of the batch that is being written: CLOCK_REALTIME minus
				CLOCK_MONOTONIC, ns; 0 before the first */
	int64_t round; /* of the batch that is being written */
};

/* mono is exact in the boot that wrote it, wall and at carry over to the next one. */
static const char schema[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE;"
	"CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS auto(source INTEGER PRIMARY KEY, mono INTEGER NOT NULL,"
	"  wall INTEGER NOT NULL, at INTEGER NOT NULL, score INTEGER NOT NULL,"
	"  lists TEXT NOT NULL, why TEXT NOT NULL, round INTEGER NOT NULL);"
	"PRAGMA user_version = 1; COMMIT;";

static int64_t wall_offset(void)
{
	return (int64_t)(mxw_clock_wall() - mxw_clock_mono());
}

static bool damaged(const struct mxw_auto_store *store)
{
	int code = store->base.db ? sqlite3_errcode(store->base.db) : SQLITE_OK;

	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

static int fail(struct mxw_auto_store *store, struct mxw_err *err)
{
	if (damaged(store))
		return mxw_fail(err, MXW_E_DEGRADED, "the database %s is damaged",
				store->base.path);
	return mxw_db_fail(&store->base, "write automatic entries", err);
}

static int run(struct mxw_auto_store *store, const char *sql, struct mxw_err *err)
{
	if (sqlite3_exec(store->base.db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(store, err);
	return MXW_OK;
}

static int check_version(struct mxw_auto_store *store, struct mxw_err *err)
{
	int64_t version;

	if (mxw_db_integer(&store->base, "PRAGMA user_version", 0, &version, err))
		return fail(store, err);
	if (version > SCHEMA_VERSION)
		return mxw_fail(err, MXW_E_FAIL,
				"%s was written by a newer mxwall (schema %" PRId64
				", this one knows %d): use that version, or move the file away",
				store->base.path, version, SCHEMA_VERSION);
	return MXW_OK;
}

/* Reads every page, so that damage shows now and not in the middle of a walk. */
static int check_pages(struct mxw_auto_store *store, struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	bool sound = false;

	if (sqlite3_prepare_v2(store->base.db, "PRAGMA quick_check(1)", -1, &stmt, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		sound = strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	if (sound)
		return MXW_OK;
	return mxw_fail(err, MXW_E_DEGRADED, "the database %s is damaged", store->base.path);
}

/* After a reboot mono is made again from wall. A row that has more time left than it
 * was given got that from a clock that was behind. */
static int settle_boot(struct mxw_auto_store *store, struct mxw_err *err)
{
	static const char *const steps[] = {
		"UPDATE auto SET mono = max(1, ?2 + min(wall - ?1 - ?2, wall - at))"
		" WHERE (SELECT value FROM meta WHERE name = 'boot') IS NOT ?3",
		"DELETE FROM meta WHERE name = 'map'"
		" AND (SELECT value FROM meta WHERE name = 'boot') IS NOT ?3",
		"INSERT OR REPLACE INTO meta VALUES('boot', ?3)",
	};
	const int64_t values[] = { wall_offset(), (int64_t)mxw_clock_mono() };
	int error = MXW_OK;
	char boot[40];

	mxw_clock_boot_id(boot);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !error; i++) {
		sqlite3_stmt *stmt;

		error = mxw_db_prepare(&store->base, &stmt, steps[i], i == 0 ? 2 : 0, values, err);
		if (!error && (sqlite3_bind_text(stmt, 3, boot, -1, SQLITE_TRANSIENT) ||
			       sqlite3_step(stmt) != SQLITE_DONE))
			error = fail(store, err);
		(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	}
	return error;
}

/* In the same boot, a wall clock that was set corrects the wall times; a second is not a step. */
static int settle_wall(struct mxw_auto_store *store, struct mxw_err *err)
{
	static const char sql[] = "UPDATE auto SET at = at + (?1 + mono - wall), wall = ?1 + mono"
				  " WHERE abs(wall - mono - ?1) > 1000000000";
	int64_t offset = wall_offset();

	if (store->wall_offset && llabs(offset - store->wall_offset) < 1000000000)
		return MXW_OK;
	store->wall_offset = offset;
	return mxw_db_exec(&store->base, sql, 1, &offset, err);
}

static int open_as(struct mxw_auto_store *store, int flags, struct mxw_err *err)
{
	if (sqlite3_open_v2(store->base.path, &store->base.db, flags, NULL) != SQLITE_OK)
		return fail(store, err);
	(void)sqlite3_busy_timeout(store->base.db, BUSY_MS); /* cannot fail */
	/* Tables, as they are written here, and nothing that a file could bring along. */
	if (sqlite3_db_config(store->base.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) ||
	    sqlite3_db_config(store->base.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) ||
	    sqlite3_db_config(store->base.db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL) ||
	    sqlite3_db_config(store->base.db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL))
		return fail(store, err);
	return check_version(store, err);
}

static int open_to_read(struct mxw_auto_store *store, struct mxw_err *err)
{
	return open_as(store, SQLITE_OPEN_READONLY, err);
}

static int open_file(struct mxw_auto_store *store, struct mxw_err *err)
{
	int error = open_as(store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);

	if (!error)
		error = check_pages(store, err);
	if (!error)
		error = run(store, schema, err);
	return error ? error : settle_boot(store, err);
}

static int open_store(const char *path, int (*open)(struct mxw_auto_store *, struct mxw_err *),
		      struct mxw_auto_store **out, struct mxw_err *err)
{
	struct mxw_auto_store *store = calloc(1, sizeof(*store));
	int error;

	*out = NULL;
	if (!store)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	(void)snprintf(store->base.path, sizeof(store->base.path), "%s", path);
	error = open(store, err);
	if (error)
		mxw_auto_store_close(store);
	else
		*out = store;
	return error;
}

static int set_aside(const char *path, char lost[300], struct mxw_err *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	uint64_t now = mxw_clock_wall() / MXW_SECOND;
	char from[300], to[300];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(from, sizeof(from), "%s%s", path, suffixes[i]);
		(void)snprintf(to, sizeof(to), "%s.corrupt-%" PRIu64 "%s", path, now, suffixes[i]);
		if (rename(from, to) && errno != ENOENT)
			return mxw_fail(err, MXW_E_FAIL, "cannot move the damaged %s aside: %s",
					from, strerror(errno));
		if (i == 0)
			(void)snprintf(lost, 300, "%s", to);
	}
	return MXW_OK;
}

int mxw_auto_store_open(const char *path, struct mxw_auto_store **out, char lost[300],
			struct mxw_err *err)
{
	int error = open_store(path, open_file, out, err);

	lost[0] = '\0';
	if (error != MXW_E_DEGRADED)
		return error;
	error = set_aside(path, lost, err);
	return error ? error : open_store(path, open_file, out, err);
}

int mxw_auto_store_read(const char *path, struct mxw_auto_store **out, struct mxw_err *err)
{
	return open_store(path, open_to_read, out, err);
}

void mxw_auto_store_close(struct mxw_auto_store *store)
{
	if (!store)
		return;
	(void)sqlite3_finalize(store->put);
	(void)sqlite3_finalize(store->drop);
	(void)sqlite3_close(store->base.db); /* no statement is left open */
	free(store);
}

static const char *text_of(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return text ? (const char *)text : "";
}

static int walk(struct mxw_auto_store *store, const char *sql, int64_t value, mxw_auto_visit *visit,
		void *context, struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(&store->base, &stmt, sql, 1, &value, err), step = SQLITE_DONE;

	while (!error && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		const struct mxw_auto_row row = { .source = (uint64_t)sqlite3_column_int64(stmt, 0),
						  .until = (uint64_t)sqlite3_column_int64(stmt, 1),
						  .score = sqlite3_column_int(stmt, 2),
						  .lists = text_of(stmt, 3),
						  .why = text_of(stmt, 4) };

		error = visit(context, &row);
	}
	if (!error && step != SQLITE_DONE)
		error = fail(store, err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_auto_store_each(struct mxw_auto_store *store, uint64_t now, mxw_auto_visit *visit,
			void *context, struct mxw_err *err)
{
	return walk(store, "SELECT source, mono, score, lists, why FROM auto WHERE mono > ?1",
		    (int64_t)now, visit, context, err);
}

int mxw_auto_store_find(struct mxw_auto_store *store, uint64_t source, mxw_auto_visit *visit,
			void *context, struct mxw_err *err)
{
	return walk(store, "SELECT source, mono, score, lists, why FROM auto WHERE source = ?1",
		    (int64_t)source, visit, context, err);
}

/* Statements of batches are prepared once. */
static int prepare(struct mxw_auto_store *store, struct mxw_err *err)
{
	static const char put[] =
		"INSERT INTO auto VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(source)"
		" DO UPDATE SET mono = ?2, wall = ?3, at = ?4, score = ?5, lists = ?6,"
		" why = CASE ?7 WHEN '' THEN why ELSE ?7 END, round = ?8";

	if (store->put && store->drop)
		return MXW_OK;
	if (sqlite3_prepare_v2(store->base.db, put, -1, &store->put, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(store->base.db, "DELETE FROM auto WHERE source = ?1", -1,
			       &store->drop, NULL) != SQLITE_OK)
		return fail(store, err);
	return MXW_OK;
}

int mxw_auto_store_map(struct mxw_auto_store *store, uint32_t *map, struct mxw_err *err)
{
	int64_t value;
	int error = mxw_db_integer(&store->base, "SELECT value FROM meta WHERE name = 'map'", 0,
				   &value, err);

	*map = error ? 0 : (uint32_t)value;
	return error;
}

int mxw_auto_store_begin(struct mxw_auto_store *store, uint32_t map, struct mxw_err *err)
{
	static const char note[] = "INSERT OR REPLACE INTO meta VALUES('map', ?1)";
	const int64_t id = map;
	int error = prepare(store, err);

	store->round = (int64_t)mxw_clock_wall();
	if (!error)
		error = run(store, "BEGIN IMMEDIATE", err);
	if (!error)
		error = settle_wall(store, err);
	return error ? error : mxw_db_exec(&store->base, note, 1, &id, err);
}

int mxw_auto_store_put(struct mxw_auto_store *store, const struct mxw_auto_row *row,
		       struct mxw_err *err)
{
	sqlite3_stmt *stmt = row->until ? store->put : store->drop;
	int64_t at = (int64_t)mxw_clock_wall(), until = (int64_t)row->until;
	int bad = sqlite3_bind_int64(stmt, 1, (int64_t)row->source);
	if (row->until)
		bad |= sqlite3_bind_int64(stmt, 2, until) |
		       sqlite3_bind_int64(stmt, 3, until + store->wall_offset) |
		       sqlite3_bind_int64(stmt, 4, at) | sqlite3_bind_int(stmt, 5, row->score) |
		       sqlite3_bind_text(stmt, 6, row->lists, -1, SQLITE_TRANSIENT) |
		       sqlite3_bind_text(stmt, 7, row->why, -1, SQLITE_TRANSIENT) |
		       sqlite3_bind_int64(stmt, 8, store->round);
	if (bad || sqlite3_step(stmt) != SQLITE_DONE)
		return fail(store, err);
	(void)sqlite3_reset(stmt); /* ends it; it went well */
	return MXW_OK;
}

int mxw_auto_store_commit(struct mxw_auto_store *store, bool whole, struct mxw_err *err)
{
	int error = MXW_OK;

	if (whole)
		error = mxw_db_exec(&store->base, "DELETE FROM auto WHERE round <> ?1", 1,
				    &store->round, err);
	return error ? error : run(store, "COMMIT", err);
}
