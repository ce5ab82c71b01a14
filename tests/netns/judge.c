// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linux as the judge: sends SYNs in frames of every kind and says which ones the host behind the
 * cable answers. Whatever it answers of a blocked source is a way around the filter.
 *
 * usage: judge IFACE MAC SEED COUNT OUT          send, and write one byte a SYN to OUT: 1 = answered
 *        judge --show SEED NUMBER                print the frames of one SYN
 *
 * Prints "N of COUNT answered: A of B in one IPv4 packet, ...". What stays unanswered is sent
 * twice more, since a busy machine loses frames. If OUT is there already, what it says is
 * answered is not sent again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/netns/judge_frames.h"

#define BATCH 64 /* SYNs before answers are read */
#define ROUNDS 3
#define WAIT_MS 2 /* for answers, between batches */
#define LAST_MS 300 /* and at a round's end */
#define MOST (1U << 22)

struct judge {
	int fd;
	uint8_t to[6], from[6];
	uint64_t seed;
	uint32_t count;
	uint8_t *answered; /* by number */
};

static void fail(const char *what)
{
	fprintf(stderr, "judge: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void open_device(struct judge *j, const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq request = { 0 };
	int room = 64 << 20;

	at.sll_ifindex = (int)if_nametoindex(ifname);
	j->fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	if (j->fd < 0 || bind(j->fd, (const void *)&at, sizeof(at)) ||
	    setsockopt(j->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    ioctl(j->fd, SIOCGIFHWADDR, &request))
		fail(ifname);
	memcpy(j->from, request.ifr_hwaddr.sa_data, 6);
}

/* Reads answers until none has come for so long. */
static void listen_for(struct judge *j, int ms)
{
	struct pollfd ready = { .fd = j->fd, .events = POLLIN };
	uint8_t frame[2048];

	while (poll(&ready, 1, ms) > 0) {
		struct sockaddr_ll from = { 0 };
		socklen_t from_size = sizeof(from);
		ssize_t size = recvfrom(j->fd, frame, sizeof(frame), MSG_DONTWAIT, (void *)&from,
					&from_size);
		long number = size < 0 || from.sll_pkttype == PACKET_OUTGOING
				      ? -1
				      : judge_answered(frame, (size_t)size);

		if (number >= 0 && number < (long)j->count)
			j->answered[number] = 1;
	}
}

static void send_syn(struct judge *j, uint32_t number)
{
	struct judge_syn syn;

	judge_make(j->seed, number, j->to, j->from, &syn);
	for (size_t i = 0; i < syn.count; i++)
		while (send(j->fd, syn.frame[i].byte, syn.frame[i].size, 0) < 0)
			if (errno != ENOBUFS && errno != EAGAIN)
				fail("sending a frame");
}

static void send_all(struct judge *j)
{
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t sent = 0;

		for (uint32_t i = 0; i < j->count; i++) {
			if (j->answered[i])
				continue;
			send_syn(j, i);
			if (++sent % BATCH == 0)
				listen_for(j, WAIT_MS);
		}
		listen_for(j, LAST_MS);
	}
}

/* What a SYN looks like from outside, for the summary. */
static const char *const kinds[] = { "in one IPv4 packet", "in IPv4 fragments",
				     "in one IPv6 packet", "in IPv6 fragments" };

static size_t kind_of(const struct judge_syn *syn)
{
	const uint8_t *at = syn->frame[0].byte + 12;

	while (at[0] == 0x81 || at[0] == 0x88)
		at += 4;
	return (at[0] == 0x86) * 2U + (syn->count > 1);
}

static void summarize(const struct judge *j)
{
	uint32_t total = 0, sent[4] = { 0 }, answered[4] = { 0 };
	struct judge_syn syn;

	for (uint32_t i = 0; i < j->count; i++) {
		size_t kind;

		judge_make(j->seed, i, j->to, j->from, &syn);
		kind = kind_of(&syn);
		sent[kind]++;
		answered[kind] += j->answered[i];
		total += j->answered[i];
	}
	printf("%u of %u answered", total, j->count);
	for (size_t i = 0; i < 4; i++)
		printf("%s %u of %u %s", i ? "," : ":", answered[i], sent[i], kinds[i]);
	putchar('\n');
}

static void show(uint64_t seed, uint32_t number)
{
	static const uint8_t mac[6] = { 2 };
	struct judge_syn syn;

	judge_make(seed, number, mac, mac, &syn);
	for (size_t i = 0; i < syn.count; i++) {
		printf("frame %zu, %zu bytes:", i, syn.frame[i].size);
		for (size_t b = 0; b < syn.frame[i].size; b++)
			printf("%s%02x", b % 32 ? " " : "\n  ", syn.frame[i].byte[b]);
		putchar('\n');
	}
}

static void read_out(struct judge *j, const char *path)
{
	FILE *out = fopen(path, "re");

	if (out && (fread(j->answered, 1, j->count, out) != j->count || fclose(out)))
		fail(path);
}

static void write_out(const struct judge *j, const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out || fwrite(j->answered, 1, j->count, out) != j->count || fclose(out))
		fail(path);
}

int main(int argc, char **argv)
{
	struct judge j = { 0 };
	struct ether_addr to;

	if (argc == 4 && strcmp(argv[1], "--show") == 0) {
		show(strtoull(argv[2], NULL, 10), (uint32_t)strtoul(argv[3], NULL, 10));
		return 0;
	}
	if (argc != 6 || !ether_aton_r(argv[2], &to)) {
		fprintf(stderr,
			"usage: judge IFACE MAC SEED COUNT OUT | judge --show SEED NUMBER\n");
		return 2;
	}
	memcpy(j.to, to.ether_addr_octet, 6);
	j.seed = strtoull(argv[3], NULL, 10);
	j.count = (uint32_t)strtoul(argv[4], NULL, 10);
	j.answered = j.count && j.count <= MOST ? calloc(j.count, 1) : NULL;
	if (!j.answered)
		fail("COUNT");
	read_out(&j, argv[5]);
	open_device(&j, argv[1]);
	send_all(&j);
	summarize(&j);
	write_out(&j, argv[5]);
	free(j.answered);
	(void)close(j.fd);
	return 0;
}
