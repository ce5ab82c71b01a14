// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The health of a list. Called by the engine with every answer and when time has passed.
 */
#include <string.h>

#include "policy/list_health_inside.h"

#define SECOND 1000000000ULL /* ns */
#define DAY (86400 * SECOND)
#define SILENT_MOST 2 /* rounds */
#define IPV6_EVERY 16 /* rounds, if the list has no entries for IPv6 */
#define ROUND_MOST 8 /* with two canaries and two samples; a list with a larger quota gets more */
#define POSTPONED (SECOND / 20)

#define BIT(probe) (1U << (probe))
#define IPV4_PROBES (BIT(MXW_PROBE_IPV4_LISTED) | BIT(MXW_PROBE_IPV4_UNLISTED))
#define IPV6_PROBES (BIT(MXW_PROBE_IPV6_LISTED) | BIT(MXW_PROBE_IPV6_UNLISTED))
#define NAME_PROBES (BIT(MXW_PROBE_NAME_LISTED) | BIT(MXW_PROBE_NAME_UNLISTED))
#define UNLISTED \
	(BIT(MXW_PROBE_IPV4_UNLISTED) | BIT(MXW_PROBE_IPV6_UNLISTED) | BIT(MXW_PROBE_NAME_UNLISTED))

struct mxw_health_rules mxw_health_default_rules(void)
{
	return (struct mxw_health_rules){ .interval = 45 * SECOND,
					  .deadline = 10 * SECOND,
					  .retry = 5 * SECOND,
					  .pause = 45 * SECOND,
					  .pause_max = 3600 * SECOND,
					  .samples = 6,
					  .hits = mxw_hit_default_rules() };
}

void mxw_list_health_retune(struct mxw_list_health *health, const struct mxw_health_rules *rules)
{
	uint64_t least = rules->per_day ? DAY * ROUND_MOST * 10 / rules->per_day : 0;

	health->rules = *rules;
	if (health->rules.interval < least)
		health->rules.interval = least;
	mxw_list_budget_retune(health);
}

void mxw_list_health_init(struct mxw_list_health *health, const struct mxw_health_rules *rules,
			  uint64_t now)
{
	memset(health, 0, sizeof(*health));
	health->rules = *rules;
	mxw_list_budget_init(health, now);
	mxw_list_health_retune(health, rules);
	health->since = health->next_round = now;
	health->backoff = rules->retry;
	health->pause = rules->pause;
	health->control.names = rules->names;
	if (!rules->dead)
		return;
	health->state = MXW_HEALTH_OFFLINE;
	health->reason = MXW_HEALTH_DEAD;
	health->next_round = UINT64_MAX;
}

uint64_t mxw_list_health_next(const struct mxw_list_health *health)
{
	uint64_t next = health->waiting ? health->round_began + health->rules.deadline
					: health->next_round;

	return health->exam_at && health->exam_at < next ? health->exam_at : next;
}

/* Tests have passed. A list that contradicted an examination also has to pass one again, and to
 * wait out its pause. */
static struct mxw_health_change go_online(struct mxw_list_health *health, uint64_t now)
{
	struct mxw_health_change change = { .online = health->state != MXW_HEALTH_ONLINE };

	if (now < health->held_until) {
		health->next_round = health->held_until;
		return (struct mxw_health_change){ 0 };
	}
	if (health->doubted) {
		if (!health->control.examined)
			mxw_list_health_examine(health, now);
		return (struct mxw_health_change){ 0 };
	}
	/* A good while without a trip: the next one is a first one again. */
	if (health->pause > health->rules.pause &&
	    now - health->held_until > health->rules.pause_max)
		health->pause = health->rules.pause;
	health->backoff = health->rules.retry;
	if (!change.online)
		return change;
	health->state = MXW_HEALTH_ONLINE;
	health->reason = MXW_HEALTH_NO_REASON;
	health->fault = MXW_DNSBL_FINE;
	health->since = now;
	mxw_list_health_forget_sample(health);
	if (health->rules.samples && !mxw_list_control_learnt(&health->control))
		mxw_list_health_examine(health, now); /* learns what is usual */
	return change;
}

/* Takes a whole round from the budgets, or puts it off. */
static bool afford(struct mxw_list_health *health, unsigned int probes, uint64_t now)
{
	unsigned int count = (unsigned int)__builtin_popcount(probes);

	if (mxw_budget_left(&health->day, now) < count) {
		health->next_round = now + health->rules.interval;
		return false;
	}
	if (mxw_budget_left(&health->second, now) < count) {
		health->next_round = now + POSTPONED;
		health->starved = true;
		return false;
	}
	health->starved = false;
	while (count--)
		(void)mxw_list_health_ask(health, MXW_PURPOSE_PROBE, false, now); /* has room */
	return true;
}

