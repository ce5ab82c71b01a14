// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A world of names. Called by the tests of their engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "nameworld.h"

#define TICK (MXW_SECOND / 10)

static uint64_t world_now(void *context)
{
	return ((struct nameworld *)context)->now;
}

static int world_ask(void *context, const char *name, enum mxw_dns_type type, bool urgent,
		     const struct mxw_resolver_waiter *waiter)
{
	struct nameworld *world = context;
	struct question *question = &world->question[world->count];

	(void)urgent;
	if (world->full)
		return MXW_E_FAIL;
	assert_in_range(world->count, 0, NAMEWORLD_QUEUE - 1);
	assert_in_range(strlen(name), 1, 253);
	*question = (struct question){ .waiter = *waiter, .type = type, .asked = world->now };
	memcpy(question->name, name, strlen(name) + 1);
	world->count++;
	world->asked++;
	world->asked_ptr += type == MXW_DNS_PTR;
	return MXW_OK;
}

static void world_told(void *context, uint64_t key)
{
	struct nameworld *world = context;

	world->told++;
	world->told_key = key;
}

static void world_health(void *context, unsigned int list, const struct mxw_health_change *change)
{
	(void)context;
	(void)list;
	(void)change;
}

static const struct row *row_of(const struct nameworld *world, const struct question *question)
{
	for (size_t i = 0; i < world->row_count; i++)
		if (world->row[i].type == question->type &&
		    strcmp(world->row[i].name, question->name) == 0)
			return &world->row[i];
	return NULL;
}

static void make_answer(const struct row *row, enum mxw_dns_type type,
			struct mxw_dns_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->ttl = 300;
	answer->rcode = row ? row->rcode % SLOW : 3;
	if (!row || answer->rcode)
		return;
	answer->count = row->count ? row->count : 1;
	if (type == MXW_DNS_PTR)
		(void)snprintf(answer->text, sizeof(answer->text), "%s", row->text);
	if (type == MXW_DNS_A)
		answer->records[0] = row->address;
	for (size_t i = 0; type == MXW_DNS_AAAA && i < answer->count; i++) {
		memcpy(answer->addresses[i], "\x20\x01\x0d\xb8\x0b\xad\x00\x01\0\0\0\0\0\0\0", 15);
		answer->addresses[i][15] = (uint8_t)(row->address + 2 - i);
	}
}

/* False: it is not time. */
static bool answer_one(struct nameworld *world, unsigned int at)
{
	struct question question = world->question[at];
	const struct row *row = row_of(world, &question);
	bool mute = row && row->rcode == MUTE;
	struct mxw_dns_answer answer;

	if (mute && world->now - question.asked < 10 * MXW_SECOND)
		return false;
	if (row && row->rcode == SLOW && world->now - question.asked < 5 * MXW_SECOND)
		return false;
	make_answer(row, question.type, &answer);
	answer.outcome = mute ? MXW_DNS_TIMEOUT : MXW_DNS_ANSWERED;
	world->question[at] = world->question[--world->count];
	question.waiter.done(&question.waiter, &answer);
	return true;
}

void nameworld_run(struct nameworld *world, uint64_t ns)
{
	for (uint64_t end = world->now + ns; world->now < end; world->now += TICK) {
		for (unsigned int at = 0; at < world->count;)
			at = answer_one(world, at) ? 0 : at + 1;
		mxw_names_tick(world->names);
	}
}

static void mistaken(void *context, size_t offset, const char *sentence)
{
	(void)context;
	fail_msg("%zu: %s", offset, sentence);
}

void nameworld_setup(struct mxw_names_setup *setup, const char *sites)
{
	static struct mxw_dnsbl_sites parsed, none;

	memset(setup, 0, sizeof(*setup));
	assert_int_equal(mxw_dnsbl_sites_parse(sites, &parsed, mistaken, NULL), 0);
	mxw_dnsbl_plan_make(&setup->lists.plan, &parsed, &none);
	setup->lists.names = true;
	mxw_dnsbl_setup_defaults(&setup->lists);
	setup->lists.sources = 100;
	setup->on = true;
	setup->weights = (struct mxw_name_weights){
		.missing = 2, .unconfirmed = 1, .confirmed = -1, .most = 3, .least = -2
	};
	setup->sources = 1000;
	setup->jobs = 20;
	setup->patience = 2 * MXW_SECOND;
}

struct nameworld *nameworld_open(const struct row *rows, size_t count, const char *sites)
{
	static struct nameworld world;
	static struct mxw_names_setup setup;
	const struct mxw_names_outside outside = { .context = &world,
						   .now = world_now,
						   .ask = world_ask,
						   .told = world_told,
						   .health = world_health };
	struct mxw_err err;

	memset(&world, 0, sizeof(world));
	world.row = rows;
	world.row_count = count;
	world.now = 1000 * MXW_SECOND;
	nameworld_setup(&setup, sites);
	assert_int_equal(mxw_names_create(&world.names, &setup, &outside, &err), 0);
	nameworld_run(&world, MXW_SECOND);
	return &world;
}

void nameworld_close(struct nameworld *world)
{
	mxw_names_free(world->names);
}

static enum mxw_seen seen(struct nameworld *world, const char *address, enum mxw_rank rank)
{
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, address, addr + 12) != 1)
		assert_int_equal(inet_pton(AF_INET6, address, addr), 1);
	return mxw_names_seen(world->names, addr, rank);
}

enum mxw_seen nameworld_seen_syn(struct nameworld *world, const char *address)
{
	return seen(world, address, MXW_RANK_REST);
}

enum mxw_seen nameworld_seen(struct nameworld *world, const char *address)
{
	return seen(world, address, MXW_RANK_PRESENT);
}
