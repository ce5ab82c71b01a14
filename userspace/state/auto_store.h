/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where automatic entries outlast a restart: a database of its own, which the controller
 * writes alone and without the state lock, so that neither waits for the other. Entries
 * that are lost with it are found again by asking the lists, so a batch need not have reached the disk
 * when the power fails.
 */
#ifndef MXW_AUTO_STORE_H
#define MXW_AUTO_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct mxw_auto_row {
	uint64_t source; /* bpf/key.h */
	uint64_t until; /* CLOCK_MONOTONIC ns; 0 in a change: the row goes */
	int32_t score;
	const char *lists; /* names of the lists behind it, between blanks */
	const char *why; /* for people; "" in a change: as it was */
};

struct mxw_auto_store;

/*
 * Opens the database at path, which is made if it is not there; its folder has to be. One that
 * is damaged is moved aside, and *lost says so: the new name, of 300 bytes; "" if it was
 * sound. *out is the caller's: close it. Not for two threads at a time.
 */
int mxw_auto_store_open(const char *path, struct mxw_auto_store **out, char lost[300],
			struct mxw_err *err);

/* Opens the database at path to read, beside the controller that may be writing it; nothing is
 * made, mended or moved. Fails where there is none. For auto_reader.c: nobody else reads what
 * another user wrote. */
int mxw_auto_store_read(const char *path, struct mxw_auto_store **out, struct mxw_err *err);
void mxw_auto_store_close(struct mxw_auto_store *store);

/* Called with each row; a return other than 0 ends the walk with it. */
typedef int mxw_auto_visit(void *context, const struct mxw_auto_row *row);

/* Those that live at now (CLOCK_MONOTONIC ns), in no order. */
int mxw_auto_store_each(struct mxw_auto_store *store, uint64_t now, mxw_auto_visit *visit,
			void *context, struct mxw_err *err);

/* The row of one source; *found says whether there is one. */
int mxw_auto_store_find(struct mxw_auto_store *store, uint64_t source, mxw_auto_visit *visit,
			void *context, struct mxw_err *err);

/* The kernel's map that the rows were last written for: the id that was given with the last
 * batch, if it was in this boot; 0 = none. What such a map lacks has been removed. */
int mxw_auto_store_map(struct mxw_auto_store *store, uint32_t *map, struct mxw_err *err);

/*
 * A batch for that map: all changes between are kept, or none. whole: the changes are all the
 * rows there are to be, others go with the commit. After an error the store is to be closed.
 */
int mxw_auto_store_begin(struct mxw_auto_store *store, uint32_t map, struct mxw_err *err);
int mxw_auto_store_put(struct mxw_auto_store *store, const struct mxw_auto_row *row,
		       struct mxw_err *err);
int mxw_auto_store_commit(struct mxw_auto_store *store, bool whole, struct mxw_err *err);

#endif
