// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Channels of c-ares on a libuv loop.
 */
#include <stdlib.h>

#include "sources/dnsbl_resolver_lane.h"

static void socket_closed(uv_handle_t *handle)
{
	struct mxw_lane_socket *sock = handle->data;

	sock->lane->events->closed(sock->lane->events->context);
	free(sock);
}

static void socket_ready(uv_poll_t *poll, int status, int events)
{
	struct mxw_lane_socket *sock = poll->data;
	struct mxw_lane *lane = sock->lane;
	ares_socket_t fd = sock->fd;
	bool readable = status < 0 || events & UV_READABLE, writable = events & UV_WRITABLE;

	/* sock may be closing after this. */
	ares_process_fd(lane->channel, readable ? fd : ARES_SOCKET_BAD,
			writable ? fd : ARES_SOCKET_BAD);
	lane->events->worked(lane->events->context);
}

static struct mxw_lane_socket *find_socket(struct mxw_lane *lane, ares_socket_t fd)
{
	struct mxw_lane_socket *sock;

	LIST_FOREACH(sock, &lane->sockets, link)
	if (sock->fd == fd)
		return sock;
	return NULL;
}

/* NULL without memory: then what is asked through it times out. */
static struct mxw_lane_socket *add_socket(struct mxw_lane *lane, ares_socket_t fd)
{
	struct mxw_lane_socket *sock = calloc(1, sizeof(*sock));

	if (!sock)
		return NULL;
	if (uv_poll_init_socket(lane->loop, &sock->poll, fd) < 0) {
		free(sock);
		return NULL;
	}
	sock->poll.data = sock;
	sock->lane = lane;
	sock->fd = fd;
	LIST_INSERT_HEAD(&lane->sockets, sock, link);
	lane->events->opened(lane->events->context);
	return sock;
}

static void close_socket(struct mxw_lane_socket *sock)
{
	LIST_REMOVE(sock, link);
	(void)uv_poll_stop(&sock->poll);
	uv_close((uv_handle_t *)&sock->poll, socket_closed);
}

/* c-ares opened the socket, wants other events of it, or is about to close it. */
static void socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct mxw_lane *lane = data;
	struct mxw_lane_socket *sock = find_socket(lane, fd);

	if (!readable && !writable) {
		if (sock)
			close_socket(sock);
		return;
	}
	if (!sock)
		sock = add_socket(lane, fd);
	if (sock)
		(void)uv_poll_start(&sock->poll,
				    (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
				    socket_ready);
}

/* A channel whose sockets will be the lane's. */
static int open_channel(struct mxw_lane *lane, const struct mxw_resolver_rules *rules, int timeout,
			ares_channel *out, struct mxw_err *err)
{
	struct mxw_cares_setup setup = { .timeout = timeout,
					 .socket_state = socket_state,
					 .context = lane };
	int status = mxw_cares_open(out, &setup);

	if (status != ARES_SUCCESS)
		return mxw_fail(err, MXW_E_FAIL, "cannot start the DNS resolver: %s",
				ares_strerror(status));
	status = mxw_cares_set_servers(*out, rules->server, rules->server_count);
	if (status == ARES_SUCCESS)
		return MXW_OK;
	ares_destroy(*out);
	*out = NULL;
	return mxw_fail(err, MXW_E_FAIL, "cannot use the resolvers given: %s",
			ares_strerror(status));
}

int mxw_lane_open(struct mxw_lane *lane, uv_loop_t *loop, const struct mxw_resolver_rules *rules,
		  int timeout, struct mxw_err *err)
{
	lane->loop = loop;
	LIST_INIT(&lane->sockets);
	return open_channel(lane, rules, timeout, &lane->channel, err);
}

int mxw_lane_renew(struct mxw_lane *lane, const struct mxw_resolver_rules *rules, int timeout,
		   struct mxw_err *err)
{
	ares_channel channel;
	int error = open_channel(lane, rules, timeout, &channel, err);

	if (error)
		return error;
	mxw_lane_close(lane);
	lane->channel = channel;
	lane->uses = 0;
	return MXW_OK;
}

void mxw_lane_close(struct mxw_lane *lane)
{
	ares_destroy(lane->channel);
	lane->channel = NULL;
}

void mxw_lane_tick(struct mxw_lane *lane)
{
	ares_process_fd(lane->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}
