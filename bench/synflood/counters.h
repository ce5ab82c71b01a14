/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is counted. Each worker writes its own counters and nobody else's; sums
 * are made outside the inner loop, and may lag behind by a burst.
 */
#ifndef SYNFLOOD_COUNTERS_H
#define SYNFLOOD_COUNTERS_H

#include "bench/synflood/heard.h"

struct sf_counters {
	uint64_t flows[SF_KEYS]; /* first SYNs that the device took */
	uint64_t retries[SF_KEYS]; /* retransmitted SYNs */
	uint64_t answers[SF_ANSWERS][SF_KEYS]; /* flows, by their first answer */
	uint64_t repeated[SF_KEYS]; /* answers to a flow that had been answered */
	uint64_t late; /* answers to flows too old to tell whether they are the first */
	uint64_t foreign; /* TCP answers and ICMP errors to no flow of ours */
	uint64_t told; /* questions for our Ethernet address that we answered */
	uint64_t other; /* frames that are none of these */
	uint64_t refused; /* times the device took less than was offered */
	uint64_t missed; /* slots of the rate that passed unused */
	uint64_t cpu_ns; /* CPU time of the sending phase */
	uint64_t sending_ns; /* its duration */
} __attribute__((aligned(128)));

/* Adds what a worker may still be counting. */
void sf_counters_add(struct sf_counters *sum, const struct sf_counters *worker);

/* The sums over families and, with port < 0, over ports; of one kind of count. */
uint64_t sf_counters_sum(const uint64_t counts[SF_KEYS], unsigned int listed, int port);

/* The sums over everything. */
uint64_t sf_counters_all(const uint64_t counts[SF_KEYS]);

/* Bytes of all SYNs on the wire, without preamble and check sequence. */
uint64_t sf_counters_bytes(const struct sf_counters *c);

/* Flows of a class, or of one of its ports, that nobody answered. */
uint64_t sf_counters_unanswered(const struct sf_counters *c, unsigned int listed, int port);

#endif
