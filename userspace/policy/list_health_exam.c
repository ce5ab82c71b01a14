// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What makes a list suspected, and what an examination makes of that. Called by the health of a
 * list and by the engine.
 */
#include "policy/list_health_inside.h"

#define CODES_MOST 3 /* of the list's own error codes in a row */
#define ERRORS_SEEN 16 /* answers over which errors are counted */
#define ERRORS_MOST 8
#define CANARIES_SEEN 4 /* the last four, or as many as there are: each one once */
#define CANARIES_MOST 2
#define CANARIES_ROUND 2
#define CANARIES_EXAM 8
#define SAMPLES_LEAST 2
#define SAMPLES_QUOTA 300000 /* queries a day; with fewer, a round has fewer samples */
/* Intervals of probes between two suspicions that strangers cause: an examination has up to 45
 * questions, so these add at most a third to what rounds cost. */
#define REST 16

static const struct mxw_health_change nothing = { 0 };

void mxw_list_health_examine(struct mxw_list_health *health, uint64_t now)
{
	mxw_list_control_examine(&health->control, health->ipv6);
	health->canaries_due = CANARIES_EXAM;
	health->canaries = 0;
	health->exam_at = now + health->rules.deadline;
}

void mxw_list_health_sample(struct mxw_list_health *health)
{
	uint32_t count = health->rules.samples;

	if (health->state != MXW_HEALTH_ONLINE || health->control.examined)
		return;
	if (health->rules.per_day && health->rules.per_day < SAMPLES_QUOTA && count > SAMPLES_LEAST)
		count = SAMPLES_LEAST;
	if (count)
		mxw_list_control_round(&health->control, count, health->ipv6);
	health->canaries_due = CANARIES_ROUND;
}

void mxw_list_health_forget_sample(struct mxw_list_health *health)
{
	health->source_errors = health->sample_errors = (struct mxw_error_run){ 0 };
	health->canaries = 0;
	health->control.listed = 0;
	health->control.random[0].last = health->control.random[1].last = 0;
	health->suspicion = MXW_UNSUSPECTED;
	health->hits.asked = health->hits.listed = 0;
}

struct mxw_health_change mxw_list_health_suspect(struct mxw_list_health *health,
						 enum mxw_suspicion why, uint64_t now)
{
	if (health->state != MXW_HEALTH_ONLINE || health->suspicion ||
	    (why != MXW_SUSPECT_RANDOM && now < health->rest_until))
		return nothing;
	if (why != MXW_SUSPECT_RANDOM)
		health->rest_until = now + REST * health->rules.interval;
	health->suspicion = (uint8_t)why;
	health->suspected_last = (uint8_t)why;
	health->suspected_at = now;
	health->suspicions[why]++;
	mxw_list_health_examine(health, now);
	if (!health->waiting && health->next_round > now)
		health->next_round = now;
	return (struct mxw_health_change){ .suspected = true };
}

static struct mxw_health_change disbelieve(struct mxw_list_health *health,
					   enum mxw_health_reason reason, uint64_t now)
{
	return mxw_list_health_trip(health, reason, MXW_DNSBL_FINE, now);
}

/* Nothing contradicts: a suspicion ends, and one that was offline may come back. */
static struct mxw_health_change bear_out(struct mxw_list_health *health, uint64_t now)
{
	struct mxw_health_change change = { .cleared = health->suspicion != MXW_UNSUSPECTED };

	health->suspicion = MXW_UNSUSPECTED;
	health->source_errors = (struct mxw_error_run){ 0 };
	if (health->doubted && !health->waiting)
		health->next_round = now;
	health->doubted = false;
	return change;
}

/* With too few answers it is examined again: nothing is known. */
struct mxw_health_change mxw_list_health_exam_over(struct mxw_list_health *health, uint64_t now)
{
	bool again = health->suspicion && !health->control.examined;

	health->exam_at = 0;
	if (again) {
		mxw_list_health_examine(health, now);
		return nothing;
	}
	switch (mxw_list_control_judge(&health->control)) {
	case MXW_CONTROL_LISTS_NOBODY:
		return disbelieve(health, MXW_HEALTH_LISTS_NOBODY, now);
	case MXW_CONTROL_LISTS_RANDOM:
		return disbelieve(health, MXW_HEALTH_LISTS_RANDOM, now);
	case MXW_CONTROL_UNKNOWN:
		if (health->suspicion)
			health->exam_at = now + health->rules.interval;
		return nothing;
	default:
		return bear_out(health, now);
	}
}

static struct mxw_health_change over_if_complete(struct mxw_list_health *health, uint64_t now)
{
	return mxw_list_control_complete(&health->control) && !health->canaries_due
		       ? mxw_list_health_exam_over(health, now)
		       : nothing;
}

