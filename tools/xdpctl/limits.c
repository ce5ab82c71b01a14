// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * limits show, limits set.
 */
#include <stdio.h>
#include <string.h>

#include "apply/limits.h"
#include "base/num.h"
#include "state/limit_settings.h"
#include "state/limits.h"
#include "state/store.h"
#include "limits_account.h"
#include "cli/operator.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* What the kernel says besides the settings. */
struct state {
	struct mxw_limits limits;
	bool attached;
	struct mxw_limit_stats stats;
	struct mxw_flood flood;
	struct mxw_limits_room room;
};

static int read_kernel(const struct mxw_maps *maps, struct state *state, struct mxw_err *err)
{
	struct mxw_limits_view *view;
	int error = mxw_limits_open(maps, &view, err);

	if (!error) {
		state->limits = *mxw_limits_now(view);
		mxw_limits_room(view, mxw_limits_tick(), &state->room);
		error = mxw_limits_stats(maps, &state->stats, err);
	}
	if (!error)
		error = mxw_limits_flood(maps, &state->flood, err);
	mxw_limits_close(view);
	return error;
}

/* Of the kernel where the filter is attached, else of the store. */
static int read_state(struct cli *cli, struct state *state)
{
	struct mxw_maps maps;
	int error;

	state->attached = mxw_maps_pinned();
	if (!state->attached)
		return mxw_limits_load(MXW_STATE_DIR, &state->limits, &cli->report, &cli->err);
	error = mxw_maps_open(&maps, &cli->err);
	if (!error)
		error = read_kernel(&maps, state, &cli->err);
	mxw_maps_close(&maps);
	return error;
}

static int add_setting(void *context, const char *key, const char *value)
{
	return json_object_set_new(context, key, json_string(value));
}

/* How many others in debt share the line of a source in debt, on average. */
static double beside(const struct mxw_limits_room *room)
{
	return room->sources ? (double)room->beside / (double)room->sources : 0;
}

static json_t *state_json(const struct state *state)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "flood",
			 state->flood.on != 0, "flood_changes", (json_int_t)state->flood.changes,
			 "flood_syns", (json_int_t)state->flood.figure, "evicted",
			 (json_int_t)state->stats.evicted, "contended",
			 (json_int_t)state->stats.contended, "slots", (json_int_t)state->room.slots,
			 "sources_owing", (json_int_t)state->room.sources, "nets_owing",
			 (json_int_t)state->room.nets, "lines_full", (json_int_t)state->room.full,
			 "beside", beside(&state->room));
}

static int show_json(const struct state *state)
{
	json_t *settings = json_object();

	if (mxw_limits_each(&state->limits, add_setting, settings)) {
		json_decref(settings);
		return MXW_E_FAIL;
	}
	return terminal_json(json_pack("{s:o, s:b, s:o}", "settings", settings, "attached",
				       state->attached, "state",
				       state->attached ? state_json(state) : json_null()));
}

static int add_row(void *context, const char *key, const char *value)
{
	const char *const cells[] = { key, value };

	terminal_table_row(context, cells);
	return MXW_OK;
}

static void print_room(const struct state *state)
{
	char sources[MXW_COUNT_TEXT], nets[MXW_COUNT_TEXT], slots[MXW_COUNT_TEXT];
	char full[MXW_COUNT_TEXT], evicted[MXW_COUNT_TEXT];

	(void)printf("\nin debt: %s and %s, in a table of %s\n",
		     mxw_count_format(state->room.sources, "source", sources),
		     mxw_count_format(state->room.nets, "net", nets),
		     mxw_count_format(state->room.slots, "slot", slots));
	(void)printf("on average %.1f other sources in debt share the line of a source in debt, "
		     "where %d fit; full: %s; forgotten to make room: %s\n",
		     beside(&state->room), MXW_LIMIT_SLOTS - MXW_LIMIT_NET_SLOTS - 1,
		     mxw_count_format(state->room.full, "line", full),
		     mxw_count_format(state->stats.evicted, "debt", evicted));
}

static void print_state(const struct state *state)
{
	char times[MXW_COUNT_TEXT], syns[MXW_COUNT_TEXT], charges[MXW_COUNT_TEXT];

	if (!state->attached) {
		(void)printf("\nthe filter is not attached: these settings count from the next "
			     "attach on\n");
		return;
	}
	print_room(state);
	(void)printf("not charged, because CPUs wrote at the same moment: %s\n",
		     mxw_count_format(state->stats.contended, "connection", charges));
	(void)printf("flood: %s, changed %s, last at %s in a second\n",
		     state->flood.on ? "sources have to repeat their SYN" : "none",
		     mxw_count_format(state->flood.changes, "time", times),
		     mxw_count_format(state->flood.figure, "SYN", syns));
}

int verb_limits_show(struct cli *cli)
{
	static const char *const headings[] = { "SETTING", "VALUE", NULL };
	struct terminal_table *table;
	struct state state = { 0 };
	int error = read_state(cli, &state);

	if (error)
		return error;
	if (cli->args.json)
		return show_json(&state);
	table = terminal_table_new(headings, cli->args.porcelain);
	(void)mxw_limits_each(&state.limits, add_row, table); /* add_row ends no walk */
	terminal_table_print(table);
	if (!cli->args.porcelain)
		print_state(&state);
	return MXW_OK;
}

/* Whether one of the settings means to drop. */
static bool asks_for_drops(const struct cli_list *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const char *value = strchr(settings->items[i], '=');

		if (value && (strcmp(value, "=enforce") == 0 || strcmp(value, "=auto") == 0 ||
			      strcmp(value, "=forced") == 0))
			return true;
	}
	return false;
}

int verb_limits_set(struct cli *cli)
{
	struct mxw_limits after;
	char settings[MXW_COUNT_TEXT];
	int error = mxw_limits_change(cli->args.operands.items, cli->args.operands.count,
				      cli->args.dry_run, &after, &cli->report, &cli->err);

	if (error)
		return error;
	if (asks_for_drops(&cli->args.operands))
		cli_note_mode(cli);
	if (cli->args.json)
		return show_json(&(struct state){ .limits = after });
	if (!cli->args.porcelain)
		(void)printf("%s%s%s\n", cli->args.dry_run ? "would change " : "changed ",
			     mxw_count_format(cli->args.operands.count, "setting", settings),
			     mxw_maps_pinned() || cli->args.dry_run ? "" : ", for the next attach");
	return MXW_OK;
}
