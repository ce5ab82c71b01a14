// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building a SYN and running the program on it. Called by explain.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>

#include <bpf/bpf.h>

#include "datapath/probe.h"

#define SOURCE_PORT 40000

struct ipv4_syn {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

struct ipv6_syn {
	struct ethhdr eth;
	struct ip6_hdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

/* What goes to the program: the probe in the metadata, then the frame. */
struct request {
	struct mxw_probe probe;
	union {
		struct ipv4_syn v4;
		struct ipv6_syn v6;
	} frame;
};

static struct tcphdr syn_to(uint16_t port)
{
	return (struct tcphdr){
		.source = htons(SOURCE_PORT), .dest = htons(port), .doff = 5, .syn = 1
	};
}

static size_t build_ipv4(struct ipv4_syn *frame, const uint8_t source[16], const uint8_t dest[16],
			 uint16_t port)
{
	frame->eth.h_proto = htons(ETH_P_IP);
	frame->ip = (struct iphdr){ .version = 4,
				    .ihl = 5,
				    .ttl = 64,
				    .protocol = IPPROTO_TCP,
				    .tot_len = htons(sizeof(frame->ip) + sizeof(frame->tcp)) };
	memcpy(&frame->ip.saddr, source + 12, 4);
	memcpy(&frame->ip.daddr, dest + 12, 4);
	frame->tcp = syn_to(port);
	return sizeof(*frame);
}

static size_t build_ipv6(struct ipv6_syn *frame, const uint8_t source[16], const uint8_t dest[16],
			 uint16_t port)
{
	frame->eth.h_proto = htons(ETH_P_IPV6);
	frame->ip.ip6_flow = htonl(6U << 28);
	frame->ip.ip6_plen = htons(sizeof(frame->tcp));
	frame->ip.ip6_nxt = IPPROTO_TCP;
	frame->ip.ip6_hlim = 64;
	memcpy(&frame->ip.ip6_src, source, 16);
	memcpy(&frame->ip.ip6_dst, dest, 16);
	frame->tcp = syn_to(port);
	return sizeof(*frame);
}

static bool is_ipv4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

int mxw_probe_run(int program_fd, const uint8_t source[16], const uint8_t dest[16], uint16_t port,
		  struct mxw_probe_answer *answer, struct mxw_err *err)
{
	struct request in = { .probe = { .magic = MXW_PROBE_MAGIC } }, out = in;
	struct xdp_md context = { .data = sizeof(in.probe) };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = &in, .data_out = &out,
		    .data_size_out = sizeof(out), .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = 1);
	size_t frame = is_ipv4(source) ? build_ipv4(&in.frame.v4, source, dest, port)
				       : build_ipv6(&in.frame.v6, source, dest, port);

	opts.data_size_in = (__u32)(sizeof(in.probe) + frame);
	context.data_end = opts.data_size_in;
	if (bpf_prog_test_run_opts(program_fd, &opts))
		return mxw_fail(err, MXW_E_FAIL, "the kernel did not run the loaded program: %s",
				strerror(errno));
	answer->drop = opts.retval == XDP_DROP;
	answer->reason = out.probe.reason;
	answer->feed = (uint8_t)out.probe.feed;
	return MXW_OK;
}
