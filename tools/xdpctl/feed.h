/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the feed verbs share.
 */
#ifndef MXW_CTL_FEED_H
#define MXW_CTL_FEED_H

#include <jansson.h>

#include "apply/feeds.h"
#include "feeds/vendors.h"
#include "cli/cli.h"

/* "shadow", "limit", "enforce": choices of --mode, and operands of feed mode. */
extern const char *const feed_modes[];

/* The action of a choice of feed_modes, counted from 1; 0 is the default, enforce. */
uint8_t feed_action(unsigned int choice);

/* The choice that a word is; 0 if it is none. */
unsigned int feed_choice_of(const char *mode);

/* Opens the maps, if there are any, for the never-block set. Returns maps or NULL. */
const struct mxw_maps *feed_maps(struct mxw_maps *maps);

/* A session for a short change; the caller ends it, also after a failure. */
int feed_begin(struct cli *cli, struct mxw_session *session);

/* What a source operand is: fills kind, where and, of a ready-made feed, all that it brings.
 * MXW_E_USAGE for a ready-made one that cannot be fetched. */
int feed_source(struct cli *cli, const char *text, struct mxw_feed *feed);

/* What a ready-made feed brings, whatever its source: format, mode, and what is left out of it. */
void feed_take_vendor(const struct mxw_vendor_feed *vendor, struct mxw_feed *feed);

/* The mode that the command line asks for, or the one that feed has, or enforce. MXW_E_USAGE where
 * the feed may not have it. */
int feed_take_mode(struct cli *cli, struct mxw_feed *feed);

/* Says on standard error what was refused. */
void feed_print_refusals(const struct mxw_feed_job *job);

/* Why the list is read in the formats found: "named", or by what they show themselves. */
const char *feed_format_why(const struct mxw_feed *feed, uint32_t found);

/* Wall clock s as "2026-11-29 12:14:44 UTC". Returns out. */
#define FEED_TIME_TEXT 32
const char *feed_time(uint64_t seconds, char out[FEED_TIME_TEXT]);

/* What is reported of a change. */
struct feed_report {
	const struct mxw_feed_job *job;
	const char *result; /* "taken", "held", "unchanged" */
	bool attached;
	uint64_t nanoseconds;
};

/* The report for people or as JSON object, which the caller owns. */
void feed_print_report(const struct cli *cli, const struct feed_report *report);
json_t *feed_report_json(const struct cli *cli, const struct feed_report *report);

/* MXW_E_DETACHED with a sentence where the change is only stored. */
int feed_judge_attached(struct cli *cli, bool attached);

#endif
