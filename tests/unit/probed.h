/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list that is probed and examined, in a world of its own: it behaves as the test says, and time
 * is what the test makes of it.
 */
#ifndef MXW_TESTS_PROBED_H
#define MXW_TESTS_PROBED_H

#include "policy/list_health.h"

#define SECOND 1000000000ULL

/* A list as it behaves, and the clock. */
struct probed {
	struct mxw_list_health health;
	uint64_t now;
	struct mxw_dnsbl_answer entry, loopback; /* to 127.0.0.2 and 127.0.0.1 */
	struct mxw_dnsbl_answer entry6, loopback6; /* the same for IPv6 */
	bool silent; /* answers nothing at all */
	bool nobody; /* lists addresses that nobody can have */
	bool ranges[MXW_CONTROL_RANGES]; /* ... of these ranges */
	unsigned int share; /* per cent of the addresses at random that it lists */
	enum mxw_dnsbl_fault fault; /* its answer to all but the test entries; FINE = none */
	unsigned int drawn, samples; /* addresses at random, all of the control sample */
	unsigned int online, offline, withdraw, suspected, cleared; /* changes seen */
	uint64_t changed; /* when the last one was */
};

/* Begins with an honest list; rules NULL = the default's. */
void probed_start(struct probed *world, const struct mxw_health_rules *rules);

/* Lets seconds pass, in steps as the engine's timer has them. */
void probed_pass(struct probed *world, unsigned int seconds);

/* An answer about a source. */
void probed_source(struct probed *world, struct mxw_dnsbl_answer answer);

/* Counts what a call has changed. */
void probed_change(struct probed *world, struct mxw_health_change change);

/* mxw_list_health_name() of it. */
const char *probed_name(const struct probed *world);

struct mxw_dnsbl_answer probed_listed(void);
struct mxw_dnsbl_answer probed_not_listed(void);
struct mxw_dnsbl_answer probed_error(enum mxw_dnsbl_fault fault);

#endif
