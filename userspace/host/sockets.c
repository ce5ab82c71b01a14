// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps by NETLINK_SOCK_DIAG. Called by apply/conns.c.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host/sockets.h"

#define REPLY_BYTES 32768
#define ANSWER_SECONDS 5

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

static int fail(const char *doing, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL,
			"cannot %s the kernel's list of sockets: %s (it needs CONFIG_INET_DIAG and "
			"CONFIG_INET_TCP_DIAG)",
			doing, strerror(errno));
}

static int ask(int fd, uint8_t family, struct mxw_err *err)
{
	struct request request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = family,
			  .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = 1U << TCP_ESTABLISHED | 1U << TCP_LISTEN },
	};

	if (send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request))
		return fail("ask for", err);
	return MXW_OK;
}

static void show(const struct inet_diag_msg *message, mxw_socket_visit *visit, void *context)
{
	struct mxw_socket socket = { .port = ntohs(message->id.idiag_sport),
				     .listening = message->idiag_state == TCP_LISTEN };

	if (socket.listening) {
		socket.queued = message->idiag_rqueue;
		socket.room = message->idiag_wqueue;
	} else if (message->idiag_family == AF_INET) {
		memset(socket.peer + 10, 0xff, 2);
		memcpy(socket.peer + 12, message->id.idiag_dst, 4);
	} else {
		memcpy(socket.peer, message->id.idiag_dst, sizeof(socket.peer));
	}
	visit(context, &socket);
}

/* 1 when the dump is over. */
static int read_reply(const char *reply, size_t length, mxw_socket_visit *visit, void *context,
		      struct mxw_err *err)
{
	for (size_t at = 0; at + sizeof(struct nlmsghdr) <= length;) {
		const struct nlmsghdr *m = (const void *)(reply + at);

		if (m->nlmsg_len < sizeof(*m) || m->nlmsg_len > length - at)
			break;
		if (m->nlmsg_type == NLMSG_DONE)
			return 1;
		if (m->nlmsg_type == NLMSG_ERROR) {
			errno = -((const struct nlmsgerr *)NLMSG_DATA(m))->error;
			return fail("read", err);
		}
		if (m->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
			show(NLMSG_DATA(m), visit, context);
		at += NLMSG_ALIGN((size_t)m->nlmsg_len);
	}
	return MXW_OK;
}

static int dump(int fd, uint8_t family, mxw_socket_visit *visit, void *context, struct mxw_err *err)
{
	char reply[REPLY_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	int error = ask(fd, family, err);

	while (!error) {
		ssize_t length = recv(fd, reply, sizeof(reply), 0);

		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return fail("read", err);
		error = read_reply(reply, (size_t)length, visit, context, err);
	}
	return error > 0 ? MXW_OK : error;
}

int mxw_sockets_each(mxw_socket_visit *visit, void *context, struct mxw_err *err)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int error;

	if (fd < 0)
		return fail("open", err);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)); /* or waits */
	error = dump(fd, AF_INET, visit, context, err);
	if (!error)
		error = dump(fd, AF_INET6, visit, context, err);
	(void)close(fd);
	return error;
}
