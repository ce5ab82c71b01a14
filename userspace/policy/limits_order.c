// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The limits' verdict. Called by explain.
 */
#include "bpf/reason.h"
#include "policy/limits_order.h"

unsigned int mxw_limits_class(unsigned int reason, uint32_t filter_mode, unsigned int known)
{
	if (reason == MXW_PASS_LISTED)
		return MXW_LIMIT_SANCTIONED;
	if (reason == MXW_PASS_UNKNOWN || reason == MXW_PASS_DEADMAN || reason == MXW_PASS_NEVER ||
	    (reason == MXW_WOULD_FEED && filter_mode == MXW_MODE_ENFORCE))
		return known;
	return MXW_LIMIT_CLASSES;
}

static unsigned int full(const struct mxw_limit_facts *facts)
{
	if (facts->full[MXW_LIMIT_SOURCE])
		return MXW_DROP_CONNS;
	return facts->full[MXW_LIMIT_NET] ? MXW_DROP_CONNS_NET : 0;
}

static unsigned int proof(const struct mxw_limit_facts *facts)
{
	if (!facts->flood || facts->class == MXW_LIMIT_GOOD)
		return 0;
	return facts->proven ? MXW_PASS_PROVEN : MXW_DROP_PROOF;
}

static unsigned int over(const struct mxw_limit_facts *facts)
{
	const struct mxw_rate *rate = facts->rates.level;

	for (int level = 0; level < MXW_LIMIT_LEVELS; level++)
		if (rate[level].period && facts->owed[level] > rate[level].tau)
			return level == MXW_LIMIT_SOURCE ? MXW_DROP_RATE : MXW_DROP_RATE_NET;
	return 0;
}

/* A step in shadow does not keep a later one from dropping. */
unsigned int mxw_limits_decide(const struct mxw_limits *limits, const struct mxw_limit_facts *facts,
			       bool proof_only)
{
	const struct {
		uint32_t mode;
		unsigned int reason;
	} steps[] = { { limits->conns_mode, proof_only ? 0 : full(facts) },
		      { limits->flood_mode, proof(facts) },
		      { limits->mode, proof_only ? 0 : over(facts) } };
	unsigned int would = 0, pass = 0;

	for (int i = 0; i < 3; i++) {
		if (steps[i].mode == MXW_LIMIT_OFF || !steps[i].reason)
			continue;
		if (steps[i].reason == MXW_PASS_PROVEN)
			pass = MXW_PASS_PROVEN;
		else if (steps[i].mode == MXW_LIMIT_ENFORCE)
			return steps[i].reason;
		else if (!would)
			would = mxw_reason_unenforced(steps[i].reason);
	}
	return would ? would : pass;
}
