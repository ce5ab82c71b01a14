/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of source addresses: ranges that can be millions, in plain arrays. Pure.
 */
#ifndef MXW_LIST_H
#define MXW_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* IPv4 addresses from first to last, both included, host order. */
struct mxw_range4 {
	uint32_t first, last;
};

/* /64s from first to last, both included: the top 64 bits of the address, host order. */
struct mxw_range6 {
	uint64_t first, last;
};

/* In any order until mxw_ranges_settle(), then ascending, disjoint and not adjacent. */
struct mxw_ranges {
	struct mxw_range4 *v4;
	size_t v4_count, v4_room;
	struct mxw_range6 *v6;
	size_t v6_count, v6_room;
};

/* The most ends that the entries of one list may have. */
#define MXW_ENDINGS 16

/* Entries that do not stay for as long as their list: what of the list is in `ranges` ends then. */
struct mxw_ending {
	uint64_t end; /* wall clock s */
	struct mxw_ranges ranges;
};

struct mxw_endings {
	struct mxw_ending item[MXW_ENDINGS]; /* by end, ascending; disjoint */
	size_t count;
	uint64_t all; /* when the whole list ends, wall clock s; 0 = it does not say */
};

/* What one feed says. Allowed ones are allowed by that feed, against its own blocks and
 * everybody's. Endings say of some of them until when. */
struct mxw_list {
	struct mxw_ranges block, allow;
	struct mxw_endings endings;
};

/* Amortized constant time. MXW_E_FAIL when memory is out. */
int mxw_ranges_add4(struct mxw_ranges *ranges, struct mxw_range4 range, struct mxw_err *err);
int mxw_ranges_add6(struct mxw_ranges *ranges, struct mxw_range6 range, struct mxw_err *err);

/* Sorts (radix: a scratch copy of the array at most) and merges what overlaps or touches.
 * *merged (may be NULL): how many ranges that saved. */
int mxw_ranges_settle(struct mxw_ranges *ranges, uint64_t *merged, struct mxw_err *err);

/* All below want settled ranges, and give settled ones. out is made by the call. */

/* a without what b has. */
int mxw_ranges_subtract(const struct mxw_ranges *a, const struct mxw_ranges *b,
			struct mxw_ranges *out, struct mxw_err *err);

/* a and b. */
int mxw_ranges_union(const struct mxw_ranges *a, const struct mxw_ranges *b, struct mxw_ranges *out,
		     struct mxw_err *err);

/* The part of a that is within window, which is one IPv4 or one IPv6 range; the other is NULL. */
int mxw_ranges_window(const struct mxw_ranges *a, const struct mxw_range4 *window4,
		      const struct mxw_range6 *window6, struct mxw_ranges *out,
		      struct mxw_err *err);

/* Whether the key (bpf/key.h: IPv4 has zeros above 32 bits) is in it. Binary search. */
bool mxw_ranges_contain(const struct mxw_ranges *ranges, uint64_t key);

/* IPv4 addresses, and IPv6 /64s, that it covers. */
uint64_t mxw_ranges_addresses4(const struct mxw_ranges *ranges);
uint64_t mxw_ranges_networks6(const struct mxw_ranges *ranges);

/* What both have. */
int mxw_ranges_intersect(const struct mxw_ranges *a, const struct mxw_ranges *b,
			 struct mxw_ranges *out, struct mxw_err *err);

void mxw_ranges_free(struct mxw_ranges *ranges);

/* mxw_ranges_subtract() and its kin. */
typedef int mxw_ranges_operation(const struct mxw_ranges *a, const struct mxw_ranges *b,
				 struct mxw_ranges *out, struct mxw_err *err);

/* Makes ranges what the operation makes of them and other. On an error they stay as they were. */
int mxw_ranges_replace(struct mxw_ranges *ranges, mxw_ranges_operation *operation,
		       const struct mxw_ranges *other, struct mxw_err *err);
void mxw_list_free(struct mxw_list *list);

void mxw_endings_free(struct mxw_endings *endings);

#endif
