// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings about the machine: kernel, configuration, JIT, rights, bpf file
 * system, limits, lockdown. Called by the check verb; changes nothing.
 */
#include <stdio.h>
#include <string.h>

#include "host/check.h"
#include "host/check_add.h"
#include "host/fragment.h"

#define KERNEL_HELPERS MXW_KERNEL(5, 11) /* bpf_ktime_get_coarse_ns(); memory counts in cgroups */
#define KERNEL_ARM64_EXT MXW_KERNEL(6, 0) /* replaceable functions on arm64 */

const char *mxw_level_name(enum mxw_level level)
{
	static const char *const names[] = { "ok", "note", "warn", "fail" };

	return names[level];
}

enum mxw_level mxw_check_worst(const struct mxw_check *check)
{
	enum mxw_level worst = MXW_LEVEL_OK;

	for (size_t i = 0; i < check->count; i++)
		if (check->items[i].level > worst)
			worst = check->items[i].level;
	return worst;
}

/* Warns and does not fail: distributions put what is new into older kernels, and attach finds
 * that out. */
static void check_kernel(const struct mxw_facts *facts, struct mxw_check *out)
{
	unsigned int oldest = mxw_fragment_kernel(mxw_fragment_nearest(0));

	if (!facts->kernel)
		mxw_check_add(out, MXW_LEVEL_WARN, "kernel",
			      "\"%s\" is not a version of Linux that can be judged",
			      facts->release);
	else if (facts->kernel < KERNEL_HELPERS)
		mxw_check_add(out, MXW_LEVEL_WARN, "kernel",
			      "Linux %s is older than 5.11, the first with all that the program "
			      "calls: use a newer kernel (if the distribution has put that into "
			      "this one, attach works all the same)",
			      facts->release);
	else if (facts->kernel < oldest)
		mxw_check_add(out, MXW_LEVEL_WARN, "kernel",
			      "Linux %s is older than the lines mxwall is tested on: prefer %u.%u "
			      "or later",
			      facts->release, oldest >> 8, oldest & 255);
	else
		mxw_check_add(out, MXW_LEVEL_OK, "kernel", "Linux %s on %s", facts->release,
			      facts->machine);
}

/* Every option that is missing, each with the reason why it is needed. An unreadable
 * configuration is a note: it says nothing about the kernel. */
static void check_config(const struct mxw_facts *facts, struct mxw_check *out)
{
	const struct mxw_fragment *fragment = mxw_fragment_nearest(facts->kernel);
	const char *at = fragment->text;
	unsigned int options = 0, missing = 0;
	struct mxw_kernel_need need;

	if (!facts->config.text) {
		mxw_check_add(out, MXW_LEVEL_NOTE, "kernel config",
			      "neither /proc/config.gz nor /boot/config-%s can be read, so it was "
			      "not compared with kernel-configs/%s.config",
			      facts->release, fragment->name);
		return;
	}
	while ((at = mxw_need_next(at, &need))) {
		options++;
		if (mxw_need_met(&need, facts->config.text))
			continue;
		missing++;
		mxw_check_add(out, need.required ? MXW_LEVEL_FAIL : MXW_LEVEL_WARN, "kernel config",
			      "%s=%s is missing from this kernel: %s Use a kernel with it.",
			      need.option, need.value, need.reason);
	}
	if (!missing)
		mxw_check_add(out, MXW_LEVEL_OK, "kernel config",
			      "%s has all %u options of kernel-configs/%s.config",
			      facts->config.source, options, fragment->name);
}

/* The switch is hidden in all network namespaces but the first. */
static void check_jit(const struct mxw_facts *facts, struct mxw_check *out)
{
	char always[MXW_KCONFIG_VALUE] = "n";

	if (facts->config.text)
		(void)mxw_kconfig_value(facts->config.text, "CONFIG_BPF_JIT_ALWAYS_ON", always);
	if (facts->jit > 0 || strcmp(always, "y") == 0)
		mxw_check_add(out, MXW_LEVEL_OK, "JIT", "BPF programs are compiled");
	else if (facts->jit == 0)
		mxw_check_add(out, MXW_LEVEL_WARN, "JIT",
			      "BPF programs are interpreted, which costs more per packet and keeps "
			      "libxdp's dispatcher from loading: sysctl net.core.bpf_jit_enable=1");
	else
		mxw_check_add(out, MXW_LEVEL_NOTE, "JIT",
			      "whether BPF programs are compiled cannot be seen from here: look at "
			      "/proc/sys/net/core/bpf_jit_enable outside of network namespaces");
}

