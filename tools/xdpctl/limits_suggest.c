// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * limits suggest: rates that would have refused none of the sources that completed connections.
 */
#include <stdio.h>
#include <stdlib.h>

#include "apply/limits.h"
#include "apply/suggest.h"
#include "base/clock.h"
#include "base/num.h"
#include "state/limit_settings.h"
#include "limits_account.h"
#include "cli/terminal.h"
#include "cli/cli.h"

#define WATCH_SECONDS 600
#define ROWS ((MXW_LIMIT_PORTS + 1) * 2 * MXW_LIMIT_LEVELS)

/* One rate and what was seen of its accounts. */
struct row {
	char setting[MXW_SETTING_KEY];
	const struct mxw_rate *rate;
	struct mxw_limits_seen seen;
	struct mxw_suggestion suggestion;
	char who[MXW_ADDR_TEXT];
};

struct findings {
	struct row rows[ROWS];
	size_t count;
	struct mxw_watch watch;
	uint64_t seconds; /* watched */
	uint64_t forgotten; /* debts forgotten meanwhile: how large they were is not known */
};

/* What one rate needs: the burst of the busiest account that it charges. A rate that is `none`,
 * or that charged nobody, has no row. */
static void add_row(struct findings *f, const struct mxw_limits *limits, uint32_t set,
		    uint32_t ipv6, enum mxw_limit_level level)
{
	struct row *row = &f->rows[f->count];
	struct mxw_prefix source;
	char port[16] = "";

	row->rate = &limits->rate[set][MXW_LIMIT_UNKNOWN][ipv6].level[level];
	mxw_watch_seen(&f->watch, set, ipv6, level, &row->seen);
	if (!row->rate->period || !row->seen.accounts)
		return;
	if (set)
		(void)snprintf(port, sizeof(port), "@%u", limits->port[set - 1]);
	(void)snprintf(row->setting, sizeof(row->setting), "%s.%s.%s%s",
		       mxw_limit_class_name(MXW_LIMIT_UNKNOWN), mxw_limit_level_name(level),
		       ipv6 ? "ipv6" : "ipv4", port);
	source = (struct mxw_prefix){ .key = row->seen.who, .len = MXW_KEY_BITS };
	if (level == MXW_LIMIT_NET)
		(void)limit_net_text(row->seen.who, row->who);
	else
		(void)mxw_prefix_format(&source, row->who);
	mxw_limits_suggest(row->rate, &row->seen, &row->suggestion);
	f->count++;
}

static void conclude(struct findings *f, const struct mxw_limits *limits)
{
	for (uint32_t set = 0; set <= MXW_LIMIT_PORTS; set++) {
		if (set && !limits->port[set - 1])
			break;
		for (uint32_t i = 0; i < 2 * MXW_LIMIT_LEVELS; i++)
			add_row(f, limits, set, i / MXW_LIMIT_LEVELS, i % MXW_LIMIT_LEVELS);
	}
}

static json_t *row_json(const struct row *row)
{
	static const char *const kinds[] = { "too_little", "fits", "wider" };
	char rate[MXW_SETTING_VALUE], suggested[MXW_SETTING_VALUE];
	bool known = row->suggestion.kind != MXW_SUGGEST_NOTHING;

	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:o}", "setting", row->setting, "rate",
			 mxw_rate_format(row->rate, rate), "accounts",
			 (json_int_t)row->seen.accounts, "most_at_once",
			 (json_int_t)row->suggestion.needed, "busiest", row->who, "finding",
			 kinds[row->suggestion.kind], "suggestion",
			 known ? json_string(mxw_rate_format(&row->suggestion.rate, suggested))
			       : json_null());
}

static int print_json(const struct findings *f)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < f->count; i++)
		(void)json_array_append_new(rows, row_json(&f->rows[i]));
	return terminal_json(json_pack("{s:I, s:I, s:I, s:o}", "seconds", (json_int_t)f->seconds,
				       "sources", (json_int_t)f->watch.count, "forgotten",
				       (json_int_t)f->forgotten, "rates", rows));
}

