/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several lists, one over the other: which class each address has in the end. Pure.
 */
#ifndef MXW_PAINT_H
#define MXW_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"

#define MXW_LAYERS 254 /* two for each feed that can be in force */

/* Settled ranges and the class (bpf/abi.h) they give. Borrowed. */
struct mxw_layer {
	const struct mxw_ranges *ranges;
	uint8_t class; /* not 0 */
};

/* Layers with the strongest first: where two cover an address, the first decides. */
struct mxw_layers {
	struct mxw_layer layer[MXW_LAYERS];
	size_t count;
};

struct mxw_span4 {
	uint32_t first, last;
	uint8_t class;
};

struct mxw_span6 {
	uint64_t first, last;
	uint8_t class;
};

/* Where a layer's current range begins or, once that is reached, ends. */
struct mxw_paint_edge {
	uint64_t key; /* the first key on the other side */
	uint32_t layer;
};

/* Goes through the spans in ascending order, disjoint, neighbours of one class as one. Its
 * fields are paint.c's. */
struct mxw_paint {
	const struct mxw_layers *layers;
	size_t at[MXW_LAYERS]; /* current range of each layer */
	struct mxw_paint_edge heap[MXW_LAYERS]; /* of layers that have one ahead, nearest first */
	size_t heap_count;
	uint64_t covers[(MXW_LAYERS + 63) / 64]; /* bit per layer that covers position */
	uint64_t position; /* up to where keys have been gone through */
	uint8_t class; /* from position on */
	bool begun, done;
};

void mxw_paint_begin(struct mxw_paint *paint, const struct mxw_layers *layers);

/* false at the end. A paint serves one of the two. */
bool mxw_paint_next4(struct mxw_paint *paint, struct mxw_span4 *span);
bool mxw_paint_next6(struct mxw_paint *paint, struct mxw_span6 *span);

#endif
