/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine from inside: dnsbl.c (sources), dnsbl_admit.c (those that wait, and which lists they
 * need), dnsbl_ask.c (their questions and answers), dnsbl_lists.c (probes, canaries, control samples,
 * suspicions), dnsbl_setup.c (beginning, change, end). For those alone.
 */
#ifndef MXW_DNSBL_INSIDE_H
#define MXW_DNSBL_INSIDE_H

#include "sources/dnsbl.h"
#include "sources/dnsbl_cache.h"
#include "sources/dnsbl_nets.h"

#define MXW_TICK (100000000ULL) /* ns */
#define MXW_LEAD (5 * MXW_TICKS_SECOND) /* ahead of the end of an answer, and up to twice that */
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
	uint32_t allows; /* bit per list that can only speak for a source */
	uint32_t present_at; /* tick at which a source was seen to be present last; 0 = never */
	struct mxw_nets nets;
	uint64_t began; /* ns; tick 0 */
	uint64_t random;
};

/* What a question was for. */
enum mxw_tag_kind {
	MXW_TAG_SOURCE, /* cookie: the source's key */
	MXW_TAG_PROBE, /* cookie: enum mxw_dnsbl_probe */
	MXW_TAG_CANARY,
	MXW_TAG_CONTROL, /* cookie: group and range of struct mxw_control_question */
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

/* Called with the answers to probes, canaries and controls. */
void mxw_dnsbl_probed(struct mxw_dnsbl *engine, const struct mxw_resolver_waiter *waiter,
		      const struct mxw_dns_answer *answer);

/* dnsbl_ask.c */

/* The address behind a source; of an IPv6 one, the last host seen. */
void mxw_dnsbl_address(const struct mxw_source *source, uint8_t addr[16]);

/* What to ask the list for. Returns 0, or an error: the name is too long with this zone. */
int mxw_dnsbl_question(const struct mxw_dnsbl *engine, uint32_t number, unsigned int list,
		       char name[MXW_DNS_NAME]);

/* Asks the lists, a bit each, about the source. */
void mxw_dnsbl_ask(struct mxw_dnsbl *engine, uint32_t number, uint32_t lists);

/* The one function that the resolver calls. */
void mxw_dnsbl_on_answer(const struct mxw_resolver_waiter *waiter,
			 const struct mxw_dns_answer *answer);

/* dnsbl_admit.c */

/* Which lists a source needs now, a bit each, and what they are asked for. */
struct mxw_need {
	uint32_t lists;
	uint32_t dry; /* needed too, but their day's budget has nothing left for it */
	uint32_t moot; /* allow lists that it can do without */
	enum mxw_purpose purpose;
};

struct mxw_need mxw_dnsbl_need(struct mxw_dnsbl *engine, uint32_t number);

/* It is as if the lists that it needs or could use, but does not get, were not there, for this
 * source and for now. */
void mxw_dnsbl_skip(struct mxw_dnsbl *engine, uint32_t number, const struct mxw_need *need);

bool mxw_dnsbl_is_present(const struct mxw_dnsbl *engine, const struct mxw_source *source);
enum mxw_rank mxw_dnsbl_rank(const struct mxw_dnsbl *engine, const struct mxw_source *source);

/* The source has that rank now, unless its own is higher. If it waits, it moves up. */
void mxw_dnsbl_raise(struct mxw_dnsbl *engine, uint32_t number, enum mxw_rank rank);

/* Has the source wait for its turn; first: before all of its rank. If there is no room, the
 * newest of the lowest rank is shed. False: that is this one, and it may be forgotten. */
bool mxw_dnsbl_wait(struct mxw_dnsbl *engine, uint32_t number, bool first);

/* Asks about those that wait, as far as budgets and room go. */
void mxw_dnsbl_serve(struct mxw_dnsbl *engine);

/* Gives up those that have waited too long. */
void mxw_dnsbl_shed_old(struct mxw_dnsbl *engine);

/* dnsbl.c */

/* Nothing is pending for a source that is owed: has it wait for what it needs next, or tells. */
void mxw_dnsbl_settle(struct mxw_dnsbl *engine, uint32_t number);

/* Nothing is to be asked about it any more: it is told. */
void mxw_dnsbl_finish(struct mxw_dnsbl *engine, uint32_t number);

/* Nothing is to be asked about it for now, and it is not told: it is looked at when what is known
 * of it ends, or is forgotten. */
void mxw_dnsbl_leave(struct mxw_dnsbl *engine, uint32_t number);

/* Ticks until a part is told. */
static inline uint32_t mxw_dnsbl_patience(const struct mxw_dnsbl *engine)
{
	return (uint32_t)(engine->setup.patience / MXW_TICK);
}

/* What the lists said about it, and what that comes to. */
void mxw_dnsbl_add_up(const struct mxw_dnsbl *engine, uint32_t number,
		      struct mxw_dnsbl_score *score);

/* Tells what is known about the source now, and whether a list has been withdrawn. */
void mxw_dnsbl_tell(struct mxw_dnsbl *engine, uint32_t number, bool withdrawn);

/* Tag and back. */
static inline uint32_t mxw_dnsbl_tag(const struct mxw_dnsbl *engine, enum mxw_tag_kind kind,
				     unsigned int list)
{
	return engine->generation << 8 | (uint32_t)kind << 5 | list;
}

#endif
