// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Start, work and end of the worker. All below run() happens in the new process,
 * which never returns from it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "feeds/confine.h"
#include "feeds/fetch.h"
#include "feeds/intake.h"
#include "feeds/send.h"
#include "feeds/worker.h"

#define PIECE (256 << 10)
#define PIPE_SIZE (1 << 20)

/* What the worker holds while it works. */
struct work {
	const struct mxw_job *job;
	struct mxw_send *send;
	struct mxw_reader *reader;
	struct mxw_intake *intake;
};

static int take(void *context, const void *data, size_t size, struct mxw_err *err)
{
	struct work *work = context;
	int code = mxw_intake_take(work->intake, data, size, err);

	if (code)
		return code;
	if (!mxw_send_progress(work->send, mxw_intake_bytes(work->intake),
			       mxw_reader_lines(work->reader)))
		return mxw_fail(err, MXW_E_FAIL, "Nobody listens.");
	return 0;
}

static int read_input(struct work *work, struct mxw_err *err)
{
	char *piece = malloc(PIECE);
	ssize_t got;
	int code = 0;

	if (!piece)
		return mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	do {
		got = read(STDIN_FILENO, piece, PIECE);
		if (got > 0)
			code = take(work, piece, (size_t)got, err);
		else if (got < 0 && errno != EINTR)
			code = mxw_fail(err, MXW_E_FAIL, "It cannot be read: %s.", strerror(errno));
	} while (!code && got != 0);
	free(piece);
	return code;
}

/* Fetches into the parser. An answer without a byte is an error, since an empty list would take
 * all blocks back. */
static int fetch(struct work *work, struct mxw_record_done *done, struct mxw_err *err)
{
	const struct mxw_job *job = work->job;
	const struct mxw_feed_source *source = job->source;
	struct mxw_fetch with = {
		.url = source->where,
		.etag = source->etag,
		.last_modified = source->last_modified,
		.ca = job->ca,
		.ca_size = job->ca_size,
		.max_bytes = job->max_bytes,
		.max_seconds = job->max_seconds,
		.take = take,
		.context = work,
	};
	struct mxw_fetched got = { .not_modified = false };
	int code = mxw_fetch(&with, &got, err);

	if (!code && !got.not_modified && mxw_intake_bytes(work->intake) == 0)
		code = mxw_fail(err, MXW_E_FAIL, "The server's answer is empty.");
	done->not_modified = got.not_modified;
	memcpy(done->etag, got.etag, sizeof(done->etag));
	memcpy(done->last_modified, got.last_modified, sizeof(done->last_modified));
	return code;
}

static int read_all(struct work *work, struct mxw_record_done *done, struct mxw_err *err)
{
	int code = work->job->input < 0 ? fetch(work, done, err) : read_input(work, err);

	if (!code && !done->not_modified) {
		code = mxw_intake_end(work->intake, err);
		if (!code)
			code = mxw_reader_end(work->reader, err);
	}
	done->bytes = mxw_intake_bytes(work->intake);
	done->lines = mxw_reader_lines(work->reader);
	done->list_end = mxw_reader_list_end(work->reader);
	done->format = (uint32_t)mxw_reader_format(work->reader);
	return code;
}

static int confine(const struct mxw_job *job, int pipe, pid_t parent, struct mxw_err *err)
{
	struct mxw_confinement with = {
		.input = job->input,
		.output = pipe,
		.network = job->input < 0,
		.cpu_seconds = (uint32_t)job->max_seconds,
		.parent = parent,
	};

	return mxw_confine(&with, err);
}

/* The exit status is 0 if the last word could be said. Memory goes with the process. */
static int run(const struct mxw_job *job, struct mxw_err *err)
{
	struct work work = { .job = job };
	struct mxw_record_done done = { .bytes = 0 };
	struct mxw_format_sink sink;
	int code;

	work.send = mxw_send_new(STDOUT_FILENO, &sink);
	if (!work.send)
		return 1;
	code = mxw_reader_open(job->source->format, &sink, &work.reader, err);
	if (!code)
		mxw_reader_expect(work.reader, job->source->expected);
	if (!code)
		mxw_reader_set_clock(work.reader, &job->clock);
	if (!code)
		code = mxw_intake_open(work.reader, job->max_bytes, &work.intake, err);
	if (!code)
		code = read_all(&work, &done, err);
	if (code)
		return mxw_send_error(work.send, err) ? 0 : 1;
	return mxw_send_done(work.send, &done) ? 0 : 1;
}

static void child(const struct mxw_job *job, int pipe, pid_t parent)
{
	struct mxw_err err = { .text = "" };
	struct mxw_format_sink sink;
	struct mxw_send *send;

	if (confine(job, pipe, parent, &err) == 0)
		_exit(run(job, &err));
	/* Standard output is the pipe only after all went well. */
	send = mxw_send_new(pipe, &sink);
	_exit(send && mxw_send_error(send, &err) ? 0 : 1);
}

int mxw_worker_start(const struct mxw_job *job, struct mxw_worker *worker, struct mxw_err *err)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return mxw_fail(err, MXW_E_FAIL, "Cannot make a pipe: %s.", strerror(errno));
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE); /* smaller is only slower */
	worker->pid = fork();
	if (worker->pid == 0)
		child(job, ends[1], parent);
	(void)close(ends[1]);
	if (worker->pid < 0) {
		(void)close(ends[0]);
		return mxw_fail(err, MXW_E_FAIL, "Cannot start the process that reads lists: %s.",
				strerror(errno));
	}
	worker->pipe = ends[0];
	return 0;
}

int mxw_worker_stop(struct mxw_worker *worker, unsigned int wait_ms)
{
	const struct timespec millisecond = { .tv_nsec = 1000000 };
	int status = 0;

	(void)close(worker->pipe);
	for (;;) {
		if (waitpid(worker->pid, &status, WNOHANG) == worker->pid)
			return status;
		if (wait_ms-- == 0)
			break;
		(void)nanosleep(&millisecond, NULL); /* shorter is fine */
	}
	(void)kill(worker->pid, SIGKILL);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	return -1;
}
