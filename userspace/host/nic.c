// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks rtnetlink and ethtool about one interface. Called by check and attach; changes nothing.
 */
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "host/nic.h"
#include "host/rtnl.h"

static const struct {
	const char *type;
	enum mxw_nic_kind kind;
} kinds[] = {
	{ "", MXW_NIC_PHYSICAL },	 { "netdevsim", MXW_NIC_PHYSICAL },
	{ "veth", MXW_NIC_VETH },	 { "tun", MXW_NIC_TUN },
	{ "vlan", MXW_NIC_VLAN },	 { "bond", MXW_NIC_BOND },
	{ "bridge", MXW_NIC_BRIDGE },	 { "gre", MXW_NIC_TUNNEL },
	{ "gretap", MXW_NIC_TUNNEL },	 { "ip6gre", MXW_NIC_TUNNEL },
	{ "ip6gretap", MXW_NIC_TUNNEL }, { "erspan", MXW_NIC_TUNNEL },
	{ "ip6erspan", MXW_NIC_TUNNEL }, { "ipip", MXW_NIC_TUNNEL },
	{ "sit", MXW_NIC_TUNNEL },	 { "ip6tnl", MXW_NIC_TUNNEL },
	{ "vti", MXW_NIC_TUNNEL },	 { "vti6", MXW_NIC_TUNNEL },
	{ "xfrm", MXW_NIC_TUNNEL },	 { "vxlan", MXW_NIC_TUNNEL },
	{ "geneve", MXW_NIC_TUNNEL },	 { "wireguard", MXW_NIC_TUNNEL },
	{ "ppp", MXW_NIC_TUNNEL },	 { "ovpn", MXW_NIC_TUNNEL },
};

enum mxw_nic_kind mxw_nic_kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return MXW_NIC_OTHER;
}

const char *mxw_nic_operstate(uint8_t operstate)
{
	/* IF_OPER_* of linux/if.h, which cannot be included beside net/if.h */
	static const char *const names[] = { "unknown", "not present", "down", "lower layer down",
					     "testing", "dormant",     "up" };

	return names[operstate < sizeof(names) / sizeof(names[0]) ? operstate : 0];
}

/* "eth0, lo" of this namespace, cut where it gets long. */
static void list_names(char *out, size_t size)
{
	struct if_nameindex *all = if_nameindex();
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; all && all[i].if_index && used < size - 2 * IFNAMSIZ; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
					 all[i].if_name);
	if (all)
		if_freenameindex(all);
}

/* A question about one interface, by its number or by an alternative name. */
struct link_request {
	struct nlmsghdr head;
	struct ifinfomsg link;
	struct rtattr attribute; /* IFLA_ALT_IFNAME, where head's length covers it */
	char name[MXW_NIC_ALTNAME];
};

static struct link_request ask_for_link(void)
{
	return (struct link_request){ .head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
						.nlmsg_type = RTM_GETLINK,
						.nlmsg_flags = NLM_F_REQUEST },
				      .link = { .ifi_family = AF_UNSPEC } };
}

static int take_index(const struct nlmsghdr *message, void *context)
{
	unsigned int *ifindex = context;

	if (message->nlmsg_type == RTM_NEWLINK)
		*ifindex = (unsigned int)((const struct ifinfomsg *)NLMSG_DATA(message))->ifi_index;
	return MXW_OK;
}

/* if_nametoindex() knows no name of more than 15 letters. 0: no interface has it. */
static unsigned int index_of_altname(const char *name)
{
	struct link_request request = ask_for_link();
	size_t length = strlen(name) + 1;
	unsigned int ifindex = 0;

	if (length > sizeof(request.name))
		return 0;
	request.attribute = (struct rtattr){ .rta_len = (unsigned short)RTA_LENGTH(length),
					     .rta_type = IFLA_ALT_IFNAME };
	memcpy(request.name, name, length);
	request.head.nlmsg_len += (uint32_t)RTA_ALIGN(request.attribute.rta_len);
	(void)mxw_rtnl_ask(&request.head, take_index, &ifindex, NULL); /* stays 0 */
	return ifindex;
}

int mxw_nic_index(const char *name, unsigned int *ifindex, struct mxw_err *err)
{
	char names[256];

	*ifindex = if_nametoindex(name);
	if (!*ifindex)
		*ifindex = index_of_altname(name);
	if (*ifindex)
		return MXW_OK;
	list_names(names, sizeof(names));
	return mxw_fail(err, MXW_E_USAGE, "there is no interface \"%.128s\" here: give one of %s",
			name, names);
}

