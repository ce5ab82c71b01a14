// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames: whatever the bytes are, the parser reads none outside the frame, and what it says of a
 * frame does not contradict itself.
 */
#include <string.h>

#include "bpf/parse.h"
#include "fuzz.h"

static const volatile __u16 ports[MXW_MAX_PORTS] = { 25, 465, 587 };

static int shows_port(__u16 kind)
{
	return kind == MXW_KIND_SYN || kind == MXW_KIND_SYN_FRAGMENT;
}

static void check_addresses(const struct mxw_packet *p)
{
	if (p->kind == MXW_KIND_IGNORE || p->kind == MXW_KIND_MALFORMED)
		return;
	if (p->saddr_hi)
		FUZZ_WANT(p->source == mxw_key_v6(p->saddr_hi, p->saddr_lo));
	else if (p->saddr_lo >> 32 == MXW_IPV4_MAPPED >> 32)
		FUZZ_WANT(p->source == (__u32)p->saddr_lo);
}

/* The frame is at the end of an allocation of its own, so that the sanitizer sees each read beyond
 * it, and begins where a driver has it, two bytes off a word, so that IP headers are aligned. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mxw_packet p = {}, again = {};
	uint8_t *room = malloc(size + 2), *frame = room + 2;

	FUZZ_WANT(room != NULL);
	memcpy(frame, data, size);
	mxw_parse(frame, frame + size, ports, &p);
	FUZZ_WANT(p.kind <= MXW_KIND_MALFORMED);
	if (shows_port(p.kind))
		FUZZ_WANT(mxw_port_protected(ports, p.dport));
	check_addresses(&p);
	mxw_parse(frame, frame + size, ports, &again);
	FUZZ_WANT(again.kind == p.kind && again.source == p.source && again.dport == p.dport);
	free(room);
	return 0;
}
