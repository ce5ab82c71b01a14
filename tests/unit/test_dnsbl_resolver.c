// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The resolver (userspace/sources/dnsbl_resolver.h) against a name server that lies, is late
 * or silent: cases D4, D5 and D6 of docs/cases.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"
#include "base/clock.h"
#include "sources/dnsbl_resolver.h"

#include "nameserver.h"

#define URGENT 7777

/* One loop with a server and a resolver that asks it. */
struct world {
	uv_loop_t loop;
	struct nameserver *server;
	struct mxw_resolver *resolver;
	unsigned int calls; /* of waiters */
	unsigned int outcomes[MXW_DNS_DROPPED + 1];
	struct mxw_dns_answer last;
	uint64_t last_cookie;
	unsigned int urgent_call; /* which call it was for the cookie URGENT */
	bool ask_again; /* a waiter asks again as long as it is set */
	bool close_within; /* a waiter closes the resolver */
	unsigned int closed;
};

static struct mxw_resolver_rules rules_for(uint16_t port)
{
	struct mxw_resolver_rules rules = mxw_resolver_default_rules();

	rules.deadline = 700000000;
	rules.server_count = 1;
	memcpy(rules.server[0].addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\x01", 16);
	rules.server[0].port = port;
	return rules;
}

static void on_closed(void *context)
{
	struct world *world = context;

	world->closed++;
}

static void world_close_resolver(struct world *world)
{
	mxw_resolver_close(world->resolver, on_closed, world);
	world->resolver = NULL;
}

static void on_done(const struct mxw_resolver_waiter *waiter, const struct mxw_dns_answer *answer)
{
	struct world *world = waiter->context;
	struct mxw_resolver_waiter again = *waiter;

	world->calls++;
	world->outcomes[answer->outcome]++;
	world->last = *answer;
	world->last_cookie = waiter->cookie;
	if (waiter->cookie == URGENT)
		world->urgent_call = world->calls;
	if (world->ask_again)
		(void)mxw_resolver_ask(world->resolver, "yes.again.example", MXW_DNS_A, false,
				       &again);
	if (world->close_within && world->resolver)
		world_close_resolver(world);
}

static void world_open(struct world *world, unsigned int in_flight, unsigned int queue)
{
	struct mxw_resolver_rules rules;
	struct mxw_err err;

	memset(world, 0, sizeof(*world));
	assert_int_equal(uv_loop_init(&world->loop), 0);
	world->server = nameserver_open(&world->loop);
	rules = rules_for(nameserver_port(world->server));
	rules.in_flight = in_flight;
	rules.queue = queue;
	assert_int_equal(mxw_resolver_open(&world->resolver, &world->loop, &rules, &err), 0);
}

static void world_close(struct world *world)
{
	if (world->resolver)
		world_close_resolver(world);
	if (world->server)
		nameserver_close(world->server);
	assert_int_equal(uv_run(&world->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(world->closed, 1);
	assert_int_equal(uv_loop_close(&world->loop), 0);
}

static int ask(struct world *world, const char *name, uint64_t cookie)
{
	struct mxw_resolver_waiter waiter = { .done = on_done, .context = world, .cookie = cookie };

	return mxw_resolver_ask(world->resolver, name, MXW_DNS_A, false, &waiter);
}

/* Runs until so many waiters have been called. */
static void until(struct world *world, unsigned int calls)
{
	while (world->calls < calls)
		assert_int_not_equal(uv_run(&world->loop, UV_RUN_ONCE), 0);
}

/* Runs for a while. */
static void for_ms(struct world *world, unsigned int ms)
{
	uint64_t end = mxw_clock_mono() + ms * 1000000ULL;

	while (mxw_clock_mono() < end)
		(void)uv_run(&world->loop, UV_RUN_NOWAIT);
}

static void every_kind_of_answer(void **state)
{
	static const struct {
		const char *name;
		enum mxw_dns_outcome outcome;
		unsigned int rcode;
		uint32_t record;
	} cases[] = {
		{ "yes.l.example", MXW_DNS_ANSWERED, 0, 0x7f000002 },
		{ "no.l.example", MXW_DNS_ANSWERED, 3, 0 },
		{ "fail.l.example", MXW_DNS_ANSWERED, 2, 0 },
		{ "tc.l.example", MXW_DNS_ANSWERED, 0, 0x7f000003 },
		{ "twice.l.example", MXW_DNS_ANSWERED, 0, 0x7f000002 },
		{ "stranger.l.example", MXW_DNS_ANSWERED, 0, 0x7f000002 },
		{ "loop.l.example", MXW_DNS_GARBLED, 0, 0 },
		{ "mad.l.example", MXW_DNS_GARBLED, 0, 0 },
		{ "cut.l.example", MXW_DNS_UNREACHABLE, 0, 0 },
		{ "empty.l.example", MXW_DNS_ANSWERED, 0, 0x7f000002 },
		{ "mute.l.example", MXW_DNS_TIMEOUT, 0, 0 },
	};
	struct world world;

	(void)state;
	world_open(&world, 200, 100);
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t began = mxw_clock_mono();

		assert_int_equal(ask(&world, cases[i].name, i), 0);
		assert_int_equal(world.calls, i); /* not from within the call */
		until(&world, i + 1);
		if (world.last.outcome != cases[i].outcome)
			fail_msg("%s: outcome %d", cases[i].name, world.last.outcome);
		assert_int_equal(world.last.rcode, cases[i].rcode);
		assert_int_equal(world.last.count, cases[i].record ? 1 : 0);
		assert_int_equal(world.last.records[0], cases[i].record);
		assert_int_equal(world.last_cookie, i);
		assert_true(mxw_clock_mono() - began < 3 * MXW_SECOND);
	}
	assert_int_equal(mxw_resolver_counts(world.resolver).in_flight, 0);
	assert_int_equal(mxw_resolver_counts(world.resolver).garbled, 2);
	world_close(&world);
}

static void one_question_for_all_who_wait(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 200, 100);
	for (unsigned int i = 0; i < 50; i++)
		assert_int_equal(ask(&world, "yes.shared.example", i), 0);
	until(&world, 50);
	assert_int_equal(nameserver_asked(world.server), 1);
	assert_int_equal(mxw_resolver_counts(world.resolver).shared, 49);
	assert_int_equal(world.outcomes[MXW_DNS_ANSWERED], 50);
	assert_int_equal(ask(&world, "yes.shared.example", 0), 0); /* it keeps no answers */
	until(&world, 51);
	assert_int_equal(nameserver_asked(world.server), 2);
	world_close(&world);
}

static void no_more_in_flight_than_allowed(void **state)
{
	struct world world;
	char name[40];

	(void)state;
	world_open(&world, 150, 1000);
	for (unsigned int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "late.n%u.example", i);
		assert_int_equal(ask(&world, name, i), 0);
	}
	for (unsigned int i = 0; i < 100 && nameserver_asked(world.server) < 150; i++)
		for_ms(&world, 30);
	for_ms(&world, 30); /* for more, which do not come */
	assert_int_equal(nameserver_asked(world.server), 150);
	assert_int_equal(mxw_resolver_counts(world.resolver).in_flight, 150);
	assert_int_equal(mxw_resolver_counts(world.resolver).queued, 850);
	assert_int_equal(mxw_resolver_room(world.resolver), 150);
	nameserver_release(world.server);
	until(&world, 150);
	for_ms(&world, 30);
	assert_int_equal(mxw_resolver_counts(world.resolver).in_flight, 150);
	world_close(&world);
	assert_int_equal(world.calls, 150); /* nobody is called by the end */
}

