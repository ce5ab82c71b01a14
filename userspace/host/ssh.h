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
	uint32_t uid; /* of whoever made the socket */
	uint64_t inode; /* of the socket, 0 = it has none */
};

/* False for the heading and anything else that is not such a line. Pure. */
bool mxw_tcp_row_parse(const char *line, struct mxw_tcp_row *row);

/*
 * Whether this command line is one that OpenSSH's sshd gives itself for a session
 * after authentication: "sshd: USER@pts/0", "sshd-session: USER@notty". Pure.
 */
bool mxw_ssh_title_is_session(const char *title);

/* The peer in a value of SSH_CONNECTION, "ADDRESS PORT ADDRESS PORT". False, with peer
 * undefined: there is no single address. Pure. */
bool mxw_ssh_connection_peer(const char *value, uint8_t peer[16]);

/* Called per session with the peer's 16 bytes; a MXW_E_* ends the search with it. */
typedef int mxw_ssh_seen(const uint8_t peer[16], void *context);

/*
 * Tells the peers of authenticated sessions, some of them twice; whoever merely
 * holds a connection to an SSH server is not among them. They are:
 * - established connections that an OpenSSH process with the title of a session
 *   holds, whose local port is 22 or one that root listens on, and no session; so
 *   a session on another port counts, and a connection that it forwards does not.
 *   Any user can give a process the title of a session, so it has to run an sshd
 *   that only root can write, and its parent has to run the same one as root.
 *   Other users' sessions are seen by root only. Sessions without a shell or
 *   command (ssh -N) have no such title.
 * - SSH_CONNECTION of this process and of its ancestors. Sessions of dropbear,
 *   whose title is the same before and after authentication, are found only so.
 * proc is "/proc" (else a test). Returns 0, what seen returned, or MXW_E_FAIL
 * without memory.
 */
int mxw_ssh_peers(const char *proc, mxw_ssh_seen *seen, void *context, struct mxw_err *err);

#endif
