// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asking the controller. Called by the commands. It is not believed that it answers: one that
 * is stopped, or says more than it should, costs the time given and no more.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/client.h"
#include "control/peer.h"

#define PIECE 65536
#define QUEUE_MS 10 /* between two tries */

struct asking {
	int fd;
	uint64_t until; /* CLOCK_MONOTONIC ns */
	char *reply;
	size_t size;
	bool hung_up; /* before it said anything */
};

static int unreachable(const char *path, struct mxw_err *err)
{
	if (errno == ENOENT || errno == ECONNREFUSED)
		return mxw_fail(err, MXW_E_DETACHED, "the controller mxwalld does not run");
	if (errno == EAGAIN)
		return mxw_fail(err, MXW_E_FAIL, "the controller is too busy to answer");
	return mxw_fail(err, MXW_E_FAIL, "cannot ask the controller at %s: %s", path,
			strerror(errno));
}

/* A socket that many wait at says EAGAIN: a place in the queue comes free within moments. */
static int queue_up(const struct asking *asking, const struct sockaddr_un *address)
{
	int error;

	do {
		error = connect(asking->fd, (const struct sockaddr *)address, sizeof(*address));
	} while (error && errno == EAGAIN && mxw_clock_mono() < asking->until &&
		 poll(NULL, 0, QUEUE_MS) == 0);
	return error;
}

static int reach(const char *path, struct asking *asking, struct mxw_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return mxw_fail(err, MXW_E_FAIL, "%s is too long for a socket's path", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	asking->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (asking->fd < 0 || queue_up(asking, &address))
		return unreachable(path, err);
	if (!mxw_peer_trusted(asking->fd))
		return mxw_fail(err, MXW_E_FAIL,
				"the process that listens at %s is not one of root or the "
				"controller, so it is not asked",
				path);
	return MXW_OK;
}

static int wait_for(const struct asking *asking, short events, struct mxw_err *err)
{
	uint64_t now = mxw_clock_mono();
	struct pollfd poller = { .fd = asking->fd, .events = events };

	if (now < asking->until && poll(&poller, 1, (int)((asking->until - now) / 1000000) + 1) > 0)
		return MXW_OK;
	return mxw_fail(err, MXW_E_FAIL, "the controller does not answer in time");
}

static int send_line(const struct asking *asking, const char *line, struct mxw_err *err)
{
	size_t size = strlen(line), sent = 0;

	while (sent < size) {
		ssize_t more = send(asking->fd, line + sent, size - sent, MSG_NOSIGNAL);
		int error = MXW_OK;

		if (more > 0)
			sent += (size_t)more;
		else if (errno == EPIPE || errno == ECONNRESET)
			return MXW_OK; /* it has said why before it went */
		else
			error = wait_for(asking, POLLOUT, err);
		if (error)
			return error;
	}
	return MXW_OK;
}

/* One piece more; *more: there may be another. */
static int take_piece(struct asking *asking, bool *more, struct mxw_err *err)
{
	char *larger = realloc(asking->reply, asking->size + PIECE);
	ssize_t got;

	if (!larger)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	asking->reply = larger;
	got = recv(asking->fd, asking->reply + asking->size, PIECE, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return wait_for(asking, POLLIN, err);
	*more = got > 0;
	if (got > 0)
		asking->size += (size_t)got;
	if (asking->size > MXW_CONTROL_REPLY)
		return mxw_fail(err, MXW_E_FAIL, "the controller's answer is too long");
	return MXW_OK;
}

static int take_reply(struct asking *asking, struct mxw_err *err)
{
	bool more = true;
	int error = MXW_OK;

	while (more && !error)
		error = take_piece(asking, &more, err);
	asking->hung_up = !error && !asking->size;
	if (asking->hung_up)
		error = mxw_fail(err, MXW_E_FAIL, "the controller hung up without an answer");
	return error;
}

static int try_once(const char *path, const char *line, struct asking *asking, struct mxw_err *err)
{
	int error;

	asking->hung_up = false;
	error = reach(path, asking, err);
	if (!error)
		error = send_line(asking, line, err);
	if (!error)
		error = take_reply(asking, err);
	if (asking->fd >= 0)
		(void)close(asking->fd);
	return error;
}

int mxw_control_ask(const char *path, const struct mxw_request *request, unsigned int timeout,
		    json_t **body, struct mxw_err *err)
{
	struct asking asking = { .fd = -1,
				 .until = mxw_clock_mono() + timeout * (MXW_SECOND / 1000) };
	char *line = mxw_request_format(request);
	int error;

	*body = NULL;
	if (!line)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	/* Where many ask, a client that has not sent its line yet is turned away: as if it had not come. */
	do {
		error = try_once(path, line, &asking, err);
	} while (asking.hung_up && mxw_clock_mono() < asking.until && poll(NULL, 0, QUEUE_MS) == 0);
	if (!error)
		error = mxw_reply_parse(asking.reply, asking.size, body, err);
	free(asking.reply);
	free(line);
	return error;
}
