/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts: what a source or a net owes, one word each in the table of struct mxw_limit_line,
 * shared by all CPUs and changed by compare-and-swap. A line that is full of debts gives up
 * the smallest. Whatever goes wrong, the SYN passes and the connection is not charged.
 */
#ifndef MXW_LIMIT_ACCOUNT_H
#define MXW_LIMIT_ACCOUNT_H

#include "limit_key.h"
#include "maps.h"
#include "parse.h"

/* 1 in programs that tests load: time is mxw_limits.test_ns. */
const volatile __u8 mxw_test_clock;

/* Lines in mxw_limit_lines. Set by attach before load, as the map is. */
const volatile __u32 mxw_limit_line_count = MXW_LIMIT_LINES;

#define MXW_LIMIT_TRIES 3 /* of a compare-and-swap */

/* One account and the slot for it: the one that its hash prefers, until mxw_limit_find(). */
struct mxw_account {
	struct mxw_limit_line *line;
	__u64 *slot;
	__u64 word; /* what the slot held: this account's, or what it takes the place of */
	__u64 tag;
};

/* CLOCK_MONOTONIC in ticks, as coarse as the coarse clock is: it moves once in a jiffy, so it is
 * read once in a jiffy. Reading jiffies costs nothing, the clock 13 ns. */
MXW_INLINE __u64 mxw_limit_now(const struct mxw_limits *limits, struct mxw_limit_stats *stats)
{
	__u64 jiffy = bpf_jiffies64();

	if (mxw_test_clock)
		return limits->test_ns >> MXW_TICK_SHIFT;
	if (stats->jiffy != jiffy) {
		/* jiffy last: the program on the cgroup root can be interrupted by the XDP program. */
		*(volatile __u64 *)&stats->tick = bpf_ktime_get_coarse_ns() >> MXW_TICK_SHIFT;
		*(volatile __u64 *)&stats->jiffy = jiffy;
	}
	return stats->tick;
}

/* All ones if x, as a signed number, is negative, else zero. Arithmetic that the compiler cannot
 * turn into a branch: the verifier would follow every outcome of eight slots. */
MXW_INLINE __u64 mxw_limit_sign(__u64 x)
{
	asm volatile("%0 s>>= 63" : "+r"(x));
	return x;
}

MXW_INLINE int mxw_limit_is_own(const struct mxw_account *account)
{
	return !((account->word ^ account->tag) >> MXW_LIMIT_TIME_BITS);
}

MXW_INLINE void mxw_limit_settle_on(struct mxw_account *account, __u64 slot)
{
	slot = mxw_opaque(slot) & (MXW_LIMIT_SLOTS - 1);
	account->slot = &account->line->slot[slot];
	account->word = *(volatile __u64 *)account->slot;
}

/* Whether a slot of the level has the tag: negative if one has. Of most sources none has, so this is all
 * that they cost. */
MXW_INLINE __s64 mxw_limit_seen(const struct mxw_limit_line *line, __u64 tag, __u32 level)
{
	const volatile __u64 *slots = line->slot;
	__u64 own = 0;

	for (__u64 i = mxw_limit_from(level); i < mxw_limit_to(level); i++)
		own |= ((slots[i] ^ tag) >> MXW_LIMIT_TIME_BITS) - 1;
	return (__s64)own;
}

/* Where in the line the account is: its slot with bit 3 set, or 0. */
MXW_INLINE __u64 mxw_limit_seat(const struct mxw_account *account, __u32 level)
{
	volatile __u64 *slots = account->line->slot;
	__u64 seat = 0;

	for (__u64 i = mxw_limit_from(level); i < mxw_limit_to(level); i++) {
		__u64 own = mxw_limit_sign(((slots[i] ^ account->tag) >> MXW_LIMIT_TIME_BITS) - 1);

		seat = (seat & ~own) | (own & (i | MXW_LIMIT_SLOTS));
	}
	return seat;
}

