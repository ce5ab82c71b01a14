// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a source to a settled list: opens what is to be read, has a worker read each file, and puts
 * together what came. Called by apply.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "feeds/clock.h"
#include "feeds/collect.h"
#include "feeds/mask.h"
#include "feeds/open.h"
#include "feeds/read.h"
#include "feeds/worker.h"

#define FILE_BYTES (2ULL << 30)
#define FILE_SECONDS 300
#define URL_BYTES (256ULL << 20)
#define URL_SECONDS 120
/* The fetcher has its own clock, which ends first and says more. */
#define URL_GRACE 5
#define ENDING_MS 1000
/* A file that is written meanwhile is read so often, with a pause between. */
#define TRIES 3
#define PAUSE_US 300000
#define CERTIFICATES (8U << 20) /* most bytes of a file of them */

/* One reading while it goes on. */
struct reading {
	struct mxw_job job;
	struct mxw_collect collect;
	struct mxw_ranges exclude;
	struct mxw_ended_list ended[2];
	char *ca;
	bool changed; /* a file, while it was read */
};

/* A sentence about how the worker ended, in place of the one that its pipe ended. */
static int explain_end(int status, struct mxw_err *err)
{
	if (status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return mxw_fail(err, MXW_E_FAIL,
				"Reading it took too much of the processor's time.");
	if (status >= 0 && WIFSIGNALED(status))
		return mxw_fail(err, MXW_E_FAIL,
				"The process that reads lists was ended by signal %d (%s).",
				WTERMSIG(status), strsignal(WTERMSIG(status)));
	return mxw_fail(err, MXW_E_FAIL,
			"The process that reads lists ended before it was through.");
}

/* Puts the name of the file or URL before the sentence. */
static int name_it(const char *label, int code, struct mxw_err *err)
{
	struct mxw_err why = *err;

	return mxw_fail(err, code, "\"%s\": %s", label, why.text);
}

/* Has a worker read one file, or the URL. */
static int read_one(struct reading *reading, const char *label, struct mxw_err *err)
{
	struct mxw_worker worker;
	int code, status;

	reading->collect.done = false;
	reading->collect.cut = false;
	mxw_feed_clock(reading->job.input, &reading->job.clock);
	code = mxw_worker_start(&reading->job, &worker, err);
	if (code)
		return code;
	reading->collect.label = label;
	code = mxw_collect(&reading->collect, worker.pipe, err);
	/* A worker that has closed the pipe is about to end, and its exit tells why. */
	reading->collect.label = "";
	status = mxw_worker_stop(&worker, reading->collect.cut ? ENDING_MS : 0);
	if (reading->collect.cut)
		code = explain_end(status, err);
	return code ? name_it(label, code, err) : 0;
}

/* Whether somebody has written the file since before. */
static bool written_since(int fd, const struct stat *before)
{
	struct stat now;

	return fstat(fd, &now) || now.st_size != before->st_size ||
	       now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* A file that is written while it is read would be half a list. Its times are compared
 * afterwards, and the caller reads it again. */
static int read_file(struct reading *reading, int dir, const char *name, const char *label,
		     struct mxw_err *err)
{
	char most[MXW_DURATION_TEXT];
	struct mxw_opened file;
	struct stat before;
	int code = mxw_open_file(dir, name, label, &file, err);

	if (code)
		return code;
	(void)fstat(file.fd, &before); /* went well a moment ago */
	reading->job.input = file.fd;
	reading->collect.total = file.size;
	if (file.size > reading->job.max_bytes)
		code = mxw_fail(err, MXW_E_FAIL,
				"\"%s\" is larger than %s bytes, the most that is read.", label,
				mxw_number_format(reading->job.max_bytes, most));
	else
		code = read_one(reading, label, err);
	reading->changed = reading->changed || written_since(file.fd, &before);
	(void)close(file.fd);
	return code;
}

static int read_stdin(struct reading *reading, struct mxw_err *err)
{
	struct mxw_opened file;
	int code = mxw_open_stdin(&file, err);

	reading->job.input = file.fd;
	reading->collect.total = file.size;
	if (!code)
		code = read_one(reading, "standard input", err);
	if (file.fd >= 0)
		(void)close(file.fd);
	return code;
}

static int read_dir(struct reading *reading, const char *path, struct mxw_err *err)
{
	struct mxw_opened_dir dir;
	char label[4096];
	int code = mxw_open_dir(path, &dir, reading->collect.report, err);

	for (size_t i = 0; i < dir.count && !code; i++) {
		(void)snprintf(label, sizeof(label), "%s/%s", path, dir.names[i]); /* cut is fine */
		reading->collect.file = dir.names[i];
		code = read_file(reading, dir.fd, dir.names[i], label, err);
	}
	reading->collect.file = "";
	mxw_close_dir(&dir);
	return code;
}

/* The certificates are read here because nobody may not be allowed to. */
static int read_url(struct reading *reading, struct mxw_err *err)
{
	const struct mxw_feed_source *source = reading->job.source;
	char label[MXW_URL_TEXT];
	int code = 0;

	reading->job.input = -1;
	if (source->ca_file)
		code = mxw_open_whole(source->ca_file, CERTIFICATES, &reading->ca,
				      &reading->job.ca_size, err);
	reading->job.ca = reading->ca;
	return code ? code : read_one(reading, mxw_url_mask(source->where, label), err);
}

static int read_source(struct reading *reading, struct mxw_err *err)
{
	const struct mxw_feed_source *source = reading->job.source;

	switch (source->kind) {
	case MXW_FEED_FILE:
		return read_file(reading, AT_FDCWD, source->where, source->where, err);
	case MXW_FEED_DIR:
		return read_dir(reading, source->where, err);
	case MXW_FEED_URL:
		return read_url(reading, err);
	case MXW_FEED_STDIN:
		return read_stdin(reading, err);
	}
	return mxw_fail(err, MXW_E_USAGE, "There is no source of kind %d.", (int)source->kind);
}

/* Takes the list's own exclusions out of its blocks. */
static int apply_exclusions(struct mxw_list *list, struct mxw_ranges *exclude, struct mxw_err *err)
{
	struct mxw_ranges rest = { 0 };
	int code;

	if (exclude->v4_count + exclude->v6_count == 0)
		return 0;
	code = mxw_ranges_settle(exclude, NULL, err);
	if (!code)
		code = mxw_ranges_subtract(&list->block, exclude, &rest, err);
	if (code)
		return code;
	mxw_ranges_free(&list->block);
	list->block = rest;
	return 0;
}

static int settle(struct reading *reading, struct mxw_err *err)
{
	struct mxw_list *list = reading->collect.list;
	uint64_t blocks = 0, allows = 0;
	int code = mxw_ranges_settle(&list->block, &blocks, err);

	if (!code)
		code = mxw_ranges_settle(&list->allow, &allows, err);
	reading->collect.reading->merged = blocks + allows;
	if (!code)
		code = mxw_endings_make(list, &reading->ended[0], &reading->ended[1],
					mxw_clock_wall() / MXW_SECOND,
					&reading->collect.reading->over, err);
	list->endings.all = reading->collect.list_end;
	return code ? code : apply_exclusions(list, &reading->exclude, err);
}

static void prepare(struct reading *reading, const struct mxw_feed_source *source)
{
	bool url = source->kind == MXW_FEED_URL;
	uint64_t seconds = source->max_seconds ? source->max_seconds
			   : url	       ? URL_SECONDS
					       : FILE_SECONDS;

	reading->job.source = source;
	reading->job.max_seconds = seconds;
	reading->job.max_bytes = source->max_bytes ? source->max_bytes
				 : url		   ? URL_BYTES
						   : FILE_BYTES;
	reading->collect.started_ns = mxw_clock_mono();
	reading->collect.deadline_ns =
		reading->collect.started_ns + (seconds + (url ? URL_GRACE : 0)) * MXW_SECOND;
}

/* One try. *changed: what was read may be half of one list and half of the next. */
static int read_settled(const struct mxw_feed_source *source, struct mxw_list *list,
			struct mxw_feed_reading *reading, const struct mxw_report *progress,
			bool *changed, struct mxw_err *err)
{
	struct reading now = { .collect = { .list = list,
					    .reading = reading,
					    .screen = source->screen,
					    .report = progress,
					    .file = "" } };
	int code;

	memset(list, 0, sizeof(*list));
	memset(reading, 0, sizeof(*reading));
	prepare(&now, source);
	now.collect.exclude = &now.exclude;
	now.collect.ended = now.ended;
	code = read_source(&now, err);
	if (!code)
		code = settle(&now, err);
	mxw_ranges_free(&now.exclude);
	free(now.ended[0].items);
	free(now.ended[1].items);
	free(now.ca);
	if (code || now.changed)
		mxw_list_free(list);
	*changed = now.changed;
	return code;
}

int mxw_feed_read(const struct mxw_feed_source *source, struct mxw_list *list,
		  struct mxw_feed_reading *reading, const struct mxw_report *progress,
		  struct mxw_err *err)
{
	struct mxw_err unused = { .text = "" };
	bool changed = false;
	int code;

	err = err ? err : &unused;
	for (int try = 0; try < TRIES; try++) {
		if (try > 0)
			(void)usleep(PAUSE_US); /* woken early is fine */
		code = read_settled(source, list, reading, progress, &changed, err);
		if (!changed)
			return code;
	}
	return mxw_fail(err, MXW_E_FAIL,
			"\"%s\" is being written while it is read, so it was not taken: try again, "
			"or have its writer make a new file and rename it.",
			source->where);
}
