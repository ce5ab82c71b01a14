// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attaching. Called by xdpctl attach. How to get onto the hook is placement.c's
 * part, taking off is detach.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "state/intents.h"
#include "apply/attach.h"
#include "apply/attach_store.h"
#include "apply/feed_build.h"
#include "apply/home.h"
#include "apply/limits.h"
#include "apply/never.h"
#include "apply/placement.h"
#include "apply/presence.h"
#include "apply/reconcile.h"
#include "base/clock.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "datapath/switches.h"
#include "host/nic.h"
#include "state/lock.h"

#define EVENT_BUDGET 100 /* per CPU and 256 jiffies: enough to watch, nothing to a flood */
#define DEADMAN_SECONDS 900

/* One attach in progress. */
struct attach {
	const struct mxw_attach_options *options;
	struct mxw_attach_result *result;
	const struct mxw_report *report;
	struct mxw_placement placement;
	struct mxw_program_options constants;
	struct mxw_program *program; /* the plain XDP one: attached alone, and what explain runs */
	struct mxw_store *store;
	struct mxw_maps maps;
	struct mxw_netns netns; /* the caller's */
	struct mxw_config before; /* the config map as it was, without interfaces that are gone */
	bool fresh; /* no filter was there before */
};

static bool on_some_interface(const struct mxw_config *config)
{
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		if (config->slots[i].ifindex)
			return true;
	return false;
}

/* A filter belongs to one network namespace. It goes to another one with the next attach after
 * that has ended; a network card outlives its namespace, though, and keeps the program. */
static int look_at_home(struct attach *a, struct mxw_err *err)
{
	struct mxw_home home;

	mxw_home_find(&a->before, &home);
	mxw_home_release_gone(&a->before, false);
	if (mxw_switches_slot(&a->before, a->result->ifindex) < 0)
		a->result->was.set = false; /* it was of another interface with this number */
	if (!on_some_interface(&a->before) || home.place == MXW_NETNS_HERE)
		return MXW_OK;
	if (home.place == MXW_NETNS_UNSEEN)
		return mxw_home_refuse(&home, "detach --all", err);
	if (home.place == MXW_NETNS_ELSEWHERE)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"the filter is in another network namespace, and belongs to that one only: "
			"`nsenter --net=%s xdpctl detach --all` takes it off there; for a second "
			"filter give this namespace a bpffs at %s and a folder %s of its own; "
			"nothing was changed",
			home.path, MXW_BPFFS, MXW_STATE_DIR);
	return mxw_fail(
		err, MXW_E_DETACHED,
		"the filter is still on an interface of a network namespace that has ended: "
		"run `xdpctl detach --all`, then attach again; stored entries are kept");
}

/* What is pinned already: of our version, or nothing. */
static int look_at_pins(struct attach *a, struct mxw_err *err)
{
	struct mxw_maps pinned;
	int error = MXW_OK;

	a->fresh = !mxw_maps_pinned();
	if (a->fresh)
		return MXW_OK;
	error = mxw_maps_open(&pinned, err);
	if (!error)
		error = mxw_switches_read(&pinned, &a->before, err);
	if (!error)
		error = mxw_scope_read(&pinned, a->result->ifindex, &a->result->was, err);
	mxw_maps_close(&pinned);
	return error ? error : look_at_home(a, err);
}

static int choose_slot(struct attach *a, struct mxw_err *err)
{
	int slot = mxw_switches_slot(&a->before, a->result->ifindex);

	if (slot < 0)
		slot = mxw_switches_slot(&a->before, 0);
	if (slot < 0)
		return mxw_fail(err, MXW_E_FAIL,
				"the filter is on %d interfaces already, the most it can be on",
				MXW_MAX_IFACES);
	a->result->slot = (uint32_t)slot;
	return MXW_OK;
}

static bool only_interface(const struct attach *a)
{
	for (uint32_t i = 0; i < MXW_MAX_IFACES; i++)
		if (i != a->result->slot && a->before.slots[i].ifindex)
			return false;
	return true;
}

/* Mode and NAT64 prefix are the whole filter's: a trial on one interface must not decide for another. */
static int change_for_all(struct attach *a, const char *option, const char *value,
			  const char *instead, struct mxw_err *err)
{
	if (a->options->confirm_seconds)
		return mxw_fail(
			err, MXW_E_USAGE,
			"--%s %s with --confirm would change the other interfaces too, and for "
			"good: leave --%s out, or %s; nothing was changed",
			option, value, option, instead);
	mxw_note(a->report, "--%s is the whole filter's: %s holds for the other interfaces too",
		 option, value);
	return MXW_OK;
}

