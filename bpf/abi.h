/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one header that the BPF program and userspace share: map values, keys,
 * limits and numbers. Fixed-width types only, no pointers, no bit-fields, no
 * conditional layout; padding is named and zero.
 *
 * Any change of a size, an offset or a meaning below raises MXW_ABI_VERSION.
 */
#ifndef MXW_ABI_H
#define MXW_ABI_H

#include <linux/types.h>

#include "abi_limits.h"
#include "abi_news.h"
#include "abi_presence.h"
#include "key.h"

/* Stored in the pinned config map; an attach refuses a map of another version. */
#define MXW_ABI_VERSION 9

#define MXW_MAX_PORTS 8 /* protected TCP ports */
#define MXW_MAX_IFACES 16 /* interfaces attached at once, one slot each */
#define MXW_MAX_REASONS 64 /* room in the counter map; reasons.def uses the first ones */
#define MXW_KEY_BITS 64 /* a source is a u64: see key.h */

/* What the filter does with a verdict. Stored in mxw_config.mode. */
enum mxw_mode {
	MXW_MODE_MONITOR = 1, /* judge and count, drop nothing */
	MXW_MODE_ENFORCE = 2, /* drop what is blocked */
	MXW_MODE_BYPASS = 3, /* the panic switch: judge nothing, pass all */
};

/*
 * The classes of entries, in the order of decision (first match ends it).
 * Each class has two maps of its own: exact keys and prefixes.
 */
enum mxw_class {
	MXW_CLASS_NEVER = 0, /* own addresses, gateways, resolvers: never blocked */
	MXW_CLASS_ALLOW = 1, /* the operator's allow */
	MXW_CLASS_BLOCK = 2, /* the operator's block */
	MXW_CLASS_AUTO = 3, /* automatic block; counts only while the controller lives */
	MXW_CLASS_COUNT = 4,
};

/* What one entry does when it matches. */
enum mxw_entry_mode {
	MXW_ENTRY_ENFORCE = 0, /* drop, if the filter enforces */
	MXW_ENTRY_SHADOW = 1, /* count as "would", whatever the filter's mode */
};

/* Bits of mxw_config.used: a clear bit tells the program to skip that map. The never-block set's
 * exact one is for mxw_never_host too. */
#define MXW_USED_EXACT(class) (1U << (2 * (class)))
#define MXW_USED_NET(class) (1U << (2 * (class) + 1))
#define MXW_USED_AUTO (MXW_USED_EXACT(MXW_CLASS_AUTO) | MXW_USED_NET(MXW_CLASS_AUTO))
#define MXW_USED_SAID (MXW_USED_EXACT(MXW_CLASS_AUTO) - 1) /* of the classes before it */
#define MXW_USED_NEWS (1U << 30) /* a controller wants to hear of new sources */
#define MXW_USED_HINT (1U << 31) /* the hints are kept up: what they do not mark needs no look */

/* What the program of one interface was loaded with; for userspace to read. */
struct mxw_slot {
	__u32 ifindex; /* 0 = the slot is free */
	__u32 flags; /* MXW_SLOT_* */
	__u16 ports[MXW_MAX_PORTS]; /* protected ports, 0 where unused */
};

#define MXW_SLOT_DEST (1U << 0) /* judges only destinations in mxw_dest */
#define MXW_SLOT_DROP_FRAGMENTED (1U << 1) /* drops fragmented SYNs */

/* The one element of map mxw_config. Written by userspace under its lock. Version and mode stay
 * the first two words for ever, so that any xdpctl can tell the one and set the other. */
struct mxw_config {
	__u32 abi_version; /* MXW_ABI_VERSION */
	__u32 mode; /* enum mxw_mode */
	__u32 used; /* MXW_USED_* bits: maps that may hold entries */
	__u32 event_budget; /* events per CPU and 256 jiffies; 0 = none */
	__u64 deadman_ns; /* automatic entries rest when the heartbeat is older; 0 = never */
	struct mxw_nat64 nat64; /* the site's; the well-known one needs no word */
	__u64 confirm_until[MXW_MAX_IFACES]; /* per slot: CLOCK_MONOTONIC ns after which an
					      * unconfirmed attach judges nothing; 0 = confirmed */
	struct mxw_slot slots[MXW_MAX_IFACES];
	__u64 netns_cookie; /* the network namespace whose interfaces the slots name, as */
	__u64 netns_inode; /* userspace/host/netns.h has it; the program does not read them */
};

