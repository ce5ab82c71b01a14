/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The feeds' table in the kernel (bpf/abi.h: struct mxw_feeds and on). Two generations: one
 * in force, one being made. Callers that change it hold the state lock.
 */
#ifndef MXW_FEED_TABLE_H
#define MXW_FEED_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bpf/abi.h"
#include "datapath/pins.h"

/* The tables of one generation, mapped. */
struct mxw_feed_generation {
	struct mxw_feed_unit *units; /* MXW_FEED_UNITS */
	union mxw_feed_line *lines; /* NULL where there are none */
	uint32_t lines_count;
	struct mxw_feed_node *nodes; /* NULL where there are none */
	uint32_t nodes_count;
};

struct mxw_feed_table;

/* Maps what is in force. The caller closes it. */
int mxw_feed_table_open(const struct mxw_maps *maps, struct mxw_feed_table **out,
			struct mxw_err *err);

/* The same without leaves and nodes: mxw_feed_table_current() has none of them. Quick, whatever the
 * size; enough for the rules, put_unit, replace_nodes, and for making a new generation. */
int mxw_feed_table_open_quickly(const struct mxw_maps *maps, struct mxw_feed_table **out,
				struct mxw_err *err);
void mxw_feed_table_close(struct mxw_feed_table *table);

/* What is in force; with `live` and the rules of this moment. */
const struct mxw_feed_generation *mxw_feed_table_current(const struct mxw_feed_table *table);
const struct mxw_feeds *mxw_feed_table_switch(const struct mxw_feed_table *table);

/* Memory for a new generation, zeroed: lines include line 0 and what is to be spare; either may
 * be 0. Nothing is in force yet; without the flip it is gone when the table is closed. */
int mxw_feed_table_prepare(struct mxw_feed_table *table, uint32_t lines, uint32_t nodes,
			   struct mxw_feed_generation *out, struct mxw_err *err);

/* Puts the prepared generation in force, for packets on all CPUs when it returns, and frees the
 * old one. rules: of each class. */
int mxw_feed_table_flip(struct mxw_feed_table *table,
			const struct mxw_feed_rule rules[MXW_FEED_CLASSES], struct mxw_err *err);

/* Replaces one unit of what is in force, by one store. lines: 0 (the whole unit has class),
 * 64 or 256, of layout MXW_FEED_DIRECT with NARROW or WIDE. Places of earlier
 * replacements of the same size are not used again. MXW_E_DEGRADED: no spare lines are left,
 * nothing was changed; build a new generation. */
int mxw_feed_table_put_unit(struct mxw_feed_table *table, uint32_t unit,
			    const union mxw_feed_line *lines, uint32_t count, uint8_t class,
			    uint8_t layout, struct mxw_err *err);

/* The same for IPv6: the tree alone is made again beside the old one, and takes its place. */
int mxw_feed_table_prepare_nodes(struct mxw_feed_table *table, uint32_t nodes,
				 struct mxw_feed_node **out, struct mxw_err *err);
int mxw_feed_table_replace_nodes(struct mxw_feed_table *table, struct mxw_err *err);

/* Changes what a class does, in what is in force. */
void mxw_feed_table_set_rule(struct mxw_feed_table *table, uint8_t class,
			     const struct mxw_feed_rule *rule);

/* Bytes that the kernel keeps for what is in force, the 8 MiB of units included. */
uint64_t mxw_feed_table_memory(const struct mxw_feed_table *table);

/* What a class decided, all CPUs together; and from zero again. */
int mxw_feed_counter_read(const struct mxw_maps *maps, uint8_t class, struct mxw_counter *out,
			  struct mxw_err *err);
int mxw_feed_counter_clear(const struct mxw_maps *maps, uint8_t class, struct mxw_err *err);

#endif
