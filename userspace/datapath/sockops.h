/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of others that the kernel calls beside ours for TCP sockets. One that sets a socket's
 * callback flags without those that it finds takes from ours the changes of state by which
 * connections are counted.
 */
#ifndef MXW_DATAPATH_SOCKOPS_H
#define MXW_DATAPATH_SOCKOPS_H

#include <stddef.h>
#include <stdint.h>

/* One of them, as long as the visit lasts. */
struct mxw_sockops {
	uint32_t id; /* the program's, as `bpftool prog show` has it */
	const char *name; /* "" where it has none */
	const char *cgroup; /* path below the root: "/", "/system.slice/mail.service" */
};

typedef void mxw_sockops_visit(void *context, const struct mxw_sockops *one);

/* Visits each of them in the cgroups of root, a descriptor that stays the caller's. What cannot be read
 * is left out. Needs root. Returns how many were visited. */
size_t mxw_sockops_foreign(int root, mxw_sockops_visit *visit, void *context);

#endif
