/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line behind "--": one table gives parsing, bounds and help. What
 * the values mean together is settings.h. Pure.
 */
#ifndef SYNFLOOD_OPTIONS_H
#define SYNFLOOD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* As given, or the default. A text is NULL where the option is not given, and
 * points into argv. */
struct sf_options {
	const char *dest, *gateway, *own, *dest_mac, *source_mac, *test_net, *answer_for;
	bool mine; /* --i-own-the-target */
	const char *source_net, *source_file, *listed;
	unsigned int shape; /* enum sf_shape */
	uint64_t population, seed;
	double zipf, listed_share, ipv6_share; /* ipv6_share < 0: not given */
	const char *ports, *retransmit;
	uint64_t rate, seconds, count, wait; /* rate, seconds, count: 0 = not given */
	bool unlimited;
	const char *device;
	uint64_t cores, burst;
	bool deaf; /* --no-answers */
	const char *json, *pcap;
	uint64_t pcap_packets;
	bool quiet, help;
};

/* Fills *options from the words behind "--". Returns 0 or MXW_E_USAGE. */
int sf_options_parse(struct sf_options *options, int argc, char **argv, struct mxw_err *err);

/* The whole --help text. */
void sf_options_help(FILE *out);

#endif
