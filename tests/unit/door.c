// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A Unix socket to listen on and to reach. Called by the tests of control.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/door.h"

void door_make(struct door *door)
{
	(void)snprintf(door->path, sizeof(door->path), "%s/s", scratch_make(door->folder));
}

void door_remove(const struct door *door)
{
	(void)unlink(door->path);
	assert_int_equal(rmdir(door->folder), 0);
}

int door_reach(const struct door *door)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", door->path);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}
