/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up rights: from root to a user of its own without capabilities, where the kernel
 * lets such a one write to maps that it has open (5.19 and later); else with CAP_BPF alone.
 */
#ifndef MXW_DAEMON_RIGHTS_H
#define MXW_DAEMON_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>
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
 * For uid 0 no new rights can be had. In any case bpf(2) serves from then on only to read and
 * write elements of maps that are open.
 */
int mxw_rights_drop(const struct mxw_rights *rights, bool (*works)(void *context), void *context,
		    bool *kept, struct mxw_err *err);

/* Bits of a set of capabilities. */
#define MXW_RIGHT_READ_SEARCH (1ULL << 2) /* CAP_DAC_READ_SEARCH */
#define MXW_RIGHT_PTRACE (1ULL << 19) /* CAP_SYS_PTRACE: whose sockets are whose */
#define MXW_RIGHT_BPF (1ULL << 39) /* CAP_BPF */

/* Stays who it is, for good with no other capabilities than those, as far as it has them. */
int mxw_rights_keep(uint64_t capabilities, struct mxw_err *err);

#endif
