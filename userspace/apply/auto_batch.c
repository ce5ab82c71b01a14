// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries and their database: loading, and writing behind. Called by the
 * controller; mxw_auto_batch_write() on a thread of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/auto_inside.h"
#include "base/clock.h"

#define RETRY (60 * MXW_SECOND) /* after a batch that could not be written */
#define LISTS_TEXT 2048

void mxw_auto_names_print(const struct mxw_auto_names *names, uint64_t lists, char *out,
			  size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (unsigned int i = 0; i < names->count && lists != MXW_AUTO_ANY_LIST; i++) {
		int n;

		if (!(lists & 1ULL << i))
			continue;
		n = snprintf(out + at, size - at, "%s%s", at ? " " : "", names->name[i]);
		if (n < 0 || (size_t)n >= size - at) {
			out[at] = '\0'; /* a name is whole or not there */
			return;
		}
		at += (size_t)n;
	}
}

static uint64_t names_parse(struct mxw_auto *a, const char *text)
{
	char copy[LISTS_TEXT], *rest = NULL;
	uint64_t lists = 0;

	(void)snprintf(copy, sizeof(copy), "%s", text); /* as it was printed */
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		lists |= mxw_auto_list(a, word);
	return lists ? lists : MXW_AUTO_ANY_LIST;
}

/* Every entry in force, since the database lacks more than the last changes. */
static int collect_all(const struct mxw_auto *a, struct mxw_auto_batch *batch)
{
	batch->items = calloc(a->table.count + 1, sizeof(*batch->items));
	if (!batch->items)
		return MXW_E_FAIL;
	for (size_t i = 0; i <= a->table.mask; i++) {
		const struct mxw_auto_entry *entry = &a->table.slots[i];

		if (entry->key && entry->state == MXW_AUTO_IN_FORCE)
			batch->items[batch->count++] =
				(struct mxw_auto_unsaved){ .key = entry->key,
							   .until = entry->until,
							   .lists = entry->lists,
							   .score = entry->score };
	}
	batch->whole = true;
	return MXW_OK;
}

static int collect_unsaved(struct mxw_auto *a, struct mxw_auto_batch *batch)
{
	batch->items = malloc(a->unsaved_count * sizeof(*batch->items));
	if (!batch->items)
		return MXW_E_FAIL;
	memcpy(batch->items, a->unsaved, a->unsaved_count * sizeof(*batch->items));
	batch->count = a->unsaved_count;
	a->unsaved_count = 0; /* the batch has the texts now */
	return MXW_OK;
}

/* Only one batch is out at a time: it carries the database's connection to the other thread. */
struct mxw_auto_batch *mxw_auto_batch_take(struct mxw_auto *a, uint64_t now)
{
	struct mxw_auto_batch *batch;

	if (!a->path[0] || a->out || now < a->retry || (!a->whole && !a->unsaved_count))
		return NULL;
	batch = calloc(1, sizeof(*batch));
	if (!batch)
		return NULL;
	if (a->whole ? collect_all(a, batch) : collect_unsaved(a, batch)) {
		free(batch);
		return NULL;
	}
	batch->path = a->path;
	batch->map = a->map;
	batch->names = &a->names;
	batch->store = a->store;
	a->store = NULL;
	a->whole = false;
	a->out = true;
	return batch;
}

static int write_items(struct mxw_auto_batch *batch)
{
	char lists[LISTS_TEXT];
	int error = mxw_auto_store_begin(batch->store, batch->map, &batch->err);

	for (size_t i = 0; i < batch->count && !error; i++) {
		const struct mxw_auto_unsaved *item = &batch->items[i];
		const struct mxw_auto_row row = { .source = item->key,
						  .until = item->until,
						  .score = item->score,
						  .lists = lists,
						  .why = item->why ? item->why : "" };

		mxw_auto_names_print(batch->names, item->lists, lists, sizeof(lists));
		error = mxw_auto_store_put(batch->store, &row, &batch->err);
	}
	return error ? error : mxw_auto_store_commit(batch->store, batch->whole, &batch->err);
}

void mxw_auto_batch_write(struct mxw_auto_batch *batch)
{
	if (!batch->store)
		batch->error =
			mxw_auto_store_open(batch->path, &batch->store, batch->lost, &batch->err);
	if (!batch->error)
		batch->error = write_items(batch);
	if (batch->error) {
		mxw_auto_store_close(batch->store);
		batch->store = NULL;
	}
}

static void say_how_it_went(struct mxw_auto *a, const struct mxw_auto_batch *batch)
{
	if (batch->lost[0])
		mxw_auto_note(a, "the database %s was damaged: kept as %s, beginning a new one",
			      a->path, batch->lost);
	if (batch->error && !a->failed)
		mxw_auto_note(a,
			      "%s; automatic entries stay in force and in memory, and writing is "
			      "tried again every minute",
			      batch->err.text);
	else if (!batch->error && a->failed)
		mxw_auto_note(a, "automatic entries are written to %s again", a->path);
}

void mxw_auto_batch_done(struct mxw_auto *a, struct mxw_auto_batch *batch, uint64_t now)
{
	say_how_it_went(a, batch);
	a->out = false;
	a->store = batch->store;
	a->failed = batch->error != MXW_OK;
	if (a->failed) {
		mxw_auto_forget_unsaved(a);
		a->whole = true;
		a->retry = now + RETRY;
	} else if (batch->lost[0] && !batch->whole) {
		a->whole = true;
	}
	for (size_t i = 0; i < batch->count; i++)
		free(batch->items[i].why);
	free(batch->items);
	free(batch);
}

