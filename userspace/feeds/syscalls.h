/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls that the worker never needs.
 */
#ifndef MXW_FEED_SYSCALLS_H
#define MXW_FEED_SYSCALLS_H

#include <stdbool.h>

/* From now on they fail with EPERM; without network also all that open files and sockets. Needs
 * PR_SET_NO_NEW_PRIVS. Returns 0, also where the architecture is not known or the kernel has no
 * seccomp: it is the second line of defence; or -1 with errno. */
int mxw_syscalls_deny(bool network);

#endif
