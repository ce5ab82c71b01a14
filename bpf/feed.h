/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the feeds say of a source. Reads the table of abi.h (struct mxw_feeds and on) in the
 * generation that is in force when it begins; changes nothing. Whatever is not there, a
 * part, a leaf, a rule, lists nobody.
 *
 * An IPv4 source costs one load of a table that mostly stays in the cache and at most one
 * of a leaf; each further one that misses the cache would cost more than all the rest.
 */
#ifndef MXW_FEED_H
#define MXW_FEED_H

#include "leaf.h"
#include "maps.h"
#include "parse.h"

/* What the feeds say. */
struct mxw_feed_match {
	__u8 action; /* enum mxw_feed_action; MXW_FEED_NONE: no feed names the source */
	__u8 class; /* which feed decides, and whether it blocks or allows */
};

MXW_INLINE void *mxw_feed_line(void *lines, __u32 index)
{
	return bpf_map_lookup_elem(lines, &index);
}

MXW_INLINE void *mxw_feed_part(__u32 index)
{
	return bpf_map_lookup_elem(&mxw_feed_parts, &index);
}

/* The class of an address by its leaf. */
MXW_INLINE __u8 mxw_feed_leaf(__u32 part, __u32 cell, __u32 layout, __u32 address)
{
	void *lines = mxw_feed_part(part);
	union mxw_feed_line *line;

	if (!lines)
		return 0;
	line = mxw_feed_line(lines, mxw_leaf_line(cell, layout, address));
	return line ? mxw_leaf_class(line, cell, layout, address) : 0;
}

/* place is read once: it is what userspace changes while the unit is in force. */
MXW_INLINE __u8 mxw_feed_ipv4(__u32 generation, __u32 address)
{
	__u32 index = generation * MXW_FEED_UNITS + (address >> 14), leaf = address >> 8 & 63;
	struct mxw_feed_unit *unit = bpf_map_lookup_elem(&mxw_feed_units, &index);
	__u32 layout;
	__u64 place;

	if (!unit)
		return 0;
	place = *(volatile __u64 *)&unit->place;
	layout = place >> 40 & 15;
	if (layout == MXW_FEED_INLINE)
		return mxw_unit_names(unit->present, place, address) ? (__u8)(place >> 32) : 0;
	if (layout & MXW_FEED_DIRECT) {
		if (!(__u32)place)
			return (__u8)(place >> 32);
	} else {
		if (!(unit->present >> leaf & 1))
			return (__u8)(place >> 32);
		leaf = (__u32)__builtin_popcountll(unit->present & ((1ULL << leaf) - 1));
	}
	layout &= MXW_FEED_DIRECT - 1;
	return mxw_feed_leaf(MXW_FEED_LEAVES + generation, (__u32)place + (leaf << layout), layout,
			     address);
}

/* 1 if a < b: the borrow of a - b. The obvious comparison is a branch, and seven of them in
 * a node mispredict each time and make the verifier follow every outcome. */
MXW_INLINE __u32 mxw_less(__u64 a, __u64 b)
{
	return (__u32)(((~a & b) | ((~a | b) & (a - b))) >> 63);
}

/* How many keys of the node are at or below the source. */
MXW_INLINE __u32 mxw_feed_rank(const struct mxw_feed_node *node, __u64 source)
{
	__u32 above = 0;

	for (int i = 0; i < 7; i++)
		above += mxw_less(source, node->key[i]);
	return 7 - above;
}

MXW_INLINE __u8 mxw_feed_ipv6(__u32 generation, __u64 source)
{
	void *nodes = mxw_feed_part(MXW_FEED_NODES + generation);
	__u32 index = 0, rank;
	__u8 class = 0;

	if (!nodes)
		return 0;
	for (int level = 0; level < MXW_FEED_DEPTH; level++) {
		struct mxw_feed_node *node = mxw_feed_line(nodes, index);

		if (!node)
			break;
		rank = mxw_feed_rank(node, source);
		if (rank)
			class = node->class[mxw_opaque(rank - 1) & 7];
		index = index * 8 + 1 + rank;
	}
	return class;
}

/* What the feeds say of a source (key.h). */
MXW_INLINE struct mxw_feed_match mxw_feed_find(__u64 source)
{
	struct mxw_feed_match none = {}, found = {};
	const struct mxw_feed_rule *rule;
	__u32 zero = 0, live, generation;
	struct mxw_feeds *feeds;
	__u64 expires;

	feeds = bpf_map_lookup_elem(&mxw_feeds, &zero);
	if (!feeds)
		return none;
	live = *(volatile __u32 *)&feeds->live;
	generation = live & MXW_FEEDS_GENERATION;
	if (!(live & (source >> 32 ? MXW_FEEDS_IPV6 : MXW_FEEDS_IPV4)))
		return none;
	found.class = source >> 32 ? mxw_feed_ipv6(generation, source)
				   : mxw_feed_ipv4(generation, (__u32)source);
	if (!found.class)
		return none;
	rule = &feeds->rule[generation][found.class];
	expires = *(volatile __u64 *)&rule->expires_ns;
	found.action = *(volatile __u8 *)&rule->action; /* after its end: see set_rule() */
	if (rule->counts_for)
		found.class = rule->counts_for;
	if (expires && expires <= bpf_ktime_get_coarse_ns())
		return none;
	return found;
}

#endif
