/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps of the order of decision that say what a judged packet's source is: order.h
 * has them in their order. They read maps and change none.
 *
 * Class comes before prefix length: each class has its own maps and the first
 * class with a live match ends it, so an operator's allow of a /24 beats an
 * automatic block of a /32 inside it. A failed lookup of anything passes.
 */
#ifndef MXW_POLICY_H
#define MXW_POLICY_H

#include "maps.h"
#include "reason.h"
#include "parse.h"
#include "feed.h"

/* Set by attach before load, one copy per interface. */
const volatile __u16 mxw_ports[MXW_MAX_PORTS] = { 25 };
const volatile __u32 mxw_slot; /* this interface's index in confirm_until */
const volatile __u8 mxw_check_dest; /* 1: judge only destinations in mxw_dest */
const volatile __u8 mxw_drop_fragmented; /* 1: a fragmented SYN is dropped, whoever sends it */

struct mxw_verdict {
	struct mxw_entry *entry; /* the entry that decided, NULL if none did */
	__u16 reason; /* enum mxw_reason */
	__u16 action; /* enum xdp_action */
	__u32 feed; /* class of the feed that decided, 0 if none did */
};

/* A source inside the site's NAT64 prefix is from here on the IPv4 source that it stands for: for
 * every entry and limit, for reports, and for the lists that the controller asks. */
MXW_INLINE void mxw_untranslate(const struct mxw_config *config, struct mxw_packet *p)
{
	if (!p->saddr_hi || p->saddr_hi != config->nat64.high ||
	    p->saddr_lo >> 32 != config->nat64.low)
		return;
	p->source = p->saddr_lo & 0xffffffff;
	p->saddr_hi = 0;
	p->saddr_lo = MXW_IPV4_MAPPED | p->source;
}

MXW_INLINE int mxw_entry_live(const struct mxw_entry *entry)
{
	return entry && (!entry->expires_ns || entry->expires_ns > bpf_ktime_get_coarse_ns());
}

/*
 * The longest prefix that contains source and has not expired. An expired
 * prefix hides a shorter one from the trie, so the search goes on above it;
 * each round is shorter than the last, so 64 rounds are the most there can be.
 */
MXW_INLINE struct mxw_entry *mxw_find_net(void *map, __u64 source)
{
	__u64 key = bpf_cpu_to_be64(source);
	struct mxw_net_key net = { .prefix_len = MXW_KEY_BITS };

	__builtin_memcpy(net.key, &key, sizeof(net.key));
	for (int round = 0; round < MXW_KEY_BITS; round++) {
		struct mxw_entry *entry = bpf_map_lookup_elem(map, &net);

		if (!entry || mxw_entry_live(entry))
			return entry;
		if (!entry->prefix_len || entry->prefix_len > net.prefix_len)
			return NULL;
		net.prefix_len = entry->prefix_len - 1U;
	}
	return NULL;
}

/* What is looked for, and where it may be. */
struct mxw_search {
	__u64 source;
	__u32 open; /* MXW_USED_EXACT() and MXW_USED_NET() of the maps worth a look */
};

/* The classes' bits of a hint at the places of MXW_USED_EXACT(), which are one below those of
 * MXW_USED_NET(). */
MXW_INLINE __u32 mxw_hint_open(__u32 hint)
{
	return (hint & 1) | (hint & 2) << 1 | (hint & 4) << 2 | (hint & 8) << 3;
}

/* Of the maps in open, those that may have the source by the hint in map, which is mxw_hint or
 * mxw_hint_auto. */
MXW_INLINE __u32 mxw_hint_narrow(void *map, __u32 open, __u64 source)
{
	struct mxw_hint *hint;
	__u32 zero = 0, slot;
	__u8 classes;

	hint = bpf_map_lookup_elem(map, &zero);
	if (!hint)
		return open;
	slot = mxw_hint_slot(source, MXW_HINT_BITS);
	classes = hint->coarse[MXW_HINT_COARSE(slot)];
	if (classes)
		classes = hint->slots[slot];
	return open &
	       (mxw_hint_open(classes) |
		mxw_hint_open(hint->nets[!!(source >> 32)][mxw_hint_net(source) & 255]) << 1);
}

/* Where what the host and the operator have said of a source may be. */
MXW_INLINE struct mxw_search mxw_search_said(const struct mxw_config *config, __u64 source)
{
	struct mxw_search search = { .source = source, .open = config->used & MXW_USED_SAID };

	if (search.open && config->used & MXW_USED_HINT)
		search.open = mxw_hint_narrow(&mxw_hint, search.open, source);
	return search;
}

/* Where an automatic entry of it may be. The controller writes this hint, so that it decides
 * about the controller's entries only. */
