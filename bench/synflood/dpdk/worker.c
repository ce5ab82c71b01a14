// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sending half of a worker, and its loop. Launched by control.c on each lcore.
 */
#include <time.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "base/clock.h"
#include "bench/synflood/dpdk/worker.h"

#define NS_PER_MS 1000000
#define NAP_US 50 /* a rest where nothing is due for twice as long */

static uint64_t cpu_now(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); /* it cannot fail */
	return (uint64_t)now.tv_sec * MXW_SECOND + (uint64_t)now.tv_nsec;
}

static uint64_t elapsed(const struct sf_run *run)
{
	return (uint64_t)((double)(rte_rdtsc() - run->start) * run->ns_per_cycle);
}

/* Fills buffers with the SYNs of flows. stamp: TCP's clock. The frames are bytes,
 * which might be anything to the compiler, so what does not change is kept apart. */
static void fill(const struct sf_run *run, struct sf_burst *burst,
		 const struct sf_flow *restrict flows, uint32_t stamp)
{
	const struct sf_template *restrict templates = run->device->templates;
	const struct sf_dest(*restrict dests)[SF_DESTS] = run->settings->plan.dests;
	unsigned int count = burst->count;

	for (unsigned int i = 0; i < count; i++) {
		const struct sf_flow *flow = &flows[i];
		const struct sf_template *template = &templates[flow->ipv6];
		struct rte_mbuf *mbuf = burst->mbufs[i];

		mbuf->data_off = flow->ipv6 ? SF_AT_IPV6 : SF_AT_IPV4;
		mbuf->data_len = template->length;
		mbuf->pkt_len = template->length;
		mbuf->ol_flags = 0;
		burst->keys[i] = flow->key;
		sf_frame_fill(rte_pktmbuf_mtod(mbuf, uint8_t *), template, flow,
			      &dests[flow->ipv6][flow->dest], stamp);
	}
}

static void capture(struct sf_worker *w)
{
	for (unsigned int i = 0; i < w->burst.count && sf_pcap_wants(&w->run->pcap); i++)
		sf_pcap_write(&w->run->pcap, rte_pktmbuf_mtod(w->burst.mbufs[i], void *),
			      w->burst.mbufs[i]->data_len);
}

/* The flows of the next burst: those due for another try, then new ones. */
static unsigned int choose(struct sf_worker *w, unsigned int most, uint64_t fresh,
			   struct sf_flow flows[SF_BURST])
{
	const struct sf_plan *plan = &w->run->settings->plan;
	uint64_t workers = w->run->settings->options.cores, again[SF_BURST];
	struct sf_ledger *ledger = &w->run->ledgers[w->index];
	unsigned int count = 0;

	if (w->retry.tries)
		count = sf_retry_take(&w->retry, ledger, again, most);
	for (unsigned int i = 0; i < count; i++)
		sf_plan_flows(plan, again[i] * workers + w->index, 1, 1, &flows[i]);
	w->burst.retries = count;
	if (fresh > most - count)
		fresh = most - count;
	sf_plan_flows(plan, w->next * workers + w->index, workers, (unsigned int)fresh,
		      flows + count);
	sf_ledger_open(ledger, fresh);
	w->next += fresh;
	return count + (unsigned int)fresh;
}

/*
 * Makes the next burst of at most `most`, with no more than `fresh` new flows.
 * Buffers come with refcnt, nb_segs and next as the pool's rule has them.
 */
static void prepare(struct sf_worker *w, unsigned int most, uint64_t fresh, uint64_t now)
{
	struct rte_mempool *pool = w->run->device->tx_pool[w->index];
	struct sf_burst *burst = &w->burst;
	struct sf_flow flows[SF_BURST];

	burst->count = 0;
	burst->done = 0;
	if (rte_mempool_get_bulk(pool, (void **)burst->mbufs, most)) {
		w->run->counters[w->index].refused++; /* the device holds them all */
		return;
	}
	burst->count = choose(w, most, fresh, flows);
	fill(w->run, burst, flows, (uint32_t)(now / NS_PER_MS));
	if (burst->count < most)
		rte_mempool_put_bulk(pool, (void **)(burst->mbufs + burst->count),
				     most - burst->count);
	if (unlikely(sf_pcap_wants(&w->run->pcap)))
		capture(w);
}

/* Counts the packets of the burst from the first number to before the second. Most
 * often a run of them has one key, and memory is touched once for all. */