/* Key of the prefix maps. IPv4 /n has prefix_len 32+n. */
struct mxw_net_key {
	__u32 prefix_len; /* 0..64, in bits of the key */
	__u8 key[8]; /* the u64 key, big-endian */
};

/* Key of map mxw_never_host: an IPv6 address, halves in host order. */
struct mxw_host_key {
	__u64 hi, lo;
};

/* Key of map mxw_dest: a protected destination, IPv4 as ::ffff:a.b.c.d/96+n. */
struct mxw_dest_key {
	__u32 prefix_len; /* 0..128 */
	__u8 addr[16];
};

/* Value of every class map. Userspace writes all fields; the program adds to hits. */
struct mxw_entry {
	__u64 expires_ns; /* CLOCK_MONOTONIC; 0 = does not expire */
	__u64 hits; /* packets this entry decided since it was written */
	__u8 prefix_len; /* as in mxw_net_key; 64 for an exact key */
	__u8 mode; /* enum mxw_entry_mode */
	__u8 exempt; /* 1: of the never-block set, and needs no proof in a flood either */
	__u8 zero[5];
};

/* A heartbeat that is further ahead of the clock is taken for none. The clocks of the program and
 * of the controller differ by a tick, 10 ms at the most. */
#define MXW_BEAT_AHEAD_NS 1000000000ULL

/*
 * Value of maps mxw_hint and mxw_hint_auto: which classes may hold an exact key, a bit (1 << class)
 * a class, at the slot that the key is hashed to. A bit that is set wrongly costs
 * a lookup; one that is clear wrongly would hide an entry, so it is set before
 * the entry is, and only a rebuild under the lock clears it. One load in 1 MiB
 * stands for a lookup in each class's hash map: for a source that no entry names,
 * nearly all of the program's cost. In front of it, for the host with few entries,
 * 4 KiB that stay in the first cache have at each place all bits of a run of slots.
 *
 * Prefixes have bits of their own, by the first eight bits of the addresses that they
 * cover: a trie costs 15 ns and more, and most hosts have a prefix of every class.
 *
 * There are two, so that the controller, which writes the one of automatic entries, cannot hide
 * an entry of the never-block set or of the operator.
 */
#define MXW_HINT_BITS 20
#define MXW_HINT_COARSE_BITS 12
#define MXW_HINT_COARSE(slot) ((slot) >> (MXW_HINT_BITS - MXW_HINT_COARSE_BITS))
struct mxw_hint {
	__u8 nets[2][256]; /* of IPv4, of IPv6 */
	__u8 coarse[1 << MXW_HINT_COARSE_BITS];
	__u8 slots[1 << MXW_HINT_BITS];
};

/*
 * Feeds: lists of others, millions of entries. A source's *class* is one byte: which
 * feed decides about it and whether that feed blocks or allows; 0 where none does.
 * Userspace settles overlaps before it fills the table, so a source has one class. Entries
 * that end before their list does have classes of their own, which count for the feed's.
 */
#define MXW_FEED_CLASSES 256
#define MXW_FEED_SLOTS 127 /* feeds in force at once have slots 1..127 */
#define MXW_FEED_CLASS(slot, allows) ((__u8)(2 * (slot) + (allows)))
#define MXW_FEED_SLOT_OF(class) ((class) >> 1)

/* What the program does with a source of a class. */
enum mxw_feed_action {
	MXW_FEED_NONE = 0, /* nothing: the class is not in use */
	MXW_FEED_ALLOW = 1, /* passes, and nothing further is asked */
	MXW_FEED_ENFORCE = 2, /* dropped, if the filter enforces */
	MXW_FEED_LIMIT = 3, /* passes at the rate of a sanctioned source */
	MXW_FEED_SHADOW = 4, /* counted as "would"; decides nothing */
};

struct mxw_feed_rule {
	__u64 expires_ns; /* CLOCK_MONOTONIC: the copy is too old, or its entries end; 0 = never */
	__u8 action; /* enum mxw_feed_action */
	__u8 counts_for; /* the class that packets count for; 0 = this one */
	__u8 zero[6];
};

