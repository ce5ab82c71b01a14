/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the drivers that mail servers have: since when they run XDP
 * natively, up to which MTU, and what goes wrong. Data, and pure.
 */
#ifndef MXW_DRIVER_H
#define MXW_DRIVER_H

struct mxw_driver {
	const char *name; /* as ETHTOOL_GDRVINFO says it */
	unsigned int native_since; /* MXW_KERNEL() */
	unsigned int frags_since; /* MXW_KERNEL() from which a jumbo MTU attaches, 0 = none does */
	unsigned int mtu_max; /* without frags, for pages of 4 KiB; 0 = no limit of its own */
	const char *trouble; /* a known trouble and the way round it, or NULL */
};

enum mxw_mtu_fit {
	MXW_MTU_FITS = 0,
	MXW_MTU_FRAGS, /* fits only because this kernel's driver takes fragments */
	MXW_MTU_TOO_LARGE,
};

/* NULL for a driver that is not in the table. */
const struct mxw_driver *mxw_driver_find(const char *name);

/* driver may be NULL: an unknown driver is taken to fit. */
enum mxw_mtu_fit mxw_driver_mtu(const struct mxw_driver *driver, unsigned int kernel,
				unsigned int mtu);

#endif
