// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets to listen on (userspace/control/listen.h), and what commands find there
 * (client.h).
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "control/client.h"
#include "control/listen.h"
#include "tests/unit/door.h"

#define STRANGER 65534 /* user and group of the controller */

static int set_up(void **state)
{
	struct door *door = calloc(1, sizeof(*door));

	assert_non_null(door);
	door_make(door);
	*state = door;
	return 0;
}

static int tear_down(void **state)
{
	door_remove(*state);
	free(*state);
	return 0;
}

static void a_socket_in_use_is_not_taken(void **state)
{
	const struct door *door = *state;
	struct mxw_err err;
	struct stat info;
	int fd = mxw_listen_unix(door->path, &err), other;

	assert_true(fd >= 0);
	assert_int_equal(stat(door->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0660);
	assert_int_equal(mxw_listen_unix(door->path, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "already"));
	(void)close(fd); /* as if killed: the file stays */
	other = mxw_listen_unix(door->path, &err);
	assert_true(other >= 0);
	(void)close(other);
}

static void folders_are_made_ours(void **state)
{
	const struct door *door = *state;
	char path[128], link[128];
	struct mxw_err err;
	struct stat info;

	(void)snprintf(path, sizeof(path), "%s/folder", door->folder);
	(void)snprintf(link, sizeof(link), "%s/link", door->folder);
	for (int i = 0; i < 2; i++) {
		int fd = mxw_listen_folder(path, getegid(), &err);

		assert_true(fd >= 0);
		assert_int_equal(mxw_listen_hand_over(fd, geteuid(), getegid(), &err), MXW_OK);
	}
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 02755);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(mxw_listen_folder(link, getegid(), &err), MXW_E_FAIL);
	assert_int_equal(unlink(link) | rmdir(path), 0);
}

/* As the service is started: root with CAP_CHOWN alone. */
static void keep_only_chown(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = 1U << CAP_CHOWN,
						    .permitted = 1U << CAP_CHOWN } };

	assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

static void start_and_hand_over(const char *folder, const char *path)
{
	int handle = mxw_listen_folder(folder, STRANGER, NULL);
	int listener = mxw_listen_unix(path, NULL);

	_exit(handle < 0 || listener < 0 || mxw_listen_hand_over(handle, STRANGER, STRANGER, NULL));
}

/* The second start finds the user's folder, and the socket of a killed one. */
static void root_without_further_rights_makes_folder_and_socket(void **state)
{
	const struct door *door = *state;
	char folder[128], path[160];
	struct stat info;
	int status;

	if (geteuid())
		skip();
	(void)snprintf(folder, sizeof(folder), "%s/folder", door->folder);
	(void)snprintf(path, sizeof(path), "%s/socket", folder);
	for (int i = 0; i < 2; i++) {
		pid_t child = fork();

		if (child == 0) {
			keep_only_chown();
			start_and_hand_over(folder, path);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_int_equal(stat(folder, &info), 0);
		assert_int_equal(info.st_uid, STRANGER);
		assert_int_equal(info.st_gid, STRANGER);
		assert_int_equal(info.st_mode & 07777, 02755);
		assert_int_equal(stat(path, &info), 0);
		assert_int_equal(info.st_uid, 0);
		assert_int_equal(info.st_gid, STRANGER);
		assert_int_equal(info.st_mode & 0777, 0660);
	}
	assert_int_equal(unlink(path) | rmdir(folder), 0);
}

static void only_loopback_is_listened_on(void **state)
{
	static const struct {
		const char *address;
		int result;
	} cases[] = { { "127.0.0.1", 0 },
		      { "127.9.9.9", 0 },
		      { "::1", 0 },
		      { "0.0.0.0", MXW_E_USAGE },
		      { "::", MXW_E_USAGE },
		      { "192.0.2.1", MXW_E_USAGE },
		      { "10.0.0.1", MXW_E_USAGE },
		      { "2001:db8::1", MXW_E_USAGE },
		      { "::2", MXW_E_USAGE },
		      { "126.255.255.255", MXW_E_USAGE } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t addr[16];
		int fd;

		assert_true(mxw_request_address(cases[i].address, addr));
		fd = mxw_listen_loopback(addr, 0, NULL);
		if (cases[i].result)
			assert_int_equal(fd, cases[i].result);
		if (fd >= 0)
			(void)close(fd);
	}
}

static void commands_find_nobody_or_are_not_answered(void **state)
{
	const struct door *door = *state;
	struct mxw_request request = { .question = MXW_QUESTION_STATUS };
	struct mxw_err err;
	json_t *body;
	int fd = mxw_listen_unix(door->path, &err);

	assert_int_equal(mxw_control_ask(door->path, &request, 50, &body, &err), MXW_E_FAIL);
	assert_non_null(strstr(err.text, "in time"));
	(void)close(fd);
	assert_int_equal(mxw_control_ask(door->path, &request, 50, &body, &err), MXW_E_DETACHED);
	assert_int_equal(mxw_control_ask("/tmp/no-such-socket", &request, 50, &body, &err),
			 MXW_E_DETACHED);
	assert_non_null(strstr(err.text, "does not run"));
}

/* A controller that hangs up on the first two who come, as on slow ones among many, and answers
 * the third. */
static void *hang_up_twice(void *listener)
{
	char line[MXW_CONTROL_LINE];
	int fd;

	for (int i = 0; i < 2; i++)
		(void)close(accept(*(int *)listener, NULL, NULL));
	fd = accept(*(int *)listener, NULL, NULL);
	if (recv(fd, line, sizeof(line), 0) > 0)
		(void)send(fd, "{\"schema\":1,\"good\":true}\n", 25, MSG_NOSIGNAL);
	(void)close(fd);
	return NULL;
}

static void commands_ask_again_where_they_had_to_give_way(void **state)
{
	const struct door *door = *state;
	struct mxw_request request = { .question = MXW_QUESTION_STATUS };
	struct mxw_err err;
	json_t *body = NULL;
	pthread_t thread;
	int fd = mxw_listen_unix(door->path, &err);

	assert_int_equal(fcntl(fd, F_SETFL, 0), 0); /* accepting waits */
	assert_int_equal(pthread_create(&thread, NULL, hang_up_twice, &fd), 0);
	assert_int_equal(mxw_control_ask(door->path, &request, 60000, &body, &err), MXW_OK);
	assert_non_null(body);
	json_decref(body);
	assert_int_equal(pthread_join(thread, NULL), 0);
	(void)close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_socket_in_use_is_not_taken),
		TEST(folders_are_made_ours),
		TEST(root_without_further_rights_makes_folder_and_socket),
		cmocka_unit_test(only_loopback_is_listened_on),
		TEST(commands_find_nobody_or_are_not_answered),
		TEST(commands_ask_again_where_they_had_to_give_way),
	};

	return cmocka_run_group_tests_name("control listen", tests, NULL, NULL);
}
