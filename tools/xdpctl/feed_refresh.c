// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * feed refresh: one feed, or all of them one after the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/feed_content.h"
#include "base/clock.h"
#include "base/num.h"
#include "feed.h"
#include "cli/terminal.h"

/* A refresh of one feed or of several. */
struct refresh {
	struct cli *cli;
	json_t *json; /* NULL where people read */
	bool alone; /* the feed was named */
	bool attached;
	int worst; /* of the feeds so far */
};

static void tell(struct refresh *r, const struct feed_report *report)
{
	if (r->json)
		(void)json_array_append_new(r->json, feed_report_json(r->cli, report));
	else
		feed_print_report(r->cli, report);
}

/* One of several that fails does not keep the others from it. */
static int failed(struct refresh *r, const char *name, int error)
{
	char text[sizeof(r->cli->err.text)];

	if (!r->alone && error)
		(void)fprintf(stderr, "xdpctl: feed %s: %s\n", name,
			      terminal_safe(r->cli->err.text, text, sizeof(text)));
	if (error && (!r->worst || error > r->worst))
		r->worst = error;
	return r->alone ? error : MXW_OK;
}

/* Whether the source may be asked now; if it may, notes that it is. */
static int ask(struct refresh *r, const struct mxw_feed *feed, bool *may)
{
	char text[MXW_DURATION_TEXT];
	struct mxw_session session;
	uint64_t due = 0;
	int error = feed_begin(r->cli, &session);

	r->attached = session.attached;
	*may = false;
	if (!error && feed->kind == MXW_FEED_STDIN) {
		if (r->alone)
			error = mxw_fail(&r->cli->err, MXW_E_FAIL,
					 "feed %s has no source to be read again: `xdpctl feed "
					 "import` changes it",
					 feed->name);
		mxw_session_end(&session);
		return error;
	}
	if (!error)
		error = mxw_feeds_due(session.store, feed, &due, &r->cli->err);
	if (!error && due)
		mxw_note(&r->cli->report,
			 "feed %s is not due: its publisher wants to be asked again in %s at the "
			 "earliest, --force or not",
			 feed->name, mxw_duration_format(due, text));
	*may = !error && !due;
	if (*may)
		error = mxw_feeds_asked(&session, feed, &r->cli->err);
	mxw_session_end(&session);
	return error;
}

static int note_failure(struct refresh *r, const char *name, int error)
{
	struct mxw_session session;

	if (mxw_session_begin(&session, NULL, NULL) == MXW_OK)
		(void)mxw_feeds_failed(&session, name, r->cli->err.text, NULL); /* told below */
	mxw_session_end(&session);
	return error;
}

static int read_source(struct refresh *r, struct mxw_feed_job *job)
{
	struct mxw_maps maps;
	int error = mxw_feeds_read(job, feed_maps(&maps), &r->cli->report, &r->cli->err);

	terminal_progress_end(&r->cli->report);
	mxw_maps_close(&maps);
	feed_print_refusals(job);
	return error && !r->cli->args.dry_run ? note_failure(r, job->feed.name, error) : error;
}

static int held(struct refresh *r, const char *name, const char *why)
{
	return mxw_fail(&r->cli->err, MXW_E_DEGRADED,
			"feed %s: %.250s; `xdpctl feed diff %s` shows what it would change, and "
			"`xdpctl feed refresh %s --force` takes it",
			name, why, name, name);
}

/* A list that is refreshed and blocks nobody all the same, because its publisher has not changed
 * it for too long. */
static int judge_content(struct refresh *r, const char *name)
{
	char old[MXW_DURATION_TEXT], most[MXW_DURATION_TEXT];
	struct mxw_session session;
	struct mxw_feed feed;
	int error = mxw_session_look(&session, &r->cli->err);

	if (!error)
		error = mxw_feeds_find(session.store, name, &feed, &r->cli->err);
	mxw_session_end(&session);
	if (error || !mxw_feed_content_over(&feed))
		return error;
	return mxw_fail(&r->cli->err, MXW_E_DEGRADED,
			"feed %s blocks and allows nobody: its publisher changed the list %s ago, "
			"longer than the %s of --max-content-age; it counts again when the list "
			"changes, or when you add it again with a longer time",
			name, mxw_duration_format(mxw_feed_content_age(&feed), old),
			mxw_duration_format(feed.max_content_ns / MXW_SECOND, most));
}

