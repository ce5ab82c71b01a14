// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * feed list and feed show: what feeds there are, how they are, and what they decided.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/feed_book.h"
#include "apply/feed_build.h"
#include "apply/feed_content.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/feed_table.h"
#include "feed.h"
#include "feed_state.h"
#include "cli/terminal.h"

/* All that is shown. */
struct view {
	struct mxw_feed_book book;
	struct mxw_maps maps;
	bool attached;
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
	uint64_t memory;
};

static int open_view(struct view *view, struct mxw_err *err)
{
	struct mxw_session session;
	int error = mxw_session_look(&session, err);

	if (!error)
		error = mxw_feed_book_open(session.store, false, NULL, &view->book, err);
	view->maps = session.maps;
	view->attached = session.attached;
	for (int i = 0; i < MXW_MAP_COUNT; i++)
		session.maps.fd[i] = -1; /* they are the view's now */
	mxw_session_end(&session);
	if (!error)
		error = mxw_feed_book_read(&view->book, NULL, NULL, err);
	if (!error && view->attached)
		error = mxw_feeds_in_force(&view->maps, &view->memory, view->rules, err);
	return error;
}

static void close_view(struct view *view)
{
	mxw_feed_book_close(&view->book);
	mxw_maps_close(&view->maps);
}

/* What both classes of the feed decided. */
static struct mxw_counter decided(const struct view *view, const struct mxw_feed *feed)
{
	struct mxw_counter sum = { 0 }, one;

	for (int allows = 0; allows < 2 && view->attached; allows++) {
		if (mxw_feed_counter_read(&view->maps, MXW_FEED_CLASS(feed->slot, allows), &one,
					  NULL) != MXW_OK)
			continue;
		sum.packets += one.packets;
		sum.bytes += one.bytes;
	}
	return sum;
}

static const char *state_of(const struct view *view, const struct mxw_feed_page *page)
{
	return feed_state(page, view->attached ? view->rules : NULL);
}

static uint64_t age(const struct mxw_feed *feed)
{
	uint64_t now = mxw_clock_wall();

	return now > feed->fetched ? (now - feed->fetched) / MXW_SECOND : 0;
}

/* 0 is not a time. */
static json_t *seconds_json(uint64_t seconds)
{
	return seconds ? json_integer((json_int_t)seconds) : json_null();
}

/* All there is to know about a feed. `feed list` and `feed show` print the same fields. */
static json_t *page_json(const struct view *view, const struct mxw_feed_page *page)
{
	static const char *const kinds[] = { "file", "directory", "url", "single entries" };
	const struct mxw_feed *feed = &page->feed;
	struct mxw_guard_size size = mxw_guard_measure(page->list);
	struct mxw_counter hits = decided(view, feed);
	const char *format = mxw_format_name(feed->format);
	char formats[MXW_FORMATS_TEXT], shown[MXW_URL_TEXT];
	json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:s, s:o, s:s, s:s, s:s, s:o, s:b, s:o}",
				 "feed", feed->name, "mode", mxw_feed_mode_name(feed->action),
				 "state", state_of(view, page), "slot", (int)feed->slot, "kind",
				 kinds[feed->kind & 3], "source",
				 terminal_string(mxw_feed_shown(feed, shown)), "format",
				 feed->format && format ? format : "auto", "who", feed->act.who,
				 "reason", feed->act.why, "error", terminal_string(feed->error),
				 "held", feed->held, "why_held", terminal_string(feed->why_held));

	(void)json_object_update_new(
		json, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I}", "ranges",
				(json_int_t)size.ranges, "addresses4", (json_int_t)size.addresses4,
				"networks6", (json_int_t)size.networks6, "allowed4",
				(json_int_t)size.allowed4, "allowed6", (json_int_t)size.allowed6,
				"single_changes", (json_int_t)page->deltas.count, "packets",
				(json_int_t)hits.packets, "bytes", (json_int_t)hits.bytes, "age",
				(json_int_t)age(feed), "max_age",
				seconds_json(feed->max_age_ns / MXW_SECOND), "when",
				(json_int_t)(feed->act.when / MXW_SECOND)));
	(void)json_object_update_new(
		json,
		json_pack("{s:I, s:o, s:o}", "content_age", (json_int_t)mxw_feed_content_age(feed),
			  "max_content_age", seconds_json(feed->max_content_ns / MXW_SECOND),
			  "list_end", seconds_json(page->file.list.endings.all)));
	(void)json_object_update_new(
		json, json_pack("{s:b, s:s, s:s}", "skip_reserved", feed->strip, "format_found",
				mxw_formats_name(feed->found, formats), "format_why",
				feed->found ? feed_format_why(feed, feed->found) : ""));
	return json;
}

