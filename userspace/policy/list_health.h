/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a list may be asked and believed: a state machine per list, driven by the times
 * and answers it is told; it asks nothing itself.
 *
 * A list begins untried and is asked nothing but probes. It is online once it lists what
 * RFC 5782 says it must and does not list what it must not, and probed again every minute.
 * It goes offline at once when it lists 127.0.0.1 (a list of names: INVALID), lacks 127.0.0.2 (a
 * list of names: TEST), or is found by its control sample to list everybody or to answer with
 * errors; after two rounds of probes without answers; and when it lists two of the last four known
 * good senders. Then it is probed after 5 s, 10 s, 20 s and so on up to the interval, and one good
 * round brings it back. What the sample or the good senders showed, an examination has to
 * disprove first.
 *
 * What it says of sources that come takes it nowhere, since strangers choose those. A share of
 * hits that is unusual, very many blocks, or errors make it *suspected*: it stays in force, and
 * is examined at once. An examination is a round of probes, the good senders, and the control
 * sample (list_control.h). Only what contradicts takes the list offline.
 *
 * Offline, its answers count nothing. Only if it has listed what it should not is what it
 * said before not to be believed either: then its entries are to be withdrawn. A list that
 * is silent, or says that it may not be asked, takes nothing back. Pure.
 */
#ifndef MXW_LIST_HEALTH_H
#define MXW_LIST_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/budget.h"
#include "policy/dnsbl_answer.h"
#include "policy/dnsbl_name.h"
#include "policy/flow.h"
#include "policy/hit_rate.h"
#include "policy/list_control.h"

enum mxw_health_state {
	MXW_HEALTH_UNTRIED = 0, /* as offline; no round has ended yet */
	MXW_HEALTH_ONLINE,
	MXW_HEALTH_OFFLINE,
};

enum mxw_health_reason {
	MXW_HEALTH_NO_REASON = 0,
	MXW_HEALTH_DEAD, /* known to have ended: never asked at all */
	MXW_HEALTH_SILENT, /* no answers, or none that are usable */
	MXW_HEALTH_CODES, /* its codes say that it may not be asked; see fault */
	MXW_HEALTH_OUTSIDE, /* answers outside 127.0.0.0/8 */
	MXW_HEALTH_EMPTY, /* does not list 127.0.0.2 */
	MXW_HEALTH_LISTS_ALL, /* lists 127.0.0.1; distrusted */
	MXW_HEALTH_LISTS_NOBODY, /* lists addresses that nobody can have; distrusted */
	MXW_HEALTH_LISTS_RANDOM, /* lists whatever address is taken at random; distrusted */
	MXW_HEALTH_CANARIES, /* lists known good senders; distrusted */
	MXW_HEALTH_REASONS,
};

/* Why a list that is online is examined. */
enum mxw_suspicion {
	MXW_UNSUSPECTED = 0,
	MXW_SUSPECT_HITS, /* it lists far more of the sources that come than it used to */
	MXW_SUSPECT_BLOCKS, /* very many new blocks rest on it */
	MXW_SUSPECT_ERRORS, /* questions about sources fail */
	MXW_SUSPECT_RANDOM, /* it lists the last addresses taken at random */
	MXW_SUSPICIONS,
};

/* What a call changed. */
struct mxw_health_change {
	bool online, offline; /* it went there now */
	bool withdraw; /* and what it said before is to be taken back */
	bool suspected; /* it is suspected now, and stays online */
	bool cleared; /* it was, and its examination bears it out */
};

/* Why a question to the list may not be asked now. */
enum mxw_ask {
	MXW_ASK_YES = 0, /* and it is counted as asked */
	MXW_ASK_OFFLINE,
	MXW_ASK_NO_IPV6, /* the list has no test entries for IPv6 */
	MXW_ASK_PER_SECOND, /* the budget of this second is spent */
	MXW_ASK_PER_DAY, /* that of the day has nothing left for the purpose now */
};

/*
 * What the question is about. Of the day's budget probes may take all, whatever the state, and
 * everybody else leaves them a tenth, and that tenth is outside of the flow (policy/flow.h).
 */
