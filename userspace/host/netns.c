// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Network namespaces: the own one, and the way to another. Called by apply.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/netns.h"

#define OWN "/proc/self/ns/net"
#define NAMED "/run/netns"
#define FIRST_PID_NAMESPACE 0xeffffffcU /* the kernel's fixed number for it */

/* A search. What it finds has the inode; whether it is the namespace is asked then. */
struct search {
	uint64_t inode;
	dev_t device; /* of the kernel's file system of namespaces */
	char link[32]; /* what a link in /proc says of it: "net:[4026531833]" */
	char *path;
};

/* The calling process' cookie, 0 where the kernel has none. */
static uint64_t own_cookie(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length))
		cookie = 0;
	(void)close(fd);
	return cookie;
}

int mxw_netns_own(struct mxw_netns *own, struct mxw_err *err)
{
	struct stat info;

	if (stat(OWN, &info))
		return mxw_fail(err, MXW_E_FAIL,
				"cannot tell which network namespace this is: " OWN ": %s",
				strerror(errno));
	*own = (struct mxw_netns){ .cookie = own_cookie(), .inode = info.st_ino };
	return MXW_OK;
}

bool mxw_netns_is_own(const struct mxw_netns *netns)
{
	struct mxw_netns own = { 0 };

	if (!netns->inode || mxw_netns_own(&own, NULL))
		return true;
	return netns->cookie == own.cookie && (own.cookie || netns->inode == own.inode);
}

static bool is_it(const struct search *search, const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && info.st_ino == search->inode &&
	       info.st_dev == search->device;
}

/* Tries FOLDER/NAME/REST for each name in the folder. */
static bool in_folder(const struct search *search, const char *folder, const char *rest,
		      bool (*looks)(const struct search *search, const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *item;
	bool found = false;

	while (dir && !found && (item = readdir(dir)))
		if (item->d_name[0] != '.' && snprintf(search->path, MXW_NETNS_PATH, "%s/%s%s",
						       folder, item->d_name, rest) < MXW_NETNS_PATH)
			found = looks(search, search->path);
	if (dir)
		(void)closedir(dir);
	return found;
}

/* An open file of a namespace. Only the link is read: opening a pipe or a device could wait. */
static bool is_open_file(const struct search *search, const char *path)
{
	char link[sizeof(search->link)];
	ssize_t length = readlink(path, link, sizeof(link) - 1);

	if (length < 0)
		return false;
	link[length] = '\0';
	return strcmp(link, search->link) == 0;
}

/* Where a line of mountinfo mounts the namespace, NULL if it is about something else:
 * "36 35 0:4 net:[4026532212] /run/netns/mx rw - nsfs nsfs rw". */
static const char *mount_point(const struct search *search, char *line)
{
	char *save = NULL, *word = strtok_r(line, " ", &save);

	for (int i = 0; i < 3 && word; i++)
		word = strtok_r(NULL, " ", &save);
	return word && strcmp(word, search->link) == 0 ? strtok_r(NULL, " ", &save) : NULL;
}

/* A namespace that is mounted somewhere in the mount namespace of a process. */
static bool in_mounts(const struct search *search, const char *process)
{
	char file[MXW_NETNS_PATH + 16], line[1024];
	const char *point = NULL;
	FILE *mounts;

	(void)snprintf(file, sizeof(file), "%s/mountinfo", process);
	mounts = fopen(file, "re");
	while (mounts && !point && fgets(line, sizeof(line), mounts))
		point = mount_point(search, line);
	if (mounts)
		(void)fclose(mounts);
	if (point)
		(void)snprintf(search->path, MXW_NETNS_PATH, "%.24s/root%.260s", process, point);
	return point != NULL;
}

/* Threads, open files and mounts of one process, whose path in /proc is given. */
static bool in_process(const struct search *search, const char *path)
{
	char process[MXW_NETNS_PATH], folder[MXW_NETNS_PATH + 8];

	(void)snprintf(process, sizeof(process), "%s", path);
	if (!isdigit((unsigned char)process[strlen("/proc/")]))
		return false;
	(void)snprintf(folder, sizeof(folder), "%s/task", process);
	if (in_folder(search, folder, "/ns/net", is_it))
		return true;
	(void)snprintf(folder, sizeof(folder), "%s/fd", process);
	return in_folder(search, folder, "", is_open_file) || in_mounts(search, process);
}

/* From what people know to what holds a namespace without anybody's knowledge. */
static bool find_inode(const struct search *search)
{
	(void)snprintf(search->path, MXW_NETNS_PATH, "/proc/1/ns/net");
	return is_it(search, search->path) || in_folder(search, NAMED, "", is_it) ||
	       in_folder(search, "/proc", "/ns/net", is_it) ||
	       in_folder(search, "/proc", "", in_process);
}

/* Enters the namespace in a process of its own, so that the caller cannot end up there.
 * Where that is refused, the inode has to do. */
static bool has_cookie(const char *path, uint64_t cookie)
{
	int status = 0;
	pid_t child = cookie ? fork() : -1;

	if (child < 0)
		return true;
	if (!child) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		_exit(fd >= 0 && setns(fd, CLONE_NEWNET) == 0 && own_cookie() != cookie);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return status == 0;
}

static bool sees_every_process(void)
{
	struct stat info;

	return geteuid() == 0 && stat("/proc/self/ns/pid", &info) == 0 &&
	       info.st_ino == FIRST_PID_NAMESPACE;
}

enum mxw_netns_place mxw_netns_find(const struct mxw_netns *netns, char path[MXW_NETNS_PATH])
{
	struct search search = { .inode = netns->inode, .path = path };
	struct stat info;

	path[0] = '\0';
	if (mxw_netns_is_own(netns) || stat(OWN, &info))
		return MXW_NETNS_HERE;
	search.device = info.st_dev;
	(void)snprintf(search.link, sizeof(search.link), "net:[%llu]",
		       (unsigned long long)netns->inode);
	if (!find_inode(&search)) {
		path[0] = '\0';
		return sees_every_process() ? MXW_NETNS_ENDED : MXW_NETNS_UNSEEN;
	}
	if (has_cookie(path, netns->cookie))
		return MXW_NETNS_ELSEWHERE;
	path[0] = '\0'; /* its number is another's by now */
	return MXW_NETNS_ENDED;
}
