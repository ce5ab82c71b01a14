// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A second reading of the specification, to hold against the first: RFC 791,
 * 8200, 4302 and 9293, and the contracts of bpf/parse.h and bpf/key.h. It shares
 * no struct, constant or step with them: everything here is a byte at an
 * offset. Slow and plain on purpose. Pure.
 */
#include <stdbool.h>

#include "tests/bpf/finding.h"

/* The bytes that count: the frame, and later what the IP header leaves of it. */
struct view {
	const uint8_t *byte;
	size_t size;
};

static bool has(const struct view *v, size_t offset, size_t count)
{
	return offset <= v->size && v->size - offset >= count;
}

static unsigned int word(const struct view *v, size_t offset)
{
	return v->byte[offset] * 256U + v->byte[offset + 1];
}

/* What lies behind the length that the IP header states is padding, and no TCP
 * header. A length of 0 states nothing: that is a jumbogram or a segmentation
 * offload. */
static void end_at(struct view *v, size_t header, size_t stated, size_t counted_from)
{
	if (stated && header + counted_from + stated < v->size)
		v->size = header + counted_from + stated;
}

static uint64_t key_of(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };
	const uint8_t *ipv4 = NULL;
	uint64_t key = 0;

	if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
		ipv4 = a + 12;
	else if (a[0] == 0x20 && a[1] == 0x02)
		ipv4 = a + 2;
	for (int i = 0; i < (ipv4 ? 4 : 8); i++)
		key = key * 256 + (ipv4 ? ipv4[i] : a[i]);
	return key;
}

