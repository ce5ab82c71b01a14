/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes, as /proc shows them. proc is "/proc" (else a test), pid the name of a folder there.
 */
#ifndef MXW_SSH_PROCESS_H
#define MXW_SSH_PROCESS_H

#include <stdbool.h>
#include <stdio.h>

/* A file of the process to read; NULL: it is gone, or another user's. The caller closes it. */
FILE *mxw_ssh_process_file(const char *proc, const char *pid, const char *name);

/* The id of its parent, 0 if that is not known. */
unsigned long mxw_ssh_process_parent(const char *proc, const char *pid);

/*
 * Whether the process, which has the title of a session, is one of sshd's: its parent runs the same
 * executable as root. sshd has kept the privileged half of a session so since it separates the two.
 * A session of root's may be that half itself; its parent is the listener then. process: a
 * descriptor of its folder.
 */
bool mxw_ssh_is_sshds(const char *proc, const char *pid, int process);

#endif
