/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many entries the kernel has, counted a part at a time: of a million nobody has to wait
 * for the sum.
 */
#ifndef MXW_ENTRIES_COUNT_H
#define MXW_ENTRIES_COUNT_H

#include "datapath/entries.h"

/* Zeroed, it begins. */
struct mxw_entries_count {
	uint64_t known[MXW_CLASS_COUNT]; /* by the last whole count of each; expired ones too */
	/* its own */
	uint64_t so_far;
	unsigned int class;
	bool nets, begun; /* the prefixes; key is valid */
	struct mxw_entries_cursor cursor;
	struct mxw_net_key key;
};

/* Counts on, about most entries, to the last class at the furthest; then it returns true, and
 * the next call begins again. What changes meanwhile may be counted or not. */
bool mxw_entries_count(const struct mxw_maps *maps, struct mxw_entries_count *count, size_t most);

#endif
