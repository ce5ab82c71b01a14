// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ARP and neighbour discovery on the wire. sf_station_resolve() is called before the flood,
 * sf_station_answer() by every worker during it.
 */
#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "base/clock.h"
#include "bench/synflood/dpdk/station.h"

enum {
	TRIES = 3, /* questions, a second apart, as the kernel asks */
	BURST = 32,
};

/* A buffer with our own frame in it, which fill has written and measured. */
static struct rte_mbuf *take_buffer(const struct sf_device *device, uint16_t queue, uint8_t **frame)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(device->tx_pool[queue]);

	if (!mbuf)
		return NULL;
	mbuf->data_off = SF_AT_ANSWER;
	*frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	return mbuf;
}

static bool send_buffer(const struct sf_device *device, uint16_t queue, struct rte_mbuf *mbuf,
			uint16_t length)
{
	mbuf->data_len = length;
	mbuf->pkt_len = length;
	if (rte_eth_tx_burst(device->port, queue, &mbuf, 1) == 1)
		return true;
	rte_pktmbuf_free(mbuf); /* the other side will ask again */
	return false;
}

bool sf_station_answer(const struct sf_device *device, uint16_t queue,
		       const struct sf_station *station, const struct sf_heard *heard)
{
	struct rte_mbuf *mbuf;
	uint8_t *frame;

	if (!sf_neighbour_is_ours(station, heard))
		return false;
	mbuf = take_buffer(device, queue, &frame);
	return mbuf && send_buffer(device, queue, mbuf, sf_neighbour_tell(frame, station, heard));
}

static void ask(const struct sf_device *device, const struct sf_station *station,
		const struct sf_address *asked)
{
	uint8_t *frame;
	struct rte_mbuf *mbuf = take_buffer(device, 0, &frame);

	if (mbuf)
		(void)send_buffer(device, 0, mbuf, sf_neighbour_ask(frame, station, asked));
}

/* Looks at what came by one queue; true if it tells the address that is asked for. */
static bool listen_once(const struct sf_device *device, uint16_t queue,
			const struct sf_station *station, const struct sf_address *asked,
			uint8_t mac[SF_MAC])
{
	struct rte_mbuf *mbufs[BURST];
	uint16_t count = rte_eth_rx_burst(device->port, queue, mbufs, BURST);
	bool told = false;

	for (uint16_t i = 0; i < count; i++) {
		struct sf_heard heard;

		sf_hear(rte_pktmbuf_mtod(mbufs[i], uint8_t *), rte_pktmbuf_data_len(mbufs[i]),
			&heard);
		if (heard.kind == SF_ASKS)
			(void)sf_station_answer(device, queue, station, &heard);
		if (heard.kind != SF_TELLS || !sf_address_equal(&heard.asked, asked))
			continue;
		memcpy(mac, heard.mac, SF_MAC);
		told = true;
	}
	rte_pktmbuf_free_bulk(mbufs, count);
	return told;
}

static bool listen_second(const struct sf_device *device, const struct sf_station *station,
			  const struct sf_address *asked, uint8_t mac[SF_MAC])
{
	uint64_t until = mxw_clock_mono() + MXW_SECOND;

	while (mxw_clock_mono() < until) {
		for (uint16_t queue = 0; queue < device->queues; queue++)
			if (listen_once(device, queue, station, asked, mac))
				return true;
		rte_delay_us_sleep(1000);
	}
	return false;
}

static int resolve(const struct sf_device *device, const struct sf_station *station,
		   const struct sf_address *asked, uint8_t mac[SF_MAC], struct mxw_err *err)
{
	char text[SF_ADDRESS_TEXT], own[SF_ADDRESS_TEXT];

	for (int try = 0; try < TRIES; try++) {
		ask(device, station, asked);
		if (listen_second(device, station, asked, mac))
			return MXW_OK;
	}
	return mxw_fail(err, MXW_E_FAIL,
			"%s does not answer %s from %s on %s: is it up, and on that network? Its "
			"Ethernet address can also be given with --dest-mac",
			sf_address_format(asked, text),
			asked->family == SF_IPV4 ? "ARP" : "neighbour solicitations",
			sf_address_format(&station->own[asked->family], own), device->name);
}

int sf_station_resolve(const struct sf_device *device, struct sf_settings *settings,
		       struct mxw_err *err)
{
	int error = MXW_OK;

	for (int family = 0; family < SF_FAMILIES; family++) {
		for (unsigned int i = 0; i < settings->plan.dest_count[family] && !error; i++) {
			struct sf_dest *dest = &settings->plan.dests[family][i];
			const struct sf_address *hop = settings->has_gateway[family]
							       ? &settings->gateway[family]
							       : &dest->address;

			if (settings->has_dest_mac)
				memcpy(dest->head, settings->dest_mac, SF_MAC);
			else
				error = resolve(device, &settings->station, hop, dest->head, err);
			memcpy(dest->head + SF_MAC, settings->station.mac, SF_HEAD - SF_MAC);
		}
	}
	return error;
}
