/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of a benchmark: the same on every machine and in every run.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include <stdint.h>

#include "bench/pktcost.h"

#define BENCH_SEED 0x6d787761U /* reported with the results */

/* The three kinds of addresses; each has 2^25 of them and shares none with another. */
enum bench_address_kind {
	BENCH_LISTED = 0, /* the first n are the entries of a filter with n */
	BENCH_UNLISTED = 1, /* in no filter */
	BENCH_NEVER = 2, /* the never-block set; sends nothing */
};

/* What the packets of one measurement look like. */
struct bench_mix {
	uint32_t entries; /* how many BENCH_LISTED addresses the filter holds */
	uint32_t hit_percent; /* 0..100; 0 where entries is 0 */
	uint32_t sources; /* listed ones at most, and unlisted ones; 0 = BENCH_PROBES. Above that a
			   * multiple of it, up to 256 times, where entries is 0 */
};

/*
 * The address number index (below 2^25) of a kind, in host order, from
 * 1.0.0.0 to 223.255.255.255 without what is reserved, which no feed may list.
 * Scattered, and no two indices give the same.
 */
uint32_t bench_address(enum bench_address_kind kind, uint32_t index);

/*
 * Fills BENCH_PROBES probes, shuffled: hit_percent of them listed addresses,
 * each as often as the next one, the rest unlisted ones, each once if sources is 0.
 */
void bench_corpus_fill(struct bench_probe *probes, const struct bench_mix *mix);

/* Packets out of BENCH_PROBES that a filter is to drop. */
uint64_t bench_corpus_hits(const struct bench_mix *mix);

#endif
