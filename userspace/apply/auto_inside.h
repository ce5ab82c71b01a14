/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Automatic entries from inside. For apply/auto*.c alone.
 */
#ifndef MXW_AUTO_INSIDE_H
#define MXW_AUTO_INSIDE_H

#include "apply/auto.h"
#include "apply/auto_table.h"
#include "datapath/entries.h"
#include "policy/budget.h"
#include "policy/dnsbl_sites.h"
#include "state/auto_store.h"

#define MXW_AUTO_UNSAVED 65536 /* changes that wait for the database; with more, all is written */
#define MXW_AUTO_LOOKED 1024 /* entries whose marks are checked at once */
#define MXW_AUTO_ANY_LIST (~0ULL) /* of entries whose lists are not known */

/* A change that waits for the database. */
struct mxw_auto_unsaved {
	uint64_t key, until, lists; /* until 0: it goes */
	int32_t score;
	char *why; /* NULL: as it was */
};

struct mxw_auto_names {
	char name[MXW_AUTO_LISTS][MXW_DNSBL_ZONE_TEXT];
	unsigned int count;
};

struct mxw_auto_batch {
	struct mxw_auto_unsaved *items;
	size_t count;
	bool whole; /* they are all there is */
	const char *path; /* the owner's */
	uint32_t map; /* mxw_entries_map_id() */
	const struct mxw_auto_names *names; /* the owner's; it only grows */
	struct mxw_auto_store *store; /* lent by the owner; NULL: open it */
	int error;
	struct mxw_err err;
	char lost[300];
};

struct mxw_auto {
	const struct mxw_maps *maps;
	struct mxw_auto_rules rules;
	struct mxw_auto_events events;
	struct mxw_auto_table table;
	struct mxw_budget per_minute;
	struct mxw_auto_counts counts;
	struct mxw_auto_names names;
	size_t hand; /* where to look next for an entry that makes room */
	/* the round of comparison */
	size_t at; /* next slot */
	uint64_t ticked; /* of the last tick; 0 = none */
	uint64_t checked, matched; /* in the round going on */
	struct mxw_entries_cursor cursor; /* in the kernel's map */
	struct mxw_kernel_entry looked[MXW_AUTO_LOOKED]; /* whose marks are to be checked */
	size_t looked_count;
	/* the database */
	char path[256];
	uint32_t map; /* mxw_entries_map_id() */
	struct mxw_auto_store *store; /* NULL while a batch has it, or after an error */
	struct mxw_auto_unsaved *unsaved;
	size_t unsaved_count;
	bool whole; /* the database lacks more than what is in unsaved */
	bool out; /* a batch is out */
	bool failed; /* the last one was not written */
	uint64_t retry; /* not before */
	bool said_full; /* once per trouble */
};

/* auto_batch.c: notes a change for the database; why may be NULL. */
void mxw_auto_save(struct mxw_auto *automatic, const struct mxw_auto_entry *entry, bool gone,
		   const char *why);

/* Gives up the changes that are not in the database yet. */
void mxw_auto_forget_unsaved(struct mxw_auto *a);
/* ... and the names of the lists in a mask, between blanks, cut to size; the mask of such. */
void mxw_auto_names_print(const struct mxw_auto_names *names, uint64_t lists, char *out,
			  size_t size);

/* auto.c: puts the entry into the kernel's map, or has it wait if that refuses it. Whether it is in. */
bool mxw_auto_enforce(struct mxw_auto *automatic, struct mxw_auto_entry *entry, uint64_t now);
/* ... takes it out of everything. */
void mxw_auto_end(struct mxw_auto *automatic, struct mxw_auto_entry *entry, enum mxw_auto_what what,
		  const char *why);
void mxw_auto_tell(struct mxw_auto *automatic, enum mxw_auto_what what,
		   const struct mxw_auto_entry *entry, const char *why, const char *who);
void mxw_auto_note(struct mxw_auto *automatic, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct mxw_kernel_entry mxw_auto_kernel_entry(const struct mxw_auto *automatic,
					      const struct mxw_auto_entry *entry);

#endif
