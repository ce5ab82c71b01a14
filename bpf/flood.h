/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Floods of SYNs: when there is one, and the proof that a source then has to give. Its first
 * SYN is dropped and remembered; the same SYN again, 0.8 to 8 s later, passes, and so do
 * all others of its source for MXW_PROVEN. Memory is fixed: more SYNs than it holds only
 * shorten the time for which they are remembered.
 *
 * A flood begins at the SYN that makes a window full, and ends with the first SYN after a
 * window that had few, so nothing else has to run for either.
 */
#ifndef MXW_FLOOD_H
#define MXW_FLOOD_H

#include "limit_account.h"

/* Lines in mxw_proof_lines. Set by attach before load, as the map is. */
const volatile __u32 mxw_proof_line_count = MXW_PROOF_LINES;

MXW_INLINE __u32 mxw_flood_window(__u64 now)
{
	return (__u32)(now >> MXW_FLOOD_WINDOW_SHIFT);
}

/* Changes the state, unless another CPU has, and says so. Not subject to the budget of
 * events: it happens twice in a window at most. */
MXW_INLINE void mxw_flood_change(struct mxw_flood *flood, __u32 on, __u32 figure, __u64 now)
{
	struct mxw_event *event;

	if (__sync_val_compare_and_swap(&flood->on, !on, on) != !on)
		return;
	flood->changes++;
	flood->since = now;
	flood->figure = figure;
	event = bpf_ringbuf_reserve(&mxw_events, sizeof(*event), 0);
	if (!event)
		return;
	__builtin_memset(event, 0, sizeof(*event));
	event->time_ns = now << MXW_TICK_SHIFT;
	event->note = on ? MXW_NOTE_FLOOD_ON : MXW_NOTE_FLOOD_OFF;
	event->length = figure;
	bpf_ringbuf_submit(event, 0);
}

/*
 * Adds what this CPU has counted to the window, and returns how many that has now. The clock of
 * one CPU can be a jiffy behind another's: what it counts is added to the later window. One
 * that began its own window again would end the flood for the others, who would see a window
 * before theirs with few SYNs in it.
 */
MXW_INLINE __u32 mxw_flood_add(struct mxw_flood *flood, __u32 window, __u32 syns)
{
	__u64 count = *(volatile __u64 *)&flood->count;
	__u32 later = window - (__u32)(count >> 32);

	if (later && later < 1U << 31 &&
	    __sync_val_compare_and_swap(&flood->count, count, (__u64)window << 32 | syns) == count)
		return syns;
	return (__u32)__sync_fetch_and_add(&flood->count, syns) + syns;
}

/* Counts one SYN; where it makes the window full, the flood begins. */
MXW_INLINE void mxw_flood_count(const struct mxw_limiter *limiter, struct mxw_flood *flood)
{
	const struct mxw_limits *limits = limiter->limits;
	__u32 zero = 0, total;
	__u64 *own = bpf_map_lookup_elem(&mxw_flood_cpu, &zero);

	if (!own || ++*own < limits->flood_batch)
		return;
	total = mxw_flood_add(flood, mxw_flood_window(limiter->now), (__u32)*own);
	*own = 0;
	if (total >= limits->flood_high && !flood->on)
		mxw_flood_change(flood, 1, total, limiter->now);
}

/* Ends a flood if the window before this one had few. */
MXW_INLINE void mxw_flood_end(const struct mxw_limiter *limiter, struct mxw_flood *flood)
{
	__u64 count = *(volatile __u64 *)&flood->count;
	__u32 gap = mxw_flood_window(limiter->now) - (__u32)(count >> 32);
	__u32 syns = gap == 1 ? (__u32)count : 0;

	if (gap && gap < 1U << 31 && syns < limiter->limits->flood_low)
		mxw_flood_change(flood, 0, syns, limiter->now);
}

