// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sweep over all layers at once: a heap has the next edge of each, a bitmap has the layers that
 * cover the place reached, whose lowest bit is the one that decides. An edge costs log2 of the
 * number of layers. Called where the table is made, and where lists are counted or compared.
 * Pure.
 */
#include <string.h>

#include "lists/paint.h"
#include "lists/view.h"

void mxw_paint_begin(struct mxw_paint *paint, const struct mxw_layers *layers)
{
	memset(paint, 0, sizeof(*paint));
	paint->layers = layers;
}

static uint8_t strongest(const struct mxw_paint *paint)
{
	for (size_t i = 0; i * 64 < paint->layers->count; i++)
		if (paint->covers[i])
			return paint->layers
				->layer[i * 64 + (size_t)__builtin_ctzll(paint->covers[i])]
				.class;
	return 0;
}

/* Puts edge where it belongs, from the empty place i downwards. */
static void sift_down(struct mxw_paint *paint, size_t i, struct mxw_paint_edge edge)
{
	struct mxw_paint_edge *heap = paint->heap;
	size_t child;

	for (; (child = 2 * i + 1) < paint->heap_count; i = child) {
		if (child + 1 < paint->heap_count && heap[child + 1].key < heap[child].key)
			child++;
		if (edge.key <= heap[child].key)
			break;
		heap[i] = heap[child];
	}
	heap[i] = edge;
}

/* Goes over the nearest edge. A range that ends with the last key has no second one. */
static MXW_ALWAYS_INLINE void cross(struct mxw_paint *paint, bool wide)
{
	struct mxw_paint_edge edge = paint->heap[0];
	const struct mxw_ranges *ranges = paint->layers->layer[edge.layer].ranges;
	uint64_t bit = 1ULL << (edge.layer % 64), *word = &paint->covers[edge.layer / 64];
	bool more;

	if (*word & bit) {
		more = ++paint->at[edge.layer] < mxw_view_count(ranges, wide);
		if (more)
			edge.key = mxw_view_at(ranges, wide, paint->at[edge.layer]).first;
	} else {
		uint64_t last = mxw_view_at(ranges, wide, paint->at[edge.layer]).last;

		more = last < mxw_view_end(wide);
		edge.key = last + 1;
	}
	*word ^= bit;
	if (!more)
		edge = paint->heap[--paint->heap_count];
	sift_down(paint, 0, edge);
}

/* Goes to position, where the nearest edges are or nothing is. */
static MXW_ALWAYS_INLINE void go_to(struct mxw_paint *paint, bool wide, uint64_t position)
{
	paint->position = position;
	while (paint->heap_count && paint->heap[0].key == position)
		cross(paint, wide);
	paint->class = strongest(paint);
}

static MXW_ALWAYS_INLINE void start(struct mxw_paint *paint, bool wide)
{
	for (size_t i = 0; i < paint->layers->count; i++) {
		const struct mxw_ranges *ranges = paint->layers->layer[i].ranges;

		if (mxw_view_count(ranges, wide))
			paint->heap[paint->heap_count++] =
				(struct mxw_paint_edge){ mxw_view_at(ranges, wide, 0).first,
							 (uint32_t)i };
	}
	for (size_t i = paint->heap_count / 2; i-- > 0;)
		sift_down(paint, i, paint->heap[i]);
	go_to(paint, wide, 0);
	paint->begun = true;
}

/* Goes on until the class changes; the last key that had the one before. */
static MXW_ALWAYS_INLINE uint64_t run(struct mxw_paint *paint, bool wide)
{
	uint8_t class = paint->class;

	while (paint->class == class) {
		if (!paint->heap_count) {
			paint->done = true;
			return mxw_view_end(wide);
		}
		go_to(paint, wide, paint->heap[0].key);
	}
	return paint->position - 1;
}

/* Whether some layer has an edge at key or before it, the nearest edge left aside. */
static bool has_rival(const struct mxw_paint *paint, uint64_t key)
{
	return (paint->heap_count > 1 && paint->heap[1].key <= key) ||
	       (paint->heap_count > 2 && paint->heap[2].key <= key);
}

/* The short way over a range, begin and end in one: what most ranges of large lists are, next
 * to no other and under none. False where it is not one, and then nothing is changed. */
static MXW_ALWAYS_INLINE bool next_lone(struct mxw_paint *paint, bool wide, struct mxw_span6 *span)
{
	struct mxw_paint_edge edge = paint->heap[0];
	const struct mxw_layer *layer = &paint->layers->layer[edge.layer];
	struct mxw_range6 range;

	if (paint->class || paint->heap_count == 0)
		return false;
	range = mxw_view_at(layer->ranges, wide, paint->at[edge.layer]);
	if (range.last == mxw_view_end(wide) || has_rival(paint, range.last + 1))
		return false;
	*span = (struct mxw_span6){ range.first, range.last, layer->class };
	paint->position = range.last + 1;
	if (++paint->at[edge.layer] < mxw_view_count(layer->ranges, wide))
		edge.key = mxw_view_at(layer->ranges, wide, paint->at[edge.layer]).first;
	else
		edge = paint->heap[--paint->heap_count];
	sift_down(paint, 0, edge);
	return true;
}

static MXW_ALWAYS_INLINE bool next(struct mxw_paint *paint, bool wide, struct mxw_span6 *span)
{
	if (!paint->begun)
		start(paint, wide);
	while (!paint->done) {
		if (next_lone(paint, wide, span))
			return true;
		span->class = paint->class;
		span->first = paint->position;
		span->last = run(paint, wide);
		if (span->class)
			return true;
	}
	return false;
}

bool mxw_paint_next4(struct mxw_paint *paint, struct mxw_span4 *span)
{
	struct mxw_span6 wide;

	if (!next(paint, false, &wide))
		return false;
	*span = (struct mxw_span4){ (uint32_t)wide.first, (uint32_t)wide.last, wide.class };
	return true;
}

bool mxw_paint_next6(struct mxw_paint *paint, struct mxw_span6 *span)
{
	return next(paint, true, span);
}
