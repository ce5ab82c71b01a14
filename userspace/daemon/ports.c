// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ports that the filter protects: lists' codes of end-user space are evidence on port 25
 * alone, and interfaces come and go while the controller runs. Called at the start and each second.
 */
#include "daemon/daemon.h"
#include "datapath/switches.h"

static bool only_port_25(const struct mxw_config *config)
{
	bool only = true;

	for (int i = 0; i < MXW_MAX_IFACES; i++)
		for (int p = 0; p < MXW_MAX_PORTS && config->slots[i].ifindex; p++)
			only = only &&
			       (!config->slots[i].ports[p] || config->slots[i].ports[p] == 25);
	return only;
}

/* What rests on lists that have such codes; their sources are judged again when they come. */
static void withdraw(struct mxw_daemon *daemon)
{
	const struct mxw_dnsbl_plan *plan = &mxw_dnsbl_setup_of(daemon->engine)->plan;
	uint64_t lists = 0;

	for (size_t i = 0; i < plan->sites.zone_count; i++)
		if (plan->rules[i].has_policy)
			lists |= daemon->list_bit[i];
	if (lists)
		(void)mxw_auto_withdraw(daemon->automatic, lists,
					"a port other than 25 is protected now, where a listing as "
					"end-user space is not evidence");
}

void mxw_daemon_ports_read(struct mxw_daemon *daemon)
{
	struct mxw_config config;

	if (mxw_switches_read(&daemon->maps, &config, NULL) == MXW_OK)
		daemon->port_25_only = only_port_25(&config);
}

void mxw_daemon_ports_second(struct mxw_daemon *daemon)
{
	bool before = daemon->port_25_only;

	mxw_daemon_ports_read(daemon);
	if (daemon->port_25_only == before)
		return;
	mxw_dnsbl_port_25_only(daemon->engine, daemon->port_25_only);
	mxw_log_say(
		&daemon->log, MXW_LOG_INFO, "%s",
		daemon->port_25_only
			? "only port 25 is protected: codes of end-user space count"
			: "more than port 25 is protected: codes of end-user space do not count");
	if (before)
		withdraw(daemon);
}
