/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of one interface of the calling process' network namespace.
 */
#ifndef MXW_NIC_H
#define MXW_NIC_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/ethtool.h"

enum mxw_nic_kind {
	MXW_NIC_PHYSICAL = 0, /* a device with a driver, also a virtual machine's */
	MXW_NIC_LOOPBACK,
	MXW_NIC_VETH,
	MXW_NIC_TUN, /* tun or tap */
	MXW_NIC_VLAN,
	MXW_NIC_BOND,
	MXW_NIC_BRIDGE,
	MXW_NIC_TUNNEL, /* gre, vxlan, wireguard, ppp, ... */
	MXW_NIC_OTHER, /* any other device made of software */
};

struct mxw_nic {
	char name[IFNAMSIZ];
	unsigned int ifindex; /* 0 = there is no such interface */
	enum mxw_nic_kind kind;
	char type[16]; /* the kernel's word for the kind, such as "vxlan"; "" for a device */
	bool ethernet; /* its packets have an Ethernet header, which the filter reads */
	bool up; /* switched on */
	uint8_t operstate; /* IF_OPER_* of linux/if.h */
	unsigned int mtu; /* in bytes */
	unsigned int parent; /* ifindex below a VLAN or tunnel, or of a veth's peer; 0 = none */
	unsigned int master; /* ifindex of the bond or bridge it is part of; 0 = none */
	struct mxw_ethtool ethtool;
};

#define MXW_NIC_ALTNAME 128 /* bytes of an alternative name, with its NUL */

/* Finds an interface by its name or by an alternative one (ip link property add altname), which
 * may be longer than IFNAMSIZ. Returns 0 with *ifindex, or MXW_E_USAGE with *ifindex 0 and a
 * sentence that names what there is. */
int mxw_nic_index(const char *name, unsigned int *ifindex, struct mxw_err *err);

/* The name of interface ifindex, "#7" when it is gone. Returns out. */
const char *mxw_nic_name(unsigned int ifindex, char out[IFNAMSIZ]);

/* The name that the kernel shows for a name or an alternative one: in out, or name itself if
 * there is no such interface. */
const char *mxw_nic_real(const char *name, char out[IFNAMSIZ]);

/* Whether upper is a bridge or bond that lower is part of, or a VLAN or the like on top of it: the
 * kernel refuses an XDP program to lower while upper has one. Pure. */
bool mxw_nic_is_above(const struct mxw_nic *upper, const struct mxw_nic *lower);

/* Fills *nic; name may be an alternative one, nic->name is the real one. Returns 0; MXW_E_USAGE when there is no such interface, with nic->ifindex 0 and
 * nic->name as asked; MXW_E_FAIL when the kernel does not answer. */
int mxw_nic_read(const char *name, struct mxw_nic *nic, struct mxw_err *err);

/* What kind a type word of the kernel means; "" is a device. Pure. */
enum mxw_nic_kind mxw_nic_kind_of(const char *type);

/* "up", "down", "dormant", ... */
const char *mxw_nic_operstate(uint8_t operstate);

#endif
