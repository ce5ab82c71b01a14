/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lane: one c-ares channel with its sockets on the loop. For dnsbl_resolver*.c alone. What
 * differs between versions of c-ares is in sources/dnsbl_resolver_cares.h.
 *
 * c-ares keeps its UDP socket, and with it the source port, until a channel has nothing
 * in flight. So the resolver has several lanes and lets one rest after many questions: the
 * port is not a long-lived secret, and no socket has more in flight than its buffer holds.
 */
#ifndef MXW_DNSBL_RESOLVER_LANE_H
#define MXW_DNSBL_RESOLVER_LANE_H

#include <sys/queue.h>
#include <ares.h>
#include <uv.h>

#include "base/err.h"
#include "sources/dnsbl_resolver_cares.h"

struct mxw_lane_socket {
	LIST_ENTRY(mxw_lane_socket) link;
	uv_poll_t poll;
	struct mxw_lane *lane;
	ares_socket_t fd;
};

LIST_HEAD(mxw_lane_sockets, mxw_lane_socket);

/* What the resolver wants to know of its lanes. */
struct mxw_lane_events {
	void *context;
	void (*worked)(void *context); /* a socket was served: answers may be in */
	void (*opened)(void *context); /* one handle more on the loop */
	void (*closed)(void *context); /* one less */
};

struct mxw_lane {
	ares_channel channel;
	uv_loop_t *loop;
	const struct mxw_lane_events *events;
	struct mxw_lane_sockets sockets;
	unsigned int in_flight, uses; /* the resolver counts them */
};

/* Opens a channel with the servers of the rules. timeout: ms of the first try at each, see
 * sources/dnsbl_resolver_cares.h. events outlives the lane. Returns 0, or MXW_E_FAIL or MXW_E_USAGE with a
 * sentence. */
int mxw_lane_open(struct mxw_lane *lane, uv_loop_t *loop, const struct mxw_resolver_rules *rules,
		  int timeout, struct mxw_err *err);

/* Another channel by other rules in place of the one it has, which ends. After an error it is as
 * before. */
int mxw_lane_renew(struct mxw_lane *lane, const struct mxw_resolver_rules *rules, int timeout,
		   struct mxw_err *err);

/* Ends the channel: what is in flight is answered with ARES_EDESTRUCTION. Its sockets'
 * handles close on the loop. */
void mxw_lane_close(struct mxw_lane *lane);

/* Has c-ares look at its time-outs. */
void mxw_lane_tick(struct mxw_lane *lane);

#endif
