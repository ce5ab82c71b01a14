// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes layers to bytes. Called by the fixtures and by the random packets of
 * the differential test. Shares nothing with bpf/parse.h, so that one cannot
 * hide a mistake of the other.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bpf/packet.h"

enum { TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806, TYPE_IPV6 = 0x86dd, TYPE_OTHER = 0x88b5 };

static void table_error(const char *what, const char *text)
{
	fprintf(stderr, "packet builder: %s: %s\n", what, text);
	abort();
}

/* The field as the table wants it. */
static unsigned int field(int wanted, size_t right)
{
	if (wanted == ZERO)
		return 0;
	return wanted ? (unsigned int)wanted : (unsigned int)right;
}

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_address(uint8_t *at, int family, const char *text)
{
	if (inet_pton(family, text, at) != 1)
		table_error("not an address", text);
}

static size_t ext_bytes(const struct ext_layer *ext)
{
	if (ext->bytes)
		return ext->bytes;
	return ext->header == PROTO_AH ? 24 : 8;
}

static size_t tcp_bytes(const struct tcp_layer *tcp)
{
	return tcp->only ? tcp->only : 20U + tcp->options;
}

/* Bytes that a layer takes when it starts at byte at of the frame. */
static size_t layer_bytes(const struct layer *layer, size_t at)
{
	switch (layer->type) {
	case LAYER_ETH:
		return 14;
	case LAYER_VLAN:
		return 4;
	case LAYER_IPV4:
		return 20U + layer->ipv4.options;
	case LAYER_IPV6:
		return 40;
	case LAYER_EXT:
		return ext_bytes(&layer->ext);
	case LAYER_TCP:
		return tcp_bytes(&layer->tcp);
	case LAYER_FRAG6:
	case LAYER_UDP:
	case LAYER_ICMP:
		return 8;
	case LAYER_ARP:
		return 28;
	case LAYER_RAW:
		return layer->raw.bytes;
	case LAYER_PAD:
		return layer->pad.to > at ? layer->pad.to - at : 0;
	case LAYER_END:
	case LAYER_TYPES:
		break;
	}
	return 0;
}

/* Bytes of the layers behind this one that its IP length covers. */
static size_t payload_of(const struct layer *layer)
{
	size_t sum = 0;

	for (layer++; layer->type != LAYER_END && layer->type != LAYER_PAD; layer++)
		sum += layer_bytes(layer, 0);
	return sum;
}

static unsigned int ethertype_of(const struct layer *next)
{
	switch (next->type) {
	case LAYER_VLAN:
		return next->vlan.tpid ? next->vlan.tpid : 0x8100;
	case LAYER_IPV4:
		return TYPE_IPV4;
	case LAYER_IPV6:
		return TYPE_IPV6;
	case LAYER_ARP:
		return TYPE_ARP;
	default:
		return TYPE_OTHER;
	}
}

static unsigned int protocol_of(const struct layer *next)
{
	switch (next->type) {
	case LAYER_TCP:
		return PROTO_TCP;
	case LAYER_UDP:
		return PROTO_UDP;
	case LAYER_ICMP:
		return next->icmp.v6 ? PROTO_ICMP6 : PROTO_ICMP;
	case LAYER_EXT:
		return (unsigned int)next->ext.header;
	case LAYER_FRAG6:
		return PROTO_FRAGMENT;
	default:
		return PROTO_NONE;
	}
}

static void write_eth(const struct layer *layer, uint8_t *at)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

	memcpy(at, macs, sizeof(macs));
	put16(at + 12, field(layer->eth.type, ethertype_of(layer + 1)));
}

static void write_ipv4(const struct layer *layer, uint8_t *at)
{
	const struct ipv4_layer *ip = &layer->ipv4;
	size_t header = layer_bytes(layer, 0);

	at[0] = (uint8_t)(field(ip->version, 4) << 4 | (field(ip->ihl, header / 4) & 15));
	put16(at + 2, field(ip->total, header + payload_of(layer)));
	put16(at + 6, (unsigned int)(ip->df << 14 | ip->more << 13 | ip->offset));
	at[8] = 64;
	at[9] = (uint8_t)field(ip->protocol, protocol_of(layer + 1));
	put_address(at + 12, AF_INET, ip->src);
	put_address(at + 16, AF_INET, ip->dst);
	memset(at + 20, 1, ip->options); /* no-operation options */
}