static void the_oldest_drop_out(void **state)
{
	struct mxw_resolver_waiter urgent = { .done = on_done, .cookie = URGENT };
	struct world world;
	char name[40];

	(void)state;
	world_open(&world, 10, 100);
	urgent.context = &world;
	for (unsigned int i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), "late.f%u.example", i);
		assert_int_equal(ask(&world, name, i), 0);
	}
	for_ms(&world, 10);
	for (unsigned int i = 0; i < 150; i++) {
		(void)snprintf(name, sizeof(name), "yes.n%u.example", i);
		assert_int_equal(ask(&world, name, 1000 + i), 0);
	}
	assert_int_equal(world.calls, 0);
	assert_int_equal(
		mxw_resolver_ask(world.resolver, "yes.now.example", MXW_DNS_A, true, &urgent), 0);
	for_ms(&world, 10);
	assert_int_equal(world.outcomes[MXW_DNS_DROPPED], 51);
	assert_int_equal(world.last_cookie, 1050);
	nameserver_release(world.server);
	until(&world, 51 + 10 + 1 + 99);
	assert_int_equal(world.urgent_call, 51 + 10 + 1); /* before the others that wait */
	world_close(&world);
}

static void what_waits_too_long_is_not_asked(void **state)
{
	struct world world;
	char name[40];

	(void)state;
	world_open(&world, 5, 100);
	for (unsigned int i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof(name), "mute.n%u.example", i);
		assert_int_equal(ask(&world, name, i), 0);
	}
	until(&world, 60);
	assert_int_equal(world.outcomes[MXW_DNS_TIMEOUT] + world.outcomes[MXW_DNS_DROPPED], 60);
	assert_in_range(world.outcomes[MXW_DNS_TIMEOUT], 5, 15);
	assert_int_equal(mxw_resolver_counts(world.resolver).queued, 0);
	world_close(&world);
}

