/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of the DNS lists: it hears of sources, asks the lists, remembers what they say,
 * watches over their health, and tells what all of it comes to. It decides nothing about a
 * source: policy/sanction.h does.
 *
 * Budgets are spent on whole verdicts. A source waits in the queue of its rank until every list
 * that it needs may be asked, and then all of them are. Allow lists are a second stage: they are
 * asked about a source that something speaks against, before it is told; and about a clean one
 * while their quota is plenty, if it is present (or nothing tells which sources are).
 *
 * One thread. It reads no clock and asks no resolver but through struct mxw_dnsbl_outside.
 * Its callbacks must not call it, but for what takes a const engine.
 */
#ifndef MXW_DNSBL_H
#define MXW_DNSBL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/dnsbl_score.h"
#include "policy/list_health.h"
#include "policy/rank.h"
#include "sources/dnsbl_resolver.h"
#include "sources/dnsbl_stats.h"

#define MXW_DNSBL_CANARIES 64

struct mxw_dnsbl;

/* What it has to say about a source. */
struct mxw_dnsbl_opinion {
	uint64_t key; /* bpf/key.h; of a name, mxw_dnsbl_name_key() */
	uint8_t addr[16]; /* that was asked for, network order, IPv4 as ::ffff:a.b.c.d; nothing
			     of a name */
	struct mxw_dnsbl_score score; /* partial: this is not all, more will be told */
	bool complete; /* nothing more is to be waited for now */
	bool present; /* it has completed a connection within the last 24 hours */
	bool withdrawn; /* a list that had it listed is not believed any more: what stands is to
			   be decided again, by this alone */
};

/* What the engine needs from outside; context goes with every call. */
struct mxw_dnsbl_outside {
	void *context;
	/* CLOCK_MONOTONIC ns, > 0. */
	uint64_t (*now)(void *context);
	/* As mxw_resolver_ask() for type A. */
	int (*ask)(void *context, const char *name, bool urgent,
		   const struct mxw_resolver_waiter *waiter);
	/* How many questions have room with the servers now, so that none waits behind
	 * another: for sources that are present, and for others. NULL: enough. */
	unsigned int (*room)(void *context, bool present);
	/* What else speaks against the source; <= 0: nothing. NULL: nothing ever does. */
	int32_t (*beside)(void *context, uint64_t key);
	/* Whether the source is never to be asked about: own, allow-listed. */
	bool (*spared)(void *context, uint64_t key);
	/* All that was asked about the source is in, or the patience with the rest is over, or
	 * it has changed. */
	void (*told)(void *context, const struct mxw_dnsbl_opinion *opinion);
	/* A list went online or offline, is suspected, or is not any more. With change->withdraw what it said is not to be
	 * believed any more: told() will be called again for the sources it had listed. */
	void (*health)(void *context, unsigned int list, const struct mxw_health_change *change);
};

/* Copied. It is large: keep it off the stack. */
struct mxw_dnsbl_setup {
	struct mxw_dnsbl_plan plan;
	bool names; /* the lists are of host names (RHSBL): the engine is asked with
		       mxw_dnsbl_seen_name() alone. Never changes. */
	struct mxw_dnsbl_ttls ttls;
	struct mxw_health_rules health[MXW_DNSBL_ZONES]; /* of plan.sites.zone[] */
	uint8_t canary[MXW_DNSBL_CANARIES][16]; /* known good senders, as addr above */
	unsigned int canary_count;
	uint32_t queue; /* sources that may wait to be asked about; > 0 */
	int32_t suspect; /* from this sum of weights > 0 and of what is beside on, allow lists
			    are asked; > 0 */
	uint32_t sources; /* to remember at most, 16..2^28: 64 bytes and 6 a list for each; a
			     name takes 190 more */
	uint64_t patience; /* ns until a part is told; >= 100 ms */
	uint64_t retain; /* ns that a listed source is remembered after its answers have ended:
			    the longest life of a decision, which a list may have to take back */
};

/* What a call of mxw_dnsbl_seen() led to. */
enum mxw_seen {
	MXW_SEEN_SPARED, /* no list can know it, or it is spared: no opinion */
	MXW_SEEN_WAIT, /* lists are being asked; told() will be called */
	MXW_SEEN_READY, /* all that can be known is known: mxw_dnsbl_opinion() */
	MXW_SEEN_SHED, /* the queue is full: it is not asked about; see it again later */
};

/* Fills the rules for all lists of setup->plan from known_lists.h and defaults, TTLs, no
 * canaries, 20 000 that wait, suspect from 1 on, 1 000 000 sources, 2 s and 1 h. The plan has to be made, and names to be set. */
void mxw_dnsbl_setup_defaults(struct mxw_dnsbl_setup *setup);

/* Returns 0 with *out, or MXW_E_FAIL or MXW_E_USAGE with a sentence. It asks the first
 * probes at the first tick; no list counts before they are answered. */
