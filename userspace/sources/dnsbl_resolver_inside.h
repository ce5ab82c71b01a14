/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolver from inside. For dnsbl_resolver*.c alone.
 */
#ifndef MXW_DNSBL_RESOLVER_INSIDE_H
#define MXW_DNSBL_RESOLVER_INSIDE_H

#include <stdbool.h>
#include <uv.h>

#include "sources/dnsbl_questions.h"
#include "sources/dnsbl_resolver_lane.h"

#define MXW_LANE_IN_FLIGHT 100 /* more in one socket's buffer loses datagrams */
#define MXW_LANES (MXW_RESOLVER_IN_FLIGHT / MXW_LANE_IN_FLIGHT + 2)
#define MXW_RESOLVER_TICK 50 /* ms */

struct mxw_resolver {
	struct mxw_resolver_rules rules;
	struct mxw_questions questions;
	struct mxw_resolver_counts counts;
	struct mxw_lane_events events;
	struct mxw_lane lane[MXW_LANES];
	unsigned int lane_count;
	uv_prepare_t prepare; /* before the loop sleeps */
	uv_idle_t idle; /* while it must not sleep */
	uv_timer_t timer; /* while something is in flight */
	unsigned int handles; /* open on the loop */
	bool delivering, closing;
	void (*closed)(void *context);
	void *closed_context;
};

/* dnsbl_resolver.c: sends what there is room for and calls the waiters that have an answer. */
void mxw_resolver_work(void *context);
void mxw_resolver_prepare(uv_prepare_t *prepare);

/* A handle of the resolver is closed; with the last one its memory goes. */
void mxw_resolver_handle_closed(void *context);

/* dnsbl_resolver_open.c: ends the channels; neither they nor a waiter is on the stack. */
void mxw_resolver_shut_down(struct mxw_resolver *resolver);

#endif
