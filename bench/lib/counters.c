// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the thread's CPU time and hardware counters. Called by the harness.
 *
 * Thread CPU time is taken, not the duration that BPF_PROG_TEST_RUN reports:
 * that one is cut to whole nanoseconds and includes time given to others.
 */
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench/lib/counters.h"

static int open_counter(uint64_t config)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE,
					.size = sizeof(attr),
					.config = config };

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void bench_counters_open(struct bench_counters *counters)
{
	counters->fds[0] = open_counter(PERF_COUNT_HW_CPU_CYCLES);
	counters->fds[1] = open_counter(PERF_COUNT_HW_INSTRUCTIONS);
	counters->fds[2] = open_counter(PERF_COUNT_HW_CACHE_MISSES);
}

void bench_counters_close(struct bench_counters *counters)
{
	for (int i = 0; i < BENCH_COUNTERS; i++) {
		if (counters->fds[i] >= 0)
			(void)close(counters->fds[i]); /* read only */
		counters->fds[i] = -1;
	}
}

static void read_all(const struct bench_counters *counters, double values[BENCH_COUNTERS + 1])
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); /* fails for no valid clock only */
	values[BENCH_COUNTERS] = (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
	for (int i = 0; i < BENCH_COUNTERS; i++) {
		uint64_t value = 0;

		if (counters->fds[i] < 0 ||
		    read(counters->fds[i], &value, sizeof(value)) != sizeof(value))
			value = 0;
		values[i] = (double)value;
	}
}

void bench_counters_start(struct bench_counters *counters)
{
	read_all(counters, counters->start);
}

struct bench_sample bench_counters_stop(struct bench_counters *counters, double packets)
{
	const double *start = counters->start;
	double now[BENCH_COUNTERS + 1];

	read_all(counters, now);
	return (struct bench_sample){
		.ns = (now[BENCH_COUNTERS] - start[BENCH_COUNTERS]) / packets,
		.cycles = (now[0] - start[0]) / packets,
		.instructions = (now[1] - start[1]) / packets,
		.misses = (now[2] - start[2]) / packets,
	};
}
