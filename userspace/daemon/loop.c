// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: reports, timers, signals, and the database on another thread.
 */
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "daemon/daemon.h"
#include "daemon/keeper.h"
#include "daemon/notify.h"

#define TICK_MS 100
#define STATS_EVERY (60 * MXW_SECOND)
#define REPORTS_AT_ONCE 256 /* then other things have their turn */
#define KNOWN_AT_ONCE 16384 /* sources whose time is looked at each second */

static void stop(struct mxw_daemon *daemon, int exit_code)
{
	daemon->exit_code = exit_code;
	uv_stop(&daemon->loop);
}

static void on_report(uv_poll_t *handle, int status, int events)
{
	struct mxw_daemon *daemon = handle->data;

	(void)status;
	(void)events;
	(void)mxw_news_read(daemon->news, REPORTS_AT_ONCE);
}

static void on_tick(uv_timer_t *handle)
{
	struct mxw_daemon *daemon = handle->data;

	mxw_dnsbl_tick(daemon->engine);
	mxw_daemon_control_tick(daemon);
	mxw_daemon_metrics_tick(daemon);
	if (daemon->names)
		mxw_names_tick(daemon->names);
}

/* On libuv's thread. */
static void write_batch(uv_work_t *work)
{
	struct mxw_daemon *daemon = work->data;

	mxw_auto_batch_write(daemon->batch);
}

static void batch_written(uv_work_t *work, int status)
{
	struct mxw_daemon *daemon = work->data;
	struct mxw_auto_batch *batch = daemon->batch;

	(void)status;
	daemon->batch = NULL;
	mxw_auto_batch_done(daemon->automatic, batch, mxw_clock_mono());
}

static void write_behind(struct mxw_daemon *daemon, uint64_t now)
{
	if (daemon->batch)
		return;
	daemon->batch = mxw_auto_batch_take(daemon->automatic, now);
	daemon->writing.data = daemon;
	if (!daemon->batch ||
	    !uv_queue_work(&daemon->loop, &daemon->writing, write_batch, batch_written))
		return;
	write_batch(&daemon->writing); /* without a thread, here */
	batch_written(&daemon->writing, 0);
}

/* The figures of the last minute, for people; while nothing happens, nothing is said. */
static void say_stats(struct mxw_daemon *daemon, uint64_t now)
{
	const struct mxw_auto_counts counts = mxw_auto_counts(daemon->automatic);
	struct mxw_latency *latency = &daemon->latency;
	char sources[MXW_COUNT_TEXT], held[MXW_COUNT_TEXT], verdicts[MXW_COUNT_TEXT];
	char entries[MXW_COUNT_TEXT];
	struct mxw_news_stats stats;

	if (now - daemon->said_stats < STATS_EVERY)
		return;
	daemon->said_stats = now;
	if (!latency->count || mxw_news_stats(&daemon->maps, &stats, NULL))
		return;
	mxw_log_say(&daemon->log, MXW_LOG_INFO,
		    "%s reported so far, %llu suppressed, %s held; %s now, half of them within "
		    "%llu us, 99 %% within %llu us; %s, %llu waiting, enforced ratio %.4f",
		    mxw_count_format(stats.reported, "source", sources),
		    (unsigned long long)stats.suppressed, mxw_count_format(stats.held, "SYN", held),
		    mxw_count_format(latency->count, "verdict", verdicts),
		    (unsigned long long)mxw_latency_within(latency, 50),
		    (unsigned long long)mxw_latency_within(latency, 99),
		    mxw_count_format(counts.entries, "entry", entries),
		    (unsigned long long)counts.waiting, mxw_auto_enforced_ratio(daemon->automatic));
	mxw_latency_reset(latency);
}