static json_t *ready_made_json(void)
{
	const struct mxw_vendor_feed *vendor;
	json_t *array = json_array();

	for (size_t i = 0; (vendor = mxw_vendor_feed_at(i)); i++)
		(void)json_array_append_new(
			array,
			json_pack("{s:s, s:s?, s:s?, s:s, s:b, s:s, s:s}", "name", vendor->name,
				  "url", vendor->url, "by_hand", vendor->by_hand, "mode",
				  vendor->mode, "limit_only", vendor->limit_only, "credit",
				  vendor->credit, "terms", vendor->terms));
	return array;
}

static int list_json(const struct view *view)
{
	json_t *feeds = json_array();

	for (size_t i = 0; i < view->book.count; i++)
		(void)json_array_append_new(feeds, page_json(view, &view->book.pages[i]));
	return terminal_json(json_pack("{s:b, s:I, s:o, s:o}", "attached", view->attached, "memory",
				       (json_int_t)view->memory, "feeds", feeds, "ready_made",
				       ready_made_json()));
}

/* A feed in one line. Scripts get its age in seconds. */
static void add_row(struct terminal_table *table, bool porcelain, const struct view *view,
		    const struct mxw_feed_page *page)
{
	const struct mxw_feed *feed = &page->feed;
	struct mxw_guard_size size = mxw_guard_measure(page->list);
	const uint64_t numbers[] = { size.ranges,   size.addresses4, size.networks6,
				     size.allowed4, size.allowed6,   decided(view, feed).packets };
	char text[6][24], old[MXW_DURATION_TEXT];
	const char *const cells[] = { feed->name, mxw_feed_mode_name(feed->action),
				      text[0],	  text[1],
				      text[2],	  text[3],
				      text[4],	  text[5],
				      old,	  state_of(view, page) };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)snprintf(text[i], sizeof(text[i]), "%llu", (unsigned long long)numbers[i]);
	if (porcelain)
		(void)snprintf(old, sizeof(old), "%llu", (unsigned long long)age(feed));
	else
		(void)mxw_duration_format(age(feed), old);
	terminal_table_row(table, cells);
}

static void print_ready_made(void)
{
	const struct mxw_vendor_feed *vendor;
	const char *before = "\nready-made: ";

	for (size_t i = 0; (vendor = mxw_vendor_feed_at(i)); i++, before = ", ")
		(void)printf("%s%s", before, vendor->name);
	if (mxw_vendor_feed_at(0))
		(void)putchar('\n');
}

/* Lists the feeds that there are, and for people the ready-made ones that there could be. */
int verb_feed_list(struct cli *cli)
{
	static const char *const headings[] = { "FEED",	   "MODE",   "RANGES", "IPV4",
						"IPV6/64", "ALLOW4", "ALLOW6", "HITS",
						"AGE",	   "STATE",  NULL };
	struct view view = { .attached = false };
	struct terminal_table *table;
	int error = open_view(&view, &cli->err);

	if (!error && cli->args.json) {
		error = list_json(&view);
	} else if (!error) {
		table = terminal_table_new(headings, cli->args.porcelain);
		for (size_t i = 0; i < view.book.count; i++)
			add_row(table, cli->args.porcelain, &view, &view.book.pages[i]);
		terminal_table_print(table);
		if (!cli->args.porcelain)
			print_ready_made();
	}
	close_view(&view);
	return error;
}

