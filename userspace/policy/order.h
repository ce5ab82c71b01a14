/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of decision in userspace: the same answer as bpf/order.h, from the
 * same facts, written apart from it so that explain can hold one against the
 * other. Pure: no I/O, no clock.
 */
#ifndef MXW_ORDER_H
#define MXW_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "bpf/abi.h"
#include "policy/limits_order.h"

/* One entry that may bear on a source. */
struct mxw_opinion {
	struct mxw_prefix prefix;
	uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 = does not expire */
	uint8_t class; /* enum mxw_class */
	uint8_t mode; /* enum mxw_entry_mode */
	bool exempt; /* of the never-block set: needs no proof in a flood either */
};

/* What one feed says of the source: it lists it, to allow or to block. */
struct mxw_feed_opinion {
	uint64_t expires_ns; /* CLOCK_MONOTONIC: its copy is too old; 0 = never */
	uint8_t slot; /* 1..MXW_FEED_SLOTS */
	uint8_t action; /* enum mxw_feed_action of the feed */
	bool allows; /* the source is among what the feed allows */
};

/* What holds besides the entries. */
struct mxw_situation {
	uint64_t now; /* CLOCK_MONOTONIC ns */
	uint32_t mode; /* enum mxw_mode */
	uint64_t confirm_until; /* CLOCK_MONOTONIC ns; 0 = confirmed */
	uint64_t deadman_ns; /* 0 = off */
	uint64_t heartbeat; /* CLOCK_MONOTONIC ns */
	const struct mxw_feed_opinion *feeds; /* that list the source, in the order of names */
	size_t feed_count;
	const struct mxw_limits *limits; /* their settings; NULL: there are none */
	const struct mxw_limit_facts *facts; /* MXW_LIMIT_CLASSES, if there are limits */
	unsigned int known_class; /* enum mxw_limit_class, that the controller has found */
	bool holds; /* the SYN of this source is held, if nothing decides and it is new */
};

struct mxw_verdict {
	bool drop;
	unsigned int reason; /* enum mxw_reason */
	const struct mxw_opinion *decided_by; /* one of the opinions given, or NULL */
	const struct mxw_feed_opinion *feed; /* one of the feeds given, if that decided */
	unsigned int limit_class; /* to the limits; MXW_LIMIT_CLASSES where they do not apply */
};

/* Whether the controller's entries and classes rest: its last heartbeat is older than deadman_ns (0 = never), or too
 * far ahead. heartbeat and now: CLOCK_MONOTONIC ns. */
bool mxw_order_silent(uint64_t deadman_ns, uint64_t heartbeat, uint64_t now);

/* The verdict on a whole SYN from source, which is in prefix key bits. Opinions
 * in any order; those that do not contain source or have expired are ignored. */
struct mxw_verdict mxw_order_decide(const struct mxw_situation *situation, uint64_t source,
				    const struct mxw_opinion *opinions, size_t count);

#endif
