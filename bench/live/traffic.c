// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes the packets that livegen sends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/live/traffic.h"

/* One line of a list without its end, comments and blanks cut off. */
static char *trim(char *line)
{
	char *end;

	line += strspn(line, " \t");
	end = line + strcspn(line, "#\r\n");
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	return line;
}

/* The list of addresses that is being read. */
struct list {
	uint32_t *addresses;
	uint32_t count, room;
};

static int append(struct list *list, uint32_t address, struct mxw_err *err)
{
	uint32_t room = list->room ? 2 * list->room : 1024;
	uint32_t *more;

	if (list->count == list->room) {
		more = realloc(list->addresses, room * sizeof(*more));
		if (!more)
			return mxw_fail(err, MXW_E_FAIL, "not enough memory for the list");
		list->addresses = more;
		list->room = room;
	}
	list->addresses[list->count++] = address;
	return 0;
}

static int read_lines(FILE *file, const char *path, struct list *list, struct mxw_err *err)
{
	char line[256], *text;
	struct in_addr address;
	int error = 0;

	for (int number = 1; !error && fgets(line, sizeof(line), file); number++) {
		text = trim(line);
		if (!*text)
			continue;
		if (inet_pton(AF_INET, text, &address) != 1)
			return mxw_fail(err, MXW_E_USAGE,
					"%s line %d: \"%.80s\" is not an IPv4 address; write one "
					"address on each line",
					path, number, text);
		error = append(list, ntohl(address.s_addr), err);
	}
	return error;
}

static int read_file(const char *path, struct list *list, struct mxw_err *err)
{
	FILE *file = fopen(path, "re");
	int error;

	if (!file)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s", path, strerror(errno));
	error = read_lines(file, path, list, err);
	if (!error && ferror(file))
		error = mxw_fail(err, MXW_E_FAIL, "cannot read %s to its end", path);
	if (!error && !list->count)
		error = mxw_fail(err, MXW_E_USAGE, "%s holds no address", path);
	(void)fclose(file); /* opened for reading */
	return error;
}

int live_listed(const struct live_wish *wish, uint32_t **addresses, uint32_t *count,
		struct mxw_err *err)
{
	struct list list = {};
	int error = 0;

