/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranks drawn by Zipf's law: rank r (from 1) with a probability proportional
 * to 1 / r^s. Pure.
 */
#ifndef SYNFLOOD_ZIPF_H
#define SYNFLOOD_ZIPF_H

#include <stdint.h>

#include "base/err.h"

#define SF_ZIPF_BITS 16
#define SF_ZIPF_STEPS (1U << SF_ZIPF_BITS)

/*
 * The inverse of the distribution, at every 1/65536. Between two steps ranks
 * are drawn evenly: exact where a rank fills whole steps, and in the tail,
 * where a step holds many ranks, off by less than their order within it.
 */
struct sf_zipf {
	uint32_t rank[SF_ZIPF_STEPS + 1]; /* from 0 */
};

/* Ranks below size (1 to 2^26), exponent 0 to 10. The caller frees *zipf with free(). */
int sf_zipf_make(struct sf_zipf **zipf, uint64_t size, double exponent, struct mxw_err *err);

/* The rank, from 0, for a number that is evenly distributed over 64 bits. */
static inline uint64_t sf_zipf_rank(const struct sf_zipf *zipf, uint64_t random)
{
	uint64_t step = random >> (64 - SF_ZIPF_BITS), within = random >> 16 & 0xffffffff;
	uint64_t low = zipf->rank[step], high = zipf->rank[step + 1];

	return low + ((high - low) * within >> 32);
}

#endif
