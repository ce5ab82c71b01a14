// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers the addresses of a list of ranges. Called while the sources are set up.
 */
#include <stdlib.h>

#include "bench/synflood/population.h"

#define BUCKETS_PER_SPAN 4
#define BUCKETS_MOST ((uint64_t)1 << 20)

static bool is_by_64(const struct sf_range *range)
{
	return range->first.family == SF_IPV6 && range->length <= 64;
}

/* How many members a range has, cut where sums could overflow. */
static uint64_t members(const struct sf_range *range)
{
	unsigned int bits = range->first.family == SF_IPV4 ? 32 - range->length
			    : is_by_64(range)		   ? 64 - range->length
							   : 128 - range->length;

	return bits >= 62 ? SF_POPULATION_MOST : (uint64_t)1 << bits;
}

/* Numbers the sources from 0 on, through all ranges, so that a random number finds one. The last
 * span marks the end. */
static int fill_spans(struct sf_population *p, const struct sf_ranges *ranges, struct mxw_err *err)
{
	p->spans = calloc(ranges->count + 1, sizeof(*p->spans));
	if (!p->spans)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for %zu sources", ranges->count);
	for (size_t i = 0; i < ranges->count; i++) {
		const struct sf_range *range = &ranges->items[i];

		if (range->first.family != p->family)
			continue;
		p->spans[p->count++] = (struct sf_span){ .first = p->size,
							 .high = range->first.high,
							 .low = range->first.low,
							 .by_64 = is_by_64(range) };
		p->size += members(range);
		if (p->size > SF_POPULATION_MOST)
			p->size = SF_POPULATION_MOST;
	}
	p->spans[p->count].first = p->size;
	return MXW_OK;
}

/* Which span the members of each part begin in, to find one in a step or two. Few
 * parts for few spans: they share the fastest cache with the packets. */
static int fill_buckets(struct sf_population *p, struct mxw_err *err)
{
	uint64_t buckets = 64;
	uint32_t span = 0;

	if (p->count < 2)
		return MXW_OK;
	while (buckets < p->count * BUCKETS_PER_SPAN && buckets < BUCKETS_MOST)
		buckets *= 2;
	while (p->size >> p->shift >= buckets)
		p->shift++;
	p->bucket = calloc(buckets, sizeof(*p->bucket));
	if (!p->bucket)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the sources");
	for (uint64_t b = 0; b < buckets && b << p->shift < p->size; b++) {
		while (p->spans[span + 1].first <= b << p->shift)
			span++;
		p->bucket[b] = span;
	}
	return MXW_OK;
}

static int check_clusters(const struct sf_ranges *ranges, enum sf_family family,
			  struct mxw_err *err)
{
	char text[SF_ADDRESS_TEXT];

	for (size_t i = 0; i < ranges->count; i++) {
		const struct sf_range *range = &ranges->items[i];

		if (range->first.family != family)
			continue;
		if (range->length > (family == SF_IPV4 ? 24 : 56))
			return mxw_fail(err, MXW_E_USAGE,
					"clustered sources need ranges of at least a /24, or a /56 "
					"of IPv6; %s/%u is smaller",
					sf_address_format(&range->first, text), range->length);
	}
	return MXW_OK;
}

static int make_shape(struct sf_population *p, const struct sf_ranges *ranges,
		      const struct sf_population_how *how, struct mxw_err *err)
{
	uint64_t seed = sf_mix64(how->seed + p->family), ranks;
	int error = MXW_OK;

	if (how->shape == SF_CLUSTERED)
		error = check_clusters(ranges, p->family, err);
	if (error)
		return error;
	p->order = sf_permutation(p->size, seed);
	if (how->shape == SF_CLUSTERED)
		p->order = sf_permutation(p->size / SF_BLOCK * SF_CLUSTER, seed);
	if (how->shape != SF_ZIPF)
		return MXW_OK;
	ranks = how->most < p->size ? how->most : p->size;
	return sf_zipf_make(&p->zipf, ranks, how->exponent, err);
}

int sf_population_make(struct sf_population *p, const struct sf_ranges *ranges,
		       enum sf_family family, const struct sf_population_how *how,
		       struct mxw_err *err)
{
	int error;

	*p = (struct sf_population){ .family = family, .shape = how->shape };
	error = fill_spans(p, ranges, err);
	if (!error && p->size)
		error = fill_buckets(p, err);
	if (!error && p->size)
		error = make_shape(p, ranges, how, err);
	return error;
}

uint64_t sf_population_sources(const struct sf_population *p)
{
	if (!p->size)
		return 0;
	return p->shape == SF_ZIPF ? p->zipf->rank[SF_ZIPF_STEPS] : p->order.size;
}

void sf_population_free(struct sf_population *p)
{
	free(p->spans);
	free(p->bucket);
	free(p->zipf);
	*p = (struct sf_population){ 0 };
}
