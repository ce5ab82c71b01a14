/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of the DNS lists in a world of its own: a clock that the test sets, and lists
 * that answer as the test tells them to.
 */
#ifndef MXW_LISTS_H
#define MXW_LISTS_H

#include "policy/sanction.h"
#include "sources/dnsbl.h"

#define LISTS_MOST 8
#define LISTS_QUEUE 65536
#define SECOND 1000000000ULL

/* How a list answers about sources; to probes it is as RFC 5782 wants unless it lies. */
enum manner {
	HONEST, /* 198.51.100.0/24, 2001:db8:bad::/48 and evil.test are listed with code */
	SILENT, /* no answer by the deadline of 10 s */
	FAILING, /* SERVFAIL */
	LISTS_ALL, /* everything, probes too */
	LISTS_REAL, /* every real source; probes are right */
	LISTS_NONE, /* nothing, not even 127.0.0.2 */
	HIJACKED, /* 203.0.113.5 for everything */
	DROPPED, /* the resolver has no time for it */
	NO_ROOM, /* the resolver takes no question */
};

struct list {
	enum manner manner;
	uint32_t code; /* host order; 0 = 127.0.0.2 */
	uint32_t ttl; /* s */
	uint64_t asked; /* questions, and those of the last whole second */
	uint64_t second, in_second, most_in_second;
};

struct question {
	struct mxw_resolver_waiter waiter;
	char name[80];
	uint64_t answer_at; /* ns */
};

struct world {
	struct mxw_dnsbl *engine;
	struct mxw_dnsbl_setup setup;
	struct list list[LISTS_MOST];
	uint64_t now, latency; /* ns */
	struct question *question; /* a ring of LISTS_QUEUE */
	uint32_t first, count;
	uint64_t spared; /* a key that is; 0 = none */
	int32_t beside; /* what speaks against every source beside the lists */
	bool no_room; /* for sources that are not present */
	/* what the engine has told */
	unsigned int told, partly, withdrawn, went_online, went_offline;
	unsigned int suspected, cleared;
	struct mxw_dnsbl_opinion last;
	struct mxw_sanction sanction; /* about the last, by the default policy */
	unsigned int drops; /* decisions to drop so far */
};

/* Opens an engine with these sites; change world->setup before by setup(), which may be
 * NULL. Lists are honest, with a TTL of 300 s and answers after 5 ms. */
void world_open(struct world *world, const char *sites, void (*setup)(struct world *world));
void world_close(struct world *world);

/* Fills setup->plan from sites, and the rest with defaults; but rounds have no control sample, so
 * that tests can count questions. */
void world_setup(struct mxw_dnsbl_setup *setup, const char *sites);

/* Lets time pass, with a tick every 100 ms and answers when they are due. */
void world_run(struct world *world, uint64_t ns);

/* A connection from the address in text; the same of another rank. */
enum mxw_seen world_seen(struct world *world, const char *address);
enum mxw_seen world_seen_as(struct world *world, const char *address, enum mxw_rank rank);

#endif
