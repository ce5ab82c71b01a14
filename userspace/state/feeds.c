// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The feeds' rows in the store. Called by apply's feeds, and by xdpctl to read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "lists/format.h"
#include "state/db.h"
#include "state/feeds.h"
#include "state/lock.h"

#define MARK MXW_RUN_DIR "/feeds-dirty"
#define NUMBERS 16
#define TEXTS 9

#define COLUMNS                                                                               \
	"slot, action, kind, format, held, widest4, widest6, strip, fetched, tried,"          \
	" max_age, at, found, found_held, changed, max_content, name, source, ca_file, etag," \
	" modified, why_held, error, who, why"

int mxw_feed_check_name(const char *text, struct mxw_err *err)
{
	return mxw_format_check_name(text, err);
}

/* Whether a stored name is safe as that of a file. */
static bool is_file_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	size_t length = strlen(text);

	return length && length < MXW_FEED_NAME && strspn(text, allowed) == length &&
	       !strchr("-_.", text[0]);
}

/* Where a text column goes. */
struct text {
	char *place;
	size_t size;
};

static void texts_of(struct mxw_feed *feed, struct text texts[TEXTS])
{
	const struct text all[TEXTS] = {
		{ feed->name, sizeof(feed->name) },
		{ feed->where, sizeof(feed->where) },
		{ feed->ca_file, sizeof(feed->ca_file) },
		{ feed->etag, sizeof(feed->etag) },
		{ feed->last_modified, sizeof(feed->last_modified) },
		{ feed->why_held, sizeof(feed->why_held) },
		{ feed->error, sizeof(feed->error) },
		{ feed->act.who, sizeof(feed->act.who) },
		{ feed->act.why, sizeof(feed->act.why) },
	};

	memcpy(texts, all, sizeof(all));
}

/* A feed from its row. Numbers are taken as they are; can_be() judges them. */
static void read_row(sqlite3_stmt *stmt, struct mxw_feed *feed)
{
	struct text texts[TEXTS];

	*feed = (struct mxw_feed){
		.slot = (uint8_t)sqlite3_column_int(stmt, 0),
		.action = (uint8_t)sqlite3_column_int(stmt, 1),
		.kind = (uint8_t)sqlite3_column_int(stmt, 2),
		.format = (uint8_t)sqlite3_column_int(stmt, 3),
		.held = sqlite3_column_int(stmt, 4) != 0,
		.widest4 = (uint8_t)sqlite3_column_int(stmt, 5),
		.widest6 = (uint8_t)sqlite3_column_int(stmt, 6),
		.strip = sqlite3_column_int(stmt, 7) != 0,
		.fetched = (uint64_t)sqlite3_column_int64(stmt, 8),
		.tried = (uint64_t)sqlite3_column_int64(stmt, 9),
		.max_age_ns = (uint64_t)sqlite3_column_int64(stmt, 10),
		.act = { .when = (uint64_t)sqlite3_column_int64(stmt, 11) },
		.found = (uint32_t)sqlite3_column_int64(stmt, 12),
		.found_held = (uint32_t)sqlite3_column_int64(stmt, 13),
		.changed = (uint64_t)sqlite3_column_int64(stmt, 14),
		.max_content_ns = (uint64_t)sqlite3_column_int64(stmt, 15),
	};
	texts_of(feed, texts);
	for (int i = 0; i < TEXTS; i++) {
		const unsigned char *text = sqlite3_column_text(stmt, NUMBERS + i);

		(void)snprintf(texts[i].place, texts[i].size, "%s", text ? (const char *)text : "");
	}
}

/* The slot is an index, and the name a file's; a bad disk may hold anything. */
static bool can_be(const struct mxw_feed *feed)
{
	return feed->slot >= 1 && feed->slot <= MXW_FEED_SLOTS && feed->action >= MXW_FEED_ALLOW &&
	       feed->action <= MXW_FEED_SHADOW && is_file_name(feed->name);
}

