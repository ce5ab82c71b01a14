// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * visits: bots that connect to a mail server, each visit up to three SYNs as TCP sends them. An answered
 * visit completes the handshake, waits for the greeting and breaks off, so the bot gets a session. Run
 * by tests/soak/ordinary.sh as root, in a network namespace of its own whose kernel has no route for the
 * bots' addresses; sends to no other address than the given one.
 *
 * The n-th bot is 24.0.0.0 plus a scattered number, never the same twice.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"

#define BOTS (1U << 22)
#define VISITS (1U << 19) /* that go on at the same time, at most; a power of two */
#define NET 0x18000000U
#define SCATTER 0x9e3779U /* odd; UNSCATTER is its inverse modulo 2^24 */
#define UNSCATTER 0xb382c9U
#define MILLISECOND 1000000ULL
#define SETTLED (10 * MXW_SECOND) /* after its first visit, a bot comes again */

struct bot {
	uint64_t first; /* when it came first */
	uint32_t visit; /* its last one, + 1 */
	uint16_t sessions; /* on its first visit, and later */
	uint16_t later;
};

struct visit {
	uint64_t due; /* of the next SYN */
	uint32_t bot;
	uint32_t isn;
	uint16_t port;
	uint8_t sent; /* SYNs */
	bool answered, first;
};

/* Visits that wait equally long for their next SYN, in order. */
struct line {
	uint32_t *visit;
	uint32_t head, tail; /* modulo VISITS */
};

struct wave {
	int out, in;
	uint32_t dest;
	uint16_t port;
	double rate;
	unsigned int new_percent;
	struct bot *bot;
	struct visit *visit;
	struct line line[2]; /* after the first SYN, and after the second */
	uint32_t bots, visits;
	uint64_t paced; /* visits that were due; at first there is nobody who could come again */
	uint64_t syns, behind, random;
};

/* The pseudo header and a segment without options, as they are summed. */
struct summed {
	uint32_t source, dest;
	uint8_t zero, protocol;
	uint16_t length;
	struct tcphdr tcp;
};

struct frame {
	struct iphdr ip;
	struct tcphdr tcp;
};
_Static_assert(sizeof(struct frame) == 40, "no options");

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t address_of(uint32_t bot)
{
	return NET | (bot * SCATTER & 0xffffff);
}

static uint32_t bot_of(uint32_t address)
{
	return (address & 0xffffff) * UNSCATTER & 0xffffff;
}

static uint32_t any(struct wave *w)
{
	w->random = w->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(w->random >> 32);
}

static uint16_t checksum(const struct summed *summed)
{
	uint16_t words[sizeof(*summed) / 2];
	uint32_t sum = 0;

	memcpy(words, summed, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

/* Sends one segment of the visit; tcp has its flags and numbers. */
static void send_segment(struct wave *w, const struct visit *visit, struct tcphdr tcp)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(w->dest) };
	struct summed summed = { .source = htonl(address_of(visit->bot)),
				 .dest = htonl(w->dest),
				 .protocol = IPPROTO_TCP,
				 .length = htons(sizeof(tcp)) };
	struct frame frame = { .ip = { .version = 4,
				       .ihl = 5,
				       .tot_len = htons(sizeof(frame)),
				       .ttl = 64,
				       .protocol = IPPROTO_TCP,
				       .saddr = summed.source,
				       .daddr = summed.dest } };

	tcp.source = htons(visit->port);
	tcp.dest = htons(w->port);
	tcp.doff = 5;
	tcp.window = htons(64240);
	summed.tcp = tcp;
	tcp.check = checksum(&summed);
	frame.tcp = tcp;
	if (sendto(w->out, &frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		w->behind++;
}

static void wait_in(struct wave *w, unsigned int which, uint32_t number, uint64_t due)
{
	struct line *line = &w->line[which];

	w->visit[number].due = due;
	line->visit[line->tail++ & (VISITS - 1)] = number;
}

/* The next SYN: at once, after 1 s, and 2 s after that. */
static void send_syn(struct wave *w, uint32_t number, uint64_t now)
{
	struct visit *visit = &w->visit[number];

	send_segment(w, visit, (struct tcphdr){ .syn = 1, .seq = htonl(visit->isn) });
	w->syns++;
	if (visit->sent < 2)
		wait_in(w, visit->sent, number, now + (1 + visit->sent) * MXW_SECOND);
	visit->sent++;
}

/* A new bot, or one that came long enough ago; BOTS where there is none. */
static uint32_t choose(struct wave *w, uint64_t now)
{
	if (any(w) % 100 < w->new_percent)
		return w->bots;
	for (int i = 0; w->bots && i < 16; i++) {
		uint32_t bot = any(w) % w->bots;

		if (w->bot[bot].first + SETTLED < now)
			return bot;
	}
	return BOTS;
}

static void begin(struct wave *w, uint64_t now)
{
	uint32_t bot = choose(w, now), number = w->visits & (VISITS - 1);
	bool first = bot == w->bots;

	w->paced++;
	if (bot == BOTS)
		return;
	w->visits++;
	if (first) {
		w->bots++;
		w->bot[bot] = (struct bot){ .first = now };
	}
	w->bot[bot].visit = number + 1;
	w->visit[number] = (struct visit){ .bot = bot,
					   .isn = any(w),
					   .port = (uint16_t)(1024 + w->visits % 60000),
					   .first = first };
	send_syn(w, number, now);
}

static void send_due(struct wave *w, uint64_t now)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct line *line = &w->line[i];

		while (line->head != line->tail) {
			uint32_t number = line->visit[line->head & (VISITS - 1)];

			if (w->visit[number].due > now)
				break;
			line->head++;
			if (!w->visit[number].answered)
				send_syn(w, number, now);
		}
	}
}

