/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the options mean together, checked: from here on nothing about the
 * request itself can be wrong. Reads the files that the options name.
 */
#ifndef SYNFLOOD_SETTINGS_H
#define SYNFLOOD_SETTINGS_H

#include "bench/synflood/neighbour.h"
#include "bench/synflood/options.h"
#include "bench/synflood/pace.h"

struct sf_settings {
	struct sf_options options; /* as given */
	struct sf_plan plan; /* the MACs of dests are set when known */
	struct sf_station station; /* its mac, too, unless has_source_mac */
	bool has_source_mac, has_dest_mac;
	uint8_t dest_mac[SF_MAC];
	struct sf_address gateway[SF_FAMILIES];
	bool has_gateway[SF_FAMILIES];
	uint64_t seconds; /* 0 = until count is reached */
	uint32_t delays[SF_TRIES]; /* of retransmissions, ms */
	unsigned int tries;
	uint64_t remembered; /* flows each sender tells apart */
	char note[256]; /* a warning for the user, or "" */
};

/* Fills *settings. Returns 0 or MXW_E_USAGE; the caller frees with
 * sf_settings_free() in either case. */
int sf_settings_make(struct sf_settings *settings, const struct sf_options *options,
		     struct mxw_err *err);
void sf_settings_free(struct sf_settings *settings);

/*
 * The safety rule, for one target. It may be flooded if its owner says so, or if
 * it lies in one of the test networks and is a direct neighbour there: no next
 * hop but one in the same network. gateway may be NULL.
 */
int sf_safety_check(const struct sf_address *dest, const struct sf_address *gateway,
		    const struct sf_ranges *test_nets, bool mine, struct mxw_err *err);

/* Nothing wider is anybody's test network. */
int sf_safety_check_net(const struct sf_range *net, struct mxw_err *err);

/* Whether answers to a source can reach nobody but its owner's test network:
 * benchmark, private and documentation ranges. */
bool sf_safety_is_private(const struct sf_range *sources);

/* "25:0.9,587:0.1" or "25,587". Fills ports, port_until, port_count. */
int sf_ports_parse(struct sf_plan *plan, const char *text, struct mxw_err *err);

/* "" = as TCP does, or "1,3,7,15". Fills delays and tries. */
int sf_tries_parse(struct sf_settings *settings, const char *text, struct mxw_err *err);

/* The populations and the list; plan->dest_count is set. */
int sf_sources_make(struct sf_settings *settings, struct mxw_err *err);

#endif
