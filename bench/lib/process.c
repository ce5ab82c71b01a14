// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals, output and whereabouts of a program of the bench. Called by their main().
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bench/lib/process.h"

void bench_hold_signals(void)
{
	sigset_t held;

	(void)sigemptyset(&held); /* none of these fails for valid signals */
	(void)sigaddset(&held, SIGINT);
	(void)sigaddset(&held, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &held, NULL);
}

static int no_output(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

void bench_silence_libbpf(void)
{
	(void)libbpf_set_print(no_output);
}

int bench_own_folder(char *dir, size_t size, struct mxw_err *err)
{
	ssize_t length = readlink("/proc/self/exe", dir, size - 1);

	if (length < 0)
		return mxw_fail(err, MXW_E_FAIL,
				"cannot read /proc/self/exe: %s; is /proc mounted?",
				strerror(errno));
	dir[length] = '\0';
	*strrchr(dir, '/') = '\0';
	return 0;
}
