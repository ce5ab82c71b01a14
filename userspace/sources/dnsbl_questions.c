// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolver's memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sources/dnsbl_questions.h"

static struct mxw_question_chain *chain(struct mxw_questions *questions, const char *name,
					enum mxw_dns_type type)
{
	return &questions->chains[mxw_text_hash(name, questions->seed ^ type) &
				  questions->chain_mask];
}

int mxw_questions_init(struct mxw_questions *questions, uint32_t count, uint64_t seed)
{
	uint32_t chains = 64;

	while (chains < count)
		chains *= 2;
	memset(questions, 0, sizeof(*questions));
	TAILQ_INIT(&questions->free);
	TAILQ_INIT(&questions->queue);
	TAILQ_INIT(&questions->answered);
	SLIST_INIT(&questions->waiting_free);
	questions->pool = calloc(count, sizeof(*questions->pool));
	questions->waiting_pool = calloc(count, sizeof(*questions->waiting_pool));
	questions->chains = calloc(chains, sizeof(*questions->chains));
	questions->count = count;
	questions->chain_mask = chains - 1;
	questions->seed = seed;
	if (questions->pool && questions->waiting_pool && questions->chains)
		return MXW_OK;
	mxw_questions_free(questions);
	return MXW_E_FAIL;
}

static void forget_message(struct mxw_question *question)
{
	free((void *)(uintptr_t)question->answer.message);
	question->answer.message = NULL;
}

void mxw_questions_free(struct mxw_questions *questions)
{
	for (uint32_t i = 0; questions->pool && i < questions->fresh; i++)
		forget_message(&questions->pool[i]);
	free(questions->pool);
	free(questions->waiting_pool);
	free(questions->chains);
	memset(questions, 0, sizeof(*questions));
}

struct mxw_question *mxw_questions_find(struct mxw_questions *questions, const char *name,
					enum mxw_dns_type type)
{
	struct mxw_question *question;

	LIST_FOREACH(question, chain(questions, name, type), same_hash)
	if (question->type == type && strcmp(question->name, name) == 0)
		return question;
	return NULL;
}

static struct mxw_question *unused(struct mxw_questions *questions)
{
	struct mxw_question *question = TAILQ_FIRST(&questions->free);

	if (question)
		TAILQ_REMOVE(&questions->free, question, link);
	else if (questions->fresh < questions->count)
		question = &questions->pool[questions->fresh++];
	return question;
}

/* Urgent ones stand before all others, in their own order. */
static void enqueue(struct mxw_questions *questions, struct mxw_question *question)
{
	struct mxw_question *behind = NULL;

	questions->queued++;
	if (question->urgent)
		TAILQ_FOREACH(behind, &questions->queue, link)
	if (!behind->urgent)
		break;
	if (behind)
		TAILQ_INSERT_BEFORE(behind, question, link);
	else
		TAILQ_INSERT_TAIL(&questions->queue, question, link);
}

struct mxw_question *mxw_questions_add(struct mxw_questions *questions, const char *name,
				       enum mxw_dns_type type, bool urgent)
{
	struct mxw_question *question = unused(questions);

	if (!question)
		return NULL;
	SLIST_INIT(&question->waitings);
	question->lane = NULL;
	question->urgent = urgent;
	question->whole = false;
	question->type = (uint8_t)type;
	memcpy(question->name, name, strlen(name) + 1);
	LIST_INSERT_HEAD(chain(questions, name, type), question, same_hash);
	enqueue(questions, question);
	return question;
}

void mxw_questions_hurry(struct mxw_questions *questions, struct mxw_question *question)
{
	if (question->urgent || question->lane)
		return;
	mxw_questions_unqueue(questions, question);
	question->urgent = true;
	enqueue(questions, question);
}

bool mxw_question_wait(struct mxw_questions *questions, struct mxw_question *question,
		       const struct mxw_resolver_waiter *waiter)
{
	struct mxw_waiting *waiting = SLIST_FIRST(&questions->waiting_free);

	if (waiting)
		SLIST_REMOVE_HEAD(&questions->waiting_free, next);
	else if (questions->waiting_fresh < questions->count)
		waiting = &questions->waiting_pool[questions->waiting_fresh++];
	else
		return false;
	waiting->waiter = *waiter;
	question->whole |= waiter->whole;
	SLIST_INSERT_HEAD(&question->waitings, waiting, next);
	return true;
}

void mxw_questions_unqueue(struct mxw_questions *questions, struct mxw_question *question)
{
	TAILQ_REMOVE(&questions->queue, question, link);
	questions->queued--;
}

struct mxw_question *mxw_questions_oldest(const struct mxw_questions *questions)
{
	struct mxw_question *question;

	TAILQ_FOREACH(question, &questions->queue, link)
	if (!question->urgent)
		return question;
	return NULL;
}

void mxw_questions_answered(struct mxw_questions *questions, struct mxw_question *question)
{
	LIST_REMOVE(question, same_hash);
	TAILQ_INSERT_TAIL(&questions->answered, question, link);
}

bool mxw_question_next_waiter(struct mxw_questions *questions, struct mxw_question *question,
			      struct mxw_resolver_waiter *waiter)
{
	struct mxw_waiting *waiting = SLIST_FIRST(&question->waitings);

	if (!waiting)
		return false;
	SLIST_REMOVE_HEAD(&question->waitings, next);
	*waiter = waiting->waiter;
	SLIST_INSERT_HEAD(&questions->waiting_free, waiting, next);
	return true;
}

void mxw_questions_release(struct mxw_questions *questions, struct mxw_question *question)
{
	forget_message(question);
	TAILQ_REMOVE(&questions->answered, question, link);
	TAILQ_INSERT_HEAD(&questions->free, question, link);
}
