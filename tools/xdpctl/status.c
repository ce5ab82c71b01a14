// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * status: where the filter is, and whether what the kernel says agrees with
 * what was attached.
 */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/feed_build.h"
#include "apply/home.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "datapath/switches.h"
#include "state/intents.h"
#include "dnsbl.h"
#include "feed_state.h"
#include "presence.h"
#include "scope.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* One attached interface as it is now. */
struct place {
	uint32_t ifindex;
	int slot;
	char name[IF_NAMESIZE];
	struct mxw_hook hook;
	struct mxw_scope scope; /* what it judges */
	enum mxw_link_state link;
	bool well; /* our program is on the hook */
};

struct status {
	struct mxw_config config; /* all zero where nothing is attached */
	struct mxw_home home;
	uint64_t heartbeat; /* the controller's last one, CLOCK_MONOTONIC ns; 0 = never */
	struct place places[MXW_MAX_IFACES];
	size_t place_count;
	uint64_t entries[MXW_CLASS_COUNT];
	struct feed_states feeds;
	struct presence_state presence;
	json_t *controller; /* its reply, NULL without one */
	struct mxw_err controller_err;
	struct mxw_err store; /* why the stored entries could not be counted, or "" */
};

/* A number of another namespace names no interface here. */
static void look_at_place(const struct mxw_home *home, struct place *place)
{
	if (home->place == MXW_NETNS_HERE && if_indextoname(place->ifindex, place->name) &&
	    mxw_hook_query(place->ifindex, &place->hook, NULL) == MXW_OK)
		place->well = place->hook.holder == MXW_HOLDER_LINK ||
			      place->hook.holder == MXW_HOLDER_SHARED;
	place->link = mxw_hook_link_state(place->ifindex, &place->hook);
	if (!place->name[0] || place->link == MXW_LINK_MOVED)
		(void)snprintf(place->name, sizeof(place->name), "#%u", place->ifindex);
}

/* The filter works without its lists, and a status must say so, not end here. maps is NULL
 * where nothing is attached. */
static void count_feeds(const struct mxw_maps *maps, struct mxw_store *store, struct status *status)
{
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
	struct mxw_feed_book book = { 0 };
	uint64_t memory;

	if (mxw_feed_book_open(store, false, NULL, &book, &status->store) == MXW_OK &&
	    (!maps || mxw_feeds_in_force(maps, &memory, rules, &status->store) == MXW_OK))
		feed_count_states(&book, maps ? rules : NULL, &status->feeds);
	if (maps && mxw_feeds_marked())
		status->feeds.amiss++;
	mxw_feed_book_close(&book);
}

/* The filter works without its store, and a status must say so, not end here. */
static void count_stored(const struct mxw_maps *maps, struct status *status)
{
	struct mxw_store *store;
	uint64_t exact, nets;
	int error = mxw_store_open(MXW_STATE_DIR, false, &store, &status->store);

	for (int c = MXW_CLASS_ALLOW; c <= MXW_CLASS_BLOCK && !error; c++) {
		error = mxw_store_count(store, (enum mxw_class)c, &exact, &nets, &status->store);
		status->entries[c] = exact + nets;
	}
	if (!error)
		count_feeds(maps, store, status);
	mxw_store_close(store);
}

static int count_entries(const struct mxw_maps *maps, struct status *status, struct mxw_err *err)
{
	int error = MXW_OK;

	count_stored(maps, status);
	for (int c = 0; c < MXW_CLASS_COUNT && !error; c++) {
		struct mxw_kernel_entry *entries;
		size_t count;

		if (c == MXW_CLASS_ALLOW || c == MXW_CLASS_BLOCK)
			continue;
		error = mxw_entries_read(maps, (enum mxw_class)c, &entries, &count, err);
		status->entries[c] = count;
		free(entries);
	}
	return error;
}

/* Reads all that status shows before it prints anything. On failure what has been read stays, to
 * be shown. */
static int read_status(struct status *status, struct mxw_err *err)
{
	struct mxw_maps maps;
	int error = mxw_maps_open(&maps, err);

	memset(status, 0, sizeof(*status));
	if (!error)
		error = mxw_switches_read(&maps, &status->config, err);
	if (!error)
		mxw_home_find(&status->config, &status->home);
	for (int i = 0; i < MXW_MAX_IFACES && !error; i++) {
		struct place *place = &status->places[status->place_count];

		if (!status->config.slots[i].ifindex)
			continue;
		place->ifindex = status->config.slots[i].ifindex;
		place->slot = i;
		look_at_place(&status->home, place);
		error = mxw_scope_read(&maps, place->ifindex, &place->scope, err);
		status->place_count++;
	}
	if (!error)
		status->heartbeat = mxw_switches_heartbeat(&maps);
	if (!error)
		error = count_entries(&maps, status, err);
	if (!error)
		presence_look(&maps, &status->presence);
	mxw_maps_close(&maps);
	return error;
}

