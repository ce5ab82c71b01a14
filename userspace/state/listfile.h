/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of one feed as files under the state directory: NAME.list is in force, NAME.held
 * waits for the operator, NAME.delta is the journal of single entries added to and removed from
 * NAME.list. Only root can write there; what a crash or a bad disk leaves is found out.
 * Callers that write hold the state lock.
 */
#ifndef MXW_LISTFILE_H
#define MXW_LISTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lists/list.h"
#include "state/store.h"

#define MXW_FEEDS_DIR MXW_STATE_DIR "/feeds"

enum mxw_listfile_kind {
	MXW_LISTFILE_GOOD = 0, /* NAME.list */
	MXW_LISTFILE_HELD, /* NAME.held */
};

/* A list that is a view of its file: read it, but neither change nor free it. */
struct mxw_listfile {
	struct mxw_list list; /* settled */
	uint64_t id; /* of this very file; a journal belongs to one */
	void *mapping; /* NULL where there is no file */
	size_t size;
};

/* One entry of the journal: block or allow, in or out. IPv4 in key bits too. */
struct mxw_delta {
	uint64_t first, last;
	bool ipv4, allow;
	bool remove; /* takes the range out of blocks and allows alike */
};

/* In the order in which they were made. */
struct mxw_deltas {
	struct mxw_delta *items; /* owned */
	size_t count, capacity;
};

/* Writes it whole and durably, then renames it into place: a reader and a crash see the old
 * one or the new one. list is settled. */
int mxw_listfile_write(const char *name, enum mxw_listfile_kind kind, const struct mxw_list *list,
		       struct mxw_err *err);

/* A file that is not there is an empty list with no mapping. whole: its checksum is
 * compared too, which reads all of it. MXW_E_FAIL for a damaged one. The caller closes it. */
int mxw_listfile_open(const char *name, enum mxw_listfile_kind kind, bool whole,
		      struct mxw_listfile *out, struct mxw_err *err);
void mxw_listfile_close(struct mxw_listfile *file);

/* The held list becomes the list in force; the journal of the old one does not count any more. */
int mxw_listfile_accept(const char *name, struct mxw_err *err);

/* Remove the held list; or all files of the feed. It is not an error if there are none. */
int mxw_listfile_drop_held(const char *name, struct mxw_err *err);
int mxw_listfile_remove(const char *name, struct mxw_err *err);

/* Removes the files of feeds that keep() does not know. */
void mxw_listfile_sweep(bool (*keep)(void *context, const char *name), void *context);

/* Appends to the journal of the list with that id, durably; all or, after a crash, the first ones
 * of them. A journal of another list is begun again. */
int mxw_delta_append(const char *name, uint64_t id, const struct mxw_delta *items, size_t count,
		     struct mxw_err *err);

/* The journal of the list with that id; empty if there is none. A torn end is left out. The
 * caller frees it. */
int mxw_delta_read(const char *name, uint64_t id, struct mxw_deltas *out, struct mxw_err *err);
void mxw_deltas_free(struct mxw_deltas *deltas);

#endif
