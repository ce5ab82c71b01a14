// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions about sources, and what becomes of the answers. Called by dnsbl.c and, with
 * answers, by the resolver.
 */
#include <string.h>

#include "base/addr.h"
#include "sources/dnsbl_inside.h"

void mxw_dnsbl_address(const struct mxw_source *source, uint8_t addr[16])
{
	mxw_addr_of_key(source->key, addr);
	if (source->key >> 32)
		memcpy(addr + 8, source->low, 8);
}

/* Whether the error may end what is known: a fault of the DNS takes nothing back early. */
static bool replaces(const struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
		     const struct mxw_dnsbl_answer *answer)
{
	uint16_t said = mxw_cache_said(&engine->cache, number, list);
	bool good = said == MXW_SAID_NOT_LISTED || said > MXW_SAID_LISTED;

	return answer->state != MXW_DNSBL_ERROR || !good ||
	       mxw_cache_until(&engine->cache, number, list) <= mxw_dnsbl_ticks(engine);
}

/* Keeps the answer, for a second at least. */
static void keep(struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
		 const struct mxw_dnsbl_answer *answer)
{
	uint32_t life = answer->ttl ? answer->ttl : 1;

	if (replaces(engine, number, list, answer))
		mxw_cache_keep(&engine->cache, number, list, answer,
			       mxw_dnsbl_ticks(engine) + life * MXW_TICKS_SECOND);
}

/* As if the list had not answered: asked again when an error would be. */
static void keep_unasked(struct mxw_dnsbl *engine, uint32_t number, unsigned int list)
{
	struct mxw_dnsbl_answer answer = { .state = MXW_DNSBL_ERROR,
					   .fault = MXW_DNSBL_TIMEOUT,
					   .ttl = engine->setup.ttls.error };

	keep(engine, number, list, &answer);
}

/* What to ask the list for. */
static int question(const struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
		    char name[MXW_DNS_NAME])
{
	const char *zone = engine->setup.plan.sites.zone[list];
	uint8_t addr[16];

	if (engine->setup.names)
		return mxw_dnsbl_domain_name(engine->name[number], zone, name);
	mxw_dnsbl_address(mxw_cache_source(&engine->cache, number), addr);
	return mxw_dnsbl_name(addr, zone, name);
}

static enum mxw_asked ask_list(struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
			       enum mxw_purpose purpose)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	char name[MXW_DNS_NAME];

	if (question(engine, number, list, name))
		return MXW_ASKED_NOT; /* a name that is too long with this zone */
	switch (mxw_list_health_ask(&engine->health[list], purpose,
				    mxw_dnsbl_is_ipv6(engine, source), mxw_dnsbl_now(engine))) {
	case MXW_ASK_YES:
		engine->spent &= ~(1U << list);
		break;
	case MXW_ASK_PER_SECOND:
		engine->stats[list].over_second++;
		return MXW_ASKED_LATER;
	case MXW_ASK_PER_DAY:
		engine->stats[list].over_day++;
		engine->spent |= 1U << list;
		return MXW_ASKED_NOT;
	default:
		return MXW_ASKED_NOT;
	}
	if (!mxw_dnsbl_send(engine, list, name, MXW_TAG_SOURCE, source->key))
		return MXW_ASKED_NO_ROOM;
	source->pending |= 1U << list;
	return MXW_ASKED_SENT;
}

unsigned int mxw_dnsbl_ask(struct mxw_dnsbl *engine, uint32_t number, uint32_t by,
			   enum mxw_purpose purpose, bool *later)
{
	const struct mxw_cache *cache = &engine->cache;
	unsigned int sent = 0;

	*later = false;
	for (unsigned int list = 0; list < engine->lists; list++) {
		const struct mxw_source *source = mxw_cache_source(cache, number);

		if (source->pending >> list & 1 ||
		    (mxw_cache_said(cache, number, list) != MXW_SAID_NONE &&
		     mxw_cache_until(cache, number, list) > by))
			continue;
		switch (ask_list(engine, number, list, purpose)) {
		case MXW_ASKED_SENT:
			sent++;
			break;
		case MXW_ASKED_LATER:
			*later = true;
			break;
		case MXW_ASKED_NO_ROOM:
			keep_unasked(engine, number, list);
			break;
		case MXW_ASKED_NOT:
			break;
		}
	}
	return sent;
}

static void source_answered(struct mxw_dnsbl *engine, unsigned int list, uint64_t key,
			    const struct mxw_dns_answer *brought)
{
	uint32_t number = mxw_cache_find(&engine->cache, key);
	struct mxw_dnsbl_answer answer;
	struct mxw_dnsbl_reply reply;
	struct mxw_source *source;

	if (mxw_dnsbl_reply(brought, &reply)) {
		answer = mxw_dnsbl_judge(&reply, &engine->setup.plan.rules[list],
					 &engine->setup.ttls);
		mxw_dnsbl_stats_answer(&engine->stats[list], &answer, brought->took);
		mxw_dnsbl_health_changed(engine, list,
					 mxw_list_health_answered(&engine->health[list], &answer,
								  mxw_dnsbl_now(engine)));
		/* What an offline list says may be what it went offline for. */
		if (number && engine->health[list].state == MXW_HEALTH_ONLINE)
			keep(engine, number, list, &answer);
	} else {
		engine->stats[list].unasked++;
		if (number)
			keep_unasked(engine, number, list);
	}
	if (!number)
		return;
	source = mxw_cache_source(&engine->cache, number);
	source->pending &= ~(1U << list);
	if (!source->pending && source->state & MXW_SOURCE_OWED)
		mxw_dnsbl_settle(engine, number);
}

void mxw_dnsbl_on_answer(const struct mxw_resolver_waiter *waiter,
			 const struct mxw_dns_answer *answer)
{
	struct mxw_dnsbl *engine = waiter->context;

	if (waiter->tag >> 8 != (engine->generation & 0xffffff))
		return; /* lists have other numbers now */
	if ((waiter->tag >> 5 & 7) == MXW_TAG_SOURCE)
		source_answered(engine, waiter->tag & 31, waiter->cookie, answer);
	else
		mxw_dnsbl_probed(engine, waiter, answer);
}