static uint64_t confirm_left(const struct status *status, int slot)
{
	uint64_t until = status->config.confirm_until[slot], now = mxw_clock_mono();

	return until > now ? (until - now) / MXW_SECOND : 0;
}

static json_t *place_json(const struct status *status, const struct place *place)
{
	return json_pack("{s:s, s:i, s:b, s:s?, s:s?, s:i, s:i, s:o, s:b, s:o, s:b, s:o}", "iface",
			 place->name, "ifindex", (int)place->ifindex, "well", place->well, "how",
			 place->well ? mxw_holder_name(place->hook.holder) : NULL, "xdp",
			 place->well ? mxw_xdp_name(place->hook.xdp) : NULL, "program_id",
			 (int)place->hook.program_id, "slot", place->slot, "ports",
			 scope_ports_json(&place->scope), "protects_some", place->scope.limited,
			 "protect", scope_dests_json(&place->scope), "drops_fragmented",
			 place->scope.drop_fragmented, "confirm_in",
			 status->config.confirm_until[place->slot]
				 ? json_integer((json_int_t)confirm_left(status, place->slot))
				 : json_null());
}

static json_t *feeds_json(const struct feed_states *feeds)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)feeds->feeds, "held",
			 (json_int_t)feeds->held, "failed", (json_int_t)feeds->failed, "too_old",
			 (json_int_t)feeds->expired, "amiss", (json_int_t)feeds->amiss);
}

static json_t *home_json(const struct mxw_home *home)
{
	return json_pack("{s:b, s:I, s:o}", "here", home->place == MXW_NETNS_HERE, "inode",
			 (json_int_t)home->inode, "path",
			 home->path[0] ? json_string(home->path) : json_null());
}

static int print_json(const struct status *status)
{
	json_t *attached = json_array(), *entries = json_object();

	for (size_t i = 0; i < status->place_count; i++)
		(void)json_array_append_new(attached, place_json(status, &status->places[i]));
	for (unsigned int c = 0; c < MXW_CLASS_COUNT; c++)
		(void)json_object_set_new(entries, mxw_class_name(c),
					  json_integer((json_int_t)status->entries[c]));
	return terminal_json(json_pack(
		"{s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O?}", "mode",
		status->config.mode ? mxw_mode_name(status->config.mode) : NULL, "namespace",
		home_json(&status->home), "attached", attached, "ports",
		status->place_count ? scope_ports_json(&status->places[0].scope) : json_array(),
		"nat64", scope_nat64_json(&status->config.nat64), "entries", entries, "feeds",
		feeds_json(&status->feeds), "connections", presence_json(&status->presence),
		"controller", status->controller));
}

/* The filter's interfaces cannot be looked at from here. */
static bool elsewhere(const struct status *status)
{
	return status->home.place == MXW_NETNS_ELSEWHERE || status->home.place == MXW_NETNS_UNSEEN;
}

static const char *health(const struct status *status, const struct place *place, char out[64])
{
	if (elsewhere(status) || place->link == MXW_LINK_MOVED)
		return "IN ANOTHER NAMESPACE";
	if (!place->well)
		return place->name[0] == '#' ? "INTERFACE GONE" : "PROGRAM GONE";
	if (!status->config.confirm_until[place->slot])
		return "ok";
	(void)snprintf(out, 64, "unconfirmed, %u s left",
		       (unsigned int)confirm_left(status, place->slot));
	return out;
}

/* A row for each interface that a slot of the config map names, also if the program there is
 * gone. */
