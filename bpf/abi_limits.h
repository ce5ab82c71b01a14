/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits' part of abi.h, which includes it: rates, the limiter's table, floods. The same rules hold; a change raises MXW_ABI_VERSION.
 *
 * Times here are ticks of 1024 ns of CLOCK_MONOTONIC, MXW_TICK_SHIFT bits of a ns.
 */
#ifndef MXW_ABI_LIMITS_H
#define MXW_ABI_LIMITS_H

#include <linux/types.h>

#define MXW_TICK_SHIFT 10

/* What the limits do with a SYN that is over. Each also needs the filter to enforce. */
enum mxw_limit_mode {
	MXW_LIMIT_OFF = 0, /* not looked at */
	MXW_LIMIT_SHADOW = 1, /* counted as "would" */
	MXW_LIMIT_ENFORCE = 2, /* dropped */
};

/* Who a source is to the limits. */
enum mxw_limit_class {
	MXW_LIMIT_UNKNOWN = 0,
	MXW_LIMIT_GREY = 1,
	MXW_LIMIT_GOOD = 2, /* known good */
	MXW_LIMIT_SANCTIONED = 3, /* by a feed that only limits, or the controller */
	MXW_LIMIT_CLASSES = 4,
};

/* A completed connection is charged to two accounts: its source, and the net around it. */
enum mxw_limit_level {
	MXW_LIMIT_SOURCE = 0, /* an IPv4 address, an IPv6 /64 */
	MXW_LIMIT_NET = 1, /* an IPv4 /24, an IPv6 /48 */
	MXW_LIMIT_LEVELS = 2,
};

/* One connection each `period`, and `tau` ahead of time: a burst of tau / period + 1. */
struct mxw_rate {
	__u64 period; /* ticks; 0 = no limit */
	__u64 tau; /* ticks; tau + period is at most MXW_LIMIT_FAR */
};

#define MXW_LIMIT_FAR (86400000000000ULL >> MXW_TICK_SHIFT) /* a debt above a day is none: noise */
/* What a source that opens many connections at the same moment can owe beyond tau and one period: ten
 * minutes, and six hours if it is sanctioned. */
#define MXW_LIMIT_BEYOND (600000000000ULL >> MXW_TICK_SHIFT)
#define MXW_LIMIT_BEYOND_SANCTIONED (36 * MXW_LIMIT_BEYOND)

/* The rates of one class: by level, for one family. */
struct mxw_rates {
	struct mxw_rate level[MXW_LIMIT_LEVELS];
};

#define MXW_LIMIT_PORTS 8 /* ports that may have rates of their own */
#define MXW_LIMIT_SETS (MXW_LIMIT_PORTS + 1) /* set 0 is for all other ports */

/* The one element of map mxw_limits. Written by userspace under its lock. */
struct mxw_limits {
	__u64 seed[3]; /* secret; made once, when the map is */
	__u64 test_ns; /* the clock of programs that tests load; no other program reads it */
	__u32 mode; /* enum mxw_limit_mode, of rates */
	__u32 conns_mode; /* enum mxw_limit_mode, of connections at once */
	__u16 port[MXW_LIMIT_PORTS]; /* whose rates are set i + 1; 0 ends the list */
	__u32 flood_mode; /* enum mxw_limit_mode, of proofs */
	__u32 flood_forced; /* 1: proofs are asked for at any rate */
	__u32 flood_high; /* so many SYNs in a window: proofs are asked for from now on */
	__u32 flood_low; /* fewer in a whole window: no more; 1 to flood_high */
	__u32 flood_batch; /* SYNs that a CPU counts by itself: a power of two, <= flood_low / 8 */
	__u32 conns_source; /* connections at once of a source; 0 = any number */
	__u32 conns_net; /* of a net */
	__u32 zero;
	struct mxw_rates rate[MXW_LIMIT_SETS][MXW_LIMIT_CLASSES][2]; /* last: 1 for IPv6 */
};

