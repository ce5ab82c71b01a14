// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dropping root. Called by the controller at start.
 */
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/account.h"
#include "daemon/rights.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define OTHER_NUMBERS 0x40000000U /* x32's begin here */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define OTHER_NUMBERS 0x40000000U
#endif

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

#ifdef ARCHITECTURE
#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)offsetof(struct seccomp_data, member))
#define IF(test, value, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), (yes), (no))
#define END(verdict) BPF_STMT(BPF_RET | BPF_K, (verdict))

/*
 * Of the calls of bpf(2), from now on only those that read and write elements of maps, and look
 * at one that is open. A program that is given a map may write it, even if the descriptor is
 * read-only: whoever takes over the controller must load none. The numbers are small: args is
 * read as its low half, which comes first.
 */
static int only_elements(void)
{
	static struct sock_filter steps[] = {
		LOAD(arch),
		IF(BPF_JEQ, ARCHITECTURE, 1, 0),
		END(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		IF(BPF_JGE, OTHER_NUMBERS, 8, 0),
		IF(BPF_JEQ, SYS_bpf, 0, 6),
		LOAD(args[0]),
		IF(BPF_JEQ, BPF_OBJ_GET_INFO_BY_FD, 4, 0),
		IF(BPF_JGT, BPF_MAP_DELETE_BATCH, 4, 0),
		IF(BPF_JGE, BPF_MAP_LOOKUP_BATCH, 2, 0),
		IF(BPF_JGT, BPF_MAP_GET_NEXT_KEY, 2, 0),
		IF(BPF_JGE, BPF_MAP_LOOKUP_ELEM, 0, 1),
		END(SECCOMP_RET_ALLOW),
		END(SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog program = { sizeof(steps) / sizeof(steps[0]), steps };

	/* On a kernel without seccomp this protection is missing; the others are there. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) && errno != EINVAL ? -1 : 0;
}
#else
static int only_elements(void)
{
	return 0;
}
#endif

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
	if (become(rights, *kept ? MXW_RIGHT_BPF : 0, err))
		return MXW_E_FAIL;
	/* cppcheck-suppress knownConditionTrueFalse ; on machines without the filter */
	return only_elements()
		       ? mxw_fail(err, MXW_E_FAIL, "cannot give up bpf(2): %s", strerror(errno))
		       : MXW_OK;
}
