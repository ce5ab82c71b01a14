// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bpf/parse.h as plain C. Called by the tests that want the sanitizers, or
 * frames shorter than BPF_PROG_TEST_RUN takes.
 */
#include <stdlib.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "bpf/parse.h"
#pragma GCC diagnostic pop

#include "tests/bpf/finding.h"

static void put64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (56 - 8 * i));
}

/* The parser's facts in the words that both parsers share. Fields that a kind does not have stay
 * zero, so that findings can be compared whole. */
static void translate(const struct mxw_packet *packet, struct finding *finding)
{
	static const uint32_t kinds[] = {
		[MXW_KIND_IGNORE] = FOUND_NOTHING,
		[MXW_KIND_SYN] = FOUND_SYN,
		[MXW_KIND_SYN_FRAGMENT] = FOUND_SYN_FRAGMENT,
		[MXW_KIND_FRAGMENT] = FOUND_FRAGMENT,
		[MXW_KIND_UNDETERMINED] = FOUND_UNDETERMINED,
		[MXW_KIND_MALFORMED] = FOUND_MALFORMED,
	};

	memset(finding, 0, sizeof(*finding));
	finding->kind = kinds[packet->kind];
	if (finding->kind == FOUND_NOTHING || finding->kind == FOUND_MALFORMED)
		return;
	finding->source = packet->source;
	put64(finding->from, packet->saddr_hi);
	put64(finding->from + 8, packet->saddr_lo);
	put64(finding->to, packet->daddr_hi);
	put64(finding->to + 8, packet->daddr_lo);
	if (finding->kind == FOUND_FRAGMENT || finding->kind == FOUND_UNDETERMINED)
		return;
	finding->from_port = packet->sport;
	finding->to_port = packet->dport;
}

/* The frame starts two bytes into the block, as drivers place it, so that IP
 * headers are aligned; it ends where the block ends, so that a read behind it
 * is a read behind the block. */
void own_parse(const uint8_t *frame, size_t length, const uint16_t ports[FINDING_PORTS],
	       struct finding *finding)
{
	struct mxw_packet packet = {};
	uint8_t *block = malloc(length + 2);

	if (!block)
		abort();
	memcpy(block + 2, frame, length);
	mxw_parse(block + 2, block + 2 + length, ports, &packet);
	free(block);
	translate(&packet, finding);
}
