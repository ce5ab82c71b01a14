/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up rights: from root to a user of its own without capabilities, where the kernel
 * lets such a one write to maps that it has open (5.19 and later); else with CAP_BPF alone.
 */
#ifndef MXW_DAEMON_RIGHTS_H
#define MXW_DAEMON_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct mxw_rights {
	uid_t uid;
	gid_t gid;
};

/* The ids of user and group. MXW_E_USAGE if there are none such. */
int mxw_rights_find(const char *user, const char *group, struct mxw_rights *out,
		    struct mxw_err *err);

/*
 * Becomes that user, for good. works is asked in a child process that has, whether what the
 * controller does is still possible; if not, CAP_BPF is kept, and *kept says so.
 * For uid 0 nothing happens but that no new rights can be had.
 */
int mxw_rights_drop(const struct mxw_rights *rights, bool (*works)(void *context), void *context,
		    bool *kept, struct mxw_err *err);

#endif
