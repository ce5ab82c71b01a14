// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ends of entries, rounded down. Called by whoever puts a list together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "lists/ends.h"

#define HALVINGS 48 /* of the ratio, until it is exact enough */

int mxw_ended_add(struct mxw_ended_list *list, const struct mxw_ended *item, struct mxw_err *err)
{
	struct mxw_ended *place =
		mxw_grow((void **)&list->items, list->count, &list->room, sizeof(*place));

	if (!place)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for entries that end");
	*place = *item;
	list->count++;
	return MXW_OK;
}

/* Begins a new end wherever more than ratio times the time of the last is left. false if these
 * become too many. */
static bool round_down(const uint32_t *ends, size_t count, uint64_t now, double ratio,
		       uint32_t out[MXW_ENDINGS], size_t *chosen)
{
	double most = 0;

	*chosen = 0;
	for (size_t i = 0; i < count; i++) {
		double left = (double)(ends[i] - now);

		if (*chosen && left <= most)
			continue;
		if (*chosen == MXW_ENDINGS)
			return false;
		out[(*chosen)++] = ends[i];
		most = left * ratio;
	}
	return true;
}

size_t mxw_endings_choose(const uint32_t *ends, size_t count, uint64_t now,
			  uint32_t out[MXW_ENDINGS])
{
	double low = 1, high;
	size_t chosen = 0;

	if (count == 0 || round_down(ends, count, now, low, out, &chosen))
		return chosen;
	high = (double)(ends[count - 1] - now) / (double)(ends[0] - now);
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (round_down(ends, count, now, middle, out, &chosen))
			high = middle;
		else
			low = middle;
	}
	(void)round_down(ends, count, now, high, out, &chosen); /* high has always been enough */
	return chosen;
}

static int by_end(const void *a, const void *b)
{
	const struct mxw_ended *x = a, *y = b;

	return x->end == y->end ? 0 : x->end < y->end ? -1 : 1;
}

/* Drops those that are over, and sorts the rest by their ends. Returns how many were dropped. */
static uint64_t prepare(struct mxw_ended_list *list, uint64_t now)
{
	size_t kept = 0, count = list->count;

	for (size_t i = 0; i < count; i++)
		if (list->items[i].end > now)
			list->items[kept++] = list->items[i];
	list->count = kept;
	if (kept)
		qsort(list->items, kept, sizeof(*list->items), by_end);
	return count - kept;
}

/* The ends of two sorted lists, ascending, each once. The caller frees *out. */
static int all_ends(const struct mxw_ended_list *a, const struct mxw_ended_list *b, uint32_t **out,
		    size_t *count, struct mxw_err *err)
{
	size_t i = 0, k = 0;

	*count = 0;
	*out = calloc(a->count + b->count + 1, sizeof(**out));
	if (!*out)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for entries that end");
	while (i < a->count || k < b->count) {
		bool first = k == b->count || (i < a->count && a->items[i].end <= b->items[k].end);
		uint32_t end = first ? a->items[i++].end : b->items[k++].end;

		if (!*count || (*out)[*count - 1] != end)
			(*out)[(*count)++] = end;
	}
	return MXW_OK;
}

static int add_keys(struct mxw_ranges *ranges, const struct mxw_ended *item, struct mxw_err *err)
{
	if (item->first >> 32 == 0)
		return mxw_ranges_add4(
			ranges, (struct mxw_range4){ (uint32_t)item->first, (uint32_t)item->last },
			err);
	return mxw_ranges_add6(ranges, (struct mxw_range6){ item->first, item->last }, err);
}

/* Those that end before `to`; *at: where in the sorted list they begin, and then
 * where they end. */
static int part(const struct mxw_ended_list *list, size_t *at, uint64_t to, struct mxw_ranges *out,
		struct mxw_err *err)
{
	int error = MXW_OK;

	for (; *at < list->count && list->items[*at].end < to && !error; ++*at)
		error = add_keys(out, &list->items[*at], err);
	return error ? error : mxw_ranges_settle(out, NULL, err);
}

/*
 * Fills endings with what one side of the list, blocks or allows, says until then, and adds it to
 * that side. From the latest end on, each takes what no later one, and no entry without an end, has.
 */
static int fill(struct mxw_ranges *side, const struct mxw_ended_list *ended,
		const struct mxw_endings *ends, struct mxw_ranges out[MXW_ENDINGS],
		struct mxw_err *err)
{
	size_t at = 0;
	int error = MXW_OK;

	for (size_t i = 0; i < ends->count && !error; i++)
		error = part(ended, &at, i + 1 < ends->count ? ends->item[i + 1].end : UINT64_MAX,
			     &out[i], err);
	for (size_t i = ends->count; i-- > 0 && !error;) {
		error = mxw_ranges_replace(&out[i], mxw_ranges_subtract, side, err);
		if (!error)
			error = mxw_ranges_replace(side, mxw_ranges_union, &out[i], err);
	}
	return error;
}

/* What the list allows is not blocked, so the ends of blocks do not count there. */
static int join(struct mxw_list *list, struct mxw_ranges blocks[MXW_ENDINGS],
		const struct mxw_ranges allows[MXW_ENDINGS], struct mxw_err *err)
{
	struct mxw_endings *endings = &list->endings;
	int error = MXW_OK;

	for (size_t i = 0; i < endings->count && !error; i++) {
		error = mxw_ranges_replace(&blocks[i], mxw_ranges_subtract, &list->allow, err);
		if (!error)
			error = mxw_ranges_union(&blocks[i], &allows[i], &endings->item[i].ranges,
						 err);
	}
	return error;
}

static int make(struct mxw_list *list, const struct mxw_ended_list *block,
		const struct mxw_ended_list *allow, struct mxw_err *err)
{
	struct mxw_ranges blocks[MXW_ENDINGS] = { { 0 } }, allows[MXW_ENDINGS] = { { 0 } };
	int error = fill(&list->block, block, &list->endings, blocks, err);

	if (!error)
		error = fill(&list->allow, allow, &list->endings, allows, err);
	if (!error)
		error = join(list, blocks, allows, err);
	for (size_t i = 0; i < MXW_ENDINGS; i++) {
		mxw_ranges_free(&blocks[i]);
		mxw_ranges_free(&allows[i]);
	}
	return error;
}

int mxw_endings_make(struct mxw_list *list, struct mxw_ended_list *block,
		     struct mxw_ended_list *allow, uint64_t now, uint64_t *over,
		     struct mxw_err *err)
{
	uint32_t *ends, chosen[MXW_ENDINGS];
	size_t count;
	int error;

	*over = prepare(block, now);
	*over += prepare(allow, now);
	if (!block->count && !allow->count)
		return MXW_OK;
	error = all_ends(block, allow, &ends, &count, err);
	if (error)
		return error;
	list->endings.count = mxw_endings_choose(ends, count, now, chosen);
	for (size_t i = 0; i < list->endings.count; i++)
		list->endings.item[i].end = chosen[i];
	free(ends);
	return make(list, block, allow, err);
}