/* Once a minute while it lasts. */
static void say_failures(struct mxw_daemon *daemon, uint64_t now)
{
	uint64_t failed = mxw_resolver_counts(daemon->resolver).failed;
	uint64_t more = failed - daemon->failed;
	char questions[MXW_COUNT_TEXT];

	if (!more || (daemon->said_failed && now - daemon->said_failed < STATS_EVERY))
		return;
	daemon->failed = failed;
	daemon->said_failed = now;
	mxw_log_say(&daemon->log, MXW_LOG_WARNING,
		    "%s could not be asked because memory or descriptors ran out: "
		    "nobody is blocked or unblocked by that; look at LimitNOFILE and the memory's "
		    "limit",
		    mxw_count_format(more, "question", questions));
}

/* Without its helper the controller would go on with a never-block set that grows old, so it
 * ends with it. A helper that is only stopped is reported, because somebody did that on purpose. */
static void check_keeper(struct mxw_daemon *daemon)
{
	switch (mxw_keeper_look(daemon->keeper)) {
	case MXW_KEEPER_NO_NEWS:
		return;
	case MXW_KEEPER_STOPPED:
		daemon->keeper_stopped = true;
		mxw_log_say(&daemon->log, MXW_LOG_ERROR,
			    "the helper process %d was stopped: the never-block set is not kept up "
			    "to date until `kill -CONT %d`",
			    (int)daemon->keeper, (int)daemon->keeper);
		return;
	case MXW_KEEPER_CONTINUED:
		daemon->keeper_stopped = false;
		mxw_log_say(&daemon->log, MXW_LOG_INFO, "the helper process %d goes on",
			    (int)daemon->keeper);
		return;
	case MXW_KEEPER_ENDED:
		mxw_log_say(&daemon->log, MXW_LOG_ERROR,
			    "the helper process that keeps the never-block set up to date has "
			    "ended: the controller ends too, to be started again");
		stop(daemon, mxw_exit_code(MXW_E_FAIL));
	}
}

/* Both end the controller: it cannot open anything as root any more. */
static void look_for_the_end(struct mxw_daemon *daemon)
{
	if (mxw_pins_gone(daemon->pins)) {
		mxw_log_say(&daemon->log, MXW_LOG_INFO,
			    "the filter was detached: the controller ends, and waits for the next "
			    "attach when it is started again");
		stop(daemon, mxw_exit_code(MXW_E_DETACHED));
	} else {
		check_keeper(daemon);
	}
}

/* All that is done once a second. The heartbeat comes first, since automatic entries count by
 * it, and the watchdog last, when the rest has been done. */
static void on_second(uv_timer_t *handle)
{
	struct mxw_daemon *daemon = handle->data;
	uint64_t now = mxw_clock_mono();
	struct mxw_err err;

	if (mxw_news_beat(&daemon->maps, now, &err))
		mxw_log_say(&daemon->log, MXW_LOG_ERROR, "%s", err.text);
	mxw_daemon_ports_second(daemon);
	mxw_daemon_resolvers_follow(daemon);
	mxw_daemon_alarms_second(daemon);
	mxw_auto_tick(daemon->automatic, now);
	mxw_daemon_changes_second(daemon, now);
	(void)mxw_known_sweep(&daemon->maps, now, KNOWN_AT_ONCE, &daemon->known_cursor);
	write_behind(daemon, now);
	mxw_daemon_quotas_second(daemon, now);
	mxw_daemon_metrics_second(daemon);
	say_stats(daemon, now);
	say_failures(daemon, now);
	mxw_notify(daemon->notify, "WATCHDOG=1");
	look_for_the_end(daemon);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct mxw_daemon *daemon = handle->data;

	if (number == SIGHUP)
		mxw_daemon_reload(daemon);
	else
		stop(daemon, 0);
}

void mxw_daemon_signals(bool held)
{
	static const int numbers[] = { SIGHUP, SIGTERM, SIGINT };
	sigset_t signals;

	(void)sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaddset(&signals, numbers[i]);
	(void)sigprocmask(held ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL);
}

static int watch_signal(struct mxw_daemon *daemon, uv_signal_t *handle, int number)
{
	int error = uv_signal_init(&daemon->loop, handle);

	handle->data = daemon;
	return error ? error : uv_signal_start(handle, on_signal, number);
}

