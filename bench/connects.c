// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * connects: how long it takes to open a TCP connection, and to open and close it. Connects to itself
 * through the network: one thread accepts in the network namespace of the server, the other connects
 * from the one in which the program was started. Run by bench/connects.sh.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"

static const struct linger at_once = { .l_onoff = 1 }; /* the end is a RST: no port has to wait */

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A thread's namespace is its own. */
static void *serve(void *context)
{
	const char *const *words = context;
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(25) };
	int netns = open(words[0], O_RDONLY | O_CLOEXEC), server, yes = 1;

	if (netns < 0 || setns(netns, CLONE_NEWNET))
		die(words[0]);
	server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (inet_pton(AF_INET, words[1], &own.sin_addr) != 1 ||
	    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(server, (struct sockaddr *)&own, sizeof(own)) || listen(server, 4096))
		die("connects: listen");
	for (;;)
		(void)close(accept(server, NULL, NULL));
	return NULL;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* ns until connect() returns; the first ones wait for the server. */
static uint64_t one(const struct sockaddr_in *to)
{
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t begun = mxw_clock_mono(), taken;

	while (connect(sock, (const struct sockaddr *)to, sizeof(*to)))
		(void)usleep(1000);
	taken = mxw_clock_mono() - begun;
	(void)setsockopt(sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	(void)close(sock);
	return taken;
}

/* NETNS ADDRESS COUNT: prints the median in us, and how long one connection took with its end. */
int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(25) };
	uint64_t count = 0, *taken, begun, median;
	pthread_t server;

	if (argc != 4 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 ||
	    !mxw_number_parse(argv[3], 1, 10000000, &count)) {
		fprintf(stderr, "Usage: connects NETNS ADDRESS COUNT\n");
		return 2;
	}
	taken = calloc(count, sizeof(*taken));
	if (!taken || pthread_create(&server, NULL, serve, argv + 1))
		die("connects");
	(void)one(&to);
	begun = mxw_clock_mono();
	for (uint64_t i = 0; i < count; i++)
		taken[i] = one(&to);
	begun = mxw_clock_mono() - begun;
	qsort(taken, count, sizeof(*taken), compare);
	median = taken[count / 2];
	printf("%.2f %.2f\n", (double)median / 1000, (double)begun / 1000 / (double)count);
	return 0;
}
