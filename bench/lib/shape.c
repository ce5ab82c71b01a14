// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shapes of lists and traffic. Pure. Called by livegen.
 */
#include <string.h>

#include "bench/lib/shape.h"
#include "lists/guard.h"

#define BLOCKS_FIRST 0x010000U /* the /24s from 1.0.0.0 */
#define BLOCKS_END 0xe00000U /* to 223.255.255.255 */

static const char *const names[BENCH_SHAPES] = { "uniform", "clustered", "skewed" };

const char *bench_shape_name(enum bench_shape shape)
{
	return names[shape];
}

bool bench_shape_parse(const char *name, enum bench_shape *shape)
{
	for (int i = 0; i < BENCH_SHAPES; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*shape = (enum bench_shape)i;
		return true;
	}
	return false;
}

/* A permutation of all 24-bit numbers: each step can be undone. */
static uint32_t scatter24(uint32_t x)
{
	x ^= BENCH_SEED & 0xffffff;
	x ^= x >> 12;
	x = x * 0xa2b2a5U & 0xffffff;
	x ^= x >> 11;
	x = x * 0x35ca6bU & 0xffffff;
	return x ^ x >> 13;
}

/* As bench_address() chooses. */
static bool is_usable(uint32_t block)
{
	const struct mxw_range4 range = { .first = block << 8, .last = block << 8 | 0xff };
	bool whole;

	return block >= BLOCKS_FIRST && block < BLOCKS_END && !mxw_guard_reserved4(range, &whole);
}

/* The hosts of a /24 in an order of its own: odd factors permute the numbers
 * below 256, so listed and unlisted ones never meet. */
static uint32_t clustered(enum bench_address_kind kind, uint32_t index)
{
	uint32_t block = BLOCKS_FIRST + index / BENCH_CLUSTER;
	uint32_t slot = index % BENCH_CLUSTER + BENCH_CLUSTER * (uint32_t)kind;

	do
		block = scatter24(block);
	while (!is_usable(block));
	return block << 8 | ((slot * (block | 1) + (block >> 8)) & 0xff);
}

uint32_t bench_shape_address(enum bench_shape shape, enum bench_address_kind kind, uint32_t index)
{
	return shape == BENCH_CLUSTERED ? clustered(kind, index) : bench_address(kind, index);
}

/* xorshift64. */
uint64_t bench_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

uint32_t bench_shape_draw(enum bench_shape shape, uint32_t count, uint32_t draw, uint64_t *random)
{
	uint64_t roll;

	if (shape != BENCH_SKEWED)
		return draw % count;
	roll = bench_random(random) >> 16;
	if (count > BENCH_TALKERS && roll % 100 < BENCH_TALKERS_PERCENT)
		count = BENCH_TALKERS;
	return (uint32_t)((bench_random(random) >> 16) % count);
}
