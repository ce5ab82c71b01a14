/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the limiter's table is asked with: the keys of nets, and where a key's slot is.
 * Included by the BPF program and by userspace; pure.
 */
#ifndef MXW_LIMIT_KEY_H
#define MXW_LIMIT_KEY_H

#include <linux/types.h>

#include "abi.h"

/* The key of the net around a source: IPv4 /24, IPv6 /48. It lies in ::/8, apart from the
 * keys of all sources that can be. */
static inline __attribute__((always_inline)) __u64 mxw_limit_net(__u64 source)
{
	return source >> 32 ? 1ULL << 48 | source >> 16 : 1ULL << 40 | source >> 8;
}

/* What keeps the accounts of a source apart: set of rates and class. */
static inline __attribute__((always_inline)) __u32 mxw_limit_salt(__u32 set, __u32 class)
{
	return set * MXW_LIMIT_CLASSES + class;
}

/* Keeps the hashes of the table of reported sources apart from the limiter's. */
#define MXW_NEWS_SALT 0x6e657773U
/* Of those that were reported for a connection. */
#define MXW_PRESENT_SALT 0x70726573U

/* Of those with open connections. */
#define MXW_OPEN_SALT 0x6f70656eU

/* Where a source's proof is kept: beside the accounts. */
#define MXW_SALT_PROVEN (MXW_LIMIT_SETS * MXW_LIMIT_CLASSES)

/*
 * Hashes a key with the secret seed. Each step can be undone, so two keys never have the
 * same 64 bits; which ones share a line is as good as random to whoever does not know
 * the seed, which nothing that leaves the machine shows.
 */
static inline __attribute__((always_inline)) __u64 mxw_limit_hash(const __u64 seed[3], __u64 key,
								  __u32 salt)
{
	__u64 h = (key ^ seed[0]) * (seed[1] | 1);

	h ^= h >> 32;
	h = (h + salt * 0x9e3779b97f4a7c15ULL) * (seed[2] | 1);
	return h ^ h >> 32;
}

/* Hashes what a SYN and its retransmissions share. saddr and daddr: see struct mxw_packet. */
static inline __attribute__((always_inline)) __u64
mxw_syn_hash(const __u64 seed[3], const __u64 saddr[2], __u64 daddr, __u64 ports_isn)
{
	__u64 h = saddr[0] * (seed[0] | 1) + saddr[1] * (seed[1] | 1) + daddr * (seed[2] | 1);

	h += ports_isn * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 32) * (seed[1] | 1);
	return h ^ h >> 32;
}

/* The parts of a hash: which line, of the net's hash for both; which slot is tried first; and
 * what tells it apart. */
static inline __attribute__((always_inline)) __u32 mxw_limit_line(__u64 hash, __u32 lines)
{
	return (__u32)(hash >> 40) & (lines - 1);
}

static inline __attribute__((always_inline)) __u32 mxw_limit_first(__u64 hash, __u32 level)
{
	const __u32 of_nets = MXW_LIMIT_NET_SLOTS, of_sources = MXW_LIMIT_SLOTS - of_nets;

	if (level == MXW_LIMIT_NET)
		return (__u32)(hash >> 8) & (of_nets - 1);
	return of_nets + (__u32)((hash >> 8 & 0xff) * of_sources >> 8);
}

/* The slots of a level: from this one, up to before that one. */
static inline __attribute__((always_inline)) __u64 mxw_limit_from(__u32 level)
{
	return level == MXW_LIMIT_NET ? 0 : MXW_LIMIT_NET_SLOTS;
}

static inline __attribute__((always_inline)) __u64 mxw_limit_to(__u32 level)
{
	return level == MXW_LIMIT_NET ? MXW_LIMIT_NET_SLOTS : MXW_LIMIT_SLOTS;
}

static inline __attribute__((always_inline)) __u64 mxw_limit_tag(__u64 hash)
{
	return hash << 32 & ~0ULL << MXW_LIMIT_TIME_BITS; /* bits 16-31, in their place */
}

/* Ticks until the debt of a slot is over, <= 0 if it is, times 2^16. The 48 bits go round
 * after nine years, hence as a difference; the tag is shifted out. */
static inline __attribute__((always_inline)) __s64 mxw_limit_ahead(__u64 slot, __u64 now)
{
	return (__s64)((slot - now) << (64 - MXW_LIMIT_TIME_BITS));
}

/* The debt of a slot in ticks. */
static inline __attribute__((always_inline)) __u64 mxw_limit_debt(__u64 slot, __u64 now)
{
	__s64 ahead = mxw_limit_ahead(slot, now) >> (64 - MXW_LIMIT_TIME_BITS);

	return ahead < 0 || ahead > (__s64)MXW_LIMIT_FAR ? 0 : (__u64)ahead;
}

/* The parts of a hash in the table of open connections. */
static inline __attribute__((always_inline)) __u32 mxw_open_line(__u64 hash)
{
	return (__u32)hash & (MXW_OPEN_LINES - 1);
}

static inline __attribute__((always_inline)) __u64 mxw_open_tag(__u64 hash)
{
	return hash >> MXW_OPEN_TAG_AT << MXW_OPEN_TAG_AT;
}

/* Whether a slot has not changed for so long at tick that it is free. The clock of the CPU that
 * wrote it can be a little ahead. */
static inline __attribute__((always_inline)) int mxw_open_stale(__u64 slot, __u64 tick)
{
	__u64 time = (tick >> MXW_OPEN_SHIFT) + 1;

	return ((time - (slot >> MXW_OPEN_TIME_AT)) & MXW_OPEN_TIME) > MXW_OPEN_STALE + 1;
}

#endif
