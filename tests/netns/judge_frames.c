// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making frames at random.
 */
#include <string.h>

#include "tests/netns/judge_frames.h"

enum { HOP_BY_HOP = 0, TCP = 6, ROUTING = 43, FRAGMENT = 44, DSTOPTS = 60 };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_TAG = 0x8100, TYPE_TAG_OUTER = 0x88a8 };

#define PAYLOAD 1300 /* the most behind an IP header */

/* What is put together from the back: payload of an IP packet, whose first header is next. */
struct made {
	uint64_t random;
	uint8_t next;
	size_t size;
	uint8_t byte[PAYLOAD + 400];
};

static uint64_t random_next(struct made *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static unsigned int below(struct made *m, unsigned int limit)
{
	return (unsigned int)(random_next(m) % limit);
}

static int chance(struct made *m, unsigned int percent)
{
	return below(m, 100) < percent;
}

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] * 256U + at[1];
}

static uint32_t sum(const uint8_t *at, size_t size, uint32_t before)
{
	for (size_t i = 0; i < size; i++)
		before += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	return before;
}

static unsigned int fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return ~total & 0xffff;
}

/* A SYN with options that are all no-operations and now and then some data. */
static void make_tcp(struct made *m, const uint8_t *addresses, size_t address_bytes)
{
	unsigned int options = chance(m, 40) ? 4 * below(m, 11) : 0;
	unsigned int data = chance(m, 25) ? below(m, 60) : 0;
	uint32_t pseudo;

	m->size = 20 + options + data;
	m->next = TCP;
	memset(m->byte, 1, m->size);
	put16(m->byte, 1024 + below(m, 60000));
	put16(m->byte + 2, 25);
	put16(m->byte + 4, below(m, 65536));
	put16(m->byte + 6, below(m, 65536));
	memset(m->byte + 8, 0, 12);
	m->byte[12] = (uint8_t)((20 + options) / 4 << 4);
	m->byte[13] = (uint8_t)(0x02 | (chance(m, 20) ? below(m, 256) & 0xe8 : 0));
	put16(m->byte + 14, 64240);
	pseudo = sum(addresses, address_bytes, (uint32_t)m->size + TCP);
	put16(m->byte + 16, fold(sum(m->byte, m->size, pseudo)));
}

/* One extension header of bytes, a multiple of 8, in front of what there is. Options are one
 * that a host has to skip. */
static void push_header(struct made *m, uint8_t kind, unsigned int bytes)
{
	memmove(m->byte + bytes, m->byte, m->size);
	memset(m->byte, 0, bytes);
	m->byte[0] = m->next;
	m->byte[1] = (uint8_t)(bytes / 8 - 1);
	if (kind != ROUTING) {
		m->byte[2] = 0x1e;
		m->byte[3] = (uint8_t)(bytes - 4);
	}
	m->next = kind;
	m->size += bytes;
}

static void push_headers(struct made *m, unsigned int most)
{
	unsigned int count = below(m, most + 1);

	for (; count; count--) {
		unsigned int bytes = 8 + 8 * (chance(m, 85) ? below(m, 3) : below(m, 31));

		if (m->size + bytes > PAYLOAD - 100)
			break;
		push_header(m, chance(m, 80) ? DSTOPTS : ROUTING, bytes);
	}
}

/* A fragment header in front of what there is: the whole packet, or a part of it. */
static void push_fragment(struct made *m, unsigned int offset, unsigned int more, unsigned int id)
{
	memmove(m->byte + 8, m->byte, m->size);
	memset(m->byte, 0, 8);
	m->byte[0] = m->next;
	put16(m->byte + 2, offset | more);
	put16(m->byte + 6, id);
	m->next = FRAGMENT;
	m->size += 8;
}

