/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feeds, from a source to the kernel's table. Reading takes long and wants no lock; what it
 * gave is then stored and put in force under one. Store first, table after, as with entries:
 * the feeds' mark is set in between, and the next session that finds it builds the table again.
 * Without maps all of it works too: the next attach puts it in force.
 */
#ifndef MXW_FEEDS_H
#define MXW_FEEDS_H

#include "apply/apply.h"
#include "base/report.h"
#include "feeds/mask.h"
#include "feeds/read.h"
#include "feeds/vendors.h"
#include "lists/guard.h"
#include "state/feeds.h"
#include "state/listfile.h"

/* One list on its way in. */
struct mxw_feed_job {
	struct mxw_feed feed; /* as it is, or, of a new one, as it is to be */
	bool force; /* take what would be held */
	struct mxw_feed_reading reading; /* out, from here on */
	struct mxw_list list; /* settled, guarded. The caller frees it */
	uint64_t stripped; /* reserved ranges that were left out without a word */
	uint64_t cut; /* protected addresses that were in its ranges */
	uint64_t ignored; /* ranges that an allow list itself refuses */
	struct mxw_guard_size size, last; /* of the list, and of the last good one */
	bool has_last; /* there is a last good one */
	bool same; /* it says what the last good one says */
	uint64_t list_end; /* when the list says that it ends, wall clock s; 0 = it does not say */
	enum mxw_guard_ruling ruling;
	char why[256]; /* it is held, or bad */
};

/* What became of it. */
enum mxw_feed_result {
	MXW_FEED_TAKEN = 0,
	MXW_FEED_UNCHANGED, /* the server says that nothing is new */
	MXW_FEED_HELD,
};

/* Reads the feed's source and guards the list. maps: for the never-block set, may be NULL. Only
 * a source that cannot be read, or is not a list, is a failure; else see job->ruling. */
int mxw_feeds_read(struct mxw_feed_job *job, const struct mxw_maps *maps,
		   const struct mxw_report *report, struct mxw_err *err);

/* Seconds until the source may be asked again, 0 if it may be now. */
int mxw_feeds_due(struct mxw_store *store, const struct mxw_feed *feed, uint64_t *seconds,
		  struct mxw_err *err);

/* Notes that the source is asked now: before it is, so that a kill changes nothing about it. */
int mxw_feeds_asked(struct mxw_session *session, const struct mxw_feed *feed, struct mxw_err *err);

/* A new feed with the list of job; a bad or held one is refused with MXW_E_FAIL. Its slot is
 * given out here. */
int mxw_feeds_add(struct mxw_session *session, struct mxw_feed_job *job,
		  const struct mxw_report *report, struct mxw_err *err);

/* A new list for a feed that there is. A bad one is MXW_E_FAIL, noted with the feed, and the
 * last good one stays. */
int mxw_feeds_take(struct mxw_session *session, struct mxw_feed_job *job,
		   enum mxw_feed_result *result, const struct mxw_report *report,
		   struct mxw_err *err);

/* Notes with the feed why its refresh failed. */
int mxw_feeds_failed(struct mxw_session *session, const char *name, const char *why,
		     struct mxw_err *err);

/* Puts the list that is held in force. */
int mxw_feeds_accept(struct mxw_session *session, const char *name, const struct mxw_report *report,
		     struct mxw_err *err);

int mxw_feeds_remove(struct mxw_session *session, const char *name, const struct mxw_report *report,
		     struct mxw_err *err);

/* action: enum mxw_feed_action. An allow feed stays one, and others do not become one. */
int mxw_feeds_mode(struct mxw_session *session, const char *name, uint8_t action,
		   const struct mxw_report *report, struct mxw_err *err);

/* MXW_E_USAGE with a sentence if the feed, by its ready-made one's terms, must not have that mode. */
int mxw_feeds_check_mode(const struct mxw_feed *feed, uint8_t action, struct mxw_err *err);

/* Single entries of a feed that there is, in or out. MXW_E_USAGE with a sentence, and nothing is
 * changed, if the guard refuses one. */
int mxw_feeds_import(struct mxw_session *session, const char *name, const struct mxw_deltas *deltas,
		     const struct mxw_block_guard *guard, const struct mxw_report *report,
		     struct mxw_err *err);

/* Finishes what a killed process began. */
int mxw_feeds_finish(struct mxw_session *session, const struct mxw_report *report,
		     struct mxw_err *err);

/* The feed of that name; MXW_E_FAIL with a sentence if there is none. */
int mxw_feeds_find(struct mxw_store *store, const char *name, struct mxw_feed *out,
		   struct mxw_err *err);

/* The ready-made feed that this one is; NULL if it is not one. */
const struct mxw_vendor_feed *mxw_feed_vendor(const struct mxw_feed *feed);

/* Where the feed comes from, as it may be shown: its path or URL, secrets masked. Returns out. */
const char *mxw_feed_shown(const struct mxw_feed *feed, char out[MXW_URL_TEXT]);

/* "enforce", "limit", "shadow", "allow"; enum mxw_feed_action. */
const char *mxw_feed_mode_name(uint8_t action);

#endif