/* The slot that owes least. Debts as numbers below 2^63, with the slot in the low bits. */
MXW_INLINE __u64 mxw_limit_idlest(const struct mxw_account *account, __u32 level, __u64 now)
{
	volatile __u64 *slots = account->line->slot;
	__u64 best = ~0ULL >> 1;

	for (__u64 i = mxw_limit_from(level); i < mxw_limit_to(level); i++) {
		__u64 ahead = (__u64)mxw_limit_ahead(slots[i], now) ^ 1ULL << 63, rank;

		rank = ahead >> 1 | i;
		best ^= (best ^ rank) & mxw_limit_sign(rank - best);
	}
	return best;
}

/* The account's own slot, or the one whose place it takes: the one that its hash prefers if
 * that owes nothing, so that a source that comes again is found at once; else the idlest. */
MXW_INLINE void mxw_limit_find(struct mxw_account *account, __u32 level, __u64 now)
{
	__u64 seat;

	if (mxw_limit_is_own(account))
		return;
	seat = mxw_limit_seat(account, level);
	if (seat)
		mxw_limit_settle_on(account, seat);
	else if (mxw_limit_ahead(account->word, now) > 0)
		mxw_limit_settle_on(account, mxw_limit_idlest(account, level, now));
}

MXW_INLINE __u64 mxw_limit_owed(const struct mxw_account *account, __u64 now)
{
	return mxw_limit_is_own(account) ? mxw_limit_debt(account->word, now) : 0;
}

MXW_INLINE __u64 mxw_limit_word(const struct mxw_account *account, __u64 now, __u64 debt)
{
	return account->tag | ((now + debt) & ((1ULL << MXW_LIMIT_TIME_BITS) - 1));
}

/* The most that an account of the class may owe. */
MXW_INLINE __u64 mxw_limit_most(struct mxw_rate rate, __u32 class)
{
	__u64 beyond = class == MXW_LIMIT_SANCTIONED ? MXW_LIMIT_BEYOND_SANCTIONED
						     : MXW_LIMIT_BEYOND;
	__u64 most = rate.tau + rate.period + beyond;

	return most < MXW_LIMIT_FAR ? most : MXW_LIMIT_FAR;
}

/*
 * Adds one period. The SYN has been let through, so nothing is refused here; many that came at the
 * same moment owe together what they took. Returns -1 if others kept changing the slot.
 */
MXW_INLINE int mxw_limit_charge(struct mxw_account *account, struct mxw_rate rate, __u64 most,
				__u64 now)
{
	for (int i = 0; i < MXW_LIMIT_TRIES; i++) {
		__u64 owed = mxw_limit_owed(account, now), debt = owed + rate.period, found;

		if (debt > most)
			debt = owed > most ? owed : most;
		found = __sync_val_compare_and_swap(account->slot, account->word,
						    mxw_limit_word(account, now, debt));
		if (found == account->word)
			return 0;
		account->word = found;
		if (!mxw_limit_is_own(account))
			break;
	}
	return -1;
}

/* What a SYN and its retransmissions share. */
struct mxw_syn_facts {
	__u64 saddr[2], daddr; /* see struct mxw_packet; the lower half of daddr will do */
	__u16 sport, dport;
	__u32 isn;
};

/* A SYN as the limits see it. */
struct mxw_limit_ask {
	struct mxw_syn_facts syn;
	__u64 source; /* key.h */
	__u32 class; /* enum mxw_limit_class */
	__u16 dry; /* 1: nothing is counted or remembered */
	__u16 proof_only; /* 1: of the never-block set: proofs hold for it, other limits do not */
};

/* One SYN before the limits. */
struct mxw_limiter {
	const struct mxw_limits *limits;
	struct mxw_limit_stats *stats;
	const struct mxw_limit_ask *ask;
	__u64 now; /* tick */
};

/* The line for a hash; NULL without a table. */
MXW_INLINE struct mxw_limit_line *mxw_limit_line_of(__u64 hash)
{
	__u32 index = mxw_limit_line(hash, mxw_limit_line_count);

	return bpf_map_lookup_elem(&mxw_limit_lines, &index);
}

/* Begins to read the account with a hash in a line: what it needs of memory is under way
 * before anything waits for it. */
MXW_INLINE struct mxw_account mxw_limit_seek(struct mxw_limit_line *line, __u64 hash, __u32 level)
{
	struct mxw_account account = { .line = line, .tag = mxw_limit_tag(hash) };

	mxw_limit_settle_on(&account, mxw_limit_first(hash, level));
	return account;
}

#endif
