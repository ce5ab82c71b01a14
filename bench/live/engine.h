/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends: one thread inside the kernel's BPF_PROG_TEST_RUN, the caller beside it,
 * who watches the devices and ends it.
 */
#ifndef LIVE_ENGINE_H
#define LIVE_ENGINE_H

#include <bpf/libbpf.h>

#include "bench/live/device.h"
#include "bench/live/traffic.h"

#define LIVE_WINDOW 192 /* frames under way with lossless; a veth ring holds 256 */

struct live_engine {
	struct bpf_object *object;
	int program_fd;
	volatile struct live_state *state; /* shared with the program */
};

/* When to stop: at the first that is reached; 0 = never. */
struct live_limits {
	double seconds;
	uint64_t count;
	bool lossless; /* send no more than the receiver has room for */
	bool quiet; /* no line on standard error each second */
	int cpu; /* to send on */
};

/* What came of it. Valid also after a failure, as far as it went. */
struct live_result {
	double seconds; /* from the first packet to the last */
	uint64_t sent;
	struct live_counts counts; /* of this run */
	bool interrupted; /* SIGINT or SIGTERM */
};

/* Loads the program from dir, the folder of the .bpf.o files, for device and
 * traffic. Returns 0, or MXW_E_FAIL with a sentence; close in both cases. */
int live_engine_open(struct live_engine *engine, const char *dir, const struct live_device *device,
		     const struct live_traffic *traffic, struct mxw_err *err);

void live_engine_close(struct live_engine *engine);

/*
 * Sends until a limit, a signal or a fault, and waits up to 2 s for the receiver
 * to take the rest. The caller has SIGINT and SIGTERM blocked. Returns 0, or
 * MXW_E_FAIL with a sentence, e.g. when a device went down.
 */
int live_engine_run(struct live_engine *engine, const struct live_device *device,
		    const struct live_traffic *traffic, const struct live_limits *limits,
		    struct live_result *result, struct mxw_err *err);

#endif
