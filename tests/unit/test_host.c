// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the machine tells: kernel configuration, the fragments of
 * kernel-configs/, rights, lockdown, kinds of interfaces, drivers and MTUs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#include "host/driver.h"
#include "host/facts.h"
#include "host/fragment.h"
#include "host/kconfig.h"
#include "host/nic.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names the row of a table in which something is not as it should be. */
static void expect(bool good, const char *row, const char *what)
{
	if (!good)
		fail_msg("row \"%s\": %s is wrong", row, what);
}

static const char config[] = "#\n"
			     "# Linux/x86 6.1.0 Kernel Configuration\n"
			     "#\n"
			     "CONFIG_CC_VERSION_TEXT=\"gcc (Debian 12.2.0-14) 12.2.0\"\n"
			     "CONFIG_NET=y\n"
			     "CONFIG_NETDEVICES=m\n"
			     "\n"
			     "# CONFIG_BPF_JIT is not set\n"
			     "# CONFIG_BPF_JIT_ALWAYS is not set\n"
			     "CONFIG_HZ=250\r\n"
			     "CONFIG_EMPTY=\n"
			     "CONFIG_LAST=y";

static void options_are_looked_up_whole(void **state)
{
	static const struct {
		const char *option;
		bool mentioned;
		const char *value;
	} rows[] = {
		{ "CONFIG_NET", true, "y" },
		{ "CONFIG_NETDEVICES", true, "m" },
		{ "CONFIG_NETDEV", false, "n" },
		{ "CONFIG_BPF_JIT", true, "n" },
		{ "CONFIG_BPF_JI", false, "n" },
		{ "CONFIG_BPF_JIT_ALWAYS_ON", false, "n" },
		{ "CONFIG_HZ", true, "250" },
		{ "CONFIG_EMPTY", true, "" },
		{ "CONFIG_LAST", true, "y" },
		{ "CONFIG_LAST_ONE", false, "n" },
		{ "CONFIG_CC_VERSION_TEXT", true, "\"gcc (Debian 12.2.0-14) 12.2.0\"" },
		{ "NET", false, "n" },
	};
	char value[MXW_KCONFIG_VALUE];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool mentioned = mxw_kconfig_value(config, rows[i].option, value);

		expect(mentioned == rows[i].mentioned, rows[i].option, "whether it is there");
		expect(strcmp(value, rows[i].value) == 0, rows[i].option, "the value");
	}
	assert_false(mxw_kconfig_value("", "CONFIG_NET", value));
	assert_string_equal(value, "n");
}

/* Writes size bytes to a new file, by gzip or plainly; its name replaces the X of path. */
static void write_file(char *path, const char *text, size_t size, const char *mode)
{
	int fd = mkstemp(path);
	gzFile file;

	assert_true(fd >= 0);
	file = gzdopen(fd, mode);
	assert_non_null(file);
	assert_int_equal(gzwrite(file, text, (unsigned int)size), size);
	assert_int_equal(gzclose(file), Z_OK);
}

static void a_configuration_is_read_packed_or_plain(void **state)
{
	static const char *const modes[] = { "w", "wT" };
	size_t size = 300000;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '#', size);
	memcpy(text + size - 14, "\nCONFIG_NET=y\n", 14);
	for (size_t i = 0; i < COUNT(modes); i++) {
		char path[] = "/tmp/mxw-test-config-XXXXXX", value[MXW_KCONFIG_VALUE];
		struct mxw_kconfig read;

		write_file(path, text, size, modes[i]);
		assert_int_equal(mxw_kconfig_load(path, &read, NULL), 0);
		assert_string_equal(read.source, path);
		assert_int_equal(strlen(read.text), size);
		assert_true(mxw_kconfig_value(read.text, "CONFIG_NET", value));
		mxw_kconfig_free(&read);
		assert_int_equal(unlink(path), 0);
	}
	free(text);
}

