// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settled ranges out of settled ranges: difference, union, window; list.h has
 * the contracts. Every room above may call it. Pure.
 */
#include "lists/list.h"
#include "lists/view.h"

static MXW_ALWAYS_INLINE int append(struct mxw_ranges *out, bool wide, struct mxw_range6 range,
				    struct mxw_err *err)
{
	if (wide)
		return mxw_ranges_add6(out, range, err);
	return mxw_ranges_add4(
		out, (struct mxw_range4){ (uint32_t)range.first, (uint32_t)range.last }, err);
}

/* Appends what b leaves of range. *at: the first of b that may bear on it or a later one. */
static MXW_ALWAYS_INLINE int append_rest(struct mxw_ranges *out, bool wide, struct mxw_range6 range,
					 const struct mxw_ranges *b, size_t *at,
					 struct mxw_err *err)
{
	for (; *at < mxw_view_count(b, wide); ++*at) {
		struct mxw_range6 less = mxw_view_at(b, wide, *at), before;
		int code = MXW_OK;

		if (less.first > range.last)
			break;
		if (less.last < range.first)
			continue;
		before = (struct mxw_range6){ range.first, less.first - 1 };
		if (less.first > range.first)
			code = append(out, wide, before, err);
		if (code || less.last >= range.last)
			return code;
		range.first = less.last + 1;
	}
	return append(out, wide, range, err);
}

static MXW_ALWAYS_INLINE int subtract(const struct mxw_ranges *a, const struct mxw_ranges *b,
				      bool wide, struct mxw_ranges *out, struct mxw_err *err)
{
	size_t at = 0;
	int code = MXW_OK;

	for (size_t i = 0; !code && i < mxw_view_count(a, wide); i++)
		code = append_rest(out, wide, mxw_view_at(a, wide, i), b, &at, err);
	return code;
}

/* The next of both in ascending order; one of them has one. */
static MXW_ALWAYS_INLINE struct mxw_range6
take_lower(const struct mxw_ranges *a, size_t *i, const struct mxw_ranges *b, size_t *j, bool wide)
{
	if (*j == mxw_view_count(b, wide))
		return mxw_view_at(a, wide, (*i)++);
	if (*i == mxw_view_count(a, wide) ||
	    mxw_view_at(b, wide, *j).first < mxw_view_at(a, wide, *i).first)
		return mxw_view_at(b, wide, (*j)++);
	return mxw_view_at(a, wide, (*i)++);
}

static MXW_ALWAYS_INLINE int unite(const struct mxw_ranges *a, const struct mxw_ranges *b,
				   bool wide, struct mxw_ranges *out, struct mxw_err *err)
{
	size_t total = mxw_view_count(a, wide) + mxw_view_count(b, wide), i = 0, j = 0;
	struct mxw_range6 open, next;
	int code = MXW_OK;

	if (!total)
		return MXW_OK;
	open = take_lower(a, &i, b, &j, wide);
	while (!code && i + j < total) {
		next = take_lower(a, &i, b, &j, wide);
		if (!mxw_view_touches(open.last, next.first)) {
			code = append(out, wide, open, err);
			open = next;
		} else if (next.last > open.last) {
			open.last = next.last;
		}
	}
	return code ? code : append(out, wide, open, err);
}

static MXW_ALWAYS_INLINE int cut_out(const struct mxw_ranges *a, bool wide,
				     struct mxw_range6 window, struct mxw_ranges *out,
				     struct mxw_err *err)
{
	size_t count = mxw_view_count(a, wide);
	int code = MXW_OK;

	for (size_t i = mxw_view_seek(a, wide, window.first); !code && i < count; i++) {
		struct mxw_range6 range = mxw_view_at(a, wide, i);

		if (range.first > window.last)
			break;
		if (range.first < window.first)
			range.first = window.first;
		if (range.last > window.last)
			range.last = window.last;
		code = append(out, wide, range, err);
	}
	return code;
}

/* All that was made, or after an error nothing. */
static int finish(struct mxw_ranges *out, int code)
{
	if (code)
		mxw_ranges_free(out);
	return code;
}

int mxw_ranges_subtract(const struct mxw_ranges *a, const struct mxw_ranges *b,
			struct mxw_ranges *out, struct mxw_err *err)
{
	int code;

	*out = (struct mxw_ranges){ 0 };
	code = subtract(a, b, false, out, err);
	return finish(out, code ? code : subtract(a, b, true, out, err));
}

int mxw_ranges_union(const struct mxw_ranges *a, const struct mxw_ranges *b, struct mxw_ranges *out,
		     struct mxw_err *err)
{
	int code;

	*out = (struct mxw_ranges){ 0 };
	code = unite(a, b, false, out, err);
	return finish(out, code ? code : unite(a, b, true, out, err));
}

int mxw_ranges_intersect(const struct mxw_ranges *a, const struct mxw_ranges *b,
			 struct mxw_ranges *out, struct mxw_err *err)
{
	struct mxw_ranges without = { 0 };
	int code = mxw_ranges_subtract(a, b, &without, err);

	*out = (struct mxw_ranges){ 0 };
	if (!code)
		code = mxw_ranges_subtract(a, &without, out, err);
	mxw_ranges_free(&without);
	return code;
}

int mxw_ranges_window(const struct mxw_ranges *a, const struct mxw_range4 *window4,
		      const struct mxw_range6 *window6, struct mxw_ranges *out, struct mxw_err *err)
{
	*out = (struct mxw_ranges){ 0 };
	if (window4)
		return finish(out, cut_out(a, false,
					   (struct mxw_range6){ window4->first, window4->last },
					   out, err));
	return finish(out, cut_out(a, true, *window6, out, err));
}

int mxw_ranges_replace(struct mxw_ranges *ranges, mxw_ranges_operation *operation,
		       const struct mxw_ranges *other, struct mxw_err *err)
{
	struct mxw_ranges result = { 0 };
	int error = operation(ranges, other, &result, err);

	if (error)
		return error;
	mxw_ranges_free(ranges);
	*ranges = result;
	return MXW_OK;
}