const char *mxw_nic_name(unsigned int ifindex, char out[IFNAMSIZ])
{
	if (!if_indextoname(ifindex, out))
		(void)snprintf(out, IFNAMSIZ, "#%u", ifindex);
	return out;
}

const char *mxw_nic_real(const char *name, char out[IFNAMSIZ])
{
	unsigned int ifindex;

	return mxw_nic_index(name, &ifindex, NULL) ? name : mxw_nic_name(ifindex, out);
}

bool mxw_nic_is_above(const struct mxw_nic *upper, const struct mxw_nic *lower)
{
	static const char *const stacked[] = { "vlan",	 "macvlan", "macvtap", "ipvlan",
					       "ipvtap", "macsec",  "vxlan" };

	if (lower->master && lower->master == upper->ifindex)
		return true;
	for (size_t i = 0; i < sizeof(stacked) / sizeof(stacked[0]); i++)
		if (strcmp(upper->type, stacked[i]) == 0)
			return upper->parent == lower->ifindex;
	return false;
}

static unsigned int number(const void *attributes, size_t size, unsigned short type)
{
	const struct rtattr *a = mxw_rtnl_find(attributes, size, type, sizeof(uint32_t));
	uint32_t value = 0;

	if (a)
		memcpy(&value, RTA_DATA(a), sizeof(value));
	return value;
}

/* Copies a string attribute, NUL or not at its end. */
static void string(const struct rtattr *a, char *out, size_t size)
{
	size_t length = a ? RTA_PAYLOAD(a) : 0;

	(void)snprintf(out, size, "%.*s", (int)length, a ? (const char *)RTA_DATA(a) : "");
}

/* The answer to RTM_GETLINK. */
static int take_link(const struct nlmsghdr *message, void *context)
{
	const struct ifinfomsg *link = NLMSG_DATA(message);
	struct mxw_nic *nic = context;
	const struct rtattr *a;
	const void *all;
	size_t size;

	all = mxw_rtnl_attributes(message, sizeof(*link), &size);
	if (message->nlmsg_type != RTM_NEWLINK || !size)
		return MXW_OK;
	nic->ifindex = (unsigned int)link->ifi_index;
	nic->up = link->ifi_flags & IFF_UP;
	nic->ethernet = link->ifi_type == ARPHRD_ETHER || link->ifi_type == ARPHRD_LOOPBACK;
	nic->mtu = number(all, size, IFLA_MTU);
	/* An index of another namespace means nothing here. */
	if (!mxw_rtnl_find(all, size, IFLA_LINK_NETNSID, 0))
		nic->parent = number(all, size, IFLA_LINK);
	nic->master = number(all, size, IFLA_MASTER);
	a = mxw_rtnl_find(all, size, IFLA_OPERSTATE, 1);
	nic->operstate = a ? *(const uint8_t *)RTA_DATA(a) : 0;
	string(mxw_rtnl_find(all, size, IFLA_IFNAME, 1), nic->name, sizeof(nic->name));
	a = mxw_rtnl_find(all, size, IFLA_LINKINFO, 0);
	if (a)
		string(mxw_rtnl_find(RTA_DATA(a), RTA_PAYLOAD(a), IFLA_INFO_KIND, 1), nic->type,
		       sizeof(nic->type));
	nic->kind = mxw_nic_kind_of(nic->type);
	if (link->ifi_flags & IFF_LOOPBACK)
		nic->kind = MXW_NIC_LOOPBACK;
	else if (link->ifi_type == ARPHRD_PPP)
		nic->kind = MXW_NIC_TUNNEL;
	return MXW_OK;
}

int mxw_nic_read(const char *name, struct mxw_nic *nic, struct mxw_err *err)
{
	struct link_request request = ask_for_link();
	unsigned int ifindex;
	int error;

	memset(nic, 0, sizeof(*nic));
	(void)snprintf(nic->name, sizeof(nic->name), "%s",
		       name); /* cut is fine: it was not found */
	error = mxw_nic_index(name, &ifindex, err);
	if (error)
		return error;
	request.link.ifi_index = (int)ifindex;
	error = mxw_rtnl_ask(&request.head, take_link, nic, err);
	if (error)
		return error;
	mxw_ethtool_read(nic->name, &nic->ethtool);
	return MXW_OK;
}
