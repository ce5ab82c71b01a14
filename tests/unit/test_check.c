// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings about made-up machines (userspace/host/check.h): a healthy one
 * first, then one change at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "host/fragment.h"
#include "tests/unit/findings.h"
#include "host/check_add.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL_CAPS (~0ULL)

static const char good_config[] = "CONFIG_NET=y\nCONFIG_INET=y\nCONFIG_BPF_SYSCALL=y\n"
				  "CONFIG_PROC_FS=y\nCONFIG_SYSFS=y\nCONFIG_FILE_LOCKING=y\n"
				  "CONFIG_EPOLL=y\nCONFIG_BPF_JIT=y\nCONFIG_DEBUG_INFO=y\n"
				  "CONFIG_DEBUG_INFO_BTF=y\n";

static const char poor_config[] = "CONFIG_NET=y\nCONFIG_INET=y\n# CONFIG_BPF_SYSCALL is not set\n"
				  "CONFIG_PROC_FS=y\nCONFIG_SYSFS=y\nCONFIG_FILE_LOCKING=y\n"
				  "CONFIG_EPOLL=y\nCONFIG_BPF_JIT=y\n";

static struct mxw_facts good_facts(void)
{
	return (struct mxw_facts){
		.release = "6.1.0-18-amd64",
		.machine = "x86_64",
		.kernel = MXW_KERNEL(6, 1),
		.config = { .text = (char *)good_config, .source = "/boot/config-6.1.0-18-amd64" },
		.jit = 1,
		.caps = ALL_CAPS,
		.bpffs = true,
		.memlock = 8 << 20,
		.lockdown = "none",
	};
}

static void expect_host(const struct mxw_facts *facts, enum mxw_level level, const char *what,
			const char *text)
{
	struct mxw_check check = { 0 };
	const struct mxw_finding *finding;

	mxw_check_host(facts, &check);
	finding = only_finding(&check);
	assert_string_equal(finding->what, what);
	assert_int_equal(finding->level, level);
	if (!strstr(finding->text, text))
		fail_msg("\"%s\" does not say \"%s\"", finding->text, text);
}

static void a_healthy_machine_has_no_findings(void **state)
{
	struct mxw_facts facts = good_facts();
	struct mxw_check check = { 0 };

	(void)state;
	mxw_check_host(&facts, &check);
	for (size_t i = 0; i < check.count; i++)
		if (check.items[i].level != MXW_LEVEL_OK)
			fail_msg("%s: %s", check.items[i].what, check.items[i].text);
	assert_int_equal(check.count, 5);
	assert_int_equal(mxw_check_worst(&check), MXW_LEVEL_OK);
	assert_string_equal(mxw_level_name(MXW_LEVEL_WARN), "warn");
}

static void kernels_are_judged(void **state)
{
	struct mxw_facts facts = good_facts();

	(void)state;
	facts.kernel = MXW_KERNEL(5, 14);
	(void)snprintf(facts.release, sizeof(facts.release), "5.14.0");
	expect_host(&facts, MXW_LEVEL_WARN, "kernel",
		    "Linux 5.14.0 is older than the lines mxwall is tested on: prefer 5.15 or "
		    "later");
	facts.kernel = MXW_KERNEL(5, 10);
	facts.memlock = UINT64_MAX;
	(void)snprintf(facts.release, sizeof(facts.release), "5.10.0");
	expect_host(&facts, MXW_LEVEL_WARN, "kernel", "use a newer kernel");
	facts.kernel = 0;
	(void)snprintf(facts.release, sizeof(facts.release), "tomorrow");
	expect_host(&facts, MXW_LEVEL_WARN, "kernel", "\"tomorrow\"");
}

static void a_kernel_without_an_option_is_named(void **state)
{
	struct mxw_facts facts = good_facts();
	struct mxw_check check = { 0 };
	size_t seen = 0;

	(void)state;
	facts.config.text = (char *)poor_config;
	mxw_check_host(&facts, &check);
	for (size_t i = 0; i < check.count; i++) {
		const struct mxw_finding *f = &check.items[i];

		if (strncmp(f->text, "CONFIG_BPF_SYSCALL=y is missing from this kernel: the bpf() ",
			    60) == 0)
			seen += f->level == MXW_LEVEL_FAIL;
		if (strncmp(f->text, "CONFIG_DEBUG_INFO_BTF=y is missing", 34) == 0)
			seen += f->level == MXW_LEVEL_WARN;
		if (strcmp(f->what, "kernel config") == 0)
			assert_non_null(strstr(f->text, " Use a kernel with it."));
	}
	assert_int_equal(seen, 2);
	assert_int_equal(mxw_check_worst(&check), MXW_LEVEL_FAIL);
}

