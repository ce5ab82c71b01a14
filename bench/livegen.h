/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF side and the user side of livegen share. Fixed-width types only.
 */
#ifndef BENCH_LIVEGEN_H
#define BENCH_LIVEGEN_H

#include <linux/types.h>

#define LIVE_SADDR 26 /* offsets in the frame: Ethernet without tag, IPv4 without options, TCP */
#define LIVE_IP_CHECK 24
#define LIVE_ISN 38
#define LIVE_TCP_CHECK 50
#define LIVE_LEAST 54 /* bytes that a frame has at least */

/* What makes one packet different from the next, as it stands in the frame.
 * Element of map live_corpus, which userspace fills through mmap. */
struct live_probe {
	__be32 saddr;
	__sum16 ip_check;
	__sum16 tcp_check;
};

/* Set before the program is loaded. Variable live_constants. */
struct live_constants {
	__u32 ifindex; /* the device to send through */
	__u32 count; /* probes in the corpus */
};

/* The generator's state, in memory that both sides see. One cache line for each writer. */
struct live_state {
	__u64 sent; /* packets redirected; written by the program */
	__u64 next; /* index of the next probe; written by the program */
	__u64 zero[6];
	__u64 limit; /* the program sends no more than this many; written by userspace */
	__u64 more[7];
};

#endif
