// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of decision, step by step.
 */
#include <limits.h>

#include "bpf/reason.h"
#include "policy/order.h"

static bool bears_on(const struct mxw_opinion *opinion, const struct mxw_situation *situation,
		     uint64_t source)
{
	const struct mxw_prefix exact = { .key = source, .len = MXW_KEY_BITS };

	if (opinion->expires_ns && opinion->expires_ns <= situation->now)
		return false;
	return mxw_prefix_contains(&opinion->prefix, &exact);
}

/* Class first, then the longer prefix. */
static bool goes_before(const struct mxw_opinion *a, const struct mxw_opinion *b)
{
	if (a->class != b->class)
		return a->class < b->class;
	return a->prefix.len > b->prefix.len;
}

static struct mxw_verdict blocked(const struct mxw_situation *situation, unsigned int reason,
				  const struct mxw_opinion *opinion)
{
	bool drop = situation->mode == MXW_MODE_ENFORCE && opinion->mode != MXW_ENTRY_SHADOW;

	return (struct mxw_verdict){ .drop = drop,
				     .reason = drop ? reason : mxw_reason_unenforced(reason),
				     .decided_by = opinion };
}

bool mxw_order_silent(uint64_t deadman_ns, uint64_t heartbeat, uint64_t now)
{
	if (!deadman_ns)
		return false;
	return now > heartbeat ? now - heartbeat > deadman_ns : heartbeat - now > MXW_BEAT_AHEAD_NS;
}

static struct mxw_verdict judge(const struct mxw_situation *situation,
				const struct mxw_opinion *opinion)
{
	switch (opinion->class) {
	case MXW_CLASS_NEVER:
		return (struct mxw_verdict){ .reason = MXW_PASS_NEVER, .decided_by = opinion };
	case MXW_CLASS_ALLOW:
		return (struct mxw_verdict){ .reason = MXW_PASS_ALLOW, .decided_by = opinion };
	case MXW_CLASS_BLOCK:
		return blocked(situation, MXW_DROP_BLOCK, opinion);
	default:
		if (mxw_order_silent(situation->deadman_ns, situation->heartbeat, situation->now))
			return (struct mxw_verdict){ .reason = MXW_PASS_DEADMAN,
						     .decided_by = opinion };
		return blocked(situation, MXW_DROP_AUTO, opinion);
	}
}

/* An allow of a feed that enforces, or of an allow feed; then blocks: enforce, limit, shadow. */
static unsigned int weakness(const struct mxw_feed_opinion *feed)
{
	if (feed->allows)
		return feed->action == MXW_FEED_ENFORCE || feed->action == MXW_FEED_ALLOW
			       ? 0
			       : UINT_MAX;
	switch (feed->action) {
	case MXW_FEED_ENFORCE:
		return 1;
	case MXW_FEED_LIMIT:
		return 2;
	case MXW_FEED_SHADOW:
		return 3;
	default:
		return UINT_MAX;
	}
}

/* The one feed whose word counts: the strongest, and of equals the first by name. NULL if there is
 * none, or if that one's copy is too old: it still hides the others. */
static const struct mxw_feed_opinion *strongest_feed(const struct mxw_situation *situation)
{
	const struct mxw_feed_opinion *best = NULL;

	for (size_t i = 0; i < situation->feed_count; i++) {
		const struct mxw_feed_opinion *feed = &situation->feeds[i];

		if (weakness(feed) < (best ? weakness(best) : UINT_MAX))
			best = feed;
	}
	if (best && best->expires_ns && best->expires_ns <= situation->now)
		return NULL;
	return best;
}

/* What a feed that allows or enforces says, at its place in the order. */
static struct mxw_verdict judge_feed(const struct mxw_situation *situation,
				     const struct mxw_feed_opinion *feed)
{
	bool drop = !feed->allows && situation->mode == MXW_MODE_ENFORCE;

	if (feed->allows)
		return (struct mxw_verdict){ .reason = MXW_PASS_FEED, .feed = feed };
	return (struct mxw_verdict){ .drop = drop,
				     .reason = drop ? MXW_DROP_FEED : MXW_WOULD_FEED,
				     .feed = feed };
}

/* Nothing before the end decided. */
static struct mxw_verdict judge_last(const struct mxw_feed_opinion *feed)
{
	if (!feed)
		return (struct mxw_verdict){ .reason = MXW_PASS_UNKNOWN };
	return (struct mxw_verdict){ .reason = feed->action == MXW_FEED_LIMIT ? MXW_PASS_LISTED
									      : MXW_WOULD_FEED,
				     .feed = feed };
}

