// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From settings and resolv.conf to the servers that are asked. Called by the controller at
 * start, each second and at a reload, and by commands that ask lists by themselves.
 */
#include <string.h>

#include "apply/resolvers.h"
#include "host/resolvconf.h"
#include "policy/known_resolvers.h"
#include "sources/inquiry.h"

/* NOLINTNEXTLINE(misc-redundant-expression): two constants that are equal today */
_Static_assert((int)MXW_NAMESERVERS == (int)MXW_RESOLVER_SERVERS, "servers");

static size_t of_host(struct mxw_resolver_server out[MXW_RESOLVER_SERVERS])
{
	static const uint8_t loopback[16] = { [10] = 0xff, 0xff, 127, 0, 0, 1 };
	struct mxw_nameserver server[MXW_NAMESERVERS];
	size_t count = mxw_nameservers_of(MXW_RESOLV_CONF, server);

	memset(out, 0, MXW_RESOLVER_SERVERS * sizeof(*out)); /* they are compared as bytes */
	for (size_t i = 0; i < count; i++) {
		memcpy(out[i].addr, server[i].addr, sizeof(out[i].addr));
		memcpy(out[i].scope, server[i].scope, sizeof(out[i].scope));
	}
	if (!count)
		memcpy(out[0].addr, loopback, sizeof(loopback));
	return count ? count : 1;
}

size_t mxw_resolvers_now(const struct mxw_settings *settings,
			 struct mxw_resolver_server out[MXW_RESOLVER_SERVERS])
{
	const struct mxw_resolver_rules rules = mxw_resolver_rules_of(settings);

	if (!rules.server_count)
		return of_host(out);
	memcpy(out, rules.server, sizeof(rules.server));
	return rules.server_count;
}

struct mxw_resolver_rules mxw_resolvers_rules(const struct mxw_settings *settings)
{
	struct mxw_resolver_rules rules = mxw_resolver_rules_of(settings);

	rules.server_count = mxw_resolvers_now(settings, rules.server);
	return rules;
}

static bool warning_of_file(const char *path, const char *where, char out[256])
{
	struct mxw_nameserver server[MXW_NAMESERVERS];
	size_t count = mxw_nameservers_of(path, server);

	for (size_t i = 0; i < count; i++)
		if (mxw_known_resolver_warning(where, server[i].addr, out))
			return true;
	return false;
}

bool mxw_resolvers_warning(const struct mxw_settings *settings, char out[256])
{
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	size_t count = mxw_resolvers_now(settings, server);

	for (size_t i = 0; i < count; i++)
		if (mxw_nameserver_is_stub(server[i].addr) &&
		    warning_of_file(MXW_RESOLVED_CONF, MXW_RESOLVED_CONF " (which 127.0.0.53 asks)",
				    out))
			return true;
	return !settings->dnsbl.resolvers.count &&
	       warning_of_file(MXW_RESOLV_CONF, MXW_RESOLV_CONF, out);
}
