/* SPDX-License-Identifier: GPL-2.0 */
/*
 * New sources: the step after the limits. A source that nothing has decided about is
 * reported to the controller, once in MXW_NEWS_AGAIN and within a budget, so that it
 * can be looked up. If wanted, its first SYN is dropped ("held") while that goes on: a sender
 * repeats it a second later, and until then the answer is in.
 *
 * Reports and holds are for a controller that lives: one that has not shown a heartbeat for
 * MXW_NEWS_SILENT_NS gets none. A SYN whose report could not be sent is not held either.
 */
#ifndef MXW_NEWS_H
#define MXW_NEWS_H

#include "limit.h"

/* Lines in mxw_news_lines. Set by attach before load, as the map is. */
const volatile __u32 mxw_news_line_count = MXW_NEWS_LINES;

/* One source that may be reported. */
struct mxw_news_ask {
	__u64 saddr[2]; /* halves in host order */
	__u64 source; /* key.h */
	__u16 port;
	__u16 listed;
	__u16 waited; /* 1: its first SYN was refused already, for another reason */
	__u16 present; /* 1: it has completed a connection */
	__u16 dry; /* 1: only asks; nothing is reported or remembered */
	__u16 zero[3];
};

/* Where the source is in the table, or would be. */
struct mxw_news_place {
	volatile __u64 *slot;
	__u64 word; /* what the slot is to hold from now on */
	__u32 age; /* since it was reported; MXW_NEWS_TIME if it was not */
};

/* How good slot i is, the lowest being best: the source's own, then the oldest. As in
 * mxw_proof_rank(), without a branch that the verifier would follow. */
MXW_INLINE __u64 mxw_news_rank(__u64 slot, __u64 word, __u64 i)
{
	__u64 own = mxw_limit_sign(((slot ^ word) >> MXW_NEWS_TIME_BITS) - 1);
	__u64 youth = MXW_NEWS_TIME - ((word - slot) & MXW_NEWS_TIME);

	return ((youth + 1) * MXW_NEWS_SLOTS & ~own) | i;
}

/* The word of a source that was reported so many units before. */
MXW_INLINE __u64 mxw_news_back(__u64 word, __u32 units)
{
	return (word & ~(__u64)MXW_NEWS_TIME) | ((word - units) & MXW_NEWS_TIME);
}

/* now is in ticks. Returns -1 without a table. */
MXW_INLINE int mxw_news_find(const struct mxw_limits *limits, __u64 now,
			     const struct mxw_news_ask *ask, struct mxw_news_place *place)
{
	__u32 salt = ask->present ? MXW_PRESENT_SALT : MXW_NEWS_SALT;
	__u64 hash = mxw_limit_hash(limits->seed, ask->source, salt);
	__u64 time = now >> (MXW_NEWS_SHIFT - MXW_TICK_SHIFT);
	__u32 index = mxw_limit_line(hash, mxw_news_line_count);
	struct mxw_news_line *line = bpf_map_lookup_elem(&mxw_news_lines, &index);
	__u64 best = ~0ULL >> 1, rank, found;
	volatile __u64 *slots;

	if (!line)
		return -1;
	slots = line->slot;
	place->word = hash << MXW_NEWS_TIME_BITS | (time & MXW_NEWS_TIME);
	for (__u64 i = 0; i < MXW_NEWS_SLOTS; i++) {
		rank = mxw_news_rank(slots[i], place->word, i);
		best ^= (best ^ rank) & mxw_limit_sign(rank - best);
	}
	place->slot = &slots[best & (MXW_NEWS_SLOTS - 1)];
	found = *place->slot;
	place->age = MXW_NEWS_TIME;
	if (!((found ^ place->word) >> MXW_NEWS_TIME_BITS))
		place->age = (__u32)(place->word - found) & MXW_NEWS_TIME;
	return 0;
}

MXW_INLINE int mxw_news_spend(__u64 *last, __u64 *used, __u32 per_window)
{
	__u64 window = bpf_jiffies64() >> 8;

	if (*last != window) {
		*last = window;
		*used = 0;
	}
	if (*used >= per_window)
		return 0;
	++*used;
	return 1;
}

/* Whether the report was sent. */
MXW_INLINE int mxw_news_write(const struct mxw_news_ask *ask, int held, int repeats)
{
	__u64 halves[2] = { bpf_cpu_to_be64(ask->saddr[0]), bpf_cpu_to_be64(ask->saddr[1]) };
	struct mxw_news *news = bpf_ringbuf_reserve(&mxw_news, sizeof(*news), 0);

	if (!news)
		return 0;
	news->source = ask->source;
	news->time_ns = bpf_ktime_get_ns(); /* few enough to afford a clock that is exact */
	__builtin_memcpy(news->saddr, halves, sizeof(news->saddr));
	news->port = ask->port;
	news->listed = !!ask->listed;
	news->held = !!held;
	news->present = !!ask->present;
	news->repeats = !!repeats;
	news->zero[0] = news->zero[1] = 0;
	bpf_ringbuf_submit(news, 0);
	return 1;
}

