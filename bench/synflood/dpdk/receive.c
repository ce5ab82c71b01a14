// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The receiving half of a worker. Called by every worker in each turn.
 */
#include <rte_ethdev.h>

#include "bench/synflood/dpdk/station.h"
#include "bench/synflood/dpdk/worker.h"

/*
 * An answer counts for the flow whose number is in the sequence number it
 * acknowledges or quotes, if that flow has the answer's addresses and ports too;
 * and only once, by the ledger of the flow's sender.
 */
static void count_answer(struct sf_worker *w, const struct sf_heard *heard)
{
	const struct sf_settings *settings = w->run->settings;
	struct sf_counters *c = &w->run->counters[w->index];
	uint64_t workers = settings->options.cores, number;
	struct sf_flow flow;

	/* Any worker's progress is near enough to that of the flow's sender. */
	if (!sf_plan_find(&settings->plan, &heard->echo, w->next * workers, &number, &flow)) {
		c->foreign++;
		return;
	}
	switch (sf_ledger_mark(&w->run->ledgers[number % workers], number / workers)) {
	case SF_MARK_FIRST:
		c->answers[heard->kind][flow.key]++;
		break;
	case SF_MARK_AGAIN:
		c->repeated[flow.key]++;
		break;
	case SF_MARK_LATE:
		c->late++;
		break;
	case SF_MARK_UNSENT:
		c->foreign++;
		break;
	}
}

static void take_frame(struct sf_worker *w, const uint8_t *frame, uint16_t length)
{
	const struct sf_station *station = &w->run->settings->station;
	struct sf_counters *c = &w->run->counters[w->index];
	struct sf_heard heard;

	sf_hear(frame, length, &heard);
	if (heard.kind < SF_ANSWERS)
		count_answer(w, &heard);
	else if (heard.kind == SF_ASKS &&
		 sf_station_answer(w->run->device, w->index, station, &heard))
		c->told++;
	else
		c->other++;
}

bool sf_worker_receive(struct sf_worker *w)
{
	struct rte_mbuf *mbufs[SF_BURST];
	uint16_t count = rte_eth_rx_burst(w->run->device->port, w->index, mbufs, SF_BURST);

	for (uint16_t i = 0; i < count; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(mbufs[i], const uint8_t *);
		uint16_t length = rte_pktmbuf_data_len(mbufs[i]);

		if (unlikely(sf_pcap_wants(&w->run->pcap)))
			sf_pcap_write(&w->run->pcap, frame, length);
		/* What the machine's own stack sends by the same interface is not an answer. */
		if (length < SF_ETHERNET ||
		    memcmp(frame + SF_MAC, w->run->settings->station.mac, SF_MAC) != 0)
			take_frame(w, frame, length);
	}
	if (count)
		rte_pktmbuf_free_bulk(mbufs, count);
	return count > 0;
}
