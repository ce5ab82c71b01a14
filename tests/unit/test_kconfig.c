// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's configuration, and what the fragments of kernel-configs/ ask of it.
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

#include "host/fragment.h"
#include "host/kconfig.h"

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
	static const char last[] = "\nCONFIG_NET=y";
	size_t size = 300000;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '#', size);
	(void)snprintf(text + size - sizeof(last), sizeof(last), "%s", last);
	text[size - 1] = '\n'; /* where the NUL is */
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
		struct mxw_kernel_need need;

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
			(void)snprintf(level, sizeof(level), "# %s: %.20s",
				       need.required ? "required" : "recommended", need.reason);
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
	static const struct mxw_kernel_need want[] = {
		{ "CONFIG_NET", "y", true, "one reason in two lines." },
		{ "CONFIG_VETH", "m", false, "another." },
		{ "CONFIG_BARE", "y", false, "" },
		{ "CONFIG_LAST", "y", true, "last" },
	};
	const char *at = fragment_text;
	struct mxw_kernel_need need;

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
		struct mxw_kernel_need need;
		bool want;
	} rows[] = {
		{ { .option = "CONFIG_NET", .value = "y" }, true },
		{ { .option = "CONFIG_NET", .value = "m" }, true },
		{ { .option = "CONFIG_NET", .value = "n" }, false },
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
	};

	return cmocka_run_group_tests_name("kconfig", tests, NULL, NULL);
}