static void a_missing_or_damaged_configuration_is_an_error(void **state)
{
	/* the head of a gzip file, then nonsense */
	static const char damaged[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03nonsense";
	char path[] = "/tmp/mxw-test-config-XXXXXX";
	struct mxw_kconfig read;
	struct mxw_err err;

	(void)state;
	assert_int_equal(mxw_kconfig_load("/nonexistent/config", &read, &err), MXW_E_FAIL);
	assert_string_equal(err.text,
			    "cannot open \"/nonexistent/config\": No such file or directory");
	assert_null(read.text);
	write_file(path, damaged, sizeof(damaged) - 1, "wT");
	assert_int_equal(mxw_kconfig_load(path, &read, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "damaged"));
	assert_null(read.text);
	assert_int_equal(unlink(path), 0);
}

static void kernel_versions_compare(void **state)
{
	static const struct {
		const char *release;
		unsigned int want;
	} rows[] = {
		{ "6.1.0-18-cloud-amd64", MXW_KERNEL(6, 1) },
		{ "5.15.0", MXW_KERNEL(5, 15) },
		{ "6.18", MXW_KERNEL(6, 18) },
		{ "4.18.0-553.el8_10.x86_64", MXW_KERNEL(4, 18) },
		{ "10.255-rc1", MXW_KERNEL(10, 255) },
		{ "6.256", 0 },
		{ "6", 0 },
		{ "6.", 0 },
		{ "x6.1", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(mxw_kernel_parse(rows[i].release) == rows[i].want, rows[i].release,
		       "the version");
	assert_true(MXW_KERNEL(5, 15) < MXW_KERNEL(6, 1));
	assert_true(MXW_KERNEL(6, 6) < MXW_KERNEL(6, 12));
}

static void the_nearest_fragment_is_not_newer(void **state)
{
	static const struct {
		const char *release, *want;
	} rows[] = {
		{ "4.18", "mxwall-5.15" }, { "5.15", "mxwall-5.15" }, { "6.0", "mxwall-5.15" },
		{ "6.1", "mxwall-6.1" },   { "6.5", "mxwall-6.1" },   { "6.6", "mxwall-6.6" },
		{ "6.8", "mxwall-6.6" },   { "6.11", "mxwall-6.6" },  { "6.12", "mxwall-6.12" },
		{ "6.17", "mxwall-6.12" }, { "6.18", "mxwall-6.18" }, { "7.2", "mxwall-6.18" },
		{ "", "mxwall-5.15" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned int kernel = mxw_kernel_parse(rows[i].release);

		expect(strcmp(mxw_fragment_nearest(kernel)->name, rows[i].want) == 0,
		       rows[i].release, "the fragment");
	}
}

/* kernel-configs/ itself: each option has its level and its reason, none is there twice. */
static void every_option_of_every_fragment_has_a_reason(void **state)
{
	const struct mxw_fragment *fragment;
	size_t count = 0;

	(void)state;
	for (; (fragment = mxw_fragment_at(count)); count++) {
		const char *at = fragment->text;
		bool requires_bpf = false;
		struct mxw_need need;

		expect(mxw_fragment_kernel(fragment) >= MXW_KERNEL(5, 15), fragment->name,
		       "the version in the name");
		while ((at = mxw_need_next(at, &need))) {
			char line[80], level[80];

			requires_bpf |= need.required && !strcmp(need.option, "CONFIG_BPF_SYSCALL");
			expect(strlen(need.reason) > 20, need.option, "the reason");
			expect(strlen(need.reason) < sizeof(need.reason) - 1, need.option,
			       "the length of the reason");
			expect(need.reason[strlen(need.reason) - 1] == '.', need.option,
			       "the end of the reason");
			(void)snprintf(level, sizeof(level),
				       "# %s: ", need.required ? "required" : "recommended");
			expect(strstr(fragment->text, level), need.option, "the level");
			(void)snprintf(line, sizeof(line), "\n%s=", need.option);
			expect(!strstr(at, line), need.option, "the number of times");
		}
		expect(requires_bpf, fragment->name, "the need for bpf()");
	}
	assert_int_equal(count, 5);
}

static const char fragment_text[] = "# SPDX-License-Identifier: GPL-2.0-or-later\n"
				    "# About the file.\n"
				    "\n"
				    "# required: one reason\n"
				    "# in two lines.\n"
				    "CONFIG_NET=y\n"
				    "# recommended: another.\n"
				    "CONFIG_VETH=m\n"
				    "\n"
				    "# Not about an option.\n"
				    "\n"
				    "CONFIG_BARE=y\n"
				    "CONFIG_BROKEN\n"
				    "CONFIG_EMPTY=\n"
				    "#\n"
				    "# required: last\n"
				    "CONFIG_LAST=y";

static void a_fragment_yields_options_and_reasons(void **state)
{
	static const struct mxw_need want[] = {
		{ "CONFIG_NET", "y", true, "one reason in two lines." },
		{ "CONFIG_VETH", "m", false, "another." },
		{ "CONFIG_BARE", "y", false, "" },
		{ "CONFIG_LAST", "y", true, "last" },
	};
	const char *at = fragment_text;
	struct mxw_need need;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		at = mxw_need_next(at, &need);
		assert_non_null(at);
		assert_string_equal(need.option, want[i].option);
		assert_string_equal(need.value, want[i].value);
		assert_string_equal(need.reason, want[i].reason);
		expect(need.required == want[i].required, need.option, "the level");
	}
	assert_null(mxw_need_next(at, &need));
}

static void needs_are_compared_with_a_configuration(void **state)
{
	static const struct {
		struct mxw_need need;
		bool want;
	} rows[] = {
		{ { .option = "CONFIG_NET", .value = "y" }, true },
		{ { .option = "CONFIG_NET", .value = "m" }, true },
		{ { .option = "CONFIG_NETDEVICES", .value = "m" }, true },
		{ { .option = "CONFIG_NETDEVICES", .value = "y" }, false },
		{ { .option = "CONFIG_BPF_JIT", .value = "y" }, false },
		{ { .option = "CONFIG_NOWHERE", .value = "y" }, false },
		{ { .option = "CONFIG_NOWHERE", .value = "m" }, false },
		{ { .option = "CONFIG_NOWHERE", .value = "n" }, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(mxw_need_met(&rows[i].need, config) == rows[i].want, rows[i].need.option,
		       rows[i].need.value);
}

static uint64_t caps_of(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	uint64_t caps;

	assert_non_null(file);
	caps = mxw_facts_parse_caps(file);
	(void)fclose(file);
	return caps;
}

static void rights_are_the_effective_ones(void **state)
{
	(void)state;
	assert_true(caps_of("Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t000000c000001000\n"
			    "CapBnd:\t000001ffffffffff\n") ==
		    (MXW_CAP_BPF | MXW_CAP_PERFMON | MXW_CAP_NET_ADMIN));
	assert_true(caps_of("CapEff:\t0000000000200000\n") == MXW_CAP_SYS_ADMIN);
	assert_true(caps_of("Name:\tx\nCapPrm:\t000001ffffffffff\n") == 0);
}

static void lockdown_is_the_word_in_brackets(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "[none] integrity confidentiality", "none" },
		{ "none [integrity] confidentiality", "integrity" },
		{ "none integrity [confidentiality]", "confidentiality" },
		{ "", "" },
		{ "none", "" },
		{ "[none", "" },
		{ "[]", "" },
		{ "[a word of more than twenty-three bytes]", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char word[24];

		mxw_facts_parse_lockdown(rows[i].line, word);
		expect(strcmp(word, rows[i].want) == 0, rows[i].line, "the word");
	}
}

static void kinds_come_from_the_kernels_word(void **state)
{
	static const struct {
		const char *type;
		enum mxw_nic_kind want;
	} rows[] = {
		{ "", MXW_NIC_PHYSICAL },	 { "veth", MXW_NIC_VETH },
		{ "tun", MXW_NIC_TUN },		 { "vlan", MXW_NIC_VLAN },
		{ "bond", MXW_NIC_BOND },	 { "bridge", MXW_NIC_BRIDGE },
		{ "wireguard", MXW_NIC_TUNNEL }, { "vxlan", MXW_NIC_TUNNEL },
		{ "macvlan", MXW_NIC_OTHER },	 { "dummy", MXW_NIC_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(mxw_nic_kind_of(rows[i].type) == rows[i].want, rows[i].type, "the kind");
	assert_string_equal(mxw_nic_operstate(6), "up");
	assert_string_equal(mxw_nic_operstate(2), "down");
	assert_string_equal(mxw_nic_operstate(99), "unknown");
}

static void mtus_fit_by_driver_and_kernel(void **state)
{
	static const struct {
		const char *driver;
		unsigned int kernel, mtu;
		enum mxw_mtu_fit want;
	} rows[] = {
		{ "virtio_net", MXW_KERNEL(6, 1), 1500, MXW_MTU_FITS },
		{ "virtio_net", MXW_KERNEL(6, 1), 3506, MXW_MTU_FITS },
		{ "virtio_net", MXW_KERNEL(6, 1), 3507, MXW_MTU_TOO_LARGE },
		{ "virtio_net", MXW_KERNEL(6, 3), 9000, MXW_MTU_FRAGS },
		{ "ena", MXW_KERNEL(6, 18), 9001, MXW_MTU_TOO_LARGE },
		{ "ena", MXW_KERNEL(6, 18), 3498, MXW_MTU_FITS },
		{ "mlx5_core", MXW_KERNEL(5, 15), 9000, MXW_MTU_TOO_LARGE },
		{ "mlx5_core", MXW_KERNEL(6, 1), 9000, MXW_MTU_FRAGS },
		{ "i40e", MXW_KERNEL(6, 1), 3046, MXW_MTU_FITS },
		{ "i40e", MXW_KERNEL(6, 1), 3047, MXW_MTU_TOO_LARGE },
		{ "i40e", MXW_KERNEL(6, 6), 9000, MXW_MTU_FRAGS },
		{ "ixgbe", MXW_KERNEL(6, 18), 3051, MXW_MTU_TOO_LARGE },
		{ "ice", MXW_KERNEL(6, 6), 9000, MXW_MTU_FRAGS },
		{ "bnxt_en", MXW_KERNEL(5, 15), 3503, MXW_MTU_TOO_LARGE },
		{ "bnxt_en", MXW_KERNEL(6, 1), 3503, MXW_MTU_FRAGS },
		{ "gve", MXW_KERNEL(6, 18), 2033, MXW_MTU_TOO_LARGE },
		{ "igc", MXW_KERNEL(6, 18), 1501, MXW_MTU_TOO_LARGE },
		{ "veth", MXW_KERNEL(6, 18), 9000, MXW_MTU_FRAGS },
		{ "tun", MXW_KERNEL(6, 18), 65535, MXW_MTU_FITS },
		{ "e1000e", MXW_KERNEL(6, 18), 9000, MXW_MTU_FITS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_driver *driver = mxw_driver_find(rows[i].driver);

		expect(mxw_driver_mtu(driver, rows[i].kernel, rows[i].mtu) == rows[i].want,
		       rows[i].driver, "whether the MTU fits");
	}
	assert_null(mxw_driver_find("e1000e"));
	assert_null(mxw_driver_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_looked_up_whole),
		cmocka_unit_test(a_configuration_is_read_packed_or_plain),
		cmocka_unit_test(a_missing_or_damaged_configuration_is_an_error),
		cmocka_unit_test(kernel_versions_compare),
		cmocka_unit_test(the_nearest_fragment_is_not_newer),
		cmocka_unit_test(every_option_of_every_fragment_has_a_reason),
		cmocka_unit_test(a_fragment_yields_options_and_reasons),
		cmocka_unit_test(needs_are_compared_with_a_configuration),
		cmocka_unit_test(rights_are_the_effective_ones),
		cmocka_unit_test(lockdown_is_the_word_in_brackets),
		cmocka_unit_test(kinds_come_from_the_kernels_word),
		cmocka_unit_test(mtus_fit_by_driver_and_kernel),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
