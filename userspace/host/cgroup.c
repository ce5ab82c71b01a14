// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mounts of this namespace, read for cgroup v2. Called by datapath and check.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <unistd.h>

#include "host/cgroup.h"

#define LINE 4096

/* Where a line of mountinfo mounts cgroup v2, if it does, and its root, not a folder in it. The
 * line is cut up. */
static const char *mount_point(char *line)
{
	char *root, *point, *rest, *save;

	for (int i = 0; i < 3; i++)
		if (!strtok_r(i ? NULL : line, " ", &save))
			return NULL;
	root = strtok_r(NULL, " ", &save);
	point = strtok_r(NULL, " ", &save);
	rest = strtok_r(NULL, "", &save);
	if (!rest || strcmp(root, "/") != 0 || !strstr(rest, " - cgroup2 "))
		return NULL;
	return point;
}

/* A mount may lie under another one, which is what its path then leads to. */
static int open_root(const char *point)
{
	int fd = open(point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd >= 0 && (fstatfs(fd, &fs) || (unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int mxw_cgroup_root(struct mxw_err *err)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char line[LINE];
	int fd = -1;

	while (mounts && fd < 0 && fgets(line, sizeof(line), mounts)) {
		const char *point = mount_point(line);

		if (point)
			fd = open_root(point);
	}
	if (mounts)
		(void)fclose(mounts);
	return fd >= 0 ? fd : mxw_fail(err, MXW_E_FAIL, "no cgroup v2 is mounted here");
}
