// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sending thread and its watch.
 *
 * BPF_PROG_TEST_RUN sets up a pool of pages at each call, which takes up to
 * milliseconds, so one call sends everything; a signal to its thread ends it.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "bench/lib/harness.h"
#include "bench/lib/machine.h"
#include "bench/live/engine.h"

#define BATCH 64 /* frames between two looks at the clock, by the kernel */
#define WATCH_LOSSLESS 50000L /* ns between two looks of ours */
#define WATCH 2000000L
#define PROGRESS 1.0 /* seconds */
#define CHECK 0.1
#define DRAIN 2.0
#define SILENCE 5.0 /* seconds without a packet, sent or taken, which mean a fault */

/* One run under way. */
struct run {
	struct live_engine *engine;
	const struct live_device *device;
	const struct live_limits *limits;
	struct live_counts before;
	struct bench_packet frame;
	double start, moved; /* the first packet, and the last look that saw new ones */
	double next_progress, next_check;
	atomic_bool done; /* the sending thread has ended */
	atomic_int error; /* errno of its system call */
};

static double now(void)
{
	return (double)mxw_clock_mono() / 1e9;
}

static void nap(long ns)
{
	const struct timespec time = { .tv_nsec = ns };

	(void)nanosleep(&time, NULL); /* shorter after a signal: harmless */
}

static int prepare(struct live_engine *engine, const struct live_device *device)
{
	const struct live_constants constants = { .ifindex = device->ifindex,
						  .count = LIVE_PROBES };
	struct bpf_map *corpus = bpf_object__find_map_by_name(engine->object, "live_corpus");
	struct bpf_map *rodata = bpf_object__find_map_by_name(engine->object, ".rodata");

	if (!corpus || !rodata || bpf_map__set_max_entries(corpus, LIVE_PROBES))
		return -EINVAL;
	return bpf_map__set_initial_value(rodata, &constants, sizeof(constants));
}

/* Memory of an array map, shared with the program. NULL, with errno, if it fails. */
static void *shared(const struct live_engine *engine, const char *map, size_t size)
{
	int fd = bpf_object__find_map_fd_by_name(engine->object, map);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int share(struct live_engine *engine, const struct live_traffic *traffic)
{
	size_t size = LIVE_PROBES * sizeof(struct live_probe);
	void *corpus = shared(engine, "live_corpus", size);

	if (!corpus)
		return -errno;
	memcpy(corpus, traffic->probes, size);
	(void)munmap(corpus, size); /* the map keeps it */
	engine->state = shared(engine, ".bss", sizeof(*engine->state));
	return engine->state ? 0 : -errno;
}

int live_engine_open(struct live_engine *engine, const char *dir, const struct live_device *device,
		     const struct live_traffic *traffic, struct mxw_err *err)
{
	char path[4096];
	int error;

	memset(engine, 0, sizeof(*engine));
	(void)snprintf(path, sizeof(path), "%s/livegen.bpf.o", dir);
	engine->object = bpf_object__open_file(path, NULL);
	if (!engine->object)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s; build it with `make bench`",
				path, strerror(errno));
	error = prepare(engine, device);
	if (!error)
		error = bpf_object__load(engine->object);
	if (!error)
		error = share(engine, traffic);
	if (error)
		return bench_bpf_fail(err, "cannot load the generator", -error);
	engine->program_fd =
		bpf_program__fd(bpf_object__find_program_by_name(engine->object, "livegen"));
	return 0;
}

void live_engine_close(struct live_engine *engine)
{
	if (engine->state)
		(void)munmap((void *)(uintptr_t)engine->state, sizeof(*engine->state));
	bpf_object__close(engine->object);
	memset(engine, 0, sizeof(*engine));
}

static void wake(int signal)
{
	(void)signal; /* its arrival is all that matters: the system call returns */
}

static void *send_all(void *argument)
{
	struct run *run = argument;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = &run->frame,
		    .data_size_in = sizeof(run->frame), .repeat = INT32_MAX,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	int error = 0;

	(void)bench_machine_pin(run->limits->cpu); /* checked by the caller */
	while (!error && run->engine->state->limit)
		error = bpf_prog_test_run_opts(run->engine->program_fd, &opts);
	if (error && error != -EINTR)
		atomic_store(&run->error, -error);
	atomic_store(&run->done, true);
	return NULL;
}

