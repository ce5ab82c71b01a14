/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs have in common that drive an engine of sources, with the real resolver, by
 * lines on standard input. These lines mean the same to all of them:
 *
 *   wait MS        lets time pass                   settle       until nothing is waited for
 *   online         until all lists are              ! COMMAND    to the shell
 *
 * Whatever goes wrong ends the program with a sentence and exit code 1.
 */
#ifndef MXW_TESTS_DRIVER_H
#define MXW_TESTS_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "sources/dnsbl.h"

#define MS 1000000ULL /* ns */

/* What the loop calls of a program; context goes with every call. */
struct driver_calls {
	void (*tick)(void *context); /* every 100 ms */
	bool (*settled)(const void *context); /* nothing is waited for */
	void (*obey)(void *context, char *line); /* a line that is none of the above */
};

struct driver {
	uv_loop_t loop;
	uv_timer_t ticker;
	struct mxw_resolver *resolver; /* from driver_open() on */
	struct mxw_resolver_rules rules; /* to be set before that */
	const struct mxw_dnsbl *lists; /* the engine of the lists, to be set before driver_run() */
	const struct driver_calls *calls; /* of driver_run() */
	void *context;
};

void driver_die(const char *what) __attribute__((noreturn));

/* Words of the command line: a number up to 2^40, an address as an engine wants it, one server
 * more ("ADDR:PORT", which is cut), and lists. */
uint64_t driver_number(const char *text);
void driver_address(const char *text, uint8_t addr[16]);
void driver_server(struct mxw_resolver_rules *rules, char *text);
void driver_plan(const char *text, struct mxw_dnsbl_plan *plan);

/* For an engine's outside: the time, and a line "list ZONE online|offline WORD [withdraw]". */
uint64_t driver_now(void *context);
void driver_print_health(const struct driver *driver, unsigned int list,
			 const struct mxw_health_change *change);

/* Opens the loop and the resolver. */
void driver_open(struct driver *driver);

/* Obeys standard input to its end and closes what driver_open() has opened: the engine can be
 * freed then. */
void driver_run(struct driver *driver, const struct driver_calls *calls, void *context);

/* Lets the loop go on until nothing is waited for, 60 s at most. */
void driver_settle(struct driver *driver);

#endif