static int check_others(struct attach *a, struct mxw_err *err)
{
	const struct mxw_attach_options *options = a->options;
	const struct mxw_nat64 *wish = &options->scope.nat64, *now = &a->before.nat64;
	bool new_nat64 = wish->high && (wish->high != now->high || wish->low != now->low);
	char text[MXW_ADDR_TEXT];
	int error = MXW_OK;

	if (a->fresh || only_interface(a))
		return MXW_OK;
	if (options->mode && options->mode != a->before.mode)
		error = change_for_all(a, "mode", mxw_mode_name(options->mode),
				       "set it with `xdpctl mode`", err);
	if (!error && new_nat64)
		error = change_for_all(a, "nat64", mxw_nat64_format(wish, text),
				       "give it in an attach without --confirm", err);
	return error;
}

/* Everything that can be wrong before anything is changed. */
static int examine(struct attach *a, struct mxw_err *err)
{
	int error;

	if (mxw_nic_index(a->options->ifname, &a->result->ifindex, NULL))
		return mxw_fail(
			err, MXW_E_FAIL,
			"there is no interface \"%s\": `ip link` lists those of this network "
			"namespace",
			a->options->ifname);
	error = mxw_hook_query(a->result->ifindex, &a->result->hook, err);
	if (!error)
		error = mxw_netns_own(&a->netns, err);
	if (!error)
		error = look_at_pins(a, err);
	if (!error)
		error = mxw_home_check_number(a->options->ifname, a->result->ifindex,
					      &a->result->hook, err);
	if (!error)
		error = mxw_placement_choose(a->options, &a->result->hook, &a->placement, a->report,
					     err);
	if (!error)
		error = choose_slot(a, err);
	if (!error)
		error = mxw_scope_plan(&a->result->was, &a->options->scope, only_interface(a),
				       &a->result->scope, err);
	return error ? error : check_others(a, err);
}

static void choose_constants(struct attach *a)
{
	memcpy(a->constants.ports, a->result->scope.ports, sizeof(a->constants.ports));
	a->constants.slot = a->result->slot;
	a->constants.capacity = a->options->capacity;
	a->constants.flags = mxw_scope_flags(&a->result->scope);
}

static int note_capacity(struct attach *a, struct mxw_err *err)
{
	char room[MXW_COUNT_TEXT];
	uint64_t exact, nets;
	int error = mxw_entries_capacity(&a->maps, MXW_CLASS_BLOCK, &exact, &nets, err);

	if (!error && a->options->capacity && a->options->capacity != exact)
		mxw_note(a->report,
			 "the block set keeps its room for %s: `detach --all` and attach again to "
			 "change that",
			 mxw_count_format(exact, "address", room));
	return error;
}

static int load(struct attach *a, struct mxw_err *err)
{
	int error;

	if (a->fresh)
		mxw_pins_remove_matching("mxw_"); /* of an attach that was killed early */
	choose_constants(a);
	error = mxw_program_open(&a->constants, &a->program, err);
	if (!error)
		error = mxw_program_load(a->program, err);
	if (!error)
		error = mxw_program_maps(a->program, &a->maps, err);
	return error ? error : note_capacity(a, err);
}

/* The config element with this interface's slot in it. */
static int write_config(struct attach *a, struct mxw_err *err)
{
	const struct mxw_attach_options *options = a->options;
	uint64_t seconds = options->confirm_seconds;
	struct mxw_config config;
	struct mxw_slot *slot;

	if (mxw_switches_read(&a->maps, &config, err))
		return MXW_E_FAIL;
	mxw_home_release_gone(&config, true);
	config.netns_cookie = a->netns.cookie;
	config.netns_inode = a->netns.inode;
	if (a->fresh) {
		config.abi_version = MXW_ABI_VERSION;
		config.mode = MXW_MODE_MONITOR;
		config.event_budget = EVENT_BUDGET;
		config.deadman_ns = DEADMAN_SECONDS * MXW_SECOND;
	}
	if (options->mode)
		config.mode = options->mode;
	a->result->mode = config.mode;
	a->result->confirm_until = seconds ? mxw_clock_mono() + seconds * MXW_SECOND : 0;
	config.confirm_until[a->result->slot] = a->result->confirm_until;
	config.nat64 = a->result->scope.nat64;
	slot = &config.slots[a->result->slot];
	slot->ifindex = a->result->ifindex;
	slot->flags = a->constants.flags;
	memcpy(slot->ports, a->constants.ports, sizeof(slot->ports));
	return mxw_switches_write(&a->maps, &config, err);
}

/* Feeds that cannot be put in force must not keep a mail server without all the rest; the mark
 * has the next session try again. */
