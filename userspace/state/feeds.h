/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The feeds that the operator wants: one row each in the store, and its list in a file beside it
 * (feeds/NAME.list, replaced by rename; feeds/NAME.held, a new one that waits for the
 * operator; feeds/NAME.delta, single entries added and removed since). Callers that change
 * anything hold the state lock.
 */
#ifndef MXW_STATE_FEEDS_H
#define MXW_STATE_FEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bpf/abi.h"
#include "lists/list.h"
#include "state/store.h"

#define MXW_FEED_NAME 40 /* a new one is shorter, see mxw_feed_check_name(); with NUL */

struct mxw_feed {
	char name[MXW_FEED_NAME];
	uint8_t slot; /* 1..MXW_FEED_SLOTS; kept for the feed's life */
	uint8_t action; /* enum mxw_feed_action of what it lists: ENFORCE, LIMIT, SHADOW, or ALLOW */
	uint8_t kind; /* enum mxw_feed_kind of feeds/read.h */
	uint8_t format; /* enum mxw_format, as asked */
	uint32_t found; /* formats of the last good list, of lists/format.h; 0 = not known */
	uint32_t found_held; /* the same of the list that is held */
	bool held; /* a new list waits in NAME.held; `why_held` says why */
	bool strip; /* bogons and private networks are left out without a word, counted */
	uint8_t widest4, widest6; /* shortest prefix length that an entry may have; 0 = default */
	char where[1024]; /* path or URL */
	char ca_file[256]; /* of a URL; "" = the system's certificates */
	char etag[160], last_modified[160];
	char why_held[256];
	char error[256]; /* the last refresh's, "" if it went well */
	uint64_t fetched; /* wall clock ns of the last good copy */
	uint64_t tried; /* wall clock ns of the last attempt */
	uint64_t max_age_ns; /* a copy older than this blocks nobody; 0 = never */
	uint64_t changed; /* wall clock ns of the content: apply/feed_content.h */
	uint64_t max_content_ns; /* content older than this blocks nobody; 0 = never */
	struct mxw_act act; /* who added it, when and why */
};

/* Calls each in the order of names. A negative return value of it ends the walk. */
int mxw_store_feeds(struct mxw_store *store,
		    int (*each)(void *context, const struct mxw_feed *feed), void *context,
		    struct mxw_err *err);
int mxw_store_feed(struct mxw_store *store, const char *name, struct mxw_feed *out, bool *found,
		   struct mxw_err *err);
int mxw_store_feed_put(struct mxw_store *store, const struct mxw_feed *feed, struct mxw_err *err);
int mxw_store_feed_remove(struct mxw_store *store, const char *name, struct mxw_err *err);

/* Whether text can be the name of a new feed: the rule of mxw_format_check_name(), so that every feed
 * can be exported; a sentence otherwise. Feeds that older versions stored may have longer names. */
int mxw_feed_check_name(const char *text, struct mxw_err *err);

/* Every feed, in the order of names. The caller frees *out. */
int mxw_store_feeds_all(struct mxw_store *store, struct mxw_feed **out, size_t *count,
			struct mxw_err *err);

/* The smallest slot that no feed has; MXW_E_FAIL when all are taken. */
int mxw_store_feed_slot(struct mxw_store *store, uint8_t *slot, struct mxw_err *err);

/* When a URL was last asked, wall clock ns, 0 if never; whatever became of the feed that asked. */
int mxw_store_asked(struct mxw_store *store, const char *url, uint64_t *when, struct mxw_err *err);
int mxw_store_set_asked(struct mxw_store *store, const char *url, uint64_t when,
			struct mxw_err *err);

/*
 * The feeds' dirty mark: made before rows or list files change, taken away once the
 * kernel's table has followed. Found, the table has to be built again. It is a file under
 * MXW_RUN_DIR: like the table, it need not outlive a reboot, and so costs no sync.
 */
int mxw_feeds_mark(struct mxw_err *err);
void mxw_feeds_unmark(void);
bool mxw_feeds_marked(void);

#endif
