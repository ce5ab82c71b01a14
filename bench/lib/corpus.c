// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes the addresses of a benchmark. Pure. Called by the bench programs.
 */
#include <arpa/inet.h>
#include <stdbool.h>

#include "bench/lib/corpus.h"
#include "lists/guard.h"

#define UNICAST_FIRST 0x01000000U
#define UNICAST_END 0xe0000000U

/* The finalizer of MurmurHash3: a permutation of all 32-bit numbers. */
static uint32_t scatter(uint32_t x)
{
	x ^= BENCH_SEED;
	x ^= x >> 16;
	x *= 0x85ebca6bU;
	x ^= x >> 13;
	x *= 0xc2b2ae35U;
	return x ^ x >> 16;
}

/* An address that some machine on the internet may have, and so a list too. */
static bool is_usable(uint32_t x)
{
	const struct mxw_range4 address = { .first = x, .last = x };
	bool whole;

	return x >= UNICAST_FIRST && x < UNICAST_END && !mxw_guard_reserved4(address, &whole);
}

/* Permuting until the range is met again is a permutation of that range; no
 * index begins outside of it. */
uint32_t bench_address(enum bench_address_kind kind, uint32_t index)
{
	uint32_t x = UNICAST_FIRST + ((uint32_t)kind << 25) + index;

	do
		x = scatter(x);
	while (!is_usable(x));
	return x;
}

uint64_t bench_corpus_hits(const struct bench_mix *mix)
{
	return (uint64_t)BENCH_PROBES * mix->hit_percent / 100;
}

/* xorshift64: good enough to shuffle, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

void bench_corpus_fill(struct bench_probe *probes, const struct bench_mix *mix)
{
	uint64_t random = BENCH_SEED, hits = bench_corpus_hits(mix);
	uint32_t most = mix->sources && mix->sources < BENCH_PROBES ? mix->sources : BENCH_PROBES;
	uint32_t listed = mix->entries < most ? mix->entries : most;

	for (uint32_t i = 0; i < BENCH_PROBES; i++) {
		uint32_t address = i < hits ? bench_address(BENCH_LISTED, i % listed)
					    : bench_address(BENCH_UNLISTED, i % most);

		probes[i].saddr = htonl(address);
	}
	for (uint32_t i = BENCH_PROBES - 1; i > 0; i--) {
		uint32_t other = (uint32_t)((next_random(&random) >> 16) % (i + 1));
		struct bench_probe swap = probes[i];

		probes[i] = probes[other];
		probes[other] = swap;
	}
}
