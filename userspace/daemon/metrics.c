// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Serving metrics. Called at the start, as root, then by the loop.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/listen.h"
#include "daemon/daemon.h"

#define FRESH (MXW_SECOND / 2) /* the text is not made more often, whoever asks */
#define COUNTED 8192 /* entries a second */
#define REST (5 * MXW_SECOND) /* from one count to the next */

int mxw_daemon_metrics_listen(struct mxw_daemon *daemon, struct mxw_err *err)
{
	const struct mxw_server *wanted = &daemon->settings.controller.metrics;
	struct mxw_daemon_metrics *metrics = &daemon->metrics;
	int error = MXW_OK;

	metrics->place[0].listener = mxw_listen_unix(MXW_METRICS_SOCKET, err);
	metrics->made = metrics->place[0].listener >= 0;
	if (!metrics->made)
		return metrics->place[0].listener;
	if (wanted->port) {
		error = mxw_listen_loopback(wanted->addr, wanted->port, err);
		metrics->place[1].listener = error;
	}
	return error < 0 ? error : MXW_OK;
}

/* For the server, which frees it. */
static char *page(void *context, size_t *length)
{
	struct mxw_daemon *daemon = context;
	struct mxw_daemon_metrics *metrics = &daemon->metrics;
	uint64_t now = mxw_clock_mono();
	char *copy;

	if (!metrics->text || now - metrics->made_at > FRESH) {
		free(metrics->text);
		metrics->text = mxw_daemon_metrics_text(daemon, &metrics->length);
		metrics->made_at = now;
	}
	copy = metrics->text ? malloc(metrics->length) : NULL;
	if (copy)
		memcpy(copy, metrics->text, metrics->length);
	*length = metrics->length;
	return copy;
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	(void)status;
	(void)events;
	mxw_http_run(handle->data);
}

static int watch(struct mxw_daemon *daemon, int number, struct mxw_err *err)
{
	struct mxw_http **http = &daemon->metrics.place[number].http;
	uv_poll_t *poll = &daemon->metrics.place[number].poll;
	int listener = daemon->metrics.place[number].listener, error;

	daemon->metrics.place[number].listener = -1;
	error = mxw_http_open(http, listener, page, daemon, err);
	if (error)
		return error;
	if (uv_poll_init(&daemon->loop, poll, mxw_http_fd(*http)))
		return mxw_fail(err, MXW_E_FAIL, "cannot watch the sockets of the metrics");
	poll->data = *http;
	if (uv_poll_start(poll, UV_READABLE, on_readable))
		return mxw_fail(err, MXW_E_FAIL, "cannot watch the sockets of the metrics");
	return MXW_OK;
}

int mxw_daemon_metrics_watch(struct mxw_daemon *daemon, struct mxw_err *err)
{
	int error = MXW_OK;

	for (int i = 0; i < MXW_METRICS_PLACES && !error; i++)
		if (daemon->metrics.place[i].listener >= 0)
			error = watch(daemon, i, err);
	return error;
}

void mxw_daemon_metrics_tick(struct mxw_daemon *daemon)
{
	for (int i = 0; i < MXW_METRICS_PLACES; i++)
		if (daemon->metrics.place[i].http)
			mxw_http_run(daemon->metrics.place[i].http);
}

/* On libuv's thread: walking a map made for a million entries takes long, be it empty. */
static void count_on(uv_work_t *work)
{
	struct mxw_daemon *daemon = work->data;

	daemon->metrics.all_counted =
		mxw_entries_count(&daemon->maps, &daemon->metrics.counting, COUNTED);
}

static void counted(uv_work_t *work, int status)
{
	struct mxw_daemon *daemon = work->data;

	(void)status;
	memcpy(daemon->metrics.entries, daemon->metrics.counting.known,
	       sizeof(daemon->metrics.entries));
	if (daemon->metrics.all_counted)
		daemon->metrics.count_at = mxw_clock_mono() + REST;
	work->data = NULL;
}

void mxw_daemon_metrics_second(struct mxw_daemon *daemon)
{
	uv_work_t *work = &daemon->metrics.work;

	if (work->data || mxw_clock_mono() < daemon->metrics.count_at)
		return;
	work->data = daemon;
	if (uv_queue_work(&daemon->loop, work, count_on, counted))
		work->data = NULL; /* without a thread the figures are old */
}

void mxw_daemon_metrics_stop(struct mxw_daemon *daemon)
{
	for (int i = 0; i < MXW_METRICS_PLACES; i++) {
		if (daemon->metrics.place[i].poll.data)
			uv_close((uv_handle_t *)&daemon->metrics.place[i].poll, NULL);
		mxw_http_close(daemon->metrics.place[i].http);
		daemon->metrics.place[i].http = NULL;
	}
}

void mxw_daemon_metrics_free(struct mxw_daemon *daemon)
{
	struct mxw_daemon_metrics *metrics = &daemon->metrics;

	for (int i = 0; i < MXW_METRICS_PLACES; i++) {
		mxw_http_close(metrics->place[i].http);
		if (metrics->place[i].listener >= 0)
			(void)close(metrics->place[i].listener);
	}
	if (metrics->made)
		(void)unlink(MXW_METRICS_SOCKET);
	free(metrics->text);
}
