// SPDX-License-Identifier: GPL-2.0
/*
 * The XDP program cut off after each of its stages, or with one part of its
 * accounting left out, to see what each costs. Built from the program's own
 * headers, so that it measures what is shipped. Loaded by bench/lib/contender.c.
 */
#include "bpf/mxwall.bpf.c"
#include "bench/pktcost.h"

enum stage_part {
	STAGE_COUNT = 1, /* the reason's counter */
	STAGE_HIT = 2, /* the entry's hit, atomic as in the program */
	STAGE_PLAIN_HIT = 4, /* the entry's hit without the atomic add */
	STAGE_EVENT = 8, /* mxw_emit() */
};

struct bench_stage bench_stage;

MXW_INLINE void stage_account(struct xdp_md *ctx, const struct mxw_config *config,
			      const struct mxw_packet *p, const struct mxw_verdict *verdict,
			      int parts)
{
	if (parts & STAGE_COUNT)
		mxw_count(verdict->reason, ctx->data_end - ctx->data);
	if (verdict->feed && (parts & STAGE_COUNT))
		mxw_count_feed(verdict->feed, ctx->data_end - ctx->data);
	if (verdict->entry && (parts & STAGE_HIT))
		__sync_fetch_and_add(&verdict->entry->hits, 1);
	if (verdict->entry && (parts & STAGE_PLAIN_HIT))
		verdict->entry->hits++;
	if (parts & STAGE_EVENT)
		mxw_emit(ctx, config, p, verdict);
}

/* mxwall() without the check for a probe and with the given parts of accounting. */
MXW_INLINE int stage_run(struct xdp_md *ctx, int parts)
{
	struct mxw_packet p = {};
	struct mxw_verdict verdict;
	struct mxw_config *config;
	__u32 zero = 0;

	mxw_parse((void *)(long)ctx->data, (void *)(long)ctx->data_end, mxw_ports, &p);
	if (p.kind == MXW_KIND_IGNORE)
		return XDP_PASS;
	config = bpf_map_lookup_elem(&mxw_config, &zero);
	if (!config)
		return XDP_PASS;
	verdict = mxw_judge(config, &p);
	stage_account(ctx, config, &p, &verdict, parts);
	if (verdict.action == XDP_DROP)
		bench_stage.dropped++;
	else
		bench_stage.passed++;
	return verdict.action;
}

/* Parsing alone. The sum keeps the compiler from dropping what nobody reads. */
SEC("xdp.frags")
int stage_parse(struct xdp_md *ctx)
{
	struct mxw_packet p = {};

	mxw_parse((void *)(long)ctx->data, (void *)(long)ctx->data_end, mxw_ports, &p);
	if (p.kind == MXW_KIND_IGNORE)
		return XDP_PASS;
	bench_stage.passed++;
	return p.source + p.saddr_lo + p.daddr_lo + p.sport + p.dport == 1 ? XDP_DROP : XDP_PASS;
}

SEC("xdp.frags")
int stage_decide(struct xdp_md *ctx)
{
	return stage_run(ctx, 0);
}

SEC("xdp.frags")
int stage_no_probe(struct xdp_md *ctx)
{
	return stage_run(ctx, STAGE_COUNT | STAGE_HIT | STAGE_EVENT);
}

SEC("xdp.frags")
int stage_no_hit(struct xdp_md *ctx)
{
	return stage_run(ctx, STAGE_COUNT | STAGE_EVENT);
}

SEC("xdp.frags")
int stage_plain_hit(struct xdp_md *ctx)
{
	return stage_run(ctx, STAGE_COUNT | STAGE_PLAIN_HIT | STAGE_EVENT);
}

/* What limiters usually are: a hash that forgets the least recently used, as large as ours. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MXW_LIMIT_LINES *MXW_LIMIT_SLOTS);
	__type(key, __u64);
	__type(value, __u64);
} stage_lru_map SEC(".maps");

/* GCRA without a limit that anyone reaches: finds, or makes, and charges. */
MXW_INLINE int stage_lru_charge(__u64 key, __u64 now)
{
	__u64 *tat = bpf_map_lookup_elem(&stage_lru_map, &key), fresh = now + 1, seen;

	if (!tat)
		return (int)bpf_map_update_elem(&stage_lru_map, &key, &fresh, BPF_ANY);
	seen = *tat;
	if (seen > now + 1000000000)
		return -1;
	return __sync_val_compare_and_swap(tat, seen, (seen > now ? seen : now) + 1) != seen;
}

/* One load from where the limits keep the source's account, which this waits for. */
MXW_INLINE int stage_touch_line(__u64 source)
{
	__u32 zero = 0;
	const struct mxw_limits *limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	struct mxw_limit_line *line;

	if (!limits)
		return -1;
	line = mxw_limit_line_of(mxw_limit_hash(limits->seed, mxw_limit_net(source), 0));
	return !line || *(volatile __u64 *)line->slot == 1;
}

/* The program without its limits, and with another's, or a part of them, in their place. */
MXW_INLINE int stage_limited(struct xdp_md *ctx, int lru)
{
	struct mxw_packet p = {};
	struct mxw_verdict verdict;
	struct mxw_config *config;
	__u32 zero = 0;
	__u64 now;

	mxw_parse((void *)(long)ctx->data, (void *)(long)ctx->data_end, mxw_ports, &p);
	if (p.kind == MXW_KIND_IGNORE)
		return XDP_PASS;
	config = bpf_map_lookup_elem(&mxw_config, &zero);
	if (!config)
		return XDP_PASS;
	verdict = mxw_decide_source(config, &p);
	now = bpf_ktime_get_coarse_ns() >> MXW_TICK_SHIFT;
	if (lru ? stage_lru_charge(p.source, now) || stage_lru_charge(mxw_limit_net(p.source), now)
		: stage_touch_line(p.source))
		bench_stage.dropped++;
	mxw_account(ctx, config, &p, &verdict);
	return verdict.action;
}

SEC("xdp.frags")
int stage_lru(struct xdp_md *ctx)
{
	return stage_limited(ctx, 1);
}

SEC("xdp.frags")
int stage_touch(struct xdp_md *ctx)
{
	return stage_limited(ctx, 0);
}
