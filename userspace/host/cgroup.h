/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the root of the cgroup v2 hierarchy is mounted.
 */
#ifndef MXW_HOST_CGROUP_H
#define MXW_HOST_CGROUP_H

#include "base/err.h"

/* Opens the root. Returns a descriptor of the caller's, or a negative MXW_E_* with the reason in
 * half a sentence. */
int mxw_cgroup_root(struct mxw_err *err);

#endif
