// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the worker loses its rights. Called in the new process, before it sees the first byte of a
 * list.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"
#include "feeds/confine.h"
#include "feeds/syscalls.h"

/* The kernel's own id for nobody, and that of every distribution. */
#define NOBODY 65534
/* Beside what the process has when it starts: TLS's certificates are the most of it. */
#define MEMORY (256ULL << 20)
/* Processes and threads that nobody may have, on the whole machine: libcurl resolves names in
 * a thread. */
#define NETWORK_TASKS 4096

static int failed(struct mxw_err *err, const char *what)
{
	return mxw_fail(err, MXW_E_FAIL,
			"The process that reads lists cannot give up its rights: %s: %s.", what,
			strerror(errno));
}

/* A handler of ours has no business there, and what was blocked must kill again. */
static void default_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL); /* SIGKILL and SIGSTOP refuse */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard input, the pipe as standard output, nothing to complain to, and no other. The copies
 * above 2 keep one from overwriting the other. */
static int keep_three(const struct mxw_confinement *with, struct mxw_err *err)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int in = fcntl(with->input < 0 ? null : with->input, F_DUPFD, 3);
	int out = fcntl(with->output, F_DUPFD, 3);

	if (null < 0 || in < 0 || out < 0)
		return failed(err, "descriptors");
	if (dup2(null, STDERR_FILENO) < 0 || dup2(in, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0)
		return failed(err, "descriptors");
	if (close_range(STDERR_FILENO + 1, ~0U, 0))
		return failed(err, "closing descriptors");
	return 0;
}

/* Bytes of address space that the process has by now. A sanitizer reserves terabytes. */
static uint64_t address_space(void)
{
	char text[64] = "";
	FILE *file = fopen("/proc/self/statm", "re");
	uint64_t pages = 0;

	if (!file)
		return 0;
	if (fgets(text, sizeof(text), file)) {
		text[strcspn(text, " ")] = '\0';
		(void)mxw_number_parse(text, 1, 1ULL << 52, &pages); /* stays 0 */
	}
	(void)fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* What the worker may use at most, so that a list cannot exhaust the machine. Limits are only
 * ever lowered. */
static int limit(const struct mxw_confinement *with, struct mxw_err *err)
{
	uint64_t space = address_space();
	const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_MEMLOCK, 0 },
		{ RLIMIT_MSGQUEUE, 0 },
		{ RLIMIT_NOFILE, with->network ? 64 : 3 },
		{ RLIMIT_NPROC, with->network ? NETWORK_TASKS : 0 },
		{ RLIMIT_CPU, with->cpu_seconds },
		{ RLIMIT_AS, space ? space + MEMORY : RLIM_INFINITY },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit now, want = { limits[i].most, limits[i].most };

		/* Not to raise what somebody has lowered already. */
		if (getrlimit(limits[i].what, &now))
			return failed(err, "limits");
		if (want.rlim_max > now.rlim_max)
			want.rlim_cur = want.rlim_max = now.rlim_max;
		if (setrlimit(limits[i].what, &want))
			return failed(err, "limits");
	}
	return 0;
}

/* A process that is not root here has no other identity to take, but may have capabilities. */
static int become_nobody(struct mxw_err *err)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	if (geteuid() == 0) {
		if (setgroups(0, NULL))
			return failed(err, "setgroups");
		if (setresgid(NOBODY, NOBODY, NOBODY))
			return failed(err, "setresgid");
		if (setresuid(NOBODY, NOBODY, NOBODY))
			return failed(err, "setresuid");
	}
	if (syscall(SYS_capset, &head, none))
		return failed(err, "capset");
	errno = EPERM;
	if (geteuid() == 0 || setuid(0) == 0)
		return failed(err, "it is still root");
	return 0;
}

int mxw_confine(const struct mxw_confinement *with, struct mxw_err *err)
{
	int code;

	default_signals();
	code = keep_three(with, err);
	if (!code)
		code = limit(with, err);
	if (!code)
		code = become_nobody(err);
	if (code)
		return code;
	/* After the change of identity, which clears it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 0))
		return failed(err, "prctl");
	if (getppid() != with->parent)
		return failed(err, "its parent is gone");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed(err, "PR_SET_NO_NEW_PRIVS");
	if (mxw_syscalls_deny(with->network))
		return failed(err, "seccomp");
	return 0;
}
