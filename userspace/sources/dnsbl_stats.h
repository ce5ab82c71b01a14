/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a list has done so far, in numbers. Pure.
 */
#ifndef MXW_DNSBL_STATS_H
#define MXW_DNSBL_STATS_H

#include <stdint.h>

#include "base/histogram.h"
#include "policy/dnsbl_answer.h"
#include "policy/dnsbl_sites.h"

/* Since the start; all about real sources, not probes, but for the first. */
struct mxw_dnsbl_stats {
	uint64_t asked; /* questions, probes and canaries too */
	uint64_t listed, not_listed; /* answers */
	uint64_t errors[MXW_DNSBL_FAULTS]; /* by enum mxw_dnsbl_fault */
	uint64_t unasked; /* no room in the resolver, or dropped from its queue */
	uint64_t over_second, over_day; /* not asked for the budget's sake */
	uint64_t alone; /* sources that no other list had: its unique catches */
	uint64_t with[MXW_DNSBL_ZONES]; /* sources that the other list had too; [itself]: all */
	struct mxw_histogram latency; /* of answers */
};

void mxw_dnsbl_stats_answer(struct mxw_dnsbl_stats *stats, const struct mxw_dnsbl_answer *answer,
			    uint64_t took);

/* A source about which all is in: lists is a bit for each list that has it. stats[] is of
 * all lists. */
void mxw_dnsbl_stats_source(struct mxw_dnsbl_stats *stats, uint32_t lists);

/* Sum of errors[]. */
uint64_t mxw_dnsbl_stats_errors(const struct mxw_dnsbl_stats *stats);

#endif
