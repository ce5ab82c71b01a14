// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One dialogue with rtnetlink, and the walk over the attributes of an answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/rtnl.h"

#define ANSWER_BYTES (256U << 10) /* more than the kernel puts into one */
#define DUMP_TRIES 3 /* a dump that a change interrupted is asked for again */

enum progress {
	MORE, /* answers are still to come */
	DONE,
	AGAIN, /* something changed during the dump: ask again */
	STOPPED, /* row wanted no more */
	BROKEN, /* error says why */
};

struct dialogue {
	mxw_rtnl_row *row;
	void *context;
	int result; /* of row, when STOPPED */
	int error; /* an errno, when BROKEN */
};

static enum progress fail(struct dialogue *d, int error)
{
	d->error = error;
	return BROKEN;
}

static enum progress take_error(struct dialogue *d, const struct nlmsghdr *message)
{
	const struct nlmsgerr *answer = (const void *)(message + 1);

	if (message->nlmsg_len < sizeof(*message) + sizeof(*answer))
		return fail(d, EBADMSG);
	return answer->error ? fail(d, -answer->error) : DONE;
}

static enum progress take_message(struct dialogue *d, const struct nlmsghdr *message)
{
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		return AGAIN;
	if (message->nlmsg_type == NLMSG_DONE)
		return DONE;
	if (message->nlmsg_type == NLMSG_ERROR)
		return take_error(d, message);
	d->result = d->row(message, d->context);
	if (d->result)
		return STOPPED;
	return (message->nlmsg_flags & NLM_F_MULTI) ? MORE : DONE;
}

/* Hands out the messages of one batch. */
static enum progress take_batch(struct dialogue *d, const char *batch, size_t size)
{
	enum progress progress = MORE;

	while (progress == MORE && size >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *message = (const void *)batch;
		size_t step = NLMSG_ALIGN((size_t)message->nlmsg_len);

		if (message->nlmsg_len < sizeof(*message) || message->nlmsg_len > size)
			return fail(d, EBADMSG);
		progress = take_message(d, message);
		step = step < size ? step : size;
		batch += step;
		size -= step;
	}
	return progress;
}

/* One question and all its answers over socket fd. */
static enum progress converse(struct dialogue *d, int fd, const struct nlmsghdr *request)
{
	enum progress progress = MORE;
	char *batch;
	ssize_t got;

	if (send(fd, request, request->nlmsg_len, 0) < 0)
		return fail(d, errno);
	batch = malloc(ANSWER_BYTES);
	if (!batch)
		return fail(d, ENOMEM);
	while (progress == MORE) {
		got = recv(fd, batch, ANSWER_BYTES, MSG_TRUNC);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			progress = fail(d, errno);
		else if ((size_t)got > ANSWER_BYTES)
			progress = fail(d, EMSGSIZE);
		else
			progress = take_batch(d, batch, (size_t)got);
	}
	free(batch);
	return progress;
}

int mxw_rtnl_ask(const struct nlmsghdr *request, mxw_rtnl_row *row, void *context,
		 struct mxw_err *err)
{
	struct dialogue d = { .row = row, .context = context, .error = EAGAIN };
	enum progress progress = AGAIN;
	int fd;

	/* A new socket per try: the old one may still hold answers to the last question. */
	for (int i = 0; i < DUMP_TRIES && progress == AGAIN; i++) {
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		if (fd < 0)
			return mxw_fail(err, MXW_E_FAIL, "cannot open a netlink socket: %s",
					strerror(errno));
		progress = converse(&d, fd, request);
		(void)close(fd);
	}
	if (progress == DONE)
		return MXW_OK;
	if (progress == STOPPED)
		return d.result;
	return mxw_fail(err, MXW_E_FAIL, "the kernel did not answer over rtnetlink: %s",
			strerror(d.error));
}

const void *mxw_rtnl_attributes(const struct nlmsghdr *message, size_t head, size_t *size)
{
	size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(head));

	*size = message->nlmsg_len > skip ? message->nlmsg_len - skip : 0;
	return (const char *)message + skip;
}

const struct rtattr *mxw_rtnl_find(const void *attributes, size_t size, unsigned short type,
				   size_t need)
{
	const char *at = attributes;

	while (size >= sizeof(struct rtattr)) {
		const struct rtattr *attribute = (const void *)at;
		size_t step = RTA_ALIGN((size_t)attribute->rta_len);

		if (attribute->rta_len < sizeof(*attribute) || attribute->rta_len > size)
			return NULL;
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return attribute->rta_len - sizeof(*attribute) >= need ? attribute : NULL;
		if (step >= size)
			return NULL;
		at += step;
		size -= step;
	}
	return NULL;
}