static int watch_timer(struct mxw_daemon *daemon, uv_timer_t *handle, uv_timer_cb call, uint64_t ms)
{
	int error = uv_timer_init(&daemon->loop, handle);

	handle->data = daemon;
	return error ? error : uv_timer_start(handle, call, 0, ms);
}

static int watch_ring(struct mxw_daemon *daemon)
{
	int error = uv_poll_init(&daemon->loop, &daemon->ring, mxw_news_fd(daemon->news));

	daemon->ring.data = daemon;
	return error ? error : uv_poll_start(&daemon->ring, UV_READABLE, on_report);
}

static int watch_all(struct mxw_daemon *daemon, struct mxw_err *err)
{
	int error = watch_ring(daemon);

	if (!error)
		error = watch_timer(daemon, &daemon->tick, on_tick, TICK_MS);
	if (!error)
		error = watch_timer(daemon, &daemon->second, on_second, 1000);
	if (!error)
		error = watch_signal(daemon, &daemon->hangup, SIGHUP);
	if (!error)
		error = watch_signal(daemon, &daemon->term, SIGTERM);
	if (!error)
		error = watch_signal(daemon, &daemon->interrupt, SIGINT);
	mxw_daemon_signals(false);
	if (error)
		return mxw_fail(err, MXW_E_FAIL, "cannot start the event loop: %s",
				uv_strerror(error));
	return MXW_OK;
}

static void close_handle(uv_handle_t *handle, void *context)
{
	const struct mxw_daemon *daemon = context;
	const void *const own[] = { &daemon->ring,   &daemon->tick, &daemon->second,
				    &daemon->hangup, &daemon->term, &daemon->interrupt };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (handle == own[i] && !uv_is_closing(handle))
			uv_close(handle, NULL);
}

/* Nothing is reported any more; entries stay until their time is over. */
static void wind_down(struct mxw_daemon *daemon)
{
	struct mxw_auto_batch *batch;

	(void)mxw_news_want(&daemon->maps, 0, false, NULL); /* the heartbeat ends in any case */
	uv_walk(&daemon->loop, close_handle, daemon);
	mxw_daemon_metrics_stop(daemon);
	mxw_daemon_control_stop(daemon);
	mxw_resolver_close(daemon->resolver, NULL, NULL);
	(void)uv_run(&daemon->loop, UV_RUN_DEFAULT); /* until all is closed and written */
	mxw_daemon_quotas_end(daemon);
	batch = mxw_auto_batch_take(daemon->automatic, mxw_clock_mono());
	if (batch) {
		mxw_auto_batch_write(batch);
		mxw_auto_batch_done(daemon->automatic, batch, mxw_clock_mono());
	}
	(void)uv_loop_close(&daemon->loop); /* the process ends anyway */
}

int mxw_daemon_run(struct mxw_daemon *daemon, struct mxw_err *err)
{
	int error = watch_all(daemon, err);

	if (!error)
		error = mxw_daemon_control_watch(daemon, err);
	if (!error)
		error = mxw_daemon_metrics_watch(daemon, err);
	if (!error)
		error = mxw_news_beat(&daemon->maps, mxw_clock_mono(), err);
	if (!error)
		error = mxw_news_want(&daemon->maps, (uint32_t)daemon->settings.limits.events,
				      daemon->settings.filter.hold_unknown, err);
	if (!error) {
		mxw_notify(daemon->notify, "READY=1\nSTATUS=running");
		mxw_log_say(&daemon->log, MXW_LOG_INFO, "mxwalld " MXW_VERSION " runs");
		(void)uv_run(&daemon->loop, UV_RUN_DEFAULT); /* ends by stop() alone */
		mxw_notify(daemon->notify, "STOPPING=1");
		daemon->said_stats = 0;
		say_stats(daemon, mxw_clock_mono());
	}
	wind_down(daemon);
	return error;
}
