// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list: the entries, the operator's from the store with the kernel's hits, the
 * others from the kernel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/never.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "datapath/hosts.h"
#include "state/intents.h"
#include "auto_reasons.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* What rows are added to, and what they need. */
struct listing {
	struct cli *cli;
	struct mxw_maps maps;
	bool attached;
	uint64_t now; /* CLOCK_MONOTONIC ns */
	int only; /* enum mxw_class, or -1 for all */
	json_t *json; /* one of the two is NULL */
	struct terminal_table *table;
};

/* One line of the list. */
struct row {
	unsigned int class;
	const struct mxw_kernel_entry *entry;
	const struct mxw_act *act; /* NULL: not from the store */
	const char *host; /* an IPv6 host of the never-block set; NULL: the entry's prefix */
	const char *why; /* "" if not known */
	bool enforced;
};

/* For people the time of their place, for programs ISO 8601 in UTC; "" if it is not known. */
static const char *format_time(const struct listing *l, uint64_t wall_ns, char out[32])
{
	time_t seconds = (time_t)(wall_ns / MXW_SECOND);
	bool program = l->cli->args.porcelain;
	struct tm parts;

	out[0] = '\0';
	if (seconds && (program ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)))
		(void)strftime(out, 32, program ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M", &parts);
	return out;
}

static uint64_t seconds_left(const struct listing *l, const struct mxw_kernel_entry *entry)
{
	return entry->expires_ns > l->now
		       ? (entry->expires_ns - l->now + MXW_SECOND - 1) / MXW_SECOND
		       : 0;
}

/* For programs a number of seconds. */
static const char *format_left(const struct listing *l, const struct mxw_kernel_entry *entry,
			       char out[MXW_DURATION_TEXT])
{
	uint64_t seconds = seconds_left(l, entry);

	if (!l->cli->args.porcelain)
		return mxw_duration_format(seconds, out);
	(void)snprintf(out, MXW_DURATION_TEXT, "%llu", (unsigned long long)seconds);
	return out;
}

static const char *source_of(const struct row *row, char out[MXW_ADDR_TEXT])
{
	return row->host ? row->host : mxw_prefix_format(&row->entry->prefix, out);
}

static void add_json(struct listing *l, const struct row *row)
{
	const struct mxw_kernel_entry *entry = row->entry;
	char prefix[MXW_ADDR_TEXT];

	(void)json_array_append_new(
		l->json,
		json_pack("{s:s, s:s, s:s, s:o, s:I, s:b, s:s, s:s, s:I}", "class",
			  mxw_class_name(row->class), "prefix", source_of(row, prefix), "mode",
			  entry->mode == MXW_ENTRY_SHADOW ? "shadow" : "enforce", "expires_in",
			  entry->expires_ns ? json_integer((json_int_t)seconds_left(l, entry))
					    : json_null(),
			  "hits", (json_int_t)entry->hits, "enforced", row->enforced, "who",
			  row->act ? row->act->who : "", "reason", row->why, "when",
			  (json_int_t)(row->act ? row->act->when / MXW_SECOND : 0)));
}

/* An entry in one line, or as an object. */
static void add_row(struct listing *l, const struct row *row)
{
	const struct mxw_kernel_entry *entry = row->entry;
	char prefix[MXW_ADDR_TEXT], left[MXW_DURATION_TEXT] = "stays", hits[24], when[32] = "";
	const char *const cells[] = { mxw_class_name(row->class),
				      source_of(row, prefix),
				      entry->mode == MXW_ENTRY_SHADOW ? "shadow" : "enforce",
				      left,
				      hits,
				      row->act ? row->act->who : "",
				      when,
				      row->why };

	if (l->json) {
		add_json(l, row);
		return;
	}
	if (entry->expires_ns)
		(void)format_left(l, entry, left);
	(void)snprintf(hits, sizeof(hits), "%llu", (unsigned long long)entry->hits);
	if (row->act)
		(void)format_time(l, row->act->when, when);
	terminal_table_row(l->table, cells);
}

static int add_intent(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct listing *l = context;
	struct mxw_kernel_entry entry = { .prefix = intent->prefix };
	struct row row = { .class = intent->class, .entry = &entry, .act = act, .why = act->why };

	if (l->only >= 0 && l->only != (int)intent->class)
		return MXW_OK;
	row.enforced = l->attached && mxw_entries_get(&l->maps, (enum mxw_class)intent->class,
						      &intent->prefix, &entry);
	entry.expires_ns = intent->expires_ns;
	entry.mode = intent->mode;
	add_row(l, &row);
	return MXW_OK;
}

static int add_stored(struct listing *l)
{
	struct mxw_store *store;
	int error = mxw_store_open(MXW_STATE_DIR, false, &store, &l->cli->err);

	if (!error)
		error = mxw_store_each(store, l->now, add_intent, l, &l->cli->err);
	mxw_store_close(store);
	return error;
}

static const char *why_never(const struct mxw_never_list *never, const struct mxw_prefix *prefix)
{
	for (size_t i = 0; i < never->count; i++)
		if (!never->items[i].host &&
		    mxw_prefix_compare(&never->items[i].prefix, prefix) == 0)
			return never->items[i].why;
	return "given with --never, or found at attach";
}

