// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings about one interface, and the obstacles among them that stop an
 * attach. Called by check and attach; changes nothing.
 */
#include <linux/ethtool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "host/check.h"
#include "host/check_add.h"
#include "host/driver.h"
#include "host/fragment.h"

#define OPER_UP 6 /* IF_OPER_UP of linux/if.h */
#define OPER_UNKNOWN 0

/* One thing that can stand in the way. hit() returns whether it does, and how to get past it. */
struct obstacle {
	const char *what;
	enum mxw_level level; /* as a finding */
	bool native_only; /* does not matter in skb mode */
	bool (*hit)(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how);
};

/* Where SYNs arrive inside of a tunnel's packets, the filter on the outer interface does not see
 * them: to send the operator there would look like protection. */
static bool no_ethernet(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	const char *type = nic->type[0] ? nic->type : "a device";

	(void)kernel;
	if (nic->ethernet)
		return false;
	if (nic->kind == MXW_NIC_TUNNEL || nic->kind == MXW_NIC_TUN)
		(void)mxw_fail(how, 0,
			       "\"%s\" is a tunnel (%s) whose packets have no Ethernet header, and "
			       "the filter reads no others; on the outer interface SYNs inside of "
			       "the tunnel's packets pass unseen: filter where the mail enters the "
			       "tunnel, or use a tunnel with Ethernet (gretap, vxlan, tap) and "
			       "--xdp skb",
			       nic->name, type);
	else
		(void)mxw_fail(how, 0,
			       "packets of \"%s\" (%s) have no Ethernet header, and the filter "
			       "reads no others: attach to the interface on which they arrive from "
			       "outside",
			       nic->name, type);
	return true;
}

/* How to filter what comes in through a device made of software. */
static bool no_native_kind(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	const char *parent = "the interface below it";
	char name[IFNAMSIZ];

	(void)kernel;
	if (nic->parent)
		parent = mxw_nic_name(nic->parent, name);
	if (nic->kind == MXW_NIC_VLAN)
		(void)mxw_fail(how, 0,
			       "\"%s\" is a VLAN device, which has no native XDP: attach to %s, "
			       "whose tagged packets the filter reads as well, or use --xdp skb",
			       nic->name, parent);
	else if (nic->kind == MXW_NIC_BRIDGE)
		(void)mxw_fail(how, 0,
			       "\"%s\" is a bridge, which has no native XDP: attach to the port of "
			       "it that faces the senders, or use --xdp skb",
			       nic->name);
	else if (nic->kind == MXW_NIC_TUNNEL)
		(void)mxw_fail(
			how, 0,
			"\"%s\" is a tunnel (%s), which has no native XDP: use --xdp skb; it "
			"filters only what comes out of the tunnel",
			nic->name, nic->type[0] ? nic->type : "ppp");
	else if (nic->kind == MXW_NIC_LOOPBACK)
		(void)mxw_fail(how, 0,
			       "\"%s\" is the loopback, which has no native XDP: use --xdp skb",
			       nic->name);
	else
		return false;
	return true;
}

static bool old_driver(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	const struct mxw_driver *driver = mxw_driver_find(nic->ethtool.driver);

	if (!driver || kernel >= driver->native_since)
		return false;
	(void)mxw_fail(how, 0,
		       "the driver %s of \"%s\" has native XDP from Linux %u.%u on: use --xdp skb, "
		       "or a newer kernel",
		       driver->name, nic->name, driver->native_since >> 8,
		       driver->native_since & 255);
	return true;
}

static bool lro_on(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	(void)kernel;
	if (nic->ethtool.lro != MXW_OFFLOAD_ON)
		return false;
	(void)mxw_fail(how, 0,
		       "LRO of \"%s\" merges packets before XDP sees them: ethtool -K %s lro off",
		       nic->name, nic->name);
	return true;
}

