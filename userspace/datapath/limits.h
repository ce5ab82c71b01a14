/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits' maps: settings in, debts and open connections out. Ticks are those of
 * bpf/abi_limits.h. Writers of settings hold the state lock.
 */
#ifndef MXW_DATAPATH_LIMITS_H
#define MXW_DATAPATH_LIMITS_H

#include "datapath/pins.h"

/* The limits' maps, mapped. */
struct mxw_limits_view;

/* The caller closes *out, also after a failure. maps stays the caller's and is used on. */
int mxw_limits_open(const struct mxw_maps *maps, struct mxw_limits_view **out, struct mxw_err *err);
void mxw_limits_close(struct mxw_limits_view *view);

/* What is in force, seeds and all. Changes under the reader. */
const struct mxw_limits *mxw_limits_now(const struct mxw_limits_view *view);

/* Puts the settings in force; seeds stay. A map that is new gets its
 * secret seeds. */
int mxw_limits_write(struct mxw_limits_view *view, const struct mxw_limits *limits,
		     struct mxw_err *err);

/* The clock that debts are told in. */
uint64_t mxw_limits_tick(void);

/* Ticks that a source, or the net around it, owes at tick; 0 also where the table knows nothing
 * of it. salt: of mxw_limit_salt(). */
uint64_t mxw_limits_owed(const struct mxw_limits_view *view, uint64_t source,
			 enum mxw_limit_level level, uint32_t salt, uint64_t tick);

/* Whether a source has proven itself, and need not again at tick. */
bool mxw_limits_proven(const struct mxw_limits_view *view, uint64_t source, uint64_t tick);

/* Sources that were charged lately, each once, at most max. Returns how many. */
size_t mxw_limits_recent(const struct mxw_limits_view *view, uint64_t *sources, size_t max);

/* How full the table is. */
struct mxw_limits_room {
	uint64_t slots; /* there are */
	uint64_t sources, nets; /* in debt; of sources, proofs too (bpf/flood.h) */
	uint64_t beside; /* summed over all sources in debt: others in debt in the same line */
	uint64_t full; /* lines whose slots for sources all are: the next source evicts one */
};
void mxw_limits_room(const struct mxw_limits_view *view, uint64_t tick,
		     struct mxw_limits_room *room);

/* How many connections a source has open at tick; of mxw_limit_net(): a net. */
uint64_t mxw_limits_connections(const struct mxw_limits_view *view, uint64_t key, uint64_t tick);

/* Whether such numbers refuse anybody at tick: not if no connection has begun or ended for a minute,
 * since nobody may be counting. */
bool mxw_limits_counting(const struct mxw_maps *maps, uint64_t tick);

int mxw_limits_flood(const struct mxw_maps *maps, struct mxw_flood *flood, struct mxw_err *err);
int mxw_limits_stats(const struct mxw_maps *maps, struct mxw_limit_stats *stats,
		     struct mxw_err *err);

#endif
