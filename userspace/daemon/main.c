// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mxwalld, the controller: wiring only. Run by systemd or an init script, as root; it gives
 * up its rights by itself.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/daemon.h"
#include "daemon/notify.h"
#include "datapath/program.h"

static const char usage[] =
	"Usage: mxwalld [OPTION]...\n"
	"Asks DNS lists about new sources of mail and blocks the bad ones in the filter.\n"
	"\n"
	"  -c, --config FILE  the configuration instead of " MXW_CONFIG_PATH "\n"
	"      --version      the version\n"
	"      --help         this text\n"
	"\n"
	"Needs root to start; becomes the user that the configuration names. SIGHUP reads\n"
	"the configuration again. `xdpctl attach IFACE` may come before or after.\n";

static const char no_memory[] = "level=error event=note text=\"out of memory\"\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

/* -1: go on; else the exit code. */
static int parse_options(int argc, char **argv, struct mxw_daemon *daemon)
{
	int option;

	daemon->config_path = MXW_CONFIG_PATH;
	while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			daemon->config_path = optarg;
			break;
		case 'v':
			(void)puts("mxwalld " MXW_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			(void)fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			return mxw_exit_code(MXW_E_USAGE);
		}
	}
	if (optind == argc)
		return -1;
	(void)fprintf(stderr, "mxwalld: \"%s\" is not an option; see mxwalld --help\n",
		      argv[optind]);
	return mxw_exit_code(MXW_E_USAGE);
}

/* Reads the configuration for the start. A mistake ends the controller: what the operator meant
 * is not guessed. */
static int read_config(struct mxw_daemon *daemon)
{
	struct mxw_mistakes *mistakes = malloc(sizeof(*mistakes));
	int error;

	mxw_config_defaults(&daemon->settings);
	mxw_log_init(&daemon->log, &daemon->settings.controller);
	if (!mistakes) {
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "out of memory for the configuration");
		return MXW_E_FAIL;
	}
	error = mxw_config_read(daemon->config_path, 0, &daemon->settings, mistakes);
	if (error) {
		mxw_daemon_log_mistakes(&daemon->log, mistakes);
	} else {
		mxw_log_init(&daemon->log, &daemon->settings.controller);
		mxw_daemon_log_warnings(&daemon->log, &daemon->settings);
	}
	free(mistakes);
	return error;
}

/* Whatever happens after the options, the last error is in the log and what was opened is
 * closed. */
int main(int argc, char **argv)
{
	struct mxw_daemon *daemon = calloc(1, sizeof(*daemon));
	struct mxw_err err = { 0 };
	int code, error;

	if (!daemon) {
		(void)fputs(no_memory, stderr);
		return EXIT_FAILURE;
	}
	code = parse_options(argc, argv, daemon);
	if (code < 0) {
		/* A log or a client that nobody reads any more does not end the controller. */
		(void)signal(SIGPIPE, SIG_IGN);
		mxw_daemon_signals(true);
		daemon->notify = mxw_notify_open();
		mxw_program_quiet();
		error = read_config(daemon);
		if (!error)
			error = mxw_daemon_start(daemon, &err);
		if (!error)
			error = mxw_daemon_run(daemon, &err);
		if (err.text[0])
			mxw_log_say(&daemon->log, MXW_LOG_ERROR, "%s", err.text);
		code = error ? mxw_exit_code(error) : daemon->exit_code;
		mxw_daemon_end(daemon);
	}
	free(daemon);
	return code;
}
