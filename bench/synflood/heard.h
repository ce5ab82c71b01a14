/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a received frame is to the generator. Pure; takes any bytes.
 */
#ifndef SYNFLOOD_HEARD_H
#define SYNFLOOD_HEARD_H

#include "bench/synflood/plan.h"

/* The answers come first: they number the counters. */
enum sf_heard_kind {
	SF_SYN_ACK = 0,
	SF_RESET,
	SF_UNREACHABLE, /* ICMP or ICMPv6 destination unreachable, with the SYN quoted in it */
	SF_ANSWERS, /* how many kinds of answers there are */
	SF_ASKS, /* ARP request or neighbour solicitation */
	SF_TELLS, /* ARP reply or neighbour advertisement */
	SF_OTHER, /* anything else, or cut short */
};

struct sf_heard {
	enum sf_heard_kind kind;
	struct sf_echo echo; /* of an answer */
	struct sf_address asked; /* whose Ethernet address is asked for or told */
	struct sf_address asker; /* who asks; all zero while that host has no address */
	uint8_t mac[SF_MAC]; /* the sender's or, if told, that of asked */
};

/* length: bytes at frame; may be less than the frame had. */
void sf_hear(const uint8_t *frame, size_t length, struct sf_heard *heard);

#endif
