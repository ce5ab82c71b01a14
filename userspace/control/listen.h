/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making sockets to listen on, as root, for a process that will not be root any more.
 */
#ifndef MXW_CONTROL_LISTEN_H
#define MXW_CONTROL_LISTEN_H

#include <sys/types.h>

#include "base/err.h"

/* Makes the folder at path (its parent is root's) root's and the group's: sockets that are made
 * there belong to the group. One that is there already is made so, whoever owned it. Needs
 * CAP_CHOWN and no other capability. Returns a descriptor of the caller's, or MXW_E_FAIL with a
 * sentence. */
int mxw_listen_folder(const char *path, gid_t gid, struct mxw_err *err);

/* Gives the folder to the user, who can then remove what is in it. Closes the descriptor in any
 * case. Returns 0 or MXW_E_FAIL with a sentence. */
int mxw_listen_hand_over(int folder, uid_t uid, gid_t gid, struct mxw_err *err);

/* A stream socket at path, for its owner and its folder's group alone. What a killed process
 * left there is replaced; where one still answers, that is an error. Returns a descriptor of
 * the caller's, not blocking, or MXW_E_FAIL with a sentence. */
int mxw_listen_unix(const char *path, struct mxw_err *err);

/* The same on a TCP port (host order) of a loopback address, 16 bytes, IPv4 mapped; other
 * addresses are MXW_E_USAGE. */
int mxw_listen_loopback(const unsigned char addr[16], unsigned short port, struct mxw_err *err);

#endif
