// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket's server (userspace/control/server.h) with clients of every kind. The
 * time is the test's own.
 */
#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "control/listen.h"
#include "control/server.h"
#include "tests/unit/door.h"

#define SECOND 1000000000ULL
#define CLIENTS 4

struct world {
	struct door door;
	struct mxw_control *control;
	uint64_t now;
	unsigned int asked, refused;
	uint64_t client; /* that asked last */
	struct mxw_request last;
	bool answer; /* at once */
	size_t size; /* of the answer's text */
};

static char *some_reply(size_t size)
{
	char *text = malloc(size + 1), *line;

	assert_non_null(text);
	memset(text, 'x', size);
	text[size] = '\0';
	line = mxw_reply_format(json_pack("{s:s}", "text", text));
	free(text);
	return line;
}

static void on_asked(void *context, uint64_t client, const struct mxw_request *request)
{
	struct world *world = context;

	world->asked++;
	world->client = client;
	world->last = *request;
	if (world->answer)
		mxw_control_reply(world->control, client, some_reply(world->size), world->now);
}

static void on_refused(void *context, const char *sentence)
{
	struct world *world = context;

	world->refused++;
	assert_non_null(strstr(sentence, "turned away"));
}

static void serve(struct world *world)
{
	const struct mxw_control_events events = { world, on_asked, on_refused };
	struct mxw_control_rules rules = mxw_control_default_rules();
	struct mxw_err err;
	int listener = mxw_listen_unix(world->door.path, &err);

	assert_true(listener >= 0);
	rules.uid = geteuid();
	rules.gid = getegid();
	rules.clients = CLIENTS;
	assert_int_equal(mxw_control_open(&world->control, listener, &rules, &events, &err), 0);
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	door_make(&world->door);
	world->now = SECOND;
	world->answer = true;
	world->size = 10;
	serve(world);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	mxw_control_close(world->control);
	door_remove(&world->door);
	free(world);
	return 0;
}

static void run(struct world *world)
{
	for (int i = 0; i < 4; i++)
		mxw_control_run(world->control, world->now);
}

static void say(struct world *world, int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	run(world);
}

/* All that comes until the end; -1 if it has not ended. */
static ssize_t hear(struct world *world, int fd, char *out, size_t size)
{
	size_t used = 0;

	for (;;) {
		ssize_t got = recv(fd, out + used, size - 1 - used, 0);

		if (got < 0 && errno == EAGAIN)
			return -1;
		if (got <= 0)
			break;
		used += (size_t)got;
		out[used] = '\0';
		run(world);
	}
	return (ssize_t)used;
}

static void a_question_is_answered(void **state)
{
	struct world *world = *state;
	int fd = door_reach(&world->door);
	char text[256];

	say(world, fd, "{\"ask\":\"query\",");
	assert_int_equal(world->asked, 0);
	say(world, fd, "\"address\":\"192.0.2.7\"}\n{\"ask\":\"status\"}\n");
	assert_int_equal(world->asked, 1);
	assert_int_equal(world->last.question, MXW_QUESTION_QUERY);
	assert_true(hear(world, fd, text, sizeof(text)) > 0);
	assert_string_equal(text, "{\"schema\":1,\"good\":true,\"text\":\"xxxxxxxxxx\"}\n");
	assert_int_equal(world->asked, 1);
	assert_int_equal(mxw_control_clients(world->control), 0);
	(void)close(fd);
}

static void an_answer_may_come_later_or_for_nobody(void **state)
{
	struct world *world = *state;
	int fd = door_reach(&world->door), other;
	uint64_t first;
	char text[256];

	world->answer = false;
	say(world, fd, "{\"ask\":\"test\"}\n");
	first = world->client;
	assert_int_equal(hear(world, fd, text, sizeof(text)), -1);
	(void)close(fd);
	run(world);
	assert_int_equal(mxw_control_clients(world->control), 0);
	other = door_reach(&world->door);
	say(world, other, "{\"ask\":\"test\"}\n");
	assert_int_not_equal(world->client, first);
	mxw_control_reply(world->control, first, some_reply(3), world->now);
	mxw_control_reply(world->control, 0, some_reply(3), world->now);
	assert_int_equal(hear(world, other, text, sizeof(text)), -1);
	mxw_control_reply(world->control, world->client, some_reply(4), world->now);
	assert_true(hear(world, other, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "\"xxxx\""));
	(void)close(other);
}