/* Where entries of the kernel alone have their reasons from. */
struct reasons {
	const struct mxw_never_list *never;
	struct mxw_auto_reader *automatic;
	char text[512];
};

static const char *why_there(struct reasons *reasons, const struct mxw_prefix *prefix)
{
	if (reasons->never)
		return why_never(reasons->never, prefix);
	return auto_reason(reasons->automatic, prefix->key, reasons->text, sizeof(reasons->text));
}

/* The entries of a class that are in force. One that has ended counts for nothing and is not
 * shown, although it is in the map until somebody sweeps it. */
static int add_kernel(struct listing *l, enum mxw_class class, struct reasons *reasons)
{
	struct mxw_kernel_entry *entries = NULL;
	size_t count = 0;
	int error;

	if (!l->attached || (l->only >= 0 && l->only != (int)class))
		return MXW_OK;
	error = mxw_entries_read(&l->maps, class, &entries, &count, &l->cli->err);
	for (size_t i = 0; i < count && !error; i++) {
		const struct row row = { .class = class,
					 .entry = &entries[i],
					 .why = why_there(reasons, &entries[i].prefix),
					 .enforced = true };

		if (!entries[i].expires_ns || entries[i].expires_ns > l->now)
			add_row(l, &row);
	}
	free(entries);
	return error;
}

/* The never-block hosts, which are whole IPv6 addresses and have a map of their own. Only what
 * the host still says has a reason to show. */
static int add_hosts(struct listing *l, const struct mxw_never_list *never)
{
	struct mxw_host *hosts = NULL;
	size_t count = 0;
	int error;

	if (!l->attached || (l->only >= 0 && l->only != MXW_CLASS_NEVER))
		return MXW_OK;
	error = mxw_hosts_read(&l->maps, &hosts, &count, &l->cli->err);
	for (size_t i = 0; i < count; i++) {
		const struct mxw_kernel_entry entry = { .hits = hosts[i].hits };
		char text[MXW_ADDR_TEXT];
		const struct mxw_never_item *item =
			mxw_never_is_host(never, mxw_addr_format(hosts[i].addr, text));
		const struct row row = { .class = MXW_CLASS_NEVER,
					 .entry = &entry,
					 .host = text,
					 .why = item ? item->why
						     : "given with --never, or found at attach",
					 .enforced = true };

		add_row(l, &row);
	}
	free(hosts);
	return error;
}

static int choose_class(struct listing *l)
{
	const struct cli_list *words = &l->cli->args.operands;

	l->only = -1;
	if (!words->count)
		return MXW_OK;
	for (int c = 0; c < MXW_CLASS_COUNT; c++)
		if (strcmp(words->items[0], mxw_class_name((unsigned int)c)) == 0)
			l->only = c;
	if (l->only < 0)
		return mxw_fail(
			&l->cli->err, MXW_E_USAGE,
			"\"%.40s\" is not a kind of entry: choose allow, block, auto or never",
			words->items[0]);
	return MXW_OK;
}

static int add_automatic(struct listing *l)
{
	struct reasons reasons = { .automatic = auto_reasons_open() };
	int error = add_kernel(l, MXW_CLASS_AUTO, &reasons);

	mxw_auto_reader_close(reasons.automatic);
	return error;
}

static int add_all(struct listing *l)
{
	struct mxw_never_list never;
	struct reasons given = { .never = &never };
	int error;

	mxw_never_init(&never);
	error = mxw_never_collect(&never, &l->cli->err);
	if (!error)
		error = add_kernel(l, MXW_CLASS_NEVER, &given);
	if (!error)
		error = add_hosts(l, &never);
	if (!error && l->only != MXW_CLASS_NEVER && l->only != MXW_CLASS_AUTO)
		error = add_stored(l);
	if (!error)
		error = add_automatic(l);
	mxw_never_free(&never);
	return error;
}

/* Lists what the kernel has, and what is only stored. Where nothing is attached it is what the
 * next attach would put in force. */
int verb_list(struct cli *cli)
{
	static const char *const headings[] = { "CLASS", "SOURCE", "MODE", "LEFT", "HITS",
						"WHO",	 "WHEN",   "WHY",  NULL };
	struct listing l = { .cli = cli, .now = mxw_clock_mono() };
	int error = choose_class(&l);

	if (error)
		return error;
	error = mxw_maps_open(&l.maps, &cli->err);
	l.attached = !error;
	if (error && error != MXW_E_DETACHED && error != MXW_E_DEGRADED) {
		mxw_maps_close(&l.maps);
		return error;
	}
	if (cli->args.json)
		l.json = json_array();
	else
		l.table = terminal_table_new(headings, cli->args.porcelain);
	error = add_all(&l);
	mxw_maps_close(&l.maps);
	if (cli->args.json)
		return error ? (json_decref(l.json), error)
			     : terminal_json(json_pack("{s:b, s:o}", "attached", l.attached,
						       "entries", l.json));
	terminal_table_print(l.table);
	if (!error && !l.attached && !cli->args.porcelain)
		mxw_note(&cli->report,
			 "mxwall is not attached: these entries are stored, not in force");
	return error;
}
