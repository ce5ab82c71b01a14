// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Histograms of times. Called where answers and verdicts are timed.
 */
#include "base/histogram.h"

/* 0..3 us have a bucket each; from there on the two bits below the highest tell. */
static unsigned int bucket_of(uint64_t us)
{
	unsigned int power, at;

	if (us < 4)
		return (unsigned int)us;
	power = 63U - (unsigned int)__builtin_clzll(us);
	at = 4 * (power - 1) + (unsigned int)(us >> (power - 2) & 3);
	return at < MXW_HISTOGRAM_BUCKETS ? at : MXW_HISTOGRAM_BUCKETS - 1;
}

/* The first us beyond the bucket. */
static uint64_t end_of(unsigned int at)
{
	if (at < 4)
		return at + 1;
	return (uint64_t)(at % 4 + 5) << (at / 4 - 1);
}

void mxw_histogram_add(struct mxw_histogram *histogram, uint64_t us)
{
	histogram->bucket[bucket_of(us)]++;
}

uint64_t mxw_histogram_within(const struct mxw_histogram *histogram, unsigned int percent)
{
	uint64_t all = 0, so_far = 0;

	for (unsigned int i = 0; i < MXW_HISTOGRAM_BUCKETS; i++)
		all += histogram->bucket[i];
	for (unsigned int i = 0; i < MXW_HISTOGRAM_BUCKETS && all; i++) {
		so_far += histogram->bucket[i];
		if (so_far && so_far * 100 >= all * percent)
			return end_of(i);
	}
	return 0;
}
