/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the limits say of a new SYN, in userspace: the same answer as bpf/limit.h, written
 * apart from it. Pure.
 */
#ifndef MXW_LIMITS_ORDER_H
#define MXW_LIMITS_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

/* What is known of a source when its SYN comes, were it of a class. */
struct mxw_limit_facts {
	unsigned int class; /* enum mxw_limit_class */
	struct mxw_rates rates; /* of that class */
	uint64_t owed[MXW_LIMIT_LEVELS]; /* ticks, in that class */
	uint64_t open[MXW_LIMIT_LEVELS]; /* connections */
	bool full[MXW_LIMIT_LEVELS]; /* as many of them as allowed */
	bool flood; /* a flood is on: sources have to repeat their SYN */
	bool proven; /* the source has proven itself */
};

/* Who the source is to the limits by the verdict of the order of decision before them (enum
 * mxw_reason) and the class that the controller has found; MXW_LIMIT_CLASSES where the limits do
 * not apply. For sources of the never-block set that are not exempt. */
unsigned int mxw_limits_class(unsigned int reason, uint32_t filter_mode, unsigned int known);

/* The reason (enum mxw_reason) of the limits; 0 for no objection. A drop's reason is a drop only
 * if the filter enforces. proof_only: of the limits, only proofs hold for the source. */
unsigned int mxw_limits_decide(const struct mxw_limits *limits, const struct mxw_limit_facts *facts,
			       bool proof_only);

#endif
