// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists: probes, canaries, control samples, and what follows when one trips.
 */
#include "base/addr.h"
#include "sources/dnsbl_inside.h"

#define AT_ONCE 4U /* questions of a sample in a tick, of each kind */
#define WITHDRAW_STEP 32768U /* sources looked at in a tick: a million in 3 s */

bool mxw_dnsbl_send(struct mxw_dnsbl *engine, unsigned int list, const char *name,
		    enum mxw_tag_kind kind, uint64_t cookie)
{
	struct mxw_resolver_waiter waiter = { .done = mxw_dnsbl_on_answer,
					      .context = engine,
					      .cookie = cookie,
					      .tag = mxw_dnsbl_tag(engine, kind, list) };

	if (engine->outside.ask(engine->outside.context, name, kind != MXW_TAG_SOURCE, &waiter)) {
		engine->stats[list].unasked++;
		return false;
	}
	engine->stats[list].asked++;
	return true;
}

bool mxw_dnsbl_reply(const struct mxw_dns_answer *answer, struct mxw_dnsbl_reply *reply)
{
	*reply = (struct mxw_dnsbl_reply){ .outcome = MXW_DNSBL_NO_REPLY,
					   .rcode = answer->rcode,
					   .records = answer->records,
					   .count = answer->count,
					   .ttl = answer->ttl };
	switch (answer->outcome) {
	case MXW_DNS_ANSWERED:
		reply->outcome = MXW_DNSBL_REPLY;
		return true;
	case MXW_DNS_GARBLED:
		reply->outcome = MXW_DNSBL_GARBLED;
		return true;
	case MXW_DNS_TIMEOUT:
	case MXW_DNS_UNREACHABLE:
		return true;
	default:
		return false;
	}
}

void mxw_dnsbl_health_changed(struct mxw_dnsbl *engine, unsigned int list,
			      struct mxw_health_change change)
{
	if (change.withdraw) {
		engine->withdrawing |= 1U << list;
		engine->withdraw_at = 1; /* again, for all that are being forgotten */
	}
	if (change.online || change.offline || change.withdraw || change.suspected ||
	    change.cleared)
		engine->outside.health(engine->outside.context, list, &change);
}

/* Whether the list's budgets have a question left. If it is only the second's that has not, sources
 * leave some in the next one. */
static bool may_ask(struct mxw_dnsbl *engine, unsigned int list)
{
	struct mxw_list_health *health = &engine->health[list];
	enum mxw_ask may =
		mxw_list_health_ask(health, MXW_PURPOSE_PROBE, false, mxw_dnsbl_now(engine));

	health->starved = may == MXW_ASK_PER_SECOND;
	return may == MXW_ASK_YES;
}

/* A known good sender; no answer counts if the resolver had no room. False: none is due, or there
 * is no budget now. */
static bool ask_canary(struct mxw_dnsbl *engine, unsigned int list)
{
	struct mxw_list_health *health = &engine->health[list];
	int canary = mxw_list_health_canary_due(health, engine->setup.canary_count);
	char name[MXW_DNS_NAME];
	const uint8_t *addr;
	bool asked;

	if (canary < 0)
		return false;
	addr = engine->setup.canary[canary];
	asked = (health->ipv6 || mxw_addr_key(addr) >> 32 == 0) &&
		!mxw_dnsbl_name(addr, engine->setup.plan.sites.zone[list], name);
	if (asked && !may_ask(engine, list))
		return false;
	mxw_list_health_canary_asked(health, asked);
	if (asked)
		(void)mxw_dnsbl_send(engine, list, name, MXW_TAG_CANARY, 0);
	return true;
}

/* What to ask the list for. An address that nobody is to be asked about is drawn again. */
static int control_name(struct mxw_dnsbl *engine, unsigned int list,
			const struct mxw_control_question *question, char asked[MXW_DNS_NAME])
{
	const char *zone = engine->setup.plan.sites.zone[list];
	char host[MXW_CONTROL_NAME];
	uint32_t random[4];
	uint8_t addr[16];

	do {
		for (int i = 0; i < 4; i++)
			random[i] = mxw_dnsbl_random(engine) << 16 ^ mxw_dnsbl_random(engine);
	} while (!mxw_list_control_address(question, random, addr));
	if (!engine->setup.names)
		return mxw_dnsbl_name(addr, zone, asked);
	mxw_list_control_name(question, random[0], host);
	return mxw_dnsbl_domain_name(host, zone, asked);
}

/* One of the control sample, likewise. */
static bool ask_control(struct mxw_dnsbl *engine, unsigned int list)
{
	struct mxw_list_control *control = &engine->health[list].control;
	struct mxw_control_question question;
	char name[MXW_DNS_NAME];

	if (!mxw_list_control_next(control, &question) || !may_ask(engine, list))
		return false;
	mxw_list_control_asked(control, &question);
	if (!control_name(engine, list, &question, name))
		(void)mxw_dnsbl_send(engine, list, name, MXW_TAG_CONTROL,
				     (uint64_t)question.group << 8 | question.range);
	return true;
}

