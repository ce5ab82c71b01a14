// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What settings mean in policy's terms. Called by the controller, and by commands that do
 * what it would.
 */
#include "config/config.h"

void mxw_config_plan(const struct mxw_settings *settings, struct mxw_dnsbl_plan *plan)
{
	mxw_dnsbl_plan_make(plan, &settings->dnsbl.sites, &settings->dnsbl.authoritative);
	plan->allow_floor = (int32_t)settings->dnsbl.allow_floor;
}

struct mxw_dnsbl_ttls mxw_config_ttls(const struct mxw_settings *settings)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;

	return (struct mxw_dnsbl_ttls){ .positive_min = (uint32_t)s->ttl_min,
					.positive_max = (uint32_t)s->ttl_max,
					.negative_min = (uint32_t)s->negative_ttl_min,
					.negative_max = (uint32_t)s->negative_ttl_max,
					.error = (uint32_t)s->error_ttl };
}

struct mxw_sanction_policy mxw_config_policy(const struct mxw_settings *settings)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();

	policy.threshold[MXW_RUNG_ALLOW] = (int32_t)s->allow;
	policy.threshold[MXW_RUNG_LIMIT] = (int32_t)s->limit;
	policy.threshold[MXW_RUNG_GREY] = (int32_t)s->grey;
	policy.threshold[MXW_RUNG_REJECT] = (int32_t)s->reject;
	policy.threshold[MXW_RUNG_DROP] = (int32_t)s->drop;
	policy.drop_min = (uint32_t)s->drop_min;
	policy.drop_max = (uint32_t)s->drop_max;
	policy.partial_max = (uint32_t)s->partial_max;
	policy.lists_for_drop = (uint32_t)s->lists_for_drop;
	return policy;
}
