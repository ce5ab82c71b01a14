// SPDX-License-Identifier: GPL-2.0
/*
 * The generator: gives each frame the next source of the corpus and sends it out
 * of one device. Run by the kernel itself, BPF_PROG_TEST_RUN with live frames.
 * Loaded by bench/live/engine.c.
 *
 * The pages come back with what this program wrote into them last time, so it
 * writes all that changes from packet to packet, the checksums too.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bench/livegen.h"

const volatile struct live_constants live_constants;

/* Made as large as the corpus before loading. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct live_probe);
} live_corpus SEC(".maps");

struct live_state live __attribute__((aligned(64)));

/* A checksum that was made with sequence number 0. Of 16-bit words in any order. */
static __always_inline __sum16 with_isn(__sum16 check, __u32 isn)
{
	__u32 sum = (__u16)~check + (isn & 0xffff) + (isn >> 16);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__sum16)~sum;
}

SEC("xdp")
int livegen(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	__u32 index = live.next, isn = (__u32)live.sent;
	struct live_probe *probe;

	if (live.sent >= *(volatile __u64 *)&live.limit)
		return XDP_DROP; /* the page goes round without leaving */
	probe = bpf_map_lookup_elem(&live_corpus, &index);
	if (!probe || data + LIVE_LEAST > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	*(__be32 *)(data + LIVE_SADDR) = probe->saddr;
	*(__sum16 *)(data + LIVE_IP_CHECK) = probe->ip_check;
	*(__u32 *)(data + LIVE_ISN) = isn; /* no SYN looks like another one's retransmission */
	*(__sum16 *)(data + LIVE_TCP_CHECK) = with_isn(probe->tcp_check, isn);
	live.next = index + 1 < live_constants.count ? index + 1 : 0;
	live.sent++;
	return (int)bpf_redirect(live_constants.ifindex, 0);
}

char live_license[] SEC("license") = "GPL";