int mxw_store_feeds(struct mxw_store *store,
		    int (*each)(void *context, const struct mxw_feed *feed), void *context,
		    struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int step = SQLITE_DONE, result = 0;
	int error = mxw_db_prepare(store, &stmt, "SELECT " COLUMNS " FROM feed ORDER BY name", 0,
				   NULL, err);

	while (!error && !result && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct mxw_feed feed;

		read_row(stmt, &feed);
		result = can_be(&feed) ? each(context, &feed) : 0;
	}
	if (!error && !result && step != SQLITE_DONE)
		error = mxw_db_fail(store, "read the feeds", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error ? error : result;
}

/* All feeds, while they are collected. */
struct all {
	struct mxw_feed *items;
	size_t count, capacity;
	struct mxw_err *err;
};

static int collect(void *context, const struct mxw_feed *feed)
{
	struct all *all = context;
	struct mxw_feed *place =
		mxw_grow((void **)&all->items, all->count, &all->capacity, sizeof(*place));

	if (!place)
		return mxw_fail(all->err, MXW_E_FAIL, "out of memory");
	*place = *feed;
	all->count++;
	return MXW_OK;
}

int mxw_store_feeds_all(struct mxw_store *store, struct mxw_feed **out, size_t *count,
			struct mxw_err *err)
{
	struct all all = { .err = err };
	int error = mxw_store_feeds(store, collect, &all, err);

	if (error) {
		free(all.items);
		all = (struct all){ 0 };
	}
	*out = all.items;
	*count = all.count;
	return error;
}

/* A row that cannot be true counts as none, since the file may be damaged. */
int mxw_store_feed(struct mxw_store *store, const char *name, struct mxw_feed *out, bool *found,
		   struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int step;
	int error = mxw_db_prepare(store, &stmt, "SELECT " COLUMNS " FROM feed WHERE name = ?1", 0,
				   NULL, err);

	*found = false;
	if (!error && sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK)
		error = mxw_db_fail(store, "read the feeds", err);
	if (!error) {
		step = sqlite3_step(stmt);
		if (step == SQLITE_ROW) {
			read_row(stmt, out);
			*found = can_be(out);
		} else if (step != SQLITE_DONE) {
			error = mxw_db_fail(store, "read the feeds", err);
		}
	}
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

/* Columns and values stand in one order, the one of COLUMNS: first the numbers, then the texts. */
int mxw_store_feed_put(struct mxw_store *store, const struct mxw_feed *feed, struct mxw_err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO feed(" COLUMNS ") VALUES(?1, ?2, ?3, ?4,"
				  " ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
				  " ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)";
	const int64_t numbers[NUMBERS] = {
		feed->slot,
		feed->action,
		feed->kind,
		feed->format,
		feed->held,
		feed->widest4,
		feed->widest6,
		feed->strip,
		(int64_t)feed->fetched,
		(int64_t)feed->tried,
		(int64_t)feed->max_age_ns,
		(int64_t)feed->act.when,
		feed->found,
		feed->found_held,
		(int64_t)feed->changed,
		(int64_t)feed->max_content_ns,
	};
	struct mxw_feed copy = *feed;
	struct text texts[TEXTS];
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, NUMBERS, numbers, err);

	texts_of(&copy, texts);
	for (int i = 0; i < TEXTS && !error; i++)
		if (sqlite3_bind_text(stmt, NUMBERS + 1 + i, texts[i].place, -1,
				      SQLITE_TRANSIENT) != SQLITE_OK)
			error = mxw_db_fail(store, "change the feeds", err);
	if (!error && sqlite3_step(stmt) != SQLITE_DONE)
		error = mxw_db_fail(store, "change the feeds", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_store_feed_remove(struct mxw_store *store, const char *name, struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, "DELETE FROM feed WHERE name = ?1", 0, NULL, err);

	if (!error && (sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK ||
		       sqlite3_step(stmt) != SQLITE_DONE))
		error = mxw_db_fail(store, "change the feeds", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_store_feed_slot(struct mxw_store *store, uint8_t *slot, struct mxw_err *err)
{
	static const char sql[] = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s"
				  " WHERE n < 128) SELECT min(n) FROM s"
				  " WHERE n NOT IN (SELECT slot FROM feed)";
	int64_t value;
	int error = mxw_db_integer(store, sql, 0, &value, err);

	if (error)
		return error;
	if (value < 1 || value > MXW_FEED_SLOTS)
		return mxw_fail(err, MXW_E_FAIL,
				"there are %d feeds, the most there can be: `xdpctl feed remove` "
				"one first",
				MXW_FEED_SLOTS);
	*slot = (uint8_t)value;
	return MXW_OK;
}

int mxw_store_asked(struct mxw_store *store, const char *url, uint64_t *when, struct mxw_err *err)
{
	sqlite3_stmt *stmt;
	int step;
	int error = mxw_db_prepare(
		store, &stmt, "SELECT value FROM meta WHERE name = 'asked ' || ?1", 0, NULL, err);

	*when = 0;
	if (!error && sqlite3_bind_text(stmt, 1, url, -1, SQLITE_STATIC) != SQLITE_OK)
		error = mxw_db_fail(store, "read the feeds", err);
	if (!error) {
		step = sqlite3_step(stmt);
		if (step == SQLITE_ROW)
			*when = (uint64_t)sqlite3_column_int64(stmt, 0);
		else if (step != SQLITE_DONE)
			error = mxw_db_fail(store, "read the feeds", err);
	}
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_store_set_asked(struct mxw_store *store, const char *url, uint64_t when,
			struct mxw_err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO meta VALUES('asked ' || ?2, ?1)";
	int64_t value = (int64_t)when;
	sqlite3_stmt *stmt;
	int error = mxw_db_prepare(store, &stmt, sql, 1, &value, err);

	if (!error && (sqlite3_bind_text(stmt, 2, url, -1, SQLITE_STATIC) != SQLITE_OK ||
		       sqlite3_step(stmt) != SQLITE_DONE))
		error = mxw_db_fail(store, "change the feeds", err);
	(void)sqlite3_finalize(stmt); /* repeats the error of the step */
	return error;
}

int mxw_feeds_mark(struct mxw_err *err)
{
	int fd = open(MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot create %s: %s", MARK, strerror(errno));
	(void)close(fd); /* nothing was written */
	return MXW_OK;
}

void mxw_feeds_unmark(void)
{
	(void)unlink(MARK); /* one that stays costs a rebuild, no more */
}

bool mxw_feeds_marked(void)
{
	return access(MARK, F_OK) == 0;
}
