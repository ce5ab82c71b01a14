/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random packets that are mostly almost right: layers put together as real
 * stacks do, or nearly so, then a few bytes changed, or the end cut off. The
 * same seed gives the same packets on every machine.
 */
#ifndef MXW_TESTS_RANDOM_H
#define MXW_TESTS_RANDOM_H

#include <stdbool.h>

#include "tests/bpf/packet.h"

struct random {
	uint64_t state; /* the seed, then whatever follows from it */
};

struct sample {
	struct layer layers[PACKET_LAYERS]; /* before the bytes were changed */
	char address[2][48]; /* that layers point to */
	const char *change; /* what was done to the bytes */
	struct packet packet;
};

uint64_t random_next(struct random *random);

/* From 0 to limit - 1. */
unsigned int random_below(struct random *random, unsigned int limit);

/* Fills *sample with the next packet; packet.length may be anything from 0 on. */
void random_sample(struct random *random, struct sample *sample);

#endif
