/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that reports new sources to a controller that lives, on the limiter's clock; and
 * the controller's side of it. Heartbeat and known sources are on the kernel's clock.
 */
#ifndef MXW_TESTS_REPORTER_H
#define MXW_TESTS_REPORTER_H

#include "tests/bpf/limiter.h"

#define PLENTY 1000000 /* as budget */
#define RECORDS 64

struct sink {
	struct mxw_news record[RECORDS];
	size_t count;
	size_t present; /* reports of connections, which are none of these */
};

/* For cmocka after limiter_setup(): an empty table, a heartbeat of now, and plenty of budget. */
struct limiter *reporter_start(void **state, enum mxw_mode mode, uint32_t hold);

/* The config with the bit that a controller sets. To be called after entries were added. */
void reporter_want(struct limiter *limiter, enum mxw_mode mode);
void reporter_rules(struct limiter *limiter, uint32_t budget, uint32_t hold);

/* The controller was last alive so long ago; 0 ns of the clock for never. */
void reporter_beat(struct limiter *limiter, uint64_t ago_ns);
void reporter_never_beat(struct limiter *limiter);

/* A source that need not be held until then. */
void reporter_know(struct limiter *limiter, const char *source, uint64_t until);

/* The key of a whole address, and its 16 bytes if out is not NULL. */
uint64_t reporter_key(const char *source, uint8_t out[16]);

/* Empties the ring into *sink, which may be NULL; returns how many there were. */
size_t reporter_reports(struct limiter *limiter, struct sink *sink);
struct mxw_news_stats reporter_stats(struct limiter *limiter);

#endif