/* What is due beside the probes, a few questions in each tick. It is asked once these are answered,
 * since they are the plainer test, unless they may be in vain. */
static void ask_beside(struct mxw_dnsbl *engine, unsigned int list)
{
	const struct mxw_list_health *health = &engine->health[list];

	if (health->waiting && health->suspicion != MXW_SUSPECT_ERRORS)
		return;
	for (unsigned int i = 0; i < AT_ONCE && ask_canary(engine, list); i++)
		;
	for (unsigned int i = 0; i < AT_ONCE && ask_control(engine, list); i++)
		;
}

static void tend_list(struct mxw_dnsbl *engine, unsigned int list, uint64_t now)
{
	struct mxw_list_health *health = &engine->health[list];
	char name[MXW_DNS_NAME];
	unsigned int probes;

	if (mxw_list_health_next(health) > now)
		return;
	mxw_dnsbl_health_changed(engine, list, mxw_list_health_tick(health, now));
	probes = mxw_list_health_due(health, now);
	if (!probes)
		return;
	for (unsigned int probe = 0; probe < MXW_PROBES; probe++)
		if (probes >> probe & 1 &&
		    !mxw_dnsbl_probe_name(probe, engine->setup.plan.sites.zone[list], name))
			(void)mxw_dnsbl_send(engine, list, name, MXW_TAG_PROBE, probe);
}

/* Forgets what the lists said against one source. */
static bool withdraw_source(struct mxw_dnsbl *engine, uint32_t number)
{
	bool changed = false;

	for (uint32_t rest = engine->withdrawing; rest; rest &= rest - 1) {
		unsigned int list = (unsigned int)__builtin_ctz(rest);

		if (mxw_cache_said(&engine->cache, number, list) <= MXW_SAID_LISTED)
			continue;
		mxw_cache_forget(&engine->cache, number, list);
		engine->counts.withdrawn++;
		changed = true;
	}
	return changed;
}

static void withdraw_some(struct mxw_dnsbl *engine)
{
	for (unsigned int i = 0; i < WITHDRAW_STEP && engine->withdrawing; i++) {
		uint32_t number = engine->withdraw_at++;

		if (number > engine->cache.fresh) {
			engine->withdrawing = 0;
			return;
		}
		if (mxw_cache_source(&engine->cache, number)->key &&
		    withdraw_source(engine, number))
			mxw_dnsbl_tell(engine, number, true);
	}
}

void mxw_dnsbl_tend_lists(struct mxw_dnsbl *engine)
{
	uint64_t now = mxw_dnsbl_now(engine);

	for (unsigned int list = 0; list < engine->lists; list++) {
		tend_list(engine, list, now);
		ask_beside(engine, list);
	}
	withdraw_some(engine);
}

static struct mxw_health_change control_answered(struct mxw_dnsbl *engine, unsigned int list,
						 uint64_t cookie,
						 const struct mxw_dnsbl_reply *reply)
{
	const struct mxw_control_question question = { .group = (uint8_t)(cookie >> 8),
						       .range = (uint8_t)cookie };
	struct mxw_dnsbl_answer judged =
		mxw_dnsbl_judge(reply, &engine->setup.plan.rules[list], &engine->setup.ttls);

	return mxw_list_health_control(&engine->health[list], &question, &judged,
				       mxw_dnsbl_now(engine));
}

void mxw_dnsbl_probed(struct mxw_dnsbl *engine, const struct mxw_resolver_waiter *waiter,
		      const struct mxw_dns_answer *answer)
{
	unsigned int list = waiter->tag & 31, kind = waiter->tag >> 5 & 7;
	struct mxw_list_health *health = &engine->health[list];
	struct mxw_health_change change;
	struct mxw_dnsbl_answer judged;
	struct mxw_dnsbl_reply reply;

	if (!mxw_dnsbl_reply(answer, &reply))
		return; /* the round, or the examination, times out */
	judged = mxw_dnsbl_judge_probe(&reply, &engine->setup.ttls);
	if (kind == MXW_TAG_PROBE)
		change = mxw_list_health_probed(health, (enum mxw_dnsbl_probe)waiter->cookie,
						&judged, mxw_dnsbl_now(engine));
	else if (kind == MXW_TAG_CANARY)
		change = mxw_list_health_canary(health, &judged, mxw_dnsbl_now(engine));
	else
		change = control_answered(engine, list, waiter->cookie, &reply);
	mxw_dnsbl_health_changed(engine, list, change);
}

void mxw_dnsbl_suspect(struct mxw_dnsbl *engine, unsigned int list, enum mxw_suspicion why)
{
	mxw_dnsbl_health_changed(engine, list,
				 mxw_list_health_suspect(&engine->health[list], why,
							 mxw_dnsbl_now(engine)));
}
