/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF side and the user side of pktcost share. Fixed-width types only.
 */
#ifndef BENCH_PKTCOST_H
#define BENCH_PKTCOST_H

#include <linux/types.h>

#define BENCH_PROBES (1U << 20) /* sources in the corpus, read in order, over and over */

/* One source to be. Element of map bench_corpus, which userspace fills through mmap. */
struct bench_probe {
	__u32 saddr; /* network order */
	__u32 zero;
};

/* What the wrapper does and did. Variable bench_wrapper. */
struct bench_wrapper {
	__u64 packets; /* sources handed out */
	__u64 missed; /* packets for which no program was reached */
	__u64 passes; /* over the corpus with other addresses each, up to 256; 0 and 1: the same */
};

/* What a stage program saw. Variable bench_stage. */
struct bench_stage {
	__u64 passed;
	__u64 dropped;
};

#endif
