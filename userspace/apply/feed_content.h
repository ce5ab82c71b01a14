/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How old what a feed says is. A publisher that is gone may have a server that answers for years
 * that nothing is new; so beside the age of the copy, that of its content is bounded.
 */
#ifndef MXW_FEED_CONTENT_H
#define MXW_FEED_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lists/list.h"
#include "state/feeds.h"

/*
 * When the content changed last, wall clock ns. feed: as it was before; last_modified: the
 * publisher's date of what was read, "" if it gave none; differs: it is another list than the last
 * good one; read: when it was read, wall clock ns.
 */
uint64_t mxw_feed_content_date(const struct mxw_feed *feed, const char *last_modified, bool differs,
			       uint64_t read);

/* Whether both say the same, ends included. Settled lists. */
bool mxw_feed_content_same(const struct mxw_list *a, const struct mxw_list *b);

/* Seconds since the content changed, by the wall clock. */
uint64_t mxw_feed_content_age(const struct mxw_feed *feed);

/* Whether the content is older than the feed may have it. */
bool mxw_feed_content_over(const struct mxw_feed *feed);

#endif