	if (!wish->listed_file && wish->entries > BENCH_SHAPE_MOST)
		error = mxw_fail(err, MXW_E_USAGE, "a corpus has no more than %u addresses",
				 BENCH_SHAPE_MOST);
	else if (wish->listed_file)
		error = read_file(wish->listed_file, &list, err);
	else
		for (uint32_t i = 0; !error && i < wish->entries; i++)
			error = append(&list, bench_shape_address(wish->shape, BENCH_LISTED, i),
				       err);
	*addresses = list.addresses;
	*count = list.count;
	return error;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Which addresses are listed, and which are not. */
struct choice {
	const struct live_wish *wish;
	const uint32_t *listed; /* in the order of the list */
	const uint32_t *sorted; /* to look up; NULL where made, unlisted ones never meet these */
	uint32_t count;
	uint64_t random;
};

/* An address that is not listed. A file may hold some of ours. */
static uint32_t unlisted(const struct choice *choice, uint32_t index)
{
	uint32_t address;

	for (uint32_t skip = 0;; skip += LIVE_PROBES) {
		address = bench_shape_address(choice->wish->shape, BENCH_UNLISTED, index + skip);
		if (!choice->sorted ||
		    !bsearch(&address, choice->sorted, choice->count, sizeof(address), compare))
			return address;
	}
}

/* The sources, host order for now: first the listed ones, then the others. */
static void choose(struct choice *choice, struct live_traffic *traffic)
{
	enum bench_shape shape = choice->wish->shape;
	uint64_t hits = (uint64_t)LIVE_PROBES * choice->wish->share / 100;

	for (uint32_t i = 0; i < LIVE_PROBES; i++) {
		bool hit = i < hits;
		uint32_t members = hit ? choice->count : LIVE_PROBES;
		uint32_t which = bench_shape_draw(shape, members, i, &choice->random);

		traffic->is_listed[i] = hit;
		traffic->probes[i].saddr = hit ? choice->listed[which] : unlisted(choice, which);
	}
}

static void shuffle(struct live_traffic *traffic, uint64_t *random)
{
	for (uint32_t i = LIVE_PROBES - 1; i > 0; i--) {
		uint32_t other = (uint32_t)((bench_random(random) >> 16) % (i + 1));
		struct live_probe probe = traffic->probes[i];
		uint8_t is_listed = traffic->is_listed[i];

		traffic->probes[i] = traffic->probes[other];
		traffic->is_listed[i] = traffic->is_listed[other];
		traffic->probes[other] = probe;
		traffic->is_listed[other] = is_listed;
	}
}

/* The Internet checksum's sum so far, of an even number of bytes. */
static uint32_t add(uint32_t sum, const void *bytes, size_t size)
{
	uint16_t word;

	for (size_t i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		sum += word;
	}
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Turns the addresses to network order and adds both checksums. */
static void finish(struct live_traffic *traffic)
{
	const struct bench_packet *frame = &traffic->frame;
	size_t tcp_bytes = sizeof(frame->tcp) + sizeof(frame->options);
	uint16_t pseudo[2] = { htons(IPPROTO_TCP), htons((uint16_t)tcp_bytes) };
	uint32_t ip = add(0, &frame->ip, sizeof(frame->ip));
	uint32_t tcp = add(0, pseudo, sizeof(pseudo));

	tcp = add(tcp, &frame->ip.daddr, sizeof(frame->ip.daddr));
	tcp = add(tcp, &frame->tcp, tcp_bytes);
	for (uint32_t i = 0; i < LIVE_PROBES; i++) {
		struct live_probe *probe = &traffic->probes[i];

		probe->saddr = htonl(probe->saddr);
		probe->ip_check = fold(add(ip, &probe->saddr, sizeof(probe->saddr)));
		probe->tcp_check = fold(add(tcp, &probe->saddr, sizeof(probe->saddr)));
	}
}

/* choice->listed is there; the rest of it follows. */
static int fill(struct live_traffic *traffic, struct choice *choice, struct mxw_err *err)
{
	uint32_t *sorted = NULL;
	size_t size = choice->count * sizeof(*sorted);

	if (choice->wish->share && !choice->count)
		return mxw_fail(err, MXW_E_USAGE, "--share above 0 needs listed addresses");
	if (choice->wish->listed_file && choice->wish->share < 100 && size) {
		sorted = malloc(size);
		if (!sorted)
			return mxw_fail(err, MXW_E_FAIL, "not enough memory for the list");
		memcpy(sorted, choice->listed, size);
		qsort(sorted, choice->count, sizeof(*sorted), compare);
	}
	choice->sorted = sorted;
	choose(choice, traffic);
	free(sorted);
	choice->sorted = NULL;
	shuffle(traffic, &choice->random);
	finish(traffic);
	return 0;
}

int live_traffic_make(struct live_traffic *traffic, const struct live_wish *wish,
		      struct mxw_err *err)
{
	struct choice choice = { .wish = wish, .random = BENCH_SEED };
	uint32_t *listed = NULL;
	int error;

	memset(traffic, 0, sizeof(*traffic));
	bench_packet_build(&traffic->frame, wish->frame);
	traffic->frame.ip.daddr = htonl(wish->dest);
	traffic->frame.tcp.dest = htons(wish->port);
	traffic->probes = calloc(LIVE_PROBES, sizeof(*traffic->probes));
	traffic->is_listed = calloc(LIVE_PROBES, 1);
	if (!traffic->probes || !traffic->is_listed)
		return mxw_fail(err, MXW_E_FAIL, "not enough memory for the corpus");
	error = live_listed(wish, &listed, &choice.count, err);
	choice.listed = listed;
	traffic->entries = choice.count;
	if (!error)
		error = fill(traffic, &choice, err);
	free(listed);
	return error;
}

void live_traffic_free(struct live_traffic *traffic)
{
	free(traffic->probes);
	free(traffic->is_listed);
	memset(traffic, 0, sizeof(*traffic));
}

uint64_t live_traffic_hits(const struct live_traffic *traffic, uint64_t sent)
{
	uint64_t all = 0, rest = 0;

	for (uint32_t i = 0; i < LIVE_PROBES; i++) {
		all += traffic->is_listed[i];
		if (i < sent % LIVE_PROBES)
			rest += traffic->is_listed[i];
	}
	return sent / LIVE_PROBES * all + rest;
}
