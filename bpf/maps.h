/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every map of the datapath. Userspace pins them under /sys/fs/bpf/mxwall/ by
 * name; all interfaces share them.
 *
 * The class maps are written by userspace only: nothing a packet carries
 * becomes a key, so no sender can fill or churn them. They allocate on demand
 * (BPF_F_NO_PREALLOC), so a large capacity costs only its bucket heads.
 * Capacities here are defaults; attach may set others before load.
 */
#ifndef MXW_MAPS_H
#define MXW_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* The exact keys of one class. */
#define MXW_EXACT_MAP(name, capacity)                 \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_HASH);      \
		__uint(max_entries, capacity);        \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__type(key, __u64);                   \
		__type(value, struct mxw_entry);      \
	} name SEC(".maps")

/* The prefixes of one class. */
#define MXW_NET_MAP(name, capacity)                   \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);  \
		__uint(max_entries, capacity);        \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__type(key, struct mxw_net_key);      \
		__type(value, struct mxw_entry);      \
	} name SEC(".maps")

/* Written by attach, unnever and the controller's helper. The controller itself only reads them. */
MXW_EXACT_MAP(mxw_never, 4096);
MXW_NET_MAP(mxw_never_net, 4096);

/* The IPv6 hosts of the never-block set. A key is a whole /64, whose other hosts are anybody. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct mxw_host_key);
	__type(value, struct mxw_entry);
} mxw_never_host SEC(".maps");

/* Written by the library behind xdpctl, from the state store. */
MXW_EXACT_MAP(mxw_allow, 262144);
MXW_NET_MAP(mxw_allow_net, 65536);
MXW_EXACT_MAP(mxw_block, 1048576);
MXW_NET_MAP(mxw_block_net, 262144);

/* Written by the controller. */
MXW_EXACT_MAP(mxw_auto, 1048576);
MXW_NET_MAP(mxw_auto_net, 65536);

/* Which class maps are worth a lookup, see struct mxw_hint. Written by userspace through mmap:
 * mxw_hint by the library behind xdpctl, mxw_hint_auto by the controller too. */
#define MXW_HINT_MAP(name)                         \
	struct {                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);  \
		__uint(max_entries, 1);            \
		__uint(map_flags, BPF_F_MMAPABLE); \
		__type(key, __u32);                \
		__type(value, struct mxw_hint);    \
	} name SEC(".maps")

MXW_HINT_MAP(mxw_hint); /* never, allow, block */
MXW_HINT_MAP(mxw_hint_auto); /* auto */

/* The feeds' switch and what their classes do. Written by userspace through mmap. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_feeds);
} mxw_feeds SEC(".maps");

/* The IPv4 feeds' first level, both generations: 8 MiB. Written through mmap. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * MXW_FEED_UNITS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_feed_unit);
} mxw_feed_units SEC(".maps");

/* Leaves and nodes of each generation: arrays of cache lines, made to measure. */
struct mxw_feed_part_lines {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(key_size, sizeof(__u32)); /* by size: clang 14 leaves types out that only */
	__uint(value_size, sizeof(union mxw_feed_line)); /* a pointed-to struct names */
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct mxw_feed_part_lines);
} mxw_feed_parts SEC(".maps");

/* One counter per class: what each feed decided. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MXW_FEED_CLASSES);
	__type(key, __u32);
	__type(value, struct mxw_counter);
} mxw_feed_counters SEC(".maps");

/* The limits' rates and switches. Written by userspace through mmap. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_limits);
} mxw_limits SEC(".maps");

/* The limiter's table: 8 MiB, whoever sends. Mappable for its alignment to cache lines. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_LIMIT_LINES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_limit_line);
} mxw_limit_lines SEC(".maps");

/* Whether there is a flood, and SYNs that each CPU has not told it yet. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_flood);
} mxw_flood SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} mxw_flood_cpu SEC(".maps");

/* SYNs refused in a flood: 16 MiB, whoever sends. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_PROOF_LINES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_proof_line);
} mxw_proof_lines SEC(".maps");

/* Sources that were charged lately. Written by the program on the cgroup root. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_RECENT_SOURCES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} mxw_recent SEC(".maps");

/* What the limiter did. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_limit_stats);
} mxw_limit_stats SEC(".maps");

/* Protected destinations; consulted only where attach was given some. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct mxw_dest_key);
	__type(value, __u32);
} mxw_dest SEC(".maps");

/* Mode and switches. Written by userspace under its lock, read by every judged packet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_config);
} mxw_config SEC(".maps");

/* CLOCK_MONOTONIC ns at which the controller was last alive. Written by the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} mxw_heartbeat SEC(".maps");

/* What the controller wants to hear of. Written by the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_news_rules);
} mxw_news_rules SEC(".maps");

/* Sources reported lately: 2 MiB. Mappable for its alignment to cache lines. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_NEWS_LINES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_news_line);
} mxw_news_lines SEC(".maps");

/* What the controller has found of sources that it does not block. Written by the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct mxw_known);
} mxw_known SEC(".maps");

/* What was reported. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_news_stats);
} mxw_news_stats SEC(".maps");

/* New sources (struct mxw_news). Read by the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 * 1024);
} mxw_news SEC(".maps");

/* SYNs that passed. Written by the XDP program, read by the one on the cgroup root. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_NOTED_SYNS);
	__type(key, __u32);
	__type(value, __u64);
} mxw_noted SEC(".maps");

/* Open connections of sources and nets: 1 MiB. Mappable for its alignment to cache lines. Written by
 * the program on the cgroup root, read by the XDP program. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MXW_OPEN_LINES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct mxw_open_line);
} mxw_open SEC(".maps");

/* When a connection began or ended last. Written by the program on the cgroup root, read by the XDP
 * program. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} mxw_open_last SEC(".maps");

/* Completed connections. Written by the program on the cgroup root. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_presence);
} mxw_presence SEC(".maps");

/* One counter per reason. Written by the program, summed over CPUs by readers. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MXW_MAX_REASONS);
	__type(key, __u32);
	__type(value, struct mxw_counter);
} mxw_counters SEC(".maps");

/* The event budget. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mxw_event_budget);
} mxw_budget SEC(".maps");

/* Sampled events (struct mxw_event). Read by `xdpctl watch` and the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} mxw_events SEC(".maps");

#endif
