// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Saying what explain found. Called by explain.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "bpf/reason.h"
#include "apply/feeds.h"
#include "datapath/counters.h"
#include "datapath/entries.h"
#include "datapath/switches.h"
#include "state/limit_settings.h"
#include "dnsbl.h"
#include "explain.h"
#include "cli/terminal.h"

/* Where the entry applies. */
static const char *source_of(const struct explanation *e, const struct explain_entry *entry,
			     char out[MXW_ADDR_TEXT])
{
	return entry->host ? mxw_addr_format(e->addr, out)
			   : mxw_prefix_format(&entry->opinion.prefix, out);
}

static const char *verdict_name(bool drop)
{
	return drop ? "drop" : "pass";
}

static uint64_t seconds_left(const struct explanation *e, const struct mxw_opinion *opinion)
{
	return (opinion->expires_ns - e->situation.now + MXW_SECOND - 1) / MXW_SECOND;
}

/* A single entry can be taken out of the operator's own feeds; a publisher's would be back with the
 * next refresh, so that the operator's word has to go before it. */
static void undo_feed(const struct explanation *e, char *out, size_t size)
{
	const struct mxw_prefix exact = { .key = e->source, .len = MXW_KEY_BITS };
	const struct mxw_feed *feed = &e->feed->feed;
	char prefix[MXW_ADDR_TEXT];

	(void)mxw_prefix_format(&exact, prefix);
	if (feed->kind == MXW_FEED_STDIN)
		(void)snprintf(out, size, "xdpctl feed import %s --remove %s", feed->name, prefix);
	else
		(void)snprintf(out, size, "xdpctl %s %s",
			       e->verdict.feed->allows ? "block" : "allow", prefix);
}

/* A source that the operator allows is not limited. */
static void undo_limits(const struct explanation *e, char *out, size_t size)
{
	const struct mxw_prefix source = { .key = e->source, .len = MXW_KEY_BITS };
	char text[MXW_ADDR_TEXT];

	(void)snprintf(out, size, "xdpctl allow %s", mxw_prefix_format(&source, text));
}

/* The command that takes back what decided; empty where there is none. */
static void undo_command(const struct explanation *e, char *out, size_t size)
{
	const struct explain_entry *entry = e->decided_by;
	char prefix[MXW_ADDR_TEXT];

	out[0] = '\0';
	if (e->feed)
		undo_feed(e, out, size);
	else if (e->limited && mxw_reason_kind(e->verdict.reason) != MXW_KIND_OF_PASS)
		undo_limits(e, out, size);
	if (!entry)
		return;
	(void)mxw_prefix_format(&entry->opinion.prefix, prefix);
	switch (entry->opinion.class) {
	case MXW_CLASS_ALLOW:
		(void)snprintf(out, size, "xdpctl unallow %s", prefix);
		break;
	case MXW_CLASS_BLOCK:
		(void)snprintf(out, size, "xdpctl unblock %s", prefix);
		break;
	case MXW_CLASS_AUTO:
		(void)snprintf(out, size, "xdpctl allow %s", prefix);
		break;
	default:
		break;
	}
}

static json_t *entry_json(const struct explanation *e, const struct explain_entry *entry)
{
	const struct mxw_opinion *opinion = &entry->opinion;
	char prefix[MXW_ADDR_TEXT];

	return json_pack("{s:s, s:s, s:s, s:o, s:I, s:s, s:s, s:I}", "class",
			 mxw_class_name(opinion->class), "prefix", source_of(e, entry, prefix),
			 "mode", opinion->mode == MXW_ENTRY_SHADOW ? "shadow" : "enforce",
			 "expires_in",
			 opinion->expires_ns ? json_integer((json_int_t)seconds_left(e, opinion))
					     : json_null(),
			 "hits", (json_int_t)entry->hits, "who", entry->act.who, "reason",
			 entry->act.why, "when", (json_int_t)(entry->act.when / MXW_SECOND));
}

