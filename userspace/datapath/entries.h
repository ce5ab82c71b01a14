/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The class maps: entries in, out and across. Writers hold the state lock.
 */
#ifndef MXW_ENTRIES_H
#define MXW_ENTRIES_H

#include "base/addr.h"
#include "datapath/pins.h"

/* One entry as the kernel has it. */
struct mxw_kernel_entry {
	struct mxw_prefix prefix;
	uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 = does not expire */
	uint64_t hits; /* packets it decided since it was written; ignored on writing */
	uint8_t mode; /* enum mxw_entry_mode */
};

/*
 * Writes count entries of one class, new or in place of the same prefix, and
 * has the program consult the maps. Exact keys go in batches; where the kernel
 * refuses a batch half-way, one by one from there. A full map: MXW_E_FAIL with
 * the remedy; what was written stays, so check mxw_entries_capacity() first.
 */
int mxw_entries_put(const struct mxw_maps *maps, enum mxw_class class,
		    const struct mxw_kernel_entry *entries, size_t count,
		    const struct mxw_report *report, struct mxw_err *err);

/* Removes entries; one that is not there is no error. */
int mxw_entries_delete(const struct mxw_maps *maps, enum mxw_class class,
		       const struct mxw_prefix *prefixes, size_t count, struct mxw_err *err);

/* All entries of a class, exact ones and prefixes, expired ones too, in no
 * order. The caller frees *out. */
int mxw_entries_read(const struct mxw_maps *maps, enum mxw_class class,
		     struct mxw_kernel_entry **out, size_t *count, struct mxw_err *err);

/* MXW_USED_* bits that the program needs to find these entries. */
uint32_t mxw_entries_used_bits(enum mxw_class class, const struct mxw_kernel_entry *entries,
			       size_t count);

/* The kernel's entry of exactly this prefix; false if there is none. */
bool mxw_entries_get(const struct mxw_maps *maps, enum mxw_class class,
		     const struct mxw_prefix *prefix, struct mxw_kernel_entry *out);

/* The most entries a class can hold. */
int mxw_entries_capacity(const struct mxw_maps *maps, enum mxw_class class, uint64_t *exact,
			 uint64_t *nets, struct mxw_err *err);

/* "never", "allow", "block" or "auto". */
const char *mxw_class_name(unsigned int class);

#endif
