/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the bytes of a frame to struct mxw_packet. Reads packet memory only:
 * no map, no helper, so it also compiles as plain C for tests and fuzzing.
 *
 * What it accepts: Ethernet, VLAN tags, IPv4 with options, IPv6 with at most six
 * extension headers in at most 256 bytes, TCP. What lies beyond is not guessed
 * at: mxw_parse() says which of the kinds below it is.
 */
#ifndef MXW_PARSE_H
#define MXW_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>

#include "abi.h"
#include "key.h"

#define MXW_INLINE static inline __attribute__((always_inline))

/* Hides from the compiler what it knows of a value, so that it leaves a bound in the code
 * that it knows to hold and the verifier (of 6.1) does not. */
MXW_INLINE __u64 mxw_opaque(__u64 value)
{
	asm volatile("" : "+r"(value));
	return value;
}

#define MXW_VLAN_DEPTH 2 /* tags that real networks send */
#define MXW_VLAN_MOST 1024 /* further ones: as many as a page has room for */
#define MXW_TAGGED_BYTES 0x1fff /* they end before this byte */
#define MXW_EXT_HEADERS 6 /* as deep as real stacks send; more is an evasion */
#define MXW_EXT_BYTES 256
#define MXW_ETH_P_QINQ_OLD 0x9100

enum mxw_kind {
	MXW_KIND_IGNORE = 0, /* not TCP over IP, or TCP that is not a clean SYN: passes unseen */
	MXW_KIND_SYN, /* a SYN without ACK, RST and FIN */
	MXW_KIND_SYN_FRAGMENT, /* the same in a first fragment, or a first fragment too
				* short to show its flags */
	MXW_KIND_FRAGMENT, /* a later fragment that may be of TCP: shows no port */
	MXW_KIND_UNDETERMINED, /* an IPv6 header chain beyond the limits above, or one that a
				* first fragment breaks off: a SYN may be behind it */
	MXW_KIND_MALFORMED, /* cut short, or a length field that cannot be */
};

/* Facts of one frame. Addresses as two halves in host order, IPv4 mapped. */
struct mxw_packet {
	__u64 saddr_hi, saddr_lo;
	__u64 daddr_hi, daddr_lo;
	__u64 source; /* the key of the source address, see key.h */
	__u16 sport, dport; /* host order, set for the two SYN kinds */
	__u16 kind; /* enum mxw_kind */
	__u16 dry; /* 1: judged without an effect; the program sets it, not the parser */
	__u32 isn; /* initial sequence number as on the wire, set for the two SYN kinds */
	__u32 zero;
};

/* Where parsing stands: pos is the next unread byte. */
struct mxw_cursor {
	const void *pos;
	const void *end;
};

/* What the network layer said about its payload. */
struct mxw_l4 {
	__u32 left; /* bytes from the cursor on that are the datagram's, see below */
	__u8 protocol; /* IPPROTO_TCP, or something to ignore */
	__u8 first_fragment; /* 1: more fragments follow this one */
};

struct mxw_vlan_tag {
	__be16 tci;
	__be16 ethertype;
};

struct mxw_ext_header {
	__u8 nexthdr;
	__u8 length;
	__be16 frag_off; /* of a fragment header */
};

#define MXW_IPV4_MAPPED 0x0000ffff00000000ULL

/* Bytes behind the stated length of a datagram are Ethernet padding: a first
 * fragment with 8 bytes of TCP comes in a frame of 60, and the zeros behind it
 * are not flags. A length of 0 (jumbogram, segmentation offload) states nothing.
 * Only the TCP header is held against it: doing so at each extension header
 * nearly triples the verifier's work and changes no verdict that matters. */
#define MXW_UNSTATED ~0U

/* How much of a datagram lies behind a header that its stated length includes. */
MXW_INLINE __u32 mxw_bytes_left(__be16 stated, __u32 header)
{
	return stated ? (__u32)bpf_ntohs(stated) - header : MXW_UNSTATED;
}

MXW_INLINE int mxw_is_tag(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD) ||
	       type == bpf_htons(MXW_ETH_P_QINQ_OLD);
}

/* Moves the cursor behind a tag. Returns the ethertype that it announces, -1 when the frame
 * is cut short. */
MXW_INLINE int mxw_take_tag(struct mxw_cursor *c)
{
	const struct mxw_vlan_tag *tag = c->pos;

	if ((const void *)(tag + 1) > c->end)
		return -1;
	c->pos = tag + 1;
	return tag->ethertype;
}

/*
 * The tags beyond those of real networks. Linux takes off any number of priority tags (VLAN 0),
 * so a SYN may be behind any number. Where it is afterwards is hidden from the verifier, which
 * would look at all the rest once for each number of tags.
 */
