/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between versions of c-ares, 1.18 to 1.34. For dnsbl_resolver*.c alone.
 */
#ifndef MXW_DNSBL_RESOLVER_CARES_H
#define MXW_DNSBL_RESOLVER_CARES_H

#include <ares.h>

#include "sources/dnsbl_resolver.h"

/* All tries of a question at one server take at most so many times the first one's time. */
#define MXW_CARES_TIMEOUTS 7

struct mxw_cares_setup {
	int timeout; /* ms of the first try at each server */
	/* A socket was opened, wants other events, or (neither) is about to be closed. */
	void (*socket_state)(void *context, ares_socket_t fd, int readable, int writable);
	void *context;
};

/* The caller that waits for the answer of c-ares. */
struct mxw_cares_reply {
	/* Called once, maybe from within mxw_cares_ask(): with the message as it came, or
	 * with NULL and why there is none, one of ARES_E*. */
	void (*answered)(void *context, int status, const uint8_t *message, size_t size);
	void *context;
};

/* Opens a channel with the servers of /etc/resolv.conf. It asks for each question: it keeps
 * no answers. Returns ARES_SUCCESS or another status. End it with ares_destroy(). */
int mxw_cares_open(ares_channel *channel, const struct mxw_cares_setup *setup);

/* Other servers, which outlive the channel; none: those that it has. Returns ARES_SUCCESS or another status. */
int mxw_cares_set_servers(ares_channel channel, const struct mxw_resolver_server *server,
			  size_t count);

/* The servers in use. Returns how many out has. */
size_t mxw_cares_servers(ares_channel channel,
			 struct mxw_resolver_server out[MXW_RESOLVER_SERVERS]);

/* Sends the question. *reply is used until it is called. */
void mxw_cares_ask(ares_channel channel, const char *name, enum mxw_dns_type type,
		   const struct mxw_cares_reply *reply);

#endif