/* Step 1 or 2: nobody asks who the source is. */
static struct mxw_verdict without_source(unsigned int reason)
{
	return (struct mxw_verdict){ .reason = reason, .limit_class = MXW_LIMIT_CLASSES };
}

/* The opinion that goes before all others that bear on the source. */
static const struct mxw_opinion *first_opinion(const struct mxw_situation *situation,
					       uint64_t source, const struct mxw_opinion *opinions,
					       size_t count)
{
	const struct mxw_opinion *first = NULL;

	for (size_t i = 0; i < count; i++)
		if (bears_on(&opinions[i], situation, source) &&
		    (!first || goes_before(&opinions[i], first)))
			first = &opinions[i];
	return first;
}

static unsigned int limit_class(const struct mxw_situation *situation,
				const struct mxw_verdict *verdict)
{
	if (!situation->limits || (verdict->decided_by && verdict->decided_by->exempt))
		return MXW_LIMIT_CLASSES;
	return mxw_limits_class(verdict->reason, situation->mode, situation->known_class);
}

/* The verdict of the entries and feeds, or that of the limits in its place. */
static struct mxw_verdict limited(const struct mxw_situation *situation, struct mxw_verdict verdict)
{
	bool listed = verdict.reason == MXW_PASS_LISTED;
	unsigned int reason = 0;

	verdict.limit_class = limit_class(situation, &verdict);
	if (verdict.limit_class < MXW_LIMIT_CLASSES)
		reason = mxw_limits_decide(situation->limits,
					   &situation->facts[verdict.limit_class],
					   verdict.reason == MXW_PASS_NEVER);
	if (!reason)
		return verdict;
	verdict.drop = situation->mode == MXW_MODE_ENFORCE &&
		       mxw_reason_kind(reason) == MXW_KIND_OF_DROP;
	verdict.reason = verdict.drop ? reason : mxw_reason_unenforced(reason);
	verdict.decided_by = NULL;
	verdict.feed = listed ? verdict.feed : NULL;
	return verdict;
}

/* Whether a source is new, by the reason that the entries and feeds gave: nothing but a feed that
 * does not block says anything of it. */
static bool is_new(const struct mxw_situation *situation, unsigned int reason)
{
	return reason == MXW_PASS_UNKNOWN || reason == MXW_PASS_LISTED ||
	       (reason == MXW_WOULD_FEED && situation->mode == MXW_MODE_ENFORCE);
}

/* The verdict so far, or the hold in its place. reason: that of the entries and feeds. A source
 * that has proven itself has waited already. */
static struct mxw_verdict held(const struct mxw_situation *situation, unsigned int reason,
			       struct mxw_verdict verdict)
{
	if (verdict.drop || verdict.reason == MXW_PASS_PROVEN || !situation->holds ||
	    !is_new(situation, reason))
		return verdict;
	verdict.drop = situation->mode == MXW_MODE_ENFORCE;
	verdict.reason = verdict.drop ? MXW_DROP_HOLD : mxw_reason_unenforced(MXW_DROP_HOLD);
	verdict.decided_by = NULL;
	verdict.feed = NULL;
	return verdict;
}

/* The steps are those of mxw_decide() in bpf/order.h, by the same numbers. They stay in their order where two
 * do the same. NOLINTBEGIN(bugprone-branch-clone) */
struct mxw_verdict mxw_order_decide(const struct mxw_situation *situation, uint64_t source,
				    const struct mxw_opinion *opinions, size_t count)
{
	const struct mxw_opinion *first = first_opinion(situation, source, opinions, count);
	const struct mxw_feed_opinion *feed = strongest_feed(situation);
	struct mxw_verdict verdict;
	unsigned int reason;

	if (situation->mode == MXW_MODE_BYPASS) /* 1 */
		return without_source(MXW_PASS_BYPASS);
	if (situation->confirm_until && situation->confirm_until < situation->now) /* 2 */
		return without_source(MXW_PASS_UNCONFIRMED);
	if (first && first->class < MXW_CLASS_AUTO) /* 3, 4, 5 */
		verdict = judge(situation, first);
	else if (feed && (feed->allows || feed->action == MXW_FEED_ENFORCE)) /* 6 */
		verdict = judge_feed(situation, feed);
	else if (first) /* 7 */
		verdict = judge(situation, first);
	else /* 8 */
		verdict = judge_last(feed);
	reason = verdict.reason;
	verdict = limited(situation, verdict); /* 9 */
	return held(situation, reason, verdict); /* 10 */
}
/* NOLINTEND(bugprone-branch-clone) */
