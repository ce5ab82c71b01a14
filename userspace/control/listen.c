// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Listening sockets. Called by the daemon at its start, before it gives up root.
 *
 * The folder is the user's, who may be hostile by the time root comes again: nothing here
 * changes owner or mode of anything by a path in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/addr.h"
#include "control/listen.h"

#define BACKLOG 64
#define FOLDER_MODE 02755 /* new files have the folder's group */
#define NOT_SOCKET_MODE 0117 /* 0660 is left */

/* The order matters where root has no capability but CAP_CHOWN: only the owner may change the
 * mode, a mode keeps its set-group-ID bit only while the group is one of the owner's own, and
 * only the owner may make a socket in it. */
static int take_folder(int fd, gid_t gid)
{
	return fchown(fd, geteuid(), getegid()) || fchmod(fd, FOLDER_MODE) ||
	       fchown(fd, geteuid(), gid);
}

int mxw_listen_folder(const char *path, gid_t gid, struct mxw_err *err)
{
	int fd;

	if (mkdir(path, 0755) && errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot make the folder %s: %s", path,
				strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && !take_folder(fd, gid))
		return fd;
	(void)mxw_fail(err, MXW_E_FAIL, "cannot use the folder %s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return MXW_E_FAIL;
}

int mxw_listen_hand_over(int folder, uid_t uid, gid_t gid, struct mxw_err *err)
{
	int error = MXW_OK;

	if (fchown(folder, uid, gid))
		error = mxw_fail(err, MXW_E_FAIL,
				 "cannot give the sockets' folder to user %u and group %u: %s", uid,
				 gid, strerror(errno));
	(void)close(folder);
	return error;
}

static int fail_at(const char *path, int fd, struct mxw_err *err)
{
	int error = mxw_fail(err, MXW_E_FAIL, "cannot listen at %s: %s", path, strerror(errno));

	if (fd >= 0)
		(void)close(fd);
	return error;
}

/* Whether somebody listens there; one who has no time does too. */
static bool answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 &&
		   (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		    errno == EAGAIN);

	if (fd >= 0)
		(void)close(fd);
	return yes;
}

static int bind_for_group(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(NOT_SOCKET_MODE);
	int failed = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	(void)umask(mask);
	return failed;
}

int mxw_listen_unix(const char *path, struct mxw_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return mxw_fail(err, MXW_E_FAIL, "%s is too long for a socket's path", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (answers(&address))
		return mxw_fail(err, MXW_E_FAIL,
				"a controller answers at %s already: there can be only one", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || (unlink(path) && errno != ENOENT) || bind_for_group(fd, &address) ||
	    listen(fd, BACKLOG))
		return fail_at(path, fd, err);
	return fd;
}

static int bind_loopback(int fd, const unsigned char addr[16], unsigned short port)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	const int yes = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)))
		return -1;
	memcpy(&v6.sin6_addr, addr, 16);
	memcpy(&v4.sin_addr, addr + 12, 4);
	if (addr[15] == 1 && !addr[10])
		return bind(fd, (const struct sockaddr *)&v6, sizeof(v6));
	return bind(fd, (const struct sockaddr *)&v4, sizeof(v4));
}

int mxw_listen_loopback(const unsigned char addr[16], unsigned short port, struct mxw_err *err)
{
	char text[MXW_ADDR_TEXT], where[MXW_ADDR_TEXT + 16];
	int fd;

	(void)mxw_addr_format(addr, text);
	(void)snprintf(where, sizeof(where), "%s port %u", text, port);
	if (!mxw_addr_is_loopback(addr))
		return mxw_fail(err, MXW_E_USAGE, "%s is not a loopback address", text);
	fd = socket(addr[10] ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind_loopback(fd, addr, port) || listen(fd, BACKLOG))
		return fail_at(where, fd, err);
	return fd;
}
