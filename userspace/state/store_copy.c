// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store where its disk takes nothing: full, read-only or failing. SQLite has to write in order to
 * read, after a boot even more, so it works on a copy in memory. Called by attach.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/store.h"

#define PARTS 2

static const char *const parts[PARTS] = { "state.db", "state.db-wal" };

/* To the end of the file. False with errno. */
static bool copy_bytes(int from, int to)
{
	char buffer[65536];
	ssize_t size, done;

	while ((size = read(from, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < size; at += done) {
			done = write(to, buffer + at, (size_t)(size - at));
			if (done <= 0)
				return false;
		}
	return size == 0;
}

/* A part that is not there is not copied. */
static int copy_part(const char *dir, const char *room, const char *part, struct mxw_err *err)
{
	char from[256], to[256];
	bool good = false;
	int in, out;

	(void)snprintf(from, sizeof(from), "%s/%s", dir, part);
	(void)snprintf(to, sizeof(to), "%s/%s", room, part);
	in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0 && (errno == ENOENT || errno == ENOTDIR))
		return MXW_OK;
	out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out >= 0)
		good = copy_bytes(in, out);
	if (!good)
		(void)mxw_fail(err, MXW_E_FAIL, "cannot copy %s to %s: %s", from, to,
			       strerror(errno));
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return good ? MXW_OK : MXW_E_FAIL;
}

/* The names go; what is open goes with its descriptors. */
static void clear(const char *room)
{
	static const char *const names[] = { "state.db", "state.db-wal", "state.db-shm" };
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", room, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(room);
}

int mxw_store_open_copy(const char *dir, const char *room, struct mxw_store **out,
			struct mxw_err *err)
{
	int error = MXW_OK;

	*out = NULL;
	clear(room); /* of a process that was killed */
	if (mkdir(room, 0700))
		return mxw_fail(err, MXW_E_FAIL, "cannot create %s: %s", room, strerror(errno));
	for (size_t i = 0; i < PARTS && !error; i++)
		error = copy_part(dir, room, parts[i], err);
	if (!error)
		error = mxw_store_open(room, true, out, err);
	clear(room);
	return error;
}
