/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the entries that should be in force with those that the kernel has, one by one.
 */
#ifndef MXW_APPLY_COMPARE_H
#define MXW_APPLY_COMPARE_H

#include <stddef.h>

#include "datapath/entries.h"

/* Two lists of entries, the caller's. */
struct mxw_both {
	struct mxw_kernel_entry *meant, *have;
	size_t meant_count, have_count;
};

/* Called with each prefix in the order of mxw_prefix_compare(); NULL: that side lacks it. Places
 * in the lists that the walk has passed may be written. */
typedef void mxw_both_visit(void *context, const struct mxw_kernel_entry *meant,
			    const struct mxw_kernel_entry *have);

/* Sorts both lists, in which no prefix is twice, and walks them together. */
void mxw_both_walk(const struct mxw_both *both, mxw_both_visit *visit, void *context);

#endif
