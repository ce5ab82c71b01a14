/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of abi.h about completed connections, which abi.h includes. The same rules hold; a
 * change raises MXW_ABI_VERSION.
 */
#ifndef MXW_ABI_PRESENCE_H
#define MXW_ABI_PRESENCE_H

#include <linux/types.h>

/*
 * Value of map mxw_noted: a SYN to a protected port that passed, so that its connection is known
 * again where NAT sends it to another port or to a container. bits 0-15 the port; 16-31 when,
 * in MXW_NOTED_SHIFT bits of a tick; 32-63 fingerprint of source address, source port and initial
 * sequence number. A later SYN at the same place overwrites it.
 */
#define MXW_NOTED_SYNS (1U << 16) /* 512 KiB */
#define MXW_NOTED_SHIFT 17 /* 0.13 s; 16 bits of it go round in two hours and a half */
#define MXW_NOTED_LATE 954U /* 128 s: no handshake takes longer */

/*
 * Value of map mxw_open: one cache line, eight slots. A slot says how many connections a source
 * or a net has open: bits 0-19 the number; 20-35 when that last changed, in MXW_OPEN_SHIFT bits
 * of a tick; 36-63 which it is of those in the line. One with none is free. So is one that has
 * not changed for an hour: connections whose end was missed must not count for ever. Two slots
 * may be of the same source, after a race: their sum counts.
 */
#define MXW_OPEN_SLOTS 8
#define MXW_OPEN_LINES (1U << 14)
#define MXW_OPEN_COUNT 0xfffffULL
#define MXW_OPEN_TIME_AT 20
#define MXW_OPEN_TIME 0xffffULL
#define MXW_OPEN_TAG_AT 36
#define MXW_OPEN_SHIFT 26 /* 69 s; 16 bits of it go round in 52 days */
#define MXW_OPEN_STALE 53 /* an hour */
struct mxw_open_line {
	__u64 slot[MXW_OPEN_SLOTS];
};

/* Value of map mxw_open_last: the tick at which a connection that counts began or ended last, within
 * MXW_OPEN_LAST_EXACT. If that is longer ago than MXW_OPEN_SILENT, the numbers refuse nobody. */
#define MXW_OPEN_LAST_EXACT (2000000000ULL >> MXW_TICK_SHIFT)
#define MXW_OPEN_SILENT (60000000000ULL >> MXW_TICK_SHIFT)

/* The one element of map mxw_presence, per CPU. Written by the program on the cgroup root. */
struct mxw_presence {
	__u64 established; /* connections to protected ports that were completed */
	__u64 ended; /* of those */
	__u64 full; /* connections not counted: no memory for them, or no room in a table */
	__u64 untold; /* connections to other ports whose place in mxw_noted is another SYN's: they
		       * may have been to a protected one */
	__u64 window; /* jiffies / 256 */
	__u64 used; /* reports in this window */
	__u64 reported;
	__u64 suppressed; /* reports not sent, ever: no budget or ring full */
};

_Static_assert(sizeof(struct mxw_open_line) == 64, "mxw_open_line layout");
_Static_assert(sizeof(struct mxw_presence) == 64, "mxw_presence layout");

#endif