static bool is_listed(const uint16_t *ports, unsigned int port)
{
	for (int i = 0; port && i < FINDING_PORTS; i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* What is missing from a first fragment may follow in the next one. */
static enum finding_kind incomplete(bool first)
{
	return first ? FOUND_UNDETERMINED : FOUND_MALFORMED;
}

/* first: this is the first of several fragments. */
static enum finding_kind read_tcp(const struct view *v, size_t at, bool first,
				  const uint16_t *ports, struct finding *f)
{
	bool complete = has(v, at, 20);
	unsigned int flags, words;

	if (!has(v, at, 8) || (!first && !complete))
		return incomplete(first);
	flags = complete ? v->byte[at + 13] & 0x17U : 2; /* ACK RST SYN FIN */
	words = complete ? v->byte[at + 12] / 16U : 5;
	f->from_port = (uint16_t)word(v, at);
	f->to_port = (uint16_t)word(v, at + 2);
	if (flags != 2 || !is_listed(ports, f->to_port))
		return FOUND_NOTHING;
	if (words < 5)
		return FOUND_MALFORMED;
	return first ? FOUND_SYN_FRAGMENT : FOUND_SYN;
}

static void set_ipv4(const struct view *v, size_t at, struct finding *f)
{
	f->from[10] = f->from[11] = f->to[10] = f->to[11] = 0xff;
	memcpy(f->from + 12, v->byte + at + 12, 4);
	memcpy(f->to + 12, v->byte + at + 16, 4);
	f->source = key_of(f->from);
}

static enum finding_kind read_ipv4(struct view v, size_t at, const uint16_t *ports,
				   struct finding *f)
{
	size_t header, total;
	unsigned int fragment;

	if (!has(&v, at, 20) || v.byte[at] / 16 != 4)
		return FOUND_MALFORMED;
	header = v.byte[at] % 16 * 4U;
	total = word(&v, at + 2);
	if (header < 20 || !has(&v, at, header) || (total && total < header))
		return FOUND_MALFORMED;
	if (v.byte[at + 9] != 6)
		return FOUND_NOTHING;
	set_ipv4(&v, at, f);
	fragment = word(&v, at + 6);
	if (fragment % 0x2000)
		return FOUND_FRAGMENT;
	end_at(&v, at, total, 0);
	return read_tcp(&v, at + header, fragment / 0x2000 % 2, ports, f);
}

/* Hop-by-hop, routing, fragment, authentication, destination options. */
static bool is_walked(unsigned int next)
{
	return next == 0 || next == 43 || next == 44 || next == 51 || next == 60;
}

/* Of the header of kind next that starts at byte at. */
static size_t size_of(const struct view *v, size_t at, unsigned int next)
{
	size_t field = v->byte[at + 1];

	if (next == 44)
		return 8;
	return next == 51 ? 4 * field + 8 : 8 * field + 8;
}

/* Where the walk along the extension headers has come to. */
struct walk {
	size_t at, start;
	unsigned int next; /* the number of the header at at */
	unsigned int headers;
	bool first; /* a fragment header said that more fragments follow */
};

/* One extension header; FOUND_SYN means that the walk goes on. */
static enum finding_kind step(const struct view *v, struct walk *w)
{
	unsigned int inner, fragment;
	size_t size;

	if (++w->headers > 6)
		return FOUND_UNDETERMINED;
	if (!has(v, w->at, 8))
		return incomplete(w->first);
	size = size_of(v, w->at, w->next);
	if (!has(v, w->at, size))
		return incomplete(w->first);
	if (w->at + size - w->start > 256)
		return FOUND_UNDETERMINED;
	inner = v->byte[w->at];
	fragment = w->next == 44 ? word(v, w->at + 2) : 0;
	if (fragment / 8)
		return inner == 6 || is_walked(inner) ? FOUND_FRAGMENT : FOUND_NOTHING;
	w->first = w->first || fragment % 2;
	w->next = inner;
	w->at += size;
	return FOUND_SYN;
}

/* Written from the standards and not from bpf/parse.h, so that the two do not share a mistake. */
static enum finding_kind read_ipv6(struct view v, size_t at, const uint16_t *ports,
				   struct finding *f)
{
	struct walk w = { .at = at + 40, .start = at + 40 };

	if (!has(&v, at, 40) || v.byte[at] / 16 != 6)
		return FOUND_MALFORMED;
	memcpy(f->from, v.byte + at + 8, 16);
	memcpy(f->to, v.byte + at + 24, 16);
	f->source = key_of(f->from);
	w.next = v.byte[at + 6];
	while (is_walked(w.next)) {
		enum finding_kind found = step(&v, &w);

		if (found != FOUND_SYN)
			return found;
	}
	end_at(&v, at, word(&v, at + 4), 40);
	if (w.first && !has(&v, w.start, w.at - w.start))
		return FOUND_UNDETERMINED;
	if (w.next != 6)
		return FOUND_NOTHING;
	return read_tcp(&v, w.at, w.first, ports, f);
}

static enum finding_kind read_frame(struct view v, const uint16_t *ports, struct finding *f)
{
	unsigned int type;
	size_t at = 14;

	if (!has(&v, 0, 14))
		return FOUND_MALFORMED;
	type = word(&v, 12);
	while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
		if (!has(&v, at, 4))
			return FOUND_MALFORMED;
		type = word(&v, at + 2);
		at += 4;
	}
	if (type == 0x0800)
		return read_ipv4(v, at, ports, f);
	if (type == 0x86dd)
		return read_ipv6(v, at, ports, f);
	return FOUND_NOTHING;
}

void reference_parse(const uint8_t *frame, size_t length, const uint16_t ports[FINDING_PORTS],
		     struct finding *finding)
{
	struct view v = { .byte = frame, .size = length };
	enum finding_kind kind;

	memset(finding, 0, sizeof(*finding));
	kind = read_frame(v, ports, finding);
	if (kind == FOUND_NOTHING || kind == FOUND_MALFORMED)
		memset(finding, 0, sizeof(*finding));
	if (kind != FOUND_SYN && kind != FOUND_SYN_FRAGMENT)
		finding->from_port = finding->to_port = 0;
	finding->kind = kind;
}
