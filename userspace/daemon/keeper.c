// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The helper process. Started by start.c, watched by loop.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/apply.h"
#include "apply/home.h"
#include "apply/never.h"
#include "base/clock.h"
#include "base/num.h"
#include "daemon/keeper.h"
#include "daemon/rights.h"
#include "datapath/switches.h"
#include "host/changes.h"

#define LOOK_MS 1000
#define EVERY (60 * MXW_SECOND) /* nothing reports a new SSH session */
/* On a host with very many routes or connections a look takes long: it never takes more than
 * this part of a core. */
#define REST_CHANGE 20 /* times as long as the look took, after a change */
#define REST_EVERY 100 /* ... without one */

struct keeper {
	const struct mxw_log *log;
	struct mxw_changes changes;
	int life; /* a pipe that nobody writes to: hangs up when the controller has ended */
	uint64_t total; /* addresses that the host told last */
	uint64_t ended, took; /* CLOCK_MONOTONIC ns: the last look, and how long it was */
	bool wanted; /* something has changed since */
	bool failed; /* the last time */
};

/* The addresses of another network namespace than the filter's must not get into its set. */
static int check_home(const struct mxw_maps *maps, struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(maps, &config, err);

	if (!error && !mxw_home_here(&config))
		error = mxw_fail(err, MXW_E_FAIL,
				 "the filter is in another network namespace than mxwalld, so this "
				 "namespace's addresses are not added: run mxwalld where `xdpctl "
				 "status` says that the filter is");
	return error;
}

/* Under the lock, as every change of the set is. */
static int put(const struct mxw_never_list *list, struct mxw_err *err)
{
	struct mxw_session session;
	int error = mxw_session_maps(&session, err);

	if (!error)
		error = check_home(&session.maps, err);
	if (!error)
		error = mxw_never_put(&session.maps, list, err);
	mxw_session_end(&session);
	return error;
}

/* Whatever local users have made of processes and sockets is read before the lock is taken: it
 * may take long, and commands wait for the lock. A filter that is detached needs nothing. */
static int fill(struct keeper *keeper, struct mxw_err *err)
{
	struct mxw_never_list list;
	char text[MXW_COUNT_TEXT];
	uint64_t total;
	int error;

	mxw_never_init(&list);
	error = mxw_never_collect(&list, err);
	if (!error)
		error = put(&list, err);
	total = list.count;
	mxw_never_free(&list);
	if (!error && keeper->total && total != keeper->total)
		mxw_log_say(keeper->log, MXW_LOG_INFO,
			    "this host's addresses, gateways, resolvers and SSH sessions were "
			    "read again: the never-block set has %s",
			    mxw_count_format(total, "address", text));
	if (!error)
		keeper->total = total;
	return error == MXW_E_DETACHED ? MXW_OK : error;
}

static void look(struct keeper *keeper)
{
	uint64_t began = mxw_clock_mono();
	struct mxw_err err;
	bool failed = fill(keeper, &err) != MXW_OK;

	if (failed && !keeper->failed)
		mxw_log_say(keeper->log, MXW_LOG_ERROR, "never-block: %s", err.text);
	keeper->failed = keeper->wanted = failed; /* then it is tried again */
	keeper->ended = mxw_clock_mono();
	keeper->took = keeper->ended - began;
}

static uint64_t longer(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool due(const struct keeper *keeper)
{
	uint64_t rest = keeper->wanted ? longer(MXW_SECOND, REST_CHANGE * keeper->took)
				       : longer(EVERY, REST_EVERY * keeper->took);

	return !keeper->ended || mxw_clock_mono() - keeper->ended >= rest;
}

/* Waits for a change, for a second at most. While one is known already, further ones are not
 * waited for: they are part of the same look. False: the controller has ended. */
static bool wait_for_change(const struct keeper *keeper)
{
	struct pollfd poller[] = { { .fd = keeper->life },
				   { .fd = keeper->changes.netlink, .events = POLLIN } };

	(void)poll(poller, keeper->wanted ? 1 : 2, LOOK_MS);
	return !poller[0].revents;
}

static void keep(struct keeper *keeper)
{
	do {
		keeper->wanted = mxw_changes_seen(&keeper->changes) || keeper->wanted;
		if (due(keeper))
			look(keeper);
	} while (wait_for_change(keeper));
}

static void run(const struct mxw_log *log, int life)
{
	struct keeper keeper = { .log = log, .life = life };
	struct mxw_err err;

	(void)prctl(PR_SET_NAME, "mxwalld-host");
	if (mxw_rights_keep(MXW_RIGHT_BPF | MXW_RIGHT_READ_SEARCH | MXW_RIGHT_PTRACE, &err) ||
	    mxw_changes_open(&keeper.changes, &err))
		mxw_log_say(log, MXW_LOG_ERROR, "never-block: %s", err.text);
	else
		keep(&keeper);
}

/* Not by PR_SET_PDEATHSIG: the controller's user may not signal a process of root's. The
 * controller's end of the pipe stays open as long as it lives. */
int mxw_keeper_start(const struct mxw_log *log, pid_t *keeper, struct mxw_err *err)
{
	int life[2];

	if (pipe2(life, O_CLOEXEC))
		return mxw_fail(err, MXW_E_FAIL, "cannot make a pipe: %s", strerror(errno));
	*keeper = fork();
	if (*keeper == 0) {
		(void)close(life[1]);
		run(log, life[0]);
		_exit(EXIT_FAILURE);
	}
	(void)close(life[0]);
	return *keeper > 0 ? MXW_OK
			   : mxw_fail(err, MXW_E_FAIL, "cannot start the helper process: %s",
				      strerror(errno));
}

enum mxw_keeper_news mxw_keeper_look(pid_t keeper)
{
	int status = 0;

	if (waitpid(keeper, &status, WNOHANG | WUNTRACED | WCONTINUED) == 0)
		return MXW_KEEPER_NO_NEWS;
	if (WIFSTOPPED(status))
		return MXW_KEEPER_STOPPED;
	return WIFCONTINUED(status) ? MXW_KEEPER_CONTINUED : MXW_KEEPER_ENDED;
}
