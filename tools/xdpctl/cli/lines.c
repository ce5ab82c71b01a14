// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading addresses. Called by block, unblock, allow and unallow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/num.h"
#include "feeds/read.h"
#include "lists/formats/prefixes.h"
#include "lines.h"
#include "nat64.h"
#include "terminal.h"

#define COMPLAINTS 20 /* bad lines named one by one; the rest are counted */

/* A range of a file, until all of it is known. */
struct taken {
	struct mxw_keys keys;
	uint64_t line;
	enum mxw_says says;
};

/* Where a word came from, and what becomes of it. */
struct reader {
	struct cli *cli;
	struct lines *lines;
	size_t capacity;
	enum mxw_says wanted;
	lines_guard *guard;
	void *context;
	const char *name; /* of what is read */
	struct mxw_nat64 nat64; /* nat64_of_filter() */
	struct taken *taken; /* in the order of the file */
	size_t taken_count, taken_room;
	bool stopped; /* out of memory */
};

static const char *note_text(enum mxw_addr_note note)
{
	switch (note) {
	case MXW_ADDR_WIDENED:
		return "IPv6 works by /64 here";
	case MXW_ADDR_MASKED:
		return "the bits behind the prefix length were cleared";
	case MXW_ADDR_EMBEDDED:
		return "that is an IPv6 form of an IPv4 address";
	case MXW_ADDR_EXACT:
		break;
	}
	return NULL;
}

/* Guarded, and kept. */
static int add_prefix(struct reader *r, const char *word, const struct mxw_prefix *prefix)
{
	struct mxw_prefix *place;
	int error = r->guard ? r->guard(r->context, word, prefix, &r->cli->err) : MXW_OK;

	if (error)
		return error;
	place = mxw_grow((void **)&r->lines->prefixes, r->lines->count, &r->capacity,
			 sizeof(*place));
	if (!place) {
		r->stopped = true;
		return mxw_fail(&r->cli->err, MXW_E_FAIL, "out of memory");
	}
	*place = *prefix;
	r->lines->count++;
	return MXW_OK;
}

static int take_word(struct reader *r, const char *word)
{
	char text[MXW_ADDR_TEXT], inside[MXW_ADDR_TEXT];
	struct mxw_prefix prefix;
	enum mxw_addr_note note;
	const char *meant = nat64_word(&r->nat64, word, inside);
	int error = mxw_prefix_parse(meant, &prefix, &note, &r->cli->err);

	if (meant != word && note == MXW_ADDR_EXACT)
		note = MXW_ADDR_EMBEDDED;
	if (!error)
		error = add_prefix(r, word, &prefix);
	if (!error && note_text(note))
		mxw_note(&r->cli->report, "\"%s\" is taken as %s: %s", word,
			 mxw_prefix_format(&prefix, text), note_text(note));
	return error;
}

static void complain(struct reader *r, uint64_t number)
{
	char text[sizeof(r->cli->err.text)];

	r->lines->bad++;
	if (r->lines->bad <= COMPLAINTS)
		(void)fprintf(stderr, "xdpctl: %s line %llu: %s\n", r->name,
			      (unsigned long long)number,
			      terminal_safe(r->cli->err.text, text, sizeof(text)));
}

/* A range, as the fewest prefixes. Those that the guard refuses make the line a bad one. */
static int take_range(struct reader *r, struct mxw_keys keys, uint64_t line)
{
	struct mxw_cut cut = { .keys = keys };
	struct mxw_prefix prefix;

	while (!r->stopped && mxw_cut_prefix(&cut, &prefix))
		if (add_prefix(r, "", &prefix) != MXW_OK && !r->stopped) {
			complain(r, line);
			break;
		}
	return r->stopped ? MXW_E_FAIL : MXW_OK;
}

/* What of a range is in the list: not what has ended, nor what the list takes out again. */
static int take_rest(struct reader *r, const struct mxw_ranges *list, const struct taken *taken)
{
	struct mxw_range4 window4 = { (uint32_t)taken->keys.first, (uint32_t)taken->keys.last };
	struct mxw_range6 window6 = { taken->keys.first, taken->keys.last };
	bool ipv4 = mxw_keys_are_ipv4(taken->keys);
	struct mxw_ranges rest = { 0 };
	int error = mxw_ranges_window(list, ipv4 ? &window4 : NULL, ipv4 ? NULL : &window6, &rest,
				      &r->cli->err);

	for (size_t i = 0; i < rest.v4_count && !error; i++)
		error = take_range(r, (struct mxw_keys){ rest.v4[i].first, rest.v4[i].last },
				   taken->line);
	for (size_t i = 0; i < rest.v6_count && !error; i++)
		error = take_range(r, (struct mxw_keys){ rest.v6[i].first, rest.v6[i].last },
				   taken->line);
	mxw_ranges_free(&rest);
	return error;
}

