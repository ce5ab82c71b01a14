// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolver. Called by the engine of the lists, and by tests and benchmarks.
 *
 * A question goes from the queue into a lane, comes back answered, and its waiters are
 * called when neither c-ares nor anybody who asks is on the stack: after a socket was
 * served, at a tick of the timer, or before the loop sleeps.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "sources/dnsbl_resolver_inside.h"

#define LANE_USES 4096 /* then it rests, if it can, to get another port */

/* A switch without default, so that a new outcome does not compile until it is counted. */
static void count_outcome(struct mxw_resolver_counts *counts, enum mxw_dns_outcome outcome)
{
	switch (outcome) {
	case MXW_DNS_ANSWERED:
		break;
	case MXW_DNS_GARBLED:
		counts->garbled++;
		break;
	case MXW_DNS_TIMEOUT:
		counts->timeouts++;
		break;
	case MXW_DNS_UNREACHABLE:
		counts->unreachable++;
		break;
	case MXW_DNS_FAILED:
		counts->failed++;
		break;
	case MXW_DNS_DROPPED:
		counts->dropped++;
		break;
	}
}

/* Has an answer for it, to be delivered soon. */
static void finish(struct mxw_resolver *resolver, struct mxw_question *question)
{
	count_outcome(&resolver->counts, question->answer.outcome);
	mxw_questions_answered(&resolver->questions, question);
}

static void finish_without(struct mxw_resolver *resolver, struct mxw_question *question,
			   enum mxw_dns_outcome outcome)
{
	memset(&question->answer, 0, sizeof(question->answer));
	question->answer.outcome = outcome;
	question->answer.ttl = -1;
	finish(resolver, question);
}

/* c-ares calls a server that it has no socket for refused: that is not a fault of the server. */
static bool out_of_descriptors(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd < 0)
		return true;
	(void)close(fd);
	return false;
}

static enum mxw_dns_outcome status_outcome(int status)
{
	switch (status) {
	case ARES_ETIMEOUT:
		return MXW_DNS_TIMEOUT;
	case ARES_EBADRESP:
		return MXW_DNS_GARBLED;
	case ARES_ENOMEM:
	case ARES_EBADNAME:
	case ARES_EBADQUERY:
		return MXW_DNS_FAILED;
	case ARES_EDESTRUCTION:
	case ARES_ECANCELLED:
		return MXW_DNS_DROPPED;
	default:
		return out_of_descriptors() ? MXW_DNS_FAILED : MXW_DNS_UNREACHABLE;
	}
}

/* For waiters that read it themselves. Without memory, it counts as an answer that failed here. */
static void keep_message(struct mxw_dns_answer *answer, const uint8_t *message, size_t size)
{
	uint8_t *copy = malloc(size);

	if (!copy) {
		answer->outcome = MXW_DNS_FAILED;
		return;
	}
	memcpy(copy, message, size);
	answer->message = copy;
	answer->message_size = size;
}

/* c-ares has an answer or gave up; maybe within mxw_cares_ask(). */
static void on_answer(void *context, int status, const uint8_t *message, size_t size)
{
	struct mxw_question *question = context;
	struct mxw_resolver *resolver = question->resolver;

	question->lane->in_flight--;
	resolver->counts.in_flight--;
	if (!message || !size) {
		finish_without(resolver, question, status_outcome(status));
		return;
	}
	mxw_dns_message_read(message, size, question->name, question->type, &question->answer);
	question->answer.took = mxw_clock_mono() - question->sent;
	if (question->whole)
		keep_message(&question->answer, message, size);
	finish(resolver, question);
}

static bool has_room(const struct mxw_lane *lane)
{
	return lane->in_flight < MXW_LANE_IN_FLIGHT;
}

/* One that has not been used long, or else one that has. NULL if all are full. */
static struct mxw_lane *pick_lane(struct mxw_resolver *resolver)
{
	struct mxw_lane *worn = NULL;

	if (resolver->counts.in_flight >= resolver->rules.in_flight)
		return NULL;
	for (unsigned int i = 0; i < resolver->lane_count; i++) {
		struct mxw_lane *lane = &resolver->lane[i];

		if (!lane->in_flight && lane->uses >= LANE_USES)
			lane->uses = 0; /* its sockets are closed */
		if (has_room(lane) && lane->uses < LANE_USES)
			return lane;
		if (has_room(lane))
			worn = lane;
	}
	return worn;
}

static void on_tick(uv_timer_t *timer);

static void send_question(struct mxw_resolver *resolver, struct mxw_question *question,
			  struct mxw_lane *lane, uint64_t now)
{
	question->lane = lane;
	question->reply = (struct mxw_cares_reply){ .answered = on_answer, .context = question };
	question->sent = now;
	lane->in_flight++;
	lane->uses++;
	resolver->counts.in_flight++;
	resolver->counts.sent++;
	if (!uv_is_active((uv_handle_t *)&resolver->timer)) {
		uv_update_time(resolver->timer.loop);
		(void)uv_timer_start(&resolver->timer, on_tick, MXW_RESOLVER_TICK,
				     MXW_RESOLVER_TICK);
	}
	mxw_cares_ask(lane->channel, question->name, question->type, &question->reply);
}

