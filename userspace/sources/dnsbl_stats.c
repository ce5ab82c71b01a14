// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers about lists. Called by the engine, and where they are shown.
 */
#include "sources/dnsbl_stats.h"

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
	mxw_histogram_add(&stats->latency, took / 1000);
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

uint64_t mxw_dnsbl_stats_errors(const struct mxw_dnsbl_stats *stats)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < MXW_DNSBL_FAULTS; i++)
		sum += stats->errors[i];
	return sum;
}
