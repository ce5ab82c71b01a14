/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is logged in over SSH right now: the people that a wrong rule must not
 * lock out.
 */
#ifndef MXW_SSH_H
#define MXW_SSH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* One line of /proc/net/tcp or tcp6. */
struct mxw_tcp_row {
	uint8_t remote[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	uint16_t local_port; /* host order */
	uint8_t state; /* TCP_* of netinet/tcp.h */
	uint64_t inode; /* of the socket, 0 = it has none */
};

/* False for the heading and anything else that is no such line. Pure. */
bool mxw_tcp_row_parse(const char *line, struct mxw_tcp_row *row);

/* Called per session with the peer's 16 bytes; a MXW_E_* ends the search with it. */
typedef int mxw_ssh_seen(const uint8_t peer[16], void *context);

/*
 * Established connections to port 22, and those that an SSH server holds whose
 * local port somebody listens on; so a session on another port counts, and a
 * connection that a session forwards does not. proc is "/proc" (else a test).
 * Other users' servers are seen by root only. Returns 0, what seen returned, or
 * MXW_E_FAIL without memory.
 */
int mxw_ssh_peers(const char *proc, mxw_ssh_seen *seen, void *context, struct mxw_err *err);

#endif