static void fill_feeds(struct attach *a)
{
	struct mxw_err why;
	bool marked = mxw_feeds_mark(&why) == MXW_OK;

	if (!marked)
		mxw_attach_amiss(a->result, a->report, why.text);
	if (mxw_feeds_build(a->store, &a->maps, a->report, &why))
		mxw_note(a->report, "the feeds are not in force: %.400s", why.text);
	else if (marked)
		mxw_feeds_unmark();
}

/* Nor must addresses that have no room in the never-block set. */
static int fill_never(struct attach *a, struct mxw_err *err)
{
	int error = mxw_never_fill(&a->maps, a->options->never, a->options->never_count,
				   &a->result->never, err);

	if (error != MXW_E_DEGRADED)
		return error;
	mxw_attach_amiss(a->result, a->report, err->text);
	return MXW_OK;
}

/* All that the program will look at is there before the program is. */
static int fill_maps(struct attach *a, struct mxw_err *err)
{
	struct mxw_differences differences = { 0 };
	int error;

	error = fill_never(a, err);
	if (!error)
		error = mxw_dests_set(&a->maps, a->result->scope.dests, a->result->scope.dest_count,
				      err);
	if (!error)
		error = mxw_limits_restore(&a->maps, a->report, err);
	if (!error)
		error = mxw_reconcile(a->store, &a->maps, mxw_clock_mono(), true, &differences,
				      a->report, err);
	if (!error)
		error = mxw_store_set_dirty(a->store, false, err);
	if (!error)
		error = mxw_store_prune(a->store, err);
	if (!error)
		fill_feeds(a);
	a->result->entries = differences.checked;
	return error;
}

static int put_in_place(struct attach *a, struct mxw_err *err)
{
	int error = write_config(a, err);

	if (!error)
		error = fill_maps(a, err);
	if (!error)
		error = mxw_program_pin_maps(a->program, err);
	if (!error)
		error = mxw_placement_attach(&a->placement, a->result->ifindex, a->program,
					     &a->constants, a->report, err);
	if (!error)
		error = mxw_hook_pin_program(a->result->ifindex, mxw_program_fd(a->program), err);
	return error;
}

/* All but the bits of maps in use: entries that this attach put in stay there. */
static void restore_config(struct attach *a)
{
	struct mxw_config config;

	if (mxw_switches_read(&a->maps, &config, NULL))
		return;
	a->before.used = config.used;
	/* The first error is the one to tell. */
	(void)mxw_switches_write(&a->maps, &a->before, NULL);
	(void)mxw_dests_set(&a->maps, a->result->was.dests, a->result->was.dest_count, NULL);
}

/* After a failure: the config as it was, and nothing where there was nothing. */
static void undo(struct attach *a)
{
	struct mxw_hook hook;

	bool was_on = a->result->hook.holder == MXW_HOLDER_LINK ||
		      a->result->hook.holder == MXW_HOLDER_SHARED;

	if (!was_on && mxw_hook_query(a->result->ifindex, &hook, NULL) == MXW_OK)
		(void)mxw_hook_detach(a->result->ifindex, &hook, NULL); /* the first error is */
	if (a->fresh)
		(void)mxw_pins_remove(NULL); /* the one to tell */
	else if (a->maps.fd[MXW_MAP_CONFIG] >= 0)
		restore_config(a);
}

/* All that can be refused is refused before anything changes. If a later step fails, what the
 * steps before it made is undone. */
static int attach_locked(struct attach *a, struct mxw_err *err)
{
	int error = examine(a, err);

	if (error || a->options->dry_run)
		return error;
	error = mxw_pins_prepare(a->report, err);
	if (!error)
		error = mxw_attach_store(&a->store, a->result, a->report, err);
	if (!error)
		error = load(a, err);
	if (!error)
		error = put_in_place(a, err);
	if (error) {
		undo(a);
		return error;
	}
	mxw_presence_try(&a->maps, a->report); /* last, because nothing depends on it */
	a->result->replaced = a->result->hook.holder == MXW_HOLDER_LINK ||
			      a->result->hook.holder == MXW_HOLDER_SHARED;
	return mxw_hook_query(a->result->ifindex, &a->result->hook, err);
}

int mxw_attach(const struct mxw_attach_options *options, struct mxw_attach_result *result,
	       const struct mxw_report *report, struct mxw_err *err)
{
	struct attach a = { .options = options, .result = result, .report = report };
	int lock = mxw_lock(err), error;

	if (lock < 0)
		return lock;
	for (int i = 0; i < MXW_MAP_COUNT; i++)
		a.maps.fd[i] = -1;
	memset(result, 0, sizeof(*result));
	mxw_program_quiet();
	error = attach_locked(&a, err);
	mxw_maps_close(&a.maps);
	mxw_program_close(a.program);
	mxw_store_close(a.store);
	mxw_unlock(lock);
	return error;
}