MXW_INLINE int mxw_news_send(const struct mxw_news_ask *ask, const struct mxw_news_rules *rules,
			     struct mxw_news_stats *stats, int held, int repeats)
{
	if (!mxw_news_spend(&stats->window, &stats->used, rules->budget) ||
	    !mxw_news_write(ask, held, repeats)) {
		stats->suppressed++;
		return 0;
	}
	stats->reported++;
	return 1;
}

/* Whether the controller has said that the source need not wait. */
MXW_INLINE int mxw_news_known(__u64 source)
{
	const struct mxw_known *known = bpf_map_lookup_elem(&mxw_known, &source);

	return known && known->until_ns > bpf_ktime_get_coarse_ns();
}

/* Whether this SYN is the first that comes again since the source was reported: later than its
 * repetition could be held, and soon enough to be one. */
MXW_INLINE int mxw_news_repeats(const struct mxw_news_place *place)
{
	return place->age >= MXW_NEWS_HOLD && place->age < MXW_NEWS_REPEAT;
}

/* Reports the source if it is time, and says whether to hold its SYN. A repetition is reported
 * once: from then on the source counts as reported too long ago for another. */
MXW_INLINE int mxw_news_judge(const struct mxw_news_ask *ask, const struct mxw_news_rules *rules,
			      struct mxw_news_stats *stats, const struct mxw_news_place *place)
{
	int hold = rules->hold && !ask->waited &&
		   (place->age < MXW_NEWS_HOLD || place->age >= MXW_NEWS_FRESH) &&
		   !mxw_news_known(ask->source);

	if (ask->dry)
		return hold;
	if (place->age >= MXW_NEWS_AGAIN) {
		if (!mxw_news_send(ask, rules, stats, hold, 0))
			return 0;
		*place->slot = place->word;
	} else if (mxw_news_repeats(place) && mxw_news_send(ask, rules, stats, hold, 1)) {
		*place->slot = mxw_news_back(place->word, MXW_NEWS_REPEAT);
	}
	stats->held += (__u64)hold;
	return hold;
}

MXW_INLINE int mxw_news_alive(void)
{
	__u64 *beat, now;
	__u32 zero = 0;

	beat = bpf_map_lookup_elem(&mxw_heartbeat, &zero);
	now = bpf_ktime_get_coarse_ns();
	return beat && now < *beat + MXW_NEWS_SILENT_NS;
}

/* 1 if the SYN is to be held. A function of its own, and not static, for the verifier's sake:
 * see mxw_limit_ask(). */
__attribute__((noinline)) int mxw_news_ask(struct mxw_news_ask *ask)
{
	struct mxw_news_place place;
	struct mxw_news_rules *rules;
	struct mxw_news_stats *stats;
	struct mxw_limit_stats *limit_stats;
	const struct mxw_limits *limits;
	__u32 zero = 0;

	if (!ask || !mxw_news_alive())
		return 0;
	rules = bpf_map_lookup_elem(&mxw_news_rules, &zero);
	stats = bpf_map_lookup_elem(&mxw_news_stats, &zero);
	limits = bpf_map_lookup_elem(&mxw_limits, &zero);
	limit_stats = bpf_map_lookup_elem(&mxw_limit_stats, &zero);
	if (!rules || !stats || !limits || !limit_stats || !rules->budget)
		return 0;
	if (mxw_news_find(limits, mxw_limit_now(limits, limit_stats), ask, &place))
		return 0;
	return mxw_news_judge(ask, rules, stats, &place);
}

/* A source is new as long as nothing but a feed that does not block says anything of it. The
 * limits may have had something to say, as long as the SYN passes. */
MXW_INLINE int mxw_news_wanted(const struct mxw_config *config, const struct mxw_packet *p,
			       __u16 reason)
{
	if (!(config->used & MXW_USED_NEWS) || !mxw_is_syn(p->kind))
		return 0;
	return reason == MXW_PASS_UNKNOWN || reason == MXW_PASS_FRAGMENT ||
	       reason == MXW_PASS_UNDETERMINED || reason == MXW_PASS_LISTED ||
	       (reason == MXW_WOULD_FEED && config->mode == MXW_MODE_ENFORCE);
}

/* The step: the decision so far, or a hold. reason: why it passed before the limits. */
MXW_INLINE struct mxw_verdict mxw_news_step(const struct mxw_config *config,
					    const struct mxw_packet *p, __u16 reason,
					    struct mxw_verdict verdict)
{
	struct mxw_news_ask ask = { .saddr = { p->saddr_hi, p->saddr_lo },
				    .source = p->source,
				    .port = mxw_port_of(p),
				    .listed = reason == MXW_PASS_LISTED || reason == MXW_WOULD_FEED,
				    .waited = verdict.reason == MXW_PASS_PROVEN,
				    .dry = p->dry };

	if (verdict.action != XDP_PASS || !mxw_news_wanted(config, p, reason))
		return verdict;
	return mxw_news_ask(&ask) ? mxw_drop(config, MXW_DROP_HOLD, NULL) : verdict;
}

#endif