/* The one element of map mxw_feeds. Userspace makes a new generation beside the one in
 * force, and then changes `live`: each packet reads that word once, and so sees either. */
struct mxw_feeds {
	__u32 live; /* MXW_FEEDS_* */
	__u32 zero;
	struct mxw_feed_rule rule[2][MXW_FEED_CLASSES]; /* by generation and class */
};

#define MXW_FEEDS_GENERATION (1U << 0) /* which of the two is in force */
#define MXW_FEEDS_IPV4 (1U << 1) /* it has IPv4 entries */
#define MXW_FEEDS_IPV6 (1U << 2) /* it has IPv6 entries */

/*
 * IPv4: an element of mxw_feed_units is one /18, at generation * MXW_FEED_UNITS + (address
 * >> 14); it says in one word where the leaves of its 64 /24s are, so that a single store
 * publishes a changed unit. Leaves are counted in cells of four bytes in the generation's leaf
 * map; none crosses a cache line but the WIDE ones, which are four.
 */
#define MXW_FEED_UNITS (1U << 18)
struct mxw_feed_unit {
	__u64 present; /* bit per /24 that has a leaf; not of DIRECT and INLINE layouts */
	__u64 place; /* bits 0-31 cell of the first leaf, 32-39 class of /24s without a leaf, 40-47
		      * layout */
};

#define MXW_FEED_PLACE(base, class, layout) \
	((__u64)(base) | (__u64)(class) << 32 | (__u64)(layout) << 40)

/*
 * What the leaves of a unit look like; the number is the binary logarithm of a leaf's cells.
 * Lists of scattered addresses have one or two in a /24, and their table stays small enough for
 * the cache only if such a leaf is as small as they are. Leaf number i of those that bits of
 * `present` stand for is the (how many bits below its own)th; with DIRECT it is the ith, all 64
 * are there, and a base of 0 says that none is. DIRECT ones need no `present`, so that a unit
 * in force can be replaced by one store to `place`. Octets that are not needed have class 0, or
 * in THREE repeat the first.
 */
enum mxw_feed_layout {
	MXW_FEED_THREE = 0, /* a cell: the last octets of up to three, and above the class of all */
	MXW_FEED_FOUR = 1, /* a word: of up to four, in the low half; above the class of each */
	MXW_FEED_EIGHT = 2, /* a word of octets, a word of classes */
	MXW_FEED_INLINE = 3, /* no leaf: see below */
	MXW_FEED_NARROW = 4, /* a line: see below */
	MXW_FEED_WIDE = 6, /* four lines */
	MXW_FEED_DIRECT = 8, /* a bit, with NARROW or WIDE */
};
#define MXW_FEED_CELLS 16 /* in a line */

/*
 * A unit that lists few addresses, all of one class, names them itself: bits 0-13 of each, in
 * the four quarters of `present` and the two of `place` below bit 32; one that is not needed
 * repeats another. The class is that of `place`, for those it names alone.
 */
#define MXW_FEED_INLINE_MOST 6

/*
 * A narrow leaf: word[0..3] has a bit for each of the 256 addresses that is listed (bit a
 * & 63 of word[a >> 6]); byte[32 + (a >> 3)] is the class of the listed ones of a /29. A
 * wide one, where a /29 has several classes: four lines, byte[a & 63] of line a >> 6 is the
 * class of address a. Line 0 of the map is not a leaf but struct mxw_feed_head.
 */
union mxw_feed_line {
	__u64 word[8];
	__u32 cell[MXW_FEED_CELLS];
	__u8 byte[64];
};

/* Line 0 of a leaf map. Userspace's own; the program does not read it. */
struct mxw_feed_head {
	__u32 used; /* lines in use, this one included */
	__u32 room; /* lines there are */
	__u32 zero[14];
};

/*
 * IPv6: a static search tree of the starts of spans of /64s, one cache line a node. Child
 * i of node n is n * 8 + 1 + i. Going down from node 0: with i = how many keys are <= the
 * source, the class so far is class[i - 1] if i > 0, and child i may refine it; it ends at a
 * node that is not there. Keys not used are ~0 with the class of the last /64, ffff:...:ffff.
 */
