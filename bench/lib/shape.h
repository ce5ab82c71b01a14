/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shapes that lists and traffic have: the same on every machine and in
 * every run. Pure.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/lib/corpus.h"

#define BENCH_CLUSTER 33 /* listed addresses in each /24 of a clustered list */
#define BENCH_TALKERS 10000U /* sources that send most of the skewed traffic */
#define BENCH_TALKERS_PERCENT 90

enum bench_shape {
	BENCH_UNIFORM = 0, /* scattered addresses, each as often as the next */
	BENCH_CLUSTERED, /* BENCH_CLUSTER listed addresses in a /24, with as many unlisted ones */
	BENCH_SKEWED, /* scattered, but BENCH_TALKERS of them send BENCH_TALKERS_PERCENT */
	BENCH_SHAPES,
};

/* "uniform", "clustered" or "skewed". */
const char *bench_shape_name(enum bench_shape shape);

/* False where no shape has that name. */
bool bench_shape_parse(const char *name, enum bench_shape *shape);

#define BENCH_SHAPE_MOST (1U << 25) /* listed addresses that a shape has */

/*
 * Address number index of a kind, BENCH_LISTED or BENCH_UNLISTED, in host order,
 * of the range of bench_address(). No two pairs of index and kind give the same.
 */
uint32_t bench_shape_address(enum bench_shape shape, enum bench_address_kind kind, uint32_t index);

/* Random numbers that are the same everywhere. The state begins with anything but 0. */
uint64_t bench_random(uint64_t *state);

/*
 * Which of count members sends packet number draw: every one in turn, or with
 * BENCH_SKEWED at random, most often one of the first BENCH_TALKERS.
 */
uint32_t bench_shape_draw(enum bench_shape shape, uint32_t count, uint32_t draw, uint64_t *random);

#endif
