/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small web server for one page, /metrics, on a socket that listens already. Few clients,
 * little memory and short patience for each.
 *
 * One thread. The caller's loop watches mxw_http_fd().
 */
#ifndef MXW_CONTROL_HTTP_H
#define MXW_CONTROL_HTTP_H

#include <stddef.h>

#include "base/err.h"

struct mxw_http;

/* The page and its length; NULL without memory. It is freed by the server. */
typedef char *mxw_http_page(void *context, size_t *length);

/* The listener is taken. Returns 0 with *out, or MXW_E_FAIL with a sentence. SIGPIPE has to be
 * ignored. The caller ends it with mxw_http_close(). */
int mxw_http_open(struct mxw_http **out, int listener, mxw_http_page *page, void *context,
		  struct mxw_err *err);

/* NULL is allowed. */
void mxw_http_close(struct mxw_http *http);

/* A descriptor that is readable when there is something to do. */
int mxw_http_fd(const struct mxw_http *http);

/* Does what there is to do. To be called when the descriptor is readable, and several times a
 * second. */
void mxw_http_run(struct mxw_http *http);

#endif
