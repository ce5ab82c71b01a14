// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads received frames. Called for every frame that arrives. Frames with VLAN
 * tags or IPv6 extension headers are none that an answer to a plain SYN has.
 */
#include "bench/synflood/frame.h"
#include "bench/synflood/heard.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_IPV6 = 0x86dd,
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58,
	FLAG_SYN = 0x02,
	FLAG_RST = 0x04,
	FLAG_ACK = 0x10,
};

/* What is left of a frame. */
struct rest {
	const uint8_t *at;
	size_t length;
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static struct rest skip(struct rest rest, size_t bytes)
{
	return (struct rest){ rest.at + bytes, rest.length - bytes };
}

/* The addresses of an IP header, the protocol, and the rest behind it. False if it is none. */
static bool take_ip(struct rest *rest, enum sf_family family, struct sf_address ends[2],
		    uint8_t *protocol)
{
	const uint8_t *ip = rest->at;
	size_t bytes = family == SF_IPV4 && rest->length ? (ip[0] & 15U) * 4 : 40;

	if (rest->length < bytes || bytes < 20 || ip[0] >> 4 != (family == SF_IPV4 ? 4 : 6))
		return false;
	if (family == SF_IPV4 && get16(ip + 6) & 0x1fff)
		return false; /* not the first fragment */
	*protocol = family == SF_IPV4 ? ip[9] : ip[6];
	for (int i = 0; i < 2; i++)
		ends[i] = sf_address_load(family,
					  family == SF_IPV4 ? ip + 12 + i * 4 : ip + 8 + i * 16);
	*rest = skip(*rest, bytes);
	return true;
}

static void hear_tcp(struct rest tcp, const struct sf_address ends[2], struct sf_heard *heard)
{
	uint8_t flags;

	if (tcp.length < 20)
		return;
	flags = tcp.at[13];
	if (!(flags & FLAG_ACK) || !(flags & (FLAG_SYN | FLAG_RST)))
		return;
	heard->kind = flags & FLAG_RST ? SF_RESET : SF_SYN_ACK;
	heard->echo = (struct sf_echo){ .client = ends[1],
					.server = ends[0],
					.client_port = get16(tcp.at + 2),
					.server_port = get16(tcp.at),
					.isn = get32(tcp.at + 8) - 1 };
}

/* The ICMP message quotes the SYN: its IP header and at least 8 bytes behind that. */
static void hear_unreachable(struct rest quote, enum sf_family family, struct sf_heard *heard)
{
	struct sf_address ends[2];
	uint8_t protocol;

	if (!take_ip(&quote, family, ends, &protocol) || protocol != PROTOCOL_TCP ||
	    quote.length < 8)
		return;
	heard->kind = SF_UNREACHABLE;
	heard->echo = (struct sf_echo){ .client = ends[0],
					.server = ends[1],
					.client_port = get16(quote.at),
					.server_port = get16(quote.at + 2),
					.isn = get32(quote.at + 4) };
}

static void hear_icmp(struct rest icmp, struct sf_heard *heard)
{
	if (icmp.length >= 8 && icmp.at[0] == 3)
		hear_unreachable(skip(icmp, 8), SF_IPV4, heard);
}

/* The link-layer address option of a type, or NULL. */
static const uint8_t *find_option(struct rest options, uint8_t type)
{
	while (options.length >= 8) {
		size_t bytes = options.at[1] * 8U;

		if (!bytes || bytes > options.length)
			return NULL;
		if (options.at[0] == type)
			return options.at + 2;
		options = skip(options, bytes);
	}
	return NULL;
}

static void hear_icmp6(struct rest icmp, const struct sf_address *from, struct sf_heard *heard)
{
	bool asks = icmp.length >= 24 && icmp.at[0] == 135;
	const uint8_t *mac;

	if (icmp.length >= 8 && icmp.at[0] == 1) {
		hear_unreachable(skip(icmp, 8), SF_IPV6, heard);
		return;
	}
	if (!asks && (icmp.length < 24 || icmp.at[0] != 136))
		return;
	heard->kind = asks ? SF_ASKS : SF_TELLS;
	heard->asked = sf_address_load(SF_IPV6, icmp.at + 8);
	heard->asker = *from;
	mac = find_option(skip(icmp, 24), asks ? 1 : 2);
	if (mac)
		memcpy(heard->mac, mac, SF_MAC);
}

static void hear_arp(struct rest arp, struct sf_heard *heard)
{
	static const uint8_t ethernet_ipv4[] = { 0, 1, 8, 0, 6, 4 };
	uint16_t operation;

	if (arp.length < 28 || memcmp(arp.at, ethernet_ipv4, sizeof(ethernet_ipv4)) != 0)
		return;
	operation = get16(arp.at + 6);
	if (operation != 1 && operation != 2)
		return;
	heard->kind = operation == 1 ? SF_ASKS : SF_TELLS;
	heard->asker = sf_address_load(SF_IPV4, arp.at + 14);
	heard->asked = operation == 1 ? sf_address_load(SF_IPV4, arp.at + 24) : heard->asker;
	memcpy(heard->mac, arp.at + 8, SF_MAC);
}

static void hear_ip(struct rest ip, enum sf_family family, struct sf_heard *heard)
{
	struct sf_address ends[2];
	uint8_t protocol;

	if (!take_ip(&ip, family, ends, &protocol))
		return;
	if (protocol == PROTOCOL_TCP)
		hear_tcp(ip, ends, heard);
	else if (protocol == PROTOCOL_ICMP && family == SF_IPV4)
		hear_icmp(ip, heard);
	else if (protocol == PROTOCOL_ICMPV6 && family == SF_IPV6)
		hear_icmp6(ip, &ends[0], heard);
}

void sf_hear(const uint8_t *frame, size_t length, struct sf_heard *heard)
{
	struct rest rest;
	uint16_t type;

	*heard = (struct sf_heard){ .kind = SF_OTHER };
	if (length < SF_ETHERNET)
		return;
	memcpy(heard->mac, frame + SF_MAC, SF_MAC);
	type = get16(frame + 12);
	rest = skip((struct rest){ frame, length }, SF_ETHERNET);
	if (type == TYPE_IPV4)
		hear_ip(rest, SF_IPV4, heard);
	else if (type == TYPE_IPV6)
		hear_ip(rest, SF_IPV6, heard);
	else if (type == TYPE_ARP)
		hear_arp(rest, heard);
}
