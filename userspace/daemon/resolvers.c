// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Public resolvers among those in use. Called by start.c.
 */
#include "daemon/daemon.h"
#include "policy/known_resolvers.h"

/* Those that the settings name are warned of with the rest of the settings. */
void mxw_daemon_warn_of_resolvers(const struct mxw_daemon *daemon)
{
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	char text[256];
	size_t count;

	if (daemon->settings.dnsbl.resolvers.count)
		return;
	count = mxw_resolver_servers(daemon->resolver, server);
	for (size_t i = 0; i < count; i++)
		if (mxw_known_resolver_warning("/etc/resolv.conf", server[i].addr, text)) {
			mxw_log_event(&daemon->log, MXW_LOG_WARNING, "config", "warning", text,
				      MXW_LOG_END);
			return;
		}
}
