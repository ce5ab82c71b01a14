/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be blocked at all. Whatever stores a block asks here, so that no caller of apply can
 * store one of this machine's own addresses, of the never-block set, or of half the internet.
 */
#ifndef MXW_BLOCK_GUARD_H
#define MXW_BLOCK_GUARD_H

#include "apply/never.h"
#include "state/feeds.h"
#include "state/listfile.h"

/* What a block is held against. */
struct mxw_block_guard {
	struct mxw_never_list never;
	bool force; /* the operator means it: neither the never-block set nor the width refuses */
};

/* Collects the never-block set. maps: the filter's, or NULL. The caller closes the guard, also after
 * a failure. */
int mxw_block_guard_open(const struct mxw_maps *maps, bool force, struct mxw_block_guard *guard,
			 struct mxw_err *err);
void mxw_block_guard_close(struct mxw_block_guard *guard);

/* Whether the operator's block of prefix may be stored: MXW_OK, or MXW_E_USAGE with a sentence. word:
 * how it was given, which of an IPv6 address says more than its /64; "" if it is not known. */
int mxw_block_guard_prefix(const struct mxw_block_guard *guard, const char *word,
			   const struct mxw_prefix *prefix, struct mxw_err *err);

/* The same of a single entry that the feed is to get. Its own widths count, and
 * force does not. What takes something out of the feed may always be stored. */
int mxw_block_guard_delta(const struct mxw_block_guard *guard, const struct mxw_feed *feed,
			  const char *word, const struct mxw_delta *delta, struct mxw_err *err);

#endif
