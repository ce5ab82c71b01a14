/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formats in which one line speaks against another: rbldnsd's and ipset's exceptions,
 * where the narrower prefix wins, and Postfix's tables, where the first does. A sink knows
 * sets only, in which every exclusion beats every block; so blocks are told at once and whole, and
 * exclusions and allows at the end, without what stronger lines take from them.
 */
#ifndef MXW_FORMAT_CONTEST_H
#define MXW_FORMAT_CONTEST_H

#include "lists/formats/reader.h"

#define MXW_RANK_MAX ((1U << 30) - 1)

/* Starts zeroed. 16 bytes for an IPv4 range, 24 for an IPv6 one. */
struct mxw_contest {
	struct mxw_contender4 *v4;
	struct mxw_contender6 *v6;
	size_t v4_count, v4_room, v6_count, v6_room;
	size_t others; /* that are not blocks */
};

/* Where claims overlap, the lowest rank wins; of one rank the exclusion, then the allow. */
struct mxw_claim {
	enum mxw_says says;
	struct mxw_keys keys;
	uint32_t rank; /* to MXW_RANK_MAX */
};

/* The line is the reader's at_line. */
int mxw_contest_add(struct mxw_contest *contest, const struct mxw_reader *reader,
		    const struct mxw_claim *claim, struct mxw_err *err);

/* A claim by a prefix, which is the stronger the longer it is. Blocks are put at once. */
int mxw_contest_put_prefix(struct mxw_contest *contest, struct mxw_reader *reader,
			   enum mxw_says says, struct mxw_keys keys, struct mxw_err *err);

/* Puts what exclusions and allows win, in ascending order. */
int mxw_contest_settle(const struct mxw_contest *contest, struct mxw_reader *reader,
		       struct mxw_err *err);

/* The same for sets that know nothing of each other, and neither have allows: an exclusion takes
 * nothing out of another set. */
int mxw_contests_settle(const struct mxw_contest *const *contests, size_t count,
			struct mxw_reader *reader, struct mxw_err *err);

void mxw_contest_free(struct mxw_contest *contest);

#endif
