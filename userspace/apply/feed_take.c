// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a feed's source, and guarding what comes. Called by feed add, refresh and diff, without
 * the lock: a slow server must not keep an operator from blocking.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/feed_book.h"
#include "apply/feed_content.h"
#include "apply/feeds.h"
#include "apply/never.h"
#include "base/clock.h"
#include "base/num.h"
#include "feeds/vendors.h"

#define NOISE_FEW 3 /* lines that are not entries, in a list of any size */
#define NOISE_PART 10 /* and one in so many of a large one */

static struct mxw_guard_protected protect(const struct mxw_never_item *item)
{
	struct mxw_guard_protected out = { .first = item->prefix.key,
					   .last = mxw_prefix_last(&item->prefix) };

	(void)snprintf(out.why, sizeof(out.why), "%.40s", item->why);
	return out;
}

/* The guard's view of the never-block set. The caller frees *out. */
static int protected_ranges(const struct mxw_maps *maps, struct mxw_guard_protected **out,
			    size_t *count, struct mxw_err *err)
{
	struct mxw_never_list never;
	int error = mxw_never_known(maps, &never, err);

	*count = 0;
	*out = error ? NULL : calloc(never.count + 1, sizeof(**out));
	for (size_t i = 0; *out && i < never.count; i++)
		if (!never.items[i].host) /* which passes, whatever lists its /64 */
			(*out)[(*count)++] = protect(&never.items[i]);
	mxw_never_free(&never);
	if (!error && !*out)
		error = mxw_fail(err, MXW_E_FAIL, "out of memory");
	return error;
}

/* Formats in which a program says what it has now, which may be nothing. The lists that people
 * publish are never empty but by a mistake. */
#define STATES                                                                                \
	(MXW_FORMATS_OF(MXW_FORMAT_IPSET) | MXW_FORMATS_OF(MXW_FORMAT_NFT) |                  \
	 MXW_FORMATS_OF(MXW_FORMAT_POSTFIX) | MXW_FORMATS_OF(MXW_FORMAT_FAIL2BAN) |           \
	 MXW_FORMATS_OF(MXW_FORMAT_CROWDSEC_CSV) | MXW_FORMATS_OF(MXW_FORMAT_CROWDSEC_JSON) | \
	 MXW_FORMATS_OF(MXW_FORMAT_SPAMDB))

/* In an allow feed, whatever is listed is allowed; but a REJECT in it is not. */
static int make_allow(struct mxw_feed_job *job, struct mxw_err *err)
{
	struct mxw_list made = { 0 };
	char shown[MXW_URL_TEXT];
	int error;

	if (job->reading.formats & MXW_FORMATS_SPEAKING &&
	    job->reading.formats & ~MXW_FORMATS_SPEAKING)
		return mxw_fail(
			err, MXW_E_FAIL,
			"some files of \"%.200s\" say themselves what they block, and others "
			"do not: with --allow, name one format by --format, or add them as "
			"two feeds",
			mxw_feed_shown(&job->feed, shown));
	if (job->reading.formats & MXW_FORMATS_SPEAKING) {
		job->ignored = job->list.block.v4_count + job->list.block.v6_count;
		mxw_ranges_free(&job->list.block);
		job->list.block = (struct mxw_ranges){ 0 };
		return MXW_OK;
	}
	error = mxw_ranges_union(&job->list.block, &job->list.allow, &made.allow, err);
	if (error)
		return error;
	made.endings = job->list.endings;
	job->list.endings = (struct mxw_endings){ .count = 0 };
	mxw_list_free(&job->list);
	job->list = made;
	return MXW_OK;
}

/* What the reader asks about each range. */
struct screening {
	const struct mxw_guard *guard;
	uint64_t stripped;
	char why[MXW_GUARD_WHY];
};

static const char left_out[] = "reserved, and left out";

static const char *say(struct screening *screening, enum mxw_guard_verdict verdict)
{
	if (verdict == MXW_GUARD_TAKE)
		return NULL;
	if (verdict == MXW_GUARD_REFUSE)
		return screening->why;
	screening->stripped++;
	return left_out;
}

static const char *screen4(void *context, enum mxw_says says, struct mxw_range4 range,
			   uint64_t line)
{
	struct screening *screening = context;

	(void)line;
	return say(screening, mxw_guard_entry4(screening->guard, says, range, screening->why));
}

static const char *screen6(void *context, enum mxw_says says, struct mxw_range6 range,
			   uint64_t line)
{
	struct screening *screening = context;

	(void)line;
	return say(screening, mxw_guard_entry6(screening->guard, says, range, screening->why));
}

/* Reserved ranges that --skip-reserved leaves out do not count as refused entries. */
static void forget_stripped(struct mxw_feed_job *job, uint64_t stripped)
{
	struct mxw_feed_reading *reading = &job->reading;
	size_t told = reading->refused < MXW_FEED_REFUSALS ? (size_t)reading->refused
							   : MXW_FEED_REFUSALS;
	size_t kept = 0;

	for (size_t i = 0; i < told; i++)
		if (strcmp(reading->refusals[i].why, left_out) != 0)
			reading->refusals[kept++] = reading->refusals[i];
	for (size_t i = kept; i < told; i++)
		reading->refusals[i] = (struct mxw_feed_refusal){ 0 };
	job->stripped = stripped;
	reading->refused -= stripped;
	reading->screened -= stripped;
}

