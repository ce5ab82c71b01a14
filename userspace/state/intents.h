/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operator wants in force, entry by entry (state/store.h).
 */
#ifndef MXW_STATE_INTENTS_H
#define MXW_STATE_INTENTS_H

#include "state/store.h"

/* Records a command; *id names it in mxw_store_put(). */
int mxw_store_act(struct mxw_store *store, const struct mxw_act *act, int64_t *id,
		  struct mxw_err *err);

/* Adds or replaces the entry of the same class and prefix. */
int mxw_store_put(struct mxw_store *store, const struct mxw_intent *intent, int64_t act,
		  struct mxw_err *err);

/* Removes one entry; *found says whether there was one. */
int mxw_store_delete(struct mxw_store *store, enum mxw_class class, const struct mxw_prefix *prefix,
		     bool *found, struct mxw_err *err);

/* Removes commands that no entry refers to any more. Reads every entry. */
int mxw_store_prune(struct mxw_store *store, struct mxw_err *err);

/* Removes all entries of all classes. */
int mxw_store_clear(struct mxw_store *store, struct mxw_err *err);

/* How many entries of the class there are: exact keys, and prefixes. */
int mxw_store_count(struct mxw_store *store, enum mxw_class class, uint64_t *exact, uint64_t *nets,
		    struct mxw_err *err);

/*
 * Whether a class's exact keys (or prefixes, with net), after added ones were
 * put, are at most limit. Counts only when an upper bound that it keeps is above
 * the limit, for counting a million entries takes longer than changing one. So
 * whoever puts entries asks, with UINT64_MAX where there is no limit.
 */
int mxw_store_fits(struct mxw_store *store, enum mxw_class class, bool net, uint64_t added,
		   uint64_t limit, bool *fits, struct mxw_err *err);

/* Removes what has expired at now (CLOCK_MONOTONIC ns), after a visit to each. */
int mxw_store_sweep(struct mxw_store *store, uint64_t now, mxw_store_visit *visit, void *context,
		    struct mxw_err *err);

/* All entries that live at now, ordered by class, key (as a signed number) and length. */
int mxw_store_each(struct mxw_store *store, uint64_t now, mxw_store_visit *visit, void *context,
		   struct mxw_err *err);

/* The entries of source that live at now: every prefix that contains it. */
int mxw_store_match(struct mxw_store *store, uint64_t source, uint64_t now, mxw_store_visit *visit,
		    void *context, struct mxw_err *err);

#endif
