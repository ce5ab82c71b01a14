/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many connections sources and nets have open, in the table of struct mxw_open_line. The
 * program on the cgroup root adds and takes away, by compare-and-swap; the XDP program reads.
 * Nothing is allocated, and a slot whose number is 0 is free by that alone.
 */
#ifndef MXW_OPEN_H
#define MXW_OPEN_H

#include "limit_account.h"

#define MXW_OPEN_TRIES 4 /* of finding a slot */
#define MXW_OPEN_SWAPS 64 /* of a compare-and-swap there: each lost one is another CPU's gain */

/* The slot of a line that serves best. */
struct mxw_open_spot {
	__u64 *slot;
	__u64 word; /* what it held */
	__u32 own; /* 1: connections of the key; 0: it is free */
	__u32 none; /* 1: all slots are others' */
};

MXW_INLINE struct mxw_open_line *mxw_open_at(__u64 hash)
{
	__u32 index = mxw_open_line(hash);

	return bpf_map_lookup_elem(&mxw_open, &index);
}

/* All ones if connections are open in the slot at tick, else zero. Without a branch, for the
 * verifier, as mxw_limit_sign(). */
MXW_INLINE __u64 mxw_open_live(__u64 slot, __u64 tick)
{
	__u64 time = (tick >> MXW_OPEN_SHIFT) + 1;
	__u64 age = (time - (slot >> MXW_OPEN_TIME_AT)) & MXW_OPEN_TIME;

	return mxw_limit_sign(-(slot & MXW_OPEN_COUNT)) & mxw_limit_sign(age - MXW_OPEN_STALE - 2);
}

/* All ones if the slot has the tag. */
MXW_INLINE __u64 mxw_open_own(__u64 slot, __u64 tag)
{
	return mxw_limit_sign(((slot ^ tag) >> MXW_OPEN_TAG_AT) - 1);
}

/* Whether any slot has connections, whosever. In most lines none has. */
MXW_INLINE int mxw_open_any(const struct mxw_open_line *line)
{
	__u64 any = 0;

	for (__u64 i = 0; i < MXW_OPEN_SLOTS; i++)
		any |= ((const volatile __u64 *)line->slot)[i];
	return (any & MXW_OPEN_COUNT) != 0;
}

MXW_INLINE __u32 mxw_open_sum(__u64 hash, __u64 tick)
{
	struct mxw_open_line *line = mxw_open_at(hash);
	__u64 tag = mxw_open_tag(hash), sum = 0;

	if (!line || !mxw_open_any(line))
		return 0;
	for (__u64 i = 0; i < MXW_OPEN_SLOTS; i++) {
		__u64 slot = ((volatile __u64 *)line->slot)[i];

		sum += slot & MXW_OPEN_COUNT & mxw_open_live(slot, tick) & mxw_open_own(slot, tag);
	}
	return (__u32)sum;
}

/* Finds the key's own slot with connections, or a free one. */
MXW_INLINE void mxw_open_find(struct mxw_open_line *line, __u64 tag, __u64 tick,
			      struct mxw_open_spot *spot)
{
	__u64 best = ~0ULL >> 1, word = 0;

	for (__u64 i = 0; i < MXW_OPEN_SLOTS; i++) {
		__u64 slot = ((volatile __u64 *)line->slot)[i];
		__u64 live = mxw_open_live(slot, tick), own = mxw_open_own(slot, tag);
		__u64 rank = i | (~live & 8) | (live & ~own & 16);
		__u64 better = mxw_limit_sign(rank - best);

		best ^= (best ^ rank) & better;
		word ^= (word ^ slot) & better;
	}
	spot->slot = &line->slot[mxw_opaque(best) & (MXW_OPEN_SLOTS - 1)];
	spot->word = word;
	spot->own = best < 8;
	spot->none = best >= 16;
}

MXW_INLINE __u64 mxw_open_word(__u64 tag, __u64 tick, __u64 count)
{
	return tag | (tick >> MXW_OPEN_SHIFT & MXW_OPEN_TIME) << MXW_OPEN_TIME_AT | count;
}

/* Changes the number in the slot by one. Returns 1 if that was done, 0 if there is nothing to take
 * away or no room for more, and -1 if the slot has become another key's. A lost swap brings
 * what is there now, so the next one needs no other look at the line. */
MXW_INLINE int mxw_open_swap(const struct mxw_open_spot *spot, __u64 tag, __u64 tick, __u32 add)
{
	__u64 word = spot->word, count = spot->own ? word & MXW_OPEN_COUNT : 0, found;

#pragma clang loop unroll(disable)
	for (int i = 0; i < MXW_OPEN_SWAPS; i++) {
		if (add ? count == MXW_OPEN_COUNT : !count)
			return 0;
		found = __sync_val_compare_and_swap(
			spot->slot, word, mxw_open_word(tag, tick, add ? count + 1 : count - 1));
		if (found == word)
			return 1;
		count = found & MXW_OPEN_COUNT;
		if (!count || !mxw_open_own(found, tag))
			return -1;
		word = found;
	}
	return 0;
}

/*
 * Adds one connection (1) or takes one away (0). Returns 1 if that was done; a line without room,
 * or nothing to take away, is 0. A function of its own, and not static, for the verifier's sake.
 */
__attribute__((noinline)) int mxw_open_change(__u64 hash, __u64 tick, __u32 add)
{
	struct mxw_open_line *line = mxw_open_at(hash);
	__u64 tag = mxw_open_tag(hash);
	struct mxw_open_spot spot;
	int done;

	if (!line)
		return 0;
	for (int i = 0; i < MXW_OPEN_TRIES; i++) {
		mxw_open_find(line, tag, tick, &spot);
		if (spot.none || (!add && !spot.own))
			return 0;
		done = mxw_open_swap(&spot, tag, tick, add);
		if (done >= 0)
			return done;
	}
	return 0;
}

/* Notes that connections are being counted. Two seconds are exact enough, and spare the CPUs a
 * cache line that all of them write. */
MXW_INLINE void mxw_open_beat(__u64 tick)
{
	__u32 zero = 0;
	__u64 *last = bpf_map_lookup_elem(&mxw_open_last, &zero);

	if (last && tick - *last > MXW_OPEN_LAST_EXACT)
		*(volatile __u64 *)last = tick;
}

/* Whether any connection has begun or ended within the last minute. The clock of the CPU that wrote
 * it can be a little ahead. */
MXW_INLINE int mxw_open_counting(__u64 tick)
{
	__u32 zero = 0;
	const __u64 *last = bpf_map_lookup_elem(&mxw_open_last, &zero);

	return last && (__s64)(tick - *last) < (__s64)MXW_OPEN_SILENT;
}

MXW_INLINE __u64 mxw_open_hash(const struct mxw_limits *limits, __u64 key)
{
	return mxw_limit_hash(limits->seed, key, MXW_OPEN_SALT);
}

#endif
