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

/* Whether it is root, or the one who runs this process: who listens, not who has it now. */
bool mxw_peer_trusted(int fd);

#endif