MXW_INLINE struct mxw_search mxw_search_auto(const struct mxw_config *config, __u64 source)
{
	struct mxw_search search = { .source = source, .open = config->used & MXW_USED_AUTO };

	if (search.open && config->used & MXW_USED_HINT)
		search.open = mxw_hint_narrow(&mxw_hint_auto, search.open, source);
	return search;
}

/* The live entry of one class, NULL if there is none. */
MXW_INLINE struct mxw_entry *mxw_find(const struct mxw_search *search, enum mxw_class class,
				      void *exact, void *net)
{
	struct mxw_entry *entry;

	if (search->open & MXW_USED_EXACT(class)) {
		entry = bpf_map_lookup_elem(exact, &search->source);
		if (mxw_entry_live(entry))
			return entry;
	}
	if (search->open & MXW_USED_NET(class))
		return mxw_find_net(net, search->source);
	return NULL;
}

/* The live entry of the never-block set. A source that is an IPv4 address inside IPv6 has a key
 * of its own; any other IPv6 source has the upper half of its address. */
MXW_INLINE struct mxw_entry *mxw_find_never(const struct mxw_search *search,
					    const struct mxw_packet *p)
{
	struct mxw_host_key host = { .hi = p->saddr_hi, .lo = p->saddr_lo };
	struct mxw_entry *entry;

	if (search->open & MXW_USED_EXACT(MXW_CLASS_NEVER) && p->source == p->saddr_hi) {
		entry = bpf_map_lookup_elem(&mxw_never_host, &host);
		if (mxw_entry_live(entry))
			return entry;
	}
	return mxw_find(search, MXW_CLASS_NEVER, &mxw_never, &mxw_never_net);
}

/* Whether the controller has been silent for longer than it may. A heartbeat of the future is
 * none: with it a controller could have its entries outlive it. */
MXW_INLINE int mxw_controller_silent(const struct mxw_config *config)
{
	__u64 *beat, now;
	__u32 zero = 0;

	if (!config->deadman_ns)
		return 0;
	beat = bpf_map_lookup_elem(&mxw_heartbeat, &zero);
	now = bpf_ktime_get_coarse_ns();
	if (!beat)
		return 1;
	return now > *beat ? now - *beat > config->deadman_ns : *beat - now > MXW_BEAT_AHEAD_NS;
}

MXW_INLINE struct mxw_verdict mxw_pass(__u16 reason, struct mxw_entry *entry)
{
	return (struct mxw_verdict){ .entry = entry, .reason = reason, .action = XDP_PASS };
}

/* A drop, or its "would" where the filter or the entry does not enforce. */
MXW_INLINE struct mxw_verdict mxw_drop(const struct mxw_config *config, __u16 reason,
				       struct mxw_entry *entry)
{
	if (config->mode != MXW_MODE_ENFORCE || (entry && entry->mode == MXW_ENTRY_SHADOW))
		return mxw_pass(mxw_reason_unenforced(reason), entry);
	return (struct mxw_verdict){ .entry = entry, .reason = reason, .action = XDP_DROP };
}

MXW_INLINE struct mxw_verdict mxw_by_feed(struct mxw_verdict verdict, __u8 class)
{
	verdict.feed = class;
	return verdict;
}

/* Whether the packet asks for a connection, or may: all but later fragments, which are worth
 * nothing without their first one. A SYN that is only hidden is judged like one that is
 * seen: so nobody gains by hiding it. */
MXW_INLINE int mxw_is_syn(__u16 kind)
{
	return kind == MXW_KIND_SYN || kind == MXW_KIND_SYN_FRAGMENT ||
	       kind == MXW_KIND_UNDETERMINED;
}

/* A source that no entry names. */
MXW_INLINE struct mxw_verdict mxw_decide_unknown(const struct mxw_config *config, __u16 kind)
{
	if (mxw_drop_fragmented && (kind == MXW_KIND_SYN_FRAGMENT || kind == MXW_KIND_UNDETERMINED))
		return mxw_drop(config, MXW_DROP_FRAGMENT, NULL);
	if (kind == MXW_KIND_SYN_FRAGMENT || kind == MXW_KIND_FRAGMENT)
		return mxw_pass(MXW_PASS_FRAGMENT, NULL);
	if (kind == MXW_KIND_UNDETERMINED)
		return mxw_pass(MXW_PASS_UNDETERMINED, NULL);
	return mxw_pass(MXW_PASS_UNKNOWN, NULL);
}