/* Where an Ethernet frame has come to, tags and all. */
static struct judge_frame *begin_frame(struct made *m, struct judge_syn *syn, const uint8_t *to,
				       const uint8_t *from, unsigned int type)
{
	struct judge_frame *f = &syn->frame[syn->count++];
	unsigned int tags = chance(m, 40) ? below(m, chance(m, 70) ? 5 : 30) : 0;

	memcpy(f->byte, to, 6);
	memcpy(f->byte + 6, from, 6);
	f->size = 12;
	for (; tags; tags--, f->size += 4) {
		put16(f->byte + f->size, chance(m, 80) ? TYPE_TAG : TYPE_TAG_OUTER);
		put16(f->byte + f->size + 2,
		      below(m, 8) << 13 | (chance(m, 85)   ? 0
					   : chance(m, 70) ? 7
							   : below(m, 4096)));
	}
	put16(f->byte + f->size, type);
	f->size += 2;
	return f;
}

/* Bytes that belong to nothing: padding, or more. */
static void end_frame(struct made *m, struct judge_frame *f)
{
	unsigned int spare = chance(m, 30) ? below(m, 40) : 0;

	if (f->size < 60 && chance(m, 70))
		spare = 60 - (unsigned int)f->size;
	for (; spare && f->size < 1514; spare--)
		f->byte[f->size++] = (uint8_t)(chance(m, 50) ? 0 : below(m, 256));
}

/* What all fragments of a SYN share. */
struct envelope {
	const uint8_t *to, *from;
	uint8_t address[32]; /* source, then destination */
	unsigned int id;
	uint8_t options[40];
	unsigned int option_bytes;
};

static void add_ipv4(struct made *m, struct judge_syn *syn, const struct envelope *e, size_t first,
		     size_t last, int more)
{
	struct judge_frame *f = begin_frame(m, syn, e->to, e->from, TYPE_IPV4);
	uint8_t *ip = f->byte + f->size;
	size_t header = 20 + e->option_bytes;

	memset(ip, 0, 20);
	ip[0] = (uint8_t)(0x40 | header / 4);
	put16(ip + 2, (unsigned int)(header + last - first));
	put16(ip + 4, e->id);
	put16(ip + 6, (unsigned int)(first / 8) | (more ? 0x2000U : 0));
	ip[8] = 64;
	ip[9] = TCP;
	memcpy(ip + 12, e->address, 8);
	memcpy(ip + 20, e->options, e->option_bytes);
	put16(ip + 10, fold(sum(ip, header, 0)));
	memcpy(ip + header, m->byte + first, last - first);
	f->size += header + last - first;
	end_frame(m, f);
}

static void add_ipv6(struct made *m, struct judge_syn *syn, const struct envelope *e)
{
	struct judge_frame *f = begin_frame(m, syn, e->to, e->from, TYPE_IPV6);
	uint8_t *ip = f->byte + f->size;

	memset(ip, 0, 40);
	ip[0] = 0x60;
	put16(ip + 4, (unsigned int)m->size);
	ip[6] = m->next;
	ip[7] = 64;
	memcpy(ip + 8, e->address, 32);
	memcpy(ip + 40, m->byte, m->size);
	f->size += 40 + m->size;
	end_frame(m, f);
}

/* Where the parts begin; at most four, in multiples of 8. Returns how many. */
static unsigned int cut(struct made *m, size_t size, size_t at[5])
{
	unsigned int parts = 0;

	at[0] = 0;
	for (size_t next = 8; next < size && parts < 3; next += 8)
		if (chance(m, next == 8 ? 50 : 15))
			at[++parts] = next;
	at[++parts] = size;
	return parts;
}