/* As of virtio_net where the machine's host does not let the guest choose. */
static bool merging_fixed(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	(void)kernel;
	if (nic->ethtool.lro != MXW_OFFLOAD_FIXED && nic->ethtool.gro_hw != MXW_OFFLOAD_FIXED)
		return false;
	(void)mxw_fail(
		how, 0,
		"\"%s\" merges packets before XDP sees them (LRO or hardware GRO) and will "
		"not let it be switched off, so it has no native XDP: use --xdp skb, or have "
		"the host of this virtual machine stop it (QEMU: guest_tso4=off,"
		"guest_tso6=off,guest_ecn=off,guest_ufo=off)",
		nic->name);
	return true;
}

static bool mtu_too_large(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	const struct mxw_driver *driver = mxw_driver_find(nic->ethtool.driver);
	char later[48] = "";

	/* For veth the MTU of the peer counts, which may be out of sight. */
	if (mxw_driver_mtu(driver, kernel, nic->mtu) != MXW_MTU_TOO_LARGE ||
	    nic->kind == MXW_NIC_VETH)
		return false;
	if (driver->frags_since)
		(void)snprintf(later, sizeof(later), ", or Linux %u.%u or later",
			       driver->frags_since >> 8, driver->frags_since & 255);
	(void)mxw_fail(how, 0,
		       "the MTU of \"%s\" is %u, and its driver %s takes at most %u with XDP: ip "
		       "link set %s mtu %u, or use --xdp skb%s",
		       nic->name, nic->mtu, driver->name, driver->mtu_max, nic->name,
		       driver->mtu_max, later);
	return true;
}

/* ena keeps a send queue for XDP beside each queue in use. */
static bool queues_missing(const struct mxw_nic *nic, unsigned int kernel, struct mxw_err *how)
{
	const struct mxw_channels *c = &nic->ethtool.channels;

	(void)kernel;
	if (strcmp(nic->ethtool.driver, "ena") != 0 || !c->known || c->max_combined < 2 ||
	    c->combined * 2 <= c->max_combined)
		return false;
	(void)mxw_fail(
		how, 0,
		"\"%s\" uses %u of its %u queues, and its driver ena needs as many again for "
		"XDP: ethtool -L %s combined %u",
		nic->name, c->combined, c->max_combined, nic->name, c->max_combined / 2);
	return true;
}

static const struct obstacle obstacles[] = {
	{ "link type", MXW_LEVEL_FAIL, false, no_ethernet },
	{ "native XDP", MXW_LEVEL_WARN, true, no_native_kind },
	{ "native XDP", MXW_LEVEL_WARN, true, old_driver },
	{ "native XDP", MXW_LEVEL_WARN, true, merging_fixed },
	{ "LRO", MXW_LEVEL_FAIL, true, lro_on },
	{ "MTU", MXW_LEVEL_FAIL, true, mtu_too_large },
	{ "queues", MXW_LEVEL_FAIL, true, queues_missing },
};

#define OBSTACLE_COUNT (sizeof(obstacles) / sizeof(obstacles[0]))

int mxw_check_obstacle(const struct mxw_nic *nic, unsigned int kernel, bool native,
		       struct mxw_err *err)
{
	struct mxw_err how;

	for (size_t i = 0; i < OBSTACLE_COUNT; i++)
		if ((native || !obstacles[i].native_only) && obstacles[i].hit(nic, kernel, &how))
			return mxw_fail(err, MXW_E_DETACHED, "%s", how.text);
	return MXW_OK;
}

bool mxw_check_has_native(const struct mxw_nic *nic, unsigned int kernel)
{
	struct mxw_err how;

	return nic->ethernet && !no_native_kind(nic, kernel, &how) &&
	       !old_driver(nic, kernel, &how) && !merging_fixed(nic, kernel, &how);
}

static unsigned int running_kernel(void)
{
	struct utsname names = { 0 };

	(void)uname(&names); /* cannot fail with a good pointer */
	return mxw_kernel_parse(names.release);
}

bool mxw_check_native(const struct mxw_nic *nic)
{
	return mxw_check_has_native(nic, running_kernel());
}

