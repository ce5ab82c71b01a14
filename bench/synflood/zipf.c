// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table behind Zipf's law. Called while the sources are set up.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/synflood/zipf.h"

static double sum_of(uint64_t size, double exponent)
{
	double sum = 0;

	for (uint64_t r = size; r > 0; r--) /* small terms first, for precision */
		sum += pow((double)r, -exponent);
	return sum;
}

int sf_zipf_make(struct sf_zipf **zipf, uint64_t size, double exponent, struct mxw_err *err)
{
	double sum = sum_of(size, exponent), reached = 0;
	uint32_t step = 0;
	struct sf_zipf *z = malloc(sizeof(*z));

	if (!z)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for Zipf's law");
	for (uint64_t r = 0; r < size; r++) {
		reached += pow((double)r + 1, -exponent) / sum;
		while (step < SF_ZIPF_STEPS && (double)step < reached * SF_ZIPF_STEPS)
			z->rank[step++] = (uint32_t)r;
	}
	while (step < SF_ZIPF_STEPS) /* what rounding left */
		z->rank[step++] = (uint32_t)(size - 1);
	z->rank[SF_ZIPF_STEPS] = (uint32_t)size;
	*zipf = z;
	return MXW_OK;
}
