/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the feeds' IPv4 table, its units and leaves (abi.h: enum mxw_feed_layout). The program and
 * userspace both look up by this. Pure.
 */
#ifndef MXW_LEAF_H
#define MXW_LEAF_H

#include "abi.h"

/* Whether a unit of layout INLINE names the address. */
static inline __attribute__((always_inline)) int mxw_unit_names(__u64 present, __u64 place,
								__u32 address)
{
	const __u64 one = 0x0001000100010001ULL, top = one << 15;
	__u64 here = present ^ (address & 0x3fff) * one;
	/* What is above the two in place differs from any address: bit 15 of both is set. */
	__u64 there = ((__u32)place ^ (address & 0x3fff) * 0x10001ULL) | 0x8000800000000000ULL;

	/* A quarter that is 0 borrows from above its highest bit, which then is set. */
	return (((here - one) & ~here & top) | ((there - one) & ~there & top)) != 0;
}

/* Which of the leaf map's lines has the address. cell: the leaf's first; layout without DIRECT. */
static inline __attribute__((always_inline)) __u32 mxw_leaf_line(__u32 cell, __u32 layout,
								 __u32 address)
{
	return cell / MXW_FEED_CELLS + (layout == MXW_FEED_WIDE ? address >> 6 & 3 : 0);
}

/* The class beside the octet that is the address's last, 0 if none is. Bytes of classes belong to
 * those of octets. Without a branch: which octet it is, no CPU can foresee. */
static inline __attribute__((always_inline)) __u8 mxw_leaf_octet(__u64 octets, __u64 classes,
								 __u32 address)
{
	const __u64 low = 0x7f7f7f7f7f7f7f7fULL, each = 0x0101010101010101ULL;
	__u64 differ = octets ^ (address & 255) * each;
	__u64 same = ~(((differ & low) + low) | differ | low); /* bit 7 of equal bytes */

	classes &= (same >> 7) * 255;
	classes |= classes >> 32;
	classes |= classes >> 16;
	return (__u8)(classes | classes >> 8);
}

/* The class of the address, 0 if it is not listed. line: number mxw_leaf_line() */
static inline __attribute__((always_inline)) __u8
mxw_leaf_class(const union mxw_feed_line *line, __u32 cell, __u32 layout, __u32 address)
{
	__u32 at = cell % MXW_FEED_CELLS;

	switch (layout) {
	case MXW_FEED_THREE:
		return mxw_leaf_octet(line->cell[at] & 0xffffff,
				      (line->cell[at] >> 24) * 0x010101ULL, address);
	case MXW_FEED_FOUR:
		return mxw_leaf_octet((__u32)line->word[at / 2], line->word[at / 2] >> 32, address);
	case MXW_FEED_EIGHT:
		return mxw_leaf_octet(line->word[at / 4 * 2], line->word[at / 4 * 2 + 1], address);
	case MXW_FEED_NARROW:
		if (!(line->word[address >> 6 & 3] >> (address & 63) & 1))
			return 0;
		return line->byte[32 + (address >> 3 & 31)];
	default:
		return line->byte[address & 63];
	}
}

#endif
