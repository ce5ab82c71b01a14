/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the DNS: c-ares on a libuv loop. Few enough are in flight that a socket's
 * buffer holds the answers; the rest waits in a queue from which the oldest drops out. One
 * question per name and type is in flight, whoever asks. No name is ever completed with a
 * search domain.
 *
 * One thread, the loop's. Nobody is called back from within the call that asks.
 */
#ifndef MXW_DNSBL_RESOLVER_H
#define MXW_DNSBL_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "sources/dns_message.h"

#define MXW_RESOLVER_SERVERS 8
#define MXW_RESOLVER_IN_FLIGHT 1000 /* at most */
#define MXW_RESOLVER_QUEUE (1 << 20) /* at most */

struct uv_loop_s;
struct mxw_resolver;

struct mxw_resolver_server {
	uint8_t addr[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	uint16_t port; /* host order, for UDP and TCP; 0 = 53 */
	char scope[16]; /* the interface of a link-local address, else "" */
};

struct mxw_resolver_rules {
	unsigned int in_flight; /* 1..MXW_RESOLVER_IN_FLIGHT questions with the servers */
	unsigned int queue; /* more that wait, 1..MXW_RESOLVER_QUEUE */
	uint64_t deadline; /* ns from asking to giving up, >= 100 ms */
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	size_t server_count; /* 0: those of /etc/resolv.conf */
};

/* A caller that waits for an answer. The resolver uses done and nothing else of it. */
struct mxw_resolver_waiter {
	/* Called once, from the loop; answer is valid during the call. It may ask again. */
	void (*done)(const struct mxw_resolver_waiter *waiter, const struct mxw_dns_answer *answer);
	void *context;
	uint64_t cookie;
	uint32_t tag;
	bool whole; /* the answer has the message too */
};

/* Numbers since the start, and of now. */
struct mxw_resolver_counts {
	uint64_t asked; /* questions taken */
	uint64_t shared; /* of those, answered by one that was under way already */
	uint64_t sent; /* given to c-ares */
	uint64_t dropped; /* out of the queue unasked: too many, or too old */
	uint64_t refused; /* not even taken */
	uint64_t timeouts, unreachable, garbled, failed;
	unsigned int in_flight, queued;
};

/* 200 in flight, 8192 waiting, 10 s. */
struct mxw_resolver_rules mxw_resolver_default_rules(void);

/* Returns 0 with *out, or MXW_E_FAIL or MXW_E_USAGE with a sentence. The rules are
 * copied. End it with mxw_resolver_close(). */
int mxw_resolver_open(struct mxw_resolver **out, struct uv_loop_s *loop,
		      const struct mxw_resolver_rules *rules, struct mxw_err *err);

/*
 * Asks. name ends without a dot; it and *waiter are copied. urgent ones go before those that
 * wait and do not drop out for being too many. Returns 0: the waiter will be called; or
 * MXW_E_FAIL: there is no room, it will not; or MXW_E_USAGE: the name is too long.
 */
int mxw_resolver_ask(struct mxw_resolver *resolver, const char *name, enum mxw_dns_type type,
		     bool urgent, const struct mxw_resolver_waiter *waiter);

/* How many questions may be asked before one drops out of the queue. */
unsigned int mxw_resolver_room(const struct mxw_resolver *resolver);

/* How many questions may be asked now and go to the servers at once. */
unsigned int mxw_resolver_free(const struct mxw_resolver *resolver);

struct mxw_resolver_counts mxw_resolver_counts(const struct mxw_resolver *resolver);

/* Other servers from now on, 1..MXW_RESOLVER_SERVERS. Questions in flight are answered as dropped.
 * Not to be called from a waiter. Returns 0, or MXW_E_FAIL or MXW_E_USAGE with a sentence; some
 * questions then still go to the old ones. */
int mxw_resolver_set_servers(struct mxw_resolver *resolver,
			     const struct mxw_resolver_server *server, size_t count,
			     struct mxw_err *err);

/* The servers in use, those of /etc/resolv.conf or the rules'. Returns how many out has. */
size_t mxw_resolver_servers(const struct mxw_resolver *resolver,
			    struct mxw_resolver_server out[MXW_RESOLVER_SERVERS]);

/* Ends it: no waiter is called any more, but the loop has to run on until its handles are
 * closed; then closed(context) is called, if not NULL. NULL as resolver is allowed. May be
 * called from a waiter. */
void mxw_resolver_close(struct mxw_resolver *resolver, void (*closed)(void *context),
			void *context);

/* A loop and a resolver for begin, which asks; returns when the resolver is closed, by a waiter or by
 * begin, which is not called on failure. Returns 0, or as mxw_resolver_open(). */
int mxw_resolver_alone(const struct mxw_resolver_rules *rules,
		       void (*begin)(void *context, struct mxw_resolver *resolver), void *context,
		       struct mxw_err *err);

#endif