static void check_rights(const struct mxw_facts *facts, struct mxw_check *out)
{
	bool all = facts->caps & MXW_CAP_SYS_ADMIN;

	if (!(all || facts->caps & MXW_CAP_BPF) || !(facts->caps & MXW_CAP_NET_ADMIN))
		mxw_check_add(out, MXW_LEVEL_FAIL, "rights",
			      "this process may not load and attach programs: run as root, or with "
			      "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON");
	else if (!all && !(facts->caps & MXW_CAP_PERFMON))
		mxw_check_add(out, MXW_LEVEL_WARN, "rights",
			      "without CAP_PERFMON libxdp's dispatcher does not load, so no other "
			      "XDP program can run beside the filter: run as root, or add it");
	else
		mxw_check_add(out, MXW_LEVEL_OK, "rights", "enough to load and attach");
}

static void check_bpffs(const struct mxw_facts *facts, struct mxw_check *out)
{
	if (facts->bpffs)
		mxw_check_add(out, MXW_LEVEL_OK, "bpffs", "mounted at /sys/fs/bpf");
	else
		mxw_check_add(
			out, MXW_LEVEL_FAIL, "bpffs",
			"no bpf file system at /sys/fs/bpf, where the filter is pinned: mount "
			"-t bpf bpf /sys/fs/bpf");
}

/* Since 5.11 maps count against the memory of the cgroup; before, against this limit. */
static void check_memlock(const struct mxw_facts *facts, struct mxw_check *out)
{
	if (facts->kernel >= KERNEL_HELPERS || facts->memlock == UINT64_MAX)
		return;
	mxw_check_add(out, MXW_LEVEL_WARN, "memory limit",
		      "only %llu kB may be locked, and this kernel counts maps against that: "
		      "ulimit -l unlimited",
		      (unsigned long long)facts->memlock / 1024);
}

static void check_lockdown(const struct mxw_facts *facts, struct mxw_check *out)
{
	if (!facts->lockdown[0] || strcmp(facts->lockdown, "none") == 0)
		return;
	mxw_check_add(out, MXW_LEVEL_NOTE, "lockdown",
		      "the kernel is locked down (%s): XDP works, but libxdp's dispatcher may be "
		      "refused; then attach with --exclusive",
		      facts->lockdown);
}

static void check_dispatcher(const struct mxw_facts *facts, struct mxw_check *out)
{
	if (strcmp(facts->machine, "aarch64") == 0 && facts->kernel < KERNEL_ARM64_EXT)
		mxw_check_add(
			out, MXW_LEVEL_NOTE, "dispatcher",
			"on arm64 libxdp's dispatcher needs Linux 6.0, so no other XDP program "
			"can run beside the filter: attach with --exclusive");
}

void mxw_check_host(const struct mxw_facts *facts, struct mxw_check *out)
{
	check_kernel(facts, out);
	check_config(facts, out);
	check_jit(facts, out);
	check_rights(facts, out);
	check_bpffs(facts, out);
	check_memlock(facts, out);
	check_lockdown(facts, out);
	check_dispatcher(facts, out);
}

int mxw_check_run(const char *iface, struct mxw_check *out)
{
	struct mxw_err err = { 0 };
	struct mxw_facts facts;
	struct mxw_nic nic;
	int error = MXW_OK;

	mxw_facts_read(&facts);
	mxw_check_host(&facts, out);
	if (iface) {
		error = mxw_nic_read(iface, &nic, &err);
		if (error)
			mxw_check_add(out, MXW_LEVEL_FAIL, "interface", "%s", err.text);
		else
			mxw_check_nic(&nic, facts.kernel, out);
	}
	mxw_facts_free(&facts);
	return error == MXW_E_FAIL ? error : MXW_OK;
}
