/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gateways of the routing tables, all tables, IPv4 and IPv6.
 */
#ifndef MXW_ROUTE_H
#define MXW_ROUTE_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct mxw_gateway {
	uint8_t addr[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	unsigned int ifindex; /* through which it is reached, 0 = not told */
	bool is_default; /* of a route to everywhere */
};

/* Called per gateway, often for the same one again; a MXW_E_* ends the search with it. */
typedef int mxw_gateway_seen(const struct mxw_gateway *gateway, void *context);

/* Asks the kernel. Returns 0, what seen returned, or MXW_E_FAIL. */
int mxw_route_gateways(mxw_gateway_seen *seen, void *context, struct mxw_err *err);

/* The gateways of one RTM_NEWROUTE message: several for a multipath route, none for a direct
 * one. Pure. */
int mxw_route_parse(const struct nlmsghdr *message, mxw_gateway_seen *seen, void *context);

#endif
