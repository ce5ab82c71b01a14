/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the attached filter is at home: the network namespace whose interfaces it is on. Pins
 * are seen from all namespaces that share the mounts, and an interface's number means another
 * interface in each; so whatever concerns interfaces is done at home, or not at all.
 */
#ifndef MXW_APPLY_HOME_H
#define MXW_APPLY_HOME_H

#include <stdbool.h>

#include "datapath/hook.h"
#include "host/netns.h"

struct mxw_home {
	enum mxw_netns_place place;
	uint64_t inode; /* the namespace's number; 0 if nobody knows it */
	char path[MXW_NETNS_PATH]; /* what `nsenter --net=PATH` takes, or "" */
};

/* Whether it is at home in the caller's namespace. Needs no rights and little time. */
bool mxw_home_here(const struct mxw_config *config);

/* Looks where the filter is at home. A namespace counts as ended too when the kernel says that
 * every interface the filter was on is deleted. */
void mxw_home_find(const struct mxw_config *config, struct mxw_home *home);

/* 0 for a filter that is at home here or whose namespace ended; otherwise MXW_E_DETACHED with
 * a sentence that says where it is, and that `xdpctl command` has to be run there. */
int mxw_home_require(const struct mxw_config *config, const char *command, struct mxw_err *err);

/* Writes what mxw_home_require() would say; home->place is none of those that it accepts. */
int mxw_home_refuse(const struct mxw_home *home, const char *command, struct mxw_err *err);

/* Refuses with MXW_E_DETACHED where the pins of an interface's number hold a program on another
 * interface, which moved to another namespace and would lose it. hook: of the interface that has
 * the number here. */
int mxw_home_check_number(const char *ifname, uint32_t ifindex, const struct mxw_hook *hook,
			  struct mxw_err *err);

/*
 * Frees the slots of interfaces that are certainly gone: deleted as the kernel says, no
 * interface of that number at home, or a namespace that ended. Where a program may still be on
 * an interface, its slot stays. With unpin, their pins are removed.
 */
void mxw_home_release_gone(struct mxw_config *config, bool unpin);

#endif
