// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two sorted lists, walked together. Called by a session that finds the dirty
 * mark, by attach to fill fresh maps, and by verify.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/reconcile.h"
#include "base/buffer.h"
#include "datapath/hints.h"
#include "datapath/switches.h"

/* One class, both sides. */
struct sides {
	struct mxw_kernel_entry *wanted, *have;
	size_t wanted_count, wanted_capacity, have_count;
	enum mxw_class class;
};

static int compare_entries(const void *a, const void *b)
{
	const struct mxw_kernel_entry *x = a, *y = b;

	return mxw_prefix_compare(&x->prefix, &y->prefix);
}

/* An empty list may be NULL, which qsort() must not get. */
static void sort(struct mxw_kernel_entry *entries, size_t count)
{
	if (count)
		qsort(entries, count, sizeof(*entries), compare_entries);
}

static int collect_wanted(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct sides *sides = (struct sides *)context + intent->class;
	struct mxw_kernel_entry *entry;

	(void)act;
	entry = mxw_grow((void **)&sides->wanted, sides->wanted_count, &sides->wanted_capacity,
			 sizeof(*entry));
	if (!entry)
		return MXW_E_FAIL;
	*entry = (struct mxw_kernel_entry){ .prefix = intent->prefix,
					    .expires_ns = intent->expires_ns,
					    .mode = intent->mode };
	sides->wanted_count++;
	return MXW_OK;
}

static int read_sides(struct sides *sides, const struct mxw_maps *maps, struct mxw_err *err)
{
	int error = mxw_entries_read(maps, sides->class, &sides->have, &sides->have_count, err);

	if (error)
		return error;
	sort(sides->have, sides->have_count);
	sort(sides->wanted, sides->wanted_count);
	return MXW_OK;
}

static void note_difference(struct mxw_differences *out, const struct sides *sides,
			    const struct mxw_prefix *prefix, enum mxw_difference_kind kind)
{
	if (out->count < MXW_DIFFERENCES_SHOWN)
		out->first[out->count] = (struct mxw_difference){ .prefix = *prefix,
								  .class = (uint8_t)sides->class,
								  .kind = (uint8_t)kind };
	out->count++;
}

static bool expired(const struct mxw_kernel_entry *entry, uint64_t now)
{
	return entry->expires_ns && entry->expires_ns <= now;
}

/*
 * Walks both sides. What has to be written is moved to the front of wanted,
 * what has to be removed to the front of have; the counts become theirs. The
 * front of a list is behind the walk, so nothing unread is overwritten.
 */
static void find_differences(struct sides *sides, uint64_t now, struct mxw_differences *out)
{
	size_t w = 0, h = 0, put = 0, drop = 0;

	while (w < sides->wanted_count || h < sides->have_count) {
		const struct mxw_kernel_entry *want = w < sides->wanted_count ? &sides->wanted[w]
									      : NULL;
		const struct mxw_kernel_entry *have = h < sides->have_count ? &sides->have[h]
									    : NULL;
		int order = !want ? 1 : !have ? -1 : compare_entries(want, have);

		if (order < 0) {
			note_difference(out, sides, &want->prefix, MXW_DIFFERENCE_MISSING);
			sides->wanted[put++] = *want;
		} else if (order > 0) {
			if (!expired(have, now))
				note_difference(out, sides, &have->prefix, MXW_DIFFERENCE_EXTRA);
			sides->have[drop++] = *have;
		} else if (want->expires_ns != have->expires_ns || want->mode != have->mode) {
			note_difference(out, sides, &want->prefix, MXW_DIFFERENCE_OTHER);
			sides->wanted[put++] = *want;
		}
		w += order <= 0;
		h += order >= 0;
	}
	sides->wanted_count = put;
	sides->have_count = drop;
}

/* The maps may be right and the tables that lead to them wrong. */
static int find_overlooked(const struct sides *sides, const struct mxw_maps *maps,
			   struct mxw_differences *out, struct mxw_err *err)
{
	uint64_t overlooked;
	int error = mxw_hints_overlooked(maps, sides->class, sides->have, sides->have_count,
					 &overlooked, err);

	out->overlooked += overlooked;
	return error;
}

static int remove_extra(const struct sides *sides, const struct mxw_maps *maps, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < sides->have_count && !error; i++)
		error = mxw_entries_delete(maps, sides->class, &sides->have[i].prefix, 1, err);
	return error;
}

static int reconcile_class(struct sides *sides, const struct mxw_maps *maps, uint64_t now,
			   bool repair, struct mxw_differences *out,
			   const struct mxw_report *report, struct mxw_err *err)
{
	int error = read_sides(sides, maps, err);

	if (error)
		return error;
	out->checked += sides->wanted_count;
	error = find_overlooked(sides, maps, out, err);
	if (error)
		return error;
	find_differences(sides, now, out);
	if (!repair)
		return MXW_OK;
	/* Removal first: it makes room. */
	error = remove_extra(sides, maps, err);
	if (!error && sides->wanted_count)
		error = mxw_entries_put(maps, sides->class, sides->wanted, sides->wanted_count,
					report, err);
	return error;
}

int mxw_reconcile(struct mxw_store *store, const struct mxw_maps *maps, uint64_t now, bool repair,
		  struct mxw_differences *out, const struct mxw_report *report, struct mxw_err *err)
{
	struct sides sides[MXW_CLASS_COUNT] = { 0 };
	int error = mxw_store_each(store, now, collect_wanted, sides, err);

	memset(out, 0, sizeof(*out));
	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++) {
		sides[c].class = (enum mxw_class)c;
		error = reconcile_class(&sides[c], maps, now, repair, out, report, err);
	}
	out->count += out->overlooked;
	if (!error && repair)
		error = mxw_hints_rebuild(maps, err);
	for (int c = 0; c < MXW_CLASS_COUNT; c++) {
		free(sides[c].wanted);
		free(sides[c].have);
	}
	return error;
}
