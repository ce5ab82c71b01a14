// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lists were asked, over a restart (userspace/state/asked.h).
 */
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

#include "state/asked.h"

#define SPENT "[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,7]"

static struct mxw_asked written, got;
static char folder[64], path[80];

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/mxwall-asked-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/asked.json", folder);
	memset(&got, 0, sizeof(got));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void what_is_written_is_read(void **state)
{
	struct mxw_err err;
	struct stat info;

	(void)state;
	assert_int_equal(mxw_asked_read(path, &got, &err), MXW_OK);
	assert_int_equal(got.count, 0);
	written = (struct mxw_asked){ .at = 1700000000, .count = MXW_ASKED_LISTS };
	for (uint32_t i = 0; i < MXW_ASKED_LISTS; i++) {
		(void)snprintf(written.list[i].list, MXW_ASKED_NAME, "key%u.example", i);
		written.list[i].names = i % 2;
		for (uint32_t s = 0; s < MXW_ASKED_SPENT; s++)
			written.list[i].spent[s] = i * s;
	}
	for (int again = 0; again < 2; again++)
		assert_int_equal(mxw_asked_write(path, &written, &err), MXW_OK);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600); /* names may have keys */
	assert_int_equal(mxw_asked_read(path, &got, &err), MXW_OK);
	assert_memory_equal(&got, &written, sizeof(got));
}

static void a_file_that_makes_no_sense_is_no_file(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"at\":1}",
		"{\"at\":0,\"lists\":[]}",
		"{\"at\":1,\"lists\":{}}",
		"{\"at\":1,\"lists\":[1]}",
		"{\"at\":1,\"lists\":[{\"spent\":" SPENT "}]}",
		"{\"at\":1,\"lists\":[{\"list\":\"a.example\"}]}",
		"{\"at\":1,\"lists\":[{\"list\":\"secret.example\" secret",
		"{\"at\":1,\"lists\":[{\"list\":\"a.example\",\"spent\":[1]}]}",
		"{\"at\":1,\"lists\":[{\"list\":\"a.example\",\"spent\":"
		"[-1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}",
		"{\"at\":1,\"lists\":[{\"list\":\"a.example\",\"spent\":"
		"[4294967295,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}",
	};
	struct mxw_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "we");

		assert_non_null(file);
		assert_true(fputs(texts[i], file) >= 0);
		assert_int_equal(fclose(file), 0);
		if (mxw_asked_read(path, &got, &err) != MXW_E_FAIL || got.count)
			fail_msg("taken: %s", texts[i]);
		assert_non_null(strstr(err.text, path));
		assert_null(strstr(err.text, "secret")); /* a key is not quoted */
	}
}

static void a_write_that_fails_leaves_the_old_file(void **state)
{
	char fresh[100];
	struct mxw_err err;

	(void)state;
	written = (struct mxw_asked){ .at = 5, .count = 1, .list[0].list = "a.example" };
	assert_int_equal(mxw_asked_write(path, &written, &err), MXW_OK);
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	assert_int_equal(symlink("/etc/passwd", fresh), 0); /* is not followed */
	written.at = 6;
	assert_int_equal(mxw_asked_write(path, &written, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(mxw_asked_read(path, &got, &err), MXW_OK);
	assert_int_equal(got.at, 5);
	assert_int_equal(mxw_asked_write("/no/such/folder/asked.json", &written, &err), MXW_E_FAIL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(a_file_that_makes_no_sense_is_no_file),
		TEST(a_write_that_fails_leaves_the_old_file),
	};

	return cmocka_run_group_tests_name("asked", tests, NULL, NULL);
}
