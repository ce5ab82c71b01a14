// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking over a changed configuration, as a whole or not at all. Called by main.c and, on
 * SIGHUP, by loop.c.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/daemon.h"
#include "daemon/notify.h"

void mxw_daemon_log_mistakes(const struct mxw_log *log, const struct mxw_mistakes *mistakes)
{
	char text[700];

	for (size_t i = 0; i < mistakes->count; i++)
		mxw_log_event(log, MXW_LOG_ERROR, "config", "mistake",
			      mxw_mistakes_format(mistakes, i, text, sizeof(text)), MXW_LOG_END);
}

static void log_warning(void *context, const char *sentence)
{
	const struct mxw_log *log = context;

	mxw_log_event(log, MXW_LOG_WARNING, "config", "warning", sentence, MXW_LOG_END);
}

void mxw_daemon_log_warnings(const struct mxw_log *log, const struct mxw_settings *settings)
{
	struct mxw_log copy = *log;

	mxw_config_warnings(settings, log_warning, &copy);
}

/* What was opened with root's rights or cannot be changed under way stays as it was. */
static void keep_fixed(const struct mxw_daemon *daemon, struct mxw_settings *settings)
{
	const struct mxw_settings *old = &daemon->settings;
	const char *what = NULL;

	if (settings->filter.deadman != old->filter.deadman)
		what = "deadman";
	if (memcmp(&settings->dnsbl.resolvers, &old->dnsbl.resolvers,
		   sizeof(old->dnsbl.resolvers)) != 0 ||
	    settings->dnsbl.in_flight != old->dnsbl.in_flight ||
	    settings->limits.queue != old->limits.queue)
		what = "resolvers, in_flight or queue";
	if (strcmp(settings->controller.user, old->controller.user) != 0 ||
	    strcmp(settings->controller.group, old->controller.group) != 0)
		what = "user or group";
	if (strcmp(settings->controller.state, old->controller.state) != 0)
		what = "state";
	if (memcmp(&settings->controller.metrics, &old->controller.metrics,
		   sizeof(old->controller.metrics)) != 0)
		what = "metrics";
	if (what)
		mxw_log_say(&daemon->log, MXW_LOG_WARNING, "%s changed: that needs a restart",
			    what);
	settings->filter.deadman = old->filter.deadman;
	settings->dnsbl.resolvers = old->dnsbl.resolvers;
	settings->dnsbl.in_flight = old->dnsbl.in_flight;
	settings->limits.queue = old->limits.queue;
	settings->controller.metrics = old->controller.metrics;
	memcpy(settings->controller.state, old->controller.state, sizeof(old->controller.state));
}

/* The two steps that can fail come first. */
static int take_over(struct mxw_daemon *daemon, const struct mxw_settings *settings,
		     struct mxw_err *err)
{
	const struct mxw_auto_rules rules = mxw_daemon_auto_rules(settings);
	struct mxw_dnsbl_setup *setup = malloc(sizeof(*setup));
	int error;

	if (!setup)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	mxw_daemon_setup(daemon, settings, setup);
	error = mxw_daemon_names_tune(daemon, settings, err);
	if (!error) {
		error = mxw_dnsbl_retune(daemon->engine, setup, err);
		if (error) /* if there is no memory for that either, they are as new */
			(void)mxw_daemon_names_tune(daemon, &daemon->settings, NULL);
	}
	free(setup);
	if (error)
		return error;
	daemon->settings = *settings;
	daemon->policy = mxw_config_policy(settings);
	mxw_daemon_number_lists(daemon);
	mxw_auto_set_rules(daemon->automatic, &rules);
	mxw_log_init(&daemon->log, &settings->controller);
	return mxw_news_want(&daemon->maps, (uint32_t)settings->limits.events,
			     settings->filter.hold_unknown, err);
}

static void reload(struct mxw_daemon *daemon, struct mxw_settings *settings,
		   struct mxw_mistakes *mistakes)
{
	struct mxw_err err;

	if (mxw_config_read(daemon->config_path, 0, settings, mistakes)) {
		mxw_daemon_log_mistakes(&daemon->log, mistakes);
		mxw_log_say(&daemon->log, MXW_LOG_ERROR,
			    "%s was not taken over; the settings in force stay",
			    daemon->config_path);
		return;
	}
	mxw_daemon_log_warnings(&daemon->log, settings);
	keep_fixed(daemon, settings);
	if (take_over(daemon, settings, &err))
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "%s", err.text);
	else
		mxw_log_say(&daemon->log, MXW_LOG_INFO, "%s is in force", daemon->config_path);
}

void mxw_daemon_reload(struct mxw_daemon *daemon)
{
	struct mxw_settings *settings = malloc(sizeof(*settings));
	struct mxw_mistakes *mistakes = malloc(sizeof(*mistakes));

	mxw_notify(daemon->notify, "RELOADING=1");
	if (settings && mistakes)
		reload(daemon, settings, mistakes);
	else
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "out of memory: nothing was reloaded");
	free(settings);
	free(mistakes);
	mxw_notify(daemon->notify, "READY=1");
}
