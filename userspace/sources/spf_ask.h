/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPF (spf/spf.h) with the answers of a resolver: one question after the other, as the evaluation
 * needs them.
 */
#ifndef MXW_SPF_ASK_H
#define MXW_SPF_ASK_H

#include "spf/spf.h"
#include "sources/dnsbl_resolver.h"

#define MXW_SPF_SECONDS 20 /* for all questions: RFC 7208 section 4.6.4 */

struct mxw_spf_run {
	const struct mxw_spf_query *query; /* the caller's, with its texts, until done */
	/* As mxw_resolver_ask(). */
	int (*ask)(void *context, const char *name, enum mxw_dns_type type,
		   const struct mxw_resolver_waiter *waiter);
	/* Called once, with verdict->result valid; maybe from within mxw_spf_start(). */
	void (*done)(struct mxw_spf_run *run);
	void *context;
	uint64_t until; /* CLOCK_MONOTONIC ns from which nothing more is asked: a temperror */
	struct mxw_spf_verdict verdict;
	unsigned int asked; /* questions */
	struct mxw_spf_facts facts; /* its own */
};

/* Asks and evaluates. run has to stay until done is called; verdict and asked are set by then, and
 * its memory is freed. */
void mxw_spf_start(struct mxw_spf_run *run);

/* The same with a resolver of its own by these rules; returns when the verdict is there, after
 * MXW_SPF_SECONDS and a question's deadline at most. Returns 0, or as mxw_resolver_open(). */
int mxw_spf_alone(struct mxw_spf_run *run, const struct mxw_resolver_rules *rules,
		  struct mxw_err *err);

#endif
