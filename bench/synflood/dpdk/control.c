// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controlling thread, on EAL's main lcore.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "base/clock.h"
#include "bench/synflood/dpdk/control.h"

#define TICK_NS 10000000 /* how often it looks around */
#define LINK_TICKS 10 /* it looks at the link that often */
#define STALL_NS (5 * MXW_SECOND)
#define HASTE_NS (MXW_SECOND / 2) /* for answers to what was sent just before an interrupt */

/* What the controlling thread keeps in mind. */
struct course {
	struct sf_run *run;
	struct sf_result *result;
	struct sf_counters shown; /* the sum at the last progress line */
	uint64_t start, shown_at; /* CLOCK_MONOTONIC, ns */
	uint64_t listen_until; /* in SF_LISTENING */
	uint64_t sent, refused; /* when a packet was last seen to go out, */
	uint64_t moved_at; /* and when that was */
	uint64_t ticks;
	int interrupts;
};

static void end_signals(sigset_t *set)
{
	(void)sigemptyset(set); /* none of these fails for valid signals */
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGHUP);
}

void sf_control_hold_signals(void)
{
	sigset_t set;

	end_signals(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Waits a tick; true if a signal to end came. */
static bool tick(void)
{
	const struct timespec wait = { .tv_nsec = TICK_NS };
	sigset_t set;

	end_signals(&set);
	return sigtimedwait(&set, NULL, &wait) > 0;
}

static bool all_answered(const struct sf_result *result)
{
	struct sf_counters sum;

	sf_result_sum(result, &sum);
	return !sf_counters_unanswered(&sum, 0, -1) && !sf_counters_unanswered(&sum, 1, -1);
}

static void listen(struct course *c, uint64_t now, uint64_t longest)
{
	c->listen_until = now + longest;
	c->run->phase = SF_LISTENING;
}

/* Moves on to the next phase where the present one is over. */
static void advance(struct course *c, uint64_t now)
{
	const struct sf_settings *s = c->run->settings;
	uint64_t wait = s->options.deaf ? 0 : s->options.wait * (MXW_SECOND / 1000);
	bool finished = c->run->finished == s->options.cores;
	bool over = s->seconds && now - c->start >= s->seconds * MXW_SECOND;

	switch ((enum sf_phase)c->run->phase) {
	case SF_SENDING:
		if (over && !finished && s->tries)
			c->run->phase = SF_RETRYING;
		else if (over || finished)
			listen(c, now, wait);
		break;
	case SF_RETRYING:
		if (finished)
			listen(c, now, wait);
		break;
	case SF_LISTENING:
		if (now >= c->listen_until || (finished && all_answered(c->result)))
			c->run->phase = SF_ENDED;
		break;
	case SF_WAITING:
	case SF_ENDED:
		break;
	}
}

static void show(struct course *c, uint64_t now)
{
	struct sf_counters sum;

	if (c->run->settings->options.quiet || now - c->shown_at < MXW_SECOND)
		return;
	sf_result_sum(c->result, &sum);
	sf_progress_line(&sum, &c->shown, (double)(now - c->shown_at) / MXW_SECOND,
			 (double)(now - c->start) / MXW_SECOND);
	c->shown = sum;
	c->shown_at = now;
}

/* The first signal stops sending, the second listening. */
static void interrupt(struct course *c, uint64_t now)
{
	if (c->interrupts++ || c->run->phase >= SF_LISTENING)
		c->run->phase = SF_ENDED;
	else
		listen(c, now, HASTE_NS);
}

/* A device that takes nothing for long will not take anything later either. */
static int check_stall(struct course *c, uint64_t now, struct mxw_err *err)
{
	struct sf_counters sum;
	uint64_t sent;

	sf_result_sum(c->result, &sum);
	sent = sf_counters_all(sum.flows) + sf_counters_all(sum.retries);
	if (sent != c->sent || sum.refused == c->refused || c->run->phase >= SF_LISTENING) {
		c->sent = sent;
		c->refused = sum.refused;
		c->moved_at = now;
	}
	if (now - c->moved_at < STALL_NS)
		return MXW_OK;
	return mxw_fail(err, MXW_E_FAIL, "%s has taken no packet for %llu s", c->run->device->name,
			(unsigned long long)(STALL_NS / MXW_SECOND));
}

/* One round each tick, until the workers have ended: ^C, a lost link, a stall, and the display. */
static int watch(struct course *c, struct mxw_err *err)
{
	int error = MXW_OK;

	while (c->run->phase != SF_ENDED && !error) {
		bool signal = tick();
		uint64_t now = mxw_clock_mono();

		if (signal)
			interrupt(c, now);
		if (c->ticks++ % LINK_TICKS == 0)
			error = sf_device_check(c->run->device, err);
		if (!error)
			error = check_stall(c, now, err);
		show(c, now);
		advance(c, now);
	}
	c->run->phase = SF_ENDED;
	if (!error && c->interrupts)
		error = mxw_fail(err, MXW_E_FAIL, "interrupted");
	return error;
}

static int launch(struct sf_run *run, struct sf_worker *workers)
{
	unsigned int lcore = rte_get_next_lcore(-1U, 1, 0);
	int error = 0;

	for (uint64_t i = 0; i < run->settings->options.cores && !error; i++) {
		error = rte_eal_remote_launch(sf_worker_main, &workers[i], lcore);
		lcore = rte_get_next_lcore(lcore, 1, 0);
	}
	return error;
}

static void note_end(struct course *c)
{
	struct sf_counters *counters = c->run->counters;

	for (uint64_t i = 0; i < c->run->settings->options.cores; i++)
		if ((double)counters[i].sending_ns / MXW_SECOND > c->result->seconds)
			c->result->seconds = (double)counters[i].sending_ns / MXW_SECOND;
}

/* Starts the workers on their lcores and waits for all of them, also after a failure, because
 * they use what is freed next. */
static int flood(struct sf_run *run, struct sf_worker *workers, struct sf_result *result,
		 struct mxw_err *err)
{
	struct course course = { .run = run, .result = result };
	time_t now = time(NULL);
	struct tm parts;
	int error;

	(void)strftime(result->started, sizeof(result->started), "%Y-%m-%dT%H:%M:%SZ",
		       gmtime_r(&now, &parts));
	run->ns_per_cycle = 1e9 / (double)rte_get_tsc_hz();
	course.start = mxw_clock_mono();
	course.shown_at = course.start;
	course.moved_at = course.start;
	run->start = rte_rdtsc();
	run->phase = SF_SENDING;
	error = launch(run, workers)
			? mxw_fail(err, MXW_E_FAIL, "EAL did not start a worker on its lcore")
			: watch(&course, err);
	run->phase = SF_ENDED;
	rte_eal_mp_wait_lcore();
	note_end(&course);
	return error;
}

int sf_control_flood(struct sf_run *run, struct sf_result *result, struct mxw_err *err)
{
	uint16_t count = (uint16_t)run->settings->options.cores;
	struct sf_worker *workers = calloc(count, sizeof(*workers));
	int error = workers ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory");

	run->ledgers = calloc(count, sizeof(*run->ledgers));
	if (!run->ledgers)
		error = mxw_fail(err, MXW_E_FAIL, "out of memory");
	for (uint16_t i = 0; i < count && !error; i++) {
		error = sf_ledger_make(&run->ledgers[i], run->settings->remembered, err);
		if (!error)
			error = sf_worker_make(&workers[i], run, i, err);
	}
	if (!error)
		error = flood(run, workers, result, err);
	for (uint16_t i = 0; i < count && workers && run->ledgers; i++) {
		sf_worker_free(&workers[i]);
		sf_ledger_free(&run->ledgers[i]);
	}
	free(run->ledgers);
	free(workers);
	return error;
}
