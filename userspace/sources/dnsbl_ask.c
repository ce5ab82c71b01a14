// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions about sources, and what becomes of the answers. Called by the engine and, with
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

int mxw_dnsbl_question(const struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
		       char name[MXW_DNS_NAME])
{
	const char *zone = engine->setup.plan.sites.zone[list];
	uint8_t addr[16];

	if (engine->setup.names)
		return mxw_dnsbl_domain_name(engine->name[number], zone, name);
	mxw_dnsbl_address(mxw_cache_source(&engine->cache, number), addr);
	return mxw_dnsbl_name(addr, zone, name);
}

static void ask_list(struct mxw_dnsbl *engine, uint32_t number, unsigned int list)
{
	struct mxw_source *source = mxw_cache_source(&engine->cache, number);
	char name[MXW_DNS_NAME];

	if (!mxw_dnsbl_question(engine, number, list, name) &&
	    mxw_dnsbl_send(engine, list, name, MXW_TAG_SOURCE, source->key))
		source->pending |= 1U << list;
	else
		keep_unasked(engine, number, list); /* no room */
}

void mxw_dnsbl_ask(struct mxw_dnsbl *engine, uint32_t number, uint32_t lists)
{
	for (uint32_t rest = lists; rest; rest &= rest - 1)
		ask_list(engine, number, (unsigned int)__builtin_ctz(rest));
}

/* An answer of a list about a source. It counts for the list's health in any case, and for the
 * source only if the list is believed. */
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
	mxw_dnsbl_serve(engine); /* there is room for another question */
}
