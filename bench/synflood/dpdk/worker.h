/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop that sends and receives, one for each lcore. Worker w of W sends the
 * flows w, w + W, w + 2W ... and counts whatever answers come by its queue.
 */
#ifndef SYNFLOOD_WORKER_H
#define SYNFLOOD_WORKER_H

#include "bench/synflood/dpdk/device.h"
#include "bench/synflood/ledger.h"
#include "bench/synflood/pcap.h"

#define SF_BURST 64

enum sf_phase {
	SF_WAITING, /* workers do nothing yet */
	SF_SENDING,
	SF_RETRYING, /* no new flows, but retransmissions */
	SF_LISTENING,
	SF_ENDED,
};

/* What the controlling thread and the workers share. */
struct sf_run {
	const struct sf_settings *settings;
	const struct sf_device *device;
	struct sf_counters *counters; /* one for each worker */
	struct sf_ledger *ledgers; /* one for each worker */
	struct sf_pcap pcap;
	uint64_t start; /* TSC when SF_SENDING began */
	double ns_per_cycle;
	_Atomic int phase; /* enum sf_phase, set by the controlling thread */
	_Atomic uint64_t
		finished; /* workers that will send nothing more in this phase or the next */
};

/* A burst on its way to the device: at first, retransmissions come first. */
struct sf_burst {
	struct rte_mbuf *mbufs[SF_BURST];
	uint8_t keys[SF_BURST]; /* sf_key() of each */
	unsigned int retries; /* how many of them are retransmissions */
	unsigned int count, done;
};

struct sf_worker {
	struct sf_run *run;
	uint16_t index; /* of the worker, its queue, counters and ledger */
	uint64_t next; /* own number of the next flow */
	uint64_t quota; /* own flows to send */
	uint64_t cpu_start; /* ns of CPU time when sending began */
	bool is_finished;
	struct sf_pace pace;
	struct sf_retry retry;
	struct sf_burst burst;
};

/* Prepares a worker. The caller frees it with sf_worker_free(). */
int sf_worker_make(struct sf_worker *worker, struct sf_run *run, uint16_t index,
		   struct mxw_err *err);
void sf_worker_free(struct sf_worker *worker);

/* The lcore's main function; context is a struct sf_worker. Returns 0. */
int sf_worker_main(void *context);

/* Counts what came by the worker's queue. Returns whether anything did. */
bool sf_worker_receive(struct sf_worker *worker);

#endif
