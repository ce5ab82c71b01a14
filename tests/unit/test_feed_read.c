// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files, directories and standard input, through a real worker (userspace/feeds/read.h), and what
 * that worker may no longer do (confine.h).
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <zlib.h>

#include "feeds/confine.h"
#include "feeds/read.h"
#include "tests/unit/sandbox.h"

static char folder[SCRATCH_PATH];

static const char *path_of(const char *name)
{
	static char path[SCRATCH_PATH + 32];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *file(const char *name, const char *text, size_t size)
{
	const char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), (ssize_t)size);
	assert_int_equal(close(fd), 0);
	return path;
}

static const char *text_file(const char *name, const char *text)
{
	return file(name, text, strlen(text));
}

static int make_folder(void **state)
{
	(void)state;
	(void)scratch_make(folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

/* What a source became. */
struct outcome {
	int code;
	struct mxw_list list;
	struct mxw_feed_reading reading;
	struct mxw_err err;
};

static void take(struct outcome *out, struct mxw_feed_source source)
{
	out->code = mxw_feed_read(&source, &out->list, &out->reading, NULL, &out->err);
	if (out->code)
		assert_int_equal(out->list.block.v4_count + out->list.allow.v4_count +
					 out->list.block.v6_count + out->list.allow.v6_count,
				 0);
}

/* Nothing of it, and a sentence with the words. */
static void refuses(struct mxw_feed_source source, const char *words)
{
	struct outcome out;

	take(&out, source);
	if (out.code != MXW_E_FAIL || !strstr(out.err.text, words))
		fail_msg("\"%s\": %d, %s", source.where, out.code, out.err.text);
	mxw_list_free(&out.list);
}

static struct mxw_feed_source a_file(const char *path)
{
	return (struct mxw_feed_source){ .kind = MXW_FEED_FILE, .where = path };
}

static void a_file_becomes_a_list(void **state)
{
	struct outcome out;

	(void)state;
	take(&out, a_file(text_file("a", "192.0.2.0/25\n# no\n192.0.2.128/25\n198.51.100.7\nnone\n"
					 "2620:fe::/48\n")));
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 2);
	assert_int_equal(out.list.block.v6_count, 1);
	assert_int_equal(out.reading.entries, 4);
	assert_int_equal(out.reading.merged, 1);
	assert_int_equal(out.reading.lines, 6);
	assert_int_equal(out.reading.refused, 1);
	assert_int_equal(out.reading.refusals[0].line, 5);
	assert_string_equal(out.reading.refusals[0].file, "");
	mxw_list_free(&out.list);
}

static void exclusions_take_away_from_blocks(void **state)
{
	struct mxw_feed_source source =
		a_file(text_file("a", ":127.0.0.2:listed\n198.51.100.0/24\n!198.51.100.16/28\n"));
	struct outcome out;

	(void)state;
	source.format = MXW_FORMAT_RBLDNSD;
	take(&out, source);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 2);
	assert_int_equal(out.list.block.v4[0].last, 0xc633640f);
	assert_int_equal(out.list.block.v4[1].first, 0xc6336420);
	assert_int_equal(out.reading.excluded, 1);
	mxw_list_free(&out.list);
}

static void a_directory_is_one_list(void **state)
{
	struct mxw_feed_source source = { .kind = MXW_FEED_DIR };
	struct outcome out;

	(void)state;
	(void)text_file("one", "198.51.100.0/25\nbad\n");
	(void)text_file("two", "198.51.100.128/25\n");
	(void)text_file(".hidden", "203.0.113.1\n");
	assert_int_equal(mkdir(path_of("sub"), 0700), 0);
	source.where = folder;
	take(&out, source);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 1);
	assert_int_equal(out.reading.lines, 3);
	assert_string_equal(out.reading.refusals[0].file, "one");
	mxw_list_free(&out.list);
	(void)text_file("three", "198.51.100.1\n\0\n");
	(void)file("three", "198.51.100.1\n\0\n", 15);
	refuses(source, "three\": ");
	assert_int_equal(rmdir(path_of("sub")), 0);
	assert_int_equal(unlink(path_of(".hidden")), 0);
}

