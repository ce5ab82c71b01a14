// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * feed diff: the list in force against the one that is held, or that the source has now; and
 * which addresses that are known to be good the new one would hit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/intents.h"
#include "apply/feed_book.h"
#include "apply/never.h"
#include "base/clock.h"
#include "base/num.h"
#include "feed.h"
#include "cli/terminal.h"

#define SAMPLES 10

/* Addresses that are known to be good, and are listed. */
struct hit {
	struct mxw_prefix prefix;
	char why[80];
};

/* What comes and what goes of what a list blocks, or of what it allows. */
struct side {
	struct mxw_ranges added, removed;
};

struct diff {
	struct cli *cli;
	struct mxw_feed_job *job; /* the new list, where one was read */
	struct mxw_listfile held;
	const struct mxw_list *new; /* job's or held's */
	struct mxw_feed_page page; /* what holds now */
	struct side blocks, allows;
	struct hit hits[SAMPLES];
	uint64_t hit_count;
};

/* Notes an address that somebody vouches for, if what the list blocks has it: such a list is wrong. */
static void try_hit(struct diff *d, const struct mxw_prefix *prefix, const char *why)
{
	const struct mxw_range4 window4 = { (uint32_t)prefix->key,
					    (uint32_t)mxw_prefix_last(prefix) };
	const struct mxw_range6 window6 = { prefix->key, mxw_prefix_last(prefix) };
	bool ipv4 = mxw_prefix_is_ipv4(prefix);
	struct mxw_ranges touched = { 0 };

	if (mxw_ranges_window(&d->new->block, ipv4 ? &window4 : NULL, ipv4 ? NULL : &window6,
			      &touched, NULL) != MXW_OK)
		return;
	if (touched.v4_count || touched.v6_count) {
		if (d->hit_count < SAMPLES) {
			d->hits[d->hit_count].prefix = *prefix;
			(void)snprintf(d->hits[d->hit_count].why, sizeof(d->hits[0].why), "%s",
				       why);
		}
		d->hit_count++;
	}
	mxw_ranges_free(&touched);
}

static int try_allow(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	(void)act;
	if (intent->class == MXW_CLASS_ALLOW)
		try_hit(context, &intent->prefix, "allowed by the operator");
	return MXW_OK;
}

static int find_hits(struct diff *d)
{
	struct mxw_never_list never;
	struct mxw_session session;
	int error = mxw_session_look(&session, &d->cli->err);

	if (!error)
		error = mxw_store_each(session.store, mxw_clock_mono(), try_allow, d, &d->cli->err);
	mxw_never_init(&never);
	if (!error)
		error = mxw_never_known(session.attached ? &session.maps : NULL, &never,
					&d->cli->err);
	for (size_t i = 0; i < never.count && !error; i++)
		try_hit(d, &never.items[i].prefix, never.items[i].why);
	mxw_never_free(&never);
	mxw_session_end(&session);
	return error;
}

static void sample(const struct mxw_ranges *ranges, size_t i, char out[2 * MXW_ADDR_TEXT + 2])
{
	struct mxw_prefix first = { .len = MXW_KEY_BITS }, last = first;
	char a[MXW_ADDR_TEXT], b[MXW_ADDR_TEXT];

	if (i < ranges->v4_count) {
		first.key = ranges->v4[i].first;
		last.key = ranges->v4[i].last;
	} else {
		first.key = ranges->v6[i - ranges->v4_count].first;
		last.key = ranges->v6[i - ranges->v4_count].last;
	}
	(void)mxw_prefix_format(&first, a);
	(void)mxw_prefix_format(&last, b);
	(void)snprintf(out, 2 * MXW_ADDR_TEXT + 2, first.key == last.key ? "%s" : "%s-%s", a, b);
}

static size_t sample_count(const struct mxw_ranges *ranges)
{
	size_t count = ranges->v4_count + ranges->v6_count;

	return count < SAMPLES ? count : SAMPLES;
}