static void one_who_is_done_sending_is_answered(void **state)
{
	struct world *world = *state;
	int fd = door_reach(&world->door);
	char text[256];

	world->answer = false;
	say(world, fd, "{\"ask\":\"test\"}\n");
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	run(world);
	mxw_control_reply(world->control, world->client, some_reply(4), world->now);
	assert_true(hear(world, fd, text, sizeof(text)) > 0);
	(void)close(fd);
}

static void a_line_without_end_is_refused(void **state)
{
	struct world *world = *state;
	int fd = door_reach(&world->door);
	char text[MXW_CONTROL_LINE + 1];

	memset(text, '[', sizeof(text));
	assert_int_equal(send(fd, text, MXW_CONTROL_LINE, MSG_NOSIGNAL), MXW_CONTROL_LINE);
	run(world);
	assert_true(hear(world, fd, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "too long"));
	assert_int_equal(world->asked, 0);
	(void)close(fd);
}

static void times_end(void **state)
{
	struct world *world = *state;
	int silent = door_reach(&world->door), works = door_reach(&world->door),
	    deaf = door_reach(&world->door);
	char text[256];

	world->size = 1 << 20;
	say(world, deaf, "{\"ask\":\"lists\"}\n");
	world->answer = false;
	say(world, works, "{\"ask\":\"test\"}\n");
	assert_int_equal(mxw_control_clients(world->control), 3);
	world->now += 5 * SECOND;
	run(world);
	assert_int_equal(mxw_control_clients(world->control), 1);
	assert_int_equal(hear(world, silent, text, sizeof(text)), 0);
	world->now += 55 * SECOND;
	run(world);
	assert_true(hear(world, works, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "took too long"));
	assert_int_equal(mxw_control_clients(world->control), 0);
	(void)close(silent);
	(void)close(works);
	(void)close(deaf);
}

static void a_long_answer_comes_in_pieces(void **state)
{
	struct world *world = *state;
	int fd = door_reach(&world->door);
	size_t size = 3 << 20;
	char *text = malloc(size + 1024);

	world->size = size;
	say(world, fd, "{\"ask\":\"lists\"}\n");
	assert_true(hear(world, fd, text, size + 1024) > (ssize_t)size);
	assert_string_equal(text + strlen(text) - 4, "x\"}\n");
	free(text);
	(void)close(fd);
}

/* A client that says nothing makes room; one that waits for an answer does not. */
static void silent_clients_make_room(void **state)
{
	struct world *world = *state;
	int fd[40], busy[CLIENTS], last;
	char text[256];

	for (int i = 0; i < 40; i++) {
		fd[i] = door_reach(&world->door);
		run(world);
	}
	assert_int_equal(mxw_control_clients(world->control), CLIENTS);
	assert_int_equal(hear(world, fd[0], text, sizeof(text)), 0);
	assert_int_equal(hear(world, fd[39], text, sizeof(text)), -1);
	world->answer = false;
	for (int i = 0; i < CLIENTS; i++) {
		busy[i] = door_reach(&world->door);
		say(world, busy[i], "{\"ask\":\"test\"}\n");
	}
	last = door_reach(&world->door);
	run(world);
	assert_true(hear(world, last, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "busy"));
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(hear(world, busy[i], text, sizeof(text)), -1);
	for (int i = 0; i < 40; i++)
		(void)close(fd[i]);
	for (int i = 0; i < CLIENTS; i++)
		(void)close(busy[i]);
	(void)close(last);
}

static void strangers_are_turned_away(void **state)
{
	struct world *world = *state;
	char text[256] = "";
	int fds[2];
	pid_t child;

	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(chmod(world->door.folder, 0755) | chmod(world->door.path, 0666), 0);
	child = fork();
	if (child == 0) {
		int fd;

		if (setgroups(0, NULL) || setgid(65534) || setuid(65534)) /* sudo gives root's */
			_exit(2);
		fd = door_reach(&world->door);
		_exit(fd < 0 || write(fds[1], "", 1) != 1 || usleep(300000) ? 2 : 0);
	}
	assert_int_equal(read(fds[0], text, 1), 1);
	run(world);
	assert_int_equal(world->refused, 1);
	assert_int_equal(mxw_control_clients(world->control), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_question_is_answered),
		TEST(an_answer_may_come_later_or_for_nobody),
		TEST(one_who_is_done_sending_is_answered),
		TEST(a_line_without_end_is_refused),
		TEST(times_end),
		TEST(a_long_answer_comes_in_pieces),
		TEST(silent_clients_make_room),
		TEST(strangers_are_turned_away),
	};

	return cmocka_run_group_tests_name("control server", tests, NULL, NULL);
}