MXW_INLINE int mxw_take_tags(struct mxw_cursor *c, const void *data)
{
	int type = bpf_htons(ETH_P_8021Q);

#pragma clang loop unroll(disable)
	for (int i = 0; i < MXW_VLAN_MOST; i++) {
		type = mxw_take_tag(c);
		if (type < 0 || !mxw_is_tag((__be16)type))
			break;
	}
	if (type < 0 || mxw_is_tag((__be16)type))
		return -1;
	c->pos = data + ((mxw_opaque((__u64)c->pos) - (__u64)data) & MXW_TAGGED_BYTES);
	return type;
}

/* Returns the ethertype in network order, -1 when the frame is cut short. */
MXW_INLINE int mxw_parse_ethernet(struct mxw_cursor *c)
{
	const struct ethhdr *eth = c->pos;
	int type;

	if ((const void *)(eth + 1) > c->end)
		return -1;
	type = eth->h_proto;
	c->pos = eth + 1;
#pragma unroll
	for (int depth = 0; depth < MXW_VLAN_DEPTH; depth++) {
		if (!mxw_is_tag((__be16)type))
			return type;
		type = mxw_take_tag(c);
		if (type < 0)
			return -1;
	}
	return mxw_is_tag((__be16)type) ? mxw_take_tags(c, eth) : type;
}

/* Each network-layer parser returns MXW_KIND_SYN while a TCP header may follow
 * at c->pos, or the final kind. */
MXW_INLINE enum mxw_kind mxw_parse_ipv4(struct mxw_cursor *c, struct mxw_packet *p,
					struct mxw_l4 *l4)
{
	const struct iphdr *ip = c->pos;
	__u32 header_bytes;
	__u16 frag;

	if ((const void *)(ip + 1) > c->end)
		return MXW_KIND_MALFORMED;
	header_bytes = ip->ihl * 4U;
	if (ip->version != 4 || header_bytes < sizeof(*ip) || c->pos + header_bytes > c->end)
		return MXW_KIND_MALFORMED;
	if (ip->tot_len && bpf_ntohs(ip->tot_len) < header_bytes)
		return MXW_KIND_MALFORMED;
	if (ip->protocol != IPPROTO_TCP)
		return MXW_KIND_IGNORE;
	p->source = bpf_ntohl(ip->saddr);
	p->saddr_lo = MXW_IPV4_MAPPED | p->source;
	p->daddr_lo = MXW_IPV4_MAPPED | bpf_ntohl(ip->daddr);
	frag = bpf_ntohs(ip->frag_off);
	if (frag & 0x1fff)
		return MXW_KIND_FRAGMENT;
	l4->left = mxw_bytes_left(ip->tot_len, header_bytes);
	l4->protocol = IPPROTO_TCP;
	l4->first_fragment = !!(frag & 0x2000);
	c->pos += header_bytes;
	return MXW_KIND_SYN;
}

MXW_INLINE int mxw_is_extension(__u8 nexthdr)
{
	return nexthdr == IPPROTO_HOPOPTS || nexthdr == IPPROTO_ROUTING ||
	       nexthdr == IPPROTO_FRAGMENT || nexthdr == IPPROTO_DSTOPTS || nexthdr == IPPROTO_AH;
}

/* Length in bytes of the extension header ext of type nexthdr (RFC 8200, RFC 4302). */
MXW_INLINE __u32 mxw_extension_bytes(const struct mxw_ext_header *ext, __u8 nexthdr)
{
	if (nexthdr == IPPROTO_FRAGMENT)
		return 8;
	if (nexthdr == IPPROTO_AH)
		return (ext->length + 2U) * 4;
	return (ext->length + 1U) * 8;
}

/* A later fragment belongs to TCP, or may: what follows an extension header
 * inside the fragmented part cannot be seen from here. */
MXW_INLINE enum mxw_kind mxw_later_fragment(__u8 nexthdr)
{
	return nexthdr == IPPROTO_TCP || mxw_is_extension(nexthdr) ? MXW_KIND_FRAGMENT
								   : MXW_KIND_IGNORE;
}

/* Headers that end before they should. In a first fragment that is not a mistake: the rest
 * comes in the next one, whose own next-header field the receiver does not look at
 * and a sender may fill with anything. So the first fragment has to answer for all. */
MXW_INLINE enum mxw_kind mxw_cut_short(const struct mxw_l4 *l4)
{
	return l4->first_fragment ? MXW_KIND_UNDETERMINED : MXW_KIND_MALFORMED;
}

