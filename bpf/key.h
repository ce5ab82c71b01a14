/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one key: a source as a u64 in host byte order. IPv4 is the address in the
 * low 32 bits with zero above; IPv6 is the top 64 bits of the address, its /64.
 * The IPv4 keys lie where ::/32 would, which is never a global unicast prefix.
 *
 * IPv6 forms that carry an IPv4 source are that IPv4 source: ::ffff:0:0/96
 * (mapped, RFC 4291), 64:ff9b::/96 (NAT64, RFC 6052) and 2002::/16 (6to4,
 * RFC 3056). Included by the BPF program and by userspace; pure.
 */
#ifndef MXW_KEY_H
#define MXW_KEY_H

#include <linux/types.h>

#define MXW_KEY_NAT64 0x0064ff9b00000000ULL /* top 64 bits of 64:ff9b::/96 */
#define MXW_KEY_6TO4 0x2002U /* top 16 bits of 2002::/16 */

/* A NAT64 prefix of a site's own, a /96; 0, 0 = none. */
struct mxw_nat64 {
	__u64 high; /* the first 64 bits; not zero */
	__u64 low; /* the 32 bits that follow */
};

/* hi and lo: the two halves of an IPv6 source address in host byte order. */
static inline __attribute__((always_inline)) __u64 mxw_key_v6(__u64 hi, __u64 lo)
{
	if (hi == 0 && (lo >> 32) == 0xffff)
		return lo & 0xffffffff;
	if (hi == MXW_KEY_NAT64 && (lo >> 32) == 0)
		return lo & 0xffffffff;
	if ((hi >> 48) == MXW_KEY_6TO4)
		return (hi >> 16) & 0xffffffff;
	return hi;
}

/* The slot of a key in mxw_hint: the top bits of Fibonacci hashing. Nobody gains by
 * choosing an address for its slot: a full slot costs what every one did without it. */
static inline __attribute__((always_inline)) __u32 mxw_hint_slot(__u64 source, __u32 bits)
{
	return (__u32)((source * 0x9e3779b97f4a7c15ULL) >> (64 - bits));
}

/* The place of a key in mxw_hint.nets[it is IPv6]: the first eight bits of the address. */
static inline __attribute__((always_inline)) __u32 mxw_hint_net(__u64 source)
{
	return source >> 32 ? (__u32)(source >> 56) : (__u32)source >> 24;
}

#endif