static void an_unreadable_configuration_is_a_note(void **state)
{
	struct mxw_facts facts = good_facts();

	(void)state;
	facts.config.text = NULL;
	expect_host(&facts, MXW_LEVEL_NOTE, "kernel config",
		    "it was not compared with kernel-configs/mxwall-6.1.config");
}

static void the_jit_is_judged(void **state)
{
	static const char always[] = "CONFIG_BPF_JIT_ALWAYS_ON=y\n";
	struct mxw_facts facts = good_facts();
	struct mxw_check check = { 0 };
	char both[sizeof(good_config) + sizeof(always)];

	(void)state;
	facts.jit = 0;
	expect_host(&facts, MXW_LEVEL_WARN, "JIT", "sysctl net.core.bpf_jit_enable=1");
	facts.jit = -1;
	expect_host(&facts, MXW_LEVEL_NOTE, "JIT", "cannot be seen from here");
	(void)snprintf(both, sizeof(both), "%s%s", good_config, always);
	facts.config.text = both;
	mxw_check_host(&facts, &check);
	assert_int_equal(mxw_check_worst(&check), MXW_LEVEL_OK);
}

static void rights_are_judged(void **state)
{
	static const struct {
		uint64_t caps;
		enum mxw_level level;
	} rows[] = {
		{ 0, MXW_LEVEL_FAIL },
		{ MXW_CAP_BPF | MXW_CAP_PERFMON, MXW_LEVEL_FAIL },
		{ MXW_CAP_NET_ADMIN | MXW_CAP_PERFMON, MXW_LEVEL_FAIL },
		{ MXW_CAP_SYS_ADMIN, MXW_LEVEL_FAIL },
		{ MXW_CAP_BPF | MXW_CAP_NET_ADMIN, MXW_LEVEL_WARN },
		{ MXW_CAP_BPF | MXW_CAP_NET_ADMIN | MXW_CAP_PERFMON, MXW_LEVEL_OK },
		{ MXW_CAP_SYS_ADMIN | MXW_CAP_NET_ADMIN, MXW_LEVEL_OK },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_facts facts = good_facts();
		struct mxw_check check = { 0 };

		facts.caps = rows[i].caps;
		mxw_check_host(&facts, &check);
		assert_int_equal(mxw_check_worst(&check), rows[i].level);
		if (rows[i].level != MXW_LEVEL_OK)
			assert_string_equal(only_finding(&check)->what, "rights");
	}
}

static void the_rest_of_the_machine_is_judged(void **state)
{
	struct mxw_facts facts = good_facts();
	struct mxw_check check = { 0 };

	(void)state;
	facts.bpffs = false;
	expect_host(&facts, MXW_LEVEL_FAIL, "bpffs", "mount -t bpf bpf /sys/fs/bpf");
	facts = good_facts();
	(void)snprintf(facts.lockdown, sizeof(facts.lockdown), "integrity");
	expect_host(&facts, MXW_LEVEL_NOTE, "lockdown", "(integrity)");
	facts = good_facts();
	facts.kernel = MXW_KERNEL(5, 15);
	(void)snprintf(facts.machine, sizeof(facts.machine), "aarch64");
	expect_host(&facts, MXW_LEVEL_NOTE, "dispatcher", "Linux 6.0");
	facts = good_facts();
	facts.kernel = MXW_KERNEL(5, 10);
	facts.memlock = 64 << 10;
	mxw_check_host(&facts, &check);
	assert_string_equal(check.items[check.count - 1].what, "memory limit");
	assert_non_null(strstr(check.items[check.count - 1].text, "only 64 kB"));
}

static void a_full_list_leaves_findings_out(void **state)
{
	struct mxw_check check = { 0 };
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < MXW_CHECK_MAX + 5; i++)
		mxw_check_add(&check, MXW_LEVEL_NOTE, text, "%s %d", text, i);
	assert_int_equal(check.count, MXW_CHECK_MAX);
	assert_int_equal(strlen(check.items[0].text), sizeof(check.items[0].text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_machine_has_no_findings),
		cmocka_unit_test(kernels_are_judged),
		cmocka_unit_test(a_kernel_without_an_option_is_named),
		cmocka_unit_test(an_unreadable_configuration_is_a_note),
		cmocka_unit_test(the_jit_is_judged),
		cmocka_unit_test(rights_are_judged),
		cmocka_unit_test(the_rest_of_the_machine_is_judged),
		cmocka_unit_test(a_full_list_leaves_findings_out),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
