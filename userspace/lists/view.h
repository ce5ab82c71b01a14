/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One family of a struct mxw_ranges as if it were the wide one, so that what
 * goes through ranges is written once. For userspace/lists alone; wide is a
 * constant where it is called, and the compiler makes two functions of each.
 */
#ifndef MXW_VIEW_H
#define MXW_VIEW_H

#include "lists/list.h"

#define MXW_ALWAYS_INLINE inline __attribute__((always_inline))

static MXW_ALWAYS_INLINE size_t mxw_view_count(const struct mxw_ranges *ranges, bool wide)
{
	return wide ? ranges->v6_count : ranges->v4_count;
}

static MXW_ALWAYS_INLINE struct mxw_range6 mxw_view_at(const struct mxw_ranges *ranges, bool wide,
						       size_t i)
{
	if (wide)
		return ranges->v6[i];
	return (struct mxw_range6){ ranges->v4[i].first, ranges->v4[i].last };
}

/* The last key of the family. */
static MXW_ALWAYS_INLINE uint64_t mxw_view_end(bool wide)
{
	return wide ? UINT64_MAX : UINT32_MAX;
}

/* Whether a range from first on, which begins no earlier than one that ends with last,
 * overlaps that one or follows it without a gap. */
static MXW_ALWAYS_INLINE bool mxw_view_touches(uint64_t last, uint64_t first)
{
	return first <= last || first - 1 == last;
}

/* Index of the first range that ends at key or above; the count if there is none. */
static MXW_ALWAYS_INLINE size_t mxw_view_seek(const struct mxw_ranges *ranges, bool wide,
					      uint64_t key)
{
	size_t low = 0, high = mxw_view_count(ranges, wide);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mxw_view_at(ranges, wide, middle).last < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