/* Walks the extension headers from c->pos; *nexthdr is the type of the first. */
MXW_INLINE enum mxw_kind mxw_walk_extensions(struct mxw_cursor *c, __u8 nexthdr, struct mxw_l4 *l4)
{
	__u32 walked = 0;

	for (int depth = 0; depth < MXW_EXT_HEADERS; depth++) {
		const struct mxw_ext_header *ext = c->pos;
		__u32 bytes;
		__u16 frag;

		if (!mxw_is_extension(nexthdr))
			break;
		if (c->pos + 8 > c->end)
			return mxw_cut_short(l4);
		bytes = mxw_extension_bytes(ext, nexthdr);
		if (c->pos + bytes > c->end)
			return mxw_cut_short(l4);
		walked += bytes;
		if (walked > MXW_EXT_BYTES)
			return MXW_KIND_UNDETERMINED;
		if (nexthdr == IPPROTO_FRAGMENT) {
			frag = bpf_ntohs(ext->frag_off);
			if (frag & 0xfff8)
				return mxw_later_fragment(ext->nexthdr);
			l4->first_fragment |= frag & 1;
		}
		nexthdr = ext->nexthdr;
		c->pos += bytes;
	}
	/* Headers behind the stated length are padding that pretends. */
	if (l4->first_fragment && walked > l4->left)
		return MXW_KIND_UNDETERMINED;
	l4->left = l4->left > walked ? l4->left - walked : 0;
	l4->protocol = nexthdr;
	return mxw_is_extension(nexthdr) ? MXW_KIND_UNDETERMINED : MXW_KIND_SYN;
}

MXW_INLINE enum mxw_kind mxw_parse_ipv6(struct mxw_cursor *c, struct mxw_packet *p,
					struct mxw_l4 *l4)
{
	const struct ipv6hdr *ip = c->pos;
	const __be32 *s, *d;

	if ((const void *)(ip + 1) > c->end)
		return MXW_KIND_MALFORMED;
	if (ip->version != 6)
		return MXW_KIND_MALFORMED;
	s = ip->saddr.s6_addr32;
	d = ip->daddr.s6_addr32;
	p->saddr_hi = (__u64)bpf_ntohl(s[0]) << 32 | bpf_ntohl(s[1]);
	p->saddr_lo = (__u64)bpf_ntohl(s[2]) << 32 | bpf_ntohl(s[3]);
	p->daddr_hi = (__u64)bpf_ntohl(d[0]) << 32 | bpf_ntohl(d[1]);
	p->daddr_lo = (__u64)bpf_ntohl(d[2]) << 32 | bpf_ntohl(d[3]);
	p->source = mxw_key_v6(p->saddr_hi, p->saddr_lo);
	c->pos = ip + 1;
	l4->left = mxw_bytes_left(ip->payload_len, 0);
	return mxw_walk_extensions(c, ip->nexthdr, l4);
}

/* ports: the protected ones in host order, 0 where unused. */
MXW_INLINE int mxw_port_protected(const volatile __u16 *ports, __u16 port)
{
	for (int i = 0; i < MXW_MAX_PORTS; i++)
		if (ports[i] && ports[i] == port)
			return 1;
	return 0;
}

/* The last step: ports and flags. Bytes 12 and 13 of the header hold data
 * offset and flags; a first fragment may end before them (RFC 1858). */
MXW_INLINE enum mxw_kind mxw_parse_tcp(const struct mxw_cursor *c, struct mxw_packet *p,
				       const struct mxw_l4 *l4, const volatile __u16 *ports)
{
	const struct tcphdr *tcp = c->pos;
	int whole = l4->left >= sizeof(*tcp) && (const void *)(tcp + 1) <= c->end;

	if (l4->left < 8 || c->pos + 8 > c->end || (!whole && !l4->first_fragment))
		return mxw_cut_short(l4);
	if (whole && (!tcp->syn || tcp->ack || tcp->rst || tcp->fin))
		return MXW_KIND_IGNORE;
	p->sport = bpf_ntohs(tcp->source);
	p->dport = bpf_ntohs(tcp->dest);
	p->isn = tcp->seq;
	if (!mxw_port_protected(ports, p->dport))
		return MXW_KIND_IGNORE;
	if (whole && tcp->doff < 5)
		return MXW_KIND_MALFORMED;
	return l4->first_fragment ? MXW_KIND_SYN_FRAGMENT : MXW_KIND_SYN;
}

/*
 * Fills *p, which the caller has zeroed, from the frame in [data, end).
 * p->kind is the result; the addresses are valid for every kind but
 * MXW_KIND_IGNORE and MXW_KIND_MALFORMED.
 */
MXW_INLINE void mxw_parse(const void *data, const void *end, const volatile __u16 *ports,
			  struct mxw_packet *p)
{
	struct mxw_cursor c = { .pos = data, .end = end };
	struct mxw_l4 l4 = {};
	int type = mxw_parse_ethernet(&c);

	if (type == bpf_htons(ETH_P_IP))
		p->kind = (__u16)mxw_parse_ipv4(&c, p, &l4);
	else if (type == bpf_htons(ETH_P_IPV6))
		p->kind = (__u16)mxw_parse_ipv6(&c, p, &l4);
	else
		p->kind = type < 0 ? MXW_KIND_MALFORMED : MXW_KIND_IGNORE;
	if (p->kind != MXW_KIND_SYN)
		return;
	p->kind = MXW_KIND_IGNORE;
	if (l4.protocol == IPPROTO_TCP)
		p->kind = (__u16)mxw_parse_tcp(&c, p, &l4, ports);
}

#endif
