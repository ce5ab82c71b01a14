// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolver's rules as configured, for the daemon and commands; and a loop and a resolver of a
 * command's own, with an inquiry or what else it asks.
 */
#include <string.h>
#include <uv.h>

#include "base/clock.h"
#include "sources/inquiry.h"

/* What the settings allow the resolver takes. */
_Static_assert(MXW_QUERIES_IN_FLIGHT == MXW_RESOLVER_IN_FLIGHT, "in_flight");
/* NOLINTNEXTLINE(misc-redundant-expression): that they are the same is what is asserted */
_Static_assert(MXW_QUERIES_QUEUED == MXW_RESOLVER_QUEUE, "queue");
_Static_assert(MXW_SERVERS == MXW_RESOLVER_SERVERS, "resolvers");

struct mxw_resolver_rules mxw_resolver_rules_of(const struct mxw_settings *settings)
{
	const struct mxw_dnsbl_settings *s = &settings->dnsbl;
	struct mxw_resolver_rules rules = mxw_resolver_default_rules();

	rules.in_flight = (unsigned int)s->in_flight;
	rules.queue = (unsigned int)settings->limits.queue;
	rules.deadline = s->deadline * MXW_SECOND;
	for (size_t i = 0; i < s->resolvers.count; i++) {
		memcpy(rules.server[i].addr, s->resolvers.server[i].addr, 16);
		rules.server[i].port = s->resolvers.server[i].port;
		rules.server_count++;
	}
	return rules;
}

int mxw_resolver_alone(const struct mxw_resolver_rules *rules,
		       void (*begin)(void *context, struct mxw_resolver *resolver), void *context,
		       struct mxw_err *err)
{
	struct mxw_resolver *resolver = NULL;
	uv_loop_t loop;
	int error;

	if (uv_loop_init(&loop))
		return mxw_fail(err, MXW_E_FAIL, "cannot make an event loop");
	error = mxw_resolver_open(&resolver, &loop, rules, err);
	if (!error)
		begin(context, resolver);
	(void)uv_run(&loop, UV_RUN_DEFAULT); /* until the resolver's handles are closed */
	(void)uv_loop_close(&loop);
	return error;
}

static int ask(void *context, const char *name, const struct mxw_resolver_waiter *waiter)
{
	return mxw_resolver_ask(context, name, MXW_DNS_A, true, waiter);
}

static void done(struct mxw_inquiry_run *run)
{
	mxw_resolver_close(run->context, NULL, NULL);
}

static void begin_inquiry(void *context, struct mxw_resolver *resolver)
{
	struct mxw_inquiry_run *run = context;

	run->context = resolver;
	mxw_inquiry_start(run);
}

int mxw_inquiry_alone(struct mxw_inquiry *inquiry, const struct mxw_resolver_rules *rules,
		      struct mxw_err *err)
{
	struct mxw_inquiry_run run = { .inquiry = inquiry, .ask = ask, .done = done };

	return mxw_resolver_alone(rules, begin_inquiry, &run, err);
}
