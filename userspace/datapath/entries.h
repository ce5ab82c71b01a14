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
	uint8_t exempt; /* 1: of the never-block set, needs no proof in a flood either */
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

/* Where a walk through a class's exact keys has come to; zeroed, it begins. */
struct mxw_entries_cursor {
	uint32_t position;
	bool under_way;
};

/* Called with each entry; it may be removed, and others added. */
typedef void mxw_entries_visit(void *context, const struct mxw_kernel_entry *entry);

/* Visits about count exact entries from the cursor on, and moves it; at the end it begins
 * again. An entry that is there all the time is visited in every round. */
void mxw_entries_walk(const struct mxw_maps *maps, enum mxw_class class,
		      struct mxw_entries_cursor *cursor, size_t count, mxw_entries_visit *visit,
		      void *context);

/* Whether an entry of the class that lives at now covers the source. */
bool mxw_entries_cover(const struct mxw_maps *maps, enum mxw_class class, uint64_t source,
		       uint64_t now);

/* MXW_USED_* bits that the program needs to find these entries. */
uint32_t mxw_entries_used_bits(enum mxw_class class, const struct mxw_kernel_entry *entries,
			       size_t count);

/* The kernel's entry of exactly this prefix; false if there is none. */
bool mxw_entries_get(const struct mxw_maps *maps, enum mxw_class class,
		     const struct mxw_prefix *prefix, struct mxw_kernel_entry *out);

/* The most entries a class can hold. */
int mxw_entries_capacity(const struct mxw_maps *maps, enum mxw_class class, uint64_t *exact,
			 uint64_t *nets, struct mxw_err *err);

/* The kernel's id of the class's map of exact keys: another after each new attach, not to be
 * compared over a reboot. 0 = unknown. */
uint32_t mxw_entries_map_id(const struct mxw_maps *maps, enum mxw_class class);

/* "never", "allow", "block" or "auto". */
const char *mxw_class_name(unsigned int class);

#endif
