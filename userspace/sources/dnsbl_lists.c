// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists: probes, canaries, and what follows when one trips. Called by dnsbl.c.
 */
#include "base/addr.h"
#include "sources/dnsbl_inside.h"

#define CANARIES_A_ROUND 2
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
	if (change.online || change.offline || change.withdraw)
		engine->outside.health(engine->outside.context, list, &change);
}

/* Known good senders, a few in each round; no answer counts if there was no room. */
static void ask_canaries(struct mxw_dnsbl *engine, unsigned int list)
{
	const struct mxw_list_health *health = &engine->health[list];
	unsigned int count = engine->setup.canary_count, first = health->rounds * CANARIES_A_ROUND;
	char name[MXW_DNS_NAME];

	if (health->state != MXW_HEALTH_ONLINE || health->rules.allows)
		return;
	for (unsigned int i = 0; i < CANARIES_A_ROUND && i < count; i++) {
		const uint8_t *addr = engine->setup.canary[(first + i) % count];

		if (mxw_addr_key(addr) >> 32 && !health->ipv6)
			continue;
		if (mxw_list_health_ask(&engine->health[list], MXW_PURPOSE_PROBE, false,
					mxw_dnsbl_now(engine)) == MXW_ASK_YES &&
		    !mxw_dnsbl_name(addr, engine->setup.plan.sites.zone[list], name))
			(void)mxw_dnsbl_send(engine, list, name, MXW_TAG_CANARY, 0);
	}
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
	ask_canaries(engine, list);
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

	for (unsigned int list = 0; list < engine->lists; list++)
		tend_list(engine, list, now);
	withdraw_some(engine);
}

void mxw_dnsbl_probed(struct mxw_dnsbl *engine, const struct mxw_resolver_waiter *waiter,
		      const struct mxw_dns_answer *answer)
{
	unsigned int list = waiter->tag & 31;
	struct mxw_list_health *health = &engine->health[list];
	uint64_t now = mxw_dnsbl_now(engine);
	struct mxw_dnsbl_answer judged;
	struct mxw_dnsbl_reply reply;

	if (!mxw_dnsbl_reply(answer, &reply))
		return; /* the round times out */
	judged = mxw_dnsbl_judge_probe(&reply, &engine->setup.ttls);
	mxw_dnsbl_health_changed(
		engine, list,
		(waiter->tag >> 5 & 7) == MXW_TAG_PROBE
			? mxw_list_health_probed(health, (enum mxw_dnsbl_probe)waiter->cookie,
						 &judged, now)
			: mxw_list_health_canary(health, &judged, now));
}