/* Parts in an order of chance, now and then one of them twice. */
static unsigned int shuffle(struct made *m, unsigned int parts, unsigned int order[5])
{
	for (unsigned int i = 0; i < parts; i++)
		order[i] = i;
	for (unsigned int i = parts; i > 1 && chance(m, 50); i--) {
		unsigned int j = below(m, i), swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
	if (parts > 1 && chance(m, 10))
		order[parts++] = order[0];
	return parts;
}

static void make_ipv4(struct made *m, struct judge_syn *syn, struct envelope *e, uint32_t index)
{
	size_t at[5];
	unsigned int order[5], parts = 1, sent;

	memcpy(e->address, (uint8_t[]){ 11, 9, (uint8_t)below(m, 256), (uint8_t)below(m, 256) }, 4);
	e->address[4] = 10;
	e->address[5] = (uint8_t)(index >> 16);
	put16(e->address + 6, index & 0xffff);
	e->option_bytes = chance(m, 40) ? 4 * below(m, 11) : 0;
	memset(e->options, chance(m, 90), sizeof(e->options));
	make_tcp(m, e->address, 8);
	at[1] = m->size;
	if (chance(m, 50))
		parts = cut(m, m->size, at);
	at[0] = 0;
	sent = shuffle(m, parts, order);
	for (unsigned int i = 0; i < sent; i++)
		add_ipv4(m, syn, e, at[order[i]], at[order[i] + 1], order[i] + 1 < parts);
}

/* One fragment of what m holds, with headers of its own in front. Its next header may lie, since
 * the receiver believes the first fragment only. */
static void add_part(struct made *m, struct judge_syn *syn, const struct envelope *e, size_t first,
		     size_t last, size_t size)
{
	static const uint8_t lies[] = { TCP, DSTOPTS, 17, 58, 59 };
	struct made part = { .random = random_next(m), .next = m->next, .size = last - first };

	memcpy(part.byte, m->byte + first, part.size);
	if (first && chance(m, 30))
		part.next = lies[below(m, sizeof(lies))];
	push_fragment(&part, (unsigned int)first, last < size, e->id);
	push_headers(&part, chance(m, 80) ? 1 : 8);
	add_ipv6(&part, syn, e);
}

/* A SYN in an IPv6 packet: in fragments of any order, or behind extension headers of any number. */
static void make_ipv6(struct made *m, struct judge_syn *syn, struct envelope *e, uint32_t index)
{
	static const uint8_t from[6] = { 0x20, 0x01, 0x0d, 0xb8, 0xde, 0xad };
	static const uint8_t to[6] = { 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xfe };
	size_t at[5];
	unsigned int order[5], parts, sent;

	memset(e->address, 0, 32);
	memcpy(e->address, from, 6);
	put16(e->address + 6, below(m, 65536));
	put16(e->address + 14, below(m, 65536));
	memcpy(e->address + 16, to, 6);
	e->address[29] = (uint8_t)(index >> 16);
	put16(e->address + 30, index & 0xffff);
	make_tcp(m, e->address, 32);
	push_headers(m, chance(m, 50) ? 3 : 30);
	if (chance(m, 50)) {
		parts = cut(m, m->size, at);
		sent = shuffle(m, parts, order);
		for (unsigned int i = 0; i < sent; i++)
			add_part(m, syn, e, at[order[i]], at[order[i] + 1], m->size);
		return;
	}
	if (chance(m, 20))
		push_fragment(m, 0, 0, e->id);
	push_headers(m, 3);
	if (chance(m, 15))
		push_header(m, HOP_BY_HOP, 8 + 8 * below(m, 4));
	add_ipv6(m, syn, e);
}

void judge_make(uint64_t seed, uint32_t index, const uint8_t to[6], const uint8_t from[6],
		struct judge_syn *syn)
{
	struct made m = { .random = seed * 0xd1342543de82ef95ULL ^ (uint64_t)index << 20 };
	struct envelope e = { .to = to, .from = from, .id = index };

	(void)random_next(&m);
	syn->count = 0;
	if (chance(&m, 40))
		make_ipv4(&m, syn, &e, index);
	else
		make_ipv6(&m, syn, &e, index);
}

static long number(const uint8_t *addr, size_t size)
{
	return (long)addr[size - 3] << 16 | get16(addr + size - 2);
}

long judge_answered(const uint8_t *frame, size_t size)
{
	size_t ip = 14, tcp;
	bool is_ipv4;

	if (size < 14 + 40)
		return -1;
	is_ipv4 = get16(frame + 12) == TYPE_IPV4;
	if (!is_ipv4 && get16(frame + 12) != TYPE_IPV6)
		return -1;
	tcp = ip + (is_ipv4 ? frame[ip] % 16 * 4U : 40);
	if (size < tcp + 20 || frame[ip + (is_ipv4 ? 9 : 6)] != TCP)
		return -1;
	if (get16(frame + tcp) != 25 || (frame[tcp + 13] & 0x3f) != 0x12)
		return -1;
	return is_ipv4 ? number(frame + ip + 12, 4) : number(frame + ip + 8, 16);
}
