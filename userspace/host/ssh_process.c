// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who a process of /proc is: its parent, and whether it is sshd's. Changes nothing.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/ssh_process.h"

#define LINE_BYTES 512

FILE *mxw_ssh_process_file(const char *proc, const char *pid, const char *name)
{
	char path[LINE_BYTES];
	int size = snprintf(path, sizeof(path), "%s/%s/%s", proc, pid, name);

	return size < 0 || (size_t)size >= sizeof(path) ? NULL : fopen(path, "re");
}

/* "42 (name) S 17 ...": the name may contain anything. */
unsigned long mxw_ssh_process_parent(const char *proc, const char *pid)
{
	FILE *file = mxw_ssh_process_file(proc, pid, "stat");
	char text[LINE_BYTES];
	const char *name_end;
	size_t size;

	if (!file)
		return 0;
	size = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file); /* was only read */
	text[size] = '\0';
	name_end = strrchr(text, ')');
	return name_end && strlen(name_end) > 4 ? strtoul(name_end + 3, NULL, 10) : 0;
}

/* Whether the process runs an executable of root's that is called sshd or sshd-session, and that
 * nobody else may write: no user makes one, whatever title a process has. file: which one. */
static bool runs_sshd(int process, struct stat *file)
{
	char path[LINE_BYTES];
	ssize_t size = readlinkat(process, "exe", path, sizeof(path) - 1);
	const char *name;

	path[size > 0 ? size : 0] = '\0';
	name = strrchr(path, '/');
	if (!name || strncmp(name, "/sshd", 5) != 0 || fstatat(process, "exe", file, 0))
		return false;
	return S_ISREG(file->st_mode) && file->st_uid == 0 && !(file->st_mode & S_IWOTH) &&
	       (!(file->st_mode & S_IWGRP) || file->st_gid == 0);
}

/* Whether all four user ids of the process are root's, as they are not in a program that a user has
 * started with the set-user-id bit. */
static bool is_roots(int process)
{
	int fd = openat(process, "status", O_RDONLY | O_CLOEXEC);
	unsigned int id[4] = { 1, 1, 1, 1 };
	char line[LINE_BYTES], *rest;
	FILE *status = fd < 0 ? NULL : fdopen(fd, "r");

	if (!status && fd >= 0)
		(void)close(fd);
	while (status && fgets(line, sizeof(line), status)) {
		if (strncmp(line, "Uid:", 4) != 0)
			continue;
		rest = line + 4;
		for (int i = 0; i < 4; i++)
			id[i] = (unsigned int)strtoul(rest, &rest, 10);
	}
	if (status)
		(void)fclose(status); /* was only read */
	return !(id[0] | id[1] | id[2] | id[3]);
}

bool mxw_ssh_is_sshds(const char *proc, const char *pid, int process)
{
	struct stat own, parents;
	char path[LINE_BYTES];
	bool good;
	int parent;

	if (!runs_sshd(process, &own))
		return false;
	(void)snprintf(path, sizeof(path), "%s/%lu", proc, mxw_ssh_process_parent(proc, pid));
	parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return false;
	good = is_roots(parent) && runs_sshd(parent, &parents) &&
	       ((parents.st_dev == own.st_dev && parents.st_ino == own.st_ino) ||
		is_roots(process));
	(void)close(parent);
	return good;
}
