/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking an inquiry's questions (policy/inquiry.h): of a resolver that runs already, or with
 * one of its own, for commands without a controller.
 */
#ifndef MXW_SOURCES_INQUIRY_H
#define MXW_SOURCES_INQUIRY_H

#include "config/settings.h"
#include "policy/inquiry.h"
#include "sources/dnsbl_resolver.h"

struct mxw_inquiry_run {
	struct mxw_inquiry *inquiry; /* has begun; the caller's, until done */
	void *context;
	/* Whether the list may be asked now: NULL, or why not, static. NULL as function: all
	 * may. */
	const char *(*may)(void *context, unsigned int list);
	/* As mxw_resolver_ask() for type A. */
	int (*ask)(void *context, const char *name, const struct mxw_resolver_waiter *waiter);
	/* Called once, when all is in. */
	void (*done)(struct mxw_inquiry_run *run);
	size_t waiting; /* its own */
};

/* Asks; run has to stay until done is called, which may be from within. */
void mxw_inquiry_start(struct mxw_inquiry_run *run);

/* As the settings say. */
struct mxw_resolver_rules mxw_resolver_rules_of(const struct mxw_settings *settings);

/* Asks, with a resolver of its own by these rules, and returns when all is in: some seconds.
 * Returns 0, or as mxw_resolver_open(). */
int mxw_inquiry_alone(struct mxw_inquiry *inquiry, const struct mxw_resolver_rules *rules,
		      struct mxw_err *err);

#endif