static json_t *samples_json(const struct mxw_ranges *ranges)
{
	json_t *array = json_array();
	char text[2 * MXW_ADDR_TEXT + 2];

	for (size_t i = 0; i < sample_count(ranges); i++) {
		sample(ranges, i, text);
		(void)json_array_append_new(array, json_string(text));
	}
	return array;
}

static json_t *ranges_json(const struct mxw_ranges *ranges)
{
	return json_pack("{s:I, s:I, s:I, s:o}", "ranges",
			 (json_int_t)(ranges->v4_count + ranges->v6_count), "addresses4",
			 (json_int_t)mxw_ranges_addresses4(ranges), "networks6",
			 (json_int_t)mxw_ranges_networks6(ranges), "samples", samples_json(ranges));
}

static int print_json(const struct diff *d)
{
	json_t *hits = json_array();
	char text[MXW_ADDR_TEXT];

	for (size_t i = 0; i < d->hit_count && i < SAMPLES; i++)
		(void)json_array_append_new(hits,
					    json_pack("{s:s, s:s}", "prefix",
						      mxw_prefix_format(&d->hits[i].prefix, text),
						      "why", d->hits[i].why));
	return terminal_json(json_pack(
		"{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "feed", d->page.feed.name,
		"held", d->page.feed.held, "why", terminal_string(d->job->why), "added",
		ranges_json(&d->blocks.added), "removed", ranges_json(&d->blocks.removed),
		"allows_added", ranges_json(&d->allows.added), "allows_removed",
		ranges_json(&d->allows.removed), "refused", (json_int_t)d->job->reading.refused,
		"known_good_hits", (json_int_t)d->hit_count, "hits", hits));
}

static void print_ranges(const char *what, char sign, const struct mxw_ranges *ranges)
{
	char count[MXW_COUNT_TEXT], text[2 * MXW_ADDR_TEXT + 2];

	(void)printf("%s: %s", what,
		     mxw_count_format(mxw_ranges_addresses4(ranges), "IPv4 address", count));
	(void)printf(", %s", mxw_count_format(mxw_ranges_networks6(ranges), "IPv6 /64", count));
	(void)printf(" in %s\n",
		     mxw_count_format(ranges->v4_count + ranges->v6_count, "range", count));
	for (size_t i = 0; i < sample_count(ranges); i++) {
		sample(ranges, i, text);
		(void)printf("  %c %s\n", sign, text);
	}
	if (ranges->v4_count + ranges->v6_count > SAMPLES)
		(void)printf("  %c ...\n", sign);
}

static bool is_empty(const struct side *side)
{
	return side->added.v4_count + side->added.v6_count + side->removed.v4_count +
		       side->removed.v6_count ==
	       0;
}

static void print_people(const struct diff *d)
{
	bool allow = d->page.feed.action == MXW_FEED_ALLOW;
	char text[MXW_ADDR_TEXT], number[MXW_DURATION_TEXT];

	if (!allow || !is_empty(&d->blocks)) {
		print_ranges("added", '+', &d->blocks.added);
		print_ranges("removed", '-', &d->blocks.removed);
	}
	if (allow || !is_empty(&d->allows)) {
		print_ranges("allows added", '+', &d->allows.added);
		print_ranges("allows removed", '-', &d->allows.removed);
	}
	(void)printf("known good: %s listed\n", mxw_number_format(d->hit_count, number));
	for (size_t i = 0; i < d->hit_count && i < SAMPLES; i++)
		(void)printf("  ! %s (%s)\n", mxw_prefix_format(&d->hits[i].prefix, text),
			     d->hits[i].why);
	if (d->job->why[0])
		(void)printf("%s\n", d->job->why);
}

