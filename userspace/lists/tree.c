// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv6 table out of layers, and a look into it. The tree is filled in the
 * order of its keys, going from node to node by arithmetic alone. Called by
 * whoever fills the table of the kernel, explains an address or verifies. Pure.
 */
#include "lists/tree.h"

#define KEYS 7U
#define CHILDREN 8U

/* From key on up to the next one, sources have class. */
struct start {
	uint64_t key;
	uint8_t class;
};

/* The starts in ascending order: of the spans, and of the gaps behind them. */
struct starts {
	struct mxw_paint paint;
	struct mxw_span6 span; /* the next one, if more */
	bool more;
	bool gap; /* a span has ended at gap_key - 1 */
	uint64_t gap_key;
};

static void starts_begin(struct starts *starts, const struct mxw_layers *layers)
{
	mxw_paint_begin(&starts->paint, layers);
	starts->more = mxw_paint_next6(&starts->paint, &starts->span);
	starts->gap = false;
}

static bool starts_next(struct starts *starts, struct start *out)
{
	if (starts->gap && !(starts->more && starts->span.first == starts->gap_key)) {
		*out = (struct start){ starts->gap_key, 0 };
		starts->gap = false;
		return true;
	}
	if (!starts->more)
		return false;
	*out = (struct start){ starts->span.first, starts->span.class };
	starts->gap = starts->span.last < UINT64_MAX;
	starts->gap_key = starts->span.last + 1;
	starts->more = mxw_paint_next6(&starts->paint, &starts->span);
	return true;
}

uint64_t mxw_tree_measure(const struct mxw_layers *layers)
{
	struct starts starts;
	struct start start;
	uint64_t count = 0;

	starts_begin(&starts, layers);
	while (starts_next(&starts, &start))
		count++;
	return (count + KEYS - 1) / KEYS;
}

/* A key's place in the tree. */
struct slot {
	uint64_t node;
	uint32_t key;
};

/* The first slot below and at node. */
static struct slot lowest(uint64_t node, uint32_t count)
{
	while (node * CHILDREN + 1 < count)
		node = node * CHILDREN + 1;
	return (struct slot){ node, 0 };
}

/* The slot that is next in the order of keys; key is KEYS behind the last one. */
static struct slot following(struct slot slot, uint32_t count)
{
	uint64_t child = slot.node * CHILDREN + 1 + slot.key + 1;

	if (child < count)
		return lowest(child, count);
	slot.key++;
	while (slot.key == KEYS && slot.node) {
		slot.key = (uint32_t)((slot.node - 1) % CHILDREN);
		slot.node = (slot.node - 1) / CHILDREN;
	}
	return slot;
}

/* Slots that are left over repeat what holds for the last key there is, so that they
 * are right for it too. */
int mxw_tree_build(const struct mxw_layers *layers, struct mxw_feed_node *nodes, uint32_t count,
		   struct mxw_err *err)
{
	struct slot slot = lowest(0, count);
	struct starts starts;
	struct start start = { UINT64_MAX, 0 };

	starts_begin(&starts, layers);
	for (uint64_t i = 0; i < (uint64_t)count * KEYS; i++) {
		if (!starts_next(&starts, &start))
			start.key = UINT64_MAX;
		nodes[slot.node].key[slot.key] = start.key;
		nodes[slot.node].class[slot.key] = start.class;
		nodes[slot.node].class[KEYS] = 0;
		slot = following(slot, count);
	}
	if (starts_next(&starts, &start))
		return mxw_fail(err, MXW_E_FAIL,
				"the feeds' IPv6 table has room for %u nodes, but the lists need "
				"more: measure them again",
				count);
	return MXW_OK;
}

uint8_t mxw_tree_find(const struct mxw_feed_node *nodes, uint32_t count, uint64_t network)
{
	uint64_t node = 0;
	uint8_t class = 0;

	while (node < count) {
		uint32_t i = 0;

		while (i < KEYS && nodes[node].key[i] <= network)
			i++;
		if (i)
			class = nodes[node].class[i - 1];
		node = node * CHILDREN + 1 + i;
	}
	return class;
}
