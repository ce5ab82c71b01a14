/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that end by themselves, from as many ends as their source states to the few that one list
 * may have: never later than stated. Pure.
 */
#ifndef MXW_ENDS_H
#define MXW_ENDS_H

#include "lists/list.h"

/* Ranges of keys (bpf/key.h), each with its end, wall clock s. */
struct mxw_ended {
	uint64_t first, last;
	uint32_t end;
};

struct mxw_ended_list {
	struct mxw_ended *items; /* owned */
	size_t count, room;
};

/* Amortized constant time. MXW_E_FAIL when memory is out. */
int mxw_ended_add(struct mxw_ended_list *list, const struct mxw_ended *item, struct mxw_err *err);

/*
 * Puts what ends after `now` (wall clock s) into a list whose entries so far do not end, and makes
 * its endings. Of an address that is named several times, the latest end counts. *over: how many
 * were left out because they have ended. list is settled before and after.
 */
int mxw_endings_make(struct mxw_list *list, struct mxw_ended_list *block,
		     struct mxw_ended_list *allow, uint64_t now, uint64_t *over,
		     struct mxw_err *err);

/*
 * At most MXW_ENDINGS of the ends, which are ascending: each end is rounded down to one of these,
 * and the entry that loses the largest part of what it has left, loses as little as can be. Returns
 * how many they are.
 */
size_t mxw_endings_choose(const uint32_t *ends, size_t count, uint64_t now,
			  uint32_t out[MXW_ENDINGS]);

#endif
