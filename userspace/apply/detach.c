// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking the filter off, and the confirmation of an attach. Called by xdpctl
 * detach and confirm, and by the process that waits for a confirmation.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "apply/attach.h"
#include "apply/home.h"
#include "base/clock.h"
#include "datapath/presence.h"
#include "datapath/switches.h"
#include "host/nic.h"
#include "state/lock.h"

static bool is_ours(const struct mxw_hook *hook)
{
	return hook->holder == MXW_HOLDER_LINK || hook->holder == MXW_HOLDER_SHARED;
}

/* Whatever may still run the program afterwards, unseen, passes everything. */
static int remove_pins(struct mxw_err *err)
{
	mxw_switches_force_bypass();
	mxw_presence_detach();
	return mxw_pins_remove(err);
}

/* Frees the interface's slot; the last one takes the maps with it. */
static int release_slot(struct mxw_maps *maps, uint32_t ifindex, struct mxw_err *err)
{
	struct mxw_config config;
	int slot, left = 0;
	int error = mxw_switches_read(maps, &config, err);

	if (error)
		return error;
	mxw_home_release_gone(&config, true);
	slot = mxw_switches_slot(&config, ifindex);
	if (slot >= 0) {
		config.slots[slot] = (struct mxw_slot){ 0 };
		config.confirm_until[slot] = 0;
	}
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		left += config.slots[i].ifindex != 0;
	return left ? mxw_switches_write(maps, &config, err) : remove_pins(err);
}

/* Whether the interface can be taken from the filter from here. */
static int check_detach(const struct mxw_maps *maps, const char *ifname, uint32_t ifindex,
			const struct mxw_hook *hook, struct mxw_err *err)
{
	struct mxw_config config;
	char command[64];
	int error = mxw_switches_read(maps, &config, err);

	(void)snprintf(command, sizeof(command), "detach %.32s", ifname);
	if (!error)
		error = mxw_home_require(&config, command, err);
	if (!error && !is_ours(hook) && !mxw_hook_known(ifindex))
		error = mxw_fail(err, MXW_E_DETACHED, "mxwall is not attached to %s", ifname);
	return error ? error : mxw_home_check_number(ifname, ifindex, hook, err);
}

static int detach_known(struct mxw_maps *maps, const char *ifname, uint32_t ifindex,
			const struct mxw_hook *hook, bool dry_run, struct mxw_err *err)
{
	int error = check_detach(maps, ifname, ifindex, hook, err);

	if (error || dry_run)
		return error;
	error = mxw_hook_detach(ifindex, hook, err);
	return error ? error : release_slot(maps, ifindex, err);
}

/* A dry run needs no lock, and only says whether it could be done. Under a dispatcher the
 * program may be there though somebody removed the pins. */
static int detach_locked(const char *ifname, bool dry_run, struct mxw_err *err)
{
	struct mxw_maps maps;
	struct mxw_hook hook;
	uint32_t ifindex;
	int error;

	if (mxw_nic_index(ifname, &ifindex, NULL))
		return mxw_fail(
			err, MXW_E_FAIL,
			"there is no interface \"%s\": `xdpctl detach --all` also removes what "
			"a vanished one left",
			ifname);
	error = mxw_hook_query(ifindex, &hook, err);
	if (error)
		return error;
	if (is_ours(&hook) && !mxw_maps_pinned())
		return dry_run ? MXW_OK : mxw_hook_detach(ifindex, &hook, err);
	error = mxw_maps_open(&maps, err);
	if (!error)
		error = detach_known(&maps, ifname, ifindex, &hook, dry_run, err);
	mxw_maps_close(&maps);
	return error;
}

int mxw_detach(const char *ifname, bool dry_run, struct mxw_err *err)
{
	int lock, error;

	if (dry_run)
		return detach_locked(ifname, true, err);
	lock = mxw_lock(err);
	if (lock < 0)
		return lock;
	error = detach_locked(ifname, false, err);
	mxw_unlock(lock);
	return error;
}

/* Asks the kernel about every interface, so that it works without any map. */
static int detach_every(unsigned int *count, struct mxw_err *err)
{
	struct if_nameindex *interfaces = if_nameindex();
	struct mxw_hook hook;
	int error = MXW_OK;

	if (!interfaces)
		return mxw_fail(err, MXW_E_FAIL, "cannot list the interfaces: %s", strerror(errno));
	for (size_t i = 0; interfaces[i].if_index && !error; i++) {
		error = mxw_hook_query(interfaces[i].if_index, &hook, err);
		if (error || !is_ours(&hook))
			continue;
		error = mxw_hook_detach(interfaces[i].if_index, &hook, err);
		*count += !error;
	}
	if_freenameindex(interfaces);
	return error;
}

