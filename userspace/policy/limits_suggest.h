/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what accounts owed to the rate that would have refused none of them. Pure.
 */
#ifndef MXW_LIMITS_SUGGEST_H
#define MXW_LIMITS_SUGGEST_H

#include <stdint.h>

#include "bpf/abi.h"

/* Fewer accounts than this say too little of those to come. */
#define MXW_SUGGEST_ACCOUNTS 10

/* What was seen of the accounts of one rate. */
struct mxw_limits_seen {
	uint64_t accounts; /* that were charged */
	uint64_t most; /* ticks that one owed, at most */
	uint64_t who; /* the source of that one, or one of its net */
};

enum mxw_suggest {
	MXW_SUGGEST_NOTHING = 0, /* too few accounts */
	MXW_SUGGEST_FITS, /* none of them would have been refused by the rate suggested */
	MXW_SUGGEST_WIDER, /* some may have been refused by the rate there is, so what they need
			    * is not known: twice as much, to look again */
};

struct mxw_suggestion {
	enum mxw_suggest kind;
	uint64_t needed; /* the least burst that refuses none of them; not known for WIDER */
	struct mxw_rate rate; /* with half as much again for those to come; none: the same */
};

/* rate: the one there is; not none. */
void mxw_limits_suggest(const struct mxw_rate *rate, const struct mxw_limits_seen *seen,
			struct mxw_suggestion *out);

#endif
