/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DPDK's start, and one Ethernet device of it. Used by the controlling thread;
 * the workers use port, tx_pool and their queue.
 */
#ifndef SYNFLOOD_DEVICE_H
#define SYNFLOOD_DEVICE_H

#include <rte_mbuf.h>

#include "bench/synflood/report.h"

#define SF_QUEUES 64 /* as many as --cores has at most */

/* Where in the buffer of every packet a frame of each kind lies. The first two
 * hold the template of a family, written when the pool is made; drivers hand
 * buffers back as they were. The third is for answers to neighbours. */
enum {
	SF_AT_IPV4 = RTE_PKTMBUF_HEADROOM,
	SF_AT_IPV6 = SF_AT_IPV4 + SF_FRAME_MOST,
	SF_AT_ANSWER = SF_AT_IPV6 + SF_FRAME_MOST,
	SF_BUFFER = SF_AT_ANSWER + SF_FRAME_MOST,
};

struct sf_device {
	uint16_t port;
	uint16_t queues; /* pairs, one for each worker */
	bool is_started, is_deaf;
	unsigned int ifindex; /* of the kernel's interface behind it, 0 = none */
	char name[64];
	struct sf_template templates[SF_FAMILIES];
	struct rte_mempool *tx_pool[SF_QUEUES]; /* one for each queue: drivers may count on it */
	struct rte_mempool *rx_pool;
};

#define SF_EAL_SAID 256

/* Starts EAL with these words. What it prints is kept back: its last line that says
 * something goes to said, "" if there is none, and on failure into the sentence. */
int sf_eal_start(int count, char **words, char said[SF_EAL_SAID], struct mxw_err *err);

/* Finds, configures and starts the device; settings->station.mac is set unless given.
 * said: what EAL had to say, for the sentence where there is no device. */
int sf_device_open(struct sf_device *device, struct sf_settings *settings, const char *said,
		   struct mxw_err *err);

/* 0 while the device and its link are up. */
int sf_device_check(const struct sf_device *device, struct mxw_err *err);

/* What the device knows of itself and has counted. */
void sf_device_facts(const struct sf_device *device, struct sf_device_facts *facts);

void sf_device_close(struct sf_device *device);

#endif
