// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolvers in use: they follow the settings, and resolv.conf if those name none. Called at
 * the start, at a reload, and each second.
 */
#include <string.h>

#include "apply/resolvers.h"
#include "base/addr.h"
#include "base/text.h"
#include "daemon/daemon.h"

void mxw_daemon_warn_of_resolvers(const struct mxw_daemon *daemon)
{
	char text[256];

	if (mxw_resolvers_warning(&daemon->settings, text))
		mxw_log_event(&daemon->log, MXW_LOG_WARNING, "config", "warning", text,
			      MXW_LOG_END);
}

/* "192.0.2.1, fe80::1%eth0" */
static const char *name_servers(const struct mxw_resolver_server *server, size_t count,
				char text[512])
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char addr[MXW_ADDR_TEXT];

		length += mxw_text(text + length, 512 - length, "%s%s%s%s", i ? ", " : "",
				   mxw_addr_format(server[i].addr, addr),
				   server[i].scope[0] ? "%" : "", server[i].scope);
	}
	return text;
}

void mxw_daemon_resolvers_follow(struct mxw_daemon *daemon)
{
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	size_t count = mxw_resolvers_now(&daemon->settings, server);
	struct mxw_err err;
	char text[512];

	if (count == daemon->server_count &&
	    memcmp(server, daemon->server, count * sizeof(*server)) == 0)
		return;
	if (mxw_resolver_set_servers(daemon->resolver, server, count, &err)) {
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "%s", err.text);
		return; /* it is tried again */
	}
	memcpy(daemon->server, server, sizeof(server));
	daemon->server_count = count;
	mxw_log_say(&daemon->log, MXW_LOG_INFO, "lists are asked through %s now",
		    name_servers(server, count, text));
	mxw_daemon_warn_of_resolvers(daemon);
}
