/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What explain found out about one address; between explain.c, which finds it,
 * and explain_print.c, which says it.
 */
#ifndef MXW_EXPLAIN_H
#define MXW_EXPLAIN_H

#include <jansson.h>

#include "cli/cli.h"
#include "datapath/pins.h"
#include "limits_account.h"
#include "datapath/probe.h"
#include "policy/order.h"
#include "state/feeds.h"
#include "state/store.h"

#define EXPLAIN_ENTRIES 160 /* more prefixes of one address than all classes can hold live */

struct explain_entry {
	struct mxw_opinion opinion;
	struct mxw_act act; /* empty for entries that are not the operator's */
	uint64_t hits;
	bool host; /* of the never-block set: the address itself, not its /64 */
};

/* A feed that lists the source. */
struct explain_feed {
	struct mxw_feed feed;
	uint64_t hits; /* packets that the feed decided, of all sources */
};

struct explanation {
	const char *text; /* the address as given */
	uint64_t source; /* its key */
	uint8_t addr[16]; /* a source with that key: of IPv6, the address itself */
	struct mxw_maps maps;
	struct mxw_slot slot; /* of the interface whose program was asked */
	struct mxw_situation situation;
	struct explain_entry entries[EXPLAIN_ENTRIES]; /* those that contain the source */
	size_t count;
	struct explain_feed *feeds; /* MXW_FEED_SLOTS; those that list the source, by name */
	struct mxw_feed_opinion feed_opinions[MXW_FEED_SLOTS]; /* theirs */
	size_t feed_count;
	const struct explain_feed *feed; /* that decided; NULL if none did */
	struct mxw_verdict verdict; /* of the order of decision in userspace */
	const struct explain_entry *decided_by; /* NULL if no entry decided */
	struct mxw_limits limits; /* the settings */
	struct mxw_limit_facts limit_facts[MXW_LIMIT_CLASSES];
	const struct mxw_limit_facts *limited; /* of its class; NULL: the limits do not apply */
	bool reports; /* a controller wants to hear of new sources */
	bool held; /* its next SYN waits while DNS lists are asked, where the filter enforces */
	json_t *controller; /* what the controller knows of the source; NULL without one */
	struct mxw_err controller_err;
	struct mxw_probe_answer program; /* of the loaded program */
	bool dest_judged; /* a packet from it to some destination is judged at all */
	bool by_nat64; /* only one that comes by NAT64 is: no protected destination is IPv4 */
	struct mxw_nat64 nat64; /* the site's prefix, as mxw_config.nat64 */
	bool agree;
};

/* Finds the feeds that list the source: explain_feeds.c. */
int mxw_explain_feeds(struct explanation *e, struct mxw_err *err);

/* Reads what the limits and the hold go by, into e->situation: explain_limits.c. */
int mxw_explain_limits(struct explanation *e, struct mxw_err *err);

/* The name of the feed that has the class; "" if none has. */
const char *mxw_explain_feed_name(uint8_t class, char out[MXW_FEED_NAME]);

/* Prints it as asked: for people, porcelain or JSON. */
int mxw_explain_print(struct cli *cli, const struct explanation *e);

#endif
