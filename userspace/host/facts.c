// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks the kernel about version, configuration, rights and mounts. Called by check; changes
 * nothing.
 */
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/utsname.h>

#include "base/num.h"
#include "host/facts.h"
#include "host/fragment.h"

/* The first line of a file without its end, "" when there is none. */
static void read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	if (!file)
		return;
	if (fgets(line, size, file))
		line[strcspn(line, "\n")] = '\0';
	(void)fclose(file); /* was only read */
}

uint64_t mxw_facts_parse_caps(FILE *status)
{
	static const char name[] = "CapEff:";
	char line[256];

	while (fgets(line, sizeof(line), status))
		if (strncmp(line, name, sizeof(name) - 1) == 0)
			return strtoull(line + sizeof(name) - 1, NULL, 16);
	return 0;
}

void mxw_facts_parse_lockdown(const char *line, char lockdown[24])
{
	const char *open = strchr(line, '['), *close = open ? strchr(open, ']') : NULL;
	size_t size = close ? (size_t)(close - open) - 1 : 0;

	if (size >= 24)
		size = 0;
	memcpy(lockdown, open ? open + 1 : line, size);
	lockdown[size] = '\0';
}

static uint64_t read_caps(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	uint64_t caps;

	if (!status)
		return 0;
	caps = mxw_facts_parse_caps(status);
	(void)fclose(status); /* was only read */
	return caps;
}

static int read_jit(void)
{
	uint64_t value;
	char line[16];

	read_line("/proc/sys/net/core/bpf_jit_enable", line, sizeof(line));
	return mxw_number_parse(line, 0, 2, &value) ? (int)value : -1;
}

static uint64_t read_memlock(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return limit.rlim_cur;
}

void mxw_facts_read(struct mxw_facts *facts)
{
	struct utsname names = { 0 };
	struct statfs bpffs;
	char line[128];

	memset(facts, 0, sizeof(*facts));
	(void)uname(&names); /* cannot fail with a good pointer */
	(void)snprintf(facts->release, sizeof(facts->release), "%s", names.release);
	(void)snprintf(facts->machine, sizeof(facts->machine), "%s", names.machine);
	facts->kernel = mxw_kernel_parse(facts->release);
	(void)mxw_kconfig_read(facts->release, &facts->config, NULL); /* text stays NULL */
	facts->jit = read_jit();
	facts->caps = read_caps();
	facts->bpffs = statfs("/sys/fs/bpf", &bpffs) == 0 && bpffs.f_type == BPF_FS_MAGIC;
	facts->memlock = read_memlock();
	read_line("/sys/kernel/security/lockdown", line, sizeof(line));
	mxw_facts_parse_lockdown(line, facts->lockdown);
}

void mxw_facts_free(struct mxw_facts *facts)
{
	mxw_kconfig_free(&facts->config);
}
