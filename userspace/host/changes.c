// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Listening for what changes on this host. Called by the controller's helper.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/changes.h"

#define GROUPS                                                                       \
	(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | \
	 RTMGRP_IPV6_ROUTE)

int mxw_changes_open(struct mxw_changes *changes, struct mxw_err *err)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUPS };

	memset(changes, 0, sizeof(*changes));
	changes->netlink =
		socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (changes->netlink >= 0 &&
	    bind(changes->netlink, (struct sockaddr *)&address, sizeof(address)) == 0)
		return MXW_OK;
	(void)mxw_fail(err, MXW_E_FAIL, "cannot listen for changes of addresses and routes: %s",
		       strerror(errno));
	mxw_changes_close(changes);
	return MXW_E_FAIL;
}

/* What exactly has changed is read from the kernel: an overflow (ENOBUFS) is a change too. */
static bool drain(int netlink)
{
	char piece[4096];
	bool seen = false;

	for (;;) {
		ssize_t got = recv(netlink, piece, sizeof(piece), 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno != ENOBUFS)
			return seen;
		seen = true;
	}
}

bool mxw_changes_seen(struct mxw_changes *changes)
{
	bool net = drain(changes->netlink), resolv = mxw_resolv_changed(&changes->resolv);

	return net || resolv;
}

void mxw_changes_close(struct mxw_changes *changes)
{
	if (changes->netlink >= 0)
		(void)close(changes->netlink);
	changes->netlink = -1;
}