enum mxw_purpose {
	MXW_PURPOSE_CLEAN, /* an allow list, about a source that nothing speaks against: only
			      while a share is more than half full */
	MXW_PURPOSE_REST, /* a source that may be forged: the share for any, and leaves what
			     the other one holds when it is full */
	MXW_PURPOSE_PRESENT, /* a source that is known to be real: its own share, then the other */
	MXW_PURPOSE_PROBE, /* a probe or a canary */
};

struct mxw_health_rules {
	bool dead; /* known_lists.h */
	bool names; /* of host names: probed for TEST and INVALID, not for addresses */
	bool allows; /* only lines of weight < 0: canaries do not count against it */
	uint64_t interval; /* ns between rounds; 45 s, so that a lie is found within 60 s */
	uint64_t deadline; /* ns for the answers of a round; 10 s */
	uint64_t retry; /* ns to the first round after going offline; 5 s */
	uint64_t pause; /* ns offline after its sample or good senders tripped it; 45 s */
	uint64_t pause_max; /* ns; the pause after good senders doubles up to this; 1 h */
	uint32_t samples; /* controls in a round; 6; 0 = none outside of examinations */
	uint32_t per_second, per_day; /* queries in any second, any 24 hours; 0 = no limit; 1 to
					 7 a second count as 8, so that a round has room */
	struct mxw_hit_rules hits;
};

/* Errors among answers. */
struct mxw_error_run {
	uint64_t last; /* one bit per answer, newest lowest; 1 = error */
	unsigned int codes; /* the list's own error codes, in a row */
};

struct mxw_list_health {
	struct mxw_health_rules rules;
	uint8_t state; /* enum mxw_health_state */
	uint8_t reason; /* enum mxw_health_reason; why it is offline */
	uint8_t fault; /* enum mxw_dnsbl_fault behind SILENT and CODES */
	bool ipv6; /* it may be asked for IPv6 sources */
	uint64_t since; /* ns; of the state */
	uint64_t next_round; /* ns */
	uint64_t held_until; /* ns; not online before that */
	uint64_t pause; /* ns; the next one */
	uint64_t backoff; /* ns; to the next round while offline */
	/* the round going on */
	uint64_t round_began; /* ns; valid if waiting */
	unsigned int waiting; /* bit per enum mxw_dnsbl_probe still to answer */
	struct mxw_dnsbl_answer probe[MXW_PROBES];
	bool starved; /* a round waits for room in this second's budget: it goes first */
	unsigned int rounds; /* begun */
	unsigned int silent_rounds; /* without answers, in a row */
	/* beside the probes */
	struct mxw_error_run sample_errors, source_errors;
	struct mxw_list_control control;
	uint8_t canaries; /* one bit per canary's answer, newest lowest; 1 = listed */
	unsigned int canaries_due, canary; /* how many to ask about, and the number of the first */
	unsigned int canary_count; /* that there are; 0: not known yet */
	struct mxw_hit_rate hits;
	/* suspicion */
	uint8_t suspicion; /* enum mxw_suspicion; it is being examined */
	uint8_t suspected_last; /* the last one */
	uint64_t suspected_at; /* ns; when that began; 0 = never */
	uint64_t suspicions[MXW_SUSPICIONS]; /* since the start */
	uint64_t exam_at; /* ns; the examination ends, or if none goes on another begins; 0 = no */
	uint64_t rest_until; /* ns; what strangers do makes it suspected no sooner */
	bool doubted; /* offline for what its sample or good senders showed */
	struct mxw_budget second, day;
	struct mxw_flow flow; /* of the day's budget without the probes' tenth */
};

#define MXW_PROBES_MOST 4 /* in one round */

/* list_budget.c, for list_health.c alone: budgets by health->rules, with nothing spent; and by
 * other rules. */
void mxw_list_budget_init(struct mxw_list_health *health, uint64_t now);
void mxw_list_budget_retune(struct mxw_list_health *health);

/* The figures above; budgets without limit. */
struct mxw_health_rules mxw_health_default_rules(void);

