// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reverse look-ups for which there is no room (userspace/sources/names.h): who takes the room, and how
 * long what was not asked is waited for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "nameworld.h"

#define SENDER "198.51.100.7"
#define SENDER_KEY 0xc6336407

static const struct row rows[] = {
	{ "7.100.51.198.in-addr.arpa", MXW_DNS_PTR, 0, "mx.good.test", 0, 0 },
	{ "mx.good.test", MXW_DNS_A, 0, "", SENDER_KEY, 0 },
	{ "test.d.example", MXW_DNS_A, 0, "", 0x7f000002, 0 },
};

static struct nameworld *opened(const char *sites)
{
	return nameworld_open(rows, sizeof(rows) / sizeof(rows[0]), sites);
}

static int32_t least(const struct nameworld *world)
{
	char text[200];

	return mxw_names_evidence_of(world->names, SENDER_KEY, text, sizeof(text)).least;
}

/* The nth source of one IPv6 /48, or of one IPv4 /24. */
static void name_of(char address[40], bool ipv6, unsigned int n)
{
	(void)(ipv6 ? snprintf(address, 40, "2a00:1234:5678:%x00::1", n)
		    : snprintf(address, 40, "203.0.114.%u", n));
}

static void done(void *context, uint64_t cookie)
{
	((struct nameworld *)context)->done += cookie == 0;
}

/* Whoever has one address of an IPv6 /48 or an IPv4 /24 has them all, and their name servers. */
static void a_net_takes_eight_jobs(void **state)
{
	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct nameworld *world = opened("");
		char address[40];

		for (unsigned int i = 1; i <= 30; i++) {
			name_of(address, ipv6, i);
			assert_int_equal(nameworld_seen(world, address),
					 i <= 8 ? MXW_SEEN_WAIT : MXW_SEEN_SPARED);
		}
		assert_int_equal(nameworld_seen(world, ipv6 ? "2a00:1234:5679::1" : "203.0.115.1"),
				 MXW_SEEN_WAIT);
		nameworld_run(world, MXW_SECOND);
		assert_int_equal(nameworld_seen(world, address), MXW_SEEN_WAIT);
		nameworld_close(world);
	}
}

/* Without an end to that, whoever takes all the room keeps every listed source from being dropped. */
static void what_has_no_room_is_not_waited_for_long(void **state)
{
	struct nameworld *world = opened("");

	(void)state;
	world->full = true;
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_SPARED);
	assert_int_equal(least(world), -2);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_SPARED);
	assert_int_equal(least(world), -2);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(least(world), 0);
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_SPARED);
	assert_int_equal(least(world), 0);
	world->full = false; /* it counts as soon as it is known */
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_WAIT);
	assert_int_equal(least(world), -2);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(least(world), -1);
	nameworld_close(world);
}

/* The same if there was room for the PTR records only. */
static void half_of_a_look_up_is_not_waited_for_long(void **state)
{
	struct nameworld *world = opened("");

	(void)state;
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_WAIT);
	world->full = true;
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(least(world), -2);
	nameworld_run(world, 2 * MXW_SECOND);
	assert_int_equal(least(world), 0);
	nameworld_close(world);
}

/* And if the name is known, and there is no room to ask the lists of names again. */
static void lists_of_names_are_not_waited_for_long(void **state)
{
	struct nameworld *world = opened("d.example*-1");
	const struct mxw_names_asker asker = { done, world, 0 };
	char address[40];

	(void)state;
	(void)nameworld_seen(world, SENDER);
	nameworld_run(world, 2 * MXW_SECOND);
	assert_int_equal(least(world), -1);
	for (unsigned int i = 0; i < 400;
	     i++) { /* the list's answers are forgotten, the name is not */
		(void)snprintf(address, sizeof(address), "h%u.test", i);
		(void)mxw_names_helo_seen(world->names, address, &asker);
		nameworld_run(world, MXW_SECOND / 10);
	}
	assert_int_equal(least(world), -2);
	for (unsigned int i = 1; i <= 20; i++) {
		(void)snprintf(address, sizeof(address), "203.0.%u.1", i);
		(void)nameworld_seen(world, address);
	}
	assert_int_equal(nameworld_seen(world, SENDER), MXW_SEEN_READY);
	assert_int_equal(least(world), -2);
	nameworld_run(world, MXW_SECOND);
	assert_int_equal(least(world), -2);
	nameworld_run(world, 2 * MXW_SECOND);
	assert_int_equal(least(world), -1);
	nameworld_close(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_net_takes_eight_jobs),
		cmocka_unit_test(what_has_no_room_is_not_waited_for_long),
		cmocka_unit_test(half_of_a_look_up_is_not_waited_for_long),
		cmocka_unit_test(lists_of_names_are_not_waited_for_long),
	};

	return cmocka_run_group_tests_name("names_room", tests, NULL, NULL);
}