/* Whether proofs are asked for now. */
MXW_INLINE int mxw_flood_on(const struct mxw_limiter *limiter)
{
	__u32 zero = 0;
	struct mxw_flood *flood = bpf_map_lookup_elem(&mxw_flood, &zero);

	if (limiter->limits->flood_forced)
		return 1;
	if (!flood)
		return 0;
	if (limiter->ask->dry)
		return !!flood->on;
	if (flood->on)
		mxw_flood_end(limiter, flood);
	mxw_flood_count(limiter, flood);
	return !!flood->on;
}

MXW_INLINE __u64 mxw_syn_facts_hash(const __u64 seed[3], const struct mxw_syn_facts *facts)
{
	__u64 ports = (__u64)facts->sport << 48 | (__u64)facts->dport << 32;

	return mxw_syn_hash(seed, facts->saddr, facts->daddr, ports | facts->isn);
}

/* How good a slot is for a SYN, with its number in the low bits, the lowest being best: the
 * SYN's own, then the oldest. */
MXW_INLINE __u64 mxw_proof_rank(__u32 slot, __u32 print, __u32 time, __u64 i)
{
	__u64 own = mxw_limit_sign((__u64)((slot ^ print) & ~MXW_PROOF_TIME) - 1);
	__u64 youth = MXW_PROOF_TIME - ((time - slot) & MXW_PROOF_TIME);

	return ((youth + 1) * MXW_PROOF_SLOTS & ~own) | i;
}

/* 1 if the SYN is one that was refused a while ago. If it is new, it is remembered. */
MXW_INLINE int mxw_proof_repeats(const struct mxw_limiter *limiter)
{
	__u64 hash = mxw_syn_facts_hash(limiter->limits->seed, &limiter->ask->syn);
	__u32 index = mxw_limit_line(hash, mxw_proof_line_count), age;
	__u32 print = (__u32)hash & ~MXW_PROOF_TIME;
	__u32 time = (__u32)(limiter->now >> MXW_PROOF_SHIFT) & MXW_PROOF_TIME;
	struct mxw_proof_line *line = bpf_map_lookup_elem(&mxw_proof_lines, &index);
	__u64 best = ~0ULL >> 1, rank;
	volatile __u32 *slot;

	if (!line)
		return 1;
	for (__u64 i = 0; i < MXW_PROOF_SLOTS; i++) {
		rank = mxw_proof_rank(((volatile __u32 *)line->slot)[i], print, time, i);
		best ^= (best ^ rank) & mxw_limit_sign(rank - best);
	}
	slot = &line->slot[best & (MXW_PROOF_SLOTS - 1)];
	age = (time - *slot) & MXW_PROOF_TIME;
	if (best < MXW_PROOF_SLOTS && age >= MXW_PROOF_SOON && age <= MXW_PROOF_LATE)
		return 1;
	if (best >= MXW_PROOF_SLOTS || age > MXW_PROOF_LATE)
		*slot = print | time;
	return 0;
}

/* The step of proofs: 0 where none is asked for, else MXW_PASS_PROVEN or MXW_DROP_PROOF. */
MXW_INLINE __u16 mxw_proof(struct mxw_limiter *limiter)
{
	__u64 hash = mxw_limit_hash(limiter->limits->seed, limiter->ask->source, MXW_SALT_PROVEN);
	struct mxw_limit_line *line;
	struct mxw_account proven;

	if (!mxw_flood_on(limiter))
		return 0;
	line = mxw_limit_line_of(hash);
	if (!line)
		return 0;
	proven = mxw_limit_seek(line, hash, MXW_LIMIT_SOURCE);
	mxw_limit_find(&proven, MXW_LIMIT_SOURCE, limiter->now);
	if (mxw_limit_owed(&proven, limiter->now))
		return MXW_PASS_PROVEN;
	if (limiter->ask->dry || !mxw_proof_repeats(limiter))
		return MXW_DROP_PROOF;
	(void)__sync_val_compare_and_swap(proven.slot, proven.word,
					  mxw_limit_word(&proven, limiter->now, MXW_PROVEN));
	return MXW_PASS_PROVEN;
}

#endif
