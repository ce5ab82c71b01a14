/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of intent: what the operator wants, who said so, when and why. One
 * SQLite database (WAL) under the state directory; it outlives reboots, lost
 * pins and killed processes. The kernel's maps are made to follow it.
 *
 * Callers that change it hold the lock of lock.h, so that the store and the
 * maps change together. Times are CLOCK_MONOTONIC ns of this boot; the store
 * translates them to wall-clock time for the next boot by itself.
 */
#ifndef MXW_STORE_H
#define MXW_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "bpf/abi.h"

#define MXW_STATE_DIR "/var/lib/mxwall"

/* One command of an operator: the provenance its entries share. */
struct mxw_act {
	uint64_t when; /* wall clock, ns since 1970 */
	char who[64]; /* the name behind sudo, or else the login name */
	char why[256]; /* the operator's words, "" if none */
};

/* One entry the operator wants in force. */
struct mxw_intent {
	struct mxw_prefix prefix;
	uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 = does not expire */
	uint8_t class; /* MXW_CLASS_ALLOW or MXW_CLASS_BLOCK */
	uint8_t mode; /* enum mxw_entry_mode */
};

struct mxw_store;

/*
 * Opens the database in dir, creating both when write is set. Without write, a
 * missing database is an empty one. *out is owned by the caller: close it.
 * A corrupt or newer database: MXW_E_FAIL with the remedy.
 */
int mxw_store_open(const char *dir, bool write, struct mxw_store **out, struct mxw_err *err);

/* The same with write, for a caller that cannot wait: fails if another process is writing for
 * half a second. */
int mxw_store_open_soon(const char *dir, struct mxw_store **out, struct mxw_err *err);

/*
 * Opens a copy of the database in dir, for the time in which dir's disk takes nothing. The copy is made
 * in room, a folder that this creates and removes, on a file system in memory. Whatever is written
 * to the store is forgotten when it is closed. Under the lock.
 */
int mxw_store_open_copy(const char *dir, const char *room, struct mxw_store **out,
			struct mxw_err *err);
void mxw_store_close(struct mxw_store *store);

/* Moves an unreadable database aside (…/state.db.corrupt-TIME), so that the next
 * open starts empty. moved: the new name, of 256 bytes. */
int mxw_store_set_aside(const char *dir, char moved[256], struct mxw_err *err);

/* A transaction: all changes between are kept, or none. */
int mxw_store_begin(struct mxw_store *store, struct mxw_err *err);
int mxw_store_commit(struct mxw_store *store, struct mxw_err *err);
void mxw_store_rollback(struct mxw_store *store);

/* Called with each entry; act is filled too. A return other than 0 ends the walk with it. */
typedef int mxw_store_visit(void *context, const struct mxw_intent *intent,
			    const struct mxw_act *act);

/*
 * The dirty mark: set in the transaction that changes entries, cleared once the
 * maps have followed. Found set, a process died in between, and the maps have
 * to be reconciled.
 */
int mxw_store_set_dirty(struct mxw_store *store, bool dirty, struct mxw_err *err);
int mxw_store_dirty(struct mxw_store *store, bool *dirty, struct mxw_err *err);

#endif
