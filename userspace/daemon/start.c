// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From root to a running controller without rights: all that needs root is done first, and
 * what is open stays open.
 */
#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apply/apply.h"
#include "apply/resolvers.h"
#include "base/clock.h"
#include "control/listen.h"
#include "daemon/daemon.h"
#include "daemon/keeper.h"
#include "daemon/notify.h"
#include "datapath/presence.h"
#include "datapath/switches.h"

/* Sleeps a second; true if the process is to end. A SIGHUP waits for the loop. */
static bool told_to_end(void)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	return sigtimedwait(&ends, NULL, &second) > 0;
}

/* The filter may be attached later than the controller starts. */
static void wait_for_filter(const struct mxw_daemon *daemon)
{
	bool said = false;

	while (!mxw_maps_pinned()) {
		if (!said)
			mxw_log_say(&daemon->log, MXW_LOG_INFO,
				    "waiting for the filter: run `xdpctl attach IFACE`");
		if (!said)
			mxw_notify(daemon->notify, "READY=1\nSTATUS=waiting for xdpctl attach");
		said = true;
		mxw_notify(daemon->notify, "WATCHDOG=1");
		if (told_to_end())
			exit(EXIT_SUCCESS); /* nothing is open yet */
	}
}

/* The filter's switches are under the lock that commands take, so only now, as root. */
static int set_switches(struct mxw_daemon *daemon, struct mxw_err *err)
{
	struct mxw_session session;
	struct mxw_config config;
	int error = mxw_session_maps(&session, err);

	if (!error)
		error = mxw_switches_read(&session.maps, &config, err);
	if (!error) {
		config.used |= MXW_USED_NEWS | MXW_USED_EXACT(MXW_CLASS_AUTO);
		config.deadman_ns = daemon->settings.filter.deadman * MXW_SECOND;
		error = mxw_switches_write(&session.maps, &config, err);
	}
	mxw_session_end(&session);
	return error;
}

/* Made for the user; one that is there already is as it should be, or a note says that it
 * cannot be written. */
static int make_folder(const struct mxw_daemon *daemon, struct mxw_err *err)
{
	char path[MXW_SETTING_TEXT];
	const char *folder;

	(void)snprintf(path, sizeof(path), "%s", daemon->settings.controller.state);
	folder = dirname(path);
	if (mkdir(folder, 0700) && errno == EEXIST)
		return MXW_OK;
	if (access(folder, F_OK) || chown(folder, daemon->rights.uid, daemon->rights.gid))
		return mxw_fail(err, MXW_E_FAIL,
				"cannot make the folder %s (state in "
				"[controller]): %s",
				folder, strerror(errno));
	return MXW_OK;
}

/* In a folder that becomes the user's when they are made. */
static int make_sockets(struct mxw_daemon *daemon, struct mxw_err *err)
{
	const struct mxw_rights *rights = &daemon->rights;
	int folder = mxw_listen_folder(MXW_CONTROL_FOLDER, rights->gid, err), error, handed;

	if (folder < 0)
		return folder;
	error = mxw_daemon_control_listen(daemon, err);
	if (!error)
		error = mxw_daemon_metrics_listen(daemon, err);
	handed = mxw_listen_hand_over(folder, rights->uid, rights->gid, error ? NULL : err);
	return error ? error : handed;
}

static bool can_write_maps(void *context)
{
	const struct mxw_maps *maps = context;

	return mxw_news_want(maps, 0, false, NULL) == MXW_OK;
}

static int open_as_root(struct mxw_daemon *daemon, struct mxw_err *err)
{
	int error = set_switches(daemon, err);

	if (!error)
		error = mxw_maps_open_controller(&daemon->maps, err);
	if (!error) {
		mxw_daemon_ports_read(daemon);
		daemon->presence = mxw_presence_here();
		daemon->pins = mxw_pins_watch(err);
		error = daemon->pins < 0 ? daemon->pins : MXW_OK;
	}
	if (!error)
		error = mxw_news_open(&daemon->maps, mxw_daemon_on_news, daemon, &daemon->news,
				      err);
	if (!error)
		error = make_folder(daemon, err);
	return error ? error : make_sockets(daemon, err);
}

