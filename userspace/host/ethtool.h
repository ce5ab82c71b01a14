/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Driver, offloads and queues of an interface, by the ethtool ioctls. Needs no
 * rights. What a driver does not tell stays "not known".
 */
#ifndef MXW_ETHTOOL_H
#define MXW_ETHTOOL_H

#include <stdbool.h>
#include <stddef.h>

enum mxw_offload {
	MXW_OFFLOAD_UNKNOWN = 0,
	MXW_OFFLOAD_OFF,
	MXW_OFFLOAD_ON,
	MXW_OFFLOAD_FIXED, /* on, and cannot be switched off here */
};

struct mxw_channels {
	bool known;
	unsigned int rx, tx, combined; /* in use */
	unsigned int max_rx, max_tx, max_combined; /* of the device */
};

struct mxw_ethtool {
	char driver[32]; /* "" = not known */
	enum mxw_offload lro; /* merges packets in the device */
	enum mxw_offload gro_hw; /* the same, for virtual devices */
	enum mxw_offload rxvlan; /* takes VLAN tags off before XDP sees the packet */
	struct mxw_channels channels;
};

/* Fills *out for the interface called name. */
void mxw_ethtool_read(const char *name, struct mxw_ethtool *out);

#endif
