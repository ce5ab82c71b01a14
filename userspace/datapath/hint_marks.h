/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks in the hint tables (datapath/hints.h), which entries and hosts set before they are written.
 */
#ifndef MXW_HINT_MARKS_H
#define MXW_HINT_MARKS_H

#include "datapath/entries.h"

/* Marks the exact keys among entries. To be called before they are written. */
int mxw_hints_mark(const struct mxw_maps *maps, enum mxw_class class,
		   const struct mxw_kernel_entry *entries, size_t count, struct mxw_err *err);

/* The table that has the class's marks, to be given back by munmap(); NULL with a sentence. */
struct mxw_hint *mxw_hint_map(const struct mxw_maps *maps, enum mxw_class class,
			      struct mxw_err *err);

/* Marks a key, or entries, in a table. */
void mxw_hint_mark_key(struct mxw_hint *table, enum mxw_class class, uint64_t key);
void mxw_hint_mark(struct mxw_hint *table, enum mxw_class class,
		   const struct mxw_kernel_entry *entries, size_t count);

bool mxw_hint_is_marked(const struct mxw_hint *table, enum mxw_class class,
			const struct mxw_kernel_entry *entry);

#endif
