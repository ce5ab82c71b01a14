/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flows have been answered: one bit each, for the latest of one sender.
 * So an answer that comes again is not counted again, and a retransmission goes
 * to those alone that are unanswered. No memory per source, and the memory is
 * fixed. The sender opens flows; any thread may mark them.
 *
 * Here a flow has its sender's own number: 0, 1, 2 ... without gaps.
 */
#ifndef SYNFLOOD_LEDGER_H
#define SYNFLOOD_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define SF_LEDGER_LEAST ((uint64_t)1 << 12)
#define SF_LEDGER_MOST ((uint64_t)1 << 32) /* flows; 512 MiB */

struct sf_ledger {
	_Atomic uint64_t *words;
	uint64_t size; /* flows it holds, a power of two */
	_Atomic uint64_t opened; /* the number of the next flow to open */
};

enum sf_mark {
	SF_MARK_FIRST, /* it was unanswered */
	SF_MARK_AGAIN,
	SF_MARK_LATE, /* too old to tell */
	SF_MARK_UNSENT, /* there was no such flow yet */
};

/* size: how many flows it is to hold at least. The caller frees it with sf_ledger_free(). */
int sf_ledger_make(struct sf_ledger *ledger, uint64_t size, struct mxw_err *err);
void sf_ledger_free(struct sf_ledger *ledger);

/* Opens count flows, which forgets those that are size older. To be called before
 * the first of them is sent, by the sender alone; count is at most size / 2. */
void sf_ledger_open(struct sf_ledger *ledger, uint64_t count);

enum sf_mark sf_ledger_mark(struct sf_ledger *ledger, uint64_t flow);

/* Whether an opened flow has been answered; false for one that is forgotten. */
bool sf_ledger_is_marked(const struct sf_ledger *ledger, uint64_t flow);

#endif
