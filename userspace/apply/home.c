// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the filter is at home. Called by attach, detach, status and whatever else works with
 * interfaces.
 */
#include <net/if.h>

#include "apply/home.h"

static enum mxw_link_state link_state(uint32_t ifindex)
{
	struct mxw_hook hook;

	return mxw_hook_link_state(ifindex,
				   mxw_hook_query(ifindex, &hook, NULL) == MXW_OK ? &hook : NULL);
}

/* Links tell certainly what became of their interfaces; the dispatcher leaves none. */
static bool all_dead(const struct mxw_config *config)
{
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		if (config->slots[i].ifindex &&
		    link_state(config->slots[i].ifindex) != MXW_LINK_DEAD)
			return false;
	return true;
}

static struct mxw_netns netns_of(const struct mxw_config *config)
{
	return (struct mxw_netns){ .cookie = config->netns_cookie, .inode = config->netns_inode };
}

bool mxw_home_here(const struct mxw_config *config)
{
	const struct mxw_netns netns = netns_of(config);

	return mxw_netns_is_own(&netns);
}

void mxw_home_find(const struct mxw_config *config, struct mxw_home *home)
{
	const struct mxw_netns netns = netns_of(config);

	home->inode = netns.inode;
	home->place = mxw_netns_find(&netns, home->path);
	if (home->place == MXW_NETNS_UNSEEN && all_dead(config))
		home->place = MXW_NETNS_ENDED;
}

int mxw_home_refuse(const struct mxw_home *home, const char *command, struct mxw_err *err)
{
	if (home->place == MXW_NETNS_ELSEWHERE)
		return mxw_fail(err, MXW_E_DETACHED,
				"the filter is in another network namespace: run `nsenter --net=%s "
				"xdpctl %s` there; nothing was changed (`xdpctl mode bypass` works "
				"from here)",
				home->path, command);
	return mxw_fail(err, MXW_E_DETACHED,
			"the filter is in another network namespace, net:[%llu], that cannot be "
			"found from here: run `xdpctl %s` in it, or on the host, where every "
			"process is seen; nothing was changed (`xdpctl mode bypass` works from "
			"here)",
			(unsigned long long)home->inode, command);
}

int mxw_home_require(const struct mxw_config *config, const char *command, struct mxw_err *err)
{
	struct mxw_home home;

	mxw_home_find(config, &home);
	if (home.place == MXW_NETNS_HERE || home.place == MXW_NETNS_ENDED)
		return MXW_OK;
	return mxw_home_refuse(&home, command, err);
}

int mxw_home_check_number(const char *ifname, uint32_t ifindex, const struct mxw_hook *hook,
			  struct mxw_err *err)
{
	if (mxw_hook_link_state(ifindex, hook) != MXW_LINK_MOVED)
		return MXW_OK;
	return mxw_fail(
		err, MXW_E_DETACHED,
		"interface %u was moved to another network namespace with the filter on it, "
		"and %s has its number now: move it back, or run `xdpctl detach --all`; "
		"nothing was changed",
		ifindex, ifname);
}

/* Without a link, the number is all there is to go by. */
static bool is_gone(uint32_t ifindex, enum mxw_netns_place place)
{
	enum mxw_link_state state = link_state(ifindex);
	char name[IF_NAMESIZE];

	if (state == MXW_LINK_NONE && place == MXW_NETNS_HERE)
		return !if_indextoname(ifindex, name);
	return state == MXW_LINK_DEAD || (state == MXW_LINK_NONE && place == MXW_NETNS_ENDED);
}

void mxw_home_release_gone(struct mxw_config *config, bool unpin)
{
	struct mxw_home home;

	mxw_home_find(config, &home);
	for (int i = 0; i < MXW_MAX_IFACES; i++) {
		uint32_t ifindex = config->slots[i].ifindex;

		if (!ifindex || !is_gone(ifindex, home.place))
			continue;
		if (unpin)
			mxw_hook_unpin(ifindex);
		config->slots[i] = (struct mxw_slot){ 0 };
		config->confirm_until[i] = 0;
	}
}
