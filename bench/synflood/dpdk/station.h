/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Being a neighbour on the cable: asking for Ethernet addresses and telling ours.
 */
#ifndef SYNFLOOD_STATION_H
#define SYNFLOOD_STATION_H

#include "bench/synflood/dpdk/device.h"

/* Answers a question (SF_ASKS) if it is for us; returns whether it did. Uses the
 * sending queue of that number, so only its owner may call it. */
bool sf_station_answer(const struct sf_device *device, uint16_t queue,
		       const struct sf_station *station, const struct sf_heard *heard);

/*
 * Sets the next hop's Ethernet address for every target of the plan, by asking
 * for it unless it was given. Before the workers run: it uses all queues.
 * Returns MXW_E_FAIL where nobody answers within three seconds.
 */
int sf_station_resolve(const struct sf_device *device, struct sf_settings *settings,
		       struct mxw_err *err);

#endif
