// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * verify: what is stored against what the kernel holds: entries, feeds, automatic entries.
 */
#include <stdio.h>

#include "apply/apply.h"
#include "apply/feed_build.h"
#include "apply/reconcile.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "presence.h"
#include "cli/terminal.h"
#include "verify_auto.h"
#include "cli/cli.h"

struct found {
	struct mxw_differences entries, automatic;
	struct mxw_feeds_check feeds;
	bool unseen; /* completed connections are not seen, and could be */
};

static const char *difference_name(unsigned int kind)
{
	static const char *const names[] = { "not enforced", "enforced but not stored",
					     "enforced with another expiry or mode" };

	return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown";
}

/* How many of the differences are named. */
static uint64_t listed(const struct mxw_differences *differences)
{
	uint64_t named = differences->count - differences->overlooked;

	return named < MXW_DIFFERENCES_SHOWN ? named : MXW_DIFFERENCES_SHOWN;
}

static json_t *differences_json(const struct mxw_differences *differences)
{
	json_t *array = json_array();
	char prefix[MXW_ADDR_TEXT];

	for (size_t i = 0; i < listed(differences); i++) {
		const struct mxw_difference *d = &differences->first[i];

		(void)json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "class",
							     mxw_class_name(d->class), "prefix",
							     mxw_prefix_format(&d->prefix, prefix),
							     "what", difference_name(d->kind)));
	}
	return array;
}

static json_t *automatic_json(const struct mxw_differences *automatic)
{
	return json_pack("{s:I, s:I, s:I, s:o}", "checked", (json_int_t)automatic->checked,
			 "differences", (json_int_t)automatic->count, "overlooked",
			 (json_int_t)automatic->overlooked, "first", differences_json(automatic));
}

/* An address for which a feed's table says something else; "" if there is none. */
static const char *first_address(const struct mxw_feeds_check *feeds, char out[MXW_ADDR_TEXT])
{
	const struct mxw_prefix exact = { .key = feeds->first, .len = MXW_KEY_BITS };

	out[0] = '\0';
	return feeds->units ? mxw_prefix_format(&exact, out) : out;
}

static json_t *feeds_json(const struct mxw_feeds_check *feeds)
{
	char text[MXW_ADDR_TEXT];

	return json_pack("{s:I, s:I, s:I, s:b, s:i, s:s}", "checked", (json_int_t)feeds->feeds,
			 "differences", (json_int_t)feeds->count, "ipv4_units",
			 (json_int_t)feeds->units, "ipv6", feeds->tree, "classes",
			 (int)feeds->rules, "first", first_address(feeds, text));
}

static void print_feeds(const struct cli *cli, const struct mxw_feeds_check *feeds)
{
	char text[MXW_ADDR_TEXT], count[MXW_COUNT_TEXT];

	if (feeds->units)
		(void)printf("feeds\t%s\t%s of the table: not as the lists say\n",
			     first_address(feeds, text),
			     mxw_count_format(feeds->units, "/18", count));
	if (feeds->tree)
		(void)printf("feeds\tIPv6\tthe tree says something else than the lists\n");
	if (feeds->rules)
		(void)printf("feeds\t\t%s of the table: not as the feeds say\n",
			     mxw_count_format(feeds->rules, "class", count));
	if (!cli->args.porcelain && feeds->feeds)
		(void)printf("%s checked, address by address\n",
			     mxw_count_format(feeds->feeds, "feed", count));
}

static void print_found(const struct mxw_differences *differences)
{
	char text[MXW_ADDR_TEXT], count[MXW_COUNT_TEXT];

	for (size_t i = 0; i < listed(differences); i++)
		(void)printf("%s\t%s\t%s\n", mxw_class_name(differences->first[i].class),
			     mxw_prefix_format(&differences->first[i].prefix, text),
			     difference_name(differences->first[i].kind));
	if (differences->overlooked)
		(void)printf("%s in the kernel's maps that the program overlooks\n",
			     mxw_count_format(differences->overlooked, "entry", count));
}

static void print_sum(const char *what, const struct mxw_differences *differences)
{
	char entries[MXW_COUNT_TEXT], found[MXW_COUNT_TEXT];

	(void)printf("%s checked, %s\n", mxw_count_format(differences->checked, what, entries),
		     mxw_count_format(differences->count, "difference", found));
}

/* The first differences of each kind, and their numbers. Scripts get the rows alone. */
static int print_differences(struct cli *cli, const struct found *found)
{
	const struct mxw_differences *entries = &found->entries, *automatic = &found->automatic;

	if (cli->args.json)
		return terminal_json(json_pack(
			"{s:I, s:I, s:I, s:b, s:b, s:o, s:o, s:o}", "checked",
			(json_int_t)entries->checked, "differences", (json_int_t)entries->count,
			"overlooked", (json_int_t)entries->overlooked, "connections_seen",
			!found->unseen, "repaired", cli->args.repair, "first",
			differences_json(entries), "feeds", feeds_json(&found->feeds), "automatic",
			automatic_json(automatic)));
	print_found(entries);
	print_feeds(cli, &found->feeds);
	print_found(automatic);
	if (found->unseen)
		(void)printf(
			"connections\t\tthe program that sees them is not on the cgroup root\n");
	if (cli->args.porcelain)
		return MXW_OK;
	if (automatic->checked + automatic->count)
		print_sum("automatic entry", automatic);
	print_sum("stored entry", entries);
	return MXW_OK;
}

static int check_feeds(struct cli *cli, struct mxw_session *session, struct mxw_feeds_check *feeds)
{
	int error = mxw_feeds_compare(session->store, &session->maps, feeds, &cli->err);

	if (!error && feeds->count && cli->args.repair)
		error = mxw_feeds_build(session->store, &session->maps, &cli->report, &cli->err);
	return error;
}

static int check_presence(struct cli *cli, const struct mxw_session *session, bool *unseen)
{
	struct presence_state state;

	presence_look(NULL, &state);
	*unseen = !state.on && state.possible;
	return *unseen && cli->args.repair ? mxw_presence_put(&session->maps, &cli->err) : MXW_OK;
}

static int compare(struct cli *cli, struct found *found)
{
	struct mxw_session session;
	int error = mxw_session_begin(&session, &cli->report, &cli->err);

	if (!error && !session.attached)
		error = mxw_maps_open(&session.maps, &cli->err);
	if (!error)
		error = mxw_reconcile(session.store, &session.maps, mxw_clock_mono(),
				      cli->args.repair, &found->entries, NULL, &cli->err);
	if (!error)
		error = check_feeds(cli, &session, &found->feeds);
	if (!error)
		error = check_presence(cli, &session, &found->unseen);
	mxw_session_end(&session);
	return error ? error : verify_automatic(cli, &found->automatic);
}

int verb_verify(struct cli *cli)
{
	struct found found = { 0 };
	int error = compare(cli, &found);

	if (!error)
		error = print_differences(cli, &found);
	if (error)
		return error;
	if (!(found.entries.count + found.feeds.count + found.unseen) || cli->args.repair)
		return verify_automatic_result(cli, &found.automatic);
	if (!(found.entries.count + found.feeds.count))
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"completed connections are not seen: `xdpctl verify --repair` puts "
				"the program back on the cgroup root");
	return mxw_fail(
		&cli->err, MXW_E_DEGRADED,
		"the kernel does not enforce exactly what is stored: `xdpctl verify --repair` "
		"makes it");
}