/*
 * Value of map mxw_limit_lines: one cache line, eight slots, of which the first
 * MXW_LIMIT_NET_SLOTS are for nets. A source is in the line of its net, so that a SYN costs one
 * access to memory; where more sources of a net owe than there are slots, those that owe least
 * are forgotten, and the net's own account holds them all. A slot is a source's or a net's whole
 * state: 16 bits that tell it from others in the line, and the 48-bit tick at which its debt is
 * over (GCRA's theoretical arrival time). A slot whose time has come says nothing any more, so
 * it is free, and nobody has to free it.
 */
#define MXW_LIMIT_SLOTS 8
#define MXW_LIMIT_NET_SLOTS 2
#define MXW_LIMIT_LINES (1U << 17) /* by default; always a power of two, at most 2^24 */
#define MXW_LIMIT_TIME_BITS 48
struct mxw_limit_line {
	__u64 slot[MXW_LIMIT_SLOTS];
};

/*
 * Flood: while it lasts, a source that nothing vouches for must show that it repeats a SYN,
 * as every TCP does and a generator of SYNs does not. SYNs are counted in windows.
 */
#define MXW_FLOOD_WINDOW_SHIFT 20 /* 2^20 ticks = 1.07 s */

/* The one element of map mxw_flood. Written by the program. */
struct mxw_flood {
	__u64 count; /* bits 32-63 the window (its lower half), 0-31 SYNs in it */
	__u32 on; /* 1: proofs are asked for */
	__u32 changes; /* how often that has changed */
	__u64 since; /* tick of the last change */
	__u32 figure; /* SYNs in the window that caused it */
	__u32 zero;
};

/*
 * Value of map mxw_proof_lines: one cache line of SYNs that were refused. bits 0-9 when, in
 * MXW_PROOF_SHIFT bits of a tick; 10-31 fingerprint. The oldest makes room.
 */
#define MXW_PROOF_SLOTS 16
#define MXW_PROOF_LINES (1U << 18) /* by default, 16 MiB; a power of two, at most 2^24 */
#define MXW_PROOF_SHIFT 14 /* 17 ms */
#define MXW_PROOF_TIME 0x3ffU /* goes round in 17 s */
#define MXW_PROOF_SOON 48 /* 0.8 s: a SYN that comes again sooner proves nothing */
#define MXW_PROOF_LATE 477 /* 8 s: later, it is a first one */
#define MXW_PROVEN (60000000000ULL >> MXW_TICK_SHIFT) /* a source has proven itself for 60 s */
struct mxw_proof_line {
	__u32 slot[MXW_PROOF_SLOTS];
};

/* What an event of ring buffer mxw_events is about, beside a packet. */
enum mxw_note {
	MXW_NOTE_NONE = 0, /* a packet */
	MXW_NOTE_FLOOD_ON = 1, /* proofs are asked for from now on; length: SYNs in the window */
	MXW_NOTE_FLOOD_OFF = 2, /* no more */
};

/* The one element of map mxw_limit_stats, per CPU. Written by the programs. */
struct mxw_limit_stats {
	__u64 evicted; /* slots in debt that were forgotten to make room */
	__u64 contended; /* charges given up after three tries */
	__u64 jiffy, tick; /* the clock as it was when this jiffy was first seen */
};

/* Values of map mxw_recent: sources (key.h) that were charged lately, for `top` and `limits suggest`. */
#define MXW_RECENT_SOURCES 4096

_Static_assert(sizeof(struct mxw_rates) == 32, "mxw_rates layout");
_Static_assert(sizeof(struct mxw_limits) == 88 + 32 * 2 * MXW_LIMIT_CLASSES * MXW_LIMIT_SETS,
	       "mxw_limits layout");
_Static_assert(sizeof(struct mxw_limit_line) == 64, "mxw_limit_line layout");
_Static_assert(sizeof(struct mxw_flood) == 32, "mxw_flood layout");
_Static_assert(sizeof(struct mxw_proof_line) == 64, "mxw_proof_line layout");
_Static_assert(sizeof(struct mxw_limit_stats) == 32, "mxw_limit_stats layout");

#endif
