// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Generated feeds and their naive reference: see corpus.h. For
 * test_list_reference.c.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/corpus.h"

uint64_t corpus_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static uint64_t end_of(const struct corpus *corpus)
{
	return corpus->wide ? UINT64_MAX : UINT32_MAX;
}

static struct corpus_prefix prefix_at(const struct corpus *corpus, uint64_t key,
				      unsigned int length)
{
	unsigned int host = (corpus->wide ? 64 : 32) - length;
	uint64_t beyond = host == 64 ? UINT64_MAX : (1ULL << host) - 1;

	key &= end_of(corpus);
	return (struct corpus_prefix){ key & ~beyond, key | beyond, (uint8_t)length };
}

/* Short ones would cover all the others if they were as many. */
static unsigned int random_length(const struct corpus *corpus, uint64_t *state)
{
	unsigned int most = corpus->wide ? 64 : 32;
	unsigned int length = (unsigned int)(corpus_random(state) % (most + 1));

	if (length < most / 2 && corpus_random(state) % 256)
		length = most - length;
	return length;
}

/* By itself, within or around an earlier one of any feed, beside it, or at the ends. */
static struct corpus_prefix random_prefix(const struct corpus *corpus, uint64_t *state)
{
	size_t feed = corpus_random(state) % CORPUS_FEEDS, kind = corpus_random(state) % KINDS;
	size_t count = corpus->count[feed][kind];
	unsigned int length = random_length(corpus, state), way = corpus_random(state) % 16;
	const struct corpus_prefix *near;

	if (way == 0)
		return prefix_at(corpus, corpus_random(state) % 3 - 1, length);
	if (way < 4 || !count)
		return prefix_at(corpus, corpus_random(state), length);
	near = &corpus->prefix[feed][kind][corpus_random(state) % count];
	if (way < 8)
		return prefix_at(corpus, near->last + 1, near->length);
	if (way < 10)
		return prefix_at(corpus, near->first - 1, length);
	return prefix_at(corpus, near->first + (corpus_random(state) & (near->last - near->first)),
			 length);
}

static void generate_feed(struct corpus *corpus, size_t feed, uint64_t *state)
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		size_t count = corpus_random(state) % CORPUS_PREFIXES;

		count >>= kind == KIND_BLOCK ? 0 : 2;
		for (size_t i = 0; i < count; i++) {
			corpus->prefix[feed][kind][i] = random_prefix(corpus, state);
			corpus->count[feed][kind] = i + 1;
		}
	}
}

/* In the weakest blocks, prefixes of some lengths; of all lengths in any 20 seeds in a row. */
static void add_lengths(struct corpus *corpus, uint64_t seed)
{
	size_t feed = corpus->feeds - 1;
	unsigned int lengths = corpus->wide ? 65 : 33;
	uint64_t random = ~seed;

	for (size_t i = 0; i < 4; i++)
		corpus->prefix[feed][KIND_BLOCK][i] = prefix_at(
			corpus, corpus_random(&random), (unsigned int)((4 * seed + i) % lengths));
	if (corpus->count[feed][KIND_BLOCK] < 4)
		corpus->count[feed][KIND_BLOCK] = 4;
}

static bool has(const struct corpus *corpus, size_t feed, enum kind kind, uint64_t key)
{
	for (size_t i = 0; i < corpus->count[feed][kind]; i++) {
		const struct corpus_prefix *prefix = &corpus->prefix[feed][kind][i];

		if (prefix->first <= key && key <= prefix->last)
			return true;
	}
	return false;
}

/* By definition. */
static uint8_t class_of(const struct corpus *corpus, uint64_t key)
{
	for (size_t feed = 0; feed < corpus->feeds; feed++)
		if (has(corpus, feed, KIND_ALLOW, key))
			return (uint8_t)(2 * (feed + 1) + 1);
	for (size_t feed = 0; feed < corpus->feeds; feed++)
		if (has(corpus, feed, KIND_BLOCK, key) && !has(corpus, feed, KIND_EXCLUDE, key))
			return (uint8_t)(2 * (feed + 1));
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void collect_edges(struct corpus *corpus)
{
	corpus->first[0] = 0;
	corpus->spans = 1;
	for (size_t feed = 0; feed < corpus->feeds; feed++)
		for (size_t kind = 0; kind < KINDS; kind++)
			for (size_t i = 0; i < corpus->count[feed][kind]; i++) {
				struct corpus_prefix *prefix = &corpus->prefix[feed][kind][i];

				corpus->first[corpus->spans++] = prefix->first;
				if (prefix->last < end_of(corpus))
					corpus->first[corpus->spans++] = prefix->last + 1;
			}
	qsort(corpus->first, corpus->spans, sizeof(*corpus->first), compare);
}

void corpus_generate(struct corpus *corpus, bool wide, uint64_t seed)
{
	uint64_t random = seed;

	memset(corpus, 0, sizeof(*corpus));
	corpus->wide = wide;
	corpus->feeds = 1 + seed % CORPUS_FEEDS;
	for (size_t feed = 0; feed < corpus->feeds; feed++)
		generate_feed(corpus, feed, &random);
	add_lengths(corpus, seed);
	collect_edges(corpus);
	for (size_t i = 0; i < corpus->spans; i++)
		corpus->class[i] = class_of(corpus, corpus->first[i]);
}

uint8_t corpus_class(const struct corpus *corpus, uint64_t key)
{
	size_t low = 0, high = corpus->spans;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (corpus->first[middle] <= key)
			low = middle;
		else
			high = middle;
	}
	return corpus->class[low];
}

uint64_t corpus_probe(const struct corpus *corpus, uint64_t *state)
{
	uint64_t random = corpus_random(state);

	if (random % 8 == 0)
		return corpus_random(state) & end_of(corpus);
	return (corpus->first[random / 64 % corpus->spans] + (random / 8 % 8) - 4) & end_of(corpus);
}
