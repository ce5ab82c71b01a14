// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may be flooded. Called before anything is sent.
 */
#include "base/buffer.h"
#include "bench/synflood/settings.h"

enum { SHORTEST_NET4 = 8, SHORTEST_NET6 = 32 };

int sf_safety_check_net(const struct sf_range *net, struct mxw_err *err)
{
	unsigned int least = net->first.family == SF_IPV4 ? SHORTEST_NET4 : SHORTEST_NET6;
	char text[SF_ADDRESS_TEXT];

	if (net->length >= least)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE,
			"--test-net %s/%u is too wide for a test network: give the one network, of "
			"/%u or longer, that the target is on",
			sf_address_format(&net->first, text), net->length, least);
}

int sf_safety_check(const struct sf_address *dest, const struct sf_address *gateway,
		    const struct sf_ranges *test_nets, bool mine, struct mxw_err *err)
{
	char text[SF_ADDRESS_TEXT], hop[SF_ADDRESS_TEXT];
	bool inside = false;

	if (mine)
		return MXW_OK;
	for (size_t i = 0; i < test_nets->count; i++) {
		const struct sf_range *net = &test_nets->items[i];

		if (!sf_range_contains(net, dest))
			continue;
		inside = true;
		if (!gateway || sf_range_contains(net, gateway))
			return MXW_OK;
	}
	(void)sf_address_format(dest, text);
	if (inside)
		return mxw_fail(err, MXW_E_USAGE,
				"%s is not directly connected: the gateway %s is outside its test "
				"network; leave --gateway out, or confirm with --i-own-the-target "
				"that the host is yours",
				text, sf_address_format(gateway, hop));
	return mxw_fail(
		err, MXW_E_USAGE,
		"%s is in no test network: give the directly connected one that it is in "
		"with --test-net, or confirm with --i-own-the-target that the host is yours",
		text);
}

bool sf_safety_is_private(const struct sf_range *sources)
{
	static const char *const ranges[] = { "198.18.0.0/15",	"10.0.0.0/8",	 "172.16.0.0/12",
					      "192.168.0.0/16", "192.0.2.0/24",	 "198.51.100.0/24",
					      "203.0.113.0/24", "100.64.0.0/10", "2001:2::/48",
					      "2001:db8::/32",	"fc00::/7",	 "fe80::/10" };
	struct sf_range range;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (!sf_range_parse(ranges[i], &range, NULL) && range.length <= sources->length &&
		    sf_range_contains(&range, &sources->first))
			return true;
	return false;
}
