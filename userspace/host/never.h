/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses that the filter never drops, as the machine tells them: its
 * own, its gateways, its resolvers and the peers of its SSH sessions.
 */
#ifndef MXW_NEVER_H
#define MXW_NEVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/addr.h"
#include "base/err.h"

struct mxw_never_item {
	struct mxw_prefix prefix; /* of a host, its /64 */
	bool host; /* one IPv6 address, which its /64 is not: addr */
	uint8_t addr[16]; /* network order; of a host only */
	char why[64]; /* "own address of eth0", "SSH session", ... */
	bool own; /* an address of this machine: not even --force may block it */
	bool exempt; /* the operator's word: needs no proof in a flood either */
};

/* Starts zeroed, or by mxw_never_init(). In the order of collection, own addresses first. */
struct mxw_never_list {
	struct mxw_never_item *items; /* owned */
	size_t count;
};

void mxw_never_init(struct mxw_never_list *list);

void mxw_never_free(struct mxw_never_list *list);

/*
 * Adds what the machine tells now to the list. /etc/resolv.conf and the tables
 * in /proc may be missing. Returns 0, or MXW_E_FAIL when the kernel does not
 * answer or memory is short; the list then holds what was found before.
 */
int mxw_never_collect(struct mxw_never_list *list, struct mxw_err *err);

/* All but the SSH sessions, which take the reading of every connection: quick. */
int mxw_never_collect_quickly(struct mxw_never_list *list, struct mxw_err *err);

/* Adds one; what the list already covers (own by own) is left out. Returns 0, or MXW_E_FAIL
 * without memory. */
int mxw_never_add(struct mxw_never_list *list, const struct mxw_never_item *item,
		  struct mxw_err *err);

/* Makes an item of an address, 16 bytes, IPv4 as ::ffff:a.b.c.d; of the rest of the item
 * nothing changes. */
void mxw_never_of_addr(struct mxw_never_item *item, const uint8_t addr[16]);

/* The same of text: "2001:db8::7" is one host, "2001:db8::/64" all of it; IPv6 networks finer
 * than /64 become their /64. MXW_E_USAGE with a sentence that quotes text. */
int mxw_never_parse(const char *text, struct mxw_never_item *item, struct mxw_err *err);

/* "192.0.2.7", "2001:db8::7", "2001:db8::/64". Returns out. */
const char *mxw_never_format(const struct mxw_never_item *item, char out[MXW_ADDR_TEXT]);

/* Adds the resolvers of a file in the format of resolv.conf, as mxw_nameservers_read() has them. */
int mxw_never_add_resolvers(struct mxw_never_list *list, FILE *resolv_conf, struct mxw_err *err);

#endif
