/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics in the daemon: on a Unix socket, and on the loopback where the settings say so. For
 * userspace/daemon/ alone.
 */
#ifndef MXW_DAEMON_METRICS_H
#define MXW_DAEMON_METRICS_H

#include <stdbool.h>
#include <uv.h>

#include "control/http.h"
#include "datapath/entries_count.h"

#define MXW_METRICS_SOCKET "/run/mxwalld/metrics.sock"
#define MXW_METRICS_PLACES 2 /* the Unix socket, the loopback */

struct mxw_daemon;

struct mxw_daemon_metrics {
	struct {
		int listener; /* -1: not open, or the server's */
		struct mxw_http *http; /* NULL: not served */
		uv_poll_t poll; /* to be closed if its data is set */
	} place[MXW_METRICS_PLACES];
	bool made; /* the socket's file is ours, to be removed */
	uint64_t entries[MXW_CLASS_COUNT]; /* by the last whole count of each class */
	struct mxw_entries_count counting; /* libuv's thread's, while work.data is set */
	bool all_counted; /* likewise */
	uint64_t count_at; /* CLOCK_MONOTONIC ns; not before */
	uv_work_t work;
	char *text; /* as last made; NULL if never */
	size_t length;
	uint64_t made_at; /* CLOCK_MONOTONIC ns */
};

/* metrics.c: makes the sockets, as root, in the folder of the control socket. */
int mxw_daemon_metrics_listen(struct mxw_daemon *daemon, struct mxw_err *err);

/* ... serves them on the loop from now on. */
int mxw_daemon_metrics_watch(struct mxw_daemon *daemon, struct mxw_err *err);

/* ... to be called several times a second; and the other every second. */
void mxw_daemon_metrics_tick(struct mxw_daemon *daemon);
void mxw_daemon_metrics_second(struct mxw_daemon *daemon);

/* ... stops serving; the loop still has to close its handles. The second frees. */
void mxw_daemon_metrics_stop(struct mxw_daemon *daemon);
void mxw_daemon_metrics_free(struct mxw_daemon *daemon);

/* metrics_text.c: all of them, now. NULL without memory; the caller frees it. */
char *mxw_daemon_metrics_text(struct mxw_daemon *daemon, size_t *length);

#endif
