// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The database itself: opening, schema, transactions, the dirty mark, and the
 * translation of times between boots. Entries are in entries.c. Called by
 * apply/, and by xdpctl to read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/intents.h"
#include "base/clock.h"
#include "state/db.h"

#define SCHEMA_VERSION 4
#define BUSY_MS 10000
#define BUSY_SOON_MS 500
#define FILE_NAME "state.db"

/* mono and wall say the same moment in two clocks: mono is exact within this
 * boot and immune to clock steps, wall carries over to the next boot. */
static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE act(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL,"
	"  why TEXT NOT NULL);"
	"CREATE TABLE entry(class INTEGER NOT NULL, key INTEGER NOT NULL, len INTEGER NOT NULL,"
	"  mode INTEGER NOT NULL, mono INTEGER NOT NULL, wall INTEGER NOT NULL,"
	"  act INTEGER NOT NULL, PRIMARY KEY(class, key, len)) WITHOUT ROWID;"
	"CREATE INDEX entry_expiry ON entry(mono) WHERE mono > 0;";

/* What version 2 has besides; a database of version 1 becomes one by this alone. */
static const char schema_feeds[] =
	"CREATE TABLE feed(name TEXT PRIMARY KEY, slot INTEGER NOT NULL UNIQUE,"
	"  action INTEGER NOT NULL, kind INTEGER NOT NULL, format INTEGER NOT NULL,"
	"  held INTEGER NOT NULL, widest4 INTEGER NOT NULL, widest6 INTEGER NOT NULL,"
	"  strip INTEGER NOT NULL, fetched INTEGER NOT NULL, tried INTEGER NOT NULL,"
	"  max_age INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,"
	"  ca_file TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL,"
	"  why_held TEXT NOT NULL, error TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL)"
	"  WITHOUT ROWID;"
	"PRAGMA user_version = 2;";

/* And version 3 besides. */
static const char schema_found[] =
	"ALTER TABLE feed ADD COLUMN found INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE feed ADD COLUMN found_held INTEGER NOT NULL DEFAULT 0;"
	"PRAGMA user_version = 3;";

/* And version 4: what is stored counts as new when it was read last, and the content of URLs (kind
 * 2) may get as old as that of a new one, 30 days, where a copy may not get any age. */
static const char schema_content[] =
	"ALTER TABLE feed ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE feed ADD COLUMN max_content INTEGER NOT NULL DEFAULT 0;"
	"UPDATE feed SET changed = fetched;"
	"UPDATE feed SET max_content = 2592000000000000 WHERE kind = 2 AND max_age > 0;"
	"PRAGMA user_version = 4;";

static int create_schema(struct mxw_store *store, struct mxw_err *err)
{
	int64_t version;
	int error = mxw_db_integer(store, "PRAGMA user_version", 0, &version, err);

	if (error)
		return error;
	if (version > SCHEMA_VERSION)
		return mxw_fail(err, MXW_E_FAIL,
				"%s was written by a newer mxwall (schema %" PRId64
				", this one knows %d): use that version, or move the file away",
				store->path, version, SCHEMA_VERSION);
	if (version == 0 && mxw_db_run(store, schema, err) != MXW_OK)
		return MXW_E_FAIL;
	if (version < 2 && mxw_db_run(store, schema_feeds, err) != MXW_OK)
		return MXW_E_FAIL;
	if (version < 3 && mxw_db_run(store, schema_found, err) != MXW_OK)
		return MXW_E_FAIL;
	return version < SCHEMA_VERSION ? mxw_db_run(store, schema_content, err) : MXW_OK;
}

/* This boot has another id than the one the times were written in. */
static int rebase_to_this_boot(struct mxw_store *store, struct mxw_err *err)
{
	const int64_t values[] = { store->wall_offset, (int64_t)mxw_clock_mono() };

	/* An entry that has ended gets the smallest time that is not "never": 1.
	 * The clock may be wrong, so it is kept for a day (mxw_store_sweep()).
	 * A wall clock that is behind, as without a clock chip, must not make a block of an
	 * hour last for years: no entry has more left than it was given. */
	return mxw_db_exec(store,
			   "UPDATE entry SET mono = CASE WHEN wall - ?1 <= ?2 THEN 1"
			   " ELSE max(1, min(wall - ?1, ?2 + wall -"
			   " coalesce((SELECT at FROM act WHERE act.id = entry.act), 0))) END"
			   " WHERE mono > 0",
			   2, values, err);
}

/* Entries that seemed to have ended when this boot began, by a clock that was ahead, have time left
 * by the clock that is right now. The maps have to follow. */
static int revive(struct mxw_store *store, struct mxw_err *err)
{
	const int64_t values[] = { store->wall_offset, (int64_t)mxw_clock_mono() };
	int error = mxw_db_exec(store,
				"UPDATE entry SET mono = min(wall - ?1, ?2 + wall -"
				" coalesce((SELECT at FROM act WHERE act.id = entry.act), 0))"
				" WHERE mono = 1 AND wall - ?1 > ?2",
				2, values, err);

	return error || !sqlite3_changes(store->db) ? error : mxw_store_set_dirty(store, true, err);
}

/* Same boot, but somebody set the wall clock: the monotonic times are right. */
static int follow_clock_step(struct mxw_store *store, struct mxw_err *err)
{
	int64_t known, offset = store->wall_offset;
	int error = mxw_db_integer(store, "SELECT value FROM meta WHERE name = 'wall_offset'",
				   offset, &known, err);

	if (error || llabs(known - offset) < (long long)MXW_SECOND)
		return error;
	error = mxw_db_exec(store, "UPDATE entry SET wall = mono + ?1 WHERE mono > 1", 1, &offset,
			    err);
	if (!error)
		error = revive(store, err);
	if (error)
		return error;
	return mxw_db_exec(store, "UPDATE meta SET value = ?1 WHERE name = 'wall_offset'", 1,
			   &offset, err);
}

static int remember_boot(struct mxw_store *store, const char *boot, struct mxw_err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO meta VALUES('boot', ?2),"
				  "('wall_offset', ?1)";
	sqlite3_stmt *stmt;
	int64_t offset = store->wall_offset;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &offset, err);

	if (!error && (sqlite3_bind_text(stmt, 2, boot, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
		       sqlite3_step(stmt) != SQLITE_DONE))
		error = mxw_db_fail(store, "note this boot", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

static int same_boot(struct mxw_store *store, const char *boot, bool *same, struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, "SELECT value FROM meta WHERE name = 'boot'", 0,
				   NULL, err);

	*same = false;
	if (!error && sqlite3_step(stmt) == SQLITE_ROW) {
		const unsigned char *known = sqlite3_column_text(stmt, 0);

		*same = known && strcmp((const char *)known, boot) == 0;
	}
	(void)sqlite3_finalize(stmt); /* a failed read rebases, which is harmless */
	return error;
}

/* Makes the monotonic times those of this boot and this wall clock. */
static int settle_clock(struct mxw_store *store, struct mxw_err *err)
{
	char boot[40];
	bool same;
	int error;

	mxw_clock_boot_id(boot);
	store->wall_offset = (int64_t)(mxw_clock_wall() - mxw_clock_mono());
	error = same_boot(store, boot, &same, err);
	if (error)
		return error;
	if (same)
		return follow_clock_step(store, err);
	error = rebase_to_this_boot(store, err);
	return error ? error : remember_boot(store, boot, err);
}

/* One transaction, begun as told, that leaves schema and times fit for use. */
static int settle(struct mxw_store *store, const char *begin, struct mxw_err *err)
{
	int error = mxw_db_run(store, begin, err);

	if (error)
		return error;
	error = create_schema(store, err);
	if (!error)
		error = settle_clock(store, err);
	if (!error)
		return mxw_store_commit(store, err);
	mxw_store_rollback(store);
	return error;
}

static int prepare_file(struct mxw_store *store, bool write, struct mxw_err *err)
{
	int error = MXW_OK;

	(void)sqlite3_busy_timeout(store->db, store->busy_ms); /* cannot fail */
	/* A reader waits for no writer, unless it has to write itself: once after a boot. */
	if (!write && settle(store, "BEGIN", NULL) == MXW_OK)
		return MXW_OK;
	if (write)
		error = mxw_db_run(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
	return error ? error : settle(store, "BEGIN IMMEDIATE", err);
}

/* Whether there is more to read than the file itself. */
static bool has_wal(const struct mxw_store *store)
{
	char path[sizeof(store->path) + 8];
	struct stat info;

	(void)snprintf(path, sizeof(path), "%s-wal", store->path);
	return !stat(path, &info) && info.st_size;
}

static bool on_read_only_disk(const struct mxw_store *store)
{
	return access(store->path, W_OK) && errno == EROFS;
}

static int connect_file(struct mxw_store *store, int flags, const char *how, struct mxw_err *err)
{
	char uri[sizeof(store->path) + 32];

	(void)snprintf(uri, sizeof(uri), "file:%s%s", store->path, how);
	if (sqlite3_open_v2(uri, &store->db, flags, NULL) != SQLITE_OK)
		return mxw_db_fail(store, "open the state", err);
	return prepare_file(store, flags & SQLITE_OPEN_CREATE, err);
}

/* The first reader after a boot makes the times those of this boot. Where the disk takes nothing, it
 * does so in a copy in memory. err stays what it was if that fails. */
static int connect_memory(struct mxw_store *store, int flags, struct mxw_err *err)
{
	sqlite3 *file = store->db;
	sqlite3_backup *backup;
	int code = sqlite3_open_v2(":memory:", &store->db, flags, NULL);

	if (code == SQLITE_OK) {
		backup = sqlite3_backup_init(store->db, "main", file, "main");
		(void)sqlite3_backup_step(backup, -1); /* its code is the end's too */
		code = sqlite3_backup_finish(backup);
	}
	(void)sqlite3_close(file);
	return code == SQLITE_OK ? prepare_file(store, false, err) : MXW_E_FAIL;
}

/* On a disk that is read-only or full SQLite cannot make the files it reads a WAL with. Where
 * there is no WAL a reader needs none, and it is then that an operator wants to know. */
static int connect_reader(struct mxw_store *store, int flags, struct mxw_err *err)
{
	int error = on_read_only_disk(store) ? MXW_E_FAIL : connect_file(store, flags, "", err);

	if (!error || (has_wal(store) && !on_read_only_disk(store)))
		return error;
	(void)sqlite3_close(store->db);
	store->db = NULL;
	error = connect_file(store, flags, "?immutable=1", err);
	return error && store->db ? connect_memory(store, flags, err) : error;
}

/* To read where there is no database yet is an empty one in memory: nothing is stored, which is
 * not an error. */
static int open_file(struct mxw_store *store, const char *dir, bool write, struct mxw_err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI;

	(void)snprintf(store->path, sizeof(store->path), "%s/" FILE_NAME, dir);
	if (write) {
		flags |= SQLITE_OPEN_CREATE;
		if (mkdir(dir, 0700) && errno != EEXIST)
			return mxw_fail(
				err, MXW_E_FAIL,
				"cannot create the state directory %s: %s; create it, or run "
				"as root",
				dir, strerror(errno));
	} else if (access(store->path, F_OK)) {
		if (errno != ENOENT && errno != ENOTDIR)
			return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s; run as root",
					store->path, strerror(errno));
		(void)snprintf(store->path, sizeof(store->path), ":memory:");
	}
	return write ? connect_file(store, flags, "", err) : connect_reader(store, flags, err);
}

static int open_store(const char *dir, bool write, int busy_ms, struct mxw_store **out,
		      struct mxw_err *err)
{
	struct mxw_store *store = calloc(1, sizeof(*store));
	int error;

	*out = NULL;
	if (!store)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	store->busy_ms = busy_ms;
	error = open_file(store, dir, write, err);
	if (error)
		mxw_store_close(store);
	else
		*out = store;
	return error;
}

int mxw_store_open(const char *dir, bool write, struct mxw_store **out, struct mxw_err *err)
{
	return open_store(dir, write, BUSY_MS, out, err);
}

int mxw_store_open_soon(const char *dir, struct mxw_store **out, struct mxw_err *err)
{
	return open_store(dir, true, BUSY_SOON_MS, out, err);
}

void mxw_store_close(struct mxw_store *store)
{
	if (!store)
		return;
	(void)sqlite3_finalize(store->put);
	(void)sqlite3_finalize(store->delete);
	(void)sqlite3_close(store->db);
	free(store);
}

int mxw_store_set_aside(const char *dir, char moved[256], struct mxw_err *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	uint64_t now = mxw_clock_wall() / MXW_SECOND;
	char from[256], to[256];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(from, sizeof(from), "%s/" FILE_NAME "%s", dir, suffixes[i]);
		(void)snprintf(to, sizeof(to), "%s/" FILE_NAME ".corrupt-%" PRIu64 "%s", dir, now,
			       suffixes[i]);
		if (i == 0)
			(void)snprintf(moved, 256, "%s", to);
		if (rename(from, to) && errno != ENOENT)
			return mxw_fail(err, MXW_E_FAIL, "cannot move %s aside: %s", from,
					strerror(errno));
	}
	return MXW_OK;
}

int mxw_store_begin(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_db_run(store, "BEGIN IMMEDIATE", err);
}

int mxw_store_commit(struct mxw_store *store, struct mxw_err *err)
{
	return mxw_db_run(store, "COMMIT", err);
}

void mxw_store_rollback(struct mxw_store *store)
{
	(void)mxw_db_run(store, "ROLLBACK", NULL); /* fails only where nothing is open */
}

int mxw_store_set_dirty(struct mxw_store *store, bool dirty, struct mxw_err *err)
{
	int64_t value = dirty;

	return mxw_db_exec(store, "INSERT OR REPLACE INTO meta VALUES('dirty', ?1)", 1, &value,
			   err);
}

int mxw_store_dirty(struct mxw_store *store, bool *dirty, struct mxw_err *err)
{
	int64_t value;
	int error = mxw_db_integer(store, "SELECT value FROM meta WHERE name = 'dirty'", 0, &value,
				   err);

	*dirty = value != 0;
	return error;
}
