// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the settings to the rules of each part. Called at the start and at a reload.
 */
#include <string.h>

#include "base/clock.h"
#include "daemon/daemon.h"

void mxw_daemon_setup_lists(const struct mxw_settings *settings, struct mxw_dnsbl_setup *setup)
{
	mxw_dnsbl_setup_defaults(setup);
	setup->ttls = mxw_config_ttls(settings);
	for (size_t i = 0; i < setup->plan.sites.zone_count; i++) {
		struct mxw_health_rules *rules = &setup->health[i];

		mxw_config_quota(settings, setup->plan.sites.zone[i], &rules->per_second,
				 &rules->per_day);
		rules->interval = settings->dnsbl.probe_interval * MXW_SECOND;
		rules->hits.percent = (uint32_t)settings->dnsbl.hit_rate;
	}
}

void mxw_daemon_setup(const struct mxw_daemon *daemon, const struct mxw_settings *settings,
		      struct mxw_dnsbl_setup *setup)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;
	const struct mxw_sanction_policy policy = mxw_config_policy(settings);

	memset(setup, 0, sizeof(*setup));
	mxw_config_plan(settings, &setup->plan);
	setup->plan.port_25_only = daemon->port_25_only;
	mxw_daemon_setup_lists(settings, setup);
	for (size_t i = 0; i < s->canaries.count && i < MXW_DNSBL_CANARIES; i++)
		memcpy(setup->canary[setup->canary_count++], s->canaries.addr[i], 16);
	setup->sources = (uint32_t)settings->limits.sources;
	setup->queue = (uint32_t)settings->limits.queue;
	setup->suspect = mxw_sanction_suspect(&policy);
	setup->patience = s->deadline * MXW_SECOND;
}

struct mxw_auto_rules mxw_daemon_auto_rules(const struct mxw_settings *settings)
{
	struct mxw_auto_rules rules = mxw_auto_default_rules();

	rules.shadow = settings->filter.automatic == MXW_AUTOMATIC_SHADOW;
	rules.per_minute = (uint32_t)settings->controller.new_blocks;
	rules.round = settings->controller.reconcile * MXW_SECOND;
	return rules;
}
