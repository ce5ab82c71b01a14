/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user that the controller becomes.
 */
#ifndef MXW_CONFIG_ACCOUNT_H
#define MXW_CONFIG_ACCOUNT_H

#include <sys/types.h>

#include "base/err.h"

/* The ids of user and group on this host. MXW_E_USAGE with the remedy if there are none such. */
int mxw_account_find(const char *user, const char *group, uid_t *uid, gid_t *gid,
		     struct mxw_err *err);

#endif
