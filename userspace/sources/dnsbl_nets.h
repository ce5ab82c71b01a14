/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many sources of one IPv6 /48 count as present in a day: as many as an IPv4 /24 has. One host
 * that has a /48 could complete a connection from each of its 65 536 /64s, and spend what the budgets
 * keep for present sources. For sources/ alone.
 */
#ifndef MXW_DNSBL_NETS_H
#define MXW_DNSBL_NETS_H

#include <stdbool.h>
#include <stdint.h>

#define MXW_NETS 2048U /* remembered; of two in one slot, the later one begins again */
#define MXW_NET_MOST 256U /* sources that are present in a day, which begins with the first */

struct mxw_nets {
	struct mxw_net {
		uint32_t tag;
		uint16_t began; /* minute, modulo */
		uint16_t count;
		uint16_t subnet[MXW_NET_MOST]; /* the /64s, as the last 16 bits of their keys */
	} net[MXW_NETS]; /* 1 MiB */
};

/* Whether a source may be present at that minute (modulo): it is one of the first of its net. key:
 * bpf/key.h, IPv4 too. seed: a secret, so that nobody can choose nets that share a slot. */
bool mxw_nets_admit(struct mxw_nets *nets, uint64_t seed, uint64_t key, uint16_t minute);

#endif
