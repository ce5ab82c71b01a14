// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Serving the control socket. Called by the daemon.
 *
 * A client reads (its line comes in), works (the answer is being made) or writes (it goes
 * out), and is closed after that, or when its time is over. With descriptors exhausted, a
 * spare one is given up for the next client, so that the operator is still heard.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/peer.h"
#include "control/server.h"

#define CLIENTS 64
#define ACCEPTS 64 /* in one go; then others have their turn */
#define EVENTS 16
#define LISTENER 0 /* among the events; clients have their numbers, from 1 */
#define PAUSE 100000000ULL /* ns without accepting when no descriptor is left */

enum step { READS, WORKS, WRITES };

struct client {
	uint64_t id; /* 0: the place is free */
	uint64_t until; /* ns */
	int fd;
	enum step step;
	bool with_spare; /* it has the spare descriptor's place */
	size_t got;
	char line[MXW_CONTROL_LINE];
	char *out;
	size_t out_size, sent;
};

struct mxw_control {
	struct mxw_control_rules rules;
	struct mxw_control_events events;
	int listener, epoll, spare;
	uint64_t last_id;
	uint64_t paused_until; /* 0: accepting */
	struct client client[CLIENTS];
};

struct mxw_control_rules mxw_control_default_rules(void)
{
	return (struct mxw_control_rules){ .clients = 16,
					   .patience = 5000000000ULL,
					   .work = 60000000000ULL };
}

static int watch(const struct mxw_control *control, int operation, int fd, uint64_t id,
		 uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u64 = id };

	return epoll_ctl(control->epoll, operation, fd, &event);
}

static void take_spare(struct mxw_control *control)
{
	if (control->spare < 0)
		control->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int mxw_control_open(struct mxw_control **out, int listener, const struct mxw_control_rules *rules,
		     const struct mxw_control_events *events, struct mxw_err *err)
{
	struct mxw_control *control = calloc(1, sizeof(*control));

	if (!control) {
		(void)close(listener);
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	}
	control->rules = *rules;
	control->events = *events;
	control->listener = listener;
	control->spare = -1;
	control->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (control->epoll < 0 || watch(control, EPOLL_CTL_ADD, listener, LISTENER, EPOLLIN)) {
		int error = mxw_fail(err, MXW_E_FAIL, "cannot watch the control socket: %s",
				     strerror(errno));

		mxw_control_close(control);
		return error;
	}
	take_spare(control);
	*out = control;
	return MXW_OK;
}

static void end_client(struct mxw_control *control, struct client *client)
{
	(void)close(client->fd); /* which ends its being watched */
	free(client->out);
	client->out = NULL;
	client->id = 0;
	if (client->with_spare)
		take_spare(control);
}

void mxw_control_close(struct mxw_control *control)
{
	if (!control)
		return;
	for (int i = 0; i < CLIENTS; i++)
		if (control->client[i].id)
			end_client(control, &control->client[i]);
	(void)close(control->listener);
	if (control->epoll >= 0)
		(void)close(control->epoll);
	if (control->spare >= 0)
		(void)close(control->spare);
	free(control);
}

int mxw_control_fd(const struct mxw_control *control)
{
	return control->epoll;
}

unsigned int mxw_control_clients(const struct mxw_control *control)
{
	unsigned int count = 0;

	for (int i = 0; i < CLIENTS; i++)
		count += control->client[i].id != 0;
	return count;
}

static struct client *find(struct mxw_control *control, uint64_t id)
{
	for (int i = 0; i < CLIENTS; i++)
		if (control->client[i].id == id)
			return &control->client[i];
	return NULL;
}

/* Sends on; false: the client is done with, one way or the other. */
static bool send_on(struct mxw_control *control, struct client *client)
{
	while (client->sent < client->out_size) {
		ssize_t sent = send(client->fd, client->out + client->sent,
				    client->out_size - client->sent, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return (errno == EAGAIN || errno == EWOULDBLOCK) &&
			       watch(control, EPOLL_CTL_MOD, client->fd, client->id, EPOLLOUT) == 0;
		client->sent += (size_t)sent;
	}
	return false;
}

/* line is taken. */
static void reply(struct mxw_control *control, struct client *client, char *line, uint64_t now)
{
	client->step = WRITES;
	client->out = line;
	client->out_size = line ? strlen(line) : 0;
	client->sent = 0;
	client->until = now + control->rules.patience;
	if (!send_on(control, client))
		end_client(control, client);
}

void mxw_control_reply(struct mxw_control *control, uint64_t client, char *line, uint64_t now)
{
	struct client *there = client ? find(control, client) : NULL;

	if (there && there->step == WORKS)
		reply(control, there, line, now);
	else
		free(line);
}

/* The line is whole. */
static void ask(struct mxw_control *control, struct client *client, size_t length, uint64_t now)
{
	struct mxw_request request;
	struct mxw_err err;

	if (mxw_request_parse(client->line, length, &request, &err)) {
		reply(control, client, mxw_reply_error(err.text), now);
		return;
	}
	client->step = WORKS;
	client->until = now + control->rules.work;
	/* Nothing more is read: only that it has gone is of interest. */
	(void)watch(control, EPOLL_CTL_MOD, client->fd, client->id, 0);
	control->events.asked(control->events.context, client->id, &request);
}

static void read_line(struct mxw_control *control, struct client *client, uint64_t now)
{
	ssize_t got =
		recv(client->fd, client->line + client->got, sizeof(client->line) - client->got, 0);
	const char *end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		end_client(control, client);
		return;
	}
	end = memchr(client->line + client->got, '\n', (size_t)got);
	client->got += (size_t)got;
	if (end)
		ask(control, client, (size_t)(end - client->line), now);
	else if (client->got == sizeof(client->line))
		reply(control, client, mxw_reply_error("the request is too long"), now);
}

/* A free place; if there is none, that of the one who has been silent longest. */
static struct client *make_room(struct mxw_control *control)
{
	struct client *oldest = NULL;

	for (unsigned int i = 0; i < control->rules.clients && i < CLIENTS; i++) {
		struct client *client = &control->client[i];

		if (!client->id)
			return client;
		if (client->step == READS && (!oldest || client->id < oldest->id))
			oldest = client;
	}
	if (oldest)
		end_client(control, oldest);
	return oldest;
}

static void turn_away(int fd, const char *sentence)
{
	char *line = mxw_reply_error(sentence);

	if (line) /* whether it comes through does not matter */
		(void)send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
	free(line);
	(void)close(fd);
}

static bool may_ask(const struct mxw_control *control, int fd)
{
	char sentence[160];

	if (mxw_peer_may_ask(fd, control->rules.uid, control->rules.gid, sentence,
			     sizeof(sentence)))
		return true;
	control->events.refused(control->events.context, sentence);
	turn_away(fd, "only root and the controller's own user and group may ask");
	return false;
}

/* Takes a client that may ask. Nobody is refused for lack of a place as long as another client
 * has been silent. */
static void admit(struct mxw_control *control, int fd, bool with_spare, uint64_t now)
{
	struct client *client;

	if (!may_ask(control, fd)) {
		take_spare(control);
		return;
	}
	client = make_room(control);
	if (!client) {
		turn_away(fd, "the controller is busy: too many ask at the same time");
		take_spare(control);
		return;
	}
	client->fd = fd;
	client->id = ++control->last_id;
	client->step = READS;
	client->with_spare = with_spare;
	client->got = 0;
	client->until = now + control->rules.patience;
	if (watch(control, EPOLL_CTL_ADD, fd, client->id, EPOLLIN))
		end_client(control, client);
	else /* a client that has sent its line keeps its place */
		read_line(control, client, now);
}

/* No descriptor is left: has the spare one ready to be given up, if need be by ending the
 * silent client that has its place. */
static bool spare_ready(struct mxw_control *control)
{
	for (int i = 0; i < CLIENTS && control->spare < 0; i++) {
		struct client *client = &control->client[i];

		if (client->id && client->with_spare && client->step == READS)
			end_client(control, client);
	}
	return control->spare >= 0;
}

/* Accepting, with the spare descriptor's place if there is no other. That none is left is said
 * before whether there is anybody. */
static int accept_one(struct mxw_control *control, bool *with_spare)
{
	int fd = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), error;

	*with_spare = false;
	if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || !spare_ready(control))
		return fd;
	(void)close(control->spare);
	control->spare = -1;
	*with_spare = true;
	fd = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	error = errno;
	if (fd < 0)
		take_spare(control);
	errno = error;
	return fd;
}