/* Refuses only for a filter that is known to be in another namespace: damaged or foreign maps
 * do not keep anybody from removing them. */
static int check_detach_all(struct mxw_err *err)
{
	struct mxw_config config;
	struct mxw_maps maps;
	int error = mxw_maps_open(&maps, NULL);
	bool readable = (!error || error == MXW_E_DEGRADED) &&
			mxw_switches_read(&maps, &config, NULL) == MXW_OK;

	mxw_maps_close(&maps);
	return readable ? mxw_home_require(&config, "detach --all", err) : MXW_OK;
}

/* First the interfaces of this namespace, whichever way attached; then what pinned links hold,
 * wherever that was moved to. */
static int detach_all_locked(unsigned int *count, struct mxw_err *err)
{
	int error = check_detach_all(err);

	if (error)
		return error;
	mxw_switches_force_bypass();
	error = detach_every(count, err);
	if (!error)
		error = mxw_hook_detach_links(count, err);
	return error ? error : remove_pins(err);
}

int mxw_detach_all(unsigned int *count, const struct mxw_report *report, struct mxw_err *err)
{
	int lock = mxw_lock_within(MXW_LOCK_WAY_OUT, err), error;
	char holder[MXW_LOCK_HOLDER];

	*count = 0;
	if (lock < 0 && lock != MXW_E_BUSY)
		return lock;
	if (lock < 0)
		mxw_lock_holder(holder);
	error = detach_all_locked(count, err);
	if (!error && lock < 0)
		mxw_note(report,
			 "%s holds the lock, so the filter was taken off without it: should that "
			 "process attach again, end it and repeat this",
			 holder);
	mxw_unlock(lock);
	return error;
}

static int confirm_slots(const struct mxw_maps *maps, uint32_t ifindex, unsigned int *count,
			 struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(maps, &config, err);

	if (!error)
		error = mxw_home_require(&config, "confirm", err);
	if (error)
		return error;
	for (int i = 0; i < MXW_MAX_IFACES; i++) {
		if (!config.confirm_until[i] || (ifindex && config.slots[i].ifindex != ifindex))
			continue;
		config.confirm_until[i] = 0;
		++*count;
	}
	return *count ? mxw_switches_write(maps, &config, err) : MXW_OK;
}

int mxw_confirm(const char *ifname, unsigned int *count, struct mxw_err *err)
{
	uint32_t ifindex = 0;
	int lock, error;
	struct mxw_maps maps;

	*count = 0;
	if (ifname && mxw_nic_index(ifname, &ifindex, NULL))
		return mxw_fail(err, MXW_E_FAIL, "there is no interface \"%s\"", ifname);
	lock = mxw_lock(err);
	if (lock < 0)
		return lock;
	error = mxw_maps_open(&maps, err);
	if (!error)
		error = confirm_slots(&maps, ifindex, count, err);
	mxw_maps_close(&maps);
	mxw_unlock(lock);
	return error;
}

static void sleep_until(uint64_t deadline)
{
	const struct timespec at = { .tv_sec = (time_t)(deadline / MXW_SECOND),
				     .tv_nsec = (long)(deadline % MXW_SECOND) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		continue;
}

/* Whether the attach with that deadline still waits to be confirmed. */
static bool unconfirmed(uint32_t ifindex, uint64_t deadline)
{
	struct mxw_config config;
	struct mxw_maps maps;
	int slot = -1;

	if (mxw_maps_open(&maps, NULL) == MXW_OK &&
	    mxw_switches_read(&maps, &config, NULL) == MXW_OK)
		slot = mxw_switches_slot(&config, ifindex);
	mxw_maps_close(&maps);
	return slot >= 0 && config.confirm_until[slot] == deadline;
}

int mxw_confirm_watch(uint32_t ifindex, uint64_t deadline, struct mxw_err *err)
{
	char ifname[IF_NAMESIZE];
	int lock, error = MXW_OK;

	sleep_until(deadline);
	lock = mxw_lock(err);
	if (lock < 0)
		return lock;
	if (unconfirmed(ifindex, deadline) && if_indextoname(ifindex, ifname))
		error = detach_locked(ifname, false, err);
	mxw_unlock(lock);
	return error;
}
