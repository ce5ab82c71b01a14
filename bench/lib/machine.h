/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the machine that a figure is worth nothing without.
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>

#include <jansson.h>

#define BENCH_MITIGATIONS 32

/* A CPU weakness that has a mitigation here, or none. */
struct bench_mitigation {
	char name[40];
	char text[160];
};

/* Numbers are -1 and texts "" where the machine does not tell. */
struct bench_machine {
	char cpu[128];
	char kernel[192];
	char clocksource[32];
	char l2[16], l3[16]; /* as the kernel writes it, "512K" */
	int cpus;
	bool virtual_machine;
	int jit, jit_harden, bpf_stats; /* the sysctls */
	double load; /* one-minute average at the start */
	int mitigations_count;
	struct bench_mitigation mitigations[BENCH_MITIGATIONS];
};

void bench_machine_read(struct bench_machine *machine);

/* The facts by their names; NULL when memory is out. The caller owns it. */
json_t *bench_machine_json(const struct bench_machine *machine);

/* The time the host took from this machine since its start, in seconds, all CPUs. */
double bench_machine_stolen(void);

/* Binds this thread to a CPU; -1 chooses the last one allowed. Returns the CPU,
 * or -1 if that one does not exist or is not allowed. */
int bench_machine_pin(int cpu);

#endif
