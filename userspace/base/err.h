/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a failure travels: a negative MXW_E* as return value, and one sentence
 * for the operator in struct mxw_err, written where the context is known.
 */
#ifndef MXW_ERR_H
#define MXW_ERR_H

#include <stddef.h>

enum mxw_errno {
	MXW_OK = 0,
	MXW_E_FAIL = -1, /* the operation failed; the state is as before */
	MXW_E_USAGE = -2, /* the request itself is wrong */
	MXW_E_DETACHED = -3, /* the filter is not attached, or cannot be */
	MXW_E_DEGRADED = -4, /* done in part, or the filter runs with a fault */
	MXW_E_BUSY = -5, /* another process has what it takes; to xdpctl's caller as MXW_E_FAIL */
};

/* Filled by the function that fails; the caller owns it and may reuse it. */
struct mxw_err {
	char text[512]; /* one sentence: what is wrong, quoted, and what to do */
};

/* Writes the sentence and returns code, so that `return mxw_fail(...)` reads well.
 * err may be NULL. A text that is too long is cut. */
int mxw_fail(struct mxw_err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The exit code of xdpctl for a MXW_E* value: 0 ok, 1 error, 2 usage, 3 not attached,
 * 4 degraded. */
int mxw_exit_code(int code);

#endif
