// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other side of the wire for the VM tests: opens and answers connections,
 * sends bare SYNs from any source address, and counts the SYNs that the filter
 * let through. Runs inside the guest only; built by initramfs.sh.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_LISTENERS 8

/* An address of either family with a port, as the socket calls want it. */
struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

/* One SYN on the wire; tcp points behind whichever IP header is in use. */
struct syn {
	union {
		struct iphdr v4;
		struct ip6_hdr v6;
		unsigned char bytes[sizeof(struct ip6_hdr) + sizeof(struct tcphdr)];
	};
	struct tcphdr *tcp;
	size_t size;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct endpoint endpoint(const char *address, const char *port)
{
	struct endpoint e = {};

	if (inet_pton(AF_INET, address, &e.v4.sin_addr) == 1) {
		e.v4.sin_family = AF_INET;
		e.v4.sin_port = htons((in_port_t)atoi(port));
		e.size = sizeof(e.v4);
	} else if (inet_pton(AF_INET6, address, &e.v6.sin6_addr) == 1) {
		e.v6.sin6_family = AF_INET6;
		e.v6.sin6_port = htons((in_port_t)atoi(port));
		e.size = sizeof(e.v6);
	} else {
		errno = EINVAL;
		die(address);
	}
	return e;
}

static int listener(const char *port)
{
	struct endpoint e = endpoint("::", port);
	int fd = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &e.any, e.size) || listen(fd, 1024))
		die(port);
	return fd;
}

/* peer listen PORT...: accepts and closes for ever, in the background. */
static int cmd_listen(int argc, char **argv)
{
	struct pollfd fds[MAX_LISTENERS];
	nfds_t n = 0;

	while (n < MAX_LISTENERS && (int)n < argc) {
		fds[n] = (struct pollfd){ .fd = listener(argv[n]), .events = POLLIN };
		n++;
	}
	if (daemon(0, 0))
		die("daemon");
	for (;;) {
		poll(fds, n, -1);
		for (nfds_t i = 0; i < n; i++)
			if (fds[i].revents)
				close(accept(fds[i].fd, NULL, NULL));
	}
}

/* peer connect SRC DST PORT MILLISECONDS: prints open, refused or silent. */
static int cmd_connect(int argc, char **argv)
{
	struct endpoint from = endpoint(argv[0], "0"), to = endpoint(argv[1], argv[2]);
	int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0;

	(void)argc;
	if (bind(fd, &from.any, from.size))
		die(argv[0]);
	if (connect(fd, &to.any, to.size) && errno != EINPROGRESS)
		die(argv[1]);
	if (poll(&p, 1, atoi(argv[3])) == 0) {
		puts("silent");
		return 0;
	}
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	puts(error ? "refused" : "open");
	return 0;
}

static unsigned int sum16(unsigned int sum, const void *data, size_t size)
{
	const unsigned char *p = data;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (unsigned int)(p[i] << 8 | p[i + 1]);
	return sum;
}

/* Fills in the TCP checksum over the pseudo header: addresses, protocol, length. */
static void checksum(struct syn *s, const void *addresses, size_t size)
{
	unsigned int sum = IPPROTO_TCP + sizeof(struct tcphdr);

	s->tcp->check = 0;
	sum = sum16(sum, addresses, size);
	sum = sum16(sum, s->tcp, sizeof(struct tcphdr));
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	s->tcp->check = htons((uint16_t)~sum);
}

static void build_v4(struct syn *s, const struct endpoint *from, const struct endpoint *to)
{
	s->tcp = (void *)(&s->v4 + 1);
	s->size = sizeof(struct iphdr) + sizeof(struct tcphdr);
	s->v4 = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP };
	s->v4.saddr = from->v4.sin_addr.s_addr;
	s->v4.daddr = to->v4.sin_addr.s_addr;
	s->tcp->dest = to->v4.sin_port;
}

static void build_v6(struct syn *s, const struct endpoint *from, const struct endpoint *to)
{
	s->tcp = (void *)(&s->v6 + 1);
	s->size = sizeof(struct ip6_hdr) + sizeof(struct tcphdr);
	s->v6.ip6_flow = htonl(6U << 28);
	s->v6.ip6_plen = htons(sizeof(struct tcphdr));
	s->v6.ip6_nxt = IPPROTO_TCP;
	s->v6.ip6_hlim = 64;
	s->v6.ip6_src = from->v6.sin6_addr;
	s->v6.ip6_dst = to->v6.sin6_addr;
	s->tcp->dest = to->v6.sin6_port;
}

static void build(struct syn *s, const struct endpoint *from, const struct endpoint *to)
{
	memset(s, 0, sizeof(*s));
	if (to->any.sa_family == AF_INET)
		build_v4(s, from, to);
	else
		build_v6(s, from, to);
	s->tcp->doff = sizeof(struct tcphdr) / 4;
	s->tcp->syn = 1;
	s->tcp->window = htons(64240);
}

