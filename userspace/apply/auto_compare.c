// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two sorted lists of automatic entries, walked together. Called by verify.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/auto_compare.h"
#include "base/buffer.h"
#include "datapath/entries.h"
#include "datapath/hints.h"

struct list {
	struct mxw_kernel_entry *items;
	size_t count, capacity;
	struct mxw_err *err;
};

static int compare_entries(const void *a, const void *b)
{
	const struct mxw_kernel_entry *x = a, *y = b;

	return mxw_prefix_compare(&x->prefix, &y->prefix);
}

/* An empty list may be NULL, which qsort() must not get. */
static void sort(struct list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_entries);
}

static int take_row(void *context, const struct mxw_auto_row *row)
{
	struct list *list = context;
	struct mxw_kernel_entry *entry =
		mxw_grow((void **)&list->items, list->count, &list->capacity, sizeof(*entry));

	if (!entry)
		return mxw_fail(list->err, MXW_E_FAIL, "out of memory");
	*entry = (struct mxw_kernel_entry){ .prefix = { .key = row->source, .len = MXW_KEY_BITS },
					    .expires_ns = row->until };
	list->count++;
	return MXW_OK;
}

/* What has ended goes, on both sides. */
static void drop_ended(struct list *list, uint64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!list->items[i].expires_ns || list->items[i].expires_ns > now)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

static void note(struct mxw_auto_looked *out, const struct mxw_kernel_entry *entry,
		 enum mxw_difference_kind kind)
{
	out->items[out->count++] = (struct mxw_difference){ .prefix = entry->prefix,
							    .class = MXW_CLASS_AUTO,
							    .kind = (uint8_t)kind };
}

static void walk(const struct list *stored, const struct list *kernel, struct mxw_auto_looked *out)
{
	size_t s = 0, k = 0;

	while (s < stored->count || k < kernel->count) {
		const struct mxw_kernel_entry *want = &stored->items[s], *have = &kernel->items[k];
		int order = s == stored->count	 ? 1
			    : k == kernel->count ? -1
						 : compare_entries(want, have);

		if (order < 0)
			note(out, want, MXW_DIFFERENCE_MISSING);
		else if (order > 0)
			note(out, have, MXW_DIFFERENCE_EXTRA);
		else if (want->expires_ns != have->expires_ns)
			note(out, want, MXW_DIFFERENCE_OTHER);
		s += order <= 0;
		k += order >= 0;
	}
}

static int find(struct list *stored, struct list *kernel, uint64_t now, struct mxw_auto_looked *out,
		struct mxw_err *err)
{
	drop_ended(stored, now);
	drop_ended(kernel, now);
	sort(stored);
	sort(kernel);
	out->checked = stored->count;
	out->items = calloc(stored->count + kernel->count + 1, sizeof(*out->items));
	if (!out->items)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	walk(stored, kernel, out);
	return MXW_OK;
}

int mxw_auto_look(struct mxw_auto_store *store, const struct mxw_maps *maps, uint64_t now,
		  struct mxw_auto_looked *out, struct mxw_err *err)
{
	struct list stored = { .err = err }, kernel = { .err = err };
	int error = MXW_OK;

	memset(out, 0, sizeof(*out));
	if (store)
		error = mxw_auto_store_each(store, now, take_row, &stored, err);
	if (!error)
		error = mxw_entries_read(maps, MXW_CLASS_AUTO, &kernel.items, &kernel.count, err);
	if (!error)
		error = mxw_hints_overlooked(maps, MXW_CLASS_AUTO, kernel.items, kernel.count,
					     &out->overlooked, err);
	if (!error)
		error = find(&stored, &kernel, now, out, err);
	free(stored.items);
	free(kernel.items);
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