struct loading {
	struct mxw_auto *automatic;
	uint64_t now;
	bool same_map; /* the rows were written for the map that is there now */
	struct mxw_err *err;
};

static uint64_t half_way(uint64_t now, uint64_t until)
{
	return now + (until - now) / 2;
}

static bool kernel_lives(const struct mxw_auto *a, uint64_t source, uint64_t now)
{
	const struct mxw_prefix prefix = { .key = source, .len = MXW_KEY_BITS };
	struct mxw_kernel_entry kernel;

	return mxw_entries_get(a->maps, MXW_CLASS_AUTO, &prefix, &kernel) &&
	       kernel.expires_ns > now;
}

/* In the map that the controller wrote last, what is missing was unblocked or withdrawn before
 * its end came; in a new one, all is missing. */
static int load_row(void *context, const struct mxw_auto_row *row)
{
	const struct loading *loading = context;
	struct mxw_auto *a = loading->automatic;
	struct mxw_auto_entry *entry;

	if (!row->source || a->table.count >= a->rules.most)
		return MXW_OK;
	if (loading->same_map && !kernel_lives(a, row->source, loading->now)) {
		a->whole = true; /* the database does not know yet that it went */
		return MXW_OK;
	}
	entry = mxw_auto_table_put(&a->table, row->source);
	if (!entry)
		return mxw_fail(loading->err, MXW_E_FAIL, "out of memory for automatic entries");
	entry->until = row->until;
	entry->refresh = half_way(loading->now, row->until);
	entry->score = row->score;
	entry->lists = names_parse(a, row->lists);
	entry->state = MXW_AUTO_IN_FORCE;
	return MXW_OK;
}

/* In the kernel, but not in the database, or with another end there: the database was lost, or
 * the controller's end came before the batch. */
static int adopt(struct mxw_auto *a, const struct mxw_kernel_entry *kernel, uint64_t now)
{
	struct mxw_auto_entry *entry = mxw_auto_table_put(&a->table, kernel->prefix.key);

	if (!entry)
		return MXW_E_FAIL;
	if (entry->state && entry->until == kernel->expires_ns)
		return MXW_OK;
	entry->until = kernel->expires_ns;
	entry->refresh = half_way(now, kernel->expires_ns);
	if (!entry->state)
		entry->lists = MXW_AUTO_ANY_LIST;
	mxw_auto_save(a, entry, false, entry->state ? NULL : "found in the filter at the start");
	entry->state = MXW_AUTO_IN_FORCE;
	return MXW_OK;
}

static int adopt_all(struct mxw_auto *a, uint64_t now, struct mxw_err *err)
{
	struct mxw_kernel_entry *entries;
	size_t count;
	int error = mxw_entries_read(a->maps, MXW_CLASS_AUTO, &entries, &count, err);

	for (size_t i = 0; i < count && !error; i++)
		if (entries[i].prefix.len == MXW_KEY_BITS && entries[i].prefix.key &&
		    entries[i].expires_ns > now && adopt(a, &entries[i], now))
			error = mxw_fail(err, MXW_E_FAIL, "out of memory");
	free(entries);
	return error;
}

/* All of them at once; what is there already gets the same value again. */
static int enforce_all(struct mxw_auto *a, struct mxw_err *err)
{
	struct mxw_kernel_entry *entries = calloc(a->table.count + 1, sizeof(*entries));
	size_t count = 0;
	int error;

	if (!entries)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	for (size_t i = 0; i <= a->table.mask; i++)
		if (a->table.slots[i].key)
			entries[count++] = mxw_auto_kernel_entry(a, &a->table.slots[i]);
	error = mxw_entries_put(a->maps, MXW_CLASS_AUTO, entries, count, NULL, err);
	free(entries);
	return error;
}

static int load_rows(struct mxw_auto *a, uint64_t now, struct mxw_err *err)
{
	struct loading loading = { .automatic = a, .now = now, .err = err };
	char lost[300];
	uint32_t map = 0;
	int error = mxw_auto_store_open(a->path, &a->store, lost, err);

	if (lost[0])
		mxw_auto_note(a, "the database %s was damaged: kept as %s, beginning a new one",
			      a->path, lost);
	if (!error)
		error = mxw_auto_store_map(a->store, &map, err);
	loading.same_map = !error && map && map == a->map;
	if (!error)
		error = mxw_auto_store_each(a->store, now, load_row, &loading, err);
	if (!loading.same_map && a->table.count)
		a->whole = true; /* notes the map, too */
	return error;
}

int mxw_auto_load(struct mxw_auto *a, uint64_t now, struct mxw_err *err)
{
	int error = MXW_OK;

	a->map = mxw_entries_map_id(a->maps, MXW_CLASS_AUTO);
	if (a->path[0])
		error = load_rows(a, now, err);
	if (error) {
		mxw_auto_note(a, "%s; going on without what it held", err->text);
		mxw_auto_store_close(a->store);
		a->store = NULL;
		a->failed = true;
		a->whole = true;
		a->retry = now + RETRY;
	}
	error = adopt_all(a, now, err);
	if (!error)
		error = enforce_all(a, err);
	a->counts.entries = a->table.count;
	return error;
}
