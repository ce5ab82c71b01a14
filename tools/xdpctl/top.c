// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * limits top, and top: who is busy, and why packets are dropped, now.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "bpf/limit_key.h"
#include "datapath/counters.h"
#include "datapath/switches.h"
#include "state/limit_settings.h"
#include "limits_account.h"
#include "cli/terminal.h"
#include "cli/cli.h"

#define ROWS 20 /* by default */
#define ROWS_MOST MXW_RECENT_SOURCES

/* A source, or the net around it, by what it owes. */
struct busy {
	uint64_t source;
	enum mxw_limit_level level;
	struct mxw_limit_facts facts;
	double share; /* of what it may owe */
};

struct busy_list {
	struct busy *rows;
	size_t count;
};

static int by_share(const void *a, const void *b)
{
	const struct busy *x = a, *y = b;

	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static const char *name_of(const struct busy *row, char out[MXW_ADDR_TEXT])
{
	const struct mxw_prefix prefix = { .key = row->source, .len = MXW_KEY_BITS };

	return row->level == MXW_LIMIT_NET ? limit_net_text(row->source, out)
					   : mxw_prefix_format(&prefix, out);
}

/* One level of one source, if it owes anything. */
static void add_level(struct busy_list *list, uint64_t source, enum mxw_limit_level level,
		      const struct mxw_limit_facts *facts)
{
	uint64_t tau = facts->rates.level[level].tau, owed = facts->owed[level];
	struct busy row = { .source = source, .level = level, .facts = *facts };

	if (!owed)
		return;
	for (size_t i = 0; i < list->count && level == MXW_LIMIT_NET; i++)
		if (list->rows[i].level == level && list->rows[i].facts.class == facts->class &&
		    mxw_limit_net(list->rows[i].source) == mxw_limit_net(source))
			return;
	row.share = (double)owed / (double)(tau ? tau : 1);
	list->rows[list->count++] = row;
}

/* One source in every class in which it owes. */
static void add_source(const struct mxw_maps *maps, const struct mxw_limits_view *view,
		       const struct mxw_config *config, uint64_t source, struct busy_list *list)
{
	for (unsigned int class = 0; class < MXW_LIMIT_CLASSES; class ++) {
		struct mxw_limit_facts facts = { .class = class };

		limit_account_read(maps, view, source, config->slots[0].ports[0], &facts);
		add_level(list, source, MXW_LIMIT_SOURCE, &facts);
		add_level(list, source, MXW_LIMIT_NET, &facts);
	}
}

/* All busy sources, of which the table knows at most MXW_RECENT_SOURCES. */
static int collect(const struct mxw_maps *maps, const struct mxw_config *config,
		   struct busy_list *list, struct mxw_err *err)
{
	static const size_t rows = MXW_RECENT_SOURCES * MXW_LIMIT_CLASSES * MXW_LIMIT_LEVELS;
	uint64_t *sources = calloc(MXW_RECENT_SOURCES, sizeof(*sources));
	struct mxw_limits_view *view;
	int error = mxw_limits_open(maps, &view, err);

	list->count = 0;
	list->rows = calloc(rows, sizeof(*list->rows));
	if (!error && sources && list->rows) {
		size_t count = mxw_limits_recent(view, sources, MXW_RECENT_SOURCES);

		for (size_t i = 0; i < count; i++)
			add_source(maps, view, config, sources[i], list);
		qsort(list->rows, list->count, sizeof(*list->rows), by_share);
	} else if (!error) {
		error = mxw_fail(err, MXW_E_FAIL, "out of memory");
	}
	mxw_limits_close(view);
	free(sources);
	return error;
}

static json_t *busy_json(const struct busy_list *list, size_t most)
{
	json_t *array = json_array();
	char name[MXW_ADDR_TEXT];

	for (size_t i = 0; i < list->count && i < most; i++)
		(void)json_array_append_new(
			array, json_pack("{s:s, s:s, s:o}", "name", name_of(&list->rows[i], name),
					 "level", mxw_limit_level_name(list->rows[i].level),
					 "account", limit_account_json(&list->rows[i].facts)));
	return array;
}

static void print_busy(const struct cli *cli, const struct busy_list *list, size_t most)
{
	static const char *const headings[] = { "SOURCE OR NET", "CLASS", "OWES", "SHARE", NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);

	for (size_t i = 0; i < list->count && i < most; i++) {
		const struct busy *row = &list->rows[i];
		char name[MXW_ADDR_TEXT], owes[96], share[16];
		const char *const cells[] = { name_of(row, name),
					      mxw_limit_class_name(row->facts.class),
					      limit_account_text(&row->facts, row->level, owes),
					      share };

		(void)snprintf(share, sizeof(share), "%.0f %%", row->share * 100);
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

static size_t rows_wanted(const struct cli *cli)
{
	return cli->args.count && cli->args.count < ROWS_MOST ? (size_t)cli->args.count : ROWS;
}

/* The caller frees list->rows, also after a failure. */
static int read_busy(const struct mxw_maps *maps, struct busy_list *list, struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(maps, &config, err);

	return error ? error : collect(maps, &config, list, err);
}

static int show_busy(struct cli *cli, const struct mxw_maps *maps)
{
	struct busy_list list = { 0 };
	int error = read_busy(maps, &list, &cli->err);

	if (!error && cli->args.json)
		error = terminal_json(
			json_pack("{s:o}", "busy", busy_json(&list, rows_wanted(cli))));
	else if (!error)
		print_busy(cli, &list, rows_wanted(cli));
	free(list.rows);
	return error;
}

int verb_limits_top(struct cli *cli)
{
	struct mxw_maps maps;
	int error = mxw_maps_open(&maps, &cli->err);

	if (!error)
		error = show_busy(cli, &maps);
	mxw_maps_close(&maps);
	return error;
}

/* The reason with most packets since the last picture that is not shown yet, 0 if none has any. */
static unsigned int next_reason(const uint64_t packets[MXW_MAX_REASONS],
				const bool shown[MXW_MAX_REASONS])
{
	unsigned int best = 0;
	uint64_t most = 0;

	for (unsigned int i = 1; i < MXW_MAX_REASONS; i++) {
		if (shown[i] || packets[i] <= most)
			continue;
		most = packets[i];
		best = i;
	}
	return best;
}

/* Packets of each reason since the last picture, the most first. */
static void print_reasons(const struct mxw_counters *now, const struct mxw_counters *before,
			  double seconds)
{
	bool shown[MXW_MAX_REASONS] = { false };
	uint64_t packets[MXW_MAX_REASONS];
	unsigned int reason;

	for (unsigned int i = 0; i < MXW_MAX_REASONS; i++)
		packets[i] = now->reason[i].packets - before->reason[i].packets;
	while ((reason = next_reason(packets, shown)) != 0) {
		shown[reason] = true;
		(void)printf("%10.1f/s  %-16s %s\n", (double)packets[reason] / seconds,
			     mxw_reason(reason)->name, mxw_reason(reason)->text);
	}
}

static json_t *reasons_json(const struct mxw_counters *now, const struct mxw_counters *before,
			    double seconds)
{
	json_t *reasons = json_object();

	for (unsigned int i = 1; i < MXW_MAX_REASONS; i++) {
		uint64_t packets = now->reason[i].packets - before->reason[i].packets;

		if (packets)
			(void)json_object_set_new(reasons, mxw_reason(i)->name,
						  json_real((double)packets / seconds));
	}
	return reasons;
}

/* One picture in a line: a program reads the next one behind it. */
static int picture_json(struct cli *cli, const struct mxw_maps *maps, json_t *reasons)
{
	struct busy_list list = { 0 };
	int error = read_busy(maps, &list, &cli->err);

	if (error)
		json_decref(reasons);
	else
		error = terminal_json_line(json_pack("{s:o, s:o}", "per_second", reasons, "busy",
						     busy_json(&list, rows_wanted(cli))),
					   stdout);
	free(list.rows);
	return error;
}

static int picture_people(struct cli *cli, const struct mxw_maps *maps,
			  const struct mxw_counters *now, const struct mxw_counters *before,
			  double seconds)
{
	if (isatty(STDOUT_FILENO))
		(void)printf("\033[H\033[J");
	print_reasons(now, before, seconds);
	(void)putchar('\n');
	return show_busy(cli, maps);
}

/* One picture: reasons since the last one, then who is busy. */
static int picture(struct cli *cli, const struct mxw_maps *maps, struct mxw_counters *before,
		   uint64_t *since)
{
	struct mxw_counters now;
	uint64_t time = mxw_clock_mono();
	int error = mxw_counters_read(maps, &now, &cli->err);

	double seconds = (double)(time - *since) / 1e9;

	if (error)
		return error;
	if (cli->args.json)
		error = picture_json(cli, maps, reasons_json(&now, before, seconds));
	else
		error = picture_people(cli, maps, &now, before, seconds);
	*before = now;
	*since = time;
	(void)fflush(stdout); /* a reader that is gone ends the loop */
	return error;
}

int verb_top(struct cli *cli)
{
	struct mxw_counters before = { 0 };
	struct mxw_maps maps;
	uint64_t since = mxw_clock_mono(), pictures = 0;
	int error = mxw_maps_open(&maps, &cli->err);

	if (!error)
		error = mxw_counters_read(&maps, &before, &cli->err);
	while (!error && !ferror(stdout) && mxw_maps_pinned() && !terminal_wait(1)) {
		error = picture(cli, &maps, &before, &since);
		if (++pictures == cli->args.duration)
			break;
	}
	mxw_maps_close(&maps);
	return error;
}
