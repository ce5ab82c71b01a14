// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user that the controller becomes. Called by it at start, and by config check.
 */
#include <grp.h>
#include <pwd.h>

#include "config/account.h"

int mxw_account_find(const char *user, const char *group, uid_t *uid, gid_t *gid,
		     struct mxw_err *err)
{
	const struct passwd *of_user = getpwnam(user);
	const struct group *of_group;

	if (!of_user)
		return mxw_fail(
			err, MXW_E_USAGE,
			"there is no user \"%s\" (user in [controller]): create it with "
			"`useradd --system --no-create-home --shell /usr/sbin/nologin %s`, or "
			"name another",
			user, user);
	*uid = of_user->pw_uid;
	of_group = getgrnam(group);
	if (!of_group)
		return mxw_fail(err, MXW_E_USAGE,
				"there is no group \"%s\" (group in [controller]): create it with "
				"`groupadd --system %s`, or name another",
				group, group);
	*gid = of_group->gr_gid;
	return MXW_OK;
}