static void line(const char *what, const char *text)
{
	char safe[1100];

	if (text[0])
		(void)printf("%-14s%s\n", what, terminal_safe(text, safe, sizeof(safe)));
}

static void number_line(const char *what, uint64_t value)
{
	char number[MXW_DURATION_TEXT];

	if (value)
		(void)printf("%-14s%s\n", what, mxw_number_format(value, number));
}

static void show_format(const struct mxw_feed *feed)
{
	char formats[MXW_FORMATS_TEXT];

	if (feed->found)
		(void)printf("%-14s%s (%s)\n", "format", mxw_formats_name(feed->found, formats),
			     feed_format_why(feed, feed->found));
}

static void show_terms(const struct mxw_feed *feed)
{
	const struct mxw_vendor_feed *vendor = mxw_feed_vendor(feed);

	if (!vendor)
		return;
	line("credit", vendor->credit);
	line("terms", vendor->terms);
}

static void show_age(const char *what, const char *did, uint64_t old, uint64_t most_ns)
{
	char text[MXW_DURATION_TEXT], most[MXW_DURATION_TEXT];

	(void)printf("%-14s%s%s ago", what, did, mxw_duration_format(old, text));
	if (most_ns)
		(void)printf(", too old after %s", mxw_duration_format(most_ns / MXW_SECOND, most));
	(void)putchar('\n');
}

static void show_ages(const struct mxw_feed_page *page)
{
	const struct mxw_feed *feed = &page->feed;
	uint64_t end = page->file.list.endings.all;
	char text[FEED_TIME_TEXT];

	show_age("read", "", age(feed), feed->max_age_ns);
	show_age("content", "changed ", mxw_feed_content_age(feed), feed->max_content_ns);
	line("ends", end ? feed_time(end, text) : "");
}

/* A feed for people. Lines without a value are left out. */
static void show(const struct view *view, const struct mxw_feed_page *page)
{
	const struct mxw_feed *feed = &page->feed;
	struct mxw_guard_size size = mxw_guard_measure(page->list);
	char shown[MXW_URL_TEXT];

	line("feed", feed->name);
	line("mode", mxw_feed_mode_name(feed->action));
	line("state", state_of(view, page));
	line("source",
	     feed->kind == MXW_FEED_STDIN ? "single entries" : mxw_feed_shown(feed, shown));
	show_format(feed);
	show_terms(feed);
	line("reserved", feed->strip ? "left out" : "");
	number_line("ranges", size.ranges);
	number_line("IPv4", size.addresses4);
	number_line("IPv6 /64s", size.networks6);
	number_line("allowed IPv4", size.allowed4);
	number_line("allowed /64s", size.allowed6);
	number_line("single changes", page->deltas.count);
	number_line("packets", decided(view, feed).packets);
	show_ages(page);
	line("held", feed->why_held);
	line("last error", feed->error);
	line("added by", feed->act.who);
	line("why", feed->act.why);
}

/* Reads the feeds as `feed list` does, so that the two never say different things. */
int verb_feed_show(struct cli *cli)
{
	const char *name = cli->args.operands.items[0];
	struct view view = { .attached = false };
	size_t at = 0;
	int error = open_view(&view, &cli->err);

	while (at < view.book.count && strcmp(view.book.pages[at].feed.name, name) != 0)
		at++;
	if (!error && at == view.book.count)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "there is no feed \"%.60s\": `xdpctl feed list` shows those there "
				 "are",
				 name);
	if (!error && cli->args.json)
		error = terminal_json(page_json(&view, &view.book.pages[at]));
	else if (!error)
		show(&view, &view.book.pages[at]);
	close_view(&view);
	return error;
}