static int measure_last(struct mxw_feed_job *job, struct mxw_err *err)
{
	struct mxw_listfile file;
	int error = mxw_listfile_open(job->feed.name, MXW_LISTFILE_GOOD, false, &file, err);

	/* A damaged one is compared with nothing. */
	job->has_last = !error && file.mapping;
	if (job->has_last)
		job->last = mxw_guard_measure(&file.list);
	mxw_listfile_close(&file);
	return MXW_OK;
}

/* Whether what came says the same as what is in force. */
static void compare_last(struct mxw_feed_job *job)
{
	struct mxw_listfile file;
	int error = mxw_listfile_open(job->feed.name, MXW_LISTFILE_GOOD, false, &file, NULL);

	job->same = !error && file.mapping && mxw_feed_content_same(&file.list, &job->list);
	mxw_listfile_close(&file);
}

/* A text that is not a list, read as one, is a few entries between many lines that are none. */
static bool mostly_noise(const struct mxw_feed_reading *reading, struct mxw_err *err)
{
	uint64_t noise = reading->refused - reading->screened;
	char lines[MXW_COUNT_TEXT], entries[MXW_COUNT_TEXT];

	if (noise <= NOISE_FEW || noise <= reading->entries / NOISE_PART)
		return false;
	(void)mxw_fail(err, MXW_E_FAIL,
		       "%s cannot be read, and %s can: this is not a list, or its format has to be "
		       "named with --format",
		       mxw_count_format(noise, "line", lines),
		       mxw_count_format(reading->entries, "entry", entries));
	return true;
}

/* To block by mistake loses mail, to allow by mistake lets in senders that other lists keep out. So what a
 * list allows has to be meant by the operator. */
static bool guess_allows(const struct mxw_feed_job *job, struct mxw_err *err)
{
	const struct mxw_feed_reading *reading = &job->reading;
	char entries[MXW_COUNT_TEXT];

	if (!reading->allows || job->feed.format != MXW_FORMAT_AUTO ||
	    job->feed.action == MXW_FEED_ALLOW)
		return false;
	(void)mxw_fail(
		err, MXW_E_FAIL,
		"the list looks like %s, in which %s would allow, and a guess never allows: add "
		"the feed with --format %s if that is meant",
		mxw_format_name(reading->format),
		mxw_count_format(reading->allows, "entry", entries),
		mxw_format_name(reading->format));
	return true;
}

/* Whoever changes the format of a list may mean something else by the same lines. */
static bool format_differs(const struct mxw_feed_job *job, struct mxw_err *err)
{
	char before[MXW_FORMATS_TEXT], now[MXW_FORMATS_TEXT];

	if (!job->feed.found || !job->reading.formats || job->feed.found == job->reading.formats)
		return false;
	(void)mxw_fail(err, MXW_E_FAIL,
		       "the format was %.60s and now looks like %.60s: the list is held, and the "
		       "last good one stays in force",
		       mxw_formats_name(job->feed.found, before),
		       mxw_formats_name(job->reading.formats, now));
	return true;
}

static bool describes_state(const struct mxw_feed_reading *reading)
{
	uint32_t formats = reading->formats | MXW_FORMATS_OF(reading->format);

	return !(formats & ~STATES);
}

/* A list that its own maker no longer stands by. */
static bool has_ended(const struct mxw_list *list, struct mxw_err *err)
{
	time_t end = (time_t)list->endings.all;
	struct tm utc;
	char text[32] = "";

	if (!end || (uint64_t)end > mxw_clock_wall() / MXW_SECOND)
		return false;
	if (gmtime_r(&end, &utc))
		(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &utc);
	(void)mxw_fail(err, MXW_E_FAIL,
		       "the list says that it ended at %s UTC, so it is not taken: get a newer one",
		       text);
	return true;
}

/* A new feed that would be too old from the beginning. */
static bool is_stale(const struct mxw_feed_job *job, struct mxw_err *err)
{
	char old[MXW_DURATION_TEXT], most[MXW_DURATION_TEXT];
	struct mxw_feed feed = job->feed;

	if (feed.fetched)
		return false;
	feed.changed =
		mxw_feed_content_date(&feed, job->reading.last_modified, true, mxw_clock_wall());
	if (!mxw_feed_content_over(&feed))
		return false;
	(void)mxw_fail(err, MXW_E_FAIL,
		       "by its own date the list changed %s ago, longer than %s: perhaps nobody "
		       "keeps it any more; if it is meant to change so seldom, add it with "
		       "--max-content-age never",
		       mxw_duration_format(mxw_feed_content_age(&feed), old),
		       mxw_duration_format(feed.max_content_ns / MXW_SECOND, most));
	return true;
}

