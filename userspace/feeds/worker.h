/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process without rights that fetches and parses one file or URL.
 */
#ifndef MXW_FEED_WORKER_H
#define MXW_FEED_WORKER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "feeds/read.h"

struct mxw_job {
	const struct mxw_feed_source *source;
	int input; /* what to read; -1: the URL of source */
	uint64_t max_bytes, max_seconds;
	struct mxw_format_clock clock; /* of the input */
	const char *ca; /* certificates in PEM instead of the system's; NULL for those */
	size_t ca_size;
};

struct mxw_worker {
	pid_t pid;
	int pipe; /* its records */
};

/* What job points to is only used by the new process, which has its own copy. */
int mxw_worker_start(const struct mxw_job *job, struct mxw_worker *worker, struct mxw_err *err);

/* Waits at most so long for the worker to end by itself, then takes it down. Returns how it
 * ended, as waitpid() gives it, or -1 if it had to be taken down. */
int mxw_worker_stop(struct mxw_worker *worker, unsigned int wait_ms);

#endif
