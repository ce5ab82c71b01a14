// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the clocks. Called where a command starts; its results travel as
 * arguments from there.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static uint64_t read_clock(clockid_t id)
{
	struct timespec now = { 0 };

	(void)clock_gettime(id, &now); /* cannot fail for these two clocks */
	return (uint64_t)now.tv_sec * MXW_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t mxw_clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t mxw_clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

void mxw_clock_boot_id(char out[40])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (!file)
		return;
	if (fgets(out, 40, file))
		out[strcspn(out, "\n")] = '\0';
	(void)fclose(file);
}