static void write_ipv6(const struct layer *layer, uint8_t *at)
{
	const struct ipv6_layer *ip = &layer->ipv6;

	at[0] = (uint8_t)(field(ip->version, 6) << 4);
	put16(at + 4, field(ip->payload, payload_of(layer)));
	at[6] = (uint8_t)field(ip->next, protocol_of(layer + 1));
	at[7] = 64;
	put_address(at + 8, AF_INET6, ip->src);
	put_address(at + 24, AF_INET6, ip->dst);
}

static void write_ext(const struct layer *layer, uint8_t *at)
{
	const struct ext_layer *ext = &layer->ext;
	size_t bytes = ext_bytes(ext);
	size_t length = ext->header == PROTO_AH ? bytes / 4 - 2 : bytes / 8 - 1;

	at[0] = (uint8_t)field(ext->next, protocol_of(layer + 1));
	at[1] = (uint8_t)field(ext->length, length);
}

static void write_frag6(const struct layer *layer, uint8_t *at)
{
	const struct frag6_layer *frag = &layer->frag6;

	at[0] = (uint8_t)field(frag->next, protocol_of(layer + 1));
	put16(at + 2, (unsigned int)(frag->offset << 3 | frag->more));
	put16(at + 6, 0x4d58); /* some identification */
}

static void write_tcp(const struct layer *layer, uint8_t *at)
{
	const struct tcp_layer *tcp = &layer->tcp;
	uint8_t header[60] = { 0 };

	put16(header, tcp->sport);
	put16(header + 2, tcp->dport);
	header[12] = (uint8_t)(field(tcp->doff, (20U + tcp->options) / 4) << 4);
	header[13] = (uint8_t)tcp->flags;
	put16(header + 14, 64240);
	memset(header + 20, 1, tcp->options);
	memcpy(at, header, tcp_bytes(tcp));
}

static void write_udp(const struct layer *layer, uint8_t *at)
{
	put16(at, layer->udp.sport);
	put16(at + 2, layer->udp.dport);
	put16(at + 4, (unsigned int)(8 + payload_of(layer)));
}

static void write_arp(uint8_t *at)
{
	put16(at, 1); /* Ethernet */
	put16(at + 2, TYPE_IPV4);
	at[4] = 6;
	at[5] = 4;
	put16(at + 6, 1); /* request */
}

static void write_vlan(const struct layer *layer, uint8_t *at)
{
	put16(at, layer->vlan.vid);
	put16(at + 2, field(layer->vlan.type, ethertype_of(layer + 1)));
}

/* Writes one layer. Its lengths and checks are what the row says, right or wrong. */
static void write_layer(const struct layer *layer, uint8_t *at)
{
	switch (layer->type) {
	case LAYER_ETH:
		write_eth(layer, at);
		break;
	case LAYER_VLAN:
		write_vlan(layer, at);
		break;
	case LAYER_IPV4:
		write_ipv4(layer, at);
		break;
	case LAYER_IPV6:
		write_ipv6(layer, at);
		break;
	case LAYER_EXT:
		write_ext(layer, at);
		break;
	case LAYER_FRAG6:
		write_frag6(layer, at);
		break;
	case LAYER_TCP:
		write_tcp(layer, at);
		break;
	case LAYER_UDP:
		write_udp(layer, at);
		break;
	case LAYER_ICMP:
		at[0] = layer->icmp.type;
		break;
	case LAYER_ARP:
		write_arp(at);
		break;
	case LAYER_RAW:
		memset(at, layer->raw.fill, layer->raw.bytes);
		break;
	case LAYER_PAD:
	case LAYER_END:
	case LAYER_TYPES:
		break;
	}
}

void packet_build(const struct layer *layers, struct packet *packet)
{
	size_t length = 0;

	for (const struct layer *layer = layers; layer->type != LAYER_END; layer++) {
		size_t bytes = layer_bytes(layer, length);

		if (length + bytes > PACKET_BYTES)
			table_error("frame too long", "raise PACKET_BYTES");
		memset(packet->bytes + length, 0, bytes);
		write_layer(layer, packet->bytes + length);
		length += bytes;
	}
	packet->length = length;
}

void packet_truncate(struct packet *packet, size_t length)
{
	if (packet->length > length)
		packet->length = length;
}