/* Asks the source, which may be another than the feed's own. */
static int read_new(struct diff *d)
{
	const struct cli_list *words = &d->cli->args.operands;
	struct mxw_feed *feed = &d->job->feed;
	char text[MXW_DURATION_TEXT], shown[MXW_URL_TEXT];
	struct mxw_session session;
	struct mxw_maps maps;
	uint64_t due = 0;
	int error = MXW_OK;

	if (words->count > 1)
		error = feed_source(d->cli, words->items[1], feed);
	if (!error && d->cli->args.format)
		feed->format = (uint8_t)d->cli->args.format;
	if (!error && feed->kind == MXW_FEED_STDIN && words->count < 2)
		return mxw_fail(&d->cli->err, MXW_E_USAGE,
				"feed %s has no source to compare with: name one", feed->name);
	feed->action = d->page.feed.action; /* a ready-made source brings another */
	feed->etag[0] = feed->last_modified[0] = '\0';
	if (!error && feed->kind == MXW_FEED_URL) {
		error = feed_begin(d->cli, &session);
		if (!error)
			error = mxw_feeds_due(session.store, feed, &due, &d->cli->err);
		if (!error && due)
			error = mxw_fail(&d->cli->err, MXW_E_FAIL,
					 "%.200s was asked a short while ago, and its publisher "
					 "wants it asked again in %s at the earliest",
					 mxw_feed_shown(feed, shown),
					 mxw_duration_format(due, text));
		if (!error)
			error = mxw_feeds_asked(&session, feed, &d->cli->err);
		mxw_session_end(&session);
	}
	if (error)
		return error;
	error = mxw_feeds_read(d->job, feed_maps(&maps), &d->cli->report, &d->cli->err);
	terminal_progress_end(&d->cli->report);
	mxw_maps_close(&maps);
	feed_print_refusals(d->job);
	d->new = &d->job->list;
	return error;
}

static int open_new(struct diff *d)
{
	int error;

	if (!d->page.feed.held || d->cli->args.operands.count > 1)
		return read_new(d);
	error = mxw_listfile_open(d->page.feed.name, MXW_LISTFILE_HELD, true, &d->held,
				  &d->cli->err);
	d->new = &d->held.list;
	(void)snprintf(d->job->why, sizeof(d->job->why), "%s", d->page.feed.why_held);
	return error;
}

static int open_now(struct diff *d)
{
	struct mxw_session session;
	struct mxw_feed feed = { 0 };
	int error = mxw_session_look(&session, &d->cli->err);

	if (!error)
		error = mxw_feeds_find(session.store, d->cli->args.operands.items[0], &feed,
				       &d->cli->err);
	mxw_session_end(&session);
	if (!error)
		error = mxw_feed_page_open(&feed, true, &d->page, &d->cli->err);
	if (!error)
		error = mxw_feed_page_read(&d->page, NULL, NULL, &d->cli->err);
	if (!error)
		d->job->feed = feed;
	return error;
}

static int compare_side(const struct mxw_ranges *now, const struct mxw_ranges *new,
			struct side *side, struct mxw_err *err)
{
	int error = mxw_ranges_subtract(new, now, &side->added, err);

	return error ? error : mxw_ranges_subtract(now, new, &side->removed, err);
}

static void free_side(struct side *side)
{
	mxw_ranges_free(&side->added);
	mxw_ranges_free(&side->removed);
}

static int compare(struct diff *d)
{
	int error = open_now(d);

	if (!error)
		error = open_new(d);
	if (!error)
		error = compare_side(&d->page.list->block, &d->new->block, &d->blocks,
				     &d->cli->err);
	if (!error)
		error = compare_side(&d->page.list->allow, &d->new->allow, &d->allows,
				     &d->cli->err);
	return error ? error : find_hits(d);
}

static int tell(const struct diff *d)
{
	if (d->cli->args.json)
		return print_json(d);
	print_people(d);
	return MXW_OK;
}

/* What a refresh would change. It stores nothing, and takes no lock. */
int verb_feed_diff(struct cli *cli)
{
	struct diff *d = calloc(1, sizeof(*d));
	struct mxw_feed_job *job = calloc(1, sizeof(*job));
	int error = MXW_E_FAIL;

	if (d && job) {
		d->cli = cli;
		d->job = job;
		error = compare(d);
		if (!error)
			error = tell(d);
		free_side(&d->blocks);
		free_side(&d->allows);
		mxw_listfile_close(&d->held);
		mxw_feed_page_close(&d->page);
		mxw_list_free(&job->list);
	} else {
		(void)mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	}
	free(job);
	free(d);
	return error;
}
