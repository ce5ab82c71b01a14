/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What systemd wants to hear: sd_notify(3)'s protocol, a datagram to $NOTIFY_SOCKET.
 */
#ifndef MXW_DAEMON_NOTIFY_H
#define MXW_DAEMON_NOTIFY_H

#include <stdbool.h>

/* Sends lines such as "READY=1\nSTATUS=...". Without $NOTIFY_SOCKET nothing happens. */
void mxw_notify(const char *lines);

/* Whether systemd kills what does not send WATCHDOG=1 in time. */
bool mxw_notify_watched(void);

#endif
