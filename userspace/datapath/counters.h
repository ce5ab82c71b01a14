/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's counters, and the reasons' names.
 */
#ifndef MXW_COUNTERS_H
#define MXW_COUNTERS_H

#include "datapath/pins.h"

/* One reason, from bpf/reasons.def. */
struct mxw_reason_info {
	unsigned int number; /* enum mxw_reason */
	const char *name; /* "drop_block" */
	const char *text; /* a half sentence */
};

/* All reasons, *count of them, in order of number. */
const struct mxw_reason_info *mxw_reasons(size_t *count);

/* One reason by number; one called "unknown" for numbers that are not in the table. */
const struct mxw_reason_info *mxw_reason(unsigned int number);

struct mxw_counters {
	struct mxw_counter reason[MXW_MAX_REASONS]; /* indexed by number, summed over CPUs */
	uint64_t suppressed; /* events that were not sent */
};

int mxw_counters_read(const struct mxw_maps *maps, struct mxw_counters *out, struct mxw_err *err);

#endif
