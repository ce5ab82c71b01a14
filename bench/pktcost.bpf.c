// SPDX-License-Identifier: GPL-2.0
/*
 * The wrapper that gives each packet a source of its own and then becomes the
 * program under test by tail call, so that foreign programs run unmodified.
 * bench_empty is what every cost is measured above. Loaded by bench/lib/harness.c.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bench/pktcost.h"

#define SADDR_OFFSET 26 /* Ethernet without VLAN tag, IPv4 */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BENCH_PROBES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct bench_probe);
} bench_corpus SEC(".maps");

/* Slot 0 is the program under test. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} bench_target SEC(".maps");

struct bench_wrapper bench_wrapper;

SEC("xdp.frags")
int bench_wrap(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	__u64 packet = bench_wrapper.packets++;
	__u32 index = packet & (BENCH_PROBES - 1), other = 0;
	struct bench_probe *probe = bpf_map_lookup_elem(&bench_corpus, &index);

	if (!probe || data + SADDR_OFFSET + 4 > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	if (bench_wrapper.passes)
		other = packet / BENCH_PROBES % bench_wrapper.passes;
	*(__u32 *)(data + SADDR_OFFSET) = probe->saddr ^ other; /* another /8 */
	bpf_tail_call(ctx, &bench_target, 0);
	bench_wrapper.missed++;
	return XDP_ABORTED;
}

SEC("xdp.frags")
int bench_empty(struct xdp_md *ctx __attribute__((unused)))
{
	return XDP_PASS;
}

char bench_license[] SEC("license") = "GPL";