static void F1_files_that_are_none(void **state)
{
	const char *path;

	(void)state;
	refuses(a_file(path_of("missing")), "No such file");
	refuses(a_file(folder), "is a directory");
	refuses(a_file("/dev/zero"), "is not a file");
	path = path_of("fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	refuses(a_file(path), "is not a file");
	path = text_file("a", "198.51.100.1\n");
	assert_int_equal(chmod(path, 0666), 0);
	refuses(a_file(path), "may be written by everybody");
	refuses((struct mxw_feed_source){ .kind = MXW_FEED_DIR, .where = path }, "as a directory");
	assert_int_equal(chmod(folder, 0777), 0);
	refuses((struct mxw_feed_source){ .kind = MXW_FEED_DIR, .where = folder },
		"may be written by everybody");
}

static void F1_files_that_are_no_lists(void **state)
{
	struct mxw_feed_source source;

	(void)state;
	refuses(a_file(text_file("a", "<!DOCTYPE html>\n<html>192.0.2.1</html>\n")), "a\": ");
	refuses(a_file(file("a", "198.51.100.1\n198.51.100.\0\n", 26)), "line 2");
	source = a_file(text_file("a", "198.51.100.1\n198.51.100.2\n"));
	source.max_bytes = 13;
	refuses(source, "larger than 13 bytes");
}

static void F1_gzip(void **state)
{
	static const char line[] = "198.51.100.1\n";
	struct mxw_feed_source source = a_file(path_of("a.gz"));
	struct outcome out;
	struct stat info;
	gzFile zip;

	(void)state;
	/* Two members, as "cat a.gz b.gz" makes them. */
	for (int i = 0; i < 2; i++) {
		zip = gzopen(source.where, "ab");
		assert_int_equal(gzwrite(zip, line, sizeof(line) - 1), sizeof(line) - 1);
		assert_int_equal(gzclose(zip), Z_OK);
	}
	take(&out, source);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.reading.entries, 2);
	assert_int_equal(out.reading.bytes, 26);
	mxw_list_free(&out.list);
	source.max_bytes = 25 + 50;
	assert_int_equal(stat(source.where, &info), 0);
	assert_int_equal(truncate(source.where, info.st_size - 3), 0);
	refuses(source, "in the middle");
	zip = gzopen(source.where, "wb9");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(gzwrite(zip, line, sizeof(line) - 1), sizeof(line) - 1);
	assert_int_equal(gzclose(zip), Z_OK);
	source.max_bytes = 12999;
	refuses(source, "larger than 12 999 bytes when unpacked");
}

/* Standard input is a pipe in which something stands, and that someone holds open or not. */
static void with_input(const char *text, bool open, struct outcome *out)
{
	struct mxw_feed_source source = { .kind = MXW_FEED_STDIN, .max_seconds = 1 };
	int saved = dup(STDIN_FILENO), ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(ends[0]);
	if (!open)
		(void)close(ends[1]);
	take(out, source);
	if (open)
		(void)close(ends[1]);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
}

static void standard_input(void **state)
{
	struct outcome out;

	(void)state;
	with_input("198.51.100.1\n", false, &out);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 1);
	mxw_list_free(&out.list);
	with_input("198.51.100.1\n", true, &out);
	assert_int_equal(out.code, MXW_E_FAIL);
	assert_non_null(strstr(out.err.text, "in time"));
}

/* Each bit is a right that a confined process still has. */
static int rights(bool network, int input, int output)
{
	struct mxw_confinement with = { input, output, network, 10, getppid() };
	struct mxw_err err;
	int have = 0;

	if (mxw_confine(&with, &err))
		return 0x80;
	have |= geteuid() == 0 || setuid(0) == 0 ? 1 : 0;
	have |= fcntl(3, F_GETFD) >= 0 || fcntl(output, F_GETFD) >= 0 ? 2 : 0;
	have |= prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ? 4 : 0;
	have |= !network && (open("/dev/null", O_RDONLY) >= 0 ||
			     socket(AF_INET, SOCK_STREAM, 0) >= 0)
			? 8
			: 0;
	have |= execl("/bin/true", "true", NULL) == 0 ? 16 : 0;
	have |= kill(with.parent, 0) == 0 ? 32 : 0;
	have |= network ? 0 : (fork() >= 0 ? 64 : 0);
	return have;
}

static void the_worker_has_no_rights(void **state)
{
	(void)state;
	for (int network = 0; network < 2; network++) {
		int status, ends[2];
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (child == 0)
			_exit(rights(network == 1, ends[0], ends[1]));
		(void)close(ends[0]);
		(void)close(ends[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_becomes_a_list, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(exclusions_take_away_from_blocks, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_directory_is_one_list, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(F1_files_that_are_none, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(F1_files_that_are_no_lists, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(F1_gzip, make_folder, remove_folder),
		cmocka_unit_test(standard_input),
		cmocka_unit_test(the_worker_has_no_rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
