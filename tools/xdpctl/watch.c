// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * watch: packets as they are judged, and floods as they begin and end.
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/num.h"
#include "datapath/counters.h"
#include "datapath/events.h"
#include "explain.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* watch, from the first event to the last. */
struct watch {
	struct cli *cli;
	uint64_t seen;
	char feeds[MXW_FEED_SLOTS + 1][MXW_FEED_NAME]; /* names by slot, as far as known */
};

/* The wall-clock second of an event, which may have waited in the ring for hours. */
static time_t event_time(const struct mxw_event *event)
{
	uint64_t age = mxw_clock_mono() - event->time_ns;

	return (time_t)((mxw_clock_wall() - age) / MXW_SECOND);
}

static void format_event_time(const struct mxw_event *event, bool local, char out[32])
{
	time_t seconds = event_time(event);
	struct tm parts;

	out[0] = '\0';
	if (local && localtime_r(&seconds, &parts))
		(void)strftime(out, 32, "%F %T", &parts);
	else if (!local && gmtime_r(&seconds, &parts))
		(void)strftime(out, 32, "%FT%TZ", &parts);
}

/* "" where no feed decided. */
static const char *feed_of(struct watch *watch, const struct mxw_event *event)
{
	char *name = watch->feeds[MXW_FEED_SLOT_OF(event->feed & 0xff)];

	if (event->feed && !name[0])
		(void)mxw_explain_feed_name((uint8_t)event->feed, name);
	return name;
}

/* A flood that begins or ends. */
static void print_note(const struct watch *watch, const struct mxw_event *event)
{
	const char *what = event->note == MXW_NOTE_FLOOD_ON ? "begins" : "ends";
	char count[MXW_COUNT_TEXT];

	if (watch->cli->args.json)
		(void)terminal_json_line(json_pack("{s:s, s:I}", "flood", what, "syns",
						   (json_int_t)event->length),
					 stdout); /* seen at the flush below */
	else if (watch->cli->args.porcelain)
		(void)printf("flood\t\t%u\t%s\t\n", event->length, what);
	else
		(void)printf("a flood %s: %s in a second; unknown sources %s show that they "
			     "repeat theirs\n",
			     what, mxw_count_format(event->length, "SYN", count),
			     event->note == MXW_NOTE_FLOOD_ON ? "have to" : "need not any more");
}

static int end_event(struct watch *watch)
{
	watch->seen++;
	return fflush(stdout) == EOF ||
	       (watch->cli->args.count && watch->seen >= watch->cli->args.count);
}

/* One packet, or a flood that begins or ends. What does not reach the output is seen when it is
 * flushed. */
static int print_event(void *context, const struct mxw_event *event)
{
	struct watch *watch = context;
	const bool local = !watch->cli->args.json && !watch->cli->args.porcelain;
	char saddr[MXW_ADDR_TEXT], daddr[MXW_ADDR_TEXT], when[32];
	const char *reason = mxw_reason(event->reason)->name, *feed = feed_of(watch, event);
	json_t *json;

	if (event->note) {
		print_note(watch, event);
		return end_event(watch);
	}
	(void)mxw_addr_format(event->saddr, saddr);
	(void)mxw_addr_format(event->daddr, daddr);
	format_event_time(event, local, when);
	if (watch->cli->args.json) {
		json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:o}", "time", when, "source",
				 saddr, "dest", daddr, "sport", event->sport, "port", event->dport,
				 "reason", reason, "ifindex", (int)event->ifindex, "feed",
				 feed[0] ? json_string(feed) : json_null());
		(void)terminal_json_line(json, stdout); /* seen at the flush below */
	} else if (watch->cli->args.porcelain) {
		(void)printf("%s\t%s\t%u\t%s\t%s\t%s\n", saddr, daddr, event->dport, reason, feed,
			     when);
	} else {
		(void)printf("%s  %-16s %s -> %s port %u%s%s\n", when, reason, saddr, daddr,
			     event->dport, feed[0] ? " by feed " : "", feed);
	}
	return end_event(watch);
}

static void on_signal(int number)
{
	(void)number; /* only there to end the poll */
}

static bool interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

/* ^C is the ordinary end, so it stays blocked and is looked for between polls. */
static void block_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int verb_watch(struct cli *cli)
{
	struct watch watch = { .cli = cli };
	struct mxw_events *events = NULL;
	struct mxw_maps maps;
	int error = mxw_maps_open(&maps, &cli->err);

	if (!error)
		error = mxw_events_open(&maps, print_event, &watch, &events, &cli->err);
	if (!error && !cli->args.json && !cli->args.porcelain)
		mxw_note(&cli->report, "showing judged packets, sampled; ^C ends it");
	block_signals();
	while (error >= 0 && !interrupted() && !ferror(stdout) && mxw_maps_pinned() &&
	       !(cli->args.count && watch.seen >= cli->args.count))
		error = mxw_events_poll(events, 200, &cli->err);
	mxw_events_close(events);
	mxw_maps_close(&maps);
	return error < 0 ? error : MXW_OK;
}
