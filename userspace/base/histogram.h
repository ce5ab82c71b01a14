/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many took how long, in fixed memory. Pure.
 */
#ifndef MXW_HISTOGRAM_H
#define MXW_HISTOGRAM_H

#include <stdint.h>

#define MXW_HISTOGRAM_BUCKETS 104 /* four to each power of two of us; the last is open: 2 minutes */

/* Zeroed, it is empty. */
struct mxw_histogram {
	uint64_t bucket[MXW_HISTOGRAM_BUCKETS];
};

void mxw_histogram_add(struct mxw_histogram *histogram, uint64_t us);

/* us within which so many per cent came, up to 25 % too high; 0 = none came. */
uint64_t mxw_histogram_within(const struct mxw_histogram *histogram, unsigned int percent);

#endif
