// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * feed add, feed remove, feed mode.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "feed.h"
#include "feeds/vendors.h"
#include "cli/operator.h"
#include "cli/terminal.h"

#define MAX_AGE_URL (3 * 86400ULL) /* seconds */
#define MAX_CONTENT_URL (30 * 86400ULL) /* seconds */

const struct mxw_maps *feed_maps(struct mxw_maps *maps)
{
	return mxw_maps_open(maps, NULL) == MXW_OK ? maps : NULL;
}

int feed_begin(struct cli *cli, struct mxw_session *session)
{
	return mxw_session_begin(session, &cli->report, &cli->err);
}

int feed_judge_attached(struct cli *cli, bool attached)
{
	if (attached || cli->args.dry_run)
		return MXW_OK;
	return mxw_fail(&cli->err, MXW_E_DETACHED,
			"mxwall is not attached: the change is stored and takes effect with the "
			"next attach");
}

static int take_ca_file(struct cli *cli, struct mxw_feed *feed)
{
	char path[PATH_MAX];

	if (!realpath(cli->args.ca_file, path) || strlen(path) >= sizeof(feed->ca_file))
		return mxw_fail(&cli->err, MXW_E_USAGE, "--ca-file \"%.200s\" cannot be read",
				cli->args.ca_file);
	(void)snprintf(feed->ca_file, sizeof(feed->ca_file), "%s", path);
	return MXW_OK;
}

/* text: NULL if the option was not given. default_seconds: 0 = never. */
static int take_age(struct cli *cli, const char *text, uint64_t default_seconds, uint64_t *ns)
{
	uint64_t seconds = default_seconds;
	int error = MXW_OK;

	if (text && strcmp(text, "never") == 0)
		seconds = 0;
	else if (text)
		error = mxw_duration_parse(text, &seconds, &cli->err);
	*ns = seconds * MXW_SECOND;
	return error;
}

/* An operator who lets a copy get any age means the same of its content. */
static int take_ages(struct cli *cli, struct mxw_feed *feed)
{
	bool url = feed->kind == MXW_FEED_URL;
	int error = take_age(cli, cli->args.max_age, url ? MAX_AGE_URL : 0, &feed->max_age_ns);

	if (error)
		return error;
	return take_age(cli, cli->args.max_content_age,
			url && feed->max_age_ns ? MAX_CONTENT_URL : 0, &feed->max_content_ns);
}

/* Reads --max-prefix, "LEN" or "LEN,LEN6". Without it the feed keeps 0, which means the
 * defaults. */
static int take_max_prefix(struct cli *cli, struct mxw_feed *feed)
{
	char first[8] = "";
	uint64_t widest4 = 0, widest6 = 0;
	const char *text = cli->args.max_prefix, *comma;
	bool well;

	if (!text)
		return MXW_OK;
	comma = strchr(text, ',');
	(void)snprintf(first, sizeof(first), "%.*s", comma ? (int)(comma - text) : 7, text);
	well = mxw_number_parse(first, 1, 32, &widest4) &&
	       (!comma || mxw_number_parse(comma + 1, 3, 64, &widest6));
	feed->widest4 = (uint8_t)widest4;
	feed->widest6 = (uint8_t)widest6;
	return well ? MXW_OK
		    : mxw_fail(&cli->err, MXW_E_USAGE,
			       "--max-prefix \"%.40s\" is not a length from 1 to 32, or that and "
			       "one "
			       "from 3 to 64 for IPv6: 7 or 7,16",
			       text);
}

/* The feed as the command line wants it. */
static int describe(struct cli *cli, struct mxw_feed *feed)
{
	const struct cli_args *args = &cli->args;
	const struct cli_list *words = &args->operands;
	const struct mxw_vendor_feed *vendor;
	int error = mxw_feed_check_name(words->items[0], &cli->err);

	if (!error && words->count == 1 && !mxw_vendor_feed(words->items[0]))
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.60s\" is not a ready-made feed, so `xdpctl feed add` needs a "
				"SOURCE behind it: a file, a directory, an https URL or -",
				words->items[0]);
	if (error)
		return error;
	(void)snprintf(feed->name, sizeof(feed->name), "%s", words->items[0]);
	vendor = mxw_vendor_feed(feed->name);
	if (vendor)
		feed_take_vendor(vendor, feed);
	error = feed_source(cli, words->items[words->count - 1], feed);
	feed->strip = feed->strip || args->skip_reserved;
	if (args->format)
		feed->format = (uint8_t)args->format;
	if (!error)
		error = feed_take_mode(cli, feed);
	if (!error)
		error = take_ages(cli, feed);
	if (!error)
		error = take_max_prefix(cli, feed);
	if (!error && args->ca_file)
		error = take_ca_file(cli, feed);
	feed->act.when = mxw_clock_wall();
	cli_operator(feed->act.who);
	(void)terminal_safe(args->reason ? args->reason : "", feed->act.why, sizeof(feed->act.why));
	return error;
}

