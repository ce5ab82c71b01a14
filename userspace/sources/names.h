/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of sources: the reverse name of an address, whether it leads back, and what lists
 * of names (RHSBL) say of it; and of the name that a client gives in HELO. It decides nothing:
 * what it finds is evidence for policy/sanction.h.
 *
 * All of it is bounded: sources that are looked up at a time, names of an address and
 * addresses of a name that are looked at, time, and memory. A name that cannot be looked up is
 * not known, and weighs nothing.
 *
 * One thread. It reads no clock and asks no resolver but through struct mxw_names_outside. Its
 * callbacks may call the functions here that take a const engine, and no others.
 */
#ifndef MXW_SOURCES_NAMES_H
#define MXW_SOURCES_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/names_score.h"
#include "sources/dnsbl.h"

#define MXW_NAMES_JOBS 1000 /* looked up at a time, at most */

struct mxw_names;

/* What the engine needs from outside; context goes with every call. */
struct mxw_names_outside {
	void *context;
	/* CLOCK_MONOTONIC ns, > 0. */
	uint64_t (*now)(void *context);
	/* As mxw_resolver_ask(); every waiter taken has to be called in the end. */
	int (*ask)(void *context, const char *name, enum mxw_dns_type type, bool urgent,
		   const struct mxw_resolver_waiter *waiter);
	/* What mxw_names_seen() was waited for is in, or the patience is over; or it came after
	 * that. */
	void (*told)(void *context, uint64_t key);
	/* A list of names went online or offline, as in struct mxw_dnsbl_outside. */
	void (*health)(void *context, unsigned int list, const struct mxw_health_change *change);
};

/* Copied. It is large: keep it off the stack. */
struct mxw_names_setup {
	bool on; /* otherwise nothing is looked up, and lists are not even probed */
	struct mxw_name_weights weights;
	struct mxw_dnsbl_setup lists; /* of names; may have none. Its ttls are those of reverse
					 names too, its sources the names to remember. */
	uint32_t sources; /* to remember, 1..2^24; some 216 bytes each */
	uint32_t jobs; /* sources and HELO names looked up at a time, 1..MXW_NAMES_JOBS. One that
			  got no answer counts for a minute: the resolver goes on with it */
	uint64_t patience; /* ns until a source is reported with what is there */
};

/* Returns 0 with *out, or MXW_E_FAIL or MXW_E_USAGE with a sentence. */
int mxw_names_create(struct mxw_names **out, const struct mxw_names_setup *setup,
		     const struct mxw_names_outside *outside, struct mxw_err *err);

/* Takes a new setup. Reverse names are forgotten if sources has changed, else everything stays.
 * Returns as mxw_names_create(); on failure nothing has changed. */
int mxw_names_retune(struct mxw_names *names, const struct mxw_names_setup *setup,
		     struct mxw_err *err);

/* The resolver has to be closed before, or nothing in flight. NULL is allowed. */
void mxw_names_free(struct mxw_names *names);

/* To be called every 100 ms, or so. */
void mxw_names_tick(struct mxw_names *names);

/* A connection from the source, or a SYN: 16 bytes, network order, IPv4 as ::ffff:a.b.c.d. An
 * IPv6 source is its /64 and has the names of the address that was looked up last. Of the jobs
 * sources that are not present get half, and those of an IPv6 /48 or IPv4 /24 eight. One for which
 * there is no room counts as waited for until the patience is over. */
enum mxw_seen mxw_names_seen(struct mxw_names *names, const uint8_t addr[16], enum mxw_rank rank);

/* What is known of the source's names now, which may be nothing. text is written to out. */
struct mxw_evidence mxw_names_evidence_of(const struct mxw_names *names, uint64_t key, char *out,
					  size_t size);

/* The lists of names, a bit each by their number, that have a line of weight > 0 for one of
 * those names. */
uint32_t mxw_names_against(const struct mxw_names *names, uint64_t key);

/* Who waits for lists' answers about a HELO name. */
struct mxw_names_asker {
	void (*done)(void *context, uint64_t cookie); /* called once, from the loop */
	void *context;
	uint64_t cookie;
};

/*
 * What a client said in HELO or EHLO, to be held against the lists of names. SPARED: it is not a
 * name that a list can know (an address literal, a single label, nonsense), or there is no list
 * or no room: no evidence. WAIT: asker->done is called when mxw_names_helo() has something to
 * say. READY: it has now.
 */
enum mxw_seen mxw_names_helo_seen(struct mxw_names *names, const char *helo,
				  const struct mxw_names_asker *asker);

/* What the lists say of the HELO name now. Only a list that speaks against it counts: anybody
 * can give anybody's name. */
struct mxw_evidence mxw_names_helo(const struct mxw_names *names, const char *helo, char *out,
				   size_t size);

/* The engine of the lists of names, for its health and statistics. */
struct mxw_dnsbl *mxw_names_lists(const struct mxw_names *names);

struct mxw_names_counts {
	uint64_t looked_up; /* sources whose PTR records were asked for */
	uint64_t found[MXW_REVERSE_KINDS]; /* what became of those */
	uint64_t helo; /* HELO names that lists were asked for */
	uint64_t unasked; /* there was no room here or at the resolver */
	uint64_t late; /* reported before all was in */
	uint32_t jobs; /* under way now */
	uint32_t resting; /* that are over without an answer, which the resolver still looks for */
};

struct mxw_names_counts mxw_names_counts(const struct mxw_names *names);

#endif
