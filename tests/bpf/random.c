// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Builds samples. Called by the differential test. Pure.
 */
#include <arpa/inet.h>
#include <string.h>

#include "tests/bpf/random.h"

/* SplitMix64. */
uint64_t random_next(struct random *random)
{
	uint64_t value = random->state += 0x9e3779b97f4a7c15ULL;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
	return value ^ value >> 31;
}

unsigned int random_below(struct random *random, unsigned int limit)
{
	return (unsigned int)((random_next(random) >> 32) * limit >> 32);
}

static bool chance(struct random *random, unsigned int percent)
{
	return random_below(random, 100) < percent;
}

/* 0, which means "the right value", or in some cases something else. */
static int wrong(struct random *random, unsigned int percent, unsigned int limit)
{
	unsigned int value;

	if (!chance(random, percent))
		return 0;
	value = random_below(random, limit);
	return value ? (int)value : ZERO;
}

static struct layer *push(struct sample *sample, enum layer_type type)
{
	size_t last = 0;

	while (sample->layers[last].type != LAYER_END)
		last++;
	sample->layers[last].type = type;
	return &sample->layers[last];
}

static uint16_t random_port(struct random *random)
{
	static const uint16_t ports[] = { 25, 25, 25, 25, 465, 587, 587, 80, 6400, 0 };

	if (chance(random, 5))
		return (uint16_t)random_next(random);
	return ports[random_below(random, 10)];
}

/* An address of family as text, in slot 0 or 1 of the sample. */
static const char *random_address(struct random *random, struct sample *sample, int slot,
				  int family)
{
	static const uint8_t starts[][12] = {
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff },
		{ 0, 0x64, 0xff, 0x9b },
		{ 0x20, 0x02 },
		{ 0 },
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe },
		{ 0, 0x64, 0xff, 0x9b, 0, 1 },
		{ 0xfe, 0x80 },
	};
	uint64_t bits[2] = { random_next(random), random_next(random) };
	uint8_t bytes[16];

	memcpy(bytes, bits, sizeof(bytes));
	if (chance(random, 40))
		memcpy(bytes, starts[random_below(random, 7)], chance(random, 50) ? 12 : 2);
	(void)inet_ntop(family, bytes, sample->address[slot], sizeof(sample->address[slot]));
	return sample->address[slot];
}

static void add_ethernet(struct random *random, struct sample *sample)
{
	static const uint16_t tpids[] = { 0x8100, 0x8100, 0x88a8, 0x9100, 0x9200 };
	unsigned int tags = random_below(random, 12);

	push(sample, LAYER_ETH)->eth.type = wrong(random, 2, 0x10000);
	for (tags = tags < 7 ? 0 : tags - 7; tags; tags--) {
		struct layer *tag = push(sample, LAYER_VLAN);

		tag->vlan.tpid = tpids[random_below(random, 5)];
		tag->vlan.vid = (uint16_t)random_next(random);
		tag->vlan.type = wrong(random, 2, 0x10000);
	}
}

static void add_ipv4(struct random *random, struct sample *sample)
{
	struct layer *layer = push(sample, LAYER_IPV4);

	layer->ipv4 = (struct ipv4_layer){
		.src = random_address(random, sample, 0, AF_INET),
		.dst = random_address(random, sample, 1, AF_INET),
		.options = (uint16_t)(chance(random, 30) ? 4 * random_below(random, 11) : 0),
		.offset = (uint16_t)(chance(random, 12) ? random_below(random, 0x2000) : 0),
		.more = chance(random, 15),
		.df = chance(random, 50),
		.ihl = wrong(random, 6, 16),
		.version = wrong(random, 2, 16),
		.protocol = wrong(random, 4, 256),
		.total = wrong(random, 8, 100),
	};
}

/* An extension header, mostly a sound one: random bytes alone would hardly ever get past the
 * first check. */
static void add_extension(struct random *random, struct sample *sample)
{
	static const int headers[] = { PROTO_HOP_BY_HOP, PROTO_ROUTING, PROTO_AH,
				       PROTO_DSTOPTS,	 PROTO_DSTOPTS, PROTO_AH,
				       PROTO_MOBILITY };
	bool fragment = chance(random, 25);
	struct layer *layer = push(sample, fragment ? LAYER_FRAG6 : LAYER_EXT);
	int next = wrong(random, 3, 256);

	if (fragment) {
		layer->frag6 = (struct frag6_layer){
			.offset = (uint16_t)(chance(random, 25) ? random_below(random, 0x2000) : 0),
			.more = chance(random, 50),
			.next = next,
		};
		return;
	}
	layer->ext = (struct ext_layer){
		.header = headers[random_below(random, chance(random, 90) ? 6 : 7)],
		.bytes = (uint16_t)(8 + 8 * random_below(random, chance(random, 90) ? 4 : 40)),
		.next = next,
		.length = wrong(random, 5, 256),
	};
}