struct mxw_feed_node {
	__u64 key[7]; /* top 64 bits of the address, host order, ascending */
	__u8 class[8]; /* of the span that begins at the key; the last is zero */
};
#define MXW_FEED_DEPTH 9 /* levels at most: 8^9 spans are more than there is memory for */

/* Indices of mxw_feed_parts, plus the generation. */
#define MXW_FEED_LEAVES 0 /* its lines: union mxw_feed_line */
#define MXW_FEED_NODES 2 /* its lines: struct mxw_feed_node */

/* Value of map mxw_counters, one per reason and CPU, and of mxw_feed_counters, one per
 * class and CPU. */
struct mxw_counter {
	__u64 packets;
	__u64 bytes; /* of the frame without FCS; of a frame in several buffers, of the first */
};

/* Value of map mxw_budget, one per CPU: how many events this window had. */
struct mxw_event_budget {
	__u64 window; /* jiffies / 256 */
	__u64 used; /* events sent in this window */
	__u64 suppressed; /* events not sent, ever: no budget or ring full */
};

/* One record of ring buffer mxw_events. */
struct mxw_event {
	__u64 time_ns; /* CLOCK_MONOTONIC, coarse */
	__u8 saddr[16]; /* IPv4 as ::ffff:a.b.c.d */
	__u8 daddr[16];
	__u16 sport; /* host order; 0 where the packet shows no port */
	__u16 dport;
	__u32 ifindex;
	__u16 reason; /* enum mxw_reason */
	__u16 action; /* enum xdp_action */
	__u32 length; /* bytes, as in mxw_counter */
	__u32 feed; /* class of the feed that decided, 0 if none did */
	__u32 note; /* enum mxw_note; other than 0: no packet, but a change in the filter */
};

/*
 * Placed in the metadata in front of a BPF_PROG_TEST_RUN packet, it makes the
 * program answer without any effect: no counter, no hit, no event. The program
 * writes reason and action where it judges the packet, else leaves them alone.
 * No packet from a driver carries it.
 */
#define MXW_PROBE_MAGIC 0x6d787770726f6265ULL /* "mxwprobe" */
struct mxw_probe {
	__u64 magic;
	__u32 reason; /* out: enum mxw_reason; the caller puts 0 in */
	__u32 action; /* out: enum xdp_action */
	__u32 feed; /* out: class of the feed that decided, 0 if none did */
	__u32 zero;
};

enum mxw_reason {
	MXW_REASON_NONE = 0,
#define MXW_REASON(number, name, kind, unenforced, string, text) MXW_##name = (number),
#include "reasons.def"
#undef MXW_REASON
};

_Static_assert(sizeof(struct mxw_config) == 56 + (8 + 24) * MXW_MAX_IFACES, "mxw_config layout");
_Static_assert(sizeof(struct mxw_hint) == 512 + (1 << MXW_HINT_COARSE_BITS) + (1 << MXW_HINT_BITS),
	       "mxw_hint layout");
_Static_assert(sizeof(struct mxw_net_key) == 12, "mxw_net_key layout");
_Static_assert(sizeof(struct mxw_host_key) == 16, "mxw_host_key layout");
_Static_assert(sizeof(struct mxw_dest_key) == 20, "mxw_dest_key layout");
_Static_assert(sizeof(struct mxw_feeds) == 8 + 2 * 16 * MXW_FEED_CLASSES, "mxw_feeds layout");
_Static_assert(sizeof(struct mxw_feed_unit) == 16, "mxw_feed_unit layout");
_Static_assert(sizeof(union mxw_feed_line) == 64, "mxw_feed_line layout");
_Static_assert(sizeof(struct mxw_feed_head) == 64, "mxw_feed_head layout");
_Static_assert(sizeof(struct mxw_feed_node) == 64, "mxw_feed_node layout");
_Static_assert(sizeof(struct mxw_entry) == 24, "mxw_entry layout");
_Static_assert(sizeof(struct mxw_event) == 64, "mxw_event layout");
_Static_assert(sizeof(struct mxw_probe) == 24, "mxw_probe layout");

#endif
