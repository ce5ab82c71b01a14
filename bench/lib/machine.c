// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads /proc and /sys for the facts, and binds the thread. Called by the bench
 * programs. Whatever cannot be read is left out, never an error.
 */
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/lib/machine.h"

#define WEAKNESSES "/sys/devices/system/cpu/vulnerabilities"
#define CACHE "/sys/devices/system/cpu/cpu0/cache"

/* The first line of a file without its newline; "" if there is none. */
static void read_line(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");

	out[0] = '\0';
	if (!file)
		return;
	if (fgets(out, (int)size, file))
		out[strcspn(out, "\n")] = '\0';
	(void)fclose(file); /* opened for reading */
}

static int read_int(const char *path)
{
	char line[32];

	read_line(path, line, sizeof(line));
	return line[0] ? atoi(line) : -1;
}

static void read_cpu(struct bench_machine *machine)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[4096];

	while (file && fgets(line, sizeof(line), file) && line[0] != '\n') {
		char *value = strchr(line, ':');

		line[strcspn(line, "\n")] = '\0';
		if (value && !strncmp(line, "model name", 10))
			(void)snprintf(machine->cpu, sizeof(machine->cpu), "%.120s", value + 2);
		if (value && !strncmp(line, "flags", 5))
			machine->virtual_machine = strstr(value, " hypervisor") != NULL;
	}
	if (file)
		(void)fclose(file); /* opened for reading */
}

static void read_caches(struct bench_machine *machine)
{
	for (int i = 0; i < 8; i++) {
		char path[128], size[16];
		int level;

		(void)snprintf(path, sizeof(path), CACHE "/index%d/level", i);
		level = read_int(path);
		(void)snprintf(path, sizeof(path), CACHE "/index%d/size", i);
		read_line(path, size, sizeof(size));
		if (level == 2)
			memcpy(machine->l2, size, sizeof(size));
		if (level == 3)
			memcpy(machine->l3, size, sizeof(size));
	}
}

static void read_mitigations(struct bench_machine *machine)
{
	DIR *dir = opendir(WEAKNESSES);
	struct dirent *item;

	while (dir && machine->mitigations_count < BENCH_MITIGATIONS && (item = readdir(dir))) {
		struct bench_mitigation *m = &machine->mitigations[machine->mitigations_count];
		char path[320];

		(void)snprintf(path, sizeof(path), WEAKNESSES "/%s", item->d_name);
		read_line(path, m->text, sizeof(m->text));
		if (!m->text[0] || !strcmp(m->text, "Not affected"))
			continue;
		(void)snprintf(m->name, sizeof(m->name), "%.39s", item->d_name);
		machine->mitigations_count++;
	}
	if (dir)
		(void)closedir(dir);
}

void bench_machine_read(struct bench_machine *machine)
{
	struct utsname name = {};

	memset(machine, 0, sizeof(*machine));
	read_cpu(machine);
	read_caches(machine);
	read_mitigations(machine);
	(void)uname(&name); /* "" if it fails */
	(void)snprintf(machine->kernel, sizeof(machine->kernel), "%.60s %.60s %.60s", name.release,
		       name.version, name.machine);
	read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  machine->clocksource, sizeof(machine->clocksource));
	machine->cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	machine->jit = read_int("/proc/sys/net/core/bpf_jit_enable");
	machine->jit_harden = read_int("/proc/sys/net/core/bpf_jit_harden");
	machine->bpf_stats = read_int("/proc/sys/kernel/bpf_stats_enabled");
	if (getloadavg(&machine->load, 1) != 1)
		machine->load = -1;
}

double bench_machine_stolen(void)
{
	unsigned long long ticks = 0;
	char line[256];

	read_line("/proc/stat", line, sizeof(line));
	if (sscanf(line, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &ticks) != 1)
		return 0;
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

int bench_machine_pin(int cpu)
{
	cpu_set_t allowed, one;
	size_t chosen = (size_t)cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -1;
	if (cpu < 0)
		for (size_t i = 0; i < CPU_SETSIZE; i++)
			if (CPU_ISSET(i, &allowed))
				chosen = i;
	if (chosen >= CPU_SETSIZE || !CPU_ISSET(chosen, &allowed))
		return -1;
	CPU_ZERO(&one);
	CPU_SET(chosen, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -1 : (int)chosen;
}
