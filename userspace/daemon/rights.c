// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dropping root. Called by the controller at start.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/account.h"
#include "daemon/rights.h"

int mxw_rights_find(const char *user, const char *group, struct mxw_rights *out,
		    struct mxw_err *err)
{
	return mxw_account_find(user, group, &out->uid, &out->gid, err);
}

/* Exactly the capabilities in the mask, permitted and effective. */
static int set_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (__u32)mask, .permitted = (__u32)mask },
		{ .effective = (__u32)(mask >> 32), .permitted = (__u32)(mask >> 32) },
	};

	return (int)syscall(SYS_capset, &header, data);
}

/* ... permitted. */
static uint64_t capabilities_now(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

int mxw_rights_keep(uint64_t capabilities, struct mxw_err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    set_capabilities(capabilities & capabilities_now()))
		return mxw_fail(err, MXW_E_FAIL, "cannot give up rights: %s", strerror(errno));
	return MXW_OK;
}

static int become(const struct mxw_rights *rights, uint64_t capabilities, struct mxw_err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return mxw_fail(err, MXW_E_FAIL, "cannot give up new rights: %s", strerror(errno));
	if (!rights->uid)
		return MXW_OK;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) ||
	    setresgid(rights->gid, rights->gid, rights->gid) ||
	    setresuid(rights->uid, rights->uid, rights->uid) || set_capabilities(capabilities))
		return mxw_fail(err, MXW_E_FAIL, "cannot become user %u: %s", rights->uid,
				strerror(errno));
	return MXW_OK;
}

/* Whether the user can do without any capability. */
static bool can_do_without(const struct mxw_rights *rights, bool (*works)(void *), void *context)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		_exit(become(rights, 0, NULL) == MXW_OK && works(context) ? 0 : 1);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int mxw_rights_drop(const struct mxw_rights *rights, bool (*works)(void *context), void *context,
		    bool *kept, struct mxw_err *err)
{
	*kept = rights->uid && !can_do_without(rights, works, context);
	return become(rights, *kept ? MXW_RIGHT_BPF : 0, err);
}
