// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One writer at a time. Called by every command that changes state, before it
 * reads what it is going to change.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "state/lock.h"

#define LOCK_FILE MXW_RUN_DIR "/lock"
#define SECONDS 60
#define TRIES_A_SECOND 100
#define PAUSE_US 10000

int mxw_lock(struct mxw_err *err)
{
	return mxw_lock_within(SECONDS, err);
}

/* The process of a line of /proc/locks, if it is about an flock of that file; else 0. */
static long holder_in(char *line, const struct stat *file)
{
	char *rest = NULL, *word = strtok_r(line, " ", &rest), file_id[64];
	long pid = 0;

	(void)snprintf(file_id, sizeof(file_id), "%02x:%02x:%llu", major(file->st_dev),
		       minor(file->st_dev), (unsigned long long)file->st_ino);
	for (int i = 0; word; word = strtok_r(NULL, " ", &rest), i++) {
		if (i == 1 && strcmp(word, "FLOCK") != 0)
			return 0; /* also of one that waits, which is behind "->" */
		if (i == 4)
			pid = strtol(word, NULL, 10);
		if (i == 5)
			return strcmp(word, file_id) == 0 ? pid : 0;
	}
	return 0;
}

/* Its command line, shown as far as it is plain text, or "" if it has ended. */
static void command_of(long pid, char out[MXW_LOCK_HOLDER])
{
	char path[64];
	ssize_t length;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? 0 : read(fd, out, MXW_LOCK_HOLDER / 2);
	if (fd >= 0)
		(void)close(fd);
	while (length > 0 && !out[length - 1])
		length--;
	for (ssize_t i = 0; i < length; i++)
		if (out[i] < ' ' || out[i] > '~')
			out[i] = out[i] ? '?' : ' ';
	out[length > 0 ? length : 0] = '\0';
}

void mxw_lock_holder(char out[MXW_LOCK_HOLDER])
{
	char line[256], command[MXW_LOCK_HOLDER];
	FILE *locks = fopen("/proc/locks", "re");
	struct stat file;
	long pid = 0;

	(void)snprintf(out, MXW_LOCK_HOLDER, "another process, see `fuser %s`,", LOCK_FILE);
	if (locks && !stat(LOCK_FILE, &file))
		while (!pid && fgets(line, sizeof(line), locks))
			pid = holder_in(line, &file);
	if (locks)
		(void)fclose(locks);
	if (pid <= 0)
		return;
	command_of(pid, command);
	(void)snprintf(out, MXW_LOCK_HOLDER, command[0] ? "process %ld (%.100s)" : "process %ld",
		       pid, command);
}

int mxw_lock_within(unsigned int seconds, struct mxw_err *err)
{
	char holder[MXW_LOCK_HOLDER];
	int fd;

	if (mkdir(MXW_RUN_DIR, 0755) && errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot create %s: %s; run as root", MXW_RUN_DIR,
				strerror(errno));
	fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot open the lock %s: %s; run as root",
				LOCK_FILE, strerror(errno));
	for (unsigned int i = 0; i <= seconds * TRIES_A_SECOND; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		(void)usleep(PAUSE_US); /* woken early is fine */
	}
	(void)close(fd);
	mxw_lock_holder(holder);
	return mxw_fail(err, MXW_E_BUSY,
			"%s has held the lock %s for %u seconds: wait until it ends, or end it, "
			"and try again",
			holder, LOCK_FILE, seconds);
}

void mxw_unlock(int lock)
{
	if (lock >= 0)
		(void)close(lock); /* the kernel drops the lock with the descriptor */
}
