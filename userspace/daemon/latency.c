// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time from SYN to verdict.
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

void mxw_latency_end(struct mxw_latency *latency, uint64_t source, uint64_t now)
{
	uint32_t at = place_of(source);

	if (latency->place[at].source != source)
		return;
	latency->place[at].source = 0;
	if (now < latency->place[at].began)
		return;
	mxw_histogram_add(&latency->taken, (now - latency->place[at].began) / 1000);
	latency->count++;
}

uint64_t mxw_latency_within(const struct mxw_latency *latency, unsigned int percent)
{
	return mxw_histogram_within(&latency->taken, percent);
}

void mxw_latency_reset(struct mxw_latency *latency)
{
	latency->count = 0;
	memset(&latency->taken, 0, sizeof(latency->taken));
}
