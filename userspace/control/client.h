/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end: one question to the controller, if it runs. For commands.
 */
#ifndef MXW_CONTROL_CLIENT_H
#define MXW_CONTROL_CLIENT_H

#include "control/wire.h"

/* Asks at the socket at path and waits up to timeout (ms). Returns 0 with *body, an object of
 * the caller's; MXW_E_DETACHED if no controller runs, MXW_E_FAIL if one does and says no,
 * nothing, or nothing in time; then with a sentence. */
int mxw_control_ask(const char *path, const struct mxw_request *request, unsigned int timeout,
		    json_t **body, struct mxw_err *err);

#endif
