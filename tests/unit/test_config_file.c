// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may have written mxwall.conf (userspace/config/config.h): case L1 of docs/cases.md,
 * files and links that are refused. Runs as root or as anybody.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/err.h"
#include "config/config.h"

static struct mxw_settings settings;
static struct mxw_mistakes mistakes;

/* A folder of its own, which is the current one meanwhile. */
static int enter(void **state)
{
	static char folder[] = "/tmp/mxwall-config-XXXXXX";

	*state = mkdtemp(folder);
	return !*state || chdir(*state);
}

static int leave(void **state)
{
	static const char *const names[] = { "good", "link", "open/good", "fifo", "big", "dir" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)remove(names[i]);
	(void)remove("open");
	return chdir("/") || rmdir(*state);
}

static void make(const char *path, mode_t mode, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, length), length);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static const char text[] = "[dnsbl]\ndrop_threshold = 10\n";

static void expect_good(const char *path)
{
	memset(&settings, 0, sizeof(settings));
	if (mxw_config_read(path, getuid(), &settings, &mistakes) != MXW_OK)
		fail_msg("%s: %s", path, mistakes.mistake[0].text);
	assert_int_equal(settings.dnsbl.drop, 10);
}

static void expect_refused(const char *path, uid_t owner, const char *part)
{
	memset(&settings, 0x5a, sizeof(settings));
	assert_int_equal(mxw_config_read(path, owner, &settings, &mistakes), MXW_E_USAGE);
	if (mistakes.total != 1 || !strstr(mistakes.mistake[0].text, part))
		fail_msg("%s: %s", path, mistakes.mistake[0].text);
	for (size_t i = 0; i < sizeof(settings); i++)
		assert_int_equal(((unsigned char *)&settings)[i], 0x5a);
}

static void modes_and_links(void **state)
{
	(void)state;
	make("good", 0644, text, strlen(text));
	expect_good("good");
	assert_int_equal(symlink("good", "link"), 0);
	expect_good("link");
	make("good", 0664, text, strlen(text));
	expect_refused("good", getuid(), "can be written by users other than root (mode 0664)");
	make("good", 0646, text, strlen(text));
	expect_refused("good", getuid(), "mode 0646");
	expect_refused("link", getuid(), "mode 0646");
	expect_refused("missing", getuid(), "No such file");
	assert_int_equal(mkdir("dir", 0755), 0);
	expect_refused("dir", getuid(), "not an ordinary file");
	assert_int_equal(mkfifo("fifo", 0644), 0);
	expect_refused("fifo", getuid(), "not an ordinary file");
	expect_refused("/dev/zero", getuid(), "not an ordinary file");
}

static void folders_that_others_can_write(void **state)
{
	(void)state;
	assert_int_equal(mkdir("open", 0700), 0);
	make("open/good", 0644, text, strlen(text));
	expect_good("open/good");
	assert_int_equal(chmod("open", 0702), 0);
	expect_refused("open/good", getuid(), "put another file in its place");
	assert_int_equal(chmod("open", 0770), 0);
	expect_refused("open/good", getuid(), "put another file in its place");
	assert_int_equal(chmod("open", 01777), 0);
	expect_good("open/good");
	assert_int_equal(chmod("open", 0700), 0);
}

static void owners(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	make("good", 0644, text, strlen(text));
	assert_int_equal(chown("good", 12345, 0), 0);
	expect_refused("good", 0, "belongs to user 12345 and not to root");
	assert_int_equal(chown("good", 0, 0), 0);
	(void)remove("link");
	assert_int_equal(symlink("good", "link"), 0);
	assert_int_equal(lchown("link", 12345, 0), 0);
	expect_refused("link", 0, "is a link that belongs to user 12345");
}

static void sizes(void **state)
{
	size_t length = 10000000;
	char *big = malloc(length);

	(void)state;
	assert_non_null(big);
	memset(big, 'a', length);
	memcpy(big, "[dnsbl]\n", sizeof("[dnsbl]\n") - 1);
	make("big", 0644, big, length);
	expect_refused("big", getuid(), "longer than 1 MiB");
	assert_int_equal(mistakes.mistake[0].line, 2);
	memset(big + 8, '\n', MXW_CONFIG_BYTES);
	make("big", 0644, big, MXW_CONFIG_BYTES);
	assert_int_equal(mxw_config_read("big", getuid(), &settings, &mistakes), MXW_OK);
	make("big", 0644, big, 0);
	assert_int_equal(mxw_config_read("big", getuid(), &settings, &mistakes), MXW_OK);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_and_links),
		cmocka_unit_test(folders_that_others_can_write),
		cmocka_unit_test(owners),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