static const char *keep(struct reader *r, enum mxw_says says, struct mxw_keys keys, uint64_t line)
{
	struct taken *place;

	if (says == MXW_SAYS_EXCLUDE)
		return NULL;
	place = mxw_grow((void **)&r->taken, r->taken_count, &r->taken_room, sizeof(*place));
	r->stopped = r->stopped || !place;
	if (!place)
		return "out of memory";
	*place = (struct taken){ .keys = keys, .line = line, .says = says };
	r->taken_count++;
	return NULL;
}

static const char *on_range4(void *context, enum mxw_says says, struct mxw_range4 range,
			     uint64_t line)
{
	return keep(context, says, (struct mxw_keys){ range.first, range.last }, line);
}

/* Of the address in a line only its /64 is known here, which sources inside the NAT64 prefix do not
 * have for the filter: an entry for it would match none of them. */
static const char *on_range6(void *context, enum mxw_says says, struct mxw_range6 range,
			     uint64_t line)
{
	const struct reader *r = context;

	if (range.first == r->nat64.high && range.last == r->nat64.high)
		return "NAT64 is there: give the IPv4 address, which is the last 32 bits";
	return keep(context, says, (struct mxw_keys){ range.first, range.last }, line);
}

/* The lines that are not entries. */
static void complain_refused(struct reader *r, const struct mxw_feed_reading *reading)
{
	size_t named = reading->refused < MXW_FEED_REFUSALS ? (size_t)reading->refused
							    : MXW_FEED_REFUSALS;

	for (size_t i = 0; i < named; i++) {
		const struct mxw_feed_refusal *refusal = &reading->refusals[i];

		(void)mxw_fail(
			&r->cli->err, MXW_E_USAGE, "\"%s\" %s%s", refusal->text,
			strncmp(refusal->why, "is ", 3) == 0 ? "" : "is refused: ", refusal->why);
		complain(r, refusal->line);
	}
	r->lines->bad += reading->refused - named;
}

/* A line that says the opposite of the verb: a list that allows must block nobody, and a REJECT
 * in a list that says both must not allow. */
static void complain_opposite(struct reader *r, const struct taken *taken)
{
	struct mxw_cut cut = { .keys = taken->keys };
	struct mxw_prefix prefix = { .key = 0 };
	char text[MXW_ADDR_TEXT];
	bool allows = taken->says == MXW_SAYS_ALLOW;

	(void)mxw_cut_prefix(&cut, &prefix);
	(void)mxw_fail(&r->cli->err, MXW_E_USAGE,
		       "\"%s\" is what the list %s, and `xdpctl %s` takes only what it %s",
		       mxw_prefix_format(&prefix, text), allows ? "allows" : "blocks",
		       r->cli->verb->name, allows ? "blocks" : "allows");
	complain(r, taken->line);
}

/*
 * Each range stays an entry of its own, as the list names it, so that it can be removed as it was
 * given. The settled list tells only what has ended or is taken out again.
 */
static int take_all(struct reader *r, const struct mxw_list *list,
		    const struct mxw_feed_reading *reading)
{
	bool speaks = reading->formats & MXW_FORMATS_SPEAKING;
	bool whole = !reading->over && !reading->excluded;
	int error = MXW_OK;

	for (size_t i = 0; i < r->taken_count && !error; i++) {
		const struct taken *taken = &r->taken[i];
		bool allows = taken->says == MXW_SAYS_ALLOW;

		if (taken->says != r->wanted && (allows || speaks))
			complain_opposite(r, taken);
		else if (whole)
			error = take_range(r, taken->keys, taken->line);
		else
			error = take_rest(r, allows ? &list->allow : &list->block, taken);
	}
	return error;
}

