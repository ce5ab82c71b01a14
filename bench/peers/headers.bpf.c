// SPDX-License-Identifier: GPL-2.0
/*
 * Reads of a packet what every contender has to read, counts it, and drops every SYN
 * to the mail port without a look into any list. The sender wrote the packet on
 * another CPU, so its first cache line has to come over: what this costs above the
 * floor, no filter can save. Loaded by bench/peer.c.
 */
#include "bench/peers/peer.h"

SEC("xdp")
int peer(struct xdp_md *ctx)
{
	__u32 source;

	return peer_is_syn(ctx, &source) && source ? peer_verdict(ctx, XDP_DROP) : XDP_PASS;
}

char peer_license[] SEC("license") = "GPL";
