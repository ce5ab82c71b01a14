// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges: collected, settled, asked. See list.h; what makes new ones of two is
 * in algebra.c. Every room above may call it. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "lists/ends.h"
#include "lists/list.h"
#include "lists/radix.h"
#include "lists/view.h"

static int no_memory(size_t count, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL,
			"out of memory with a list of %zu ranges: use smaller lists, or give this "
			"machine more memory",
			count);
}

int mxw_ranges_add4(struct mxw_ranges *ranges, struct mxw_range4 range, struct mxw_err *err)
{
	if (ranges->v4_count == ranges->v4_room) {
		void *items = ranges->v4;

		if (!mxw_grow(&items, ranges->v4_count, &ranges->v4_room, sizeof(*ranges->v4)))
			return no_memory(ranges->v4_count, err);
		ranges->v4 = items;
	}
	ranges->v4[ranges->v4_count++] = range;
	return MXW_OK;
}

int mxw_ranges_add6(struct mxw_ranges *ranges, struct mxw_range6 range, struct mxw_err *err)
{
	if (ranges->v6_count == ranges->v6_room) {
		void *items = ranges->v6;

		if (!mxw_grow(&items, ranges->v6_count, &ranges->v6_room, sizeof(*ranges->v6)))
			return no_memory(ranges->v6_count, err);
		ranges->v6 = items;
	}
	ranges->v6[ranges->v6_count++] = range;
	return MXW_OK;
}

static MXW_ALWAYS_INLINE bool ascending(const struct mxw_ranges *ranges, bool wide)
{
	for (size_t i = 1; i < mxw_view_count(ranges, wide); i++)
		if (mxw_view_at(ranges, wide, i).first < mxw_view_at(ranges, wide, i - 1).first)
			return false;
	return true;
}

static int sort4(struct mxw_ranges *ranges, struct mxw_err *err)
{
	struct mxw_range4 *scratch, *sorted;

	if (ascending(ranges, false))
		return MXW_OK;
	scratch = malloc(ranges->v4_count * sizeof(*scratch));
	if (!scratch)
		return no_memory(ranges->v4_count, err);
	sorted = mxw_radix_sort4(ranges->v4, scratch, ranges->v4_count);
	if (sorted == scratch) {
		scratch = ranges->v4;
		ranges->v4 = sorted;
		ranges->v4_room = ranges->v4_count;
	}
	free(scratch);
	return MXW_OK;
}

static int sort6(struct mxw_ranges *ranges, struct mxw_err *err)
{
	struct mxw_range6 *scratch, *sorted;

	if (ascending(ranges, true))
		return MXW_OK;
	scratch = malloc(ranges->v6_count * sizeof(*scratch));
	if (!scratch)
		return no_memory(ranges->v6_count, err);
	sorted = mxw_radix_sort6(ranges->v6, scratch, ranges->v6_count);
	if (sorted == scratch) {
		scratch = ranges->v6;
		ranges->v6 = sorted;
		ranges->v6_room = ranges->v6_count;
	}
	free(scratch);
	return MXW_OK;
}

static void merge4(struct mxw_ranges *ranges)
{
	struct mxw_range4 *open = ranges->v4;

	for (size_t i = 1; i < ranges->v4_count; i++) {
		const struct mxw_range4 *next = &ranges->v4[i];

		if (!mxw_view_touches(open->last, next->first))
			*++open = *next;
		else if (next->last > open->last)
			open->last = next->last;
	}
	if (ranges->v4_count)
		ranges->v4_count = (size_t)(open - ranges->v4) + 1;
}

static void merge6(struct mxw_ranges *ranges)
{
	struct mxw_range6 *open = ranges->v6;

	for (size_t i = 1; i < ranges->v6_count; i++) {
		const struct mxw_range6 *next = &ranges->v6[i];

		if (!mxw_view_touches(open->last, next->first))
			*++open = *next;
		else if (next->last > open->last)
			open->last = next->last;
	}
	if (ranges->v6_count)
		ranges->v6_count = (size_t)(open - ranges->v6) + 1;
}

int mxw_ranges_settle(struct mxw_ranges *ranges, uint64_t *merged, struct mxw_err *err)
{
	uint64_t before = ranges->v4_count + ranges->v6_count;
	int code = sort4(ranges, err);

	if (!code)
		code = sort6(ranges, err);
	if (code)
		return code;
	merge4(ranges);
	merge6(ranges);
	if (merged)
		*merged = before - ranges->v4_count - ranges->v6_count;
	return MXW_OK;
}

bool mxw_ranges_contain(const struct mxw_ranges *ranges, uint64_t key)
{
	size_t i;

	if (key <= UINT32_MAX) {
		i = mxw_view_seek(ranges, false, key);
		return i < ranges->v4_count && ranges->v4[i].first <= key;
	}
	i = mxw_view_seek(ranges, true, key);
	return i < ranges->v6_count && ranges->v6[i].first <= key;
}

uint64_t mxw_ranges_addresses4(const struct mxw_ranges *ranges)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ranges->v4_count; i++)
		sum += (uint64_t)ranges->v4[i].last - ranges->v4[i].first + 1;
	return sum;
}

uint64_t mxw_ranges_networks6(const struct mxw_ranges *ranges)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ranges->v6_count; i++) {
		uint64_t beyond = ranges->v6[i].last - ranges->v6[i].first;

		if (beyond == UINT64_MAX)
			return UINT64_MAX;
		sum += beyond + 1;
	}
	return sum;
}

void mxw_ranges_free(struct mxw_ranges *ranges)
{
	free(ranges->v4);
	free(ranges->v6);
	*ranges = (struct mxw_ranges){ 0 };
}

void mxw_endings_free(struct mxw_endings *endings)
{
	for (size_t i = 0; i < endings->count; i++)
		mxw_ranges_free(&endings->item[i].ranges);
	memset(endings, 0, sizeof(*endings));
}

void mxw_list_free(struct mxw_list *list)
{
	mxw_ranges_free(&list->block);
	mxw_ranges_free(&list->allow);
	mxw_endings_free(&list->endings);
}
