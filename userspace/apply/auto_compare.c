// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic entries, meant against in force. Called by verify.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/auto_compare.h"
#include "apply/compare.h"
#include "base/buffer.h"
#include "datapath/entries.h"
#include "datapath/hints.h"

/* The lists, and what is to be said of them. */
struct look {
	struct mxw_both both;
	size_t capacity; /* of both.meant */
	struct mxw_auto_looked *out;
	struct mxw_err *err;
};

static int take_row(void *context, const struct mxw_auto_row *row)
{
	struct look *look = context;
	struct mxw_kernel_entry *entry = mxw_grow((void **)&look->both.meant,
						  look->both.meant_count, &look->capacity,
						  sizeof(*entry));

	if (!entry)
		return mxw_fail(look->err, MXW_E_FAIL, "out of memory");
	*entry = (struct mxw_kernel_entry){ .prefix = { .key = row->source, .len = MXW_KEY_BITS },
					    .expires_ns = row->until };
	look->both.meant_count++;
	return MXW_OK;
}

/* Leaves out entries that have ended. Returns how many are left. */
static size_t drop_ended(struct mxw_kernel_entry *items, size_t count, uint64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!items[i].expires_ns || items[i].expires_ns > now)
			items[kept++] = items[i];
	return kept;
}

static void note(struct mxw_auto_looked *out, const struct mxw_kernel_entry *entry,
		 enum mxw_difference_kind kind)
{
	out->items[out->count++] = (struct mxw_difference){ .prefix = entry->prefix,
							    .class = MXW_CLASS_AUTO,
							    .kind = (uint8_t)kind };
}

static void on_prefix(void *context, const struct mxw_kernel_entry *meant,
		      const struct mxw_kernel_entry *have)
{
	if (!meant)
		note(context, have, MXW_DIFFERENCE_EXTRA);
	else if (!have)
		note(context, meant, MXW_DIFFERENCE_MISSING);
	else if (meant->expires_ns != have->expires_ns)
		note(context, meant, MXW_DIFFERENCE_OTHER);
}

static int find(struct look *look, uint64_t now)
{
	struct mxw_both *both = &look->both;

	both->meant_count = drop_ended(both->meant, both->meant_count, now);
	both->have_count = drop_ended(both->have, both->have_count, now);
	look->out->checked = both->meant_count;
	look->out->items =
		calloc(both->meant_count + both->have_count + 1, sizeof(*look->out->items));
	if (!look->out->items)
		return mxw_fail(look->err, MXW_E_FAIL, "out of memory");
	mxw_both_walk(both, on_prefix, look->out);
	return MXW_OK;
}

int mxw_auto_look(struct mxw_auto_reader *store, const struct mxw_maps *maps, uint64_t now,
		  struct mxw_auto_looked *out, struct mxw_err *err)
{
	struct look look = { .out = out, .err = err };
	struct mxw_both *both = &look.both;
	int error = MXW_OK;

	memset(out, 0, sizeof(*out));
	if (store)
		error = mxw_auto_reader_each(store, now, take_row, &look, err);
	if (!error)
		error = mxw_entries_read(maps, MXW_CLASS_AUTO, &both->have, &both->have_count, err);
	if (!error)
		error = mxw_hints_overlooked(maps, MXW_CLASS_AUTO, both->have, both->have_count,
					     &out->overlooked, err);
	if (!error)
		error = find(&look, now);
	free(both->meant);
	free(both->have);
	return error;
}

void mxw_auto_looked_common(const struct mxw_auto_looked *earlier, struct mxw_auto_looked *later)
{
	size_t e = 0, kept = 0;

	for (size_t i = 0; i < later->count; i++) {
		const struct mxw_difference *item = &later->items[i];

		while (e < earlier->count &&
		       mxw_prefix_compare(&earlier->items[e].prefix, &item->prefix) < 0)
			e++;
		if (e < earlier->count && earlier->items[e].kind == item->kind &&
		    mxw_prefix_compare(&earlier->items[e].prefix, &item->prefix) == 0)
			later->items[kept++] = *item;
	}
	later->count = kept;
	if (earlier->overlooked < later->overlooked)
		later->overlooked = earlier->overlooked;
}

void mxw_auto_looked_free(struct mxw_auto_looked *looked)
{
	free(looked->items);
	memset(looked, 0, sizeof(*looked));
}
