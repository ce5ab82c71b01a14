/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolvers through which lists are asked: the resolvers of the settings, or those of the host.
 */
#ifndef MXW_APPLY_RESOLVERS_H
#define MXW_APPLY_RESOLVERS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "sources/dnsbl_resolver.h"

/* Those that are in use now: of the settings; if there are none, of /etc/resolv.conf, read at each
 * call; if that names none, 127.0.0.1, as for every program. Returns how many out has, at least
 * one. */
size_t mxw_resolvers_now(const struct mxw_settings *settings,
			 struct mxw_resolver_server out[MXW_RESOLVER_SERVERS]);

/* The resolver's rules by the settings, with those servers. */
struct mxw_resolver_rules mxw_resolvers_rules(const struct mxw_settings *settings);

/* One sentence if a public resolver is among the host's, or behind systemd-resolved's stub where
 * that is in use. False: there is nothing to say. Those that the settings name are warned of with
 * the settings. */
bool mxw_resolvers_warning(const struct mxw_settings *settings, char out[256]);

#endif
