/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine says about itself as far as a BPF program cares, apart from
 * its interfaces (nic.h). Gathered once; judged by check.c.
 */
#ifndef MXW_FACTS_H
#define MXW_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/kconfig.h"

/* Numbers of capabilities (linux/capability.h), as bits of mxw_facts.caps. */
#define MXW_CAP_NET_ADMIN (1ULL << 12)
#define MXW_CAP_SYS_ADMIN (1ULL << 21)
#define MXW_CAP_PERFMON (1ULL << 38)
#define MXW_CAP_BPF (1ULL << 39)

struct mxw_facts {
	char release[65]; /* as uname -r */
	char machine[65]; /* as uname -m */
	unsigned int kernel; /* MXW_KERNEL(), 0 = not understood */
	struct mxw_kconfig config; /* text NULL = could not be read */
	int jit; /* net.core.bpf_jit_enable, -1 = the kernel has no such switch */
	uint64_t caps; /* effective capabilities of this process */
	bool bpffs; /* a bpf file system is at /sys/fs/bpf */
	uint64_t memlock; /* RLIMIT_MEMLOCK in bytes, UINT64_MAX = unlimited */
	char lockdown[24]; /* "none", "integrity", "confidentiality"; "" = not known */
};

/* Fills *facts; what cannot be read keeps its "not known". Free with mxw_facts_free(). */
void mxw_facts_read(struct mxw_facts *facts);

void mxw_facts_free(struct mxw_facts *facts);

/* The CapEff line of /proc/self/status. 0 without one. */
uint64_t mxw_facts_parse_caps(FILE *status);

/* "none [integrity] confidentiality" -> "integrity"; "" without brackets. */
void mxw_facts_parse_lockdown(const char *line, char lockdown[24]);

#endif
