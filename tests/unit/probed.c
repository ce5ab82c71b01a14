// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list for the tests of list_health.
 */
#include <string.h>

#include "tests/unit/probed.h"

struct mxw_dnsbl_answer probed_listed(void)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_LISTED, .count = 1 };
}

struct mxw_dnsbl_answer probed_not_listed(void)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_NOT_LISTED };
}

struct mxw_dnsbl_answer probed_error(enum mxw_dnsbl_fault fault)
{
	return (struct mxw_dnsbl_answer){ .state = MXW_DNSBL_ERROR, .fault = (uint8_t)fault };
}

void probed_change(struct probed *world, struct mxw_health_change change)
{
	world->online += change.online;
	world->offline += change.offline;
	world->withdraw += change.withdraw;
	world->suspected += change.suspected;
	world->cleared += change.cleared;
	if (change.online || change.offline || change.withdraw)
		world->changed = world->now;
}

static void probe(struct probed *world, unsigned int round)
{
	const struct mxw_dnsbl_answer *answers[] = { &world->entry, &world->loopback,
						     &world->entry6, &world->loopback6 };

	for (unsigned int i = 0; i < 4; i++)
		if (round & 1U << i && !world->silent)
			probed_change(world, mxw_list_health_probed(&world->health, i, answers[i],
								    world->now));
}

static struct mxw_dnsbl_answer of_control(struct probed *world,
					  const struct mxw_control_question *question)
{
	bool at_random = question->group != MXW_CONTROL_NOBODY;

	if (world->fault)
		return probed_error(world->fault);
	if (at_random)
		return world->drawn++ * 37 % 100 < world->share ? probed_listed()
								: probed_not_listed();
	return world->nobody || world->ranges[question->range] ? probed_listed()
							       : probed_not_listed();
}

static void control(struct probed *world)
{
	struct mxw_control_question question;
	struct mxw_dnsbl_answer answer;

	(void)mxw_list_health_canary_due(&world->health, 0);
	while (!world->silent && !world->health.waiting &&
	       mxw_list_control_next(&world->health.control, &question)) {
		mxw_list_control_asked(&world->health.control, &question);
		world->samples++;
		answer = of_control(world, &question);
		probed_change(world, mxw_list_health_control(&world->health, &question, &answer,
							     world->now));
	}
}

void probed_pass(struct probed *world, unsigned int seconds)
{
	uint64_t end = world->now + seconds * SECOND;

	while (world->now < end) {
		uint64_t next = mxw_list_health_next(&world->health);

		world->now = next < world->now ? world->now : next < end ? next : end;
		probed_change(world, mxw_list_health_tick(&world->health, world->now));
		probe(world, mxw_list_health_due(&world->health, world->now));
		control(world);
	}
}

void probed_start(struct probed *world, const struct mxw_health_rules *rules)
{
	struct mxw_health_rules standard = mxw_health_default_rules();

	memset(world, 0, sizeof(*world));
	world->now = 1000 * SECOND;
	world->entry = world->entry6 = probed_listed();
	world->loopback = world->loopback6 = probed_not_listed();
	mxw_list_health_init(&world->health, rules ? rules : &standard, world->now);
}

void probed_source(struct probed *world, struct mxw_dnsbl_answer answer)
{
	probed_change(world, mxw_list_health_answered(&world->health, &answer, world->now));
}

const char *probed_name(const struct probed *world)
{
	return mxw_list_health_name(&world->health);
}
