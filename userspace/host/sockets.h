/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP sockets of this network namespace, as the kernel has them (sock_diag).
 */
#ifndef MXW_HOST_SOCKETS_H
#define MXW_HOST_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct mxw_socket {
	uint8_t peer[16]; /* network order, IPv4 as ::ffff:a.b.c.d; zeros for a listener */
	uint16_t port; /* the own one, host order */
	bool listening; /* else established */
	uint32_t queued; /* of a listener: connections that wait to be accepted */
	uint32_t room; /* and how many may */
};

/* Visits every established or listening socket. */
typedef void mxw_socket_visit(void *context, const struct mxw_socket *socket);
int mxw_sockets_each(mxw_socket_visit *visit, void *context, struct mxw_err *err);

#endif
