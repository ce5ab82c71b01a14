// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operator's entries, meant against in force. Called by a session that finds the dirty
 * mark, by attach to fill fresh maps, and by verify.
 */
#include <stdlib.h>
#include <string.h>

#include "state/intents.h"
#include "apply/compare.h"
#include "apply/reconcile.h"
#include "base/buffer.h"
#include "datapath/hints.h"
#include "datapath/switches.h"

/* One class, both sides. */
struct sides {
	struct mxw_both both;
	size_t capacity; /* of both.meant */
	size_t put, drop; /* at the front of both.meant and both.have: to be written, removed */
	enum mxw_class class;
};

static int collect_meant(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct sides *sides = (struct sides *)context + intent->class;
	struct mxw_kernel_entry *entry;

	(void)act;
	entry = mxw_grow((void **)&sides->both.meant, sides->both.meant_count, &sides->capacity,
			 sizeof(*entry));
	if (!entry)
		return MXW_E_FAIL;
	*entry = (struct mxw_kernel_entry){ .prefix = intent->prefix,
					    .expires_ns = intent->expires_ns,
					    .mode = intent->mode };
	sides->both.meant_count++;
	return MXW_OK;
}

/* What a walk over a class works with. */
struct walk {
	struct sides *sides;
	struct mxw_differences *out;
	uint64_t now;
};

static void note_difference(const struct walk *walk, const struct mxw_kernel_entry *entry,
			    enum mxw_difference_kind kind)
{
	struct mxw_differences *out = walk->out;

	if (out->count < MXW_DIFFERENCES_SHOWN)
		out->first[out->count] =
			(struct mxw_difference){ .prefix = entry->prefix,
						 .class = (uint8_t)walk->sides->class,
						 .kind = (uint8_t)kind };
	out->count++;
}

static bool expired(const struct mxw_kernel_entry *entry, uint64_t now)
{
	return entry->expires_ns && entry->expires_ns <= now;
}

/* Entries that have to be written are moved to the front of their list, and those that have to be
 * removed to the front of theirs. */
static void on_prefix(void *context, const struct mxw_kernel_entry *meant,
		      const struct mxw_kernel_entry *have)
{
	const struct walk *walk = context;
	struct sides *sides = walk->sides;

	if (!meant) {
		if (!expired(have, walk->now))
			note_difference(walk, have, MXW_DIFFERENCE_EXTRA);
		sides->both.have[sides->drop++] = *have;
	} else if (!have || meant->expires_ns != have->expires_ns || meant->mode != have->mode) {
		note_difference(walk, meant, have ? MXW_DIFFERENCE_OTHER : MXW_DIFFERENCE_MISSING);
		sides->both.meant[sides->put++] = *meant;
	}
}

/* The maps may be right and the tables that lead to them wrong. */
static int find_overlooked(const struct sides *sides, const struct mxw_maps *maps,
			   struct mxw_differences *out, struct mxw_err *err)
{
	uint64_t overlooked;
	int error = mxw_hints_overlooked(maps, sides->class, sides->both.have,
					 sides->both.have_count, &overlooked, err);

	out->overlooked += overlooked;
	return error;
}

static int remove_extra(const struct sides *sides, const struct mxw_maps *maps, struct mxw_err *err)
{
	int error = MXW_OK;

	for (size_t i = 0; i < sides->drop && !error; i++)
		error = mxw_entries_delete(maps, sides->class, &sides->both.have[i].prefix, 1, err);
	return error;
}

/* Compares one class with the kernel, and with repair makes the kernel follow. Entries that the
 * hint table would hide are found too. */
static int reconcile_class(struct sides *sides, const struct mxw_maps *maps, uint64_t now,
			   bool repair, struct mxw_differences *out,
			   const struct mxw_report *report, struct mxw_err *err)
{
	struct walk walk = { .sides = sides, .out = out, .now = now };
	int error = mxw_entries_read(maps, sides->class, &sides->both.have, &sides->both.have_count,
				     err);

	if (error)
		return error;
	out->checked += sides->both.meant_count;
	error = find_overlooked(sides, maps, out, err);
	if (error)
		return error;
	mxw_both_walk(&sides->both, on_prefix, &walk);
	if (!repair)
		return MXW_OK;
	/* Removal first: it makes room. */
	error = remove_extra(sides, maps, err);
	if (!error && sides->put)
		error = mxw_entries_put(maps, sides->class, sides->both.meant, sides->put, report,
					err);
	return error;
}

int mxw_reconcile(struct mxw_store *store, const struct mxw_maps *maps, uint64_t now, bool repair,
		  struct mxw_differences *out, const struct mxw_report *report, struct mxw_err *err)
{
	struct sides sides[MXW_CLASS_COUNT] = { 0 };
	int error = mxw_store_each(store, now, collect_meant, sides, err);

	memset(out, 0, sizeof(*out));
	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++) {
		sides[c].class = (enum mxw_class)c;
		error = reconcile_class(&sides[c], maps, now, repair, out, report, err);
	}
	out->count += out->overlooked;
	if (!error && repair)
		error = mxw_hints_rebuild(maps, err);
	for (int c = 0; c < MXW_CLASS_COUNT; c++) {
		free(sides[c].both.meant);
		free(sides[c].both.have);
	}
	return error;
}
