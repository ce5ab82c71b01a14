/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One unit of the IPv4 table (bpf/abi.h: a /18) before it has its place: what is in
 * it, what leaves that makes, and filling them. For rank.c alone. Pure.
 */
#ifndef MXW_UNIT_H
#define MXW_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "lists/paint.h"

#define MXW_UNIT_ADDRESSES (1U << 14)
#define MXW_UNIT_LEAVES 64

/* A span within the unit; addresses count from its first one. */
struct mxw_piece {
	uint16_t first, last;
	uint8_t class;
};

struct mxw_unit {
	uint64_t touched; /* bit per /24 that has any address listed */
	uint64_t full; /* bit per /24 that has all of them in one class */
	size_t count;
	bool wide; /* some /29 has several classes */
	struct mxw_piece piece[MXW_UNIT_ADDRESSES]; /* ascending, disjoint */
};

/* How its leaves are laid out. */
struct mxw_unit_shape {
	uint64_t present; /* bit per /24 that needs a leaf */
	uint32_t lines; /* of all its leaves */
	uint8_t class; /* of /24s without a leaf */
	uint8_t layout; /* MXW_FEED_RANK or MXW_FEED_RANK_WIDE */
};

void mxw_unit_clear(struct mxw_unit *unit);

/* Adds a piece, which is behind those it has. */
void mxw_unit_add(struct mxw_unit *unit, uint32_t first, uint32_t last, uint8_t class);

/* The shape with the fewest leaves. */
struct mxw_unit_shape mxw_unit_shape(const struct mxw_unit *unit);

/* Fills the leaves of the /24s that are in present, one behind the other, from line on; they
 * come zeroed. */
void mxw_unit_fill(const struct mxw_unit *unit, uint64_t present, bool wide,
		   union mxw_feed_line *line);

#endif
