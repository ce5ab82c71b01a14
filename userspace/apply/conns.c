// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connections at once. The kernel's list of its sockets is counted again each time, so nothing
 * that was missed or killed in between can make the numbers wrong. Called by xdpctl.
 */
#include <stdlib.h>

#include "apply/limits.h"
#include "base/addr.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "bpf/limit_key.h"
#include "host/sockets.h"

#define PRESSED_PERCENT 75 /* of a listener's room */

/* The sources of all connections, and then their nets. */
struct census {
	const struct mxw_config *config;
	uint64_t *keys;
	size_t count, capacity;
	struct mxw_conns_round *round;
	bool failed; /* out of memory */
};

bool mxw_limits_protects(const struct mxw_config *config, uint16_t port)
{
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		for (int p = 0; p < MXW_MAX_PORTS && config->slots[i].ifindex; p++)
			if (config->slots[i].ports[p] == port)
				return port != 0;
	return false;
}

static void forget_port(struct mxw_uncounted *out, uint16_t port)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->ports[i] == port) {
			out->ports[i] = out->ports[--out->count];
			return;
		}
}

/* Every protected port, once. */
static void list_ports(const struct mxw_config *config, struct mxw_uncounted *out)
{
	out->count = 0;
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		for (int p = 0; p < MXW_MAX_PORTS && config->slots[i].ifindex; p++) {
			forget_port(out, config->slots[i].ports[p]);
			if (config->slots[i].ports[p])
				out->ports[out->count++] = config->slots[i].ports[p];
		}
}

static void hear(void *context, const struct mxw_socket *socket)
{
	if (socket->listening)
		forget_port(context, socket->port);
}

int mxw_conns_uncounted(const struct mxw_config *config, struct mxw_uncounted *out,
			struct mxw_err *err)
{
	list_ports(config, out);
	return mxw_sockets_each(hear, out, err);
}

static void see_listener(struct mxw_conns_round *round, const struct mxw_socket *socket)
{
	if ((uint64_t)socket->queued * 100 >= (uint64_t)socket->room * PRESSED_PERCENT &&
	    socket->queued)
		round->pressed = true;
	if (socket->queued < round->backlog)
		return;
	round->backlog = socket->queued;
	round->backlog_most = socket->room;
}

static void see(void *context, const struct mxw_socket *socket)
{
	struct census *census = context;
	uint64_t *key;

	if (!mxw_limits_protects(census->config, socket->port))
		return;
	hear(&census->round->uncounted, socket);
	if (socket->listening) {
		see_listener(census->round, socket);
		return;
	}
	key = mxw_grow((void **)&census->keys, census->count, &census->capacity, sizeof(*key));
	if (!key) {
		census->failed = true;
		return;
	}
	*key = mxw_addr_key(socket->peer);
	census->count++;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Marks every key that is there most times or more; *marked: how many. */
static int mark_full(struct mxw_limits_view *view, struct census *census, uint32_t most,
		     uint64_t *marked, struct mxw_err *err)
{
	struct mxw_mark mark = { .expires_ns = mxw_clock_mono() + MXW_CONNS_SECONDS * MXW_SECOND };
	int error = MXW_OK;

	if (!most || !census->count)
		return MXW_OK;
	qsort(census->keys, census->count, sizeof(*census->keys), compare);
	for (size_t i = 0, next; i < census->count && !error; i = next) {
		for (next = i; next < census->count && census->keys[next] == census->keys[i];)
			next++;
		if (next - i < most)
			continue;
		mark.full = 1;
		error = mxw_marks_put(view, census->keys[i], &mark, err);
		(*marked)++;
	}
	return error;
}

int mxw_conns_count(struct mxw_limits_view *view, const struct mxw_config *config,
		    struct mxw_conns_round *round, struct mxw_err *err)
{
	const struct mxw_limits *limits = mxw_limits_now(view);
	struct census census = { .config = config, .round = round };
	int error;

	*round = (struct mxw_conns_round){ 0 };
	if (limits->conns_mode != MXW_LIMIT_OFF)
		list_ports(config, &round->uncounted);
	error = mxw_sockets_each(see, &census, err);
	if (!error && census.failed)
		error = mxw_fail(err, MXW_E_FAIL, "out of memory");
	round->connections = census.count;
	if (!error && limits->conns_mode != MXW_LIMIT_OFF)
		error = mark_full(view, &census, limits->conns_source, &round->sources, err);
	for (size_t i = 0; i < census.count; i++)
		census.keys[i] = mxw_limit_net(census.keys[i]);
	if (!error && limits->conns_mode != MXW_LIMIT_OFF)
		error = mark_full(view, &census, limits->conns_net, &round->nets, err);
	if (round->pressed)
		mxw_limits_flood_until(view, mxw_limits_tick() + (MXW_CONNS_SECONDS * MXW_SECOND >>
								  MXW_TICK_SHIFT));
	mxw_marks_sweep(view, mxw_clock_mono());
	free(census.keys);
	return error;
}
