/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of abi.h about new sources, which abi.h includes: how the program reports them
 * to the controller, and what that says about them. The same rules hold; a change raises
 * MXW_ABI_VERSION.
 */
#ifndef MXW_ABI_NEWS_H
#define MXW_ABI_NEWS_H

#include <linux/types.h>

/* The one element of map mxw_news_rules. Written by the controller. */
struct mxw_news_rules {
	__u32 budget; /* reports per CPU and 256 jiffies; 0 = none */
	__u32 hold; /* 1: the first SYN of an unknown source is dropped */
	__u32 classes; /* 1: map mxw_known may hold classes; set before the first, never cleared */
	__u32 zero;
};

/* Value of map mxw_known: what the controller has found of a source, from what others say of it
 * and never from SYNs. */
struct mxw_known {
	__u64 until_ns; /* CLOCK_MONOTONIC; until then it is not held, and has the class */
	__u8 class; /* enum mxw_limit_class */
	__u8 zero[7];
};

/* Nothing is reported or held when the controller's last heartbeat is older. */
#define MXW_NEWS_SILENT_NS 5000000000ULL

/*
 * Value of map mxw_news_lines: one cache line, eight slots. A slot is a source that was
 * reported: 40 bits of its hash, and when, in the low 24 bits, in 2^24 ns (17 ms). They go round
 * in 78 hours; an old slot that looks young then costs one report.
 */
#define MXW_NEWS_SLOTS 8
#define MXW_NEWS_LINES (1U << 15) /* by default; always a power of two, at most 2^24 */
#define MXW_NEWS_TIME_BITS 24
#define MXW_NEWS_TIME ((1U << MXW_NEWS_TIME_BITS) - 1)
#define MXW_NEWS_SHIFT 24
#define MXW_NEWS_UNITS(ns) ((__u32)((ns) >> MXW_NEWS_SHIFT))
#define MXW_NEWS_AGAIN MXW_NEWS_UNITS(30000000000ULL) /* 30 s: time to report it again */
#define MXW_NEWS_HOLD (MXW_NEWS_UNITS(800000000ULL) + 1) /* 0.8 s: a repeated SYN passes */
#define MXW_NEWS_REPEAT MXW_NEWS_UNITS(8000000000ULL) /* 8 s: later, it is another visit */
#define MXW_NEWS_FRESH MXW_NEWS_UNITS(600000000000ULL) /* 10 min: not held again before */
struct mxw_news_line {
	__u64 slot[MXW_NEWS_SLOTS];
};

/* One record of ring buffer mxw_news. */
struct mxw_news {
	__u64 source; /* key.h */
	__u64 time_ns; /* CLOCK_MONOTONIC */
	__u8 saddr[16]; /* IPv4 as ::ffff:a.b.c.d, IPv6 in full */
	__u16 port; /* to which it came, host order */
	__u8 listed; /* 1: a feed that does not block lists it */
	__u8 held; /* 1: its SYN was dropped, and waits for an answer */
	__u8 present; /* 1: no SYN, but a connection that was completed: the address is real */
	__u8 repeats; /* 1: a source of which a SYN was reported less than 8 s ago sent another one */
	__u8 zero[2];
};

/* The one element of map mxw_news_stats, per CPU. Written by the program. */
struct mxw_news_stats {
	__u64 window; /* jiffies / 256 */
	__u64 used; /* reports in this window */
	__u64 reported;
	__u64 suppressed; /* reports not sent, ever: no budget or ring full */
	__u64 held; /* SYNs held, first ones and those too soon after */
};

_Static_assert(sizeof(struct mxw_news_rules) == 16, "mxw_news_rules layout");
_Static_assert(sizeof(struct mxw_known) == 16, "mxw_known layout");
_Static_assert(sizeof(struct mxw_news_line) == 64, "mxw_news_line layout");
_Static_assert(sizeof(struct mxw_news) == 40, "mxw_news layout");
_Static_assert(sizeof(struct mxw_news_stats) == 40, "mxw_news_stats layout");

#endif
