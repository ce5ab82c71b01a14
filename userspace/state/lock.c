// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One writer at a time. Called by every command that changes state, before it
 * reads what it is going to change.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

int mxw_lock_within(unsigned int seconds, struct mxw_err *err)
{
	int fd;

	if (mkdir(MXW_RUN_DIR, 0755) && errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot create %s: %s; run as root", MXW_RUN_DIR,
				strerror(errno));
	fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot open the lock %s: %s; run as root",
				LOCK_FILE, strerror(errno));
	for (unsigned int i = 0; i <= seconds * TRIES_A_SECOND; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		(void)usleep(PAUSE_US); /* woken early is fine */
	}
	(void)close(fd);
	return mxw_fail(err, MXW_E_FAIL,
			"another xdpctl has held %s for %u seconds: see `fuser %s` and try again",
			LOCK_FILE, seconds, LOCK_FILE);
}

void mxw_unlock(int lock)
{
	if (lock >= 0)
		(void)close(lock); /* the kernel drops the lock with the descriptor */
}
