/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long it takes from a source's SYN to the verdict about it. Of many sources at once some
 * are forgotten before they are answered; those are not counted. Pure.
 */
#ifndef MXW_DAEMON_LATENCY_H
#define MXW_DAEMON_LATENCY_H

#include <stdint.h>

#include "base/histogram.h"

#define MXW_LATENCY_PLACES 8192 /* sources that can be under way, by hash */

struct mxw_latency {
	struct {
		uint64_t source, began; /* source 0: free */
	} place[MXW_LATENCY_PLACES];
	uint64_t count; /* verdicts */
	struct mxw_histogram taken;
};

/* Times are CLOCK_MONOTONIC ns. A source that was not begun does not end. */
void mxw_latency_begin(struct mxw_latency *latency, uint64_t source, uint64_t now);
void mxw_latency_end(struct mxw_latency *latency, uint64_t source, uint64_t now);

/* us within which so many per cent of the verdicts came, up to 25 % too high; 0 = none came. */
uint64_t mxw_latency_within(const struct mxw_latency *latency, unsigned int percent);

/* Counts again; what is under way stays. */
void mxw_latency_reset(struct mxw_latency *latency);

#endif
