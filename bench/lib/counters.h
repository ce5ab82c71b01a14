/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one packet cost, by the clock and by the CPU's own counters. Those move
 * less than time does when a neighbour is busy or the clock rate changes.
 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#define BENCH_COUNTERS 3

/* Per packet. The last three are 0 where the machine has no such counters. */
struct bench_sample {
	double ns; /* CPU time of this thread */
	double cycles;
	double instructions;
	double misses; /* references that the last-level cache could not answer,
			* or what the CPU counts as that */
};

struct bench_counters {
	int fds[BENCH_COUNTERS]; /* -1: not there */
	double start[BENCH_COUNTERS + 1];
};

/* Never fails: what cannot be counted is 0. Close when done. */
void bench_counters_open(struct bench_counters *counters);
void bench_counters_close(struct bench_counters *counters);

/* Around the measured part; packets is what to divide by. */
void bench_counters_start(struct bench_counters *counters);
struct bench_sample bench_counters_stop(struct bench_counters *counters, double packets);

#endif
