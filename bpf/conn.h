/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a completed connection leaves behind: it is reported, charged to its source's rate, and
 * counted as open until it ends. For the program on the cgroup root, and for tests, which cannot
 * call that one.
 */
#ifndef MXW_CONN_H
#define MXW_CONN_H

#include "order.h"

/* Where an open connection was counted. */
#define MXW_CONN_SOURCE (1U << 0)
#define MXW_CONN_NET (1U << 1)

/* Reports the source, unless it was reported lately. */
MXW_INLINE void mxw_conn_report(const struct mxw_config *config, struct mxw_presence *presence,
				const struct mxw_packet *p, __u16 reason)
{
	struct mxw_news_ask ask = { .saddr = { p->saddr_hi, p->saddr_lo },
				    .source = p->source,
				    .port = p->dport,
				    .listed = reason == MXW_PASS_LISTED || reason == MXW_WOULD_FEED,
				    .present = 1 };
	const struct mxw_news_rules *rules;
	struct mxw_limit_stats *stats;
	const struct mxw_limits *limits;
	struct mxw_news_place place;
	__u32 zero = 0;

	rules = bpf_map_lookup_elem(&mxw_news_rules, &zero);
	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!rules || !limits || !stats || !mxw_news_wanted(config, p, reason) || !mxw_news_alive())
		return;
	if (mxw_news_find(limits, mxw_limit_now(limits, stats), &ask, &place) ||
	    place.age < MXW_NEWS_AGAIN)
		return;
	if (!mxw_news_spend(&presence->window, &presence->used, rules->budget) ||
	    !mxw_news_write(&ask, 0, 0)) {
		presence->suppressed++;
		return;
	}
	presence->reported++;
	*place.slot = place.word;
}

/* Counts an open connection. A source is counted only where its net is, so that the net's number
 * is never the smaller one. Returns MXW_CONN_*. */
MXW_INLINE __u32 mxw_conn_open(const struct mxw_limits *limits, __u64 source, __u64 tick)
{
	__u32 counted = 0;

	if (!mxw_open_change(mxw_open_hash(limits, mxw_limit_net(source)), tick, 1))
		return 0;
	counted = MXW_CONN_NET;
	if (mxw_open_change(mxw_open_hash(limits, source), tick, 1))
		counted |= MXW_CONN_SOURCE;
	return counted;
}

/* Charges and counts a connection of a source to which the limits apply. Returns MXW_CONN_*. */
MXW_INLINE __u32 mxw_conn_limit(const struct mxw_config *config, const struct mxw_packet *p,
				const struct mxw_verdict *verdict, struct mxw_presence *presence)
{
	__u32 zero = 0, class = mxw_limit_class(config, p, verdict), counted;
	struct mxw_limit_stats *stats;
	const struct mxw_limits *limits;
	__u64 now;

	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!limits || !stats || class >= MXW_LIMIT_CLASSES || verdict->reason == MXW_PASS_NEVER)
		return 0;
	now = mxw_limit_now(limits, stats);
	mxw_open_beat(now);
	if (class == MXW_LIMIT_UNKNOWN)
		class = mxw_limit_known_class(p->source, now);
	asm volatile("%0 &= 3" : "+r"(class)); /* a check could be of another copy */
	if (limits->mode != MXW_LIMIT_OFF)
		mxw_limit_pay(limits, stats, p->source, p->dport, class);
	counted = mxw_conn_open(limits, p->source, now);
	if (counted != (MXW_CONN_NET | MXW_CONN_SOURCE))
		presence->full++;
	return counted;
}

/* To be called when a connection of p->source to port p->dport is complete. Returns MXW_CONN_*. A
 * function of its own, and not static, for the verifier's sake: see mxw_limit_ask(). */
__attribute__((noinline)) int mxw_conn_completed(struct mxw_packet *p)
{
	const struct mxw_config *config;
	struct mxw_presence *presence;
	struct mxw_verdict verdict;
	__u32 zero = 0;

	config = bpf_map_lookup_elem(&mxw_config, &zero);
	presence = bpf_map_lookup_elem(&mxw_presence, &zero);
	if (!config || !presence || !p || config->mode == MXW_MODE_BYPASS)
		return 0;
	verdict = mxw_decide_source(config, p);
	mxw_conn_report(config, presence, p, verdict.reason);
	return (int)mxw_conn_limit(config, p, &verdict, presence);
}

/* When it ends. counted: what mxw_conn_completed() returned. */
MXW_INLINE void mxw_conn_closed(__u64 source, __u32 counted)
{
	struct mxw_limit_stats *stats;
	const struct mxw_limits *limits;
	__u32 zero = 0;
	__u64 now;

	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!limits || !stats)
		return;
	now = mxw_limit_now(limits, stats);
	mxw_open_beat(now);
	if (counted & MXW_CONN_NET)
		(void)mxw_open_change(mxw_open_hash(limits, mxw_limit_net(source)), now, 0);
	if (counted & MXW_CONN_SOURCE)
		(void)mxw_open_change(mxw_open_hash(limits, source), now, 0);
}

#endif