static bool interrupted(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

/* The counts since the run began; left alone where they cannot be read. */
static int count(const struct run *run, struct live_counts *counts, struct mxw_err *err)
{
	struct live_counts all;
	int error = live_device_count(run->device, &all, err);

	if (error)
		return error;
	counts->taken = all.taken - run->before.taken;
	counts->refused = all.refused - run->before.refused;
	counts->received = all.received - run->before.received;
	counts->program_drops = all.program_drops - run->before.program_drops;
	if (all.thread_ns > run->before.thread_ns) /* else the thread is gone */
		counts->thread_ns = all.thread_ns - run->before.thread_ns;
	return 0;
}

/* Room for LIVE_WINDOW frames beyond what the receiver has taken or lost. */
static void open_window(const struct run *run, const struct live_counts *counts)
{
	uint64_t limit = counts->received + counts->refused + LIVE_WINDOW;

	if (run->limits->count && limit > run->limits->count)
		limit = run->limits->count;
	run->engine->state->limit = limit;
}

static void progress(struct run *run, const struct live_result *result)
{
	if (run->limits->quiet || result->seconds < run->next_progress)
		return;
	run->next_progress += PROGRESS;
	fprintf(stderr, "%5.0f s  sent %llu, received %llu\n", result->seconds,
		(unsigned long long)result->sent, (unsigned long long)result->counts.received);
}

/* One look. True when it is time to stop; *error says whether by a fault. */
static bool look(struct run *run, struct live_result *result, int *error, struct mxw_err *err)
{
	const struct live_limits *limits = run->limits;

	if (!result->sent)
		run->start = now();
	if (result->sent != run->engine->state->sent)
		run->moved = now();
	result->sent = run->engine->state->sent;
	result->seconds = now() - run->start;
	result->interrupted = interrupted();
	if (limits->lossless || result->seconds >= run->next_check) {
		run->next_check = result->seconds + CHECK;
		*error = live_device_check(run->device, err);
		if (!*error)
			*error = count(run, &result->counts, err);
		if (!*error && result->seconds > SILENCE)
			*error = live_device_took(run->device, &result->counts, result->sent, err);
	}
	if (!*error && now() - run->moved > SILENCE)
		*error = mxw_fail(
			err, MXW_E_FAIL,
			"nothing was sent for %.0f seconds; is CPU %d busy with something of "
			"higher priority, or does %s not receive?",
			SILENCE, limits->cpu, run->device->receiver);
	if (*error)
		return true;
	if (limits->lossless)
		open_window(run, &result->counts);
	progress(run, result);
	return atomic_load(&run->done) || result->interrupted ||
	       (limits->count && result->sent >= limits->count) ||
	       (limits->seconds > 0 && result->seconds >= limits->seconds);
}

/* A signal that comes before the system call is lost, so it is sent until heard. */
static void stop(struct run *run, pthread_t thread)
{
	while (!atomic_load(&run->done)) {
		(void)pthread_kill(thread, SIGUSR1);
		nap(WATCH / 4);
	}
	(void)pthread_join(thread, NULL);
}

/* Until the receiver has emptied its ring: then nothing more comes for a while. */
static int drain(const struct run *run, struct live_result *result, struct mxw_err *err)
{
	double end = now() + DRAIN;
	int error;

	do {
		nap(WATCH);
		error = count(run, &result->counts, err);
	} while (!error && run->device->receiver[0] && now() < end &&
		 result->counts.received + result->counts.refused < result->sent);
	return error;
}

/* Watches while the kernel sends, and lets what is under way arrive before the counts are final. */
static int watch(struct run *run, pthread_t thread, struct live_result *result, struct mxw_err *err)
{
	long pause = run->limits->lossless ? WATCH_LOSSLESS : WATCH;
	struct mxw_err later;
	int error = 0, last;

	while (!look(run, result, &error, err))
		nap(pause);
	run->engine->state->limit = 0; /* from here on nothing is sent */
	result->seconds = now() - run->start;
	stop(run, thread);
	result->sent = run->engine->state->sent;
	last = drain(run, result, error ? &later : err);
	if (!error)
		error = last;
	if (!error && atomic_load(&run->error) == EINVAL && !result->sent)
		return mxw_fail(err, MXW_E_FAIL,
				"the kernel sends no live frames; that needs Linux 5.18 or later");
	if (!error && atomic_load(&run->error))
		return bench_bpf_fail(err, "the kernel stopped sending", atomic_load(&run->error));
	return error;
}

int live_engine_run(struct live_engine *engine, const struct live_device *device,
		    const struct live_traffic *traffic, const struct live_limits *limits,
		    struct live_result *result, struct mxw_err *err)
{
	const struct sigaction action = { .sa_handler = wake };
	struct run run = { .engine = engine,
			   .device = device,
			   .limits = limits,
			   .frame = traffic->frame,
			   .next_progress = PROGRESS };
	pthread_t thread;
	int error;

	memset(result, 0, sizeof(*result));
	(void)sigaction(SIGUSR1, &action, NULL); /* fails for no valid signal */
	error = live_device_count(device, &run.before, err);
	if (error)
		return error;
	engine->state->limit = limits->count ? limits->count : UINT64_MAX;
	if (limits->lossless)
		engine->state->limit = LIVE_WINDOW < engine->state->limit ? LIVE_WINDOW
									  : engine->state->limit;
	run.start = run.moved = now();
	error = pthread_create(&thread, NULL, send_all, &run);
	if (error)
		return mxw_fail(err, MXW_E_FAIL, "cannot start a thread: %s", strerror(error));
	return watch(&run, thread, result, err);
}
