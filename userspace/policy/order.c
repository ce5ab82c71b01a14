// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of decision. Called by explain.
 */
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
				     .reason = drop ? reason : reason + 1,
				     .decided_by = opinion };
}

static bool controller_silent(const struct mxw_situation *situation)
{
	return situation->deadman_ns && situation->now > situation->heartbeat &&
	       situation->now - situation->heartbeat > situation->deadman_ns;
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
		if (controller_silent(situation))
			return (struct mxw_verdict){ .reason = MXW_PASS_DEADMAN,
						     .decided_by = opinion };
		return blocked(situation, MXW_DROP_AUTO, opinion);
	}
}

struct mxw_verdict mxw_order_decide(const struct mxw_situation *situation, uint64_t source,
				    const struct mxw_opinion *opinions, size_t count)
{
	const struct mxw_opinion *first = NULL;

	if (situation->mode == MXW_MODE_BYPASS)
		return (struct mxw_verdict){ .reason = MXW_PASS_BYPASS };
	if (situation->confirm_until && situation->confirm_until < situation->now)
		return (struct mxw_verdict){ .reason = MXW_PASS_UNCONFIRMED };
	for (size_t i = 0; i < count; i++)
		if (bears_on(&opinions[i], situation, source) &&
		    (!first || goes_before(&opinions[i], first)))
			first = &opinions[i];
	if (!first)
		return (struct mxw_verdict){ .reason = MXW_PASS_UNKNOWN };
	return judge(situation, first);
}
