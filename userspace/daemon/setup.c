// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the settings to the rules of each part. Called by start.c and reload.c.
 */
#include <string.h>

#include "base/clock.h"
#include "daemon/daemon.h"

static void set_ttls(struct mxw_dnsbl_ttls *ttls, const struct mxw_dnsbl_settings *s)
{
	ttls->positive_min = (uint32_t)s->ttl_min;
	ttls->positive_max = (uint32_t)s->ttl_max;
	ttls->negative_min = (uint32_t)s->negative_ttl_min;
	ttls->negative_max = (uint32_t)s->negative_ttl_max;
	ttls->error = (uint32_t)s->error_ttl;
}

void mxw_daemon_setup(const struct mxw_daemon *daemon, const struct mxw_settings *settings,
		      struct mxw_dnsbl_setup *setup)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;

	memset(setup, 0, sizeof(*setup));
	mxw_dnsbl_plan_make(&setup->plan, &s->sites, &s->authoritative);
	setup->plan.allow_floor = (int32_t)s->allow_floor;
	setup->plan.port_25_only = daemon->port_25_only;
	mxw_dnsbl_setup_defaults(setup);
	set_ttls(&setup->ttls, s);
	for (size_t i = 0; i < setup->plan.sites.zone_count; i++) {
		struct mxw_health_rules *rules = &setup->health[i];

		mxw_config_quota(settings, setup->plan.sites.zone[i], &rules->per_second,
				 &rules->per_day);
		rules->interval = s->probe_interval * MXW_SECOND;
		rules->hits.percent = (uint32_t)s->hit_rate;
	}
	for (size_t i = 0; i < s->canaries.count && i < MXW_DNSBL_CANARIES; i++)
		memcpy(setup->canary[setup->canary_count++], s->canaries.addr[i], 16);
	setup->sources = (uint32_t)settings->limits.sources;
	setup->patience = s->deadline * MXW_SECOND;
}

struct mxw_auto_rules mxw_daemon_auto_rules(const struct mxw_settings *settings)
{
	struct mxw_auto_rules rules = mxw_auto_default_rules();

	rules.shadow = settings->filter.automatic == MXW_AUTOMATIC_SHADOW;
	rules.per_minute = (uint32_t)settings->controller.new_blocks;
	rules.share = (uint32_t)settings->controller.drop_share;
	rules.share_window = settings->controller.drop_share_window * MXW_SECOND;
	rules.round = settings->controller.reconcile * MXW_SECOND;
	return rules;
}

struct mxw_verdict_policy mxw_daemon_policy(const struct mxw_settings *settings)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;
	struct mxw_verdict_policy policy = mxw_verdict_default_policy();

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

struct mxw_resolver_rules mxw_daemon_resolver_rules(const struct mxw_settings *settings)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;
	struct mxw_resolver_rules rules = mxw_resolver_default_rules();

	rules.in_flight = s->in_flight < MXW_RESOLVER_IN_FLIGHT ? (unsigned int)s->in_flight
								: MXW_RESOLVER_IN_FLIGHT;
	rules.queue = (unsigned int)settings->limits.queue;
	rules.deadline = s->deadline * MXW_SECOND;
	for (size_t i = 0; i < s->resolvers.count && i < MXW_RESOLVER_SERVERS; i++) {
		memcpy(rules.server[i].addr, s->resolvers.server[i].addr, 16);
		rules.server[i].port = s->resolvers.server[i].port;
		rules.server_count++;
	}
	return rules;
}
