// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ARP and neighbour discovery frames. Called before the flood, to find the
 * target, and by the receiving loop, so that the target finds us.
 */
#include "bench/synflood/neighbour.h"

enum {
	ARP_FRAME = 60, /* padded to Ethernet's least */
	ND_FRAME = SF_ETHERNET + 40 + 32,
	SOLICITATION = 135,
	ADVERTISEMENT = 136,
};

static void put_ethernet(uint8_t *frame, const uint8_t to[SF_MAC], const uint8_t from[SF_MAC],
			 uint16_t type)
{
	memset(frame, 0, SF_FRAME_MOST);
	memcpy(frame, to, SF_MAC);
	memcpy(frame + SF_MAC, from, SF_MAC);
	sf_put16(frame + 12, type);
}

/* ARP, behind the Ethernet header: operation 1 asks, 2 tells. to_mac is zero when asking. */
static uint16_t put_arp(uint8_t *frame, uint16_t operation, const struct sf_address *from,
			const struct sf_address *to, const uint8_t to_mac[SF_MAC])
{
	static const uint8_t ethernet_ipv4[] = { 0, 1, 8, 0, 6, 4 };
	uint8_t *arp = frame + SF_ETHERNET;

	memcpy(arp, ethernet_ipv4, sizeof(ethernet_ipv4));
	sf_put16(arp + 6, operation);
	memcpy(arp + 8, frame + SF_MAC, SF_MAC);
	sf_address_store(from, arp + 14);
	memcpy(arp + 18, to_mac, SF_MAC);
	sf_address_store(to, arp + 24);
	return ARP_FRAME;
}

/* What a neighbour discovery message says. */
struct message {
	uint8_t type, flags, option;
	struct sf_address from, to, target;
};

static uint16_t put_icmp6(uint8_t *frame, const struct message *m, const uint8_t mac[SF_MAC])
{
	uint8_t *ip = frame + SF_ETHERNET, *icmp = ip + 40;

	ip[0] = 0x60;
	sf_put16(ip + 4, 32);
	ip[6] = 58;
	ip[7] = 255; /* as RFC 4861 demands: no router let it through */
	sf_address_store(&m->from, ip + 8);
	sf_address_store(&m->to, ip + 24);
	icmp[0] = m->type;
	icmp[4] = m->flags;
	sf_address_store(&m->target, icmp + 8);
	icmp[24] = m->option;
	icmp[25] = 1;
	memcpy(icmp + 26, mac, SF_MAC);
	sf_put16(icmp + 2, sf_fold(sf_sum(ip + 8, 64) + 32 + 58));
	return ND_FRAME;
}

uint16_t sf_neighbour_ask(uint8_t frame[SF_FRAME_MOST], const struct sf_station *station,
			  const struct sf_address *asked)
{
	static const uint8_t broadcast[SF_MAC] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t unknown[SF_MAC];
	uint8_t group[SF_MAC] = { 0x33, 0x33, 0xff };
	struct message m = { .type = SOLICITATION, .option = 1, .target = *asked };

	if (asked->family == SF_IPV4) {
		put_ethernet(frame, broadcast, station->mac, 0x0806);
		return put_arp(frame, 1, &station->own[SF_IPV4], asked, unknown);
	}
	m.from = station->own[SF_IPV6];
	m.to = (struct sf_address){ .high = 0xff02ULL << 48,
				    .low = 0x1ff000000ULL | (asked->low & 0xffffff),
				    .family = SF_IPV6 };
	for (int i = 0; i < 3; i++)
		group[3 + i] = (uint8_t)(asked->low >> (16 - 8 * i));
	put_ethernet(frame, group, station->mac, 0x86dd);
	return put_icmp6(frame, &m, station->mac);
}

bool sf_neighbour_is_ours(const struct sf_station *station, const struct sf_heard *heard)
{
	const struct sf_address *asked = &heard->asked;

	if (station->has_own[asked->family] &&
	    sf_address_equal(asked, &station->own[asked->family]))
		return true;
	for (size_t i = 0; i < station->answer_for.count; i++)
		if (sf_range_contains(&station->answer_for.items[i], asked))
			return true;
	return false;
}

uint16_t sf_neighbour_tell(uint8_t frame[SF_FRAME_MOST], const struct sf_station *station,
			   const struct sf_heard *heard)
{
	/* Solicited, override. To a host without address (RFC 4862): unsolicited, to all. */
	struct message m = { .type = ADVERTISEMENT,
			     .flags = 0x60,
			     .option = 2,
			     .from = heard->asked,
			     .to = heard->asker,
			     .target = heard->asked };

	if (heard->asked.family == SF_IPV4) {
		put_ethernet(frame, heard->mac, station->mac, 0x0806);
		return put_arp(frame, 2, &heard->asked, &heard->asker, heard->mac);
	}
	if (!m.to.high && !m.to.low) {
		m.flags = 0x20;
		m.to = (struct sf_address){ .high = 0xff02ULL << 48, .low = 1, .family = SF_IPV6 };
	}
	put_ethernet(frame, heard->mac, station->mac, 0x86dd);
	return put_icmp6(frame, &m, station->mac);
}