static void print_places(const struct cli *cli, const struct status *status)
{
	static const char *const headings[] = {
		"IFACE",	   "XDP", "HOW", "PORTS", "PROGRAM", "HEALTH", "DESTINATIONS",
		"FRAGMENTED SYNS", NULL
	};
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);

	for (size_t i = 0; i < status->place_count; i++) {
		const struct place *place = &status->places[i];
		char ports[SCOPE_PORTS], dests[SCOPE_DESTS], id[16], text[64];
		const char *const cells[] = { place->name,
					      place->well ? mxw_xdp_name(place->hook.xdp) : "-",
					      place->well ? mxw_holder_name(place->hook.holder)
							  : "-",
					      scope_ports(&place->scope, ports),
					      id,
					      health(status, place, text),
					      scope_dests(&place->scope, dests),
					      place->scope.drop_fragmented ? "dropped" : "judged" };

		(void)snprintf(id, sizeof(id), "%u", place->hook.program_id);
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

static void print_feeds(const struct feed_states *feeds)
{
	if (!feeds->feeds)
		return;
	(void)printf("feeds: %llu", (unsigned long long)feeds->feeds);
	if (feeds->held)
		(void)printf(", %llu HELD", (unsigned long long)feeds->held);
	if (feeds->failed)
		(void)printf(", %llu FAILED to refresh", (unsigned long long)feeds->failed);
	if (feeds->expired)
		(void)printf(", %llu TOO OLD to count", (unsigned long long)feeds->expired);
	(void)printf("%s\n", feeds->held + feeds->failed + feeds->expired
				     ? ": `xdpctl feed list` says which"
				     : "");
}

static void print_entries(const struct status *status, bool attached)
{
	char number[MXW_ADDR_TEXT];

	(void)printf("entries%s:", attached ? "" : " stored for the next attach");
	for (unsigned int c = 0; c < MXW_CLASS_COUNT; c++)
		if (attached || c == MXW_CLASS_ALLOW || c == MXW_CLASS_BLOCK)
			(void)printf("%s %s %s", c > (attached ? 0U : 1U) ? "," : "",
				     mxw_number_format(status->entries[c], number),
				     mxw_class_name(c));
	(void)putchar('\n');
}

static void print_filter(const struct status *status, bool attached)
{
	char prefix[MXW_ADDR_TEXT];

	(void)printf("mode: %s\n", attached ? mxw_mode_name(status->config.mode) : "not attached");
	print_entries(status, attached);
	if (status->config.nat64.high)
		(void)printf("NAT64 prefix: %s\n", mxw_nat64_format(&status->config.nat64, prefix));
	print_feeds(&status->feeds);
	if (attached)
		presence_print(&status->presence);
	controller_print_status(status->controller, &status->controller_err);
	if (attached)
		(void)putchar('\n');
}

/* The whole filter first, then a row for each interface; scripts get the rows alone. */
static void print_people(const struct cli *cli, const struct status *status)
{
	bool attached = status->config.mode != 0;

	if (!cli->args.porcelain)
		print_filter(status, attached);
	if (attached)
		print_places(cli, status);
}

static int judge_place(const struct place *place, struct mxw_err *err)
{
	if (place->link == MXW_LINK_MOVED)
		return mxw_fail(err, MXW_E_DEGRADED,
				"interface %u was moved to another network namespace with the "
				"filter on it: move it back, or run `xdpctl detach --all`",
				place->ifindex);
	return mxw_fail(err, MXW_E_DEGRADED,
			"the filter was attached to %s (interface %u) but is not on "
			"it any more: run `xdpctl attach` again, or `xdpctl detach "
			"--all` to clear what is left",
			place->name, place->ifindex);
}

/* The exit code, by the first finding: the program before the store, the store before feeds,
 * feeds before the controller. The operator gets one thing to mend at a time. */
static int judge(struct cli *cli, const struct status *status)
{
	char feeds[MXW_COUNT_TEXT];

	if (elsewhere(status)) {
		(void)mxw_home_refuse(&status->home, "status", &cli->err);
		return MXW_E_DEGRADED;
	}
	for (size_t i = 0; i < status->place_count; i++)
		if (!status->places[i].well)
			return judge_place(&status->places[i], &cli->err);
	if (status->store.text[0])
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"the filter works, but its stored entries cannot be read: %.400s",
				status->store.text);
	if (status->feeds.amiss)
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"the filter does not do what its feeds say: `xdpctl verify "
				"--repair` puts them in force, `xdpctl feed list` says how they "
				"are");
	if (!status->place_count)
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"maps are pinned but the filter is on no interface: run `xdpctl "
				"attach`, or `xdpctl detach --all` to clear what is left");
	if (status->feeds.expired)
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"%llu of %s got too old to block anybody: `xdpctl feed list` says "
				"which, and `xdpctl feed show` why",
				(unsigned long long)status->feeds.expired,
				mxw_count_format(status->feeds.feeds, "feed", feeds));
	return controller_judge(status->controller, &status->controller_err, status->heartbeat,
				&cli->err);
}

/* Under a dispatcher the program works on when somebody removes our pins. */
static int look_for_unpinned(struct mxw_err *err)
{
	struct if_nameindex *interfaces = if_nameindex();
	struct mxw_hook hook;
	int error = MXW_E_DETACHED;

	for (size_t i = 0; interfaces && interfaces[i].if_index; i++)
		if (mxw_hook_query(interfaces[i].if_index, &hook, NULL) == MXW_OK &&
		    hook.holder == MXW_HOLDER_SHARED)
			error = mxw_fail(err, MXW_E_DEGRADED,
					 "the filter is on %s but its pins under %s are gone: run "
					 "`xdpctl attach %s` to replace it",
					 interfaces[i].if_name, MXW_PIN_DIR, interfaces[i].if_name);
	if_freenameindex(interfaces);
	return error;
}

/* Works with whatever is there: attached, stored only, or pins without a config map, which an
 * attach or a detach clears. */
int verb_status(struct cli *cli)
{
	struct status status;
	bool detached;
	int error;

	mxw_program_quiet();
	error = read_status(&status, &cli->err);
	detached = error == MXW_E_DETACHED && !mxw_maps_pinned();
	if (detached)
		count_stored(NULL, &status);
	else if (error)
		return error;
	status.controller = controller_status(&status.controller_err);
	if (cli->args.json)
		error = print_json(&status);
	else
		print_people(cli, &status);
	if (detached)
		error = look_for_unpinned(&cli->err);
	else if (!error)
		error = judge(cli, &status);
	json_decref(status.controller);
	return error;
}
