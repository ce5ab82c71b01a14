// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine's beginning, change of setup, and end. Called by the daemon.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "sources/names_inside.h"

#define SOURCES_MOST (1U << 24)

static uint64_t lists_now(void *context)
{
	return mxw_names_now(context);
}

static int lists_ask(void *context, const char *name, bool urgent,
		     const struct mxw_resolver_waiter *waiter)
{
	const struct mxw_names *names = context;

	return names->outside.ask(names->outside.context, name, MXW_DNS_A, urgent, waiter);
}

static bool nobody_is_spared(void *context, uint64_t key)
{
	(void)context;
	(void)key;
	return false;
}

/* A part is as good as nothing: this engine has a patience of its own. */
static void lists_told(void *context, const struct mxw_dnsbl_opinion *opinion)
{
	if (opinion->complete)
		mxw_names_job_listed(context, opinion->key);
}

static void lists_health(void *context, unsigned int list, const struct mxw_health_change *change)
{
	const struct mxw_names *names = context;

	names->outside.health(names->outside.context, list, change);
}

static int check_setup(const struct mxw_names_setup *setup, struct mxw_err *err)
{
	if (!setup->lists.names)
		return mxw_fail(err, MXW_E_USAGE, "lists of addresses where names are asked for");
	if (!setup->sources || setup->sources > SOURCES_MOST)
		return mxw_fail(err, MXW_E_USAGE, "%u sources to remember: it is 1 to %u",
				setup->sources, SOURCES_MOST);
	if (!setup->jobs || setup->jobs > MXW_NAMES_JOBS)
		return mxw_fail(err, MXW_E_USAGE, "%u lookups at a time: it is 1 to %d",
				setup->jobs, MXW_NAMES_JOBS);
	return MXW_OK;
}

static int open_parts(struct mxw_names *names, uint64_t seed, struct mxw_err *err)
{
	const struct mxw_dnsbl_outside outside = { .context = names,
						   .now = lists_now,
						   .ask = lists_ask,
						   .spared = nobody_is_spared,
						   .told = lists_told,
						   .health = lists_health };

	if (mxw_names_cache_init(&names->cache, names->setup.sources, seed))
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the names of %u sources",
				names->setup.sources);
	return mxw_dnsbl_create(&names->lists, &names->setup.lists, &outside, err);
}

int mxw_names_create(struct mxw_names **out, const struct mxw_names_setup *setup,
		     const struct mxw_names_outside *outside, struct mxw_err *err)
{
	struct mxw_names *names;
	uint64_t seed;
	int error = check_setup(setup, err);

	if (error)
		return error;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return mxw_fail(err, MXW_E_FAIL, "the system gives no random numbers");
	names = calloc(1, sizeof(*names));
	if (!names)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	names->setup = *setup;
	names->outside = *outside;
	names->began = mxw_names_now(names);
	error = open_parts(names, seed, err);
	if (error) {
		mxw_names_free(names);
		return error;
	}
	*out = names;
	return MXW_OK;
}

int mxw_names_retune(struct mxw_names *names, const struct mxw_names_setup *setup,
		     struct mxw_err *err)
{
	struct mxw_names_cache cache = names->cache;
	bool anew = setup->sources != names->setup.sources;
	int error = check_setup(setup, err);

	if (!error && anew && mxw_names_cache_init(&cache, setup->sources, names->cache.seed))
		error = mxw_fail(err, MXW_E_FAIL, "out of memory for the names of %u sources",
				 setup->sources);
	if (error)
		return error;
	error = mxw_dnsbl_retune(names->lists, &setup->lists, err);
	if (error) {
		if (anew)
			mxw_names_cache_free(&cache);
		return error;
	}
	if (anew)
		mxw_names_cache_free(&names->cache);
	names->cache = cache;
	names->setup = *setup;
	return MXW_OK;
}

void mxw_names_free(struct mxw_names *names)
{
	if (!names)
		return;
	mxw_dnsbl_free(names->lists);
	mxw_names_cache_free(&names->cache);
	free(names);
}
