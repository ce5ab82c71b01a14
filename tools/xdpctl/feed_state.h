/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a feed is, in a word. For feed list and status.
 */
#ifndef MXW_FEED_STATE_H
#define MXW_FEED_STATE_H

#include "apply/feed_book.h"

/* How many feeds there are, and how many are how. */
struct feed_states {
	uint64_t feeds;
	uint64_t held, failed, expired; /* the operator should look */
	uint64_t amiss; /* the filter does not do what they say */
};

/* rules: what the kernel's classes do, NULL where nothing is attached. */
const char *feed_state(const struct mxw_feed_page *page, const struct mxw_feed_rule *rules);

void feed_count_states(const struct mxw_feed_book *book, const struct mxw_feed_rule *rules,
		       struct feed_states *out);

#endif
