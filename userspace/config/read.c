// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration file, with the checks of who could have written it. Called at start, at
 * reload and by check.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

static bool trusted(uid_t uid, uid_t owner)
{
	return uid == 0 || uid == owner;
}

/* Whoever may rename in the folder decides which file this is. */
static bool folder_is_safe(const char *path, uid_t owner, struct mxw_mistakes *mistakes)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	struct stat st;
	bool safe = false;

	if (slash) {
		slash[slash == real] = '\0';
		safe = stat(real, &st) == 0 && trusted(st.st_uid, owner) &&
		       (!(st.st_mode & (S_IWGRP | S_IWOTH)) || st.st_mode & S_ISVTX);
	}
	if (!safe)
		mxw_mistakes_add(
			mistakes, 0,
			"users other than root can put another file in its place: its folder "
			"has to belong to root and be writable by root alone");
	free(real);
	return safe;
}

/* Whoever can write the file decides who may send mail here, so only root may. The link is
 * looked at too, if the path is one. Each case has a sentence of its own. */
static bool is_safe(const char *path, int fd, uid_t owner, struct mxw_mistakes *mistakes)
{
	struct stat link, st;

	if (lstat(path, &link) || fstat(fd, &st)) {
		mxw_mistakes_add(mistakes, 0, "cannot be examined: %s", strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode))
		mxw_mistakes_add(mistakes, 0, "is not an ordinary file");
	else if (!trusted(st.st_uid, owner))
		mxw_mistakes_add(mistakes, 0, "belongs to user %u and not to root; chown it",
				 (unsigned int)st.st_uid);
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		mxw_mistakes_add(
			mistakes, 0,
			"can be written by users other than root (mode %04o); chmod go-w it",
			(unsigned int)st.st_mode & 07777);
	else if (!trusted(link.st_uid, owner))
		mxw_mistakes_add(mistakes, 0, "is a link that belongs to user %u and not to root",
				 (unsigned int)link.st_uid);
	else
		return folder_is_safe(path, owner, mistakes);
	return false;
}

/* Up to one byte more than may be. Negative: cannot be read. */
static ssize_t slurp(int fd, char *text)
{
	size_t length = 0;

	while (length <= MXW_CONFIG_BYTES) {
		ssize_t n = read(fd, text + length, MXW_CONFIG_BYTES + 1 - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static int parse_file(int fd, const char *path, struct mxw_settings *settings,
		      struct mxw_mistakes *mistakes)
{
	char *text = malloc(MXW_CONFIG_BYTES + 1);
	ssize_t length = text ? slurp(fd, text) : -1;
	unsigned int line = 1;
	int ret = MXW_E_USAGE;

	if (length < 0)
		mxw_mistakes_add(mistakes, 0, "cannot be read: %s", strerror(errno));
	for (ssize_t i = 0; length > MXW_CONFIG_BYTES && i < length; i++)
		line += text[i] == '\n';
	if (length > MXW_CONFIG_BYTES)
		mxw_mistakes_add(
			mistakes, line,
			"the file is longer than 1 MiB, and this line is the first beyond that");
	else if (length >= 0)
		ret = mxw_config_parse(text, (size_t)length, path, settings, mistakes);
	free(text);
	return ret;
}

int mxw_config_read(const char *path, uid_t owner, struct mxw_settings *settings,
		    struct mxw_mistakes *mistakes)
{
	/* A FIFO must not make it wait, nor a terminal become ours. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), ret = MXW_E_USAGE;

	mxw_mistakes_init(mistakes, path);
	if (fd < 0) {
		mxw_mistakes_add(mistakes, 0, "cannot be opened: %s", strerror(errno));
		return MXW_E_USAGE;
	}
	if (is_safe(path, fd, owner, mistakes))
		ret = parse_file(fd, path, settings, mistakes);
	(void)close(fd); /* nothing was written */
	return ret;
}