/* Sends what there is room for; what has waited too long is not worth asking any more. */
static void pump(struct mxw_resolver *resolver)
{
	struct mxw_questions *questions = &resolver->questions;
	uint64_t now = mxw_clock_mono();
	struct mxw_question *question;
	struct mxw_lane *lane;

	for (unsigned int i = 0; i < MXW_RESOLVER_IN_FLIGHT; i++) {
		question = TAILQ_FIRST(&questions->queue);
		if (!question)
			return;
		if (now - question->asked > resolver->rules.deadline) {
			mxw_questions_unqueue(questions, question);
			finish_without(resolver, question, MXW_DNS_DROPPED);
			continue;
		}
		lane = pick_lane(resolver);
		if (!lane)
			return;
		mxw_questions_unqueue(questions, question);
		send_question(resolver, question, lane, now);
	}
}

/* Calls the waiters. A caller that asks again at once, again and again, does not hold up the loop. */
static void deliver(struct mxw_resolver *resolver)
{
	struct mxw_questions *questions = &resolver->questions;
	struct mxw_resolver_waiter waiter;
	struct mxw_question *question;

	resolver->delivering = true;
	for (uint32_t i = 0; i < questions->count && !resolver->closing; i++) {
		question = TAILQ_FIRST(&questions->answered);
		if (!question)
			break;
		while (!resolver->closing && mxw_question_next_waiter(questions, question, &waiter))
			waiter.done(&waiter, &question->answer);
		mxw_questions_release(questions, question);
	}
	resolver->delivering = false;
	if (resolver->closing)
		mxw_resolver_shut_down(resolver);
}

/* The servers get the next questions while the other sockets are being read. */
void mxw_resolver_work(void *context)
{
	struct mxw_resolver *resolver = context;

	deliver(resolver);
	if (!resolver->closing)
		pump(resolver);
}

static void on_tick(uv_timer_t *timer)
{
	struct mxw_resolver *resolver = timer->data;

	for (unsigned int i = 0; i < resolver->lane_count; i++)
		if (resolver->lane[i].in_flight)
			mxw_lane_tick(&resolver->lane[i]);
	pump(resolver);
	if (!resolver->counts.in_flight && !resolver->questions.queued)
		(void)uv_timer_stop(timer);
	deliver(resolver);
}

static void on_idle(uv_idle_t *idle)
{
	(void)idle;
}

/* Whether something can be done without waiting for a socket. */
static bool has_work(struct mxw_resolver *resolver)
{
	return !TAILQ_EMPTY(&resolver->questions.answered) ||
	       (resolver->questions.queued && pick_lane(resolver));
}

void mxw_resolver_prepare(uv_prepare_t *prepare)
{
	struct mxw_resolver *resolver = prepare->data;

	pump(resolver);
	deliver(resolver);
	if (resolver->closing)
		return;
	if (has_work(resolver))
		(void)uv_idle_start(&resolver->idle, on_idle);
	else
		(void)uv_idle_stop(&resolver->idle);
}

unsigned int mxw_resolver_room(const struct mxw_resolver *resolver)
{
	unsigned int queued = resolver->questions.queued;

	return queued < resolver->rules.queue ? resolver->rules.queue - queued : 0;
}

unsigned int mxw_resolver_free(const struct mxw_resolver *resolver)
{
	unsigned int taken = resolver->counts.in_flight + resolver->questions.queued;

	return taken < resolver->rules.in_flight ? resolver->rules.in_flight - taken : 0;
}

/* A new question; the oldest makes room. */
static struct mxw_question *new_question(struct mxw_resolver *resolver, const char *name,
					 enum mxw_dns_type type, bool urgent)
{
	struct mxw_questions *questions = &resolver->questions;
	struct mxw_question *oldest, *question;

	question = mxw_questions_add(questions, name, type, urgent);
	if (!question)
		return NULL;
	question->resolver = resolver;
	question->asked = mxw_clock_mono();
	if (questions->queued <= resolver->rules.queue)
		return question;
	oldest = mxw_questions_oldest(questions);
	if (oldest && oldest != question) {
		mxw_questions_unqueue(questions, oldest);
		finish_without(resolver, oldest, MXW_DNS_DROPPED);
	}
	return question;
}

int mxw_resolver_ask(struct mxw_resolver *resolver, const char *name, enum mxw_dns_type type,
		     bool urgent, const struct mxw_resolver_waiter *waiter)
{
	struct mxw_questions *questions = &resolver->questions;
	struct mxw_question *question, *old;

	if (strlen(name) >= MXW_QUESTION_NAME)
		return MXW_E_USAGE;
	old = mxw_questions_find(questions, name, type);
	question = old ? old : new_question(resolver, name, type, urgent);
	if (!question || !mxw_question_wait(questions, question, waiter)) {
		resolver->counts.refused++;
		if (question && !old) {
			mxw_questions_unqueue(questions, question);
			finish_without(resolver, question, MXW_DNS_DROPPED);
		}
		return MXW_E_FAIL;
	}
	resolver->counts.asked++;
	resolver->counts.shared += old != NULL;
	if (old && urgent)
		mxw_questions_hurry(questions, old);
	return MXW_OK;
}

struct mxw_resolver_counts mxw_resolver_counts(const struct mxw_resolver *resolver)
{
	struct mxw_resolver_counts counts = resolver->counts;

	counts.queued = resolver->questions.queued;
	return counts;
}
