/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers that look random and are the same on every machine. Pure, inline
 * because each packet needs several.
 */
#ifndef SYNFLOOD_MIX_H
#define SYNFLOOD_MIX_H

#include <stdint.h>

/* The finalizer of splitmix64: a permutation of all 64-bit numbers. */
static inline uint64_t sf_mix64(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ULL;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* A permutation of the numbers below size; made by sf_permutation(). */
struct sf_permutation {
	uint64_t size; /* at least 1, at most 2^63 */
	uint64_t mask; /* the smallest 2^n - 1 that is not below size - 1 */
	uint64_t key;
	unsigned int shift; /* half of the bits of mask, rounded up, at least 1 */
};

static inline struct sf_permutation sf_permutation(uint64_t size, uint64_t seed)
{
	unsigned int bits = size > 1 ? 64 - (unsigned int)__builtin_clzll(size - 1) : 0;

	return (struct sf_permutation){ .size = size,
					.mask = ((uint64_t)1 << bits) - 1,
					.key = sf_mix64(seed),
					.shift = bits > 1 ? (bits + 1) / 2 : 1 };
}

/* x below p->size. Permuting until the range is met again permutes the range;
 * as the mask is less than twice the size, that takes two steps at most on average. */
static inline uint64_t sf_permute(const struct sf_permutation *p, uint64_t x)
{
	do {
		x = (x * 0x9e3779b97f4a7c15ULL + p->key) & p->mask;
		x ^= x >> p->shift;
		x = (x * 0xd6e8feb86659fd93ULL) & p->mask;
		x ^= x >> p->shift;
	} while (x >= p->size);
	return x;
}

#define SF_ISN_A 0x9e3779b1U
#define SF_ISN_B 0x85ebca6bU

/* The initial sequence number that stands for the low 32 bits of a flow's number. */
static inline uint32_t sf_isn(uint32_t number, uint32_t key)
{
	uint32_t x = (number ^ key) * SF_ISN_A;

	x ^= x >> 16;
	x *= SF_ISN_B;
	return x ^ x >> 16;
}

/* The inverse of an odd number modulo 2^32, by Newton's iteration. */
static inline uint32_t sf_inverse(uint32_t odd)
{
	uint32_t x = odd; /* right in 3 bits; each step doubles them */

	for (int i = 0; i < 4; i++)
		x *= 2 - odd * x;
	return x;
}

/* The number that sf_isn() turned into isn. */
static inline uint32_t sf_isn_number(uint32_t isn, uint32_t key)
{
	uint32_t x = isn ^ isn >> 16;

	x *= sf_inverse(SF_ISN_B);
	x ^= x >> 16;
	return x * sf_inverse(SF_ISN_A) ^ key;
}

#endif
