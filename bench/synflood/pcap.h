/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first frames of a run in a file for tcpdump and Wireshark.
 */
#ifndef SYNFLOOD_PCAP_H
#define SYNFLOOD_PCAP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct sf_pcap {
	FILE *file; /* NULL = nothing is written */
	_Atomic uint64_t left; /* frames still wanted */
	pthread_mutex_t lock; /* of file; workers share it */
};

/* Creates the file. path may be NULL: then nothing is written. */
int sf_pcap_open(struct sf_pcap *pcap, const char *path, uint64_t frames, struct mxw_err *err);

/* Cheap, for the inner loop. */
static inline bool sf_pcap_wants(const struct sf_pcap *pcap)
{
	return atomic_load_explicit(&pcap->left, memory_order_relaxed) > 0;
}

/* Any thread. An error shows when the file is closed. */
void sf_pcap_write(struct sf_pcap *pcap, const void *frame, uint32_t length);

int sf_pcap_close(struct sf_pcap *pcap, const char *path, struct mxw_err *err);

#endif
