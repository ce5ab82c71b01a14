/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which SYNs were charged of late, so that a retransmission (same addresses, ports and
 * initial sequence number) is charged once. A small table that stays in the cache: one that
 * is overwritten too soon only costs its sender a second charge.
 *
 * What a replay can gain is bounded: a SYN that was paid for comes through MXW_SYN_AGAIN_MOST
 * times more, half a second apart at least.
 */
#ifndef MXW_LIMIT_SYN_H
#define MXW_LIMIT_SYN_H

#include "limit_key.h"
#include "maps.h"
#include "parse.h"

/* What a SYN and its retransmissions share. */
struct mxw_syn_facts {
	__u64 saddr[2], daddr; /* see struct mxw_packet; the lower half of daddr will do */
	__u16 sport, dport;
	__u32 isn;
};

struct mxw_syn {
	__u64 *at; /* its place in mxw_limit_syns */
	__u64 word; /* fingerprint and time, as they will be stored */
	__u32 again; /* 0: new; else how often it has come again, this time included */
	__u32 paid; /* again: the charge let it pass */
};

MXW_INLINE __u64 mxw_syn_facts_hash(const __u64 seed[3], const struct mxw_syn_facts *facts)
{
	__u64 ports = (__u64)facts->sport << 48 | (__u64)facts->dport << 32;

	return mxw_syn_hash(seed, facts->saddr, facts->daddr, ports | facts->isn);
}

/* Looks the SYN up. Returns -1 without a table. */
MXW_INLINE int mxw_syn_find(const struct mxw_limits *limits, const struct mxw_syn_facts *facts,
			    __u64 now, struct mxw_syn *syn)
{
	__u64 hash = mxw_syn_facts_hash(limits->seed, facts);
	__u32 index = (__u32)hash & (MXW_LIMIT_SYNS - 1), time, age, times;
	__u64 stored;

	*syn = (struct mxw_syn){};
	syn->at = bpf_map_lookup_elem(&mxw_limit_syns, &index);
	if (!syn->at)
		return -1;
	time = (__u32)(now >> MXW_SYN_SHIFT) & MXW_SYN_TIME;
	syn->word = (hash & ~0ULL << 32) | time;
	stored = *(volatile __u64 *)syn->at;
	age = (time - (__u32)stored) & MXW_SYN_TIME;
	times = (__u32)stored / MXW_SYN_AGAIN % (MXW_SYN_PAID / MXW_SYN_AGAIN);
	if ((stored ^ hash) >> 32 || age < MXW_SYN_APART || age > MXW_SYN_STALE ||
	    times >= MXW_SYN_AGAIN_MOST)
		return 0;
	syn->again = times + 1;
	syn->paid = !!(stored & MXW_SYN_PAID);
	return 0;
}

/* From now on a SYN that was charged, or a retransmission that was not. */
MXW_INLINE void mxw_syn_keep(const struct mxw_syn *syn, int paid)
{
	*(volatile __u64 *)syn->at = syn->word | (__u64)syn->again * MXW_SYN_AGAIN |
				     (paid ? MXW_SYN_PAID : 0);
}

#endif
