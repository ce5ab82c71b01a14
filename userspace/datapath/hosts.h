/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPv6 hosts of the never-block set, by their whole address. Writers hold the state lock.
 */
#ifndef MXW_HOSTS_H
#define MXW_HOSTS_H

#include "datapath/pins.h"

struct mxw_host {
	uint8_t addr[16]; /* network order; no IPv4 address inside IPv6, whose key is exact */
	bool exempt; /* needs no proof in a flood either */
	uint64_t hits; /* packets that it decided; ignored on writing */
};

/* Writes the hosts, new or in place of the same ones, and has the program look for them. */
int mxw_hosts_put(const struct mxw_maps *maps, const struct mxw_host *hosts, size_t count,
		  struct mxw_err *err);

/* Removes hosts; one that is not there is not an error. */
int mxw_hosts_delete(const struct mxw_maps *maps, const struct mxw_host *hosts, size_t count,
		     struct mxw_err *err);

/* All of them, in no order. The caller frees *out. */
int mxw_hosts_read(const struct mxw_maps *maps, struct mxw_host **out, size_t *count,
		   struct mxw_err *err);

/* The kernel's entry of this address; false if there is none. */
bool mxw_hosts_get(const struct mxw_maps *maps, const uint8_t addr[16], struct mxw_host *out);

#endif
