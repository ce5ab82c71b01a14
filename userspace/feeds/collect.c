// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records from the worker, believed in nothing. Called in the process with rights.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/num.h"
#include "bpf/abi.h"
#include "feeds/collect.h"
#include "feeds/records.h"

#define MILLISECOND (MXW_SECOND / 1000)
#define NOTE_EVERY (3 * MXW_SECOND)

/* Keys below are those of IPv4 (bpf/key.h), which no IPv6 range may reach. */
#define FIRST_KEY6 (1ULL << 32)

union elements {
	struct mxw_record4 ranges4[MXW_RECORD_BATCH];
	struct mxw_record6 ranges6[MXW_RECORD_BATCH];
	struct mxw_record_refusal refusal;
	struct mxw_record_progress progress;
	struct mxw_record_done done;
	struct mxw_record_error error;
};

/* The size of an element, and how many may stand under one head. */
static const struct {
	size_t size;
	uint32_t most;
} kinds[MXW_RECORD_KINDS] = {
	[MXW_RECORD_RANGES4] = { sizeof(struct mxw_record4), MXW_RECORD_BATCH },
	[MXW_RECORD_RANGES6] = { sizeof(struct mxw_record6), MXW_RECORD_BATCH },
	[MXW_RECORD_REFUSAL] = { sizeof(struct mxw_record_refusal), 1 },
	[MXW_RECORD_PROGRESS] = { sizeof(struct mxw_record_progress), 1 },
	[MXW_RECORD_DONE] = { sizeof(struct mxw_record_done), 1 },
	[MXW_RECORD_ERROR] = { sizeof(struct mxw_record_error), 1 },
};

static int nonsense(struct mxw_err *err, const char *what)
{
	return mxw_fail(err, MXW_E_FAIL,
			"The process that reads lists sent %s; nothing of the list is used.", what);
}