static void count_sent(struct sf_worker *w, unsigned int from, unsigned int to)
{
	struct sf_counters *c = &w->run->counters[w->index];
	const struct sf_burst *burst = &w->burst;

	while (from < to) {
		unsigned int end = from < burst->retries && burst->retries < to ? burst->retries
										: to;
		unsigned int first = from;
		uint64_t *counts = from < burst->retries ? c->retries : c->flows;

		while (++from < end && burst->keys[from] == burst->keys[first])
			continue;
		counts[burst->keys[first]] += from - first;
	}
}

/* Offers what is left of the burst to the device, and counts what it takes. */
static void offer(struct sf_worker *w)
{
	struct sf_counters *c = &w->run->counters[w->index];
	struct sf_burst *burst = &w->burst;
	unsigned int left = burst->count - burst->done;
	unsigned int taken = rte_eth_tx_burst(w->run->device->port, w->index,
					      burst->mbufs + burst->done, (uint16_t)left);

	count_sent(w, burst->done, burst->done + taken);
	burst->done += taken;
	w->pace.sent += taken;
	if (taken < left)
		c->refused++;
}

/* One turn of sending; false if there was nothing to do. */
static bool send_turn(struct sf_worker *w, bool new_flows, uint64_t now)
{
	const struct sf_options *o = &w->run->settings->options;
	uint64_t most, fresh = new_flows ? w->quota - w->next : 0;

	if (w->retry.tries)
		sf_retry_note(&w->retry, now / NS_PER_MS, w->next);
	if (w->burst.done == w->burst.count) {
		most = sf_pace_allows(&w->pace, now, o->burst);
		if (fresh) /* later there may just be nothing to send */
			w->run->counters[w->index].missed = w->pace.missed;
		if (!most || (!fresh && !w->retry.tries))
			return false;
		prepare(w, (unsigned int)most, fresh, now);
	}
	if (w->burst.done < w->burst.count) {
		offer(w);
		return true;
	}
	return false;
}

/* Notes that this worker will send nothing more. */
static void finish(struct sf_worker *w)
{
	struct sf_counters *c = &w->run->counters[w->index];
	struct sf_burst *burst = &w->burst;

	if (w->is_finished)
		return;
	w->is_finished = true;
	c->cpu_ns = cpu_now() - w->cpu_start;
	c->sending_ns = elapsed(w->run);
	if (burst->done < burst->count)
		rte_pktmbuf_free_bulk(burst->mbufs + burst->done, burst->count - burst->done);
	burst->done = burst->count;
	w->run->finished++;
}

static bool has_sent_all(const struct sf_worker *w, int phase)
{
	return (phase == SF_RETRYING || w->next == w->quota) && w->burst.done == w->burst.count &&
	       sf_retry_is_done(&w->retry, w->next);
}

/* Leaves the CPU to others where the next packet is far off. */
static void rest(const struct sf_worker *w)
{
	uint64_t rate = w->run->settings->options.rate / w->run->settings->options.cores;

	if (w->is_finished || (rate && 1000000 / rate >= 2 * NAP_US))
		rte_delay_us_sleep(NAP_US);
	else
		rte_pause();
}

int sf_worker_main(void *context)
{
	struct sf_worker *w = context;
	int phase;

	w->cpu_start = cpu_now();
	while ((phase = w->run->phase) != SF_ENDED) {
		uint64_t now = elapsed(w->run);
		bool busy = false;

		if (phase == SF_LISTENING || has_sent_all(w, phase))
			finish(w);
		if (!w->is_finished)
			busy = send_turn(w, phase == SF_SENDING, now);
		if (!w->run->device->is_deaf)
			busy |= sf_worker_receive(w);
		if (!busy)
			rest(w);
	}
	finish(w);
	return 0;
}

int sf_worker_make(struct sf_worker *w, struct sf_run *run, uint16_t index, struct mxw_err *err)
{
	const struct sf_settings *s = run->settings;
	uint32_t workers = (uint32_t)s->options.cores;

	*w = (struct sf_worker){ .run = run, .index = index };
	w->quota = s->options.count ? sf_part(s->options.count, index, workers) : UINT64_MAX;
	w->pace = (struct sf_pace){ .rate = s->options.rate, .sender = index, .senders = workers };
	return sf_retry_make(&w->retry, s->delays, s->tries, err);
}

void sf_worker_free(struct sf_worker *w)
{
	sf_retry_free(&w->retry);
}
