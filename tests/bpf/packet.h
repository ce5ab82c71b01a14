/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet builder: a frame is an array of layers, outermost first, ended by
 * a zero layer, so that a table row shows the whole packet:
 *
 *	ETH(), VLAN(5), IPV4("192.0.2.7", "203.0.113.25", .options = 8), TCP(40000, 25, SYN)
 *
 * Lengths, ethertypes and next headers follow from the layers. A field that is
 * set says something else instead; 0 means "the right value", ZERO means 0.
 * Checksums stay 0: the filter leaves them to the stack. Pure.
 */
#ifndef MXW_TESTS_PACKET_H
#define MXW_TESTS_PACKET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PACKET_LAYERS 18 /* in one row, the ending zero included */
#define PACKET_BYTES 9216 /* a jumbo frame */
#define ZERO (-1) /* a zero on the wire, where 0 means "the right value" */

/* Values of the next and protocol fields. */
enum protocol {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMP6 = 58,
	PROTO_NONE = 59,
	PROTO_DSTOPTS = 60,
	PROTO_MOBILITY = 135,
	PROTO_TEST = 253,
};

enum tcp_flag {
	FIN = 0x01,
	SYN = 0x02,
	RST = 0x04,
	PSH = 0x08,
	ACK = 0x10,
	URG = 0x20,
	ECE = 0x40,
	CWR = 0x80,
};

enum layer_type {
	LAYER_END = 0,
	LAYER_ETH,
	LAYER_VLAN,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_EXT,
	LAYER_FRAG6,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_ICMP,
	LAYER_ARP,
	LAYER_RAW,
	LAYER_PAD,
	LAYER_TYPES,
};

struct eth_layer {
	int type; /* ethertype */
};

struct vlan_layer {
	uint16_t vid;
	uint16_t tpid; /* the ethertype that announces this tag; 0x8100 by default */
	int type; /* ethertype of what follows */
};

struct ipv4_layer {
	const char *src, *dst;
	uint16_t options; /* bytes of options, a multiple of 4 up to 40 */
	uint16_t offset; /* fragment offset, in units of 8 bytes */
	uint8_t more; /* 1: more fragments */
	uint8_t df; /* 1: don't fragment */
	int ihl, version, protocol, total;
};

struct ipv6_layer {
	const char *src, *dst;
	int next, version, payload;
};

struct ext_layer {
	int header; /* enum protocol: this header's own number */
	uint16_t bytes; /* on the wire, a multiple of 8; 8 by default, 24 for AH */
	int next, length; /* length: the field, in the header's own unit */
};

struct frag6_layer {
	uint16_t offset; /* in units of 8 bytes */
	uint8_t more;
	int next;
};

struct tcp_layer {
	uint16_t sport, dport;
	uint16_t flags; /* enum tcp_flag */
	uint16_t options; /* bytes of options, a multiple of 4 up to 40 */
	uint16_t only; /* bytes of the header that this frame carries; 0: all */
	int doff;
};

struct udp_layer {
	uint16_t sport, dport;
};

struct icmp_layer {
	uint8_t type;
	uint8_t v6; /* 1: ICMPv6 */
};

struct raw_layer {
	uint16_t bytes;
	uint8_t fill;
};

/* Ethernet padding: zeros up to a frame length, part of no IP length. */
struct pad_layer {
	uint16_t to;
};

struct layer {
	enum layer_type type;
	union {
		struct eth_layer eth;
		struct vlan_layer vlan;
		struct ipv4_layer ipv4;
		struct ipv6_layer ipv6;
		struct ext_layer ext;
		struct frag6_layer frag6;
		struct tcp_layer tcp;
		struct udp_layer udp;
		struct icmp_layer icmp;
		struct raw_layer raw;
		struct pad_layer pad;
	};
};

/* Initialisers for struct layer, for use in tables. clang-format takes them for
 * blocks. */
/* clang-format off */
#define ETH(...) { .type = LAYER_ETH, .eth = { __VA_ARGS__ } }
#define VLAN(tag, ...) { .type = LAYER_VLAN, .vlan = { .vid = (tag), __VA_ARGS__ } }
#define IPV4(from, to, ...) \
	{ .type = LAYER_IPV4, .ipv4 = { .src = (from), .dst = (to), __VA_ARGS__ } }
#define IPV6(from, to, ...) \
	{ .type = LAYER_IPV6, .ipv6 = { .src = (from), .dst = (to), __VA_ARGS__ } }
#define EXT(kind, ...) { .type = LAYER_EXT, .ext = { .header = (kind), __VA_ARGS__ } }
#define HBH(...) EXT(PROTO_HOP_BY_HOP, __VA_ARGS__)
#define DSTOPTS(...) EXT(PROTO_DSTOPTS, __VA_ARGS__)
#define ROUTING(...) EXT(PROTO_ROUTING, __VA_ARGS__)
#define AH(...) EXT(PROTO_AH, __VA_ARGS__)
#define FRAG6(...) { .type = LAYER_FRAG6, .frag6 = { __VA_ARGS__ } }
#define TCP(from, to, bits, ...) \
	{ .type = LAYER_TCP,     \
	  .tcp = { .sport = (from), .dport = (to), .flags = (bits), __VA_ARGS__ } }
#define UDP(from, to) { .type = LAYER_UDP, .udp = { .sport = (from), .dport = (to) } }
#define ICMP(kind) { .type = LAYER_ICMP, .icmp = { .type = (kind) } }
#define ICMP6(kind) { .type = LAYER_ICMP, .icmp = { .type = (kind), .v6 = 1 } }
#define ARP() { .type = LAYER_ARP }
#define RAW(count, ...) { .type = LAYER_RAW, .raw = { .bytes = (count), __VA_ARGS__ } }
#define PAD(until) { .type = LAYER_PAD, .pad = { .to = (until) } }
/* clang-format on */

struct packet {
	size_t length;
	uint8_t bytes[PACKET_BYTES];
};

/* Builds the frame of layers into *packet. Aborts on an address that is none
 * and on a frame longer than PACKET_BYTES: both are errors of the table. */
void packet_build(const struct layer *layers, struct packet *packet);

/* Cuts the packet to length bytes; a longer length changes nothing. */
void packet_truncate(struct packet *packet, size_t length);

/* Prints one line per layer, then the bytes, for a failure report. layers may be NULL. */
void packet_print(FILE *out, const struct layer *layers, const struct packet *packet);

#endif