/* What would make the reading vain, and the note that the publisher is asked. */
static int before_reading(struct cli *cli, const struct mxw_feed *feed)
{
	char text[MXW_DURATION_TEXT], shown[MXW_URL_TEXT];
	struct mxw_session session;
	struct mxw_feed there;
	uint64_t due = 0;
	bool found = false;
	int error = cli->args.dry_run && feed->kind != MXW_FEED_URL
			    ? mxw_session_look(&session, &cli->err)
			    : feed_begin(cli, &session);

	if (!error)
		error = mxw_store_feed(session.store, feed->name, &there, &found, &cli->err);
	if (!error && found)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "there is a feed %s already: `xdpctl feed refresh %s` reads it "
				 "again, `xdpctl feed remove %s` removes it",
				 feed->name, feed->name, feed->name);
	if (!error)
		error = mxw_feeds_due(session.store, feed, &due, &cli->err);
	if (!error && due)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "%.200s was asked a short while ago, and its publisher wants it "
				 "asked again in %s at the earliest",
				 mxw_feed_shown(feed, shown), mxw_duration_format(due, text));
	if (!error && feed->kind == MXW_FEED_URL)
		error = mxw_feeds_asked(&session, feed, &cli->err);
	mxw_session_end(&session);
	return error;
}

static int read_source(struct cli *cli, struct mxw_feed_job *job)
{
	struct mxw_maps maps;
	int error = mxw_feeds_read(job, feed_maps(&maps), &cli->report, &cli->err);

	terminal_progress_end(&cli->report);
	mxw_maps_close(&maps);
	feed_print_refusals(job);
	return error;
}

static int store(struct cli *cli, struct mxw_feed_job *job, bool *attached)
{
	struct mxw_session session;
	int error = feed_begin(cli, &session);

	*attached = session.attached;
	if (!error)
		error = mxw_feeds_add(&session, job, &cli->report, &cli->err);
	terminal_progress_end(&cli->report);
	mxw_session_end(&session);
	return error;
}

/* Reads the list before it takes the lock, so that a slow server keeps nobody from blocking.
 * With --dry-run a list that would be refused is reported and is not an error. */
static int add(struct cli *cli, struct mxw_feed_job *job)
{
	struct feed_report report = { .job = job, .result = "taken" };
	uint64_t begin = mxw_clock_mono();
	int error = before_reading(cli, &job->feed);

	if (!error)
		error = read_source(cli, job);
	if (!error && cli->args.dry_run && job->ruling != MXW_GUARD_GOOD)
		report.result = "refused";
	else if (!error && !cli->args.dry_run)
		error = store(cli, job, &report.attached);
	if (error)
		return error;
	report.nanoseconds = mxw_clock_mono() - begin;
	if (cli->args.json)
		error = terminal_json(feed_report_json(cli, &report));
	else
		feed_print_report(cli, &report);
	if (!error && report.attached && job->feed.action == MXW_FEED_ENFORCE)
		cli_note_mode(cli);
	return error ? error : feed_judge_attached(cli, report.attached);
}

int verb_feed_add(struct cli *cli)
{
	struct mxw_feed_job *job = calloc(1, sizeof(*job));
	int error;

	if (!job)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	job->force = cli->args.force;
	error = describe(cli, &job->feed);
	if (!error)
		error = add(cli, job);
	mxw_list_free(&job->list);
	free(job);
	return error;
}

/* A change that is over in one sentence. */
static int say(struct cli *cli, const struct mxw_feed *feed, const char *what, bool attached)
{
	if (cli->args.json)
		return terminal_json(
			json_pack("{s:s, s:s, s:s, s:b, s:b}", "feed", feed->name, "result", what,
				  "mode", mxw_feed_mode_name(feed->action), "enforced",
				  attached && !cli->args.dry_run, "dry_run", cli->args.dry_run));
	(void)printf("feed %s: %s%s%s\n", feed->name, cli->args.dry_run ? "would be " : "", what,
		     attached ? "" : ", stored only");
	return MXW_OK;
}

int verb_feed_remove(struct cli *cli)
{
	struct mxw_session session;
	struct mxw_feed feed = { 0 };
	int error = cli->args.dry_run ? mxw_session_look(&session, &cli->err)
				      : feed_begin(cli, &session);
	bool attached = session.attached;

	if (!error)
		error = mxw_feeds_find(session.store, cli->args.operands.items[0], &feed,
				       &cli->err);
	if (!error && !cli->args.dry_run)
		error = mxw_feeds_remove(&session, feed.name, &cli->report, &cli->err);
	terminal_progress_end(&cli->report);
	mxw_session_end(&session);
	return error ? error : say(cli, &feed, "removed", attached);
}

/* Sets what a feed does. A ready-made feed that may only limit is refused as enforcing, also
 * with --dry-run. */
int verb_feed_mode(struct cli *cli)
{
	const char *name = cli->args.operands.items[0], *mode = cli->args.operands.items[1];
	unsigned int choice = feed_choice_of(mode);
	struct mxw_feed feed = { 0 };
	struct mxw_session session;
	bool attached;
	int error;

	if (!choice)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.40s\" is not a mode of a feed: choose shadow, limit or "
				"enforce",
				mode);
	error = cli->args.dry_run ? mxw_session_look(&session, &cli->err)
				  : feed_begin(cli, &session);
	attached = session.attached;
	if (!error)
		error = mxw_feeds_find(session.store, name, &feed, &cli->err);
	if (!error)
		error = mxw_feeds_check_mode(&feed, feed_action(choice), &cli->err);
	if (!error && !cli->args.dry_run)
		error = mxw_feeds_mode(&session, name, feed_action(choice), &cli->report,
				       &cli->err);
	terminal_progress_end(&cli->report);
	mxw_session_end(&session);
	feed.action = feed_action(choice);
	if (error)
		return error;
	error = say(cli, &feed, mode, attached);
	if (!error && attached && feed.action == MXW_FEED_ENFORCE)
		cli_note_mode(cli);
	return error ? error : feed_judge_attached(cli, attached);
}
