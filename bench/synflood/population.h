/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sources of one family: numbered addresses, and the order or frequency in
 * which a flood uses them. Every packet's source is a function of its number
 * alone, so that an answer can be checked against the packet it answers without
 * anything remembered about it. Pure.
 *
 * A member is an IPv4 address, an IPv6 address of a range longer than /64, or,
 * as the filter judges IPv6 by /64, one address with a made-up interface part in
 * each /64 of a shorter range.
 */
#ifndef SYNFLOOD_POPULATION_H
#define SYNFLOOD_POPULATION_H

#include "bench/synflood/address.h"
#include "bench/synflood/mix.h"
#include "bench/synflood/zipf.h"

#define SF_CLUSTER 33 /* sources in each /24, or /64s in each /56 */
#define SF_BLOCK 256 /* members of a /24 or a /56 */
#define SF_POPULATION_MOST ((uint64_t)1 << 62)

enum sf_shape {
	SF_UNIFORM, /* all members, scattered, each once before any comes again */
	SF_CLUSTERED, /* the same with only SF_CLUSTER members of each SF_BLOCK */
	SF_ZIPF, /* a few members most of the time: see zipf.h */
	SF_ROUND_ROBIN, /* all members in the order of the ranges */
};

/* Members first to the next span's first, with addresses that count up. */
struct sf_span {
	uint64_t first;
	uint64_t high, low; /* the address of member first */
	bool by_64; /* high counts up, low is made up */
};

struct sf_population {
	enum sf_family family;
	enum sf_shape shape;
	uint64_t size; /* members; 0 = there is none to pick */
	struct sf_span *spans; /* count of them, and one behind that begins at size */
	size_t count;
	uint32_t *bucket; /* the span in which member number << shift lies, or NULL for one span */
	unsigned int shift;
	struct sf_permutation order; /* of what the shape picks from */
	struct sf_zipf *zipf;
};

struct sf_population_how {
	enum sf_shape shape;
	uint64_t seed;
	uint64_t most; /* members in use, for SF_ZIPF: 1 to 2^26 */
	double exponent; /* for SF_ZIPF */
};

/*
 * Makes a population of those ranges that are of the family; none makes it
 * empty. Returns 0, or MXW_E_USAGE where the shape does not fit the ranges. The
 * caller frees it with sf_population_free(), also after an error.
 */
int sf_population_make(struct sf_population *p, const struct sf_ranges *ranges,
		       enum sf_family family, const struct sf_population_how *how,
		       struct mxw_err *err);

void sf_population_free(struct sf_population *p);

/* How many different sources sf_population_pick() can give. */
uint64_t sf_population_sources(const struct sf_population *p);

/* The address of a member; number below p->size. */
static inline void sf_population_member(const struct sf_population *p, uint64_t number,
					uint64_t *high, uint64_t *low)
{
	const struct sf_span *span = p->spans;
	uint64_t offset;

	if (p->bucket) {
		span += p->bucket[number >> p->shift];
		while (span[1].first <= number)
			span++;
	}
	offset = number - span->first;
	if (!span->by_64) {
		*high = span->high;
		*low = span->low + offset;
		return;
	}
	*high = span->high + offset;
	*low = sf_mix64(*high) | 1; /* never the subnet's router anycast, all zero */
}

/* The source number index of a population that is not empty, in its shape. */
static inline void sf_population_pick(const struct sf_population *p, uint64_t index, uint64_t *high,
				      uint64_t *low)
{
	uint64_t number = index;

	if (number >= p->order.size && p->shape != SF_ZIPF)
		number %= p->order.size;
	switch (p->shape) {
	case SF_ROUND_ROBIN:
		break;
	case SF_UNIFORM:
		number = sf_permute(&p->order, number);
		break;
	case SF_CLUSTERED:
		number = sf_permute(&p->order, number);
		number = number / SF_CLUSTER * SF_BLOCK +
			 ((sf_mix64(number / SF_CLUSTER) + number % SF_CLUSTER * 7) &
			  (SF_BLOCK - 1));
		break;
	case SF_ZIPF:
		number = sf_permute(&p->order, sf_zipf_rank(p->zipf, sf_mix64(index)));
		break;
	}
	sf_population_member(p, number, high, low);
}

#endif
