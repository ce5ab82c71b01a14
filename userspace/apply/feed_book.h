/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All feeds with what they say now, from the store and the list files; as layers in
 * the order of strength, and as rules of the classes. Inside apply, and for explain.
 */
#ifndef MXW_FEED_BOOK_H
#define MXW_FEED_BOOK_H

#include "base/report.h"
#include "lists/paint.h"
#include "state/feeds.h"
#include "state/listfile.h"

/* What of a feed's list ends before the list does. */
struct mxw_feed_ending {
	struct mxw_ranges block, allow;
	uint8_t block_class, allow_class; /* 0: none is left for it, so it says nothing */
	uint64_t end; /* wall clock s */
	uint64_t expires_ns; /* CLOCK_MONOTONIC, never 0 */
	bool expired; /* it says nothing */
};

struct mxw_feed_page {
	struct mxw_feed feed;
	struct mxw_listfile file;
	struct mxw_deltas deltas; /* what was added and removed since */
	struct mxw_list made; /* where the file alone does not say it */
	const struct mxw_list *list; /* what it says: file.list or made */
	struct mxw_ranges block, allow; /* of that, what does not end before the list does */
	struct mxw_feed_ending ending[MXW_ENDINGS]; /* by end, ascending */
	size_t endings;
	uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 = never */
	bool broken; /* its list cannot be read: it says nothing */
	bool expired; /* too old: it says nothing */
};

struct mxw_feed_book {
	struct mxw_feed_page *pages; /* in the order of names */
	size_t count;
};

/* Until when an address holds that the page names, CLOCK_MONOTONIC; 0 = no end. class: that of the
 * kernel's table for it. */
uint64_t mxw_feed_page_end(const struct mxw_feed_page *page, uint64_t key, uint8_t *class);

/* Opens the feeds and their files. whole: checksums too. A list that cannot be read is
 * noted, and its feed says nothing. The caller closes the book, also after a failure. */
int mxw_feed_book_open(struct mxw_store *store, bool whole, const struct mxw_report *report,
		       struct mxw_feed_book *out, struct mxw_err *err);
void mxw_feed_book_close(struct mxw_feed_book *book);

/* Makes every page's list, journal included: whole, or of one window, of which the other is NULL. */
int mxw_feed_book_read(struct mxw_feed_book *book, const struct mxw_range4 *window4,
		       const struct mxw_range6 *window6, struct mxw_err *err);

/* The same for one page alone. */
int mxw_feed_page_read(struct mxw_feed_page *page, const struct mxw_range4 *window4,
		       const struct mxw_range6 *window6, struct mxw_err *err);

/* One feed's list as it holds now; for a feed that is in no book. The caller closes the page. */
int mxw_feed_page_open(const struct mxw_feed *feed, bool whole, struct mxw_feed_page *page,
		       struct mxw_err *err);
void mxw_feed_page_close(struct mxw_feed_page *page);

/* Of a book that was read. What allow feeds and those that enforce allow, then the blocks of those
 * that enforce, limit, shadow; in each by name. Borrows the lists. */
void mxw_feed_book_layers(const struct mxw_feed_book *book, struct mxw_layers *out);

/* What each class does. */
void mxw_feed_book_rules(const struct mxw_feed_book *book,
			 struct mxw_feed_rule rules[MXW_FEED_CLASSES]);

/* When the feed's copy or its content is too old, whichever is sooner, CLOCK_MONOTONIC ns; 0 =
 * never. */
uint64_t mxw_feed_expiry(const struct mxw_feed *feed);

#endif