/* Whether what is asked beside the probes counts: online, or examined to come back. */
static bool heeded(const struct mxw_list_health *health)
{
	return health->state == MXW_HEALTH_ONLINE || health->control.examined;
}

/* Counts an answer; the reason to be offline that there are too many errors now. */
static enum mxw_health_reason too_many_errors(struct mxw_error_run *run,
					      const struct mxw_dnsbl_answer *answer)
{
	bool error = answer->state == MXW_DNSBL_ERROR;

	run->last = run->last << 1 | error;
	if (!error) {
		run->codes = 0;
		return MXW_HEALTH_NO_REASON;
	}
	if (answer->fault == MXW_DNSBL_OUTSIDE)
		return MXW_HEALTH_OUTSIDE;
	if (mxw_dnsbl_fault_of_list(answer->fault) && ++run->codes >= CODES_MOST)
		return MXW_HEALTH_CODES;
	if (__builtin_popcountll(run->last & ((1ULL << ERRORS_SEEN) - 1)) >= ERRORS_MOST)
		return MXW_HEALTH_SILENT;
	return MXW_HEALTH_NO_REASON;
}

struct mxw_health_change mxw_list_health_answered(struct mxw_list_health *health,
						  const struct mxw_dnsbl_answer *answer,
						  uint64_t now)
{
	if (health->state == MXW_HEALTH_ONLINE && too_many_errors(&health->source_errors, answer))
		return mxw_list_health_suspect(health, MXW_SUSPECT_ERRORS, now);
	return nothing;
}

struct mxw_health_change mxw_list_health_hit(struct mxw_list_health *health, bool listed,
					     uint64_t now)
{
	if (health->state == MXW_HEALTH_ONLINE &&
	    mxw_hit_rate_count(&health->hits, &health->rules.hits, listed, now))
		return mxw_list_health_suspect(health, MXW_SUSPECT_HITS, now);
	return nothing;
}

int mxw_list_health_canary_due(struct mxw_list_health *health, unsigned int count)
{
	health->canary_count = count;
	if (!count || health->rules.allows)
		health->canaries_due = 0;
	if (health->canaries_due > count)
		health->canaries_due = count;
	return health->canaries_due ? (int)(health->canary % count) : -1;
}

void mxw_list_health_canary_asked(struct mxw_list_health *health, bool asked)
{
	health->canaries_due--;
	health->canary++;
	if (asked)
		mxw_list_control_wait(&health->control);
}

/* How many of the canaries are listed. They are asked about in turn, so as many answers as there are
 * canaries are of different ones; the same one twice is not two. */
static int canaries_listed(const struct mxw_list_health *health)
{
	unsigned int seen = health->canary_count < CANARIES_SEEN ? health->canary_count
								 : CANARIES_SEEN;

	return __builtin_popcount(health->canaries & ((1U << seen) - 1));
}

struct mxw_health_change mxw_list_health_canary(struct mxw_list_health *health,
						const struct mxw_dnsbl_answer *answer, uint64_t now)
{
	mxw_list_control_came(&health->control);
	if (!heeded(health) || health->rules.allows)
		return nothing;
	if (answer->state != MXW_DNSBL_ERROR)
		health->canaries =
			(uint8_t)(health->canaries << 1 | (answer->state == MXW_DNSBL_LISTED));
	if (canaries_listed(health) >= CANARIES_MOST)
		return disbelieve(health, MXW_HEALTH_CANARIES, now);
	return over_if_complete(health, now);
}

struct mxw_health_change mxw_list_health_control(struct mxw_list_health *health,
						 const struct mxw_control_question *question,
						 const struct mxw_dnsbl_answer *answer,
						 uint64_t now)
{
	enum mxw_health_reason errors = too_many_errors(&health->sample_errors, answer);
	enum mxw_control_says says = MXW_CONTROL_FINE;

	if (answer->state == MXW_DNSBL_ERROR || !heeded(health))
		mxw_list_control_came(&health->control);
	else
		says = mxw_list_control_answer(&health->control, question,
					       answer->state == MXW_DNSBL_LISTED);
	if (!heeded(health))
		return nothing;
	if (errors)
		return mxw_list_health_trip(health, errors, answer->fault, now);
	if (says == MXW_CONTROL_LISTS_NOBODY)
		return disbelieve(health, MXW_HEALTH_LISTS_NOBODY, now);
	if (says == MXW_CONTROL_ODD)
		return mxw_list_health_suspect(health, MXW_SUSPECT_RANDOM, now);
	return over_if_complete(health, now);
}
