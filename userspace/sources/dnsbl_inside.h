/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine from inside: dnsbl.c (sources), dnsbl_ask.c (their questions and answers),
 * dnsbl_lists.c (probes, canaries, trips), dnsbl_setup.c (beginning, change, end). For those
 * alone.
 */
#ifndef MXW_DNSBL_INSIDE_H
#define MXW_DNSBL_INSIDE_H

#include "sources/dnsbl.h"
#include "sources/dnsbl_cache.h"

#define MXW_TICK (100000000ULL) /* ns */
_Static_assert(MXW_TICK *MXW_TICKS_SECOND == 1000000000ULL, "ticks of a second");

struct mxw_dnsbl {
	struct mxw_dnsbl_setup setup;
	struct mxw_dnsbl_outside outside;
	struct mxw_cache cache;
	char (*name)[MXW_DNSBL_ZONE_TEXT]; /* by the source's number; NULL unless setup.names */
	struct mxw_list_health health[MXW_DNSBL_ZONES];
	struct mxw_dnsbl_stats stats[MXW_DNSBL_ZONES];
	struct mxw_dnsbl_counts counts;
	uint32_t lists;
	uint32_t generation; /* of the setup; part of the tags */
	uint32_t withdrawing; /* bit per list whose listings are being forgotten */
	uint32_t withdraw_at; /* the next source to look at */
	uint32_t spent; /* bit per list whose day's budget is spent, as seen last */
	uint64_t began; /* ns; tick 0 */
	uint64_t random;
};

/* What a question was for. */
enum mxw_tag_kind {
	MXW_TAG_SOURCE, /* cookie: the source's key */
	MXW_TAG_PROBE, /* cookie: enum mxw_dnsbl_probe */
	MXW_TAG_CANARY,
};

/* What became of a question. */
enum mxw_asked {
	MXW_ASKED_SENT,
	MXW_ASKED_LATER, /* this second's budget is spent */
	MXW_ASKED_NOT, /* the list is offline, over its day's budget or knows no IPv6 */
	MXW_ASKED_NO_ROOM, /* the resolver is full */
};

static inline uint64_t mxw_dnsbl_now(const struct mxw_dnsbl *engine)
{
	return engine->outside.now(engine->outside.context);
}

static inline uint32_t mxw_dnsbl_ticks(const struct mxw_dnsbl *engine)
{
	return (uint32_t)((mxw_dnsbl_now(engine) - engine->began) / MXW_TICK) + 1;
}

static inline uint32_t mxw_dnsbl_random(struct mxw_dnsbl *engine)
{
	engine->random = engine->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(engine->random >> 33);
}

/* Whether a list has to know IPv6 to be asked about the source. */
static inline bool mxw_dnsbl_is_ipv6(const struct mxw_dnsbl *engine,
				     const struct mxw_source *source)
{
	return !engine->setup.names && source->key >> 32 != 0;
}

/* dnsbl_lists.c */

/* Gives a question to the resolver, and counts it. False: there is no room. */
bool mxw_dnsbl_send(struct mxw_dnsbl *engine, unsigned int list, const char *name,
		    enum mxw_tag_kind kind, uint64_t cookie);

/* What the resolver brought, for policy/dnsbl_answer.h. False: it was never asked, or for
 * reasons of this machine; then nobody is to be judged by it. */
bool mxw_dnsbl_reply(const struct mxw_dns_answer *answer, struct mxw_dnsbl_reply *reply);

/* Probes that are due, and the forgetting of what is withdrawn. */
void mxw_dnsbl_tend_lists(struct mxw_dnsbl *engine);

/* Acts on what an answer has changed about the list. */
void mxw_dnsbl_health_changed(struct mxw_dnsbl *engine, unsigned int list,
			      struct mxw_health_change change);

/* Called with the answers to probes and canaries. */
void mxw_dnsbl_probed(struct mxw_dnsbl *engine, const struct mxw_resolver_waiter *waiter,
		      const struct mxw_dns_answer *answer);

/* dnsbl_ask.c */

/* The address behind a source; of an IPv6 one, the last host seen. */
void mxw_dnsbl_address(const struct mxw_source *source, uint8_t addr[16]);

/* Asks those lists about the source whose answers end by the tick. Returns how many are asked
 * now; *later if there are some to ask in a moment. */
unsigned int mxw_dnsbl_ask(struct mxw_dnsbl *engine, uint32_t number, uint32_t by,
			   enum mxw_purpose purpose, bool *later);

/* The one function that the resolver calls. */
void mxw_dnsbl_on_answer(const struct mxw_resolver_waiter *waiter,
			 const struct mxw_dns_answer *answer);

/* dnsbl.c */

/* Nothing is pending for a source that is owed: asks what could not be asked before, or
 * tells. */
void mxw_dnsbl_settle(struct mxw_dnsbl *engine, uint32_t number);

/* Tells what is known about the source now, and whether a list has been withdrawn. */
void mxw_dnsbl_tell(struct mxw_dnsbl *engine, uint32_t number, bool withdrawn);

/* Tag and back. */
static inline uint32_t mxw_dnsbl_tag(const struct mxw_dnsbl *engine, enum mxw_tag_kind kind,
				     unsigned int list)
{
	return engine->generation << 8 | (uint32_t)kind << 5 | list;
}

#endif