/* The visit that a segment answers; NULL for anybody else's. */
static struct visit *visit_of(struct wave *w, const struct frame *frame)
{
	uint32_t address = ntohl(frame->ip.daddr), bot = bot_of(address);
	struct visit *visit;

	if (frame->ip.protocol != IPPROTO_TCP || frame->ip.ihl != 5 || address >> 24 != NET >> 24 ||
	    bot >= w->bots || !w->bot[bot].visit)
		return NULL;
	visit = &w->visit[w->bot[bot].visit - 1];
	return visit->bot == bot && htons(visit->port) == frame->tcp.dest ? visit : NULL;
}

/* SYN-ACK: the handshake is completed. Anything else with data: the bot breaks off. */
static void take(struct wave *w, const struct frame *frame)
{
	struct visit *visit = visit_of(w, frame);
	const struct tcphdr *tcp = &frame->tcp;
	bool data = ntohs(frame->ip.tot_len) > 20U + tcp->doff * 4U;

	if (!visit || tcp->rst)
		return;
	if (tcp->syn && !visit->answered) {
		visit->answered = true;
		if (visit->first)
			w->bot[visit->bot].sessions++;
		else
			w->bot[visit->bot].later++;
	}
	if (tcp->syn)
		send_segment(w, visit,
			     (struct tcphdr){ .ack = 1,
					      .seq = htonl(visit->isn + 1),
					      .ack_seq = htonl(ntohl(tcp->seq) + 1) });
	else if (data || tcp->fin)
		send_segment(w, visit, (struct tcphdr){ .rst = 1, .seq = tcp->ack_seq });
}

static void receive(struct wave *w)
{
	char bytes[256];

	for (int i = 0; i < 1000; i++) {
		struct frame frame;
		ssize_t size = recv(w->in, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (size < 0)
			return;
		if ((size_t)size < sizeof(frame))
			continue;
		memcpy(&frame, bytes, sizeof(frame));
		take(w, &frame);
	}
}

/* Whoever was not let run makes no burst of it. */
static void run(struct wave *w, double seconds)
{
	uint64_t begun = mxw_clock_mono(), last = begun, now = begun;
	double due = 0;

	while (now - begun < (uint64_t)(seconds * 1e9)) {
		uint64_t passed = now - last > 100 * MILLISECOND ? 100 * MILLISECOND : now - last;

		due += (double)passed / 1e9 * w->rate;
		last = now;
		for (; (double)w->paced < due; now = mxw_clock_mono())
			begin(w, now);
		send_due(w, now);
		receive(w);
		(void)usleep(500);
		now = mxw_clock_mono();
	}
}

static void finish(struct wave *w)
{
	uint64_t end = mxw_clock_mono() + 4 * MXW_SECOND, now;

	while ((now = mxw_clock_mono()) < end) {
		send_due(w, now);
		receive(w);
		(void)usleep(500);
	}
}

static void open_sockets(struct wave *w)
{
	int room = 16 << 20;

	w->out = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	w->in = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));
	if (w->out < 0 || w->in < 0)
		die("visits: socket");
	if (setsockopt(w->in, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		die("visits: SO_RCVBUFFORCE");
}

static void report(const struct wave *w, double seconds)
{
	uint64_t with = 0, first = 0, later = 0;

	for (uint32_t i = 0; i < w->bots; i++) {
		first += w->bot[i].sessions;
		later += w->bot[i].later;
		with += w->bot[i].sessions || w->bot[i].later;
	}
	printf("{\"seconds\":%.0f,\"visits\":%u,\"bots\":%u,\"syns\":%llu,\"bots_with_session\":%"
	       "llu,"
	       "\"sessions_first\":%llu,\"sessions_later\":%llu,\"not_sent\":%llu}\n",
	       seconds, w->visits, w->bots, (unsigned long long)w->syns, (unsigned long long)with,
	       (unsigned long long)first, (unsigned long long)later, (unsigned long long)w->behind);
}

/* DEST PORT SECONDS VISITS_A_SECOND PERCENT_NEW. False: they are not that. */
static bool take_words(struct wave *w, char **word, uint64_t *seconds)
{
	uint64_t port = 0, rate = 0, percent = 0;
	struct in_addr dest;

	if (inet_pton(AF_INET, word[0], &dest) != 1 ||
	    !mxw_number_parse(word[1], 1, 65535, &port) ||
	    !mxw_number_parse(word[2], 1, 3600, seconds) ||
	    !mxw_number_parse(word[3], 1, 100000, &rate) ||
	    !mxw_number_parse(word[4], 1, 100, &percent))
		return false;
	w->dest = ntohl(dest.s_addr);
	w->port = (uint16_t)port;
	w->rate = (double)rate;
	w->new_percent = (unsigned int)percent;
	return true;
}

static void make_room(struct wave *w)
{
	w->bot = calloc(BOTS, sizeof(*w->bot));
	w->visit = calloc(VISITS, sizeof(*w->visit));
	w->line[0].visit = calloc(VISITS, sizeof(uint32_t));
	w->line[1].visit = calloc(VISITS, sizeof(uint32_t));
	if (!w->bot || !w->visit || !w->line[0].visit || !w->line[1].visit)
		die("visits: memory");
}

int main(int argc, char **argv)
{
	static struct wave w = { .random = 0x6d78776d78ULL };
	uint64_t seconds = 0;

	if (argc != 6 || !take_words(&w, argv + 1, &seconds)) {
		fprintf(stderr, "Usage: visits DEST PORT SECONDS VISITS_A_SECOND PERCENT_NEW\n");
		return 2;
	}
	make_room(&w);
	open_sockets(&w);
	run(&w, (double)seconds);
	finish(&w);
	report(&w, (double)seconds);
	return 0;
}
