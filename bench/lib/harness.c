// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The harness around one program under test. Called by pktcost.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>

#include "bench/lib/harness.h"

int bench_bpf_fail(struct mxw_err *err, const char *what, int error)
{
	if (error == EPERM || error == EACCES)
		return mxw_fail(err, MXW_E_FAIL,
				"%s: the kernel refuses it (%s); run as root, or with the "
				"capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
				what, strerror(error));
	if (error == ENOMEM)
		return mxw_fail(err, MXW_E_FAIL,
				"%s: not enough memory; free some, or raise the memory limit "
				"(ulimit -l, memory cgroup)",
				what);
	return mxw_fail(err, MXW_E_FAIL, "%s: %s", what, strerror(error));
}

static int find_parts(struct bench_harness *h)
{
	void *corpus;
	int corpus_fd = bpf_object__find_map_fd_by_name(h->object, "bench_corpus");

	h->target_fd = bpf_object__find_map_fd_by_name(h->object, "bench_target");
	h->state_fd = bpf_object__find_map_fd_by_name(h->object, ".bss");
	h->wrapper_fd = bpf_program__fd(bpf_object__find_program_by_name(h->object, "bench_wrap"));
	h->empty_fd = bpf_program__fd(bpf_object__find_program_by_name(h->object, "bench_empty"));
	if (corpus_fd < 0 || h->target_fd < 0 || h->state_fd < 0 || h->wrapper_fd < 0 ||
	    h->empty_fd < 0)
		return -ENOENT;
	corpus = mmap(NULL, BENCH_PROBES * sizeof(struct bench_probe), PROT_READ | PROT_WRITE,
		      MAP_SHARED, corpus_fd, 0);
	if (corpus == MAP_FAILED)
		return -errno;
	h->corpus = corpus;
	return 0;
}

int bench_harness_open(struct bench_harness *h, const char *dir, struct mxw_err *err)
{
	char path[4096];
	int error;

	memset(h, 0, sizeof(*h));
	bench_counters_open(&h->counters);
	(void)snprintf(path, sizeof(path), "%s/pktcost.bpf.o", dir);
	h->object = bpf_object__open_file(path, NULL);
	if (!h->object)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s; build it with `make bench`",
				path, strerror(errno));
	error = bpf_object__load(h->object);
	if (error)
		return bench_bpf_fail(err, "cannot load the measuring program", -error);
	error = find_parts(h);
	if (error)
		return bench_bpf_fail(err, "cannot use the measuring program", -error);
	return 0;
}

void bench_harness_close(struct bench_harness *h)
{
	if (h->corpus)
		(void)munmap(h->corpus, BENCH_PROBES * sizeof(struct bench_probe));
	bpf_object__close(h->object);
	bench_counters_close(&h->counters);
	memset(h, 0, sizeof(*h));
}

/* Puts program_fd behind the wrapper and the wrapper at the start of the corpus. */
static int aim(const struct bench_harness *h, int program_fd, struct mxw_err *err)
{
	struct bench_wrapper state = { .passes = h->passes };
	uint32_t slot = 0;

	if (bpf_map_update_elem(h->target_fd, &slot, &program_fd, BPF_ANY))
		return bench_bpf_fail(err, "cannot put the program behind the wrapper", errno);
	if (bpf_map_update_elem(h->state_fd, &slot, &state, BPF_ANY))
		return bench_bpf_fail(err, "cannot reset the wrapper", errno);
	return 0;
}

/* Whether every packet reached the program. */
static int check_wrapper(const struct bench_harness *h, uint32_t packets, struct mxw_err *err)
{
	struct bench_wrapper state;
	uint32_t slot = 0;

	if (bpf_map_lookup_elem(h->state_fd, &slot, &state))
		return bench_bpf_fail(err, "cannot read the wrapper's state", errno);
	if (state.packets != packets || state.missed)
		return mxw_fail(err, MXW_E_FAIL,
				"the wrapper sent %llu packets instead of %u, %llu of them to "
				"no program; this is a fault of the benchmark",
				state.packets, packets, state.missed);
	return 0;
}

static bool interrupted(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

int bench_harness_run(struct bench_harness *h, int program_fd, uint32_t packets,
		      struct bench_sample *sample, struct mxw_err *err)
{
	struct bench_packet frame;
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = &frame, .data_size_in = sizeof(frame),
		    .repeat = (int)packets);
	int error;

	if (interrupted())
		return mxw_fail(err, MXW_E_FAIL, "interrupted; only what was done counts");
	bench_packet_build(&frame, h->frame);
	error = aim(h, program_fd, err);
	if (error)
		return error;
	bench_counters_start(&h->counters);
	error = bpf_prog_test_run_opts(h->wrapper_fd, &run);
	*sample = bench_counters_stop(&h->counters, packets);
	if (error)
		return bench_bpf_fail(err, "BPF_PROG_TEST_RUN", -error);
	return check_wrapper(h, packets, err);
}
