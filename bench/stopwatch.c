// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stopwatch: runs a command and appends to a file, as JSON, how long it took, how
 * much CPU time, and how much memory its largest process had. Used by bench/peers.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* The exit code that a shell would give. */
static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int write_result(const char *path, double wall, int code)
{
	struct rusage usage;
	FILE *file = fopen(path, "ae");

	if (!file || getrusage(RUSAGE_CHILDREN, &usage)) {
		fprintf(stderr, "stopwatch: cannot write %s: %s\n", path, strerror(errno));
		return 1;
	}
	fprintf(file, "{\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"peak_rss_kib\":%ld,\"exit\":%d}\n",
		wall, seconds(&usage.ru_utime) + seconds(&usage.ru_stime), usage.ru_maxrss, code);
	return fclose(file) ? 1 : 0;
}

/* The shell's own `time` can neither append to a file nor keep the command's exit code. */
int main(int argc, char **argv)
{
	uint64_t start = mxw_clock_mono();
	int status;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "Usage: stopwatch FILE COMMAND [ARGUMENT]...\n"
				"Appends to FILE what COMMAND took.\n");
		return 2;
	}
	child = fork();
	if (child == 0) {
		(void)execvp(argv[2], argv + 2);
		fprintf(stderr, "stopwatch: cannot run %s: %s\n", argv[2], strerror(errno));
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		fprintf(stderr, "stopwatch: cannot run %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	if (write_result(argv[1], (double)(mxw_clock_mono() - start) / 1e9, exit_code(status)))
		return 1;
	return exit_code(status);
}
