/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper process that keeps the never-block set up to date. The controller's user must not
 * be able to write that set, so a process of root's does it, forked before the controller reads
 * anything from the network. It reads what the kernel says of addresses, routes and sockets,
 * /proc and resolv.conf, and listens to nobody, the controller included.
 */
#ifndef MXW_DAEMON_KEEPER_H
#define MXW_DAEMON_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "daemon/log.h"

/* Starts it, as root; it ends with this process. Returns 0 with its id, or
 * MXW_E_FAIL with a sentence. */
int mxw_keeper_start(const struct mxw_log *log, pid_t *keeper, struct mxw_err *err);

enum mxw_keeper_news {
	MXW_KEEPER_NO_NEWS = 0,
	MXW_KEEPER_STOPPED, /* by a signal or a debugger: it adds nothing until it is continued */
	MXW_KEEPER_CONTINUED,
	MXW_KEEPER_ENDED,
};

/* What has become of it since the last call. Not to be called any more once it has ended. */
enum mxw_keeper_news mxw_keeper_look(pid_t keeper);

#endif
