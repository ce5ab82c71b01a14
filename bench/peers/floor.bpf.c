// SPDX-License-Identifier: GPL-2.0
/*
 * The floor: an XDP program that drops and does nothing else, not even count.
 * What it costs is the driver's. Loaded by bench/peer.c.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int peer(struct xdp_md *ctx __attribute__((unused)))
{
	return XDP_DROP;
}

char peer_license[] SEC("license") = "GPL";
