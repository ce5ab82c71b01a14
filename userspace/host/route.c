// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds gateways in the answer to a route dump. Called where the never-block set is collected.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "host/route.h"
#include "host/rtnl.h"

/* Where the gateways go. */
struct sink {
	mxw_gateway_seen *seen;
	void *context;
};

/* Puts an address of either family into 16 bytes. */
static bool set_address(struct mxw_gateway *gateway, int family, const void *addr, size_t size)
{
	if (family == AF_INET6 && size >= 16) {
		memcpy(gateway->addr, addr, 16);
		return true;
	}
	if (family != AF_INET || size < 4)
		return false;
	memset(gateway->addr, 0, 10);
	memset(gateway->addr + 10, 0xff, 2);
	memcpy(gateway->addr + 12, addr, 4);
	return true;
}

/* RTA_GATEWAY is of the route's family; RTA_VIA says its own, as for IPv4 over IPv6. */
static bool find_gateway(const void *all, size_t size, int family, struct mxw_gateway *gateway)
{
	const struct rtattr *a = mxw_rtnl_find(all, size, RTA_GATEWAY, 4);
	const struct rtvia *via;

	if (a)
		return set_address(gateway, family, RTA_DATA(a), RTA_PAYLOAD(a));
	a = mxw_rtnl_find(all, size, RTA_VIA, sizeof(*via));
	if (!a)
		return false;
	via = RTA_DATA(a);
	return set_address(gateway, via->rtvia_family, via->rtvia_addr,
			   RTA_PAYLOAD(a) - sizeof(*via));
}

/* A route can have several gateways, and all of them are never blocked. Lengths are the
 * kernel's, and are checked all the same. */
static int parse_multipath(const struct rtattr *multipath, int family, struct mxw_gateway *gateway,
			   const struct sink *sink)
{
	const char *at = RTA_DATA(multipath);
	size_t left = RTA_PAYLOAD(multipath);

	while (left >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *hop = (const void *)at;
		size_t step = RTA_ALIGN((size_t)hop->rtnh_len);
		int error;

		if (hop->rtnh_len < sizeof(*hop) || hop->rtnh_len > left)
			break;
		gateway->ifindex = (unsigned int)hop->rtnh_ifindex;
		if (find_gateway(hop + 1, hop->rtnh_len - sizeof(*hop), family, gateway)) {
			error = sink->seen(gateway, sink->context);
			if (error)
				return error;
		}
		if (step >= left)
			break;
		at += step;
		left -= step;
	}
	return MXW_OK;
}

/* Hands each gateway of a unicast route to the caller. Cached routes are left out, since they
 * come and go with traffic. */
static int parse_route(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *route = NLMSG_DATA(message);
	const struct sink *sink = context;
	struct mxw_gateway gateway = { 0 };
	const struct rtattr *a;
	const void *all;
	size_t size;

	all = mxw_rtnl_attributes(message, sizeof(*route), &size);
	if (message->nlmsg_type != RTM_NEWROUTE || !size || route->rtm_type != RTN_UNICAST ||
	    route->rtm_flags & RTM_F_CLONED)
		return MXW_OK;
	gateway.is_default = route->rtm_dst_len == 0;
	a = mxw_rtnl_find(all, size, RTA_MULTIPATH, sizeof(struct rtnexthop));
	if (a)
		return parse_multipath(a, route->rtm_family, &gateway, sink);
	if (!find_gateway(all, size, route->rtm_family, &gateway))
		return MXW_OK;
	a = mxw_rtnl_find(all, size, RTA_OIF, sizeof(gateway.ifindex));
	if (a)
		memcpy(&gateway.ifindex, RTA_DATA(a), sizeof(gateway.ifindex));
	return sink->seen(&gateway, sink->context);
}

int mxw_route_parse(const struct nlmsghdr *message, mxw_gateway_seen *seen, void *context)
{
	struct sink sink = { .seen = seen, .context = context };

	return parse_route(message, &sink);
}

int mxw_route_gateways(mxw_gateway_seen *seen, void *context, struct mxw_err *err)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	struct sink sink = { .seen = seen, .context = context };
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
	} request = { .head = { .nlmsg_len = sizeof(request),
				.nlmsg_type = RTM_GETROUTE,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };
	int error = MXW_OK;

	for (size_t i = 0; !error && i < sizeof(families); i++) {
		request.route.rtm_family = families[i];
		error = mxw_rtnl_ask(&request.head, parse_route, &sink, err);
	}
	return error;
}
