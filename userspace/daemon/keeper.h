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

/* Whether it has ended; to be asked of a running one only. */
bool mxw_keeper_ended(pid_t keeper);

#endif
