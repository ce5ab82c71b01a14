/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an intent becomes a map entry, and nowhere else: the store is changed,
 * then the kernel's maps follow, under one lock. Serves xdpctl, and a daemon
 * alike.
 *
 * A process that dies between the two leaves the store's dirty mark; the next
 * change reconciles first. So the store is what counts, and the maps catch up.
 */
#ifndef MXW_APPLY_H
#define MXW_APPLY_H

#include "apply/block_guard.h"
#include "base/addr.h"
#include "base/report.h"
#include "bpf/abi.h"
#include "datapath/pins.h"
#include "state/store.h"

/* What every change works with: locked, opened, reconciled. */
struct mxw_session {
	struct mxw_store *store;
	struct mxw_maps maps;
	bool attached; /* the maps are there; otherwise only the store changes */
	int lock;
};

/*
 * Takes the lock, opens store and maps, finishes what a killed process began,
 * and sweeps what has expired. Not being attached is not an error: see
 * session.attached. The caller ends the session, also after a failure.
 */
int mxw_session_begin(struct mxw_session *session, const struct mxw_report *report,
		      struct mxw_err *err);

/* For a change that needs no store: the lock and the pinned maps alone, so that the way out
 * works with a damaged database and a full disk too. MXW_E_DETACHED without maps. */
int mxw_session_maps(struct mxw_session *session, struct mxw_err *err);

/* The ways out: a process that hangs with the lock must not be in them. Each waits for the lock
 * for MXW_LOCK_WAY_OUT seconds. As mxw_session_begin(), or MXW_E_BUSY: */
int mxw_session_begin_soon(struct mxw_session *session, const struct mxw_report *report,
			   struct mxw_err *err);

/* ... as mxw_session_maps(), without the lock where nobody gives it up: session.lock is negative
 * then. */
int mxw_session_way_out(struct mxw_session *session, struct mxw_err *err);

/* The maps alone, without the lock, to read. */
int mxw_session_peek(struct mxw_session *session, struct mxw_err *err);

/* Store and maps for a dry run: no lock, and nothing is created, finished or swept. */
int mxw_session_look(struct mxw_session *session, struct mxw_err *err);

void mxw_session_end(struct mxw_session *session);

/* One change to the operator's entries: all of it or nothing. */
struct mxw_change {
	enum mxw_class class; /* MXW_CLASS_ALLOW or MXW_CLASS_BLOCK */
	bool remove; /* instead of adding */
	const struct mxw_prefix *prefixes; /* sorted by mxw_prefix_compare(), no duplicates */
	size_t count;
	uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 = does not expire. Of added ones */
	uint8_t mode; /* enum mxw_entry_mode. Of added ones */
	struct mxw_act act; /* who and why. Of added ones */
	/* What added blocks are held against; NULL: the guard is opened for the change, without force. */
	const struct mxw_block_guard *guard;
};

/*
 * MXW_E_USAGE with a sentence, and nothing is changed, if one of the blocks may not be stored.
 * found (may be NULL): of removed ones, how many were there. MXW_E_DEGRADED: the
 * change is stored, but the kernel refused a part; the next session tries again.
 */
int mxw_apply_change(struct mxw_session *session, const struct mxw_change *change, uint64_t *found,
		     const struct mxw_report *report, struct mxw_err *err);

/*
 * The same without the lock, which another process holds, for a way out: first in the kernel's
 * maps, then in the store. *stored: whether that was possible too; if not, err says why, and the
 * next change of somebody may take it back. Returns MXW_OK if it is in force, or was stored
 * where nothing is attached. session: of mxw_session_way_out().
 */
int mxw_apply_unlocked(struct mxw_session *session, const struct mxw_change *change,
		       uint64_t *found, bool *stored, struct mxw_err *err);

/* Removes all operator entries; *removed says how many. */
int mxw_apply_flush(struct mxw_session *session, uint64_t *removed, struct mxw_err *err);

/* Sets the filter's mode (enum mxw_mode). */
int mxw_apply_mode(struct mxw_session *session, uint32_t mode, struct mxw_err *err);

#endif
