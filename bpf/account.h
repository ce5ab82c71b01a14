/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a decision leaves behind: its reason's counter, its entry's hit or its feed's
 * counter, and an event while the budget lasts. A probe (see struct mxw_probe) leaves nothing.
 */
#ifndef MXW_ACCOUNT_H
#define MXW_ACCOUNT_H

#include "policy.h"

MXW_INLINE void mxw_count(__u32 reason, __u64 bytes)
{
	struct mxw_counter *counter = bpf_map_lookup_elem(&mxw_counters, &reason);

	if (!counter)
		return;
	counter->packets++;
	counter->bytes += bytes;
}

/* The same for what a feed decided. */
MXW_INLINE void mxw_count_feed(__u32 class, __u64 bytes)
{
	struct mxw_counter *counter = bpf_map_lookup_elem(&mxw_feed_counters, &class);

	if (!counter)
		return;
	counter->packets++;
	counter->bytes += bytes;
}

/* One event less in this window, if there is one left. jiffies cost nothing;
 * a window of 256 is 1 s at HZ=250, and a sampling budget needs no better. */
MXW_INLINE int mxw_spend(struct mxw_event_budget *budget, __u32 per_window)
{
	__u64 window = bpf_jiffies64() >> 8;

	if (budget->window != window) {
		budget->window = window;
		budget->used = 0;
	}
	if (budget->used >= per_window)
		return 0;
	budget->used++;
	return 1;
}

MXW_INLINE void mxw_fill_event(struct mxw_event *event, const struct mxw_packet *p,
			       const struct mxw_verdict *verdict)
{
	__u64 halves[4] = { bpf_cpu_to_be64(p->saddr_hi), bpf_cpu_to_be64(p->saddr_lo),
			    bpf_cpu_to_be64(p->daddr_hi), bpf_cpu_to_be64(p->daddr_lo) };

	__builtin_memcpy(event->saddr, &halves[0], sizeof(event->saddr));
	__builtin_memcpy(event->daddr, &halves[2], sizeof(event->daddr));
	event->time_ns = bpf_ktime_get_coarse_ns();
	event->sport = p->sport;
	event->dport = p->dport;
	event->reason = verdict->reason;
	event->action = verdict->action;
	event->feed = verdict->feed;
	event->note = MXW_NOTE_NONE;
}

/* Tells `xdpctl watch` of a packet, within a budget, so that a flood does not spend its CPU time
 * on events. Events that are not sent are counted. */
MXW_INLINE void mxw_emit(struct xdp_md *ctx, const struct mxw_config *config,
			 const struct mxw_packet *p, const struct mxw_verdict *verdict)
{
	struct mxw_event_budget *budget;
	struct mxw_event *event;
	__u32 zero = 0;

	if (!config->event_budget)
		return;
	budget = bpf_map_lookup_elem(&mxw_budget, &zero);
	if (!budget)
		return;
	event = NULL;
	if (mxw_spend(budget, config->event_budget))
		event = bpf_ringbuf_reserve(&mxw_events, sizeof(*event), 0);
	if (!event) {
		budget->suppressed++;
		return;
	}
	mxw_fill_event(event, p, verdict);
	event->ifindex = ctx->ingress_ifindex;
	event->length = (__u32)(ctx->data_end - ctx->data);
	bpf_ringbuf_submit(event, 0);
}

/* The probe in front of the packet, or NULL: a driver's packet has none. */
MXW_INLINE struct mxw_probe *mxw_probe_of(const struct xdp_md *ctx)
{
	struct mxw_probe *probe = (void *)(long)ctx->data_meta;
	void *data = (void *)(long)ctx->data;

	if ((void *)(probe + 1) > data || probe->magic != MXW_PROBE_MAGIC)
		return NULL;
	return probe;
}

MXW_INLINE void mxw_account(struct xdp_md *ctx, const struct mxw_config *config,
			    const struct mxw_packet *p, const struct mxw_verdict *verdict)
{
	struct mxw_probe *probe = mxw_probe_of(ctx);

	if (probe) {
		probe->reason = verdict->reason;
		probe->action = verdict->action;
		probe->feed = verdict->feed;
		return;
	}
	mxw_count(verdict->reason, ctx->data_end - ctx->data);
	if (verdict->feed)
		mxw_count_feed(verdict->feed, ctx->data_end - ctx->data);
	if (verdict->entry)
		__sync_fetch_and_add(&verdict->entry->hits, 1);
	mxw_emit(ctx, config, p, verdict);
}

#endif
