/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolver's memory: questions found by name, the queue of those not yet sent, the ones
 * that are answered, and who waits for each. All of it is allocated once. For
 * dnsbl_resolver*.c alone.
 */
#ifndef MXW_DNSBL_QUESTIONS_H
#define MXW_DNSBL_QUESTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "sources/dnsbl_resolver_cares.h"

#define MXW_QUESTION_NAME 254 /* with NUL */

struct mxw_waiting {
	SLIST_ENTRY(mxw_waiting) next;
	struct mxw_resolver_waiter waiter;
};

SLIST_HEAD(mxw_waitings, mxw_waiting);

struct mxw_question {
	TAILQ_ENTRY(mxw_question) link; /* in free, queue or answered */
	LIST_ENTRY(mxw_question) same_hash; /* while it can be shared */
	struct mxw_waitings waitings;
	struct mxw_resolver *resolver;
	struct mxw_lane *lane; /* while in flight */
	struct mxw_cares_reply reply;
	bool urgent;
	bool whole; /* a waiter wants the message too; answer.message is the question's own */
	uint8_t type; /* enum mxw_dns_type */
	uint64_t asked, sent; /* CLOCK_MONOTONIC ns */
	char name[MXW_QUESTION_NAME];
	struct mxw_dns_answer answer; /* once answered */
};

TAILQ_HEAD(mxw_question_list, mxw_question);
LIST_HEAD(mxw_question_chain, mxw_question);

struct mxw_questions {
	struct mxw_question *pool;
	struct mxw_waiting *waiting_pool;
	struct mxw_question_chain *chains;
	uint32_t count, chain_mask; /* of pool and waiting_pool; of chains, less one */
	uint32_t fresh, waiting_fresh; /* from here on the pools are untouched memory */
	uint64_t seed;
	struct mxw_question_list free, queue, answered;
	struct mxw_waitings waiting_free;
	unsigned int queued; /* length of queue */
};

/* Room for count questions and as many waiters. Returns 0, or MXW_E_FAIL without memory. */
int mxw_questions_init(struct mxw_questions *questions, uint32_t count, uint64_t seed);

void mxw_questions_free(struct mxw_questions *questions);

/* One that is queued or in flight, or NULL. */
struct mxw_question *mxw_questions_find(struct mxw_questions *questions, const char *name,
					enum mxw_dns_type type);

/* A new question at its place in the queue, or NULL if the pool is empty. name fits. */
struct mxw_question *mxw_questions_add(struct mxw_questions *questions, const char *name,
				       enum mxw_dns_type type, bool urgent);

/* Lets a queued one go before those that are not urgent; one in flight is fast enough. */
void mxw_questions_hurry(struct mxw_questions *questions, struct mxw_question *question);

/* False if there is no room for the waiter. */
bool mxw_question_wait(struct mxw_questions *questions, struct mxw_question *question,
		       const struct mxw_resolver_waiter *waiter);

/* Takes it out of the queue, to be sent or dropped. */
void mxw_questions_unqueue(struct mxw_questions *questions, struct mxw_question *question);

/* The oldest in the queue that is not urgent, or NULL. */
struct mxw_question *mxw_questions_oldest(const struct mxw_questions *questions);

/* It is not in the queue and its answer is set: it cannot be shared any more. */
void mxw_questions_answered(struct mxw_questions *questions, struct mxw_question *question);

/* Takes a waiter off the question. False if there is none left. */
bool mxw_question_next_waiter(struct mxw_questions *questions, struct mxw_question *question,
			      struct mxw_resolver_waiter *waiter);

/* Gives an answered question back to the pool. */
void mxw_questions_release(struct mxw_questions *questions, struct mxw_question *question);

#endif