/* What a person may not expect of the list. */
static void note_reading(struct reader *r, const struct mxw_list *list,
			 const struct mxw_feed_reading *reading)
{
	char count[MXW_COUNT_TEXT];
	uint64_t end = list->endings.count ? list->endings.item[0].end : list->endings.all;

	if (reading->format != MXW_FORMAT_PLAIN && reading->entries)
		mxw_note(&r->cli->report, "%s is read as %s: %s", r->name,
			 mxw_format_name(reading->format), mxw_format_mark(reading->format));
	if (reading->over)
		mxw_note(&r->cli->report, "%s of %s left out, because their time is over",
			 mxw_count_format(reading->over, "entry", count), r->name);
	if (end && (!r->lines->end || end < r->lines->end))
		r->lines->end = end;
}

/* By the reader of feeds, whose worker has no rights. */
static int read_list(struct reader *r, enum mxw_feed_kind kind, const char *path)
{
	const struct mxw_feed_screen screen = { .context = r,
						.range4 = on_range4,
						.range6 = on_range6 };
	const struct mxw_feed_source source = { .kind = kind,
						.where = path,
						.format = (enum mxw_format)r->cli->args.format,
						.screen = &screen };
	struct mxw_feed_reading reading;
	char count[MXW_COUNT_TEXT];
	struct mxw_list list;
	int error = mxw_feed_read(&source, &list, &reading, NULL, &r->cli->err);

	r->name = path ? path : "standard input";
	if (!error && r->stopped)
		error = mxw_fail(&r->cli->err, MXW_E_FAIL, "out of memory");
	if (!error) {
		note_reading(r, &list, &reading);
		complain_refused(r, &reading);
		error = take_all(r, &list, &reading);
		mxw_list_free(&list);
	}
	if (r->lines->bad > COMPLAINTS)
		(void)fprintf(stderr, "xdpctl: %s: %s, not shown\n", r->name,
			      mxw_count_format(r->lines->bad - COMPLAINTS, "more bad line", count));
	free(r->taken);
	r->taken = NULL;
	r->taken_count = r->taken_room = 0;
	return error;
}

static void sort_unique(struct lines *lines)
{
	size_t kept = 0;

	qsort(lines->prefixes, lines->count, sizeof(*lines->prefixes), mxw_prefix_compare);
	for (size_t i = 0; i < lines->count; i++)
		if (!kept ||
		    mxw_prefix_compare(&lines->prefixes[kept - 1], &lines->prefixes[i]) != 0)
			lines->prefixes[kept++] = lines->prefixes[i];
	lines->count = kept;
}

int lines_read(struct cli *cli, enum mxw_says wanted, lines_guard *guard, void *context,
	       struct lines *lines)
{
	struct reader r = {
		.cli = cli, .lines = lines, .wanted = wanted, .guard = guard, .context = context
	};
	const struct cli_list *words = &cli->args.operands;
	int error = MXW_OK;

	*lines = (struct lines){ 0 };
	nat64_of_filter(&r.nat64);
	if (!words->count && !cli->args.file)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"`xdpctl %s` needs addresses, --file FILE, or - for standard input",
				cli->verb->name);
	for (size_t i = 0; i < words->count && !error; i++)
		error = strcmp(words->items[i], "-") == 0 ? read_list(&r, MXW_FEED_STDIN, NULL)
							  : take_word(&r, words->items[i]);
	if (!error && cli->args.file)
		error = read_list(&r, MXW_FEED_FILE, cli->args.file);
	if (!error && lines->count)
		sort_unique(lines);
	return error;
}

int lines_check_ends(struct cli *cli, const struct lines *lines)
{
	bool import = strcmp(cli->verb->name, "feed import") == 0;

	if (lines->end && lines->end <= mxw_clock_wall() / MXW_SECOND)
		return mxw_fail(&cli->err, MXW_E_FAIL,
				"the list says that its time is over, so it is not taken: get a "
				"newer one");
	if (!lines->end || cli->args.duration)
		return MXW_OK;
	return mxw_fail(&cli->err, MXW_E_USAGE,
			"the list says when entries end, which `%s` cannot keep for each: take the "
			"list with `xdpctl feed add`%s",
			cli->verb->name, import ? "" : ", or say with --for when all of them end");
}

int lines_end(struct cli *cli, struct lines *lines, int error)
{
	char bad[MXW_COUNT_TEXT];

	free(lines->prefixes);
	lines->prefixes = NULL;
	if (error || !lines->bad)
		return error;
	return mxw_fail(&cli->err, MXW_E_FAIL, "%s left out, the rest applied",
			mxw_count_format(lines->bad, "bad line", bad));
}
