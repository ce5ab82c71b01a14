/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a flood sends: flow number n, for n = 0, 1, 2 ..., as a function of n
 * alone. Nothing is remembered about a flow that was sent. An answer carries
 * the initial sequence number, that gives n back, and the flow made from n again
 * must have the addresses and ports of the answer. Pure.
 */
#ifndef SYNFLOOD_PLAN_H
#define SYNFLOOD_PLAN_H

#include "bench/synflood/listed.h"
#include "bench/synflood/population.h"

#define SF_PORTS 8 /* destination ports */
#define SF_DESTS 8 /* destinations of each family */
#define SF_CLASSES 2 /* 0 other, 1 listed */

/* Counters are kept by class, family and port. */
#define SF_KEYS (SF_CLASSES * SF_FAMILIES * SF_PORTS)

static inline unsigned int sf_key(unsigned int listed, unsigned int ipv6, unsigned int port)
{
	return (listed * SF_FAMILIES + ipv6) * SF_PORTS + port;
}

#define SF_HEAD 8 /* bytes: written in one go */

#define SF_SHARE_ALL ((uint64_t)1 << 32)

struct sf_dest {
	struct sf_address address;
	uint8_t head[SF_HEAD]; /* how its frames begin: to the next hop's MAC, from ours */
};

struct sf_plan {
	uint64_t seed; /* of the sources, targets and ports */
	uint64_t run; /* of sequence numbers and source ports: another one in each run, so that
		       * late answers to an earlier run are known as such */
	uint64_t listed_share; /* of SF_SHARE_ALL */
	uint64_t ipv6_share[SF_CLASSES]; /* of SF_SHARE_ALL, within the class */
	struct sf_population sources[SF_CLASSES][SF_FAMILIES]; /* those with a share have members */
	struct sf_listed listed;
	struct sf_dest dests[SF_FAMILIES][SF_DESTS];
	unsigned int dest_count[SF_FAMILIES];
	uint16_t ports[SF_PORTS];
	uint32_t port_until[SF_PORTS]; /* of 2^32: port i has a random number up to this */
	unsigned int port_count;
};

struct sf_flow {
	uint64_t high, low; /* the source, as in struct sf_address */
	uint32_t isn; /* host order, like the rest */
	uint16_t sport, dport;
	uint16_t id; /* of the IPv4 header */
	uint8_t ipv6; /* 0 or 1 */
	uint8_t key; /* sf_key() of what the flow really is, see below */
	uint8_t dest; /* which of plan->dests[ipv6] */
};

/*
 * Fills flows with numbers first, first + stride, ... A flow counts as listed by
 * its source: one drawn among the others that happens to lie in the list is listed.
 */
void sf_plan_flows(const struct sf_plan *restrict plan, uint64_t first, uint64_t stride,
		   unsigned int count, struct sf_flow *restrict flows);

/* An answer's view of the flow it answers. */
struct sf_echo {
	struct sf_address client, server; /* the flow's source and destination */
	uint16_t client_port, server_port;
	uint32_t isn;
};

/*
 * Whether an answer is to a flow of this plan: *number and *flow are then that
 * flow. near: a flow number that the right one is less than 2^31 away from.
 */
bool sf_plan_find(const struct sf_plan *plan, const struct sf_echo *echo, uint64_t near,
		  uint64_t *number, struct sf_flow *flow);

void sf_plan_free(struct sf_plan *plan);

#endif
