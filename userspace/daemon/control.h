/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket in the daemon: opened as root, served on the loop. For
 * userspace/daemon/ alone.
 */
#ifndef MXW_DAEMON_CONTROL_H
#define MXW_DAEMON_CONTROL_H

#include <uv.h>

#include "control/picture.h"
#include "control/server.h"
#include "sources/inquiry.h"

#define MXW_DAEMON_INQUIRIES 4 /* at once */

struct mxw_daemon;

struct mxw_daemon_inquiry {
	struct mxw_daemon *daemon;
	uint64_t client; /* who gets the answer */
	struct mxw_inquiry *inquiry; /* NULL: the place is free */
	struct mxw_inquiry_run run;
};

struct mxw_daemon_control {
	int listener; /* -1: not open, or the server's */
	bool made; /* the socket's file is ours, to be removed */
	struct mxw_control *server;
	uv_poll_t poll;
	uint64_t began; /* CLOCK_MONOTONIC ns */
	struct mxw_daemon_inquiry inquiry[MXW_DAEMON_INQUIRIES];
};

/* control.c: makes the socket, as root, in a folder that is there. */
int mxw_daemon_control_listen(struct mxw_daemon *daemon, struct mxw_err *err);

/* ... serves it on the loop from now on. */
int mxw_daemon_control_watch(struct mxw_daemon *daemon, struct mxw_err *err);

/* ... to be called several times a second. */
void mxw_daemon_control_tick(struct mxw_daemon *daemon);

/* ... stops serving and removes the socket; the loop still has to close a handle. What is
 * under way is freed by the second, after the resolver is closed. */
void mxw_daemon_control_stop(struct mxw_daemon *daemon);
void mxw_daemon_control_free(struct mxw_daemon *daemon);

/* picture.c: what there is to show. */
void mxw_daemon_picture_lists(struct mxw_daemon *daemon,
			      struct mxw_lists_picture picture[MXW_LISTS_PICTURES]);
void mxw_daemon_picture_status(struct mxw_daemon *daemon, struct mxw_status_picture *picture);
void mxw_daemon_picture_source(struct mxw_daemon *daemon, const uint8_t addr[16],
			       struct mxw_source_picture *picture);
void mxw_daemon_picture_view(struct mxw_daemon *daemon, const struct mxw_inquiry *inquiry,
			     struct mxw_inquiry_view *view);

#endif