static json_t *feed_json(const struct explanation *e, size_t i)
{
	const struct mxw_feed_opinion *opinion = &e->feed_opinions[i];
	const struct mxw_feed *feed = &e->feeds[i].feed;
	const struct mxw_prefix exact = { .key = e->source, .len = MXW_KEY_BITS };
	char prefix[MXW_ADDR_TEXT], why[256];
	bool ends = opinion->expires_ns > e->situation.now;

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:b, s:I, s:s, s:s, s:I}", "class", "feed", "feed",
		feed->name, "prefix", mxw_prefix_format(&exact, prefix), "mode",
		opinion->allows ? "allow" : mxw_feed_mode_name(opinion->action), "expires_in",
		ends ? json_integer(
			       (json_int_t)((opinion->expires_ns - e->situation.now) / MXW_SECOND))
		     : json_null(),
		"too_old", opinion->expires_ns && !ends, "hits", (json_int_t)e->feeds[i].hits,
		"who", feed->act.who, "reason", terminal_safe(feed->act.why, why, sizeof(why)),
		"when", (json_int_t)(feed->act.when / MXW_SECOND));
}

/* Both answers, and all that led to them. The fields are those of xdpctl-explain(8). */
static int print_json(const struct explanation *e)
{
	json_t *entries = json_array();
	char undo[160], source[MXW_ADDR_TEXT], name[MXW_FEED_NAME];
	const struct mxw_prefix exact = { .key = e->source, .len = MXW_KEY_BITS };

	for (size_t i = 0; i < e->count; i++)
		(void)json_array_append_new(entries, entry_json(e, &e->entries[i]));
	for (size_t i = 0; i < e->feed_count; i++)
		(void)json_array_append_new(entries, feed_json(e, i));
	(void)mxw_explain_feed_name(e->program.feed, name);
	undo_command(e, undo, sizeof(undo));
	return terminal_json(json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:O?, "
		"s:o}",
		"address", e->text, "source", mxw_prefix_format(&exact, source), "mode",
		mxw_mode_name(e->situation.mode), "verdict", verdict_name(e->verdict.drop),
		"program_verdict", verdict_name(e->program.drop), "reason",
		mxw_reason(e->verdict.reason)->name, "program_reason",
		mxw_reason(e->program.reason)->name, "agree", e->agree, "judged", e->dest_judged,
		"held", e->held, "entries", entries, "feed",
		e->feed ? json_string(e->feed->feed.name) : json_null(), "program_feed",
		name[0] ? json_string(name) : json_null(), "limits",
		e->limited ? limit_account_json(e->limited) : json_null(), "controller",
		e->controller, "undo", undo[0] ? json_string(undo) : json_null()));
}

/* Seconds since the command; 0 where the clock was set back since. */
static uint64_t age(const struct explain_entry *entry)
{
	uint64_t now = mxw_clock_wall();

	return now > entry->act.when ? (now - entry->act.when) / MXW_SECOND : 0;
}

static void print_entry(const struct explanation *e, const struct explain_entry *entry)
{
	const struct mxw_opinion *opinion = &entry->opinion;
	char prefix[MXW_ADDR_TEXT], left[MXW_DURATION_TEXT], text[256];
	char packets[MXW_COUNT_TEXT];

	(void)printf("  %c %-6s %s%s", entry == e->decided_by ? '*' : ' ',
		     mxw_class_name(opinion->class), source_of(e, entry, prefix),
		     opinion->mode == MXW_ENTRY_SHADOW ? " (shadow)" : "");
	if (opinion->expires_ns)
		(void)printf(", %s left", mxw_duration_format(seconds_left(e, opinion), left));
	(void)printf(", %s", mxw_count_format(entry->hits, "packet", packets));
	if (entry->act.who[0])
		(void)printf(", by %s %s ago", terminal_safe(entry->act.who, text, sizeof(text)),
			     mxw_duration_format(age(entry), left));
	if (entry->act.why[0])
		(void)printf(": %s", terminal_safe(entry->act.why, text, sizeof(text)));
	(void)putchar('\n');
}

/* A feed that lists the source, with what makes its word count or not: its mode, its age, its
 * end. */
