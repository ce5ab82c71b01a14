/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYNs that passed, noted by the XDP program for the one on the cgroup root, which sees a
 * connection only after NAT: at another port, in another network namespace.
 *
 * A note is found by the source's address, port and initial sequence number, none of which NAT
 * of destinations changes, and the last of which nobody can guess for another's connection. So a
 * flood of forged SYNs can overwrite notes, but never make one for a connection.
 */
#ifndef MXW_NOTED_H
#define MXW_NOTED_H

#include "limit_account.h"
#include "policy.h"

/* Where a SYN is noted, and as what. */
struct mxw_noted_place {
	__u64 *slot;
	__u64 hash; /* its upper half is the fingerprint */
	__u32 time;
	__u32 zero;
};

enum mxw_noted_as {
	MXW_NOTED_OTHER = 0, /* its place is free, or of a SYN of long ago: it was not noted */
	MXW_NOTED_LOST, /* its place is another's: nobody can tell */
	MXW_NOTED_MAIL, /* a SYN to a protected port */
};

/* saddr_hi, saddr_lo, sport and isn of p are what counts. Returns -1 without a table. */
MXW_INLINE int mxw_noted_find(const struct mxw_packet *p, struct mxw_noted_place *place)
{
	const __u64 saddr[2] = { p->saddr_hi, p->saddr_lo };
	struct mxw_limit_stats *stats;
	const struct mxw_limits *limits;
	__u32 zero = 0, index;

	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!limits || !stats)
		return -1;
	place->hash = mxw_syn_hash(limits->seed, saddr, 0, (__u64)p->sport << 48 | p->isn);
	place->time = (__u32)(mxw_limit_now(limits, stats) >> MXW_NOTED_SHIFT) & 0xffff;
	index = (__u32)place->hash & (MXW_NOTED_SYNS - 1);
	place->slot = bpf_map_lookup_elem(&mxw_noted, &index);
	return place->slot ? 0 : -1;
}

/* Only a SYN that shows its port and sequence number, and that the filter lets through. */
MXW_INLINE int mxw_noted_wanted(const struct mxw_packet *p, const struct mxw_verdict *verdict)
{
	return verdict->action == XDP_PASS && !p->dry && verdict->reason != MXW_REASON_NONE &&
	       verdict->reason != MXW_PASS_UNCONFIRMED &&
	       (p->kind == MXW_KIND_SYN || p->kind == MXW_KIND_SYN_FRAGMENT);
}

MXW_INLINE void mxw_noted_put(const struct mxw_packet *p)
{
	struct mxw_noted_place place;

	if (mxw_noted_find(p, &place))
		return;
	*(volatile __u64 *)place.slot = (place.hash & ~0ULL << 32) | place.time << 16 | p->dport;
}

/* What the note says of the SYN; *port: the one it came to, if it is MXW_NOTED_MAIL. */
MXW_INLINE enum mxw_noted_as mxw_noted_get(const struct mxw_packet *p, __u16 *port)
{
	struct mxw_noted_place place;
	__u64 word;

	if (mxw_noted_find(p, &place))
		return MXW_NOTED_OTHER;
	word = *(volatile __u64 *)place.slot;
	if (!word || ((place.time - (__u32)(word >> 16)) & 0xffff) > MXW_NOTED_LATE)
		return MXW_NOTED_OTHER;
	if ((word ^ place.hash) >> 32)
		return MXW_NOTED_LOST;
	*port = (__u16)word;
	return MXW_NOTED_MAIL;
}

#endif