static void send_one(int fd, struct syn *s, const struct endpoint *to, uint16_t number)
{
	const bool v4 = to->any.sa_family == AF_INET;
	struct endpoint raw = *to;

	s->tcp->source = htons((uint16_t)(1024 + number % 60000));
	s->tcp->seq = htonl(number);
	checksum(s, v4 ? (void *)&s->v4.saddr : (void *)&s->v6.ip6_src, v4 ? 8 : 32);
	if (!v4)
		raw.v6.sin6_port = 0; /* a raw socket takes it for a protocol */
	while (sendto(fd, s->bytes, s->size, 0, &raw.any, raw.size) < 0)
		if (errno != ENOBUFS)
			die("sendto");
}

/* From here on SIGTERM waits until it is asked for. */
static sigset_t hold_term(void)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	return term;
}

static bool term_came(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGTERM) == 1;
}

static void sleep_until(struct timespec *next, long nanoseconds)
{
	next->tv_nsec += nanoseconds;
	next->tv_sec += next->tv_nsec / 1000000000L;
	next->tv_nsec %= 1000000000L;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

/* peer syn SRC DST PORT PER_SECOND: SYNs and nothing else, until SIGTERM; prints
 * how many. SRC may be forged. */
static int cmd_syn(int argc, char **argv)
{
	struct endpoint from = endpoint(argv[0], "0"), to = endpoint(argv[1], argv[2]);
	int fd = socket(to.any.sa_family, SOCK_RAW, IPPROTO_RAW);
	const long gap = 1000000000L / atol(argv[3]);
	struct timespec next;
	unsigned long sent = 0;
	struct syn s;

	(void)argc;
	if (fd < 0)
		die("socket");
	(void)hold_term();
	build(&s, &from, &to);
	clock_gettime(CLOCK_MONOTONIC, &next);
	while (!term_came()) {
		send_one(fd, &s, &to, (uint16_t)sent++);
		sleep_until(&next, gap);
	}
	printf("%lu\n", sent);
	return 0;
}

static bool is_syn(const unsigned char *packet, ssize_t size, const struct endpoint *e)
{
	const bool v4 = e->any.sa_family == AF_INET;
	const struct iphdr *ip = (const void *)packet;
	const struct ip6_hdr *ip6 = (const void *)packet;
	const size_t header = v4 ? ip->ihl * 4U : sizeof(*ip6);
	const struct tcphdr *tcp = (const void *)(packet + header);

	if (size < (ssize_t)(header + sizeof(*tcp)) || ip->version != (v4 ? 4 : 6))
		return false;
	if (v4 ? ip->protocol != IPPROTO_TCP || ip->saddr != e->v4.sin_addr.s_addr
	       : ip6->ip6_nxt != IPPROTO_TCP ||
			    memcmp(&ip6->ip6_src, &e->v6.sin6_addr, sizeof(ip6->ip6_src)) != 0)
		return false;
	return tcp->syn && !tcp->ack && tcp->dest == e->v4.sin_port;
}

static int packet_socket(const char *iface)
{
	struct sockaddr_ll where = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, 0), buffer = 16 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	where.sll_ifindex = (int)if_nametoindex(iface);
	if (bind(fd, (void *)&where, sizeof(where)))
		die(iface);
	return fd;
}

/* peer count IFACE SRC PORT: prints how many SYNs came through, at SIGTERM. */
static int cmd_count(int argc, char **argv)
{
	struct endpoint e = endpoint(argv[1], argv[2]);
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	unsigned char packet[128];
	unsigned long seen = 0;
	sigset_t term = hold_term();
	ssize_t size;

	(void)argc;
	fds[0].fd = packet_socket(argv[0]);
	fds[1].fd = signalfd(-1, &term, 0);
	do {
		poll(fds, 2, -1);
		while ((size = recv(fds[0].fd, packet, sizeof(packet), 0)) >= 0)
			seen += is_syn(packet, size, &e);
	} while (!fds[1].revents);
	printf("%lu\n", seen);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int least;
		int (*run)(int argc, char **argv);
	} verbs[] = {
		{ "listen", 1, cmd_listen },
		{ "connect", 4, cmd_connect },
		{ "syn", 4, cmd_syn },
		{ "count", 3, cmd_count },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc > 1 && !strcmp(argv[1], verbs[i].name) && argc - 2 >= verbs[i].least)
			return verbs[i].run(argc - 2, argv + 2);
	fputs("usage: peer listen PORT... | connect SRC DST PORT MS |\n"
	      "       syn SRC DST PORT PER_SECOND | count IFACE SRC PORT\n",
	      stderr);
	return 2;
}