static void no_server_at_all(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 200, 100);
	nameserver_close(world.server);
	world.server = NULL;
	for_ms(&world, 5);
	assert_int_equal(ask(&world, "yes.l.example", 1), 0);
	until(&world, 1);
	assert_true(world.last.outcome == MXW_DNS_UNREACHABLE ||
		    world.last.outcome == MXW_DNS_TIMEOUT);
	world_close(&world);
}

static void waiters_may_ask_and_close(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 200, 100);
	world.ask_again = true;
	assert_int_equal(ask(&world, "yes.again.example", 1), 0);
	until(&world, 20000); /* more than one lane's share: others take over */
	world.ask_again = false;
	until(&world, 20001);
	assert_int_equal(world.outcomes[MXW_DNS_ANSWERED], 20001);
	world.close_within = true;
	assert_int_equal(ask(&world, "yes.l.example", 1), 0);
	assert_int_equal(ask(&world, "yes.m.example", 2), 0);
	assert_int_equal(ask(&world, "mute.m.example", 3), 0);
	world.calls = 0;
	until(&world, 1);
	world_close(&world);
	assert_int_equal(world.calls, 1);
}

static void waiters_that_never_stop_do_not_hold_the_loop(void **state)
{
	struct world world;
	char name[40];

	(void)state;
	world_open(&world, 1, 1);
	world.ask_again = true;
	for (unsigned int i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof(name), "mute.n%u.example", i);
		assert_int_equal(ask(&world, name, i), 0);
	}
	for_ms(&world, 20);
	world.ask_again = false;
	world_close(&world);
}

static void bad_requests(void **state)
{
	struct mxw_resolver_rules rules = mxw_resolver_default_rules();
	struct mxw_resolver_server server[MXW_RESOLVER_SERVERS];
	struct mxw_resolver *resolver;
	struct world world;
	struct mxw_err err;
	char text[MXW_ADDR_TEXT], name[300];

	(void)state;
	world_open(&world, 2, 1);
	memset(name, 'a', sizeof(name) - 1);
	name[299] = '\0';
	assert_int_equal(ask(&world, name, 1), MXW_E_USAGE);
	assert_int_equal(ask(&world, "a..b", 1), 0); /* c-ares refuses it, at once */
	until(&world, 1);
	assert_int_equal(world.last.outcome, MXW_DNS_FAILED);
	for (int i = 0; i < 4; i++)
		assert_int_equal(ask(&world, "late.l.example", 1), 0);
	assert_int_equal(ask(&world, "late.l.example", 1), MXW_E_FAIL);
	assert_int_equal(mxw_resolver_servers(world.resolver, server), 1);
	assert_int_equal(server[0].port, nameserver_port(world.server));
	assert_string_equal(mxw_addr_format(server[0].addr, text), "127.0.0.1");
	rules.in_flight = 0;
	assert_int_equal(mxw_resolver_open(&resolver, &world.loop, &rules, &err), MXW_E_USAGE);
	rules.in_flight = 1;
	rules.deadline = 1;
	assert_int_equal(mxw_resolver_open(&resolver, &world.loop, &rules, &err), MXW_E_USAGE);
	mxw_resolver_close(NULL, NULL, NULL);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_answer),
		cmocka_unit_test(one_question_for_all_who_wait),
		cmocka_unit_test(no_more_in_flight_than_allowed),
		cmocka_unit_test(the_oldest_drop_out),
		cmocka_unit_test(what_waits_too_long_is_not_asked),
		cmocka_unit_test(no_server_at_all),
		cmocka_unit_test(waiters_may_ask_and_close),
		cmocka_unit_test(waiters_that_never_stop_do_not_hold_the_loop),
		cmocka_unit_test(bad_requests),
	};

	return cmocka_run_group_tests_name("dnsbl_resolver", tests, NULL, NULL);
}
