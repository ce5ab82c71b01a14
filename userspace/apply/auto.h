/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From automatic decisions to entries of MXW_CLASS_AUTO: the controller's one writer of that
 * map. The entries that should be in force are kept in memory. The map is made to follow, at once and
 * again by a comparison that goes round. The database follows in batches, and nothing waits for it.
 *
 * Entries end by themselves. No number of blocks keeps further ones from being made: very many in a
 * minute are an alarm, by which the lists behind them are examined, and if that contradicts them,
 * their blocks are withdrawn. When there is no room, a new entry takes the place of one whose
 * source has not completed a connection, so that forged sources push out no real one.
 *
 * One thread; only mxw_auto_batch_write() may run on another. Times are CLOCK_MONOTONIC ns.
 */
#ifndef MXW_AUTO_H
#define MXW_AUTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "datapath/pins.h"
#include "policy/sanction.h"

#define MXW_AUTO_LISTS 63 /* lists known by name; more count as one */

struct mxw_auto_rules {
	bool shadow; /* entries count and pass */
	uint32_t per_minute; /* new blocks in any minute that are ordinary; 0 = any number is */
	uint64_t round; /* ns; the whole map is compared once in it; at least 5 s */
	uint32_t most; /* entries at once */
};

/* Enforce, 2000 a minute, 60 s, 1 000 000 entries by default. */
struct mxw_auto_rules mxw_auto_default_rules(void);

enum mxw_auto_what {
	MXW_AUTO_BLOCKED, /* a new entry */
	MXW_AUTO_RENEWED, /* it lasts to another time */
	MXW_AUTO_UNBLOCKED, /* a new decision is milder */
	MXW_AUTO_WITHDRAWN, /* a list behind it is not believed any more */
	MXW_AUTO_EXPIRED,
	MXW_AUTO_KEPT_BACK, /* it waits: the kernel refused it */
	MXW_AUTO_REPAIRED, /* the map had it otherwise, or not */
	MXW_AUTO_REMOVED, /* the map had one that is not meant */
	MXW_AUTO_EVICTED, /* it made room for another one */
	MXW_AUTO_WHATS,
};

/* "blocked", "renewed", ... Static. */
const char *mxw_auto_what_name(enum mxw_auto_what what);

/* One change, valid during the call. */
struct mxw_auto_change {
	enum mxw_auto_what what;
	uint64_t source; /* bpf/key.h */
	uint64_t until; /* when it ends, or would have */
	int32_t score;
	const char *why; /* one line */
	const char *who; /* whose decision it was: "dnsbl" */
};

/* What it tells. None may call back into it but active() and changed(), which may not
 * decide. */
struct mxw_auto_events {
	void *context;
	void (*changed)(void *context, const struct mxw_auto_change *change);
	/* The entry is half over and its source still comes: ask again about it. */
	void (*active)(void *context, uint64_t source);
	/* There were more new blocks in this minute than per_minute; these lists are behind the last
	 * one. Called for each further one. */
	void (*alarm)(void *context, uint64_t lists);
	/* Something the operator should know, one sentence. */
	void (*note)(void *context, const char *sentence);
};

struct mxw_auto_counts {
	uint64_t change[MXW_AUTO_WHATS]; /* since the start */
	uint64_t entries, waiting; /* now; waiting are among entries */
	uint64_t refused; /* writes that the kernel refused */
	uint64_t checked, matched; /* in the last whole round of comparison */
	uint64_t drift; /* repaired and removed, since the start */
	uint64_t alarms; /* blocks above per_minute, since the start */
	uint64_t unsaved; /* changes that are not in the database yet */
	bool storing; /* the database takes them */
};

struct mxw_auto;

/* maps and events are the caller's and outlive it; the database is at path ("" = none). */
int mxw_auto_open(const struct mxw_maps *maps, const struct mxw_auto_rules *rules, const char *path,
		  const struct mxw_auto_events *events, struct mxw_auto **out, struct mxw_err *err);
void mxw_auto_close(struct mxw_auto *automatic);

/* What the database and the kernel's map hold, put in force and taken over. A database that
 * cannot be read is a note, no error. */
int mxw_auto_load(struct mxw_auto *automatic, uint64_t now, struct mxw_err *err);

/* From now on these rules hold; entries that are there follow within a round. */
void mxw_auto_set_rules(struct mxw_auto *automatic, const struct mxw_auto_rules *rules);

/* The bit of a list, for the masks below. A customer's key in its name is masked in the database. */
uint64_t mxw_auto_list(struct mxw_auto *automatic, const char *zone);

/* One decision about one source. */
struct mxw_auto_order {
	uint64_t source; /* bpf/key.h, not 0 */
	const struct mxw_sanction *sanction; /* policy/sanction.h */
	uint64_t lists; /* behind it */
	const char *who;
	bool present; /* the source has completed a connection */
};

/* Carries it out: a drop becomes an entry, anything milder removes one, unless that is only
 * because evidence is missing. A source of the never-block set gets none. */
void mxw_auto_decide(struct mxw_auto *automatic, const struct mxw_auto_order *order, uint64_t now);

/* Removes the entries that these lists are behind; returns how many. */
size_t mxw_auto_withdraw(struct mxw_auto *automatic, uint64_t lists, const char *why);

/* Whether the source has an entry in force, and until when. */
bool mxw_auto_stands(const struct mxw_auto *automatic, uint64_t source, uint64_t now,
		     uint64_t *until);

/* To be called every second: compares a part of the map, removes entries that have
 * ended, and writes again those that the kernel refused. */
void mxw_auto_tick(struct mxw_auto *automatic, uint64_t now);

/* Of the entries that were compared in the last round, the part that was in force; 1 before
 * the first is over. */
double mxw_auto_enforced_ratio(const struct mxw_auto *automatic);

struct mxw_auto_counts mxw_auto_counts(const struct mxw_auto *automatic);

/*
 * Writing to the database, on any thread: take a batch (NULL: nothing to write, or one is
 * out), write it, give it back on the thread of the rest.
 */
struct mxw_auto_batch;
struct mxw_auto_batch *mxw_auto_batch_take(struct mxw_auto *automatic, uint64_t now);
void mxw_auto_batch_write(struct mxw_auto_batch *batch);
void mxw_auto_batch_done(struct mxw_auto *automatic, struct mxw_auto_batch *batch, uint64_t now);

#endif