static int take(struct refresh *r, struct mxw_feed_job *job, struct feed_report *report)
{
	static const char *const names[] = { "taken", "unchanged", "held" };
	enum mxw_feed_result result = MXW_FEED_UNCHANGED;
	struct mxw_session session;
	int error = feed_begin(r->cli, &session);

	report->attached = session.attached;
	if (!error)
		error = mxw_feeds_take(&session, job, &result, &r->cli->report, &r->cli->err);
	terminal_progress_end(&r->cli->report);
	mxw_session_end(&session);
	report->result = names[result];
	return error;
}

/* One feed: reads its source and takes the list if it is good. A list that is held is a result,
 * reported with exit code 4, and the good one stays in force. */
static int read_and_take(struct refresh *r, struct mxw_feed_job *job)
{
	struct feed_report report = { .job = job, .attached = r->attached };
	uint64_t begin = mxw_clock_mono();
	int error = read_source(r, job);

	if (error)
		return error;
	if (r->cli->args.dry_run)
		report.result = job->ruling == MXW_GUARD_GOOD	? "taken"
				: job->ruling == MXW_GUARD_HOLD ? "held"
								: "refused";
	else
		error = take(r, job, &report);
	if (error)
		return error;
	report.nanoseconds = mxw_clock_mono() - begin;
	tell(r, &report);
	if (job->ruling == MXW_GUARD_HOLD && !r->cli->args.dry_run)
		return held(r, job->feed.name, job->why);
	return judge_content(r, job->feed.name);
}

/* What is held is taken without asking anybody. */
static int accept(struct refresh *r, const struct mxw_feed *feed)
{
	struct mxw_session session;
	int error;

	if (r->cli->args.dry_run) {
		(void)printf("feed %s: the held list would be taken\n", feed->name);
		return MXW_OK;
	}
	error = feed_begin(r->cli, &session);
	r->attached = session.attached;
	if (!error)
		error = mxw_feeds_accept(&session, feed->name, &r->cli->report, &r->cli->err);
	terminal_progress_end(&r->cli->report);
	mxw_session_end(&session);
	if (error)
		return error;
	if (r->json)
		(void)json_array_append_new(r->json, json_pack("{s:s, s:s}", "feed", feed->name,
							       "result", "accepted"));
	else
		(void)printf("feed %s: the held list is taken\n", feed->name);
	return MXW_OK;
}

static int refresh_one(struct refresh *r, const struct mxw_feed *feed)
{
	struct mxw_feed_job *job;
	bool may = false;
	int error;

	if (feed->held && r->cli->args.force)
		return accept(r, feed);
	job = calloc(1, sizeof(*job));
	if (!job)
		return mxw_fail(&r->cli->err, MXW_E_FAIL, "out of memory");
	job->feed = *feed;
	job->force = r->cli->args.force;
	error = ask(r, feed, &may);
	if (!error && may)
		error = read_and_take(r, job);
	mxw_list_free(&job->list);
	free(job);
	return error;
}

static int refresh_all(struct refresh *r, const struct mxw_feed *feeds, size_t count)
{
	const struct cli_list *words = &r->cli->args.operands;
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (words->count && strcmp(words->items[0], feeds[i].name) != 0)
			continue;
		found = true;
		if (failed(r, feeds[i].name, refresh_one(r, &feeds[i])))
			break;
	}
	if (words->count && !found)
		return mxw_fail(&r->cli->err, MXW_E_FAIL,
				"there is no feed \"%.60s\": `xdpctl feed list` shows those there "
				"are",
				words->items[0]);
	return r->worst;
}

/* Refreshes one feed or all. One that fails does not keep the others from being refreshed; the
 * exit code is that of the worst. */
int verb_feed_refresh(struct cli *cli)
{
	struct refresh r = { .cli = cli, .alone = cli->args.operands.count, .attached = true };
	struct mxw_session session;
	struct mxw_feed *feeds = NULL;
	size_t count = 0;
	int error = mxw_session_look(&session, &cli->err), print;

	if (!error)
		error = mxw_store_feeds_all(session.store, &feeds, &count, &cli->err);
	mxw_session_end(&session);
	if (error)
		return error;
	r.json = cli->args.json ? json_array() : NULL;
	error = refresh_all(&r, feeds, count);
	free(feeds);
	print = r.json ? terminal_json(json_pack("{s:o}", "feeds", r.json)) : MXW_OK;
	if (!error && print)
		return print;
	if (error)
		return r.alone ? error : mxw_fail(&cli->err, error, "not all feeds are refreshed");
	return feed_judge_attached(cli, r.attached);
}
