/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits: the last step of the order of decision, for SYNs that nothing before it decided
 * about. How many connections the source has (open.h), whether it has to prove that it repeats
 * SYNs (flood.h), and how often it connects (limit_rate.h). Whatever goes wrong, it passes.
 */
#ifndef MXW_LIMIT_H
#define MXW_LIMIT_H

#include "flood.h"
#include "limit_rate.h"
#include "open.h"
#include "policy.h"

/* The class that the controller has found for a source that no feed has one for. It ends with the
 * controller, as automatic entries do. */
MXW_INLINE __u32 mxw_limit_known_class(__u64 source, __u64 now)
{
	const struct mxw_news_rules *rules;
	const struct mxw_config *config;
	const struct mxw_known *known;
	__u32 zero = 0;

	rules = bpf_map_lookup_elem(&mxw_news_rules, &zero);
	if (!rules || !rules->classes)
		return MXW_LIMIT_UNKNOWN;
	known = bpf_map_lookup_elem(&mxw_known, &source);
	if (!known || known->class == MXW_LIMIT_UNKNOWN || known->until_ns >> MXW_TICK_SHIFT <= now)
		return MXW_LIMIT_UNKNOWN;
	config = bpf_map_lookup_elem(&mxw_config, &zero);
	return config && !mxw_controller_silent(config) ? known->class : MXW_LIMIT_UNKNOWN;
}

/* The same as mxw_limit_conns(), by the numbers alone. Of most sources, not even the net has any,
 * which one line tells. */
MXW_INLINE __u16 mxw_limit_conns_over(const struct mxw_limiter *limiter)
{
	const struct mxw_limits *limits = limiter->limits;
	__u32 of_net;

	if (limits->conns_mode == MXW_LIMIT_OFF || limiter->ask->proof_only)
		return 0;
	of_net = mxw_open_sum(mxw_open_hash(limits, mxw_limit_net(limiter->ask->source)),
			      limiter->now);
	if (!of_net)
		return 0;
	if (limits->conns_source && mxw_open_sum(mxw_open_hash(limits, limiter->ask->source),
						 limiter->now) >= limits->conns_source)
		return MXW_DROP_CONNS;
	return limits->conns_net && of_net >= limits->conns_net ? MXW_DROP_CONNS_NET : 0;
}

/* Whether the source or its net has too many connections: 0, or the reason to drop. Where none has
 * begun or ended for a minute, nobody may be counting any more, and the numbers refuse nobody. If
 * somebody is, the next connection shows it. */
MXW_INLINE __u16 mxw_limit_conns(const struct mxw_limiter *limiter)
{
	__u16 over = mxw_limit_conns_over(limiter);

	return over && mxw_open_counting(limiter->now) ? over : 0;
}

/*
 * A reason: 0 for what it was without the limits, a drop's, a would's where the limits do not
 * enforce, or MXW_PASS_PROVEN. A function of its own, and not static: so the verifier looks
 * at it once, not once for each way that leads through the parser. It therefore has to
 * take anything as its argument.
 */
__attribute__((noinline)) int mxw_limit_ask(struct mxw_limit_ask *ask)
{
	struct mxw_limiter limiter = { .ask = ask };
	const struct mxw_limits *limits;
	__u16 over, would = 0, pass = 0;
	__u32 zero = 0, class;

	if (!ask)
		return 0;
	class = ask->class;
	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	limiter.limits = limits;
	limiter.stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!limits || !limiter.stats)
		return 0;
	limiter.now = mxw_limit_now(limits, limiter.stats);
	over = mxw_limit_conns(&limiter);
	if (class == MXW_LIMIT_UNKNOWN)
		class = mxw_limit_known_class(ask->source, limiter.now);
	asm volatile("%0 &= 3" : "+r"(class)); /* a check could be of another copy */
	if (over && limits->conns_mode == MXW_LIMIT_ENFORCE)
		return over;
	if (over && limits->conns_mode == MXW_LIMIT_SHADOW)
		would = over;
	if (limits->flood_mode != MXW_LIMIT_OFF && class != MXW_LIMIT_GOOD) {
		over = mxw_proof(&limiter);
		if (over == MXW_PASS_PROVEN)
			pass = over;
		else if (over && limits->flood_mode == MXW_LIMIT_ENFORCE)
			return over;
		else if (over && !would)
			would = over;
	}
	if (limits->mode != MXW_LIMIT_OFF && !ask->proof_only) {
		over = mxw_limit_rate(&limiter, class);
		if (over && limits->mode == MXW_LIMIT_ENFORCE)
			return over;
		if (over && !would)
			would = over;
	}
	return would ? mxw_reason_unenforced(would) : pass;
}

/* Who the source is to the limits, MXW_LIMIT_CLASSES if they do not apply: something before
 * them has decided, or the packet is not a SYN. */
MXW_INLINE __u32 mxw_limit_class(const struct mxw_config *config, const struct mxw_packet *p,
				 const struct mxw_verdict *verdict)
{
	if (!mxw_is_syn(p->kind))
		return MXW_LIMIT_CLASSES;
	switch (verdict->reason) {
	case MXW_PASS_NEVER: /* whose addresses anybody can put into a SYN */
		return verdict->entry && verdict->entry->exempt ? MXW_LIMIT_CLASSES
								: MXW_LIMIT_UNKNOWN;
	case MXW_PASS_LISTED:
		return MXW_LIMIT_SANCTIONED;
	case MXW_PASS_UNKNOWN:
	case MXW_PASS_FRAGMENT:
	case MXW_PASS_UNDETERMINED:
	case MXW_PASS_DEADMAN:
		return MXW_LIMIT_UNKNOWN;
	case MXW_WOULD_FEED: /* where the filter enforces, of a feed in shadow */
		return config->mode == MXW_MODE_ENFORCE ? MXW_LIMIT_UNKNOWN : MXW_LIMIT_CLASSES;
	default:
		return MXW_LIMIT_CLASSES;
	}
}

MXW_INLINE int mxw_limits_on(void)
{
	__u32 zero = 0;
	const struct mxw_limits *limits = bpf_map_lookup_elem(&mxw_limits, &zero);

	return limits && (limits->mode | limits->conns_mode | limits->flood_mode) != MXW_LIMIT_OFF;
}

/* The step of the limits: the decision so far, or theirs. */
MXW_INLINE struct mxw_verdict mxw_limit(const struct mxw_config *config, const struct mxw_packet *p,
					struct mxw_verdict verdict)
{
	struct mxw_limit_ask ask = {
		.syn = { .saddr = { p->saddr_hi, p->saddr_lo },
			 .daddr = p->daddr_lo,
			 .sport = p->sport,
			 .dport = mxw_port_of(p),
			 .isn = p->isn },
		.source = p->source,
		.class = mxw_limit_class(config, p, &verdict),
		.dry = p->dry,
		.proof_only = verdict.reason == MXW_PASS_NEVER,
	};
	struct mxw_verdict limited;
	__u16 reason;

	if (ask.class >= MXW_LIMIT_CLASSES || !mxw_limits_on())
		return verdict;
	reason = (__u16)mxw_limit_ask(&ask);
	if (!reason)
		return verdict;
	limited = mxw_reason_kind(reason) == MXW_KIND_OF_DROP ? mxw_drop(config, reason, NULL)
							      : mxw_pass(reason, NULL);
	if (verdict.reason == MXW_PASS_LISTED)
		limited.feed = verdict.feed;
	return limited;
}

#endif
