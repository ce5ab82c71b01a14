// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Credentials of the peer. Called by the server and the client.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/peer.h"

#define GROUPS 256 /* of a peer that are looked at */

static bool credentials(int fd, struct ucred *peer)
{
	socklen_t size = sizeof(*peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) == 0;
}

/* Also by its further groups; from more than we look at, none counts. */
static bool in_group(int fd, const struct ucred *peer, gid_t gid)
{
	gid_t groups[GROUPS];
	socklen_t size = sizeof(groups);

	if (peer->gid == gid)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == gid)
			return true;
	return false;
}

bool mxw_peer_may_ask(int fd, uid_t uid, gid_t gid, char *sentence, size_t size)
{
	struct ucred peer = { .pid = 0 };

	if (!credentials(fd, &peer)) {
		(void)snprintf(sentence, size, "a client without credentials was turned away");
		return false;
	}
	if (peer.uid == 0 || peer.uid == uid || in_group(fd, &peer, gid))
		return true;
	(void)snprintf(sentence, size, "user %u (process %d) may not ask and was turned away",
		       peer.uid, peer.pid);
	return false;
}

bool mxw_peer_trusted(int fd)
{
	struct ucred peer;

	return credentials(fd, &peer) && (peer.uid == 0 || peer.uid == geteuid());
}
