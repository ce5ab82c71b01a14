// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names of sources, as evidence beside that of the lists of addresses. Called for each
 * source, and back by the engine of names.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/daemon.h"

static uint64_t outside_now(void *context)
{
	(void)context;
	return mxw_clock_mono();
}

/* The lists of addresses come first: names leave half of what may be in flight free. */
static int outside_ask(void *context, const char *name, enum mxw_dns_type type, bool urgent,
		       const struct mxw_resolver_waiter *waiter)
{
	const struct mxw_daemon *daemon = context;

	if (!urgent && mxw_resolver_free(daemon->resolver) <= daemon->settings.dnsbl.in_flight / 2)
		return MXW_E_FAIL;
	return mxw_resolver_ask(daemon->resolver, name, type, urgent, waiter);
}

static void outside_told(void *context, uint64_t key)
{
	mxw_daemon_decide_again(context, key);
}

static void outside_health(void *context, unsigned int list, const struct mxw_health_change *change)
{
	struct mxw_daemon *daemon = context;

	mxw_daemon_list_changed(daemon, mxw_names_lists(daemon->names), list,
				daemon->names_bit[list], change);
}

static void set_lists(struct mxw_dnsbl_setup *setup, const struct mxw_settings *settings)
{
	static const struct mxw_dnsbl_sites none;

	mxw_dnsbl_plan_make(&setup->plan, &settings->names.rhsbl, &none);
	setup->plan.allow_floor = (int32_t)settings->dnsbl.allow_floor;
	setup->names = true;
	mxw_daemon_setup_lists(settings, setup);
	setup->sources = (uint32_t)settings->names.sources;
	setup->patience = settings->names.deadline * MXW_SECOND;
	setup->queue = (uint32_t)settings->limits.queue;
}

/* Slow name servers of strangers may hold a quarter of the queries in flight. */
static uint32_t jobs(const struct mxw_settings *settings)
{
	uint64_t share = settings->dnsbl.in_flight / 4;

	return share ? (uint32_t)share : 1;
}

static void make_setup(const struct mxw_settings *settings, struct mxw_names_setup *setup)
{
	const struct mxw_names_settings *s = &settings->names;

	memset(setup, 0, sizeof(*setup));
	setup->on = s->reverse;
	setup->weights = (struct mxw_name_weights){ .missing = (int32_t)s->missing,
						    .unconfirmed = (int32_t)s->unconfirmed,
						    .confirmed = (int32_t)s->confirmed,
						    .most = (int32_t)s->score_max,
						    .least = (int32_t)s->score_min };
	set_lists(&setup->lists, settings);
	setup->sources = (uint32_t)s->sources;
	setup->jobs = jobs(settings);
	setup->patience = s->deadline * MXW_SECOND;
}

static void number_lists(struct mxw_daemon *daemon, const struct mxw_dnsbl_sites *sites)
{
	for (size_t i = 0; i < sites->zone_count; i++)
		daemon->names_bit[i] = mxw_auto_list(daemon->automatic, sites->zone[i]);
}

int mxw_daemon_names_tune(struct mxw_daemon *daemon, const struct mxw_settings *settings,
			  struct mxw_err *err)
{
	const struct mxw_names_outside outside = { .context = daemon,
						   .now = outside_now,
						   .ask = outside_ask,
						   .told = outside_told,
						   .health = outside_health };
	struct mxw_names_setup *setup;
	int error;

	if (!settings->names.reverse && !daemon->names)
		return MXW_OK;
	setup = malloc(sizeof(*setup));
	if (!setup)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	make_setup(settings, setup);
	if (daemon->names)
		error = mxw_names_retune(daemon->names, setup, err);
	else
		error = mxw_names_create(&daemon->names, setup, &outside, err);
	if (!error)
		number_lists(daemon, &setup->lists.plan.sites);
	free(setup);
	return error;
}

bool mxw_daemon_names_on(const struct mxw_daemon *daemon)
{
	return daemon->names && daemon->settings.names.reverse;
}

/* Slow name servers are the sources' own, and a SYN is free. So a source that may be forged has
 * to wait until it repeats, or until a list speaks against it. */
void mxw_daemon_names_seen(struct mxw_daemon *daemon, const uint8_t addr[16], enum mxw_rank rank,
			   bool suspect)
{
	bool worth = rank < MXW_RANK_REST || suspect || !mxw_dnsbl_knows_presence(daemon->engine);

	if (daemon->names && worth)
		(void)mxw_names_seen(daemon->names, addr, rank); /* fails: the lists decide alone */
}

int32_t mxw_daemon_names_score(const struct mxw_daemon *daemon, uint64_t key)
{
	char text[256];

	if (!mxw_daemon_names_on(daemon))
		return 0;
	return mxw_names_evidence_of(daemon->names, key, text, sizeof(text)).score;
}

bool mxw_daemon_names_evidence(const struct mxw_daemon *daemon, uint64_t key, char *text,
			       size_t size, struct mxw_evidence *evidence, uint64_t *lists)
{
	uint32_t against;

	*lists = 0;
	if (!mxw_daemon_names_on(daemon))
		return false;
	*evidence = mxw_names_evidence_of(daemon->names, key, text, size);
	against = mxw_names_against(daemon->names, key);
	for (unsigned int i = 0; against >> i && i < MXW_DNSBL_ZONES; i++)
		if (against >> i & 1)
			*lists |= daemon->names_bit[i];
	return true;
}
