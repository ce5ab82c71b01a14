/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket, served: clients are few, say one line, are told one, and go. Whatever
 * they do, memory and descriptors are bounded, nobody is waited for, and one who has said
 * nothing yet makes room for the next.
 *
 * One thread. The caller's loop watches mxw_control_fd().
 */
#ifndef MXW_CONTROL_SERVER_H
#define MXW_CONTROL_SERVER_H

#include <stdint.h>
#include <sys/types.h>

#include "control/wire.h"

struct mxw_control;

struct mxw_control_rules {
	uid_t uid; /* besides root, these may ask */
	gid_t gid;
	unsigned int clients; /* at once; 1..64 */
	uint64_t patience; /* ns until a client must have said its line, and taken ours */
	uint64_t work; /* ns that an answer may take */
};

struct mxw_control_events {
	void *context;
	/* A request, valid during the call. It is answered by mxw_control_reply(), now or
	 * later; client is never 0 and never used again. */
	void (*asked)(void *context, uint64_t client, const struct mxw_request *request);
	/* Somebody was turned away who may not ask: one sentence for the log. */
	void (*refused)(void *context, const char *sentence);
};

/* 16 clients, 5 s, 60 s, root alone. */
struct mxw_control_rules mxw_control_default_rules(void);

/* Serves a socket that listens (control/listen.h) and is taken. Returns 0 with *out, or
 * MXW_E_FAIL with a sentence. The caller ends it with mxw_control_close(). */
int mxw_control_open(struct mxw_control **out, int listener, const struct mxw_control_rules *rules,
		     const struct mxw_control_events *events, struct mxw_err *err);

/* Closes all. NULL is allowed. The file of the socket is the caller's. */
void mxw_control_close(struct mxw_control *control);

/* A descriptor that is readable when there is something to do. */
int mxw_control_fd(const struct mxw_control *control);

/* Does what there is to do, and ends what is overdue at now (CLOCK_MONOTONIC ns). To be
 * called when the descriptor is readable, and every second or so. */
void mxw_control_run(struct mxw_control *control, uint64_t now);

/* Sends the line to the client, if it is still there; line is taken and freed, NULL stands
 * because memory is missing. */
void mxw_control_reply(struct mxw_control *control, uint64_t client, char *line, uint64_t now);

/* Clients that are there now. */
unsigned int mxw_control_clients(const struct mxw_control *control);

#endif
