/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What systemd wants to hear: sd_notify(3)'s protocol, a datagram to $NOTIFY_SOCKET. The socket
 * is opened once: a process that has run out of descriptors still says that it lives.
 */
#ifndef MXW_DAEMON_NOTIFY_H
#define MXW_DAEMON_NOTIFY_H

/* A socket to send from; -1 without $NOTIFY_SOCKET, or without a descriptor. */
int mxw_notify_open(void);

/* Sends lines such as "READY=1\nSTATUS=...". With -1 nothing happens. */
void mxw_notify(int fd, const char *lines);

#endif
