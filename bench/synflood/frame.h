/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SYN on the wire: the one that Linux sends, MSS, SACK permitted, timestamp
 * and window scale in its order. A template holds what all have in common; per
 * packet the rest is written over the last packet's, and the checksums are the
 * template's sums plus what was written. Pure, inline for the inner loop.
 */
#ifndef SYNFLOOD_FRAME_H
#define SYNFLOOD_FRAME_H

#include <endian.h>
#include <string.h>

#include "bench/synflood/plan.h"

#define SF_FRAME_MOST 128 /* room for a frame */

enum {
	SF_ETHERNET = 14, /* bytes of each header */
	SF_TCP = 40,
	SF_FRAME4 = SF_ETHERNET + 20 + SF_TCP,
	SF_FRAME6 = SF_ETHERNET + 40 + SF_TCP,
	SF_TCP4 = SF_ETHERNET + 20, /* where TCP begins */
	SF_TCP6 = SF_ETHERNET + 40,
};

/* Of the IPv4 header: do not fragment, 64 hops, TCP; with room for id and checksum. */
#define SF_IPV4_MIDDLE 0x0000400040060000ULL

struct sf_template {
	uint8_t bytes[SF_FRAME_MOST]; /* everything that varies is zero */
	uint16_t length;
	uint32_t ip_sum; /* of the IPv4 header, not folded */
	uint32_t tcp_sum; /* of TCP and its pseudo header, not folded */
};

/* Makes the template of a family. */
void sf_template_make(struct sf_template *t, enum sf_family family,
		      const uint8_t source_mac[SF_MAC]);

/* The sum of big-endian 16-bit words; an odd byte at the end is the high half of one.
 * length is at most 64 KiB, so that the sum does not overflow. */
uint32_t sf_sum(const uint8_t *bytes, size_t length);

/* The checksum that a sum below 2^32 becomes, in host order. */
static inline uint16_t sf_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

static inline uint32_t sf_sum32(uint32_t value)
{
	return (value >> 16) + (value & 0xffff);
}

static inline uint32_t sf_sum64(uint64_t value)
{
	return sf_sum32((uint32_t)(value >> 32)) + sf_sum32((uint32_t)value);
}

static inline void sf_put16(uint8_t *at, uint16_t value)
{
	value = htobe16(value);
	memcpy(at, &value, sizeof(value));
}

static inline void sf_put32(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static inline void sf_put64(uint8_t *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

/* Ports, sequence number, timestamp and checksum; sum is that of all the rest. */
static inline void sf_fill_tcp(uint8_t *tcp, const struct sf_flow *flow, uint32_t stamp,
			       uint32_t sum)
{
	uint64_t begin = (uint64_t)flow->sport << 48 | (uint64_t)flow->dport << 32 | flow->isn;

	stamp += flow->isn; /* Linux gives each connection an offset of its own, too */
	sf_put64(tcp, begin);
	sf_put32(tcp + 28, stamp);
	sf_put16(tcp + 16, sf_fold(sum + sf_sum64(begin) + sf_sum32(stamp)));
}

/* An IPv4 header from the id on, which is all that varies; returns the sum of the addresses. */
static inline uint32_t sf_fill_ipv4(uint8_t *id, const struct sf_template *t,
				    const struct sf_flow *flow, const struct sf_dest *dest)
{
	uint64_t addresses = flow->low << 32 | dest->address.low;
	uint32_t sum = sf_sum64(addresses);

	sf_put64(id,
		 (uint64_t)flow->id << 48 | SF_IPV4_MIDDLE | sf_fold(t->ip_sum + flow->id + sum));
	sf_put64(id + 8, addresses);
	return sum;
}

static inline uint32_t sf_fill_ipv6(uint8_t *source, const struct sf_flow *flow,
				    const struct sf_dest *dest)
{
	sf_put64(source, flow->high);
	sf_put64(source + 8, flow->low);
	sf_put64(source + 16, dest->address.high);
	sf_put64(source + 24, dest->address.low);
	return sf_sum64(flow->high) + sf_sum64(flow->low) + sf_sum64(dest->address.high) +
	       sf_sum64(dest->address.low);
}

/*
 * Turns a frame that began as a copy of the template, and that may have been
 * filled before, into the SYN of flow to dest. stamp: TCP's clock, in ms.
 */
static inline void sf_frame_fill(uint8_t *frame, const struct sf_template *t,
				 const struct sf_flow *flow, const struct sf_dest *dest,
				 uint32_t stamp)
{
	uint32_t addresses;

	memcpy(frame, dest->head, SF_HEAD);
	if (!flow->ipv6) {
		addresses = sf_fill_ipv4(frame + 18, t, flow, dest);
		sf_fill_tcp(frame + SF_TCP4, flow, stamp, t->tcp_sum + addresses);
		return;
	}
	addresses = sf_fill_ipv6(frame + 22, flow, dest);
	sf_fill_tcp(frame + SF_TCP6, flow, stamp, t->tcp_sum + addresses);
}

#endif
