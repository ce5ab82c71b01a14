/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is at the other end of a Unix socket, as the kernel says.
 */
#ifndef MXW_CONTROL_PEER_H
#define MXW_CONTROL_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether that is root, the user, or somebody in the group; if not, sentence says who it
 * is, cut to size. */
bool mxw_peer_may_ask(int fd, uid_t uid, gid_t gid, char *sentence, size_t size);

/* Whether the process that listens there runs as root or as our own user. The kernel names the one
 * that began to listen, which need not have the socket any more. */
bool mxw_peer_trusted(int fd);

#endif
