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
	bool mixed; /* some /24 has */
	bool several; /* it has */
	uint32_t last_leaf; /* the /24 with the last piece */
	uint32_t in_last; /* how many of its addresses are listed */
	uint32_t most; /* the same of the /24 with the most */
	uint32_t all; /* and of the unit */
	struct mxw_piece piece[MXW_UNIT_ADDRESSES]; /* ascending, disjoint */
};

/* How it is laid out: what struct mxw_feed_unit says, but for where its leaves are. */
struct mxw_unit_shape {
	uint64_t present; /* bit per /24 that needs a leaf; of INLINE what it says there */
	uint32_t rest; /* of INLINE, what is in bits 0-31 of `place` */
	uint32_t cells; /* of all its leaves */
	uint8_t class; /* of /24s without a leaf; of INLINE, of those it names */
	uint8_t layout; /* enum mxw_feed_layout */
};

void mxw_unit_clear(struct mxw_unit *unit);

/* Adds a piece, which is behind those it has. */
void mxw_unit_add(struct mxw_unit *unit, uint32_t first, uint32_t last, uint8_t class);

/* The smallest shape, never a DIRECT one. */
struct mxw_unit_shape mxw_unit_shape(const struct mxw_unit *unit);

/* The DIRECT shape. */
struct mxw_unit_shape mxw_unit_direct(const struct mxw_unit *unit);

/* Fills the leaves of that shape, one behind the other, from that cell on, which is a multiple
 * of a leaf's; they come zeroed. */
void mxw_unit_fill(const struct mxw_unit *unit, const struct mxw_unit_shape *shape,
		   union mxw_feed_line *lines, uint64_t cell);

#endif
