// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts DPDK's environment (EAL). Called once, at the start.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>

#include "bench/synflood/eal_words.h"
#include "bench/synflood/dpdk/device.h"

#define KEPT 8192 /* bytes of EAL's output to look through */

/* Standard output and error, while they are ours to keep back. */
struct held {
	int file; /* where both go meanwhile; -1 = nothing is held */
	int out, err; /* what they were */
};

static void hold_output(struct held *held)
{
	(void)fflush(stdout);
	held->file = memfd_create("eal", MFD_CLOEXEC);
	if (held->file < 0)
		return; /* then EAL prints as it likes */
	held->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	held->err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	(void)dup2(held->file, STDOUT_FILENO);
	(void)dup2(held->file, STDERR_FILENO);
}

/* Restores both; text gets the end of what was printed. */
static void release_output(struct held *held, char text[KEPT])
{
	off_t size;
	ssize_t got;

	text[0] = '\0';
	if (held->file < 0)
		return;
	(void)fflush(stdout);
	(void)dup2(held->out, STDOUT_FILENO);
	(void)dup2(held->err, STDERR_FILENO);
	size = lseek(held->file, 0, SEEK_END);
	got = pread(held->file, text, KEPT - 1, size >= KEPT ? size - KEPT + 1 : 0);
	text[got > 0 ? got : 0] = '\0';
	(void)close(held->out);
	(void)close(held->err);
	(void)close(held->file);
}

/* Whether a line of EAL's says anything about what is wrong. */
static bool is_telling(const char *line)
{
	static const char *const empty[] = { "FATAL",	     "Cannot probe devices", "probe failed",
					     "command line", "Cannot init memory",   "TELEMETRY",
					     "Usage" };

	if (!strstr(line, ": ") || strchr(" \t", *line))
		return false;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		if (strstr(line, empty[i]))
			return false;
	return true;
}

/* The last telling line, without who says it. */
static void find_telling(char *text, char said[SF_EAL_SAID])
{
	char *rest = text, *line;

	said[0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (is_telling(line))
			(void)snprintf(said, SF_EAL_SAID, "%s", strstr(line, ": ") + 2);
}

int sf_eal_start(int count, char **words, char said[SF_EAL_SAID], struct mxw_err *err)
{
	bool verbose = sf_eal_has(count, words, "--log-level");
	struct held held = { .file = -1 };
	char text[KEPT];
	int failed;

	if (!verbose) {
		(void)rte_log_set_level_pattern("*", RTE_LOG_WARNING);
		hold_output(&held);
	}
	failed = rte_eal_init(count, words) < 0;
	release_output(&held, text);
	find_telling(text, said);
	if (failed)
		return mxw_fail(
			err, MXW_E_FAIL,
			"DPDK did not start (%s): %s; --log-level=debug among the EAL options "
			"shows more",
			rte_strerror(rte_errno), *said ? said : "it gave no reason");
	return MXW_OK;
}
