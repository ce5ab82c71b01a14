// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Private mounts and scratch directories. Called by the tests of state, apply
 * and lines.
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/sandbox.h"

static int mount_private(const char *type, const char *path)
{
	if (mount(type, path, type, 0, NULL) == 0)
		return 0;
	print_error("cannot mount a private %s on %s: %s\n", type, path, strerror(errno));
	return -1;
}

int sandbox_enter(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		print_error("cannot make a private mount namespace: %s\n", strerror(errno));
		return -1;
	}
	if (mount_private("tmpfs", "/run") || mount_private("tmpfs", "/var/lib"))
		return -1;
	return mount_private("bpf", "/sys/fs/bpf");
}

void sandbox_require(void)
{
	if (geteuid() == 0)
		return;
	print_message("skipped: a private mount namespace needs root\n");
	skip();
}

void scratch_remove(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *item;
	char file[512];

	if (!dir)
		return;
	while ((item = readdir(dir))) {
		if (item->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, item->d_name);
		(void)unlink(file);
	}
	(void)closedir(dir);
	(void)rmdir(path);
}

const char *scratch_make(char out[SCRATCH_PATH])
{
	(void)snprintf(out, SCRATCH_PATH, "/tmp/mxwall-test-XXXXXX");
	if (!mkdtemp(out))
		fail_msg("cannot make a directory in /tmp: %s", strerror(errno));
	return out;
}
