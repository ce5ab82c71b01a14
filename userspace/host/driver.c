// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of drivers. Called by check and attach.
 */
#include <stddef.h>
#include <string.h>

#include "host/driver.h"
#include "host/fragment.h"

/* Limits of veth and tun were measured on Linux 6.18; the others are from the
 * drivers' sources and reports of their users. */
static const struct mxw_driver drivers[] = {
	{ "virtio_net", MXW_KERNEL(4, 10), MXW_KERNEL(6, 3), 3506,
	  "with fewer than two queue pairs per CPU it only sends slower from XDP, which the filter "
	  "never does; kernels before 5.13 refuse to attach then" },
	{ "ena", MXW_KERNEL(5, 6), 0, 3498,
	  "its usual MTU of 9001 and its usual number of queues are both too large for XDP" },
	{ "mlx5_core", MXW_KERNEL(4, 9), MXW_KERNEL(5, 18), 3498,
	  "attaching and detaching reset the device, a short outage; with striding receive queues "
	  "a jumbo MTU attaches from 6.4 only" },
	{ "i40e", MXW_KERNEL(4, 13), MXW_KERNEL(6, 4), 3046,
	  "it takes VLAN tags off before XDP sees them" },
	{ "ixgbe", MXW_KERNEL(4, 12), 0, 3050,
	  "attaching fails with \"Cannot allocate memory\" on machines with more than 64 CPUs, and "
	  "the 500 series is reported to be unstable with XDP" },
	{ "ixgbevf", MXW_KERNEL(4, 17), 0, 3050, NULL },
	{ "ice", MXW_KERNEL(5, 5), MXW_KERNEL(6, 3), 3046,
	  "XDP wants a queue per CPU, 127 at the most, and Linux 6.10.4 or later is advised" },
	{ "bnxt_en", MXW_KERNEL(4, 11), MXW_KERNEL(5, 19), 3502, NULL },
	{ "gve", MXW_KERNEL(6, 4), 0, 2032,
	  "only the GQI queue format has XDP before Linux 6.15, and as many receive as send "
	  "queues, "
	  "at most half of what the device has, must be in use" },
	{ "hv_netvsc", MXW_KERNEL(5, 6), 0, 3506, NULL },
	{ "vmxnet3", MXW_KERNEL(6, 6), 0, 3494, NULL },
	{ "igb", MXW_KERNEL(5, 10), 0, 3046, NULL },
	{ "igc", MXW_KERNEL(5, 13), 0, 1500, NULL },
	{ "veth", MXW_KERNEL(4, 19), MXW_KERNEL(5, 18), 3506,
	  "it is the MTU of its peer that counts, and the peer may not have more send queues than "
	  "this end has receive queues" },
	{ "tun", MXW_KERNEL(4, 14), 0, 0, NULL },
	{ "bonding", MXW_KERNEL(5, 15), 0, 0,
	  "it runs XDP natively only where the drivers of all its interfaces do" },
};

const struct mxw_driver *mxw_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(drivers[i].name, name) == 0)
			return &drivers[i];
	return NULL;
}

enum mxw_mtu_fit mxw_driver_mtu(const struct mxw_driver *driver, unsigned int kernel,
				unsigned int mtu)
{
	if (!driver || !driver->mtu_max || mtu <= driver->mtu_max)
		return MXW_MTU_FITS;
	if (driver->frags_since && kernel >= driver->frags_since)
		return MXW_MTU_FRAGS;
	return MXW_MTU_TOO_LARGE;
}
