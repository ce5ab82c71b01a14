// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Builds the packet of a benchmark. Pure. Called by pktcost's harness and by livegen.
 */
#include <arpa/inet.h>
#include <string.h>

#include "bench/lib/frame.h"

/* MSS, SACK permitted, timestamps, NOP, window scale: what Linux sends. */
#define SYN_OPTIONS                                                           \
	{                                                                     \
		2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7 \
	}

void bench_packet_build(struct bench_packet *packet, enum bench_frame kind)
{
	const uint8_t options[20] = SYN_OPTIONS;

	memset(packet, 0, sizeof(*packet));
	memcpy(packet->eth.h_dest, "\x02\0\0\0\0\x01", ETH_ALEN);
	memcpy(packet->eth.h_source, "\x02\0\0\0\0\x02", ETH_ALEN);
	packet->eth.h_proto = htons(ETH_P_IP);
	packet->ip.version = 4;
	packet->ip.ihl = 5;
	packet->ip.tot_len = htons(sizeof(*packet) - sizeof(packet->eth));
	packet->ip.ttl = 57;
	packet->ip.protocol = IPPROTO_TCP;
	packet->ip.daddr = htonl(0xc0000219); /* 192.0.2.25 */
	packet->tcp.source = htons(40000);
	packet->tcp.dest = htons(25);
	packet->tcp.doff = (sizeof(packet->tcp) + sizeof(options)) / 4;
	packet->tcp.syn = kind == BENCH_SYN;
	packet->tcp.ack = kind == BENCH_ACK;
	packet->tcp.window = htons(64240);
	memcpy(packet->options, options, sizeof(options));
}