static void print_feed(const struct explanation *e, size_t i)
{
	const struct mxw_feed_opinion *opinion = &e->feed_opinions[i];
	const struct mxw_feed *feed = &e->feeds[i].feed;
	char left[MXW_DURATION_TEXT], text[256], packets[MXW_COUNT_TEXT];

	(void)printf("  %c feed   %s (%s)", &e->feeds[i] == e->feed ? '*' : ' ', feed->name,
		     opinion->allows ? "allow" : mxw_feed_mode_name(opinion->action));
	if (opinion->expires_ns && opinion->expires_ns <= e->situation.now)
		(void)printf(", too old to count");
	(void)printf(", %s of all it lists", mxw_count_format(e->feeds[i].hits, "packet", packets));
	if (feed->fetched && feed->fetched < mxw_clock_wall())
		(void)printf(", read %s ago",
			     mxw_duration_format((mxw_clock_wall() - feed->fetched) / MXW_SECOND,
						 left));
	if (opinion->expires_ns > e->situation.now)
		(void)printf(", ends in %s unless it is read again",
			     mxw_duration_format(
				     (opinion->expires_ns - e->situation.now) / MXW_SECOND, left));
	if (feed->act.why[0])
		(void)printf(": %s", terminal_safe(feed->act.why, text, sizeof(text)));
	(void)putchar('\n');
}

static void print_limits(const struct explanation *e)
{
	char source[96], net[96], name[MXW_ADDR_TEXT];

	if (!e->limited)
		return;
	(void)printf("to the limits it is %s: it owes %s, %s owes %s%s\n",
		     mxw_limit_class_name(e->limited->class),
		     limit_account_text(e->limited, MXW_LIMIT_SOURCE, source),
		     limit_net_text(e->source, name),
		     limit_account_text(e->limited, MXW_LIMIT_NET, net),
		     e->limited->proven ? "; it has shown that it repeats SYNs" : "");
}

/* The answer first, then what the loaded program says, then the evidence, and last the way to
 * undo it. */
static void print_people(const struct explanation *e)
{
	const struct mxw_reason_info *reason = mxw_reason(e->verdict.reason);
	char undo[160];

	(void)printf("%s: a SYN to port %u %s: %s (%s)\n", e->text, e->slot.ports[0],
		     e->verdict.drop ? "is dropped" : "passes", reason->text, reason->name);
	if (e->verdict.reason == MXW_DROP_HOLD)
		(void)printf("a sender repeats its SYN after a second; that one passes, unless DNS "
			     "lists name the source until then\n");
	(void)printf("the loaded program says %s (%s)%s\n", verdict_name(e->program.drop),
		     mxw_reason(e->program.reason)->name, e->agree ? "" : ", which DISAGREES");
	if (!e->dest_judged)
		(void)printf("no protected destination has this address family, so it is never "
			     "judged\n");
	if (e->by_nat64)
		(void)printf(
			"no protected destination is IPv4, so it is judged only where it comes "
			"by NAT64\n");
	(void)printf("mode %s; %s\n", mxw_mode_name(e->situation.mode),
		     e->count + e->feed_count ? "entries that match (* decides):"
					      : "no entry matches");
	for (size_t i = 0; i < e->count; i++)
		print_entry(e, &e->entries[i]);
	for (size_t i = 0; i < e->feed_count; i++)
		print_feed(e, i);
	print_limits(e);
	controller_print_source(e->controller, &e->controller_err);
	undo_command(e, undo, sizeof(undo));
	if (undo[0])
		(void)printf("to undo: %s\n", undo);
}

static void print_porcelain(const struct explanation *e)
{
	char undo[160];

	undo_command(e, undo, sizeof(undo));
	(void)printf("%s\t%s\t%s\t%s\t%s\t%s\n", e->text, verdict_name(e->verdict.drop),
		     verdict_name(e->program.drop), mxw_reason(e->verdict.reason)->name,
		     e->agree ? "agree" : "disagree", undo);
}

int mxw_explain_print(struct cli *cli, const struct explanation *e)
{
	if (cli->args.json)
		return print_json(e);
	if (cli->args.porcelain)
		print_porcelain(e);
	else
		print_people(e);
	return MXW_OK;
}
