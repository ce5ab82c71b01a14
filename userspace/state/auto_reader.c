// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that reads the controller's database, and what its parent takes from it. Called by
 * xdpctl and by apply.
 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "state/auto_reader.h"

#define SILENCE 5 /* seconds without a row after which it is given up */
#define LONGEST (60 * MXW_SECOND) /* one question */
#define CHANNEL 3 /* the one descriptor of the child beside the standard ones */

enum kind { ROW = 1, END, FAILED };

struct question {
	uint64_t value; /* the source, or now */
	uint32_t all; /* 1: all that live at value */
	uint32_t zero;
};

/* The child is not believed: texts end where the parent says. */
struct answer {
	uint64_t source, until;
	int32_t score;
	uint32_t kind;
	char lists[MXW_AUTO_READER_LISTS];
	char why[MXW_AUTO_READER_WHY];
};

struct mxw_auto_reader {
	pid_t child;
	int channel;
	char path[256];
};

static int send_row(void *context, const struct mxw_auto_row *row)
{
	struct answer *answer = context;

	answer->source = row->source;
	answer->until = row->until;
	answer->score = row->score;
	answer->kind = ROW;
	(void)snprintf(answer->lists, sizeof(answer->lists), "%s", row->lists);
	(void)snprintf(answer->why, sizeof(answer->why), "%s", row->why);
	return send(CHANNEL, answer, sizeof(*answer), MSG_NOSIGNAL) == sizeof(*answer) ? MXW_OK
										       : MXW_E_FAIL;
}

/* The child's life: questions and answers, until the parent hangs up. */
static void serve(const char *path)
{
	static struct answer answer;
	struct mxw_auto_store *store = NULL;
	struct mxw_err err = { 0 };
	struct question question;
	int error = mxw_auto_store_read(path, &store, &err);

	while (recv(CHANNEL, &question, sizeof(question), 0) == sizeof(question)) {
		if (!error)
			error = question.all ? mxw_auto_store_each(store, question.value, send_row,
								   &answer, &err)
					     : mxw_auto_store_find(store, question.value, send_row,
								   &answer, &err);
		memset(&answer, 0, sizeof(answer));
		answer.kind = error ? FAILED : END;
		(void)snprintf(answer.why, sizeof(answer.why), "%s", err.text);
		if (send(CHANNEL, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			break;
	}
	mxw_auto_store_close(store);
}

/* The rights of the owner, of all files only the channel, and an end with the parent. */
static bool become(const struct stat *owner, int channel)
{
	if (dup2(channel, CHANNEL) < 0 || close_range(CHANNEL + 1, ~0U, 0))
		return false;
	if (geteuid() == 0 && owner->st_uid != 0 &&
	    (setgroups(0, NULL) || setresgid(owner->st_gid, owner->st_gid, owner->st_gid) ||
	     setresuid(owner->st_uid, owner->st_uid, owner->st_uid)))
		return false;
	return !prctl(PR_SET_PDEATHSIG, SIGKILL) && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int start(struct mxw_auto_reader *reader, const struct stat *owner, struct mxw_err *err)
{
	const struct timeval silence = { .tv_sec = SILENCE };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return mxw_fail(err, MXW_E_FAIL, "cannot make a socket: %s", strerror(errno));
	(void)setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	reader->channel = ends[0];
	reader->child = fork();
	if (reader->child == 0) {
		if (become(owner, ends[1]))
			serve(reader->path);
		_exit(EXIT_SUCCESS);
	}
	(void)close(ends[1]);
	return reader->child > 0
		       ? MXW_OK
		       : mxw_fail(err, MXW_E_FAIL, "cannot start a process: %s", strerror(errno));
}

int mxw_auto_reader_open(const char *path, struct mxw_auto_reader **out, struct mxw_err *err)
{
	struct mxw_auto_reader *reader = calloc(1, sizeof(*reader));
	struct stat info;
	int error = MXW_OK;

	*out = NULL;
	if (!reader)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	reader->channel = -1;
	(void)snprintf(reader->path, sizeof(reader->path), "%s", path);
	if (lstat(path, &info))
		error = mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s", path, strerror(errno));
	else if (!S_ISREG(info.st_mode))
		error = mxw_fail(err, MXW_E_FAIL,
				 "%s is not a regular file, so the controller's database is not "
				 "read: look who has put it there",
				 path);
	if (!error)
		error = start(reader, &info, err);
	if (error)
		mxw_auto_reader_close(reader);
	else
		*out = reader;
	return error;
}

void mxw_auto_reader_close(struct mxw_auto_reader *reader)
{
	if (!reader)
		return;
	if (reader->channel >= 0)
		(void)close(reader->channel);
	if (reader->child > 0) {
		(void)kill(reader->child, SIGKILL);
		(void)waitpid(reader->child, NULL, 0);
	}
	free(reader);
}

/* Ends the text, and leaves nothing in it that a terminal or JSON would stumble over. */
static void clean(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static int give_up(struct mxw_auto_reader *reader, struct mxw_err *err)
{
	(void)close(reader->channel);
	reader->channel = -1;
	return mxw_fail(
		err, MXW_E_FAIL,
		"the controller's database %s cannot be read in time: it is damaged, or not "
		"what the controller writes; `systemctl restart mxwalld` looks at it",
		reader->path);
}

/* Asks the process that reads the database without rights. Its texts are cleaned here, and a
 * process that is silent or goes on for too long is given up. */
static int ask(struct mxw_auto_reader *reader, const struct question *question,
	       mxw_auto_visit *visit, void *context, struct mxw_err *err)
{
	uint64_t until = mxw_clock_mono() + LONGEST;
	struct answer answer = { .kind = END };
	int error = MXW_OK;

	if (send(reader->channel, question, sizeof(*question), MSG_NOSIGNAL) != sizeof(*question))
		return give_up(reader, err);
	do {
		if (recv(reader->channel, &answer, sizeof(answer), 0) != sizeof(answer) ||
		    mxw_clock_mono() > until)
			return give_up(reader, err);
		clean(answer.lists, sizeof(answer.lists));
		clean(answer.why, sizeof(answer.why));
		if (answer.kind == ROW && !error)
			error = visit(context, &(struct mxw_auto_row){ .source = answer.source,
								       .until = answer.until,
								       .score = answer.score,
								       .lists = answer.lists,
								       .why = answer.why });
	} while (answer.kind == ROW);
	if (answer.kind != END)
		return mxw_fail(err, MXW_E_FAIL, "%s", answer.why);
	return error;
}

int mxw_auto_reader_each(struct mxw_auto_reader *reader, uint64_t now, mxw_auto_visit *visit,
			 void *context, struct mxw_err *err)
{
	return ask(reader, &(struct question){ .value = now, .all = 1 }, visit, context, err);
}

int mxw_auto_reader_find(struct mxw_auto_reader *reader, uint64_t source, mxw_auto_visit *visit,
			 void *context, struct mxw_err *err)
{
	return ask(reader, &(struct question){ .value = source }, visit, context, err);
}