/* Begins untried, with the first round due at once. The interval is stretched until a round's
 * questions take no more than a tenth of per_day. Times are ns of one clock that does not go back. */
void mxw_list_health_init(struct mxw_list_health *health, const struct mxw_health_rules *rules,
			  uint64_t now);

/* New rules for the same list, as after a reload: what was spent and learnt stays. */
void mxw_list_health_retune(struct mxw_list_health *health, const struct mxw_health_rules *rules);

/* When mxw_list_health_due() or mxw_list_health_tick() has something to do next. */
uint64_t mxw_list_health_next(const struct mxw_list_health *health);

/* Begins a round if one is due: a bit per enum mxw_dnsbl_probe to ask for now, 0 = none. They
 * are counted in the budgets. */
unsigned int mxw_list_health_due(struct mxw_list_health *health, uint64_t now);

/* The answer to a probe, by mxw_dnsbl_judge_probe(). One that no round waits for is ignored. */
struct mxw_health_change mxw_list_health_probed(struct mxw_list_health *health,
						enum mxw_dnsbl_probe probe,
						const struct mxw_dnsbl_answer *answer,
						uint64_t now);

/* Ends a round whose deadline has passed: what is missing counts as timed out. */
struct mxw_health_change mxw_list_health_tick(struct mxw_list_health *health, uint64_t now);

/* The answer about a source, by mxw_dnsbl_judge(): whether it is an error. */
struct mxw_health_change mxw_list_health_answered(struct mxw_list_health *health,
						  const struct mxw_dnsbl_answer *answer,
						  uint64_t now);

/* What it says of a source that is to be counted, once for each. */
struct mxw_health_change mxw_list_health_hit(struct mxw_list_health *health, bool listed,
					     uint64_t now);

/* It is to be examined. If it is suspected already, or was lately, nothing happens: strangers
 * can cause suspicion, and it costs questions. */
struct mxw_health_change mxw_list_health_suspect(struct mxw_list_health *health,
						 enum mxw_suspicion why, uint64_t now);

/* The number of a canary to ask about now, of count; -1: none. */
int mxw_list_health_canary_due(struct mxw_list_health *health, unsigned int count);

/* It has been asked about, or is not to be. */
void mxw_list_health_canary_asked(struct mxw_list_health *health, bool asked);

/* The answer about a known good sender. Two listed among the last four trip. */
struct mxw_health_change mxw_list_health_canary(struct mxw_list_health *health,
						const struct mxw_dnsbl_answer *answer,
						uint64_t now);

/* The answer about one of the control sample, by mxw_dnsbl_judge(); the questions are those of
 * mxw_list_control_next(). */
struct mxw_health_change mxw_list_health_control(struct mxw_list_health *health,
						 const struct mxw_control_question *question,
						 const struct mxw_dnsbl_answer *answer,
						 uint64_t now);

/* Whether to ask now; takes nothing. */
enum mxw_ask mxw_list_health_may(struct mxw_list_health *health, enum mxw_purpose purpose,
				 bool ipv6, uint64_t now);

/* The same, and if so takes it from the budgets. */
enum mxw_ask mxw_list_health_ask(struct mxw_list_health *health, enum mxw_purpose purpose,
				 bool ipv6, uint64_t now);

/* Queries to the list before this process, as mxw_budget_spent_before(). The last two
 * hours of it are gone from the flow too, so that nobody gets more by a restart. */
void mxw_list_health_spent_before(struct mxw_list_health *health, uint64_t now,
				  const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age);

/* "online", "suspected", "lists-all": one word for state and reason. Static. */
const char *mxw_list_health_name(const struct mxw_list_health *health);

/* One clause for the operator: what is wrong and what it means. Static. */
const char *mxw_list_health_hint(const struct mxw_list_health *health);

/* "hits", "blocks": one word. Static. */
const char *mxw_suspicion_name(enum mxw_suspicion why);

/* ... and one clause. Static. */
const char *mxw_suspicion_hint(enum mxw_suspicion why);

/* Whether what the list said is not to be believed if it is offline for this reason. */
bool mxw_health_distrusts(enum mxw_health_reason reason);

#endif
