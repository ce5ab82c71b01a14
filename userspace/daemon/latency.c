// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time from SYN to verdict. Called by decide.c and loop.c.
 */
#include <string.h>

#include "daemon/latency.h"

static uint32_t place_of(uint64_t source)
{
	return (uint32_t)(source * 0x9e3779b97f4a7c15ULL >> 51) % MXW_LATENCY_PLACES;
}

void mxw_latency_begin(struct mxw_latency *latency, uint64_t source, uint64_t now)
{
	uint32_t at = place_of(source);

	latency->place[at].source = source;
	latency->place[at].began = now;
}

/* The upper two bits below the highest one, and where that is. */
static uint32_t bucket_of(uint64_t us)
{
	uint32_t power, bucket;

	if (us < 4)
		return (uint32_t)us;
	power = 63U - (uint32_t)__builtin_clzll(us);
	bucket = (power - 1) * 4 + (uint32_t)(us >> (power - 2) & 3);
	return bucket < MXW_LATENCY_BUCKETS ? bucket : MXW_LATENCY_BUCKETS - 1;
}

/* The first value beyond a bucket. */
static uint64_t end_of(uint32_t bucket)
{
	if (bucket < 4)
		return bucket + 1;
	return (uint64_t)(5 + bucket % 4) << (bucket / 4 - 1);
}

void mxw_latency_end(struct mxw_latency *latency, uint64_t source, uint64_t now)
{
	uint32_t at = place_of(source);

	if (latency->place[at].source != source)
		return;
	latency->place[at].source = 0;
	if (now < latency->place[at].began)
		return;
	latency->bucket[bucket_of((now - latency->place[at].began) / 1000)]++;
	latency->count++;
}

uint64_t mxw_latency_within(const struct mxw_latency *latency, unsigned int percent)
{
	uint64_t seen = 0;

	for (uint32_t i = 0; i < MXW_LATENCY_BUCKETS; i++) {
		seen += latency->bucket[i];
		if (seen && seen * 100 >= latency->count * percent)
			return end_of(i);
	}
	return 0;
}

void mxw_latency_reset(struct mxw_latency *latency)
{
	latency->count = 0;
	memset(latency->bucket, 0, sizeof(latency->bucket));
}