int mxw_dnsbl_create(struct mxw_dnsbl **out, const struct mxw_dnsbl_setup *setup,
		     const struct mxw_dnsbl_outside *outside, struct mxw_err *err);

/* Takes a new setup. Lists that are in both, by name, keep health, budgets, statistics and
 * answers. Returns as mxw_dnsbl_create(); on failure nothing has changed. */
int mxw_dnsbl_retune(struct mxw_dnsbl *engine, const struct mxw_dnsbl_setup *setup,
		     struct mxw_err *err);

/* The resolver has to be closed before, or nothing in flight. NULL is allowed. */
void mxw_dnsbl_free(struct mxw_dnsbl *engine);

/* To be called every 100 ms, or so. */
void mxw_dnsbl_tick(struct mxw_dnsbl *engine);

/* A connection from the source, or a SYN; addr as above. One that waits and has risen in rank
 * moves up. told() may be called for sources that waited. */
enum mxw_seen mxw_dnsbl_seen(struct mxw_dnsbl *engine, const uint8_t addr[16], enum mxw_rank rank);

/* The same for a host name, in an engine of names; as policy/names.h has it, and short enough
 * for one. Nobody is spared. */
enum mxw_seen mxw_dnsbl_seen_name(struct mxw_dnsbl *engine, const char *name, enum mxw_rank rank);

/* Evidence beside the lists has changed: asks the lists that are to be asked now. SPARED: the source
 * is not known. */
enum mxw_seen mxw_dnsbl_again(struct mxw_dnsbl *engine, uint64_t key);

/* Whether any source was seen to be present in the last hour: only then is the rest less than that. Where
 * connections are not seen any more, it is not known who is. */
bool mxw_dnsbl_knows_presence(const struct mxw_dnsbl *engine);

/* What the name is known by, in this engine alone; never 0. */
uint64_t mxw_dnsbl_name_key(const struct mxw_dnsbl *engine, const char *name);

/* The opinion of now. False if the source is not known. */
bool mxw_dnsbl_opinion(const struct mxw_dnsbl *engine, uint64_t key,
		       struct mxw_dnsbl_opinion *opinion);

/* plan.port_25_only from now on. Opinions that were given before are not taken back. */
void mxw_dnsbl_port_25_only(struct mxw_dnsbl *engine, bool only);

/* Has the list examined, and shown as suspected until that is over; see list_health.h. */
void mxw_dnsbl_suspect(struct mxw_dnsbl *engine, unsigned int list, enum mxw_suspicion why);

/* In force; lists are numbered as plan.sites.zone[]. */
const struct mxw_dnsbl_setup *mxw_dnsbl_setup_of(const struct mxw_dnsbl *engine);
const struct mxw_list_health *mxw_dnsbl_health(const struct mxw_dnsbl *engine, unsigned int list);
const struct mxw_dnsbl_stats *mxw_dnsbl_stats(const struct mxw_dnsbl *engine, unsigned int list);

/* Queries of the last 24 hours, as mxw_budget_spent(); and those of a process before this one,
 * as mxw_budget_spent_before(). */
void mxw_dnsbl_spent(struct mxw_dnsbl *engine, unsigned int list, uint32_t spent[MXW_BUDGET_SLOTS]);
void mxw_dnsbl_spent_before(struct mxw_dnsbl *engine, unsigned int list,
			    const uint32_t spent[MXW_BUDGET_SLOTS], uint64_t age);

/* Their sum, and that quota's limit (0 = none). */
uint32_t mxw_dnsbl_used_today(struct mxw_dnsbl *engine, unsigned int list, uint32_t *limit);

/* How many queries each share of the quota's flow has left now, by enum mxw_flow_share; UINT32_MAX without
 * a limit. */
void mxw_dnsbl_flow_left(struct mxw_dnsbl *engine, unsigned int list,
			 uint32_t left[MXW_FLOW_SHARES]);

/* Takes a query from the list's budgets that the caller asks himself, on the operator's
 * behalf. Whether he may. */
enum mxw_ask mxw_dnsbl_spend(struct mxw_dnsbl *engine, unsigned int list);

struct mxw_dnsbl_counts {
	uint32_t sources, capacity; /* remembered */
	uint64_t seen, asked_about; /* events; those that made a list be asked */
	uint64_t told, told_partly; /* calls of told() */
	uint64_t refreshed; /* sources asked about again ahead of time */
	/* by enum mxw_rank */
	uint64_t admitted[MXW_RANKS]; /* sources for which lists were asked */
	uint64_t shed[MXW_RANKS]; /* that waited, and were given up: too many, or too long */
	uint32_t waiting[MXW_RANKS]; /* now */
	uint64_t evicted; /* sources forgotten to make room */
	uint64_t withdrawn; /* answers taken back with their lists */
};

struct mxw_dnsbl_counts mxw_dnsbl_counts(const struct mxw_dnsbl *engine);

#endif