/* A row for each rate that was measured. */
static void print_rows(const struct findings *f, bool porcelain)
{
	static const char *const headings[] = { "SETTING", "NOW",     "CHARGED", "AT ONCE",
						"BUSIEST", "SUGGEST", NULL };
	struct terminal_table *table = terminal_table_new(headings, porcelain);

	for (size_t i = 0; i < f->count; i++) {
		const struct row *row = &f->rows[i];
		char rate[MXW_SETTING_VALUE], suggested[MXW_SETTING_VALUE];
		char accounts[24], needed[24];
		const char *const cells[] = { row->setting, rate,     accounts,
					      needed,	    row->who, suggested };

		(void)mxw_rate_format(row->rate, rate);
		(void)mxw_rate_format(&row->suggestion.rate, suggested);
		(void)snprintf(accounts, sizeof(accounts), "%llu",
			       (unsigned long long)row->seen.accounts);
		(void)snprintf(needed, sizeof(needed), "%llu%s",
			       (unsigned long long)row->suggestion.needed,
			       row->suggestion.kind == MXW_SUGGEST_WIDER ? " or more" : "");
		if (row->suggestion.kind == MXW_SUGGEST_NOTHING)
			(void)snprintf(suggested, sizeof(suggested), "-");
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

/* The command for all rows of a kind, if there are any. */
static void print_command(const struct findings *f, enum mxw_suggest kind, const char *before,
			  const char *first)
{
	char value[MXW_SETTING_VALUE];
	bool begun = false;

	for (size_t i = 0; i < f->count; i++) {
		const struct row *row = &f->rows[i];

		if (row->suggestion.kind != kind)
			continue;
		if (!begun)
			(void)printf("\n%s\n  xdpctl limits set%s", before, first);
		begun = true;
		(void)printf(" %s=%s", row->setting, mxw_rate_format(&row->suggestion.rate, value));
	}
	if (begun)
		(void)putchar('\n');
}

/* The figures, and the commands that follow from them. If there were too few senders, it says so
 * and proposes nothing. */
static void print_findings(const struct findings *f)
{
	char time[MXW_DURATION_TEXT], count[MXW_COUNT_TEXT];
	bool enough = false;

	(void)printf("%s completed connections in %s\n\n",
		     mxw_count_format(f->watch.count, "source", count),
		     mxw_duration_format(f->seconds, time));
	print_rows(f, false);
	for (size_t i = 0; i < f->count; i++)
		enough = enough || f->rows[i].suggestion.kind != MXW_SUGGEST_NOTHING;
	if (!enough)
		(void)printf(
			"\ntoo little to tell: a rate needs %d sources or nets that connected; "
			"watch longer\n",
			MXW_SUGGEST_ACCOUNTS);
	print_command(f, MXW_SUGGEST_FITS, "none of them would have been refused by", "");
	print_command(f, MXW_SUGGEST_WIDER,
		      "the rate in force may refuse some; to see what they need, watch again after",
		      " rates=shadow");
	if (f->forgotten)
		(void)printf("\nforgotten meanwhile to make room, and perhaps larger than these "
			     "figures: %s\n",
			     mxw_count_format(f->forgotten, "debt", count));
}

/* A round each second. */
static int watch(struct cli *cli, struct mxw_limits_view *view, struct findings *f)
{
	uint64_t begin = mxw_clock_mono(), most = cli->args.duration;
	int error = MXW_OK;

	most = most ? most : WATCH_SECONDS;
	do {
		error = mxw_watch_round(view, &f->watch, &cli->err);
		f->seconds = (mxw_clock_mono() - begin) / MXW_SECOND;
	} while (!error && f->seconds < most && mxw_maps_pinned() && !terminal_wait(1));
	return error;
}

/* Watches, then concludes. Debts that were forgotten meanwhile are the difference of two
 * counters; they make the figures too small, so they are reported. */
static int suggest(struct cli *cli, const struct mxw_maps *maps, struct mxw_limits_view *view,
		   struct findings *f)
{
	struct mxw_limit_stats before = { 0 }, after = { 0 };
	int error = mxw_limits_stats(maps, &before, &cli->err);

	if (!error && mxw_limits_now(view)->mode == MXW_LIMIT_OFF)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "nobody is charged while rates=off; run `xdpctl limits set "
				 "rates=shadow` first");
	if (!error)
		error = watch(cli, view, f);
	if (!error)
		error = mxw_limits_stats(maps, &after, &cli->err);
	if (error)
		return error;
	f->forgotten = after.evicted - before.evicted;
	conclude(f, mxw_limits_now(view));
	if (cli->args.json)
		return print_json(f);
	if (cli->args.porcelain)
		print_rows(f, true);
	else
		print_findings(f);
	return MXW_OK;
}

int verb_limits_suggest(struct cli *cli)
{
	struct findings *f = calloc(1, sizeof(*f));
	struct mxw_limits_view *view = NULL;
	struct mxw_maps maps;
	int error;

	if (!f)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	error = mxw_maps_open(&maps, &cli->err);
	if (!error)
		error = mxw_limits_open(&maps, &view, &cli->err);
	if (!error)
		error = suggest(cli, &maps, view, f);
	mxw_watch_free(&f->watch);
	free(f);
	mxw_limits_close(view);
	mxw_maps_close(&maps);
	return error;
}