/* Whether it is a file in which the operator writes whom to block. The copy of a publisher's list
 * in a file may have been cut like any download; an allow list that was cut would cost mail. */
static bool is_own(const struct mxw_feed_job *job)
{
	return job->feed.kind != MXW_FEED_URL && !mxw_vendor_of(job->feed.name, job->feed.where) &&
	       !job->last.allowed4 && !job->last.allowed6;
}

/* What is to be done with the list: take it, hold it for the operator, or refuse it. --force
 * takes what is held, never what is refused. */
static void judge(struct mxw_feed_job *job)
{
	const struct mxw_feed_reading *reading = &job->reading;
	struct mxw_guard_case list = { .size = mxw_guard_measure(&job->list),
				       .last = job->last,
				       .has_last = job->has_last,
				       .own = is_own(job),
				       .state = describes_state(reading),
				       .may_be_empty = describes_state(reading) &&
						       !reading->refused,
				       .entries = reading->entries,
				       .refused = reading->screened };
	struct mxw_err why = { .text = "" };

	job->size = list.size;
	job->list_end = job->list.endings.all;
	job->ruling = mxw_guard_judge(&list, &why);
	if (job->ruling != MXW_GUARD_BAD &&
	    (mostly_noise(&job->reading, &why) || guess_allows(job, &why) ||
	     has_ended(&job->list, &why) || is_stale(job, &why)))
		job->ruling = MXW_GUARD_BAD;
	if (job->ruling == MXW_GUARD_GOOD && format_differs(job, &why))
		job->ruling = MXW_GUARD_HOLD;
	if (job->ruling == MXW_GUARD_HOLD && job->force)
		job->ruling = MXW_GUARD_GOOD;
	(void)snprintf(job->why, sizeof(job->why), "%.250s",
		       job->ruling == MXW_GUARD_GOOD ? "" : why.text);
}

/* Each range is judged while its line is known, and the list as a whole when it is complete.
 * With --force the server is asked as if for the first time, because it may say that nothing is
 * new although the list was held. */
static int read_guarded(struct mxw_feed_job *job, const struct mxw_guard *guard,
			const struct mxw_report *report, struct mxw_err *err)
{
	const struct mxw_feed *feed = &job->feed;
	struct screening screening = { .guard = guard };
	const struct mxw_feed_screen screen = { .context = &screening,
						.range4 = screen4,
						.range6 = screen6 };
	const struct mxw_feed_source source = {
		.kind = feed->kind,
		.where = feed->where,
		.format = feed->format,
		.expected = mxw_formats_only(feed->found),
		.etag = job->force ? "" : feed->etag,
		.last_modified = job->force ? "" : feed->last_modified,
		.ca_file = feed->ca_file[0] ? feed->ca_file : NULL,
		.screen = &screen,
	};
	int error = mxw_feed_read(&source, &job->list, &job->reading, report, err);

	if (error || job->reading.not_modified)
		return error;
	forget_stripped(job, screening.stripped);
	if (feed->action == MXW_FEED_ALLOW)
		error = make_allow(job, err);
	if (!error)
		error = mxw_guard_cut(guard, &job->list, &job->cut, err);
	if (!error)
		judge(job);
	if (!error)
		compare_last(job);
	return error;
}

int mxw_feeds_read(struct mxw_feed_job *job, const struct mxw_maps *maps,
		   const struct mxw_report *report, struct mxw_err *err)
{
	struct mxw_guard_protected *protected = NULL;
	struct mxw_guard guard = { .widest4 = job->feed.widest4,
				   .widest6 = job->feed.widest6,
				   .strip = job->feed.strip };
	int error = protected_ranges(maps, &protected, &guard.protected_count, err);

	guard.protected = protected;
	if (!error)
		error = measure_last(job, err);
	if (!error)
		error = read_guarded(job, &guard, report, err);
	free(protected);
	return error;
}

int mxw_feeds_due(struct mxw_store *store, const struct mxw_feed *feed, uint64_t *seconds,
		  struct mxw_err *err)
{
	uint64_t asked, now = mxw_clock_wall(), interval;
	int error;

	*seconds = 0;
	if (feed->kind != MXW_FEED_URL)
		return MXW_OK;
	error = mxw_store_asked(store, feed->where, &asked, err);
	interval = mxw_vendor_interval(feed->where) * MXW_SECOND;
	/* One that is in the future is of a clock that was ahead. */
	if (!error && asked <= now && now - asked < interval)
		*seconds = (asked + interval - now) / MXW_SECOND + 1;
	return error;
}

int mxw_feeds_asked(struct mxw_session *session, const struct mxw_feed *feed, struct mxw_err *err)
{
	struct mxw_feed stored;
	bool found;
	int error;

	if (feed->kind == MXW_FEED_URL) {
		error = mxw_store_set_asked(session->store, feed->where, mxw_clock_wall(), err);
		if (error)
			return error;
	}
	error = mxw_store_feed(session->store, feed->name, &stored, &found, err);
	if (error || !found)
		return error;
	stored.tried = mxw_clock_wall();
	return mxw_store_feed_put(session->store, &stored, err);
}
