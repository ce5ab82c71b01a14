/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the next packet may go, and which SYNs are due for another try. Pure:
 * the time is an argument.
 */
#ifndef SYNFLOOD_PACE_H
#define SYNFLOOD_PACE_H

#include "bench/synflood/ledger.h"

/* One sender's part of a rate that several share. */
struct sf_pace {
	uint64_t rate; /* packets per second of all senders together; 0 = no limit */
	uint32_t sender, senders; /* this one of so many, from 0 */
	uint64_t sent; /* by this one */
	uint64_t missed; /* slots that passed unused, and that are not made up for */
};

/*
 * How many packets may go now; at most `most`. now: ns since the start. A sender
 * that was held up catches up on 50 ms, and no more, so that a stall never ends
 * in a burst far above the rate.
 */
uint64_t sf_pace_allows(struct sf_pace *pace, uint64_t now, uint64_t most);

/* How many of `total` items fall to a sender when they are dealt out in turn. */
uint64_t sf_part(uint64_t total, uint32_t sender, uint32_t senders);

#define SF_TRIES 6 /* retransmissions of one SYN */
#define SF_TRY_LATEST 63 /* s after the first SYN */

/*
 * The retransmissions of one sender. As flows are numbered in the order of
 * sending, all that is kept is which number was reached in each millisecond; a
 * flow is due for its try k when the time of its first SYN is delay[k] ago.
 */
struct sf_retry {
	unsigned int tries;
	uint32_t delay[SF_TRIES]; /* ms after the first SYN, rising */
	uint64_t next[SF_TRIES]; /* the flow to look at next for each try */
	uint64_t *
		reached; /* by millisecond, SF_RETRY_SLOTS of them: the first flow not sent before */
	uint64_t now; /* the latest millisecond that reached[] knows */
};

#define SF_RETRY_SLOTS 65536U /* a power of two above SF_TRY_LATEST in ms */

/* delays: in ms, rising; the caller frees with sf_retry_free(). */
int sf_retry_make(struct sf_retry *retry, const uint32_t *delays, unsigned int tries,
		  struct mxw_err *err);
void sf_retry_free(struct sf_retry *retry);

/* now: ms since the start; next_flow: the flow that will be sent next. */
void sf_retry_note(struct sf_retry *retry, uint64_t now, uint64_t next_flow);

/*
 * Gives flows that are due, that the ledger holds unanswered. Fills at most
 * `most` and returns how many; it may give fewer than are due, so it is to be
 * asked again and again.
 */
unsigned int sf_retry_take(struct sf_retry *retry, const struct sf_ledger *ledger, uint64_t *flows,
			   unsigned int most);

/* Whether nothing will ever be due again when no new flow is sent. */
bool sf_retry_is_done(const struct sf_retry *retry, uint64_t next_flow);

#endif
