// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the host's addresses to the never-block maps, and the guard of block.
 * Called by attach, block and explain.
 */
#include <stdlib.h>

#include "apply/never.h"
#include "datapath/entries.h"

static int put_items(const struct mxw_maps *maps, const struct mxw_never_list *list,
		     struct mxw_err *err)
{
	struct mxw_kernel_entry *entries = calloc(list->count + 1, sizeof(*entries));
	int error;

	if (!entries)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	for (size_t i = 0; i < list->count; i++)
		entries[i].prefix = list->items[i].prefix;
	error = mxw_entries_put(maps, MXW_CLASS_NEVER, entries, list->count, NULL, err);
	free(entries);
	return error;
}

int mxw_never_fill(const struct mxw_maps *maps, const struct mxw_prefix *added, size_t count,
		   uint64_t *total, struct mxw_err *err)
{
	struct mxw_never_list list;
	int error;

	mxw_never_init(&list);
	error = mxw_never_collect(&list, err);
	for (size_t i = 0; i < count && !error; i++)
		error = mxw_never_add(&list, &added[i], false, "added by the operator");
	if (!error)
		error = put_items(maps, &list, err);
	*total = list.count;
	mxw_never_free(&list);
	return error;
}

int mxw_never_known(const struct mxw_maps *maps, struct mxw_never_list *out, struct mxw_err *err)
{
	struct mxw_kernel_entry *entries = NULL;
	size_t count = 0;
	int error;

	mxw_never_init(out);
	error = maps ? mxw_never_collect_quickly(out, err) : mxw_never_collect(out, err);
	if (!error && maps)
		error = mxw_entries_read(maps, MXW_CLASS_NEVER, &entries, &count, err);
	for (size_t i = 0; i < count && !error; i++)
		error = mxw_never_add(out, &entries[i].prefix, false, "given or seen at attach");
	free(entries);
	return error;
}

const struct mxw_never_item *mxw_never_touched(const struct mxw_never_list *list,
					       const struct mxw_prefix *prefix)
{
	const struct mxw_never_item *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct mxw_never_item *item = &list->items[i];

		if (!mxw_prefix_contains(prefix, &item->prefix) &&
		    !mxw_prefix_contains(&item->prefix, prefix))
			continue;
		if (item->own)
			return item;
		found = item;
	}
	return found;
}
