/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which share of the sources asked for a list lists, against what it used to be: a breaker
 * for the list that begins to list everybody, or nobody knows why so many. Pure.
 */
#ifndef MXW_HIT_RATE_H
#define MXW_HIT_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct mxw_hit_rate {
	uint32_t asked, listed; /* in the window that is filling */
	uint32_t windows; /* that have gone into the baseline */
	uint64_t begun; /* ns; when the first window began; 0 = none yet */
	uint64_t folded; /* ns; when the last window went in */
	double mean, variance; /* the baseline: of the shares, 0..1 */
};

/* When a window is suspicious: both have to hold. */
struct mxw_hit_rules {
	uint32_t window; /* answers that make one window, >= 10 */
	uint32_t percent; /* its share is above this, 0..100 */
	uint32_t sigmas; /* and this many standard deviations above the mean */
	uint64_t memory; /* ns; how far back the mean reaches */
	uint32_t warm_windows; /* without this many windows and ... */
	uint64_t warm_age; /* ... this age in ns there is no baseline, and nothing trips */
};

/* 100 answers, 60 %, 3 sigmas over 7 days; 10 windows, 10 minutes. */
struct mxw_hit_rules mxw_hit_default_rules(void);

/*
 * Counts one answer. True if it completes a window that trips; that window does not go into
 * the baseline. A list that always lists most sources, as Spamhaus' does on a mail server
 * that only bots know, has a high mean and does not trip.
 */
bool mxw_hit_rate_count(struct mxw_hit_rate *rate, const struct mxw_hit_rules *rules, bool listed,
			uint64_t now);

#endif
