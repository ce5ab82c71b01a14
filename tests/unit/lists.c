// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A world of DNS lists. Called by the tests of the engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "base/addr.h"
#include "policy/sanction.h"
#include "lists.h"

#define BEGIN (1000 * SECOND)
#define TICK (SECOND / 10)
#define DEADLINE (10 * SECOND)

static uint64_t world_now(void *context)
{
	const struct world *world = context;

	return world->now;
}

static unsigned int world_room(void *context, bool present)
{
	const struct world *world = context;

	return present || !world->no_room;
}

static int32_t world_beside(void *context, uint64_t key)
{
	(void)key;
	return ((const struct world *)context)->beside;
}

static bool world_spared(void *context, uint64_t key)
{
	const struct world *world = context;

	return world->spared && key == world->spared;
}

static struct list *list_of(struct world *world, const struct mxw_resolver_waiter *waiter)
{
	return &world->list[waiter->tag & 31];
}

static void count_question(struct list *list, uint64_t now)
{
	list->asked++;
	if (now / SECOND != list->second) {
		list->second = now / SECOND;
		list->in_second = 0;
	}
	if (++list->in_second > list->most_in_second)
		list->most_in_second = list->in_second;
}

static int world_ask(void *context, const char *name, bool urgent,
		     const struct mxw_resolver_waiter *waiter)
{
	struct world *world = context;
	struct list *list = list_of(world, waiter);
	struct question *question;

	(void)urgent;
	if (list->manner == NO_ROOM)
		return MXW_E_FAIL;
	assert_in_range(world->count, 0, LISTS_QUEUE - 1);
	question = &world->question[(world->first + world->count++) % LISTS_QUEUE];
	question->waiter = *waiter;
	assert_in_range(strlen(name), 1, sizeof(question->name) + 20);
	(void)strncpy(question->name, name, sizeof(question->name) - 1);
	question->answer_at = world->now + world->latency;
	count_question(list, world->now);
	return MXW_OK;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool ends_listed(const char *name)
{
	return strstr(name, ".100.51.198.") || strstr(name, ".d.a.b.0.8.b.d.0.1.0.0.2.") ||
	       begins(name, "evil.test.");
}

static bool listed(const struct list *list, const char *name)
{
	bool must = begins(name, "2.0.0.127.") || begins(name, "2.0.0.0.0.0.f.7.f.f.f.f.") ||
		    begins(name, "test.");
	bool must_not = begins(name, "1.0.0.127.") || begins(name, "1.0.0.0.0.0.f.7.f.f.f.f.") ||
			begins(name, "invalid.");

	switch (list->manner) {
	case LISTS_ALL:
		return true;
	case LISTS_NONE:
		return false;
	case LISTS_REAL:
		return !must_not;
	default:
		return must || (!must_not && ends_listed(name));
	}
}

/* What a list of this manner would answer. */
static void make_answer(const struct list *list, const char *name, struct mxw_dns_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->ttl = list->ttl;
	answer->took = 5000000;
	switch (list->manner) {
	case SILENT:
		answer->outcome = MXW_DNS_TIMEOUT;
		break;
	case DROPPED:
		answer->outcome = MXW_DNS_DROPPED;
		break;
	case FAILING:
		answer->rcode = 2;
		break;
	case HIJACKED:
		answer->count = 1;
		answer->records[0] = 0xcb007105;
		break;
	default:
		answer->rcode = listed(list, name) ? 0 : 3;
		answer->count = listed(list, name);
		answer->records[0] = list->code ? list->code : 0x7f000002;
	}
}

static void answer_first(struct world *world)
{
	struct question question = world->question[world->first];
	struct list *list = list_of(world, &question.waiter);
	struct mxw_dns_answer answer;

	world->first = (world->first + 1) % LISTS_QUEUE;
	world->count--;
	if (list->manner == SILENT && world->now < question.answer_at + DEADLINE) {
		/* comes again when its time is over */
		uint32_t at = (world->first + world->count++) % LISTS_QUEUE;

		world->question[at] = question;
		return;
	}
	make_answer(list, question.name, &answer);
	question.waiter.done(&question.waiter, &answer);
}

static void decide(struct world *world, const struct mxw_dnsbl_opinion *opinion)
{
	struct mxw_sanction_policy policy = mxw_sanction_default_policy();
	struct mxw_standing standing = { 0 };
	struct mxw_evidence evidence = mxw_dnsbl_evidence(&opinion->score, "");

	world->sanction = mxw_sanction_decide(&policy, &standing, &evidence, 1, world->now, 0);
	world->drops += world->sanction.rung == MXW_RUNG_DROP;
}

static void world_told(void *context, const struct mxw_dnsbl_opinion *opinion)
{
	struct world *world = context;

	world->told++;
	world->partly += !opinion->complete;
	world->last = *opinion;
	decide(world, opinion);
}

static void world_health(void *context, unsigned int list, const struct mxw_health_change *change)
{
	struct world *world = context;

	assert_in_range(list, 0, LISTS_MOST - 1);
	world->went_online += change->online;
	world->went_offline += change->offline;
	world->withdrawn += change->withdraw;
	world->suspected += change->suspected;
	world->cleared += change->cleared;
}

static void no_mistake(void *context, size_t offset, const char *sentence)
{
	(void)context;
	fail_msg("%zu: %s", offset, sentence);
}

void world_setup(struct mxw_dnsbl_setup *setup, const char *sites)
{
	static struct mxw_dnsbl_sites parsed, none;

	assert_int_equal(mxw_dnsbl_sites_parse(sites, &parsed, no_mistake, NULL), 0);
	mxw_dnsbl_plan_make(&setup->plan, &parsed, &none);
	mxw_dnsbl_setup_defaults(setup);
	setup->sources = 1000;
	for (size_t i = 0; i < setup->plan.sites.zone_count; i++)
		setup->health[i].samples = 0;
}

void world_open(struct world *world, const char *sites, void (*setup)(struct world *world))
{
	struct mxw_dnsbl_outside outside = { .context = world,
					     .now = world_now,
					     .ask = world_ask,
					     .room = world_room,
					     .beside = world_beside,
					     .spared = world_spared,
					     .told = world_told,
					     .health = world_health };
	struct mxw_err err;

	memset(world, 0, sizeof(*world));
	world->question = calloc(LISTS_QUEUE, sizeof(*world->question));
	assert_non_null(world->question);
	world->now = BEGIN;
	world->latency = 5000000;
	for (unsigned int i = 0; i < LISTS_MOST; i++)
		world->list[i].ttl = 300;
	world_setup(&world->setup, sites);
	if (setup)
		setup(world);
	assert_int_equal(mxw_dnsbl_create(&world->engine, &world->setup, &outside, &err), 0);
}

void world_close(struct world *world)
{
	mxw_dnsbl_free(world->engine);
	free(world->question);
}

void world_run(struct world *world, uint64_t ns)
{
	uint64_t end = world->now + ns;

	while (world->now < end) {
		uint64_t next = world->now / TICK * TICK + TICK;

		world->now = next < end ? next : end;
		for (uint32_t n = world->count; n; n--) {
			if (world->question[world->first].answer_at > world->now)
				break;
			answer_first(world);
		}
		if (world->now == next)
			mxw_dnsbl_tick(world->engine);
	}
}

enum mxw_seen world_seen(struct world *world, const char *address)
{
	return world_seen_as(world, address, MXW_RANK_REST);
}

enum mxw_seen world_seen_as(struct world *world, const char *address, enum mxw_rank rank)
{
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, address, addr + 12) != 1)
		assert_int_equal(inet_pton(AF_INET6, address, addr), 1);
	return mxw_dnsbl_seen(world->engine, addr, rank);
}
