// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions over the control socket, answered from the parts. Called at the start, as root, then
 * by the loop.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/listen.h"
#include "daemon/daemon.h"
#include "policy/dnsbl_name.h"

int mxw_daemon_control_listen(struct mxw_daemon *daemon, struct mxw_err *err)
{
	daemon->control.listener = mxw_listen_unix(MXW_CONTROL_SOCKET, err);
	daemon->control.made = daemon->control.listener >= 0;
	return daemon->control.made ? MXW_OK : MXW_E_FAIL;
}

static void answer(struct mxw_daemon *daemon, uint64_t client, char *line)
{
	mxw_control_reply(daemon->control.server, client, line, mxw_clock_mono());
}

static void say_no(struct mxw_daemon *daemon, uint64_t client, const char *sentence)
{
	answer(daemon, client, mxw_reply_error(sentence));
}

static void tell_status(struct mxw_daemon *daemon, uint64_t client)
{
	struct mxw_status_picture picture;

	mxw_daemon_picture_status(daemon, &picture);
	answer(daemon, client, mxw_reply_format(mxw_status_json(&picture)));
}

static void tell_lists(struct mxw_daemon *daemon, uint64_t client)
{
	struct mxw_lists_picture *picture = calloc(MXW_LISTS_PICTURES, sizeof(*picture));

	if (!picture) {
		say_no(daemon, client, "out of memory");
		return;
	}
	mxw_daemon_picture_lists(daemon, picture);
	answer(daemon, client, mxw_reply_format(mxw_lists_json(picture)));
	free(picture);
}

static void tell_source(struct mxw_daemon *daemon, uint64_t client, const uint8_t addr[16])
{
	struct mxw_source_picture picture;

	mxw_daemon_picture_source(daemon, addr, &picture);
	answer(daemon, client, mxw_reply_format(mxw_source_json(&picture)));
}

static const char *may_ask(void *context, unsigned int list)
{
	const struct mxw_daemon_inquiry *inquiry = context;

	switch (mxw_dnsbl_spend(inquiry->daemon->engine, list)) {
	case MXW_ASK_YES:
		return NULL;
	case MXW_ASK_PER_SECOND:
		return "this second's queries are spent: try again";
	case MXW_ASK_PER_DAY:
		return "the queries of 24 hours are spent";
	default:
		return "the list has ended and is never asked";
	}
}

static int ask(void *context, const char *name, const struct mxw_resolver_waiter *waiter)
{
	const struct mxw_daemon_inquiry *inquiry = context;

	return mxw_resolver_ask(inquiry->daemon->resolver, name, MXW_DNS_A, true, waiter);
}

static void done(struct mxw_inquiry_run *run)
{
	struct mxw_daemon_inquiry *place = run->context;
	struct mxw_inquiry_view view;
	json_t *body;

	if (run->inquiry->probes) {
		body = mxw_test_json(run->inquiry, true);
	} else {
		mxw_daemon_picture_view(place->daemon, run->inquiry, &view);
		body = mxw_query_json(run->inquiry, &view);
	}
	answer(place->daemon, place->client, mxw_reply_format(body));
	free(place->inquiry);
	place->inquiry = NULL;
}

static struct mxw_daemon_inquiry *free_place(struct mxw_daemon *daemon)
{
	for (int i = 0; i < MXW_DAEMON_INQUIRIES; i++)
		if (!daemon->control.inquiry[i].inquiry)
			return &daemon->control.inquiry[i];
	return NULL;
}

/* addr NULL: the probes. */
static void inquire(struct mxw_daemon *daemon, uint64_t client, const uint8_t *addr)
{
	const struct mxw_dnsbl_setup *setup = mxw_dnsbl_setup_of(daemon->engine);
	struct mxw_daemon_inquiry *place = free_place(daemon);

	if (addr && !mxw_dnsbl_askable(addr)) {
		say_no(daemon, client, "no list can know that address: it is not a public one");
		return;
	}
	if (place)
		place->inquiry = malloc(sizeof(*place->inquiry));
	if (!place || !place->inquiry) {
		say_no(daemon, client,
		       place ? "out of memory" : "too many ask at the same time: try again");
		return;
	}
	place->daemon = daemon;
	place->client = client;
	mxw_inquiry_begin(place->inquiry, &setup->plan, &setup->ttls, addr);
	place->run = (struct mxw_inquiry_run){ .inquiry = place->inquiry,
					       .context = place,
					       .may = may_ask,
					       .ask = ask,
					       .done = done };
	mxw_inquiry_start(&place->run);
}

/* A request from the control socket. The two that ask lists are answered when the lists have
 * answered, the others at once. */
static void on_asked(void *context, uint64_t client, const struct mxw_request *request)
{
	struct mxw_daemon *daemon = context;

	switch (request->question) {
	case MXW_QUESTION_STATUS:
		tell_status(daemon, client);
		break;
	case MXW_QUESTION_LISTS:
		tell_lists(daemon, client);
		break;
	case MXW_QUESTION_SOURCE:
		tell_source(daemon, client, request->addr);
		break;
	case MXW_QUESTION_TEST:
		inquire(daemon, client, NULL);
		break;
	default:
		inquire(daemon, client, request->addr);
	}
}

static void on_refused(void *context, const char *sentence)
{
	const struct mxw_daemon *daemon = context;

	mxw_log_event(&daemon->log, MXW_LOG_WARNING, "control", "refused", sentence, MXW_LOG_END);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	struct mxw_daemon *daemon = handle->data;

	(void)status;
	(void)events;
	mxw_control_run(daemon->control.server, mxw_clock_mono());
}

int mxw_daemon_control_watch(struct mxw_daemon *daemon, struct mxw_err *err)
{
	struct mxw_daemon_control *control = &daemon->control;
	struct mxw_control_rules rules = mxw_control_default_rules();
	const struct mxw_control_events events = { .context = daemon,
						   .asked = on_asked,
						   .refused = on_refused };
	int listener = control->listener, error;

	rules.uid = daemon->rights.uid;
	rules.gid = daemon->rights.gid;
	control->began = mxw_clock_mono();
	control->listener = -1;
	error = mxw_control_open(&control->server, listener, &rules, &events, err);
	if (error)
		return error;
	if (uv_poll_init(&daemon->loop, &control->poll, mxw_control_fd(control->server)))
		return mxw_fail(err, MXW_E_FAIL, "cannot watch the control socket");
	control->poll.data = daemon; /* from now on it has to be closed */
	if (uv_poll_start(&control->poll, UV_READABLE, on_readable))
		return mxw_fail(err, MXW_E_FAIL, "cannot watch the control socket");
	return MXW_OK;
}

void mxw_daemon_control_tick(struct mxw_daemon *daemon)
{
	mxw_control_run(daemon->control.server, mxw_clock_mono());
}

void mxw_daemon_control_stop(struct mxw_daemon *daemon)
{
	struct mxw_daemon_control *control = &daemon->control;

	if (control->poll.data)
		uv_close((uv_handle_t *)&control->poll, NULL);
	mxw_control_close(control->server);
	control->server = NULL;
}

void mxw_daemon_control_free(struct mxw_daemon *daemon)
{
	struct mxw_daemon_control *control = &daemon->control;

	mxw_control_close(control->server);
	if (control->listener >= 0)
		(void)close(control->listener);
	if (control->made) /* the folder is the user's */
		(void)unlink(MXW_CONTROL_SOCKET);
	for (int i = 0; i < MXW_DAEMON_INQUIRIES; i++)
		free(control->inquiry[i].inquiry);
}
