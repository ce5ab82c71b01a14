/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network namespace this is, and where another one is. An interface's number and name
 * mean something only together with that.
 */
#ifndef MXW_HOST_NETNS_H
#define MXW_HOST_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define MXW_NETNS_PATH 300

/* A namespace as it is remembered. All zeros: nobody knows which. */
struct mxw_netns {
	uint64_t cookie; /* the kernel gives none twice until the next boot; 0 = it tells none */
	uint64_t inode; /* the number in `ls -l /proc/self/ns/net`; the next namespace may get
			 * that of one that ended */
};

enum mxw_netns_place {
	MXW_NETNS_HERE = 0, /* the caller's own, or one that nobody knows */
	MXW_NETNS_ELSEWHERE, /* a path leads to it */
	MXW_NETNS_ENDED, /* no mount, process or open file holds it; all of them were seen */
	MXW_NETNS_UNSEEN, /* nothing found, but not all processes are visible from here */
};

/* The caller's own. MXW_E_FAIL where /proc does not tell. */
int mxw_netns_own(struct mxw_netns *own, struct mxw_err *err);

/* Whether that is the caller's own; true for one that nobody knows. Needs no rights. */
bool mxw_netns_is_own(const struct mxw_netns *netns);

/* Looks for a namespace. *path is what `nsenter --net=PATH` takes: set for
 * MXW_NETNS_ELSEWHERE, "" for all others. */
enum mxw_netns_place mxw_netns_find(const struct mxw_netns *netns, char path[MXW_NETNS_PATH]);

#endif
