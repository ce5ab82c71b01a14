/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hint tables in front of the exact maps (struct mxw_hint). Writers hold the
 * state lock; the controller, which marks automatic entries without it, cannot write the others'
 * table.
 */
#ifndef MXW_HINTS_H
#define MXW_HINTS_H

#include "datapath/entries.h"

/* How many of the kernel's entries the program overlooks, because a mark is missing here
 * or a bit in mxw_config.used. 0 unless something went wrong. */
int mxw_hints_overlooked(const struct mxw_maps *maps, enum mxw_class class,
			 const struct mxw_kernel_entry *entries, size_t count, uint64_t *overlooked,
			 struct mxw_err *err);

/* Marks what the exact maps hold and clears the rest, which removals leave marked; sets
 * the bits of maps in use. From then on the program relies on the table. */
int mxw_hints_rebuild(const struct mxw_maps *maps, struct mxw_err *err);

#endif
