// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * feed import and feed export: single entries in and out, and whole lists as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/feed_book.h"
#include "apply/never.h"
#include "base/clock.h"
#include "base/num.h"
#include "nat64_notes.h"
#include "feed.h"
#include "cli/lines.h"
#include "cli/operator.h"
#include "cli/terminal.h"

/* What entries are held against, and the words without the feed's name. */
struct import {
	struct mxw_block_guard guard;
	struct mxw_feed feed;
	bool found; /* the feed is there */
	struct mxw_deltas deltas;
};

static struct mxw_delta delta_of(const struct import *import, const struct mxw_prefix *prefix,
				 bool remove)
{
	return (struct mxw_delta){ .first = prefix->key,
				   .last = mxw_prefix_last(prefix),
				   .ipv4 = mxw_prefix_is_ipv4(prefix),
				   .allow = import->feed.action == MXW_FEED_ALLOW,
				   .remove = remove };
}

/* Judges a single entry by the rules for lists, since it goes into a feed. An address of the
 * never-block set is refused unless the feed allows. */
static int guard_entry(void *context, const char *word, const struct mxw_prefix *prefix,
		       struct mxw_err *err)
{
	const struct import *import = context;
	const struct mxw_delta delta = delta_of(import, prefix, false);

	return mxw_block_guard_delta(&import->guard, &import->feed, word, &delta, err);
}

/* A feed that this makes. */
static int describe(struct cli *cli, struct import *import, const char *name)
{
	const struct mxw_vendor_feed *vendor = mxw_vendor_feed(name);
	struct mxw_feed *feed = &import->feed;

	*feed = (struct mxw_feed){ .kind = MXW_FEED_STDIN };
	(void)snprintf(feed->name, sizeof(feed->name), "%s", name);
	feed->act.when = mxw_clock_wall();
	cli_operator(feed->act.who);
	if (vendor)
		feed_take_vendor(vendor, feed);
	return feed_take_mode(cli, feed);
}

/* The feed that the entries go into. One that is not there is described, to be made with the
 * first entry, unless entries are to be taken out. */
static int find_feed(struct cli *cli, struct import *import, const char *name)
{
	struct mxw_session session;
	int error = mxw_session_look(&session, &cli->err);

	if (!error)
		error = mxw_store_feed(session.store, name, &import->feed, &import->found,
				       &cli->err);
	if (!error && !import->found && cli->args.remove)
		error = mxw_feeds_find(session.store, name, &import->feed, &cli->err);
	mxw_session_end(&session);
	if (error)
		return error;
	if (import->found && (cli->args.mode || cli->args.allow))
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"feed %s is there already: `xdpctl feed mode` changes its mode",
				name);
	if (import->found)
		return MXW_OK;
	error = mxw_feed_check_name(name, &cli->err);
	return error ? error : describe(cli, import, name);
}

static int make_deltas(struct cli *cli, struct import *import, const struct lines *lines)
{
	struct mxw_deltas *deltas = &import->deltas;

	deltas->items = calloc(lines->count + 1, sizeof(*deltas->items));
	if (!deltas->items)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	for (deltas->count = 0; deltas->count < lines->count; deltas->count++)
		deltas->items[deltas->count] =
			delta_of(import, &lines->prefixes[deltas->count], cli->args.remove);
	return MXW_OK;
}

/* A feed of single entries begins with an empty list. */
static int make_feed(struct mxw_session *session, struct import *import, struct mxw_err *err)
{
	struct mxw_feed_job *job = calloc(1, sizeof(*job));
	int error;

	if (!job)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	job->feed = import->feed;
	error = mxw_feeds_add(session, job, NULL, err);
	free(job);
	return error;
}

static int store(struct cli *cli, struct import *import, bool *attached)
{
	struct mxw_session session;
	int error = feed_begin(cli, &session);

	*attached = session.attached;
	if (!error && !import->found)
		error = make_feed(&session, import, &cli->err);
	if (!error)
		error = mxw_feeds_import(&session, import->feed.name, &import->deltas,
					 &import->guard, &cli->report, &cli->err);
	mxw_session_end(&session);
	return error;
}

