/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting the filter on an interface and taking it off. Attaching where it is
 * attached already replaces the program in place, with no packet unfiltered.
 *
 * Order, so that a kill at any step leaves either the old state or a working
 * one: maps are filled, then pinned, the config map last, then the program goes
 * onto the hook. A run that finds leftovers of a killed one cleans them.
 */
#ifndef MXW_ATTACH_H
#define MXW_ATTACH_H

#include "apply/scope.h"
#include "base/addr.h"
#include "base/report.h"
#include "datapath/hook.h"
#include "host/never.h"

enum mxw_sharing {
	MXW_SHARING_AUTO = 0, /* shared where the kernel allows it; else alone, announced */
	MXW_SHARING_EXCLUSIVE, /* alone, as a pinned bpf_link */
	MXW_SHARING_SHARED, /* through libxdp's dispatcher, or not at all */
};

struct mxw_attach_options {
	const char *ifname; /* as it will be shown: see mxw_nic_real() */
	uint32_t mode; /* enum mxw_mode; 0 = as it is, monitor at first */
	enum mxw_xdp xdp;
	enum mxw_sharing sharing;
	struct mxw_scope_wish scope; /* what it shall judge; what is not named stays */
	const struct mxw_never_item *never; /* never-block, besides what the host tells */
	size_t never_count;
	uint32_t capacity; /* of the block set; 0 = as built */
	uint64_t confirm_seconds; /* detach again unless confirmed; 0 = stay */
	bool dry_run; /* check everything that can be checked, change nothing */
};

struct mxw_attach_result {
	struct mxw_hook hook; /* as attached now; in a dry run, as it was */
	uint32_t ifindex;
	uint32_t slot;
	uint32_t mode; /* enum mxw_mode in force */
	struct mxw_scope was, scope; /* what it judged before, and judges now */
	bool replaced; /* an older program of ours was replaced in place */
	bool store_lost; /* the state database was damaged; entries are gone */
	char amiss[400]; /* a sentence: it is attached, but not all is as it should be; or "" */
	uint64_t entries; /* operator entries put in force */
	uint64_t never; /* entries of the never-block set */
	uint64_t confirm_until; /* CLOCK_MONOTONIC ns; 0 = no confirmation asked */
};

/* Attaches, or says in one sentence why not and leaves everything as it was. */
int mxw_attach(const struct mxw_attach_options *options, struct mxw_attach_result *result,
	       const struct mxw_report *report, struct mxw_err *err);

/* Takes the filter off one interface. The last one removes the maps; operator
 * entries stay in the store. dry_run: only says whether it could. */
int mxw_detach(const char *ifname, bool dry_run, struct mxw_err *err);

/* Takes the filter off every interface and removes every pin, whatever state
 * they are in and whoever holds the lock. *count: how many interfaces it was on. */
int mxw_detach_all(unsigned int *count, const struct mxw_report *report, struct mxw_err *err);

/* Confirms attaches: of one interface, or of all with NULL. */
int mxw_confirm(const char *ifname, unsigned int *count, struct mxw_err *err);

/* Sleeps until deadline (CLOCK_MONOTONIC ns), then detaches the interface, whatever its
 * name is by then, unless the attach with that deadline was confirmed. For a process
 * of its own. */
int mxw_confirm_watch(uint32_t ifindex, uint64_t deadline, struct mxw_err *err);

#endif
