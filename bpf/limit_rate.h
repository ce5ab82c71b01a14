/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates: how often a source, and the net around it, may connect.
 *
 * GCRA: an account owes one period for each SYN that passed, and pays it off as time goes;
 * a SYN that finds more than tau owed is over. Source and net are charged for a SYN that
 * passes both, and neither for one that does not ("leaky": retransmissions of refused
 * SYNs must not keep a sender out). For a sanctioned source ("strict") a refused SYN is
 * charged to the source too, up to MXW_LIMIT_DEBT_CAP.
 */
#ifndef MXW_LIMIT_RATE_H
#define MXW_LIMIT_RATE_H

#include "limit_account.h"

/* Who pays for a SYN. */
struct mxw_bill {
	struct mxw_rates rates;
	struct mxw_account source, net;
	__u32 strict; /* 1: refused SYNs are charged too */
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

/* What is over: 0, or the reason to drop. */
MXW_INLINE __u16 mxw_limit_over(const struct mxw_limiter *limiter, const struct mxw_bill *bill)
{
	const struct mxw_rate *source = &bill->rates.level[MXW_LIMIT_SOURCE];
	const struct mxw_rate *net = &bill->rates.level[MXW_LIMIT_NET];

	if (source->period && mxw_limit_owed(&bill->source, limiter->now) > source->tau)
		return MXW_DROP_RATE;
	if (net->period && mxw_limit_owed(&bill->net, limiter->now) > net->tau)
		return MXW_DROP_RATE_NET;
	return 0;
}

/* Charges one level and counts what that did to others. */
MXW_INLINE enum mxw_charge mxw_limit_take(struct mxw_limiter *limiter, struct mxw_account *account,
					  struct mxw_rate rate, __u64 cap)
{
	int evicts = !mxw_limit_is_own(account) && mxw_limit_debt(account->word, limiter->now);
	enum mxw_charge charge = mxw_limit_charge(account, rate, limiter->now, cap);

	if (charge == MXW_CHARGE_GIVEN_UP)
		limiter->stats->contended++;
	else if (evicts)
		limiter->stats->evicted++;
	return charge;
}

/* Charges both levels, or none: 0, or the reason to drop if another CPU was faster. */
MXW_INLINE __u16 mxw_limit_pay(struct mxw_limiter *limiter, struct mxw_bill *bill)
{
	struct mxw_rate source = bill->rates.level[MXW_LIMIT_SOURCE];
	struct mxw_rate net = bill->rates.level[MXW_LIMIT_NET];
	enum mxw_charge of_net = MXW_CHARGE_GIVEN_UP;

	if (net.period) {
		of_net = mxw_limit_take(limiter, &bill->net, net, MXW_LIMIT_NEVER);
		if (of_net == MXW_CHARGE_REFUSED)
			return MXW_DROP_RATE_NET;
	}
	if (!source.period ||
	    mxw_limit_take(limiter, &bill->source, source, MXW_LIMIT_NEVER) != MXW_CHARGE_REFUSED)
		return 0;
	if (of_net == MXW_CHARGE_DONE)
		mxw_limit_refund(&bill->net, net);
	return MXW_DROP_RATE;
}

/* A SYN that is over. Only a sanctioned source pays for it, and once. */
MXW_INLINE void mxw_limit_refuse(struct mxw_limiter *limiter, struct mxw_bill *bill,
				 const struct mxw_syn *syn)
{
	struct mxw_rate rate = bill->rates.level[MXW_LIMIT_SOURCE];

	rate.tau = MXW_LIMIT_NEVER;
	if (!syn->again)
		(void)mxw_limit_take(limiter, &bill->source, rate, MXW_LIMIT_DEBT_CAP);
	mxw_syn_keep(syn, 0);
}

/* A SYN that came before, was charged, and may pass now. */
MXW_INLINE void mxw_limit_repeat(struct mxw_limiter *limiter, const struct mxw_syn *syn)
{
	if (limiter->ask->dry)
		return;
	limiter->stats->repeated++;
	mxw_syn_keep(syn, 1);
}

/* Notes a source that owes more than half of what it may, now and then. */
MXW_INLINE void mxw_limit_note(struct mxw_limiter *limiter, const struct mxw_bill *bill)
{
	__u64 owed = mxw_limit_owed(&bill->source, limiter->now), *note;
	__u32 index = (__u32)(bill->source.tag >> MXW_LIMIT_TIME_BITS) & (MXW_BUSY_SOURCES - 1);

	if (owed * 2 <= bill->rates.level[MXW_LIMIT_SOURCE].tau ||
	    limiter->stats->busy++ % MXW_BUSY_SAMPLE)
		return;
	note = bpf_map_lookup_elem(&mxw_busy, &index);
	if (note)
		*note = limiter->ask->source;
}

/* 0, or the reason to drop. Charges, unless dry. */
MXW_INLINE __u16 mxw_limit_settle(struct mxw_limiter *limiter, struct mxw_bill *bill,
				  const struct mxw_syn *syn)
{
	__u16 over = mxw_limit_over(limiter, bill);

	if (limiter->ask->dry)
		return over;
	mxw_limit_note(limiter, bill);
	if (!over && syn->again)
		mxw_limit_repeat(limiter, syn);
	else if (!over)
		over = mxw_limit_pay(limiter, bill);
	if (over == MXW_DROP_RATE && bill->strict)
		mxw_limit_refuse(limiter, bill, syn);
	else if (!over && !syn->again)
		mxw_syn_keep(syn, 1);
	return over;
}

/* The step of rates. class: enum mxw_limit_class. */
MXW_INLINE __u16 mxw_limit_rate(struct mxw_limiter *limiter, __u32 class)
{
	const struct mxw_limit_ask *ask = limiter->ask;
	__u32 set = mxw_limit_set(limiter->limits, ask->syn.dport);
	__u32 salt = mxw_limit_salt(set, class);
	struct mxw_bill bill = {
		.rates = limiter->limits->rate[set][class][ask->source >> 32 ? 1 : 0],
		.strict = class == MXW_LIMIT_SANCTIONED
	};
	struct mxw_limit_line *line;
	struct mxw_syn syn;
	__u64 hash;

	if (!bill.rates.level[MXW_LIMIT_SOURCE].period && !bill.rates.level[MXW_LIMIT_NET].period)
		return 0;
	hash = mxw_limit_hash(limiter->limits->seed, mxw_limit_net(ask->source), salt);
	line = mxw_limit_line_of(hash);
	if (!line)
		return 0;
	bill.net = mxw_limit_seek(line, hash, MXW_LIMIT_NET);
	hash = mxw_limit_hash(limiter->limits->seed, ask->source, salt);
	bill.source = mxw_limit_seek(line, hash, MXW_LIMIT_SOURCE);
	if (mxw_syn_find(limiter->limits, &ask->syn, limiter->now, &syn))
		return 0;
	if (syn.again && syn.paid) {
		mxw_limit_repeat(limiter, &syn);
		return 0;
	}
	mxw_limit_find(&bill.source, MXW_LIMIT_SOURCE, limiter->now);
	mxw_limit_find(&bill.net, MXW_LIMIT_NET, limiter->now);
	return mxw_limit_settle(limiter, &bill, &syn);
}

#endif