/* Puts all entries in force together, or with --dry-run none, and says how many they are. */
static int import_entries(struct cli *cli, struct import *import, const struct lines *lines)
{
	bool attached = true;
	char text[MXW_COUNT_TEXT];
	int error = make_deltas(cli, import, lines);

	if (!error && !cli->args.dry_run)
		error = store(cli, import, &attached);
	if (error)
		return error;
	if (cli->args.json)
		error = terminal_json(
			json_pack("{s:s, s:I, s:b, s:b, s:b}", "feed", import->feed.name, "entries",
				  (json_int_t)lines->count, "removed", cli->args.remove, "enforced",
				  attached && !cli->args.dry_run, "dry_run", cli->args.dry_run));
	else
		(void)printf("%s%s %s, feed %s%s\n", cli->args.dry_run ? "would " : "",
			     cli->args.remove ? "remove" : "add",
			     mxw_count_format(lines->count, "entry", text), import->feed.name,
			     attached ? "" : ", stored only");
	return error ? error : feed_judge_attached(cli, attached);
}

/* Reads the entries, from the words or a list, and applies those that are good. Bad lines make
 * it fail at the end, when the others are in force. */
static int import_lines(struct cli *cli, struct import *import)
{
	struct cli_list *words = &cli->args.operands;
	struct lines lines;
	int error;

	/* The first word is the feed. */
	words->items++;
	words->count--;
	error = lines_read(cli,
			   import->feed.action == MXW_FEED_ALLOW ? MXW_SAYS_ALLOW : MXW_SAYS_BLOCK,
			   cli->args.remove ? NULL : guard_entry, import, &lines);
	words->items--;
	words->count++;
	if (!error && !cli->args.remove)
		error = lines_check_ends(cli, &lines);
	if (!error && lines.count)
		error = import_entries(cli, import, &lines);
	if (!error && !cli->args.remove)
		nat64_note_added(cli->verb->name, lines.prefixes, lines.count, &cli->report);
	return lines_end(cli, &lines, error);
}

int verb_feed_import(struct cli *cli)
{
	struct import *import = calloc(1, sizeof(*import));
	struct mxw_maps maps;
	int error;

	if (!import)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	error = find_feed(cli, import, cli->args.operands.items[0]);
	if (!error) {
		error = mxw_block_guard_open(feed_maps(&maps), false, &import->guard, &cli->err);
		mxw_maps_close(&maps);
	}
	if (!error)
		error = import_lines(cli, import);
	mxw_block_guard_close(&import->guard);
	mxw_deltas_free(&import->deltas);
	free(import);
	return error;
}

static bool to_stdout(void *context, const char *text, size_t size)
{
	(void)context;
	return fwrite(text, 1, size, stdout) == size;
}

/* What a file of addresses can say of a feed: what it blocks or, of an allow list, allows. Borrows
 * the lists of page. */
static struct mxw_list one_side(struct cli *cli, const struct mxw_feed_page *page)
{
	const struct mxw_list *list = page->list;
	struct mxw_guard_size size = mxw_guard_measure(list);
	char four[MXW_COUNT_TEXT], six[MXW_COUNT_TEXT];

	if (page->feed.action == MXW_FEED_ALLOW)
		return (struct mxw_list){ .block = list->allow };
	if (size.allowed4 || size.allowed6)
		mxw_note(&cli->report, "what feed %s allows is not written: %s and %s",
			 page->feed.name, mxw_count_format(size.allowed4, "IPv4 address", four),
			 mxw_count_format(size.allowed6, "IPv6 /64", six));
	return *list;
}

/* Writes what the feed does now, single entries included, in a format of another program. That
 * is all that is blocked, or all that is allowed: no format can say both. */
int verb_feed_export(struct cli *cli)
{
	static const enum mxw_format formats[] = { MXW_FORMAT_PLAIN, MXW_FORMAT_PLAIN,
						   MXW_FORMAT_NFT, MXW_FORMAT_IPSET,
						   MXW_FORMAT_RBLDNSD };
	const struct mxw_format_out out = { .write = to_stdout };
	struct mxw_feed_page page = { 0 };
	struct mxw_session session;
	struct mxw_feed feed;
	struct mxw_list list;
	int error = mxw_session_look(&session, &cli->err);

	if (!error)
		error = mxw_feeds_find(session.store, cli->args.operands.items[0], &feed,
				       &cli->err);
	mxw_session_end(&session);
	if (!error)
		error = mxw_feed_page_open(&feed, true, &page, &cli->err);
	if (!error)
		error = mxw_feed_page_read(&page, NULL, NULL, &cli->err);
	if (!error) {
		list = one_side(cli, &page);
		error = mxw_format_write(formats[cli->args.format], feed.name, &list, &out,
					 &cli->err);
	}
	mxw_feed_page_close(&page);
	return error;
}
