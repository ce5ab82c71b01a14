/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs an XDP program over the corpus with BPF_PROG_TEST_RUN, one source per
 * packet, and says what a packet cost.
 */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <bpf/libbpf.h>

#include "base/err.h"
#include "bench/lib/corpus.h"
#include "bench/lib/counters.h"
#include "bench/lib/frame.h"

struct bench_harness {
	struct bpf_object *object;
	struct bench_probe *corpus; /* the corpus map, BENCH_PROBES elements */
	int wrapper_fd;
	int empty_fd; /* the program that every cost is measured above */
	int target_fd;
	int state_fd;
	struct bench_counters counters;
	enum bench_frame frame; /* what to send; the caller may change it */
	uint32_t passes; /* of struct bench_wrapper; the caller may change it */
};

/*
 * Loads the wrapper from dir, the folder of the .bpf.o files. Returns 0, or
 * MXW_E_FAIL with a sentence; bench_harness_close() is due in both cases.
 */
int bench_harness_open(struct bench_harness *harness, const char *dir, struct mxw_err *err);

void bench_harness_close(struct bench_harness *harness);

/*
 * Sends packets (a multiple of BENCH_PROBES, below 2^32) through program_fd from
 * the start of the corpus. *sample is per packet, the wrapper's share included.
 * Returns 0 or MXW_E_FAIL with a sentence. The caller blocks SIGINT and SIGTERM;
 * a pending one makes the next call fail.
 */
int bench_harness_run(struct bench_harness *harness, int program_fd, uint32_t packets,
		      struct bench_sample *sample, struct mxw_err *err);

/* The sentence for a BPF call that failed with errno: what, and the remedy. */
int bench_bpf_fail(struct mxw_err *err, const char *what, int error);

#endif
