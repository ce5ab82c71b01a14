// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers about lists. Called by the engine, and by who shows them.
 */
#include "sources/dnsbl_stats.h"

/* 0..3 us have a bucket each; from there on four to each power of two. */
static unsigned int bucket(uint64_t us)
{
	unsigned int power, at;

	if (us < 4)
		return (unsigned int)us;
	power = 63U - (unsigned int)__builtin_clzll(us);
	at = 4 * (power - 1) + (unsigned int)(us >> (power - 2) & 3);
	return at < MXW_LATENCIES ? at : MXW_LATENCIES - 1;
}

/* The first us beyond the bucket. */
static uint64_t bucket_end(unsigned int at)
{
	if (at < 4)
		return at + 1;
	return (uint64_t)(at % 4 + 5) << (at / 4 - 1);
}

void mxw_dnsbl_stats_answer(struct mxw_dnsbl_stats *stats, const struct mxw_dnsbl_answer *answer,
			    uint64_t took)
{
	switch (answer->state) {
	case MXW_DNSBL_LISTED:
		stats->listed++;
		break;
	case MXW_DNSBL_NOT_LISTED:
		stats->not_listed++;
		break;
	default:
		stats->errors[answer->fault]++;
		return;
	}
	stats->latency[bucket(took / 1000)]++;
}

void mxw_dnsbl_stats_source(struct mxw_dnsbl_stats *stats, uint32_t lists)
{
	for (uint32_t rest = lists; rest; rest &= rest - 1) {
		unsigned int list = (unsigned int)__builtin_ctz(rest);

		stats[list].alone += lists == 1U << list;
		for (uint32_t others = lists; others; others &= others - 1)
			stats[list].with[__builtin_ctz(others)]++;
	}
}

uint64_t mxw_dnsbl_stats_latency(const struct mxw_dnsbl_stats *stats, unsigned int percent)
{
	uint64_t all = 0, so_far = 0;

	for (unsigned int i = 0; i < MXW_LATENCIES; i++)
		all += stats->latency[i];
	for (unsigned int i = 0; i < MXW_LATENCIES && all; i++) {
		so_far += stats->latency[i];
		if (so_far * 100 >= all * percent)
			return bucket_end(i);
	}
	return 0;
}

uint64_t mxw_dnsbl_stats_errors(const struct mxw_dnsbl_stats *stats)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < MXW_DNSBL_FAULTS; i++)
		sum += stats->errors[i];
	return sum;
}
