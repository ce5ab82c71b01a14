// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking over a changed configuration, as a whole or not at all. Called at SIGHUP, and for what
 * the start says too.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
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

#define FIXED(field) offsetof(struct mxw_settings, field), sizeof(((struct mxw_settings *)0)->field)

/* What was opened with root's rights or cannot be changed under way. */
static const struct {
	const char *name;
	size_t at, size;
} fixed[] = {
	{ "deadman", FIXED(filter.deadman) },	 { "deadline", FIXED(dnsbl.deadline) },
	{ "in_flight", FIXED(dnsbl.in_flight) }, { "queue", FIXED(limits.queue) },
	{ "user", FIXED(controller.user) },	 { "group", FIXED(controller.group) },
	{ "state", FIXED(controller.state) },	 { "metrics", FIXED(controller.metrics) },
};

/* Those stay as they were, and that is said. Returns how many. */
static unsigned int keep_fixed(const struct mxw_daemon *daemon, struct mxw_settings *settings)
{
	unsigned int kept = 0;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		char *now = (char *)settings + fixed[i].at;
		const char *old = (const char *)&daemon->settings + fixed[i].at;

		if (memcmp(now, old, fixed[i].size) == 0)
			continue;
		memcpy(now, old, fixed[i].size);
		mxw_log_say(&daemon->log, MXW_LOG_WARNING, "%s changed: that needs a restart",
			    fixed[i].name);
		kept++;
	}
	return kept;
}

static int want_news(const struct mxw_daemon *daemon, const struct mxw_settings *settings,
		     struct mxw_err *err)
{
	return mxw_news_want(&daemon->maps, (uint32_t)settings->limits.events,
			     settings->filter.hold_unknown, err);
}

/* The steps that can fail. Where one does, those before are taken back, as far as memory
 * reaches. */
static int retune(struct mxw_daemon *daemon, const struct mxw_settings *settings,
		  const struct mxw_dnsbl_setup *setup, struct mxw_err *err)
{
	int error = want_news(daemon, settings, err);

	if (!error)
		error = mxw_daemon_names_tune(daemon, settings, err);
	if (!error)
		error = mxw_dnsbl_retune(daemon->engine, setup, err);
	if (error) {
		(void)want_news(daemon, &daemon->settings, NULL);
		(void)mxw_daemon_names_tune(daemon, &daemon->settings, NULL);
	}
	return error;
}

/* Settings are checked as a whole before this, and one that fails here leaves the old ones in
 * force. */
static int take_over(struct mxw_daemon *daemon, const struct mxw_settings *settings,
		     struct mxw_err *err)
{
	const struct mxw_auto_rules rules = mxw_daemon_auto_rules(settings);
	struct mxw_dnsbl_setup *setup = malloc(sizeof(*setup));
	int error;

	if (!setup)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	mxw_daemon_setup(daemon, settings, setup);
	error = retune(daemon, settings, setup, err);
	free(setup);
	if (error)
		return error;
	daemon->settings = *settings;
	daemon->policy = mxw_config_policy(settings);
	mxw_daemon_number_lists(daemon);
	mxw_auto_set_rules(daemon->automatic, &rules);
	mxw_log_init(&daemon->log, &settings->controller);
	mxw_daemon_resolvers_follow(daemon);
	return MXW_OK;
}

/* Reads the file again. The settings in force are replaced as a whole or not at all, and the log
 * says which. */
static void reload(struct mxw_daemon *daemon, struct mxw_settings *settings,
		   struct mxw_mistakes *mistakes)
{
	char count[MXW_COUNT_TEXT];
	unsigned int kept;
	struct mxw_err err;

	if (mxw_config_read(daemon->config_path, 0, settings, mistakes)) {
		mxw_daemon_log_mistakes(&daemon->log, mistakes);
		mxw_log_say(&daemon->log, MXW_LOG_ERROR,
			    "%s was not taken over; the settings in force stay",
			    daemon->config_path);
		return;
	}
	mxw_daemon_log_warnings(&daemon->log, settings);
	kept = keep_fixed(daemon, settings);
	if (take_over(daemon, settings, &err))
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "%s", err.text);
	else if (kept)
		mxw_log_say(&daemon->log, MXW_LOG_WARNING,
			    "%s is in force, except for what needs a restart: %s",
			    daemon->config_path, mxw_count_format(kept, "setting", count));
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
