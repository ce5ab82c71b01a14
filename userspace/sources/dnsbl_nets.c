// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Called when a source rises.
 */
#include "sources/dnsbl_nets.h"

#define DAY 1440 /* minutes */

/* The net's slot, which begins again if it was another's or its day is over. */
static struct mxw_net *net_of(struct mxw_nets *nets, uint64_t hash, uint16_t minute)
{
	struct mxw_net *net = &nets->net[hash & (MXW_NETS - 1)];
	uint32_t tag = (uint32_t)(hash >> 32);

	if (net->tag == tag && (uint16_t)(minute - net->began) < DAY)
		return net;
	net->tag = tag;
	net->began = minute;
	net->count = 0;
	return net;
}

bool mxw_nets_admit(struct mxw_nets *nets, uint64_t seed, uint64_t key, uint16_t minute)
{
	uint64_t hash = ((key >> 16) ^ seed) * 0x9e3779b97f4a7c15ULL;
	struct mxw_net *net;

	if (!(key >> 32)) /* IPv4: a /24 has no more */
		return true;
	net = net_of(nets, hash ^ hash >> 32, minute);
	for (unsigned int i = 0; i < net->count; i++)
		if (net->subnet[i] == (uint16_t)key)
			return true;
	if (net->count == MXW_NET_MOST)
		return false;
	net->subnet[net->count++] = (uint16_t)key;
	return true;
}
