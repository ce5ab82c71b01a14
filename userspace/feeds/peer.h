/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses a list may be fetched from. Pure.
 */
#ifndef MXW_FEED_PEER_H
#define MXW_FEED_PEER_H

#include <stdbool.h>

#include <sys/socket.h>

/* Whether it is an address of the public internet, for IPv6 forms of IPv4 that one's: not local,
 * private, shared (RFC 6598), link-local with its metadata servers, reserved or multicast. */
bool mxw_peer_public(const struct sockaddr *address);

enum mxw_peer {
	MXW_PEER_NAME = 0, /* the DNS decides */
	MXW_PEER_PUBLIC, /* a public address in numbers */
	MXW_PEER_LOCAL, /* another address in numbers, or localhost */
};

/* What the host of a URL says by itself; IPv6 with or without its brackets. */
enum mxw_peer mxw_peer_of_host(const char *host);

#endif
