/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking for an Ethernet address and telling ours: ARP for IPv4, neighbour
 * discovery (RFC 4861) for IPv6. Pure.
 */
#ifndef SYNFLOOD_NEIGHBOUR_H
#define SYNFLOOD_NEIGHBOUR_H

#include "bench/synflood/frame.h"
#include "bench/synflood/heard.h"

/* Who we are on the cable, and the other hosts for which we answer. */
struct sf_station {
	uint8_t mac[SF_MAC];
	struct sf_address own[SF_FAMILIES];
	bool has_own[SF_FAMILIES];
	struct sf_ranges answer_for; /* besides own */
};

/* Writes the question for an address, from own address of its family, which the
 * station has. Returns its length. */
uint16_t sf_neighbour_ask(uint8_t frame[SF_FRAME_MOST], const struct sf_station *station,
			  const struct sf_address *asked);

/* Whether a question (SF_ASKS) is for us to answer. */
bool sf_neighbour_is_ours(const struct sf_station *station, const struct sf_heard *heard);

/* Writes the answer to a question. Returns its length. */
uint16_t sf_neighbour_tell(uint8_t frame[SF_FRAME_MOST], const struct sf_station *station,
			   const struct sf_heard *heard);

#endif
