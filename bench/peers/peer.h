/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the small XDP contenders have in common: which packets they look at, how
 * they count, and the rate limiter that such programs have for sources that are
 * not blocked. Written as published XDP firewalls are, and kindly: nothing here
 * is slower than it has to be, and no clock is read for a blocked packet.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define PEER_INLINE static inline __attribute__((always_inline))
#define PEER_SMTP 25
#define PEER_SOURCES 100000 /* that the limiter remembers */
#define PEER_WINDOW 1000000000ULL /* ns */
#define PEER_MOST 1000 /* SYNs of one source in a window */

/* As xdp-filter counts, so that one reader reads all. */
struct peer_count {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDP_REDIRECT + 1);
	__type(key, __u32);
	__type(value, struct peer_count);
} xdp_stats_map SEC(".maps");

PEER_INLINE int peer_verdict(struct xdp_md *ctx, __u32 action)
{
	struct peer_count *count = bpf_map_lookup_elem(&xdp_stats_map, &action);

	if (count) {
		count->packets++;
		count->bytes += ctx->data_end - ctx->data;
	}
	return (int)action;
}

/* Whether the frame is a SYN to the mail port over IPv4; *source as in the packet. */
PEER_INLINE int peer_is_syn(struct xdp_md *ctx, __u32 *source)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_TCP || ip->frag_off & bpf_htons(0x1fff))
		return 0;
	tcp = (void *)ip + ip->ihl * 4;
	if ((void *)(tcp + 1) > end || tcp->dest != bpf_htons(PEER_SMTP))
		return 0;
	*source = ip->saddr;
	return tcp->syn && !tcp->ack && !tcp->rst && !tcp->fin;
}

struct peer_window {
	__u64 start;
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PEER_SOURCES);
	__type(key, __u32);
	__type(value, struct peer_window);
} peer_sources SEC(".maps");

/* Whether source has sent too much in this window. */
PEER_INLINE int peer_limited(__u32 source)
{
	struct peer_window *window = bpf_map_lookup_elem(&peer_sources, &source);
	__u64 now = bpf_ktime_get_ns();
	struct peer_window fresh = { .start = now, .packets = 1 };

	if (!window || now - window->start > PEER_WINDOW) {
		bpf_map_update_elem(&peer_sources, &source, &fresh, BPF_ANY);
		return 0;
	}
	return __sync_fetch_and_add(&window->packets, 1) >= PEER_MOST;
}

#endif