int mxw_check_attachable(const char *iface, const struct mxw_nic *nic, bool native,
			 struct mxw_err *err)
{
	unsigned int ifindex;
	int error;

	if (nic && nic->ifindex)
		return mxw_check_obstacle(nic, running_kernel(), native, err);
	error = mxw_nic_index(iface, &ifindex, err);
	if (error)
		return error;
	return mxw_fail(err, MXW_E_USAGE, "\"%s\" has only just appeared: try again", iface);
}

static void check_state(const struct mxw_nic *nic, struct mxw_check *out)
{
	char master[IFNAMSIZ];

	if (!nic->up)
		mxw_check_add(out, MXW_LEVEL_WARN, "interface", "\"%s\" is down: ip link set %s up",
			      nic->name, nic->name);
	else if (nic->operstate != OPER_UP && nic->operstate != OPER_UNKNOWN)
		mxw_check_add(out, MXW_LEVEL_WARN, "interface",
			      "\"%s\" has no link (%s): look at its cable or its peer", nic->name,
			      mxw_nic_operstate(nic->operstate));
	else
		mxw_check_add(out, MXW_LEVEL_OK, "interface", "\"%s\" is up, MTU %u", nic->name,
			      nic->mtu);
	if (nic->master)
		mxw_check_add(out, MXW_LEVEL_NOTE, "interface",
			      "\"%s\" is part of \"%s\": the filter sees what arrives through this "
			      "one only",
			      nic->name, mxw_nic_name(nic->master, master));
}

/* What is known about XDP with this driver, from the table in driver.c. A driver that nobody has
 * tried is a note and not a warning. */
static void check_driver(const struct mxw_nic *nic, unsigned int kernel, struct mxw_check *out)
{
	const struct mxw_driver *driver = mxw_driver_find(nic->ethtool.driver);

	if (!mxw_check_has_native(nic, kernel))
		return; /* said already */
	if (!driver) {
		mxw_check_add(out, MXW_LEVEL_NOTE, "driver",
			      "nothing is known about XDP with the driver of \"%s\" (%s): if it "
			      "has no native mode, attach says so and takes skb mode",
			      nic->name, nic->ethtool.driver[0] ? nic->ethtool.driver : "no name");
		return;
	}
	mxw_check_add(out, MXW_LEVEL_OK, "driver", "%s has native XDP from Linux %u.%u on",
		      driver->name, driver->native_since >> 8, driver->native_since & 255);
	if (driver->trouble)
		mxw_check_add(out, MXW_LEVEL_NOTE, "driver", "a known limit of %s: %s",
			      driver->name, driver->trouble);
	if (mxw_driver_mtu(driver, kernel, nic->mtu) == MXW_MTU_FRAGS)
		mxw_check_add(out, MXW_LEVEL_NOTE, "MTU",
			      "%u attaches because mxwall takes packets in fragments; a program "
			      "beside it that does not will be refused",
			      nic->mtu);
}

static void check_offloads(const struct mxw_nic *nic, struct mxw_check *out)
{
	if (nic->ethtool.rxvlan == MXW_OFFLOAD_ON || nic->ethtool.rxvlan == MXW_OFFLOAD_FIXED)
		mxw_check_add(out, MXW_LEVEL_NOTE, "VLAN offload",
			      "VLAN tags may be taken off before XDP sees a packet; the filter "
			      "judges it either way, alike for all VLANs (ethtool -K %s rxvlan off "
			      "keeps them)",
			      nic->name);
}

void mxw_check_nic(const struct mxw_nic *nic, unsigned int kernel, struct mxw_check *out)
{
	struct mxw_err how;

	check_state(nic, out);
	for (size_t i = 0; i < OBSTACLE_COUNT; i++)
		if (obstacles[i].hit(nic, kernel, &how))
			mxw_check_add(out, obstacles[i].level, obstacles[i].what, "%s", how.text);
	check_driver(nic, kernel, out);
	check_offloads(nic, out);
}
