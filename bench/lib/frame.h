/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet of a benchmark, as Linux would send it to a mail server.
 */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdint.h>

enum bench_frame {
	BENCH_SYN = 0, /* a SYN to port 25 with the usual options: the filter judges it */
	BENCH_ACK = 1, /* the same without SYN, with ACK: the filter does not */
};

struct bench_packet {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t options[20];
} __attribute__((packed));

/* From 0.0.0.0 to 192.0.2.25, checksums zero: whoever gives it a source adds them. */
void bench_packet_build(struct bench_packet *packet, enum bench_frame kind);

#endif