static void add_ipv6(struct random *random, struct sample *sample)
{
	struct layer *layer = push(sample, LAYER_IPV6);
	unsigned int headers = chance(random, 60) ? random_below(random, 10) : 0;

	layer->ipv6 = (struct ipv6_layer){
		.src = random_address(random, sample, 0, AF_INET6),
		.dst = random_address(random, sample, 1, AF_INET6),
		.next = wrong(random, 4, 256),
		.version = wrong(random, 2, 16),
		.payload = wrong(random, 8, 100),
	};
	for (; headers; headers--)
		add_extension(random, sample);
}

static void add_tcp(struct random *random, struct sample *sample)
{
	static const uint8_t flags[] = { SYN, SYN, SYN, SYN, SYN | ECE | CWR, ACK };
	struct layer *layer = push(sample, LAYER_TCP);

	layer->tcp = (struct tcp_layer){
		.sport = random_port(random),
		.dport = random_port(random),
		.flags = flags[random_below(random, 6)],
		.options = (uint16_t)(chance(random, 30) ? 4 * random_below(random, 11) : 0),
		.only = (uint16_t)(chance(random, 15) ? 1 + random_below(random, 20) : 0),
		.doff = wrong(random, 8, 16),
	};
	if (chance(random, 8))
		layer->tcp.flags = (uint8_t)random_next(random);
}

static void add_transport(struct random *random, struct sample *sample)
{
	unsigned int what = random_below(random, 20);

	if (what < 17)
		add_tcp(random, sample);
	else if (what == 17)
		push(sample, LAYER_UDP)->udp =
			(struct udp_layer){ random_port(random), random_port(random) };
	else
		push(sample, LAYER_ICMP)->icmp = (struct icmp_layer){ .type = 8, .v6 = what == 18 };
	if (chance(random, 30))
		push(sample, LAYER_RAW)->raw =
			(struct raw_layer){ .bytes = (uint16_t)random_below(random, 64),
					    .fill = 2 };
	if (chance(random, 20))
		push(sample, LAYER_PAD)->pad.to = (uint16_t)(60 + random_below(random, 80));
}

/* Values that mean something to a parser in one place or another. */
static uint8_t telling_byte(struct random *random)
{
	static const uint8_t bytes[] = { 0,  1,	 2,    4,    5,	   6,	 8,    17,   25,   43,
					 44, 51, 58,   59,   60,   0x0f, 0x20, 0x40, 0x45, 0x46,
					 79, 96, 0x81, 0x86, 0x88, 0xdd, 0xa8, 0xff };

	return bytes[random_below(random, sizeof(bytes))];
}

static void change_bytes(struct random *random, struct packet *packet)
{
	unsigned int length = packet->length < 130 ? (unsigned int)packet->length : 130;

	for (unsigned int left = 1 + random_below(random, 4); left; left--) {
		uint8_t *byte = &packet->bytes[random_below(random, length)];
		unsigned int way = random_below(random, 3);

		if (way == 0)
			*byte ^= (uint8_t)(1U << random_below(random, 8));
		else
			*byte = way == 1 ? telling_byte(random) : (uint8_t)random_next(random);
	}
}

/* All but the ethertype and the version. */
static void scramble(struct random *random, struct packet *packet)
{
	for (size_t i = 15; i < packet->length; i++)
		packet->bytes[i] = chance(random, 50) ? telling_byte(random)
						      : (uint8_t)random_next(random);
}

static void change(struct random *random, struct sample *sample)
{
	unsigned int way = random_below(random, 100);

	sample->change = "no byte changed";
	if (way < 30) {
		sample->change = "some bytes changed";
		change_bytes(random, &sample->packet);
	} else if (way < 33) {
		sample->change = "all bytes scrambled";
		scramble(random, &sample->packet);
	}
	if (chance(random, 20))
		packet_truncate(&sample->packet,
				random_below(random, (unsigned int)sample->packet.length + 1));
}

void random_sample(struct random *random, struct sample *sample)
{
	memset(sample->layers, 0, sizeof(sample->layers));
	add_ethernet(random, sample);
	if (chance(random, 50))
		add_ipv4(random, sample);
	else
		add_ipv6(random, sample);
	add_transport(random, sample);
	packet_build(sample->layers, &sample->packet);
	change(random, sample);
}
