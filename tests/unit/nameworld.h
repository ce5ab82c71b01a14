/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of names in a world without a network: each name of the DNS is a row, and answers
 * come when the test lets time pass.
 */
#ifndef MXW_NAMEWORLD_H
#define MXW_NAMEWORLD_H

#include "base/clock.h"
#include "sources/names.h"

#define NAMEWORLD_QUEUE 4096
#define MUTE 99 /* as rcode: no answer for 10 s, and none then */
#define SLOW 98 /* as rcode: the answer comes after 5 s */

/* A name of the DNS. What has no row does not exist. */
struct row {
	const char *name;
	enum mxw_dns_type type;
	unsigned int rcode; /* or MUTE, or SLOW */
	const char *text; /* PTR */
	uint32_t address; /* A, or the last octet of an AAAA of 2001:db8:bad:1:: */
	size_t count; /* 0 = 1 */
};

struct question {
	struct mxw_resolver_waiter waiter;
	char name[256];
	enum mxw_dns_type type;
	uint64_t asked;
};

struct nameworld {
	struct mxw_names *names;
	const struct row *row;
	size_t row_count;
	uint64_t now;
	struct question question[NAMEWORLD_QUEUE];
	unsigned int count, asked, asked_ptr;
	bool full; /* the resolver takes nothing */
	unsigned int told, done;
	uint64_t told_key;
};

/* Opens the engine with these lists of names, weights of 2, 1 and -1 between -2 and 3, 20 jobs
 * and 2 s of patience, and lets a second pass. There is one world. rows stay the caller's. */
struct nameworld *nameworld_open(const struct row *rows, size_t count, const char *sites);
void nameworld_close(struct nameworld *world);

/* That setup. */
void nameworld_setup(struct mxw_names_setup *setup, const char *sites);

/* Lets time pass, with a tick every 100 ms. */
void nameworld_run(struct nameworld *world, uint64_t ns);

/* A SYN from the address in text, which may be forged. */
enum mxw_seen nameworld_seen_syn(struct nameworld *world, const char *address);

/* A connection from the address in text. */
enum mxw_seen nameworld_seen(struct nameworld *world, const char *address);

#endif
