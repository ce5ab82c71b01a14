/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generated feeds of prefixes, as prefixes, and which class each key has by the
 * definition alone: nothing of userspace/lists is asked. One seed, one corpus.
 */
#ifndef MXW_TESTS_CORPUS_H
#define MXW_TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORPUS_FEEDS 5
#define CORPUS_PREFIXES 400 /* of a feed and kind */
#define CORPUS_SPANS (CORPUS_FEEDS * 3 * CORPUS_PREFIXES * 2 + 1)

enum kind { KIND_BLOCK, KIND_ALLOW, KIND_EXCLUDE, KINDS };

struct corpus_prefix {
	uint64_t first, last;
	uint8_t length; /* 0..32, or 0..64 where wide */
};

struct corpus {
	bool wide;
	size_t feeds;
	size_t count[CORPUS_FEEDS][KINDS];
	struct corpus_prefix prefix[CORPUS_FEEDS][KINDS][CORPUS_PREFIXES];
	size_t spans; /* elementary: none of the prefixes begins or ends within one */
	uint64_t first[CORPUS_SPANS];
	uint8_t class[CORPUS_SPANS];
};

/* Repeatable random numbers. */
uint64_t corpus_random(uint64_t *state);

/* Prefixes of every length, that nest, overlap between feeds and stand side by side. */
void corpus_generate(struct corpus *corpus, bool wide, uint64_t seed);

/* Class of feed i: what blocks is 2 * (i + 1), what allows one more. An allow of any feed
 * is stronger than every block; of two feeds the first is. */
uint8_t corpus_class(const struct corpus *corpus, uint64_t key);

/* A key to ask for: mostly next to where a prefix begins or ends. */
uint64_t corpus_probe(const struct corpus *corpus, uint64_t *state);

#endif
