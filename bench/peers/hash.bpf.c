// SPDX-License-Identifier: GPL-2.0
/*
 * A contender: blocked addresses in a plain BPF hash, a limiter for the others.
 * Loaded by bench/peer.c, which makes the map as large as the list.
 */
#include "bench/peers/peer.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64); /* ns at which it ends; 0 = never */
} peer_block SEC(".maps");

SEC("xdp")
int peer(struct xdp_md *ctx)
{
	__u32 source;
	__u64 *until;

	if (!peer_is_syn(ctx, &source))
		return XDP_PASS;
	until = bpf_map_lookup_elem(&peer_block, &source);
	if (until && (!*until || *until > bpf_ktime_get_ns()))
		return peer_verdict(ctx, XDP_DROP);
	return peer_verdict(ctx, peer_limited(source) ? XDP_DROP : XDP_PASS);
}

char peer_license[] SEC("license") = "GPL";