/* Whether a slot's interface was attached on trial, and nobody confirmed it in time. */
MXW_INLINE int mxw_slot_expired(const struct mxw_config *config, __u32 slot)
{
	__u64 until = config->confirm_until[slot & (MXW_MAX_IFACES - 1)];

	return until && until < bpf_ktime_get_coarse_ns();
}

MXW_INLINE int mxw_unconfirmed(const struct mxw_config *config)
{
	return mxw_slot_expired(config, mxw_slot);
}

/* Nothing before has decided. */
MXW_INLINE int mxw_undecided(const struct mxw_verdict *verdict)
{
	return verdict->reason == MXW_REASON_NONE;
}

/* What the host and the operator have said. For most sources no map is open, which one test
 * finds out. */
MXW_INLINE struct mxw_verdict mxw_decide_said(const struct mxw_config *config,
					      const struct mxw_packet *p)
{
	struct mxw_search search = mxw_search_said(config, p->source);
	struct mxw_entry *entry;

	if (!search.open)
		return mxw_pass(MXW_REASON_NONE, NULL);
	entry = mxw_find_never(&search, p);
	if (entry)
		return mxw_pass(MXW_PASS_NEVER, entry);
	entry = mxw_find(&search, MXW_CLASS_ALLOW, &mxw_allow, &mxw_allow_net);
	if (entry)
		return mxw_pass(MXW_PASS_ALLOW, entry);
	entry = mxw_find(&search, MXW_CLASS_BLOCK, &mxw_block, &mxw_block_net);
	if (entry)
		return mxw_drop(config, MXW_DROP_BLOCK, entry);
	return mxw_pass(MXW_REASON_NONE, NULL);
}

/* A feed that allows, or that enforces its blocks. */
MXW_INLINE struct mxw_verdict mxw_decide_feed(const struct mxw_config *config,
					      struct mxw_feed_match feed)
{
	if (feed.action == MXW_FEED_ALLOW)
		return mxw_by_feed(mxw_pass(MXW_PASS_FEED, NULL), feed.class);
	if (feed.action == MXW_FEED_ENFORCE)
		return mxw_by_feed(mxw_drop(config, MXW_DROP_FEED, NULL), feed.class);
	return mxw_pass(MXW_REASON_NONE, NULL);
}

/* The controller's entries, which rest where it is silent. */
MXW_INLINE struct mxw_verdict mxw_decide_auto(const struct mxw_config *config, __u64 source)
{
	struct mxw_search search = mxw_search_auto(config, source);
	struct mxw_entry *entry = mxw_find(&search, MXW_CLASS_AUTO, &mxw_auto, &mxw_auto_net);

	if (!entry)
		return mxw_pass(MXW_REASON_NONE, NULL);
	return mxw_controller_silent(config) ? mxw_pass(MXW_PASS_DEADMAN, entry)
					     : mxw_drop(config, MXW_DROP_AUTO, entry);
}

/* A source that nothing before the end decides about. One that a feed limits is known to
 * it; one that a feed in shadow lists would be dropped, unless it is anyway. */
MXW_INLINE struct mxw_verdict mxw_decide_last(const struct mxw_config *config, __u16 kind,
					      struct mxw_feed_match feed)
{
	struct mxw_verdict verdict = mxw_decide_unknown(config, kind);

	if (verdict.reason == MXW_DROP_FRAGMENT || verdict.reason == MXW_WOULD_FRAGMENT)
		return verdict;
	if (feed.action == MXW_FEED_SHADOW)
		return mxw_by_feed(mxw_pass(MXW_WOULD_FEED, NULL), feed.class);
	if (feed.action == MXW_FEED_LIMIT && mxw_is_syn(kind))
		return mxw_by_feed(mxw_pass(MXW_PASS_LISTED, NULL), feed.class);
	return verdict;
}

/* The port that the SYN is for; of one that hides it, the first protected one. */
MXW_INLINE __u16 mxw_port_of(const struct mxw_packet *p)
{
	return p->kind == MXW_KIND_UNDETERMINED ? mxw_ports[0] : p->dport;
}

MXW_INLINE int mxw_dest_listed(const struct mxw_packet *p)
{
	struct mxw_dest_key key = { .prefix_len = 128 };
	__u64 half;

	half = bpf_cpu_to_be64(p->daddr_hi);
	__builtin_memcpy(key.addr, &half, sizeof(half));
	half = bpf_cpu_to_be64(p->daddr_lo);
	__builtin_memcpy(key.addr + 8, &half, sizeof(half));
	return bpf_map_lookup_elem(&mxw_dest, &key) != NULL;
}

/* Whether the destination is one that attach was told to protect. */
MXW_INLINE int mxw_dest_protected(const struct mxw_packet *p)
{
	return !mxw_check_dest || mxw_dest_listed(p);
}

#endif