static int drop_rights(struct mxw_daemon *daemon, struct mxw_err *err)
{
	bool kept;
	int error = mxw_rights_drop(&daemon->rights, can_write_maps, &daemon->maps, &kept, err);

	if (!error && kept)
		mxw_log_say(&daemon->log, MXW_LOG_WARNING,
			    "this kernel lets nobody without CAP_BPF write maps, so the controller "
			    "keeps that capability and no other");
	return error;
}

/* The resolver comes first, because the engine asks its lists through it. */
static int open_engine(struct mxw_daemon *daemon, struct mxw_err *err)
{
	const struct mxw_dnsbl_outside outside = mxw_daemon_outside(daemon);
	const struct mxw_resolver_rules rules = mxw_resolvers_rules(&daemon->settings);
	struct mxw_dnsbl_setup *setup = malloc(sizeof(*setup));
	int error;

	if (!setup)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	mxw_daemon_setup(daemon, &daemon->settings, setup);
	memcpy(daemon->server, rules.server, sizeof(rules.server));
	daemon->server_count = rules.server_count;
	error = mxw_resolver_open(&daemon->resolver, &daemon->loop, &rules, err);
	if (!error)
		mxw_daemon_warn_of_resolvers(daemon);
	if (!error)
		error = mxw_dnsbl_create(&daemon->engine, setup, &outside, err);
	free(setup);
	if (!error)
		mxw_daemon_number_lists(daemon);
	return error ? error : mxw_daemon_names_tune(daemon, &daemon->settings, err);
}

static int open_parts(struct mxw_daemon *daemon, struct mxw_err *err)
{
	const struct mxw_auto_rules rules = mxw_daemon_auto_rules(&daemon->settings);
	const struct mxw_auto_events events = mxw_daemon_auto_events(daemon);
	int error = mxw_auto_open(&daemon->maps, &rules, daemon->settings.controller.state, &events,
				  &daemon->automatic, err);

	daemon->policy = mxw_config_policy(&daemon->settings);
	if (!error)
		error = mxw_auto_load(daemon->automatic, mxw_clock_mono(), err);
	if (!error && uv_loop_init(&daemon->loop))
		error = mxw_fail(err, MXW_E_FAIL, "cannot make an event loop");
	if (!error)
		error = open_engine(daemon, err);
	if (!error)
		mxw_daemon_quotas_resume(daemon);
	return error;
}

int mxw_daemon_start(struct mxw_daemon *daemon, struct mxw_err *err)
{
	const struct mxw_controller_settings *s = &daemon->settings.controller;
	int error = MXW_OK;

	daemon->pins = daemon->control.listener = -1;
	for (int i = 0; i < MXW_METRICS_PLACES; i++)
		daemon->metrics.place[i].listener = -1;
	for (int i = 0; i < MXW_MAP_COUNT; i++)
		daemon->maps.fd[i] = -1;
	if (getrandom(&daemon->seed, sizeof(daemon->seed), 0) < 0 || !daemon->seed)
		daemon->seed = mxw_clock_mono() | 1; /* it only spreads times */
	error = mxw_rights_find(s->user, s->group, &daemon->rights, err);
	if (error)
		return error;
	wait_for_filter(daemon);
	error = mxw_keeper_start(&daemon->log, &daemon->keeper, err);
	if (!error)
		error = open_as_root(daemon, err);
	if (!error)
		error = drop_rights(daemon, err);
	return error ? error : open_parts(daemon, err);
}

void mxw_daemon_end(struct mxw_daemon *daemon)
{
	mxw_daemon_metrics_free(daemon);
	mxw_daemon_control_free(daemon);
	mxw_dnsbl_free(daemon->engine);
	mxw_names_free(daemon->names);
	mxw_auto_close(daemon->automatic);
	mxw_news_close(daemon->news);
	if (daemon->pins >= 0)
		(void)close(daemon->pins);
	mxw_maps_close(&daemon->maps);
}
