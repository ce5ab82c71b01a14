// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sums of the counters. Called each second for the progress line and at the end.
 */
#include "bench/synflood/counters.h"
#include "bench/synflood/frame.h"

void sf_counters_add(struct sf_counters *sum, const struct sf_counters *worker)
{
	const uint64_t *from = (const uint64_t *)worker;
	uint64_t *to = (uint64_t *)sum;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

uint64_t sf_counters_sum(const uint64_t counts[SF_KEYS], unsigned int listed, int port)
{
	uint64_t sum = 0;

	for (unsigned int ipv6 = 0; ipv6 < SF_FAMILIES; ipv6++)
		for (int p = 0; p < SF_PORTS; p++)
			if (port < 0 || port == p)
				sum += counts[sf_key(listed, ipv6, (unsigned int)p)];
	return sum;
}

uint64_t sf_counters_all(const uint64_t counts[SF_KEYS])
{
	return sf_counters_sum(counts, 0, -1) + sf_counters_sum(counts, 1, -1);
}

uint64_t sf_counters_bytes(const struct sf_counters *c)
{
	uint64_t bytes = 0;

	for (unsigned int key = 0; key < SF_KEYS; key++)
		bytes += (c->flows[key] + c->retries[key]) *
			 (key / SF_PORTS % SF_FAMILIES ? SF_FRAME6 : SF_FRAME4);
	return bytes;
}

uint64_t sf_counters_unanswered(const struct sf_counters *c, unsigned int listed, int port)
{
	uint64_t flows = sf_counters_sum(c->flows, listed, port), answered = 0;

	for (int kind = 0; kind < SF_ANSWERS; kind++)
		answered += sf_counters_sum(c->answers[kind], listed, port);
	return flows > answered ? flows - answered : 0; /* a running sum may be torn */
}
