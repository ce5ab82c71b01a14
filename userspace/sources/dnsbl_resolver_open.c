// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolver's beginning and end. Called by its owner.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "sources/dnsbl_resolver_inside.h"

#define DEADLINE_LEAST (MXW_SECOND / 10)

struct mxw_resolver_rules mxw_resolver_default_rules(void)
{
	return (struct mxw_resolver_rules){ .in_flight = 200,
					    .queue = 8192,
					    .deadline = 10 * MXW_SECOND };
}

static void handle_opened(void *context)
{
	struct mxw_resolver *resolver = context;

	resolver->handles++;
}

static int check_rules(const struct mxw_resolver_rules *rules, struct mxw_err *err)
{
	if (!rules->in_flight || rules->in_flight > MXW_RESOLVER_IN_FLIGHT)
		return mxw_fail(err, MXW_E_USAGE, "%u questions in flight: it is 1 to %d",
				rules->in_flight, MXW_RESOLVER_IN_FLIGHT);
	if (!rules->queue || rules->queue > MXW_RESOLVER_QUEUE)
		return mxw_fail(err, MXW_E_USAGE, "%u questions waiting: it is 1 to %d",
				rules->queue, MXW_RESOLVER_QUEUE);
	if (rules->deadline < DEADLINE_LEAST || rules->deadline > 3600 * MXW_SECOND)
		return mxw_fail(err, MXW_E_USAGE,
				"a deadline of %llu ns: it is a tenth of a second to an hour",
				(unsigned long long)rules->deadline);
	if (rules->server_count > MXW_RESOLVER_SERVERS)
		return mxw_fail(err, MXW_E_USAGE, "%zu resolvers: it is up to %d",
				rules->server_count, MXW_RESOLVER_SERVERS);
	return MXW_OK;
}

/* ms of the first try, so that all tries at all servers end at the deadline. */
static int first_timeout(const struct mxw_resolver_rules *rules, size_t servers)
{
	uint64_t ms = rules->deadline / 1000000 / (MXW_CARES_TIMEOUTS * servers);

	return ms ? (int)ms : 1;
}

/* How many servers there are, only a channel tells. */
static int open_lanes(struct mxw_resolver *resolver, uv_loop_t *loop, struct mxw_err *err)
{
	unsigned int wanted = resolver->rules.in_flight / MXW_LANE_IN_FLIGHT + 2;
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	struct mxw_lane *first = &resolver->lane[0];
	int timeout, error;
	size_t servers;

	error = mxw_lane_open(first, loop, &resolver->rules, MXW_RESOLVER_TICK, err);
	if (error)
		return error;
	servers = mxw_cares_servers(first->channel, server);
	timeout = first_timeout(&resolver->rules, servers ? servers : 1);
	mxw_lane_close(first);
	for (unsigned int i = 0; i < wanted; i++) {
		struct mxw_lane *lane = &resolver->lane[i];

		lane->events = &resolver->events;
		error = mxw_lane_open(lane, loop, &resolver->rules, timeout, err);
		if (error)
			break;
		resolver->lane_count++;
	}
	if (error)
		while (resolver->lane_count)
			mxw_lane_close(&resolver->lane[--resolver->lane_count]);
	return error;
}

static void open_handles(struct mxw_resolver *resolver, uv_loop_t *loop)
{
	(void)uv_prepare_init(loop, &resolver->prepare); /* these three cannot fail */
	(void)uv_idle_init(loop, &resolver->idle);
	(void)uv_timer_init(loop, &resolver->timer);
	resolver->prepare.data = resolver->idle.data = resolver->timer.data = resolver;
	resolver->handles = 3;
	(void)uv_prepare_start(&resolver->prepare, mxw_resolver_prepare);
}

static int open_memory(struct mxw_resolver *resolver, struct mxw_err *err)
{
	const struct mxw_resolver_rules *rules = &resolver->rules;
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return mxw_fail(err, MXW_E_FAIL, "the system gives no random numbers");
	/* Dropped ones take room until they are delivered. */
	if (mxw_questions_init(&resolver->questions, rules->in_flight + 2 * rules->queue, seed))
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	return MXW_OK;
}

int mxw_resolver_open(struct mxw_resolver **out, struct uv_loop_s *loop,
		      const struct mxw_resolver_rules *rules, struct mxw_err *err)
{
	struct mxw_resolver *resolver;
	int error = check_rules(rules, err);

	if (error)
		return error;
	resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	resolver->rules = *rules;
	resolver->events = (struct mxw_lane_events){ .context = resolver,
						     .worked = mxw_resolver_work,
						     .opened = handle_opened,
						     .closed = mxw_resolver_handle_closed };
	error = open_memory(resolver, err);
	if (!error && ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		error = mxw_fail(err, MXW_E_FAIL, "cannot start c-ares");
	if (!error) {
		error = open_lanes(resolver, loop, err);
		if (error)
			ares_library_cleanup();
	}
	if (error) {
		mxw_questions_free(&resolver->questions);
		free(resolver);
		return error;
	}
	open_handles(resolver, loop);
	*out = resolver;
	return MXW_OK;
}

int mxw_resolver_set_servers(struct mxw_resolver *resolver,
			     const struct mxw_resolver_server *server, size_t count,
			     struct mxw_err *err)
{
	struct mxw_resolver_rules *rules = &resolver->rules;
	int error = MXW_OK;

	if (!count || count > MXW_RESOLVER_SERVERS)
		return mxw_fail(err, MXW_E_USAGE,
				"%zu resolvers are given, and 1 to %d are possible", count,
				MXW_RESOLVER_SERVERS);
	memcpy(rules->server, server, count * sizeof(*server));
	rules->server_count = count;
	for (unsigned int i = 0; i < resolver->lane_count && !error; i++)
		error = mxw_lane_renew(&resolver->lane[i], rules, first_timeout(rules, count), err);
	return error;
}

size_t mxw_resolver_servers(const struct mxw_resolver *resolver,
			    struct mxw_resolver_server out[MXW_RESOLVER_SERVERS])
{
	return mxw_cares_servers(resolver->lane[0].channel, out);
}

void mxw_resolver_close(struct mxw_resolver *resolver, void (*closed)(void *context), void *context)
{
	if (!resolver)
		return;
	resolver->closing = true;
	resolver->closed = closed;
	resolver->closed_context = context;
	if (!resolver->delivering)
		mxw_resolver_shut_down(resolver);
}
