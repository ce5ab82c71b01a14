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

/* What is known of the source when the SYN comes. */
struct mxw_limit_facts {
	unsigned int class; /* enum mxw_limit_class, of mxw_limits_class() */
	bool proof_only; /* of the never-block set: of the limits, only proofs hold for it */
	bool full[MXW_LIMIT_LEVELS]; /* as many connections as allowed */
	bool flood; /* proofs are asked for */
	bool proven; /* the source has proven itself */
	uint64_t owed[MXW_LIMIT_LEVELS]; /* ticks */
};

/* Who the source is to the limits by the verdict of the order of decision (enum mxw_reason)
 * and its mark's class; MXW_LIMIT_CLASSES where they do not apply. For sources of the never-block
 * set that are not exempt. */
unsigned int mxw_limits_class(unsigned int reason, uint32_t filter_mode, unsigned int marked);

/* The reason (enum mxw_reason) of the limits; 0 for no objection. A drop's reason is a drop only
 * if the filter enforces. */
unsigned int mxw_limits_decide(const struct mxw_limits *limits, const struct mxw_rates *rates,
			       const struct mxw_limit_facts *facts);

#endif
