/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places for tests that write files: a scratch directory for anyone, and for
 * root a private /run, /var/lib and bpffs, so that the fixed paths of the
 * product can be used and nothing of the machine is touched. The kernel takes
 * the private mounts down with the process, however it ends.
 */
#ifndef MXW_TESTS_SANDBOX_H
#define MXW_TESTS_SANDBOX_H

#define SCRATCH_PATH 64

/* Group setup of cmocka. Without root it does nothing. */
int sandbox_enter(void **state);

/* First line of a test in such a group: skips it, with the reason, without root. */
void sandbox_require(void);

/* Removes the files in a directory, and the directory. */
void scratch_remove(const char *path);

/* Makes a new directory under /tmp. Returns out. */
const char *scratch_make(char out[SCRATCH_PATH]);

#endif
