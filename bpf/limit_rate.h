/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates: how often a source, and the net around it, may connect.
 *
 * GCRA: an account owes one period for each connection that was completed, and pays it off as
 * time goes; a SYN that finds more than tau owed is over. The XDP program only looks, and the
 * one on the cgroup root charges. So nothing that a SYN does, forged or repeated, costs anybody
 * anything. The price: SYNs that come before the first of their connections is complete are not
 * held against each other; what they took is owed afterwards.
 */
#ifndef MXW_LIMIT_RATE_H
#define MXW_LIMIT_RATE_H

#include "limit_account.h"

/* Who pays for a connection. */
struct mxw_bill {
	struct mxw_rates rates;
	struct mxw_limit_line *line;
	__u64 hash[MXW_LIMIT_LEVELS];
	__u32 class; /* enum mxw_limit_class */
	__u32 zero;
};

/* The set of rates of a port. */
MXW_INLINE __u32 mxw_limit_set(const struct mxw_limits *limits, __u16 port)
{
	for (__u32 i = 0; i < MXW_LIMIT_PORTS; i++) {
		if (!limits->port[i])
			break;
		if (limits->port[i] == port)
			return i + 1;
	}
	return 0;
}

/* Finds where the accounts of a source at a port are. class: enum mxw_limit_class. Returns -1
 * where there is no rate, or no table. */
MXW_INLINE int mxw_limit_bill(const struct mxw_limits *limits, __u64 source, __u16 port,
			      __u32 class, struct mxw_bill *bill)
{
	__u32 set = mxw_limit_set(limits, port), salt = mxw_limit_salt(set, class);

	bill->class = class;
	bill->rates = limits->rate[set][class][source >> 32 ? 1 : 0];
	if (!bill->rates.level[MXW_LIMIT_SOURCE].period && !bill->rates.level[MXW_LIMIT_NET].period)
		return -1;
	bill->hash[MXW_LIMIT_NET] = mxw_limit_hash(limits->seed, mxw_limit_net(source), salt);
	bill->hash[MXW_LIMIT_SOURCE] = mxw_limit_hash(limits->seed, source, salt);
	bill->line = mxw_limit_line_of(bill->hash[MXW_LIMIT_NET]);
	return bill->line ? 0 : -1;
}

/* Whether the account of a level owes more than its rate allows. */
MXW_INLINE int mxw_limit_over(const struct mxw_bill *bill, __u32 level, __u64 now)
{
	const struct mxw_rate rate = bill->rates.level[level];
	struct mxw_account account = { .line = bill->line,
				       .tag = mxw_limit_tag(bill->hash[level]) };
	__u64 seat;

	if (!rate.period)
		return 0;
	seat = mxw_limit_seat(&account, level);
	if (!seat)
		return 0;
	mxw_limit_settle_on(&account, seat);
	return mxw_limit_owed(&account, now) > rate.tau;
}

/* The step of rates: 0, or the reason to drop. class: enum mxw_limit_class. */
MXW_INLINE __u16 mxw_limit_rate(const struct mxw_limiter *limiter, __u32 class)
{
	const struct mxw_limit_ask *ask = limiter->ask;
	struct mxw_bill bill;
	__s64 seen;

	if (mxw_limit_bill(limiter->limits, ask->source, ask->syn.dport, class, &bill))
		return 0;
	seen = mxw_limit_seen(bill.line, mxw_limit_tag(bill.hash[MXW_LIMIT_SOURCE]),
			      MXW_LIMIT_SOURCE) |
	       mxw_limit_seen(bill.line, mxw_limit_tag(bill.hash[MXW_LIMIT_NET]), MXW_LIMIT_NET);
	if (seen >= 0)
		return 0;
	if (mxw_limit_over(&bill, MXW_LIMIT_SOURCE, limiter->now))
		return MXW_DROP_RATE;
	return mxw_limit_over(&bill, MXW_LIMIT_NET, limiter->now) ? MXW_DROP_RATE_NET : 0;
}

/* Charges one level and counts what that did to others. */
MXW_INLINE void mxw_limit_take(struct mxw_limit_stats *stats, const struct mxw_bill *bill,
			       __u32 level, __u64 now)
{
	const struct mxw_rate rate = bill->rates.level[level];
	struct mxw_account account;
	int evicts;

	if (!rate.period)
		return;
	account = mxw_limit_seek(bill->line, bill->hash[level], level);
	mxw_limit_find(&account, level, now);
	evicts = !mxw_limit_is_own(&account) && mxw_limit_debt(account.word, now);
	if (mxw_limit_charge(&account, rate, mxw_limit_most(rate, bill->class), now))
		stats->contended++;
	else if (evicts)
		stats->evicted++;
}

/* Charges the source and its net for a connection that was completed. */
MXW_INLINE void mxw_limit_pay(const struct mxw_limits *limits, struct mxw_limit_stats *stats,
			      __u64 source, __u16 port, __u32 class)
{
	__u64 now = mxw_limit_now(limits, stats), *recent;
	struct mxw_bill bill;
	__u32 index;

	if (mxw_limit_bill(limits, source, port, class, &bill))
		return;
	mxw_limit_take(stats, &bill, MXW_LIMIT_SOURCE, now);
	mxw_limit_take(stats, &bill, MXW_LIMIT_NET, now);
	index = (__u32)(mxw_limit_tag(bill.hash[MXW_LIMIT_SOURCE]) >> MXW_LIMIT_TIME_BITS) &
		(MXW_RECENT_SOURCES - 1);
	recent = bpf_map_lookup_elem(&mxw_recent, &index);
	if (recent)
		*recent = source;
}

#endif