unsigned int mxw_list_health_due(struct mxw_list_health *health, uint64_t now)
{
	unsigned int probes = health->rules.names ? NAME_PROBES : IPV4_PROBES;

	if (health->waiting || now < health->next_round)
		return 0;
	if (!health->rules.names && (health->ipv6 || health->rounds % IPV6_EVERY == 0))
		probes |= IPV6_PROBES;
	if (!afford(health, probes, now))
		return 0;
	health->rounds++;
	health->round_began = now;
	health->next_round = now + health->rules.interval;
	health->waiting = probes;
	mxw_list_health_sample(health);
	for (unsigned int i = 0; i < MXW_PROBES; i++)
		health->probe[i] = (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_ERROR,
							      .fault = MXW_DNSBL_TIMEOUT };
	return probes;
}

/* The reason to be offline that the fault of a probe is. */
static enum mxw_health_reason fault_reason(unsigned int fault)
{
	if (fault == MXW_DNSBL_OUTSIDE)
		return MXW_HEALTH_OUTSIDE;
	return mxw_dnsbl_fault_of_list(fault) ? MXW_HEALTH_CODES : MXW_HEALTH_SILENT;
}

/* Back soon, then later and later. */
static void retry_later(struct mxw_list_health *health, uint64_t now)
{
	uint64_t most = health->rules.interval;

	health->next_round = now + (health->backoff < most ? health->backoff : most);
	health->backoff = health->backoff < most / 2 ? health->backoff * 2 : most;
}

static struct mxw_health_change round_is_bad(struct mxw_list_health *health,
					     enum mxw_health_reason reason, unsigned int fault,
					     uint64_t now)
{
	retry_later(health, now);
	return mxw_list_health_offline(health, reason, fault, now);
}

/* A probe got no usable answer. The network alone has two tries before it counts. */
static struct mxw_health_change round_failed(struct mxw_list_health *health, unsigned int fault,
					     uint64_t now)
{
	if (!mxw_dnsbl_fault_of_list(fault) && health->state == MXW_HEALTH_ONLINE &&
	    ++health->silent_rounds < SILENT_MOST) {
		retry_later(health, now);
		return (struct mxw_health_change){ 0 };
	}
	return round_is_bad(health, fault_reason(fault), fault, now);
}

/* What the round says about IPv6, if it asked and was answered. */
static void learn_ipv6(struct mxw_list_health *health)
{
	unsigned int must = health->probe[MXW_PROBE_IPV6_LISTED].state;
	unsigned int must_not = health->probe[MXW_PROBE_IPV6_UNLISTED].state;

	if (must != MXW_DNSBL_ERROR && must_not != MXW_DNSBL_ERROR)
		health->ipv6 = must == MXW_DNSBL_LISTED && must_not == MXW_DNSBL_NOT_LISTED;
}

/* All answers are in, or will not come. */
static struct mxw_health_change round_ends(struct mxw_list_health *health, uint64_t now)
{
	bool names = health->rules.names;
	const struct mxw_dnsbl_answer *must =
		&health->probe[names ? MXW_PROBE_NAME_LISTED : MXW_PROBE_IPV4_LISTED];
	const struct mxw_dnsbl_answer *must_not =
		&health->probe[names ? MXW_PROBE_NAME_UNLISTED : MXW_PROBE_IPV4_UNLISTED];

	health->waiting = 0;
	if (must->state == MXW_DNSBL_ERROR)
		return round_failed(health, must->fault, now);
	if (must_not->state == MXW_DNSBL_ERROR)
		return round_failed(health, must_not->fault, now);
	health->silent_rounds = 0;
	if (must->state != MXW_DNSBL_LISTED)
		return round_is_bad(health, MXW_HEALTH_EMPTY, MXW_DNSBL_FINE, now);
	learn_ipv6(health);
	return go_online(health, now);
}

struct mxw_health_change mxw_list_health_probed(struct mxw_list_health *health,
						enum mxw_dnsbl_probe probe,
						const struct mxw_dnsbl_answer *answer, uint64_t now)
{
	bool must_not = UNLISTED & BIT(probe);

	if (!(health->waiting & BIT(probe)))
		return (struct mxw_health_change){ 0 };
	health->waiting &= ~BIT(probe);
	health->probe[probe] = *answer;
	/* Does not wait for the other probes. */
	if (must_not && answer->state == MXW_DNSBL_LISTED) {
		health->waiting = 0;
		return round_is_bad(health, MXW_HEALTH_LISTS_ALL, MXW_DNSBL_FINE, now);
	}
	if (health->waiting)
		return (struct mxw_health_change){ 0 };
	return round_ends(health, now);
}

struct mxw_health_change mxw_list_health_tick(struct mxw_list_health *health, uint64_t now)
{
	if (health->waiting && now >= health->round_began + health->rules.deadline)
		return round_ends(health, now);
	if (health->exam_at && now >= health->exam_at)
		return mxw_list_health_exam_over(health, now);
	return (struct mxw_health_change){ 0 };
}
