// SPDX-License-Identifier: GPL-2.0
/*
 * A contender: blocked addresses and networks in a BPF LPM trie, a limiter for
 * the others. Loaded by bench/peer.c, which makes the map as large as the list.
 */
#include "bench/peers/peer.h"

struct peer_net {
	__u32 length;
	__u32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct peer_net);
	__type(value, __u64); /* ns at which it ends; 0 = never */
} peer_block SEC(".maps");

SEC("xdp")
int peer(struct xdp_md *ctx)
{
	struct peer_net net = { .length = 32 };
	__u64 *until;

	if (!peer_is_syn(ctx, &net.address))
		return XDP_PASS;
	until = bpf_map_lookup_elem(&peer_block, &net);
	if (until && (!*until || *until > bpf_ktime_get_ns()))
		return peer_verdict(ctx, XDP_DROP);
	return peer_verdict(ctx, peer_limited(net.address) ? XDP_DROP : XDP_PASS);
}

char peer_license[] SEC("license") = "GPL";
