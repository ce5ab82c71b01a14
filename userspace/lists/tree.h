/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPv6 table of bpf/abi.h (struct mxw_feed_node). Works in memory it is given. Pure.
 */
#ifndef MXW_TREE_H
#define MXW_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "lists/paint.h"

/* Nodes that the layers' spans need; 0 where there is no IPv6. */
uint64_t mxw_tree_measure(const struct mxw_layers *layers);

/* Fills the nodes; count is what mxw_tree_measure() said. MXW_E_FAIL if it does not fit. */
int mxw_tree_build(const struct mxw_layers *layers, struct mxw_feed_node *nodes, uint32_t count,
		   struct mxw_err *err);

/* The class of a /64 (top 64 bits), 0 where no list has it. */
uint8_t mxw_tree_find(const struct mxw_feed_node *nodes, uint32_t count, uint64_t network);

#endif
