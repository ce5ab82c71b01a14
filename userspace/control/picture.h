/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the controller shows of itself: filled by the daemon, turned into JSON here, and into
 * metrics. Plain data; nothing in it is a secret: names of lists are masked.
 */
#ifndef MXW_CONTROL_PICTURE_H
#define MXW_CONTROL_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "policy/dnsbl_answer.h"
#include "policy/dnsbl_sites.h"
#include "policy/flow.h"
#include "policy/inquiry.h"
#include "policy/list_health.h"
#include "policy/rank.h"
#include "policy/sanction.h"

struct mxw_list_picture {
	char name[MXW_DNSBL_ZONE_TEXT + 16]; /* as it may be shown; unlike any other's */
	char note[256]; /* what is to be known about using it, or "" */
	const char *health; /* one word; NULL: nobody watches it. Static, as hint */
	const char *hint;
	bool online, ipv6;
	bool suspected; /* it is being examined */
	const char *suspected_for; /* the last time; static; NULL: never */
	uint64_t suspected_ago; /* s; when that began */
	uint64_t suspicions[MXW_SUSPICIONS]; /* since the start */
	uint64_t since; /* s in that state */
	uint32_t per_second, per_day; /* budgets; 0 = no limit */
	uint32_t today; /* queries of the last 24 hours */
	uint32_t flow[MXW_FLOW_SHARES]; /* left now; UINT32_MAX = no limit */
	uint64_t asked, listed, not_listed, errors[MXW_DNSBL_FAULTS];
	uint64_t unasked, over_second, over_day;
	uint64_t alone, with[MXW_DNSBL_ZONES]; /* as in sources/dnsbl_stats.h */
	uint64_t median, high; /* us within which half, and 99 %, of the answers came */
};

/* The lists of addresses come first, then those of names. */
#define MXW_LISTS_PICTURES 2

struct mxw_lists_picture {
	bool names;
	bool watched; /* by a controller; otherwise its figures say nothing */
	unsigned int count;
	struct mxw_list_picture list[MXW_DNSBL_ZONES]; /* as sites.zone[] */
	/* by enum mxw_rank, of sources: as in struct mxw_dnsbl_counts */
	uint64_t admitted[MXW_RANKS], shed[MXW_RANKS], waiting[MXW_RANKS];
	struct mxw_dnsbl_sites sites; /* names in it are not to be shown: they may have keys */
};

struct mxw_status_picture {
	const char *version;
	uint64_t up; /* s since it has been running */
	unsigned int lists, lists_online;
	uint64_t entries, waiting; /* automatic ones; those that the kernel refused */
	double enforced_ratio;
	uint64_t reports, decisions, queued, in_flight;
	bool hold_unknown, shadow, storing;
	int stopped; /* the helper process, if somebody has stopped it; 0 = it works */
};

/* What is known of a source without asking anybody. */
struct mxw_source_picture {
	bool known; /* lists have been asked about it */
	bool complete; /* and all that can be known is */
	int32_t score;
	char why[400]; /* what the score is made of */
	bool blocked; /* an automatic entry is meant to be in force */
	uint64_t left; /* s, of the entry */
};

/* Health and standing for an inquiry's verdict. */
struct mxw_inquiry_view {
	bool watched; /* by a controller; otherwise each list counts */
	bool online[MXW_DNSBL_ZONES];
	const char *health[MXW_DNSBL_ZONES]; /* static */
	struct mxw_standing standing;
	struct mxw_sanction_policy policy;
	uint64_t now; /* CLOCK_MONOTONIC ns */
};

/* Fills in the name of list number at, from picture->sites, and its note. Those before are. */
void mxw_list_picture_name(struct mxw_lists_picture *picture, unsigned int at);

/* Objects of the caller's; NULL without memory. */
json_t *mxw_lists_json(const struct mxw_lists_picture picture[MXW_LISTS_PICTURES]);
json_t *mxw_status_json(const struct mxw_status_picture *picture);
json_t *mxw_source_json(const struct mxw_source_picture *picture);
json_t *mxw_test_json(const struct mxw_inquiry *inquiry, bool watched);
json_t *mxw_query_json(const struct mxw_inquiry *inquiry, const struct mxw_inquiry_view *view);

#endif
