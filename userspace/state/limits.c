// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The limits' file. Called by apply.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/limit_settings.h"
#include "state/limits.h"

#define FILE_NAME "limits"
#define PATH_SIZE 512

static const char *path_in(const char *dir, const char *suffix, char out[PATH_SIZE])
{
	(void)snprintf(out, PATH_SIZE, "%s/" FILE_NAME "%s", dir, suffix); /* dir is short */
	return out;
}

int mxw_limits_load(const char *dir, struct mxw_limits *limits, const struct mxw_report *report,
		    struct mxw_err *err)
{
	char path[PATH_SIZE], line[256];
	struct mxw_err why;
	FILE *file;

	mxw_limits_default(limits);
	file = fopen(path_in(dir, "", path), "re");
	if (!file && errno == ENOENT)
		return MXW_OK;
	if (!file)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] && line[0] != '#' && mxw_limits_set(limits, line, &why))
			mxw_note(report, "%s: %s", path, why.text);
	}
	(void)fclose(file); /* only read */
	return MXW_OK;
}

static int write_setting(void *context, const char *key, const char *value)
{
	return fprintf((FILE *)context, "%s=%s\n", key, value) < 0 ? MXW_E_FAIL : MXW_OK;
}

/* The whole file, on the disk; false with errno. */
static bool write_file(const char *path, const struct mxw_limits *limits)
{
	FILE *file = fopen(path, "we");
	bool good;

	if (!file)
		return false;
	good = fprintf(file, "# written by xdpctl limits set\n") > 0 &&
	       mxw_limits_each(limits, write_setting, file) == MXW_OK && fflush(file) == 0 &&
	       fsync(fileno(file)) == 0;
	return fclose(file) == 0 && good;
}

static void sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd); /* the file itself is safe, and old or new after a crash */
	(void)close(fd);
}

int mxw_limits_save(const char *dir, const struct mxw_limits *limits, struct mxw_err *err)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];

	(void)mkdir(dir, 0700); /* found missing below if this fails */
	(void)path_in(dir, "", path);
	(void)path_in(dir, ".new", fresh);
	if (!write_file(fresh, limits) || rename(fresh, path)) {
		(void)mxw_fail(err, MXW_E_FAIL, "cannot write %s: %s; nothing was changed", path,
			       strerror(errno));
		(void)unlink(fresh);
		return MXW_E_FAIL;
	}
	sync_dir(dir);
	return MXW_OK;
}
