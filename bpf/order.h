/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The order of decision, complete. userspace/policy/order.c says the same, written apart.
 */
#ifndef MXW_BPF_ORDER_H
#define MXW_BPF_ORDER_H

#include "policy.h"
#include "limit.h"
#include "news.h"

/* Steps 3 to 8: what the source is, by the first step that has something to say, which the last
 * one always has. For a connection that is complete, these are asked alone. */
MXW_INLINE struct mxw_verdict mxw_decide_source(const struct mxw_config *config,
						const struct mxw_packet *p)
{
	struct mxw_verdict verdict;
	struct mxw_feed_match feed;

	/* 3. the never-block set, 4. the operator's allow, 5. the operator's block */
	verdict = mxw_decide_said(config, p);
	if (!mxw_undecided(&verdict))
		return verdict;
	/* 6. a feed that allows, or that enforces its blocks */
	feed = mxw_feed_find(p->source);
	verdict = mxw_decide_feed(config, feed);
	/* 7. an automatic entry */
	if (mxw_undecided(&verdict))
		verdict = mxw_decide_auto(config, p->source);
	/* 8. a feed in shadow or one that only limits, or nothing: unknown */
	return mxw_undecided(&verdict) ? mxw_decide_last(config, p->kind, feed) : verdict;
}

/* The whole order. The limits and the hold come last, because only a source that passes can be
 * over a limit, or new. */
MXW_INLINE struct mxw_verdict mxw_decide(const struct mxw_config *config,
					 const struct mxw_packet *p)
{
	struct mxw_verdict source, limited;

	/* 1. bypass mode */
	if (config->mode == MXW_MODE_BYPASS)
		return mxw_pass(MXW_PASS_BYPASS, NULL);
	/* 2. an attach whose confirmation is overdue */
	if (mxw_unconfirmed(config))
		return mxw_pass(MXW_PASS_UNCONFIRMED, NULL);
	/* 3. to 8. what the source is */
	source = mxw_decide_source(config, p);
	/* 9. the limits: connections at once, proof in a flood, rate */
	limited = mxw_limit(config, p, source);
	/* 10. the hold of a new source's first SYN */
	return mxw_news_step(config, p, source.reason, limited);
}

#endif
