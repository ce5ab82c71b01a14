/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program whose limits enforce, with rates and a clock in the test's hands. Each SYN is
 * a new one, with a sequence number of its own, unless it is sent again. From a SYN that passes
 * comes a connection at once, as long as SYNs are not forged.
 */
#ifndef MXW_TESTS_LIMITER_H
#define MXW_TESTS_LIMITER_H

#include "tests/bpf/harness.h"

struct complete;

struct limiter {
	struct program program;
	struct complete *complete; /* what is done with completed connections */
	bool forged; /* no connection comes of a SYN */
	struct mxw_limits limits; /* as the program has them */
	struct packet packet; /* the last SYN */
	uint32_t sequence;
};

/* Starts with no limit, at time 0 + an hour. limit_lines: 0 = as the harness has it. */
void limiter_open(struct limiter *limiter, uint32_t limit_lines);
void limiter_close(struct limiter *limiter);

/* For cmocka: one limiter for a group of tests, and each test's beginning with an empty
 * table, no limits, at time 0. Skips the test where no program can be loaded. */
int limiter_setup(void **state);
int limiter_teardown(void **state);
struct limiter *limiter_fresh(void **state);
/* The same, in a flood. */
struct limiter *limiter_flooded(void **state);

/* Empties the limiter's table and what it counts, as after load. Rates and clock stay. */
void limiter_forget(struct limiter *limiter);

/* Per minute and burst for all ports without a set of their own, both families. */
void limiter_rate(struct limiter *limiter, enum mxw_limit_class class, enum mxw_limit_level level,
		  uint32_t per_minute, uint32_t burst);

/* The rate as the program takes it. */
struct mxw_rate limiter_make_rate(uint32_t per_minute, uint32_t burst);

/* To be called after limiter->limits was changed by hand. */
void limiter_write(struct limiter *limiter);

/* Makes the sources of a prefix sanctioned ones, until limiter_forget(). */
void limiter_list(struct limiter *limiter, const char *prefix);

/* The connection of the last SYN ends. */
void limiter_end(struct limiter *limiter);

/* The class that the controller has found for an IPv4 source, for a minute, until
 * limiter_forget(). */
void limiter_know(struct limiter *limiter, uint64_t key, enum mxw_limit_class class);

/* The time, in ms since the start. */
void limiter_at(struct limiter *limiter, uint64_t ms);

/* Whether a new SYN from source (IPv4 or IPv6) to port 25, or to port, passes. */
bool limiter_syn(struct limiter *limiter, const char *source);
bool limiter_syn_to(struct limiter *limiter, const char *source, uint16_t port);

/* Whether a packet of layers passes. */
bool limiter_send(struct limiter *limiter, const struct layer *layers);

/* The same SYN or packet once more. */
bool limiter_again(struct limiter *limiter);

/* How many of count new SYNs pass. */
unsigned int limiter_syns(struct limiter *limiter, const char *source, unsigned int count);

/* Packets counted under a reason since the start or limiter_forget(). */
uint64_t limiter_counted(struct limiter *limiter, enum mxw_reason reason);
void limiter_stats(struct limiter *limiter, struct mxw_limit_stats *stats);

/* Ticks that an account owes; key and salt as in bpf/limit_key.h. */
uint64_t limiter_owed(struct limiter *limiter, uint64_t source, enum mxw_limit_level level,
		      uint32_t salt);

/* Slots that were ever used. */
uint64_t limiter_slots_used(struct limiter *limiter);

#endif
