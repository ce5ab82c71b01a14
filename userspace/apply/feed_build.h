/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the stored feeds to the kernel's table, and one held against the other. Inside apply,
 * and for verify. The caller holds the lock.
 */
#ifndef MXW_FEED_BUILD_H
#define MXW_FEED_BUILD_H

#include "apply/feed_book.h"
#include "base/report.h"
#include "datapath/pins.h"

/* A new generation out of all feeds, looked over, and put in force. Does nothing where there
 * are no feeds and there were none. */
int mxw_feeds_build(struct mxw_store *store, const struct mxw_maps *maps,
		    const struct mxw_report *report, struct mxw_err *err);

/* Paints again what of the table these ranges touch, by single stores; a whole new generation
 * where that is too much, or where there is no room. */
int mxw_feeds_repaint(struct mxw_store *store, const struct mxw_maps *maps,
		      const struct mxw_ranges *touched, const struct mxw_report *report,
		      struct mxw_err *err);

/* What verify found. */
struct mxw_feeds_check {
	uint64_t feeds; /* that are to be in force */
	uint64_t units; /* /18s that say something else than the lists */
	uint32_t first; /* an address of the first such */
	bool tree; /* the IPv6 tree says something else */
	unsigned int rules; /* classes that do something else */
	uint64_t count; /* of all these */
};

int mxw_feeds_compare(struct mxw_store *store, const struct mxw_maps *maps,
		      struct mxw_feeds_check *out, struct mxw_err *err);

/* Bytes that the kernel keeps for the feeds, and what each class may do now. rules may be NULL. */
int mxw_feeds_in_force(const struct mxw_maps *maps, uint64_t *memory,
		       struct mxw_feed_rule rules[MXW_FEED_CLASSES], struct mxw_err *err);

#endif
