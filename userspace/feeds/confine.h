/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up every right that reading a list does not need. For a new process only.
 */
#ifndef MXW_FEED_CONFINE_H
#define MXW_FEED_CONFINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct mxw_confinement {
	int input; /* becomes standard input; -1 for none */
	int output; /* becomes standard output */
	bool network; /* may open sockets, and files that everybody may read */
	uint32_t cpu_seconds;
	pid_t parent; /* the process dies with this one */
};

/*
 * Afterwards the process is nobody, has three descriptors, cannot become anything else, run
 * a program, write a file or use much memory. Returns 0, or MXW_E_FAIL, after which the process
 * must end.
 */
int mxw_confine(const struct mxw_confinement *with, struct mxw_err *err);

#endif
