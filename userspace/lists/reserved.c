// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The special-purpose address registries (RFC 6890 and what followed): ranges from which no mail
 * comes over the internet, so that a list that has them is wrong about them. Those that are routed
 * (AS112, AMT) are left out. Called by the guards.
 */
#include <stddef.h>

#include "lists/guard.h"

/* Ascending and disjoint. */
static const struct {
	uint32_t first, last;
	const char *what;
} reserved4[] = {
	{ 0x00000000, 0x00ffffff, "0.0.0.0/8 is \"this network\"" },
	{ 0x0a000000, 0x0affffff, "10.0.0.0/8 is for private networks" },
	{ 0x64400000, 0x647fffff, "100.64.0.0/10 is for carriers' address translation" },
	{ 0x7f000000, 0x7fffffff, "127.0.0.0/8 is the loopback" },
	{ 0xa9fe0000, 0xa9feffff, "169.254.0.0/16 is link-local" },
	{ 0xac100000, 0xac1fffff, "172.16.0.0/12 is for private networks" },
	{ 0xc0000000, 0xc00000ff, "192.0.0.0/24 is for protocol assignments" },
	{ 0xc0000200, 0xc00002ff, "192.0.2.0/24 is for documentation" },
	{ 0xc0586300, 0xc05863ff, "192.88.99.0/24 was for 6to4 relays" },
	{ 0xc0a80000, 0xc0a8ffff, "192.168.0.0/16 is for private networks" },
	{ 0xc6120000, 0xc613ffff, "198.18.0.0/15 is for benchmarks" },
	{ 0xc6336400, 0xc63364ff, "198.51.100.0/24 is for documentation" },
	{ 0xcb007100, 0xcb0071ff, "203.0.113.0/24 is for documentation" },
	{ 0xe0000000, 0xefffffff, "224.0.0.0/4 is multicast" },
	{ 0xf0000000, 0xffffffff, "240.0.0.0/4 is reserved" },
};

/* Top 64 bits, ascending and disjoint. Outside 2000::/3 nothing is routed. */
static const struct {
	uint64_t first, last;
	const char *what;
} reserved6[] = {
	{ 0, 0x1fffffffffffffff, "only 2000::/3 is routed" },
	{ 0x2001000000000000, 0x200101ffffffffff,
	  "2001::/23 is for protocol assignments (Teredo, ORCHID)" },
	{ 0x20010db800000000, 0x20010db8ffffffff, "2001:db8::/32 is for documentation" },
	{ 0x2002000000000000, 0x2002ffffffffffff, "2002::/16 is 6to4: list the IPv4 address" },
	{ 0x3fff000000000000, 0x3fff0fffffffffff, "3fff::/20 is for documentation" },
	{ 0x4000000000000000, 0xfbffffffffffffff, "only 2000::/3 is routed" },
	{ 0xfc00000000000000, 0xfdffffffffffffff, "fc00::/7 is for private networks" },
	{ 0xfe00000000000000, 0xfe7fffffffffffff, "only 2000::/3 is routed" },
	{ 0xfe80000000000000, 0xfebfffffffffffff, "fe80::/10 is link-local" },
	{ 0xfec0000000000000, 0xfeffffffffffffff, "fec0::/10 was for private networks" },
	{ 0xff00000000000000, 0xffffffffffffffff, "ff00::/8 is multicast" },
};

const char *mxw_guard_reserved4(struct mxw_range4 range, bool *whole)
{
	size_t count = sizeof(reserved4) / sizeof(reserved4[0]), at = 0;
	uint64_t covered = range.first; /* up to here all of it is reserved */
	const char *what;

	while (at < count && reserved4[at].last < range.first)
		at++;
	*whole = false;
	if (at == count || reserved4[at].first > range.last)
		return NULL;
	what = reserved4[at].what;
	for (; at < count && reserved4[at].first <= covered; at++)
		covered = (uint64_t)reserved4[at].last + 1;
	*whole = covered > range.last;
	return what;
}

const char *mxw_guard_reserved6(struct mxw_range6 range, bool *whole)
{
	size_t count = sizeof(reserved6) / sizeof(reserved6[0]), at = 0;
	const char *what;

	while (at < count && reserved6[at].last < range.first)
		at++;
	*whole = false;
	if (at == count || reserved6[at].first > range.last)
		return NULL;
	what = reserved6[at].what;
	if (reserved6[at].first <= range.first) {
		while (at + 1 < count && reserved6[at].last < range.last &&
		       reserved6[at + 1].first == reserved6[at].last + 1)
			at++;
		*whole = reserved6[at].last >= range.last;
	}
	return what;
}