/* Leaves clients that come waiting for a while. */
static void pause_accepting(struct mxw_control *control, uint64_t now)
{
	if (watch(control, EPOLL_CTL_MOD, control->listener, LISTENER, 0) == 0)
		control->paused_until = now + PAUSE;
}

static void accept_some(struct mxw_control *control, uint64_t now)
{
	bool with_spare = false;

	for (int i = 0; i < ACCEPTS && !with_spare; i++) {
		int fd = accept_one(control, &with_spare);

		if (fd >= 0) {
			admit(control, fd, with_spare, now);
			continue;
		}
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			pause_accepting(control, now);
		return;
	}
}

static void end_overdue(struct mxw_control *control, uint64_t now)
{
	if (control->paused_until && now >= control->paused_until &&
	    watch(control, EPOLL_CTL_MOD, control->listener, LISTENER, EPOLLIN) == 0)
		control->paused_until = 0;
	for (int i = 0; i < CLIENTS; i++) {
		struct client *client = &control->client[i];

		if (!client->id || now < client->until)
			continue;
		if (client->step == WORKS)
			reply(control, client, mxw_reply_error("the answer took too long"), now);
		else
			end_client(control, client);
	}
}

static void on_client(struct mxw_control *control, struct client *client, uint32_t events,
		      uint64_t now)
{
	if (client->step == READS)
		read_line(control, client, now);
	else if (events & (EPOLLHUP | EPOLLERR) ||
		 (client->step == WRITES && !send_on(control, client)))
		end_client(control, client);
}

void mxw_control_run(struct mxw_control *control, uint64_t now)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(control->epoll, events, EVENTS, 0);

	for (int i = 0; i < count; i++) {
		uint64_t id = events[i].data.u64;
		struct client *client = id == LISTENER ? NULL : find(control, id);

		if (id == LISTENER)
			accept_some(control, now);
		else if (client) /* it may have made room meanwhile */
			on_client(control, client, events[i].events, now);
	}
	end_overdue(control, now);
}
