/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a parser found in a frame, in terms that no parser owns: the reference
 * parser and the program's own parser both answer with it.
 */
#ifndef MXW_TESTS_FINDING_H
#define MXW_TESTS_FINDING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FINDING_PORTS 8

enum finding_kind {
	FOUND_NOTHING = 0, /* nothing to judge */
	FOUND_SYN,
	FOUND_SYN_FRAGMENT,
	FOUND_FRAGMENT,
	FOUND_UNDETERMINED,
	FOUND_MALFORMED,
	FOUND_KINDS,
};

/* Addresses are set for the kinds SYN to UNDETERMINED, ports for the SYN kinds;
 * all else is zero, so that two findings compare as bytes. */
struct finding {
	uint64_t source; /* the key of from, as in bpf/key.h */
	uint8_t from[16], to[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t from_port, to_port; /* host order */
	uint32_t kind; /* enum finding_kind */
};

/* The independent parser. ports: the protected ones in host order, 0 = unused. */
void reference_parse(const uint8_t *frame, size_t length, const uint16_t ports[FINDING_PORTS],
		     struct finding *finding);

/* bpf/parse.h compiled into this process, on an exact copy of the frame, so that
 * the sanitizers see every byte it reads. */
void own_parse(const uint8_t *frame, size_t length, const uint16_t ports[FINDING_PORTS],
	       struct finding *finding);

#endif