void mxw_printable(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/* Waits until there is something to read. */
static int wait_for(const struct mxw_collect *collect, int pipe, struct mxw_err *err)
{
	struct pollfd fd = { .fd = pipe, .events = POLLIN };
	uint64_t now = mxw_clock_mono();
	int ready;

	do {
		uint64_t left = now < collect->deadline_ns ? collect->deadline_ns - now : 0;

		ready = poll(&fd, 1,
			     left / MILLISECOND < 60000 ? (int)(left / MILLISECOND) : 60000);
		now = mxw_clock_mono();
	} while ((ready == 0 || (ready < 0 && errno == EINTR)) && now < collect->deadline_ns);
	if (ready > 0)
		return 0;
	if (ready < 0 && errno != EINTR)
		return mxw_fail(err, MXW_E_FAIL, "Cannot wait for a pipe: %s.", strerror(errno));
	return mxw_fail(
		err, MXW_E_FAIL,
		"It was not read to its end in time, %llu s; try again, or raise the limit.",
		(unsigned long long)((now - collect->started_ns) / MXW_SECOND));
}

/* All of size, or MXW_E_FAIL. */
static int read_all(struct mxw_collect *collect, int pipe, void *data, size_t size,
		    struct mxw_err *err)
{
	char *at = data;

	while (size > 0) {
		int code = wait_for(collect, pipe, err);
		ssize_t got = code ? 0 : read(pipe, at, size);

		if (code)
			return code;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return mxw_fail(err, MXW_E_FAIL, "Cannot read from a pipe: %s.",
					strerror(errno));
		if (got == 0) {
			collect->cut = true;
			return nonsense(err, "no end of the list");
		}
		at += got;
		size -= (size_t)got;
	}
	return 0;
}

static void add_refusal(const struct mxw_collect *collect, const struct mxw_record_refusal *record)
{
	struct mxw_feed_reading *reading = collect->reading;
	uint64_t index = reading->refused++;
	struct mxw_feed_refusal *refusal;

	if (index >= MXW_FEED_REFUSALS)
		return;
	refusal = &reading->refusals[index];
	refusal->line = record->line;
	(void)snprintf(refusal->file, sizeof(refusal->file), "%s", collect->file); /* cut is fine */
	mxw_printable(refusal->file, sizeof(refusal->file));
	memcpy(refusal->text, record->text, sizeof(refusal->text));
	mxw_printable(refusal->text, sizeof(refusal->text));
	memcpy(refusal->why, record->why, sizeof(refusal->why));
	mxw_printable(refusal->why, sizeof(refusal->why));
}

/* A refusal of this side. first and last: the range as text. */
static void screen_out(const struct mxw_collect *collect, uint64_t line, const char *range,
		       const char *why)
{
	struct mxw_record_refusal record = { .line = line };

	collect->reading->screened++;
	(void)snprintf(record.text, sizeof(record.text), "%s", range);
	(void)snprintf(record.why, sizeof(record.why), "%s", why);
	add_refusal(collect, &record);
}

/* The range of keys as people write it: as a prefix where it is one. */
static void screen_out_keys(const struct mxw_collect *collect, uint64_t line,
			    const struct mxw_range6 *keys, const char *why)
{
	uint64_t width = keys->last - keys->first;
	char first[MXW_ADDR_TEXT], last[MXW_ADDR_TEXT], text[2 * MXW_ADDR_TEXT];
	struct mxw_prefix prefix = { .key = keys->first, .len = MXW_KEY_BITS };

	if (!(width & (width + 1)) && !(keys->first & width)) {
		prefix.len = (uint8_t)(MXW_KEY_BITS - __builtin_popcountll(width));
		screen_out(collect, line, mxw_prefix_format(&prefix, first), why);
		return;
	}
	(void)mxw_prefix_format(&prefix, first);
	prefix.key = keys->last;
	(void)snprintf(text, sizeof(text), "%s-%s", first, mxw_prefix_format(&prefix, last));
	screen_out(collect, line, text, why);
}

static void screen_out4(const struct mxw_collect *collect, const struct mxw_record4 *record,
			const char *why)
{
	screen_out_keys(collect, record->line, &(struct mxw_range6){ record->first, record->last },
			why);
}

static void screen_out6(const struct mxw_collect *collect, const struct mxw_record6 *record,
			const char *why)
{
	screen_out_keys(collect, record->line, &(struct mxw_range6){ record->first, record->last },
			why);
}

static struct mxw_ranges *place(const struct mxw_collect *collect, enum mxw_says says)
{
	if (says == MXW_SAYS_BLOCK)
		return &collect->list->block;
	return says == MXW_SAYS_ALLOW ? &collect->list->allow : collect->exclude;
}

/* An exclusion holds as long as its list. */
static int add_ended(const struct mxw_collect *collect, enum mxw_says says, uint64_t first,
		     uint64_t last, uint32_t end, struct mxw_err *err)
{
	return mxw_ended_add(&collect->ended[says == MXW_SAYS_ALLOW],
			     &(struct mxw_ended){ first, last, end }, err);
}

/* Counts the ranges of a record before they are looked at. */
static int count_entries(const struct mxw_collect *collect, const struct mxw_record_head *head,
			 struct mxw_err *err)
{
	struct mxw_feed_reading *reading = collect->reading;
	char most[MXW_DURATION_TEXT];

	if (head->says > MXW_SAYS_EXCLUDE)
		return nonsense(err, "entries that say nothing known");
	reading->entries += head->count;
	if (reading->entries > MXW_FEED_ENTRIES)
		return mxw_fail(err, MXW_E_FAIL,
				"It has more than %s entries, the most that a list may have.",
				mxw_number_format(MXW_FEED_ENTRIES, most));
	if (head->says == MXW_SAYS_ALLOW)
		reading->allows += head->count;
	if (head->says == MXW_SAYS_EXCLUDE)
		reading->excluded += head->count;
	return 0;
}

/* Ranges from the worker, which nobody trusts: each is looked at again here, where the rights
 * are. Those that the caller refuses are kept as refusals, with their line. */
static int take4(struct mxw_collect *collect, const struct mxw_record_head *head,
		 const struct mxw_record4 *records, struct mxw_err *err)
{
	const struct mxw_feed_screen *screen = collect->screen;
	enum mxw_says says = (enum mxw_says)head->says;
	int code = count_entries(collect, head, err);

	for (uint32_t i = 0; i < head->count && !code; i++) {
		struct mxw_range4 range = { records[i].first, records[i].last };
		const char *why;

		if (range.first > range.last)
			return nonsense(err, "a range that ends before it begins");
		why = screen ? screen->range4(screen->context, says, range, records[i].line) : NULL;
		if (why)
			screen_out4(collect, &records[i], why);
		else if (records[i].end && says != MXW_SAYS_EXCLUDE)
			code = add_ended(collect, says, range.first, range.last, records[i].end,
					 err);
		else
			code = mxw_ranges_add4(place(collect, says), range, err);
	}
	return code;
}

/* As take4(). Nothing in ::/32 is taken, because as keys IPv4 lies there. */
static int take6(struct mxw_collect *collect, const struct mxw_record_head *head,
		 const struct mxw_record6 *records, struct mxw_err *err)
{
	const struct mxw_feed_screen *screen = collect->screen;
	enum mxw_says says = (enum mxw_says)head->says;
	int code = count_entries(collect, head, err);

	for (uint32_t i = 0; i < head->count && !code; i++) {
		struct mxw_range6 range = { records[i].first, records[i].last };
		const char *why = NULL;

		if (range.first > range.last)
			return nonsense(err, "a range that ends before it begins");
		if (range.first < FIRST_KEY6)
			why = "no address of the IPv6 internet: in ::/32";
		else if (screen)
			why = screen->range6(screen->context, says, range, records[i].line);
		if (why)
			screen_out6(collect, &records[i], why);
		else if (records[i].end && says != MXW_SAYS_EXCLUDE)
			code = add_ended(collect, says, range.first, range.last, records[i].end,
					 err);
		else
			code = mxw_ranges_add6(place(collect, says), range, err);
	}
	return code;
}

static int take_progress(struct mxw_collect *collect, const struct mxw_record_progress *progress)
{
	uint64_t now = mxw_clock_mono(), bytes = collect->bytes_before + progress->bytes;
	char lines[MXW_COUNT_TEXT], entries[MXW_COUNT_TEXT];

	collect->reading->bytes = bytes;
	mxw_progress(collect->report, bytes, bytes <= collect->total ? collect->total : 0);
	if (now - collect->started_ns < NOTE_EVERY || now - collect->noted_ns < NOTE_EVERY)
		return 0;
	collect->noted_ns = now;
	mxw_note(collect->report, "\"%s\": %s and %s so far.", collect->label,
		 mxw_count_format(collect->lines_before + progress->lines, "line", lines),
		 mxw_count_format(collect->reading->entries, "entry", entries));
	return 0;
}

/* Tags go back to the server as headers one day. */
static void take_tag(char out[MXW_FEED_TAG], const char tag[MXW_FEED_TAG])
{
	memcpy(out, tag, MXW_FEED_TAG);
	mxw_printable(out, MXW_FEED_TAG);
	if (strncmp(out, tag, MXW_FEED_TAG) != 0)
		out[0] = '\0';
}

/* The worker's last record: counts, the format, the list's end, and what the server wants to
 * hear next time. Nothing is believed that contradicts the records before it. */
static int take_done(struct mxw_collect *collect, const struct mxw_record_done *done,
		     struct mxw_err *err)
{
	struct mxw_feed_reading *reading = collect->reading;

	if (done->format >= MXW_FORMAT_COUNT || done->not_modified > 1)
		return nonsense(err, "a last word that cannot be");
	if (done->not_modified && reading->entries > 0)
		return nonsense(err, "entries of a list that is not modified");
	reading->bytes = collect->bytes_before + done->bytes;
	reading->lines = collect->lines_before + done->lines;
	if (done->refused > MXW_FEED_REFUSALS)
		reading->refused += done->refused - MXW_FEED_REFUSALS;
	if (reading->format == MXW_FORMAT_AUTO)
		reading->format = (enum mxw_format)done->format;
	if (reading->entries > collect->entries_before)
		reading->formats |= MXW_FORMATS_OF(done->format);
	if (done->list_end && (!collect->list_end || done->list_end < collect->list_end))
		collect->list_end = done->list_end;
	reading->not_modified = done->not_modified == 1;
	take_tag(reading->etag, done->etag);
	take_tag(reading->last_modified, done->last_modified);
	collect->done = true;
	return 0;
}

static int take_error(union elements *data, struct mxw_err *err)
{
	mxw_printable(data->error.text, sizeof(data->error.text));
	return mxw_fail(err, MXW_E_FAIL, "%s",
			data->error.text[0] ? data->error.text : "It cannot be read.");
}

/* One record, by its kind. A kind that is not known means that the worker is not our program any
 * more. */
static int take(struct mxw_collect *collect, const struct mxw_record_head *head,
		union elements *data, struct mxw_err *err)
{
	switch ((enum mxw_record_kind)head->kind) {
	case MXW_RECORD_RANGES4:
		return take4(collect, head, data->ranges4, err);
	case MXW_RECORD_RANGES6:
		return take6(collect, head, data->ranges6, err);
	case MXW_RECORD_REFUSAL:
		add_refusal(collect, &data->refusal);
		return 0;
	case MXW_RECORD_PROGRESS:
		return take_progress(collect, &data->progress);
	case MXW_RECORD_DONE:
		return take_done(collect, &data->done, err);
	case MXW_RECORD_ERROR:
		return take_error(data, err);
	case MXW_RECORD_KINDS:
		break;
	}
	return nonsense(err, "a record of no known kind");
}

/* One head and its elements. */
static int step(struct mxw_collect *collect, int pipe, union elements *data, struct mxw_err *err)
{
	struct mxw_record_head head = { 0 };
	int code = read_all(collect, pipe, &head, sizeof(head), err);

	if (code)
		return code;
	if (head.magic != MXW_RECORD_MAGIC || head.kind >= MXW_RECORD_KINDS || head.zero != 0)
		return nonsense(err, "what is not a record");
	if (head.count == 0 || head.count > kinds[head.kind].most)
		return nonsense(err, "a record with a wrong count");
	code = read_all(collect, pipe, data, head.count * kinds[head.kind].size, err);
	return code ? code : take(collect, &head, data, err);
}

int mxw_collect(struct mxw_collect *collect, int pipe, struct mxw_err *err)
{
	union elements *data = calloc(1, sizeof(*data));
	int code = 0;

	if (!data)
		return mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	collect->bytes_before = collect->reading->bytes;
	collect->lines_before = collect->reading->lines;
	collect->entries_before = collect->reading->entries;
	while (!code && !collect->done)
		code = step(collect, pipe, data, err);
	free(data);
	return code;
}
