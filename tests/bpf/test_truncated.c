// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * P1: a frame cut short at every length from 0 to 127 passes, as malformed,
 * until it is long enough to be judged. BPF_PROG_TEST_RUN takes frames of 14
 * bytes and more; the shorter ones go through parse.h in this process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/bpf/finding.h"
#include "tests/bpf/fixture.h"

#define LENGTHS 128
#define SHORTEST_RUN 14

/* A frame that is malformed below .whole bytes and has .fixture.want from there on. */
struct cut {
	struct fixture fixture;
	uint16_t whole;
};

static const struct cut cuts[] = {
	{ { .name = "P1 every length: IPv4 SYN",
	    .packet = { SYN4(BAD4), RAW(74) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 20 + 20 },
	{ { .name = "P1 every length: IPv4 SYN with 40 bytes of IP options",
	    .packet = { ETH(), IPV4(BAD4, MX4, .options = 40), TCP(40000, 25, SYN), RAW(34) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 60 + 20 },
	{ { .name = "P1 every length: IPv4 SYN with 40 bytes of TCP options",
	    .packet = { ETH(), IPV4(BAD4, MX4), TCP(40000, 25, SYN, .options = 40), RAW(34) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 20 + 20 },
	{ { .name = "P1 every length: IPv4 SYN behind two VLAN tags",
	    .packet = { ETH(), VLAN(7, .tpid = 0x88a8), VLAN(8), IPV4(BAD4, MX4),
			TCP(40000, 25, SYN), RAW(66) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 8 + 20 + 20 },
	{ { .name = "P1 every length: IPv4 first fragment, judged from the IP header on",
	    .packet = { ETH(), IPV4(BAD4, MX4, .more = 1), TCP(40000, 25, SYN), RAW(74) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 20 },
	{ { .name = "P1 every length: IPv4 later fragment, judged from the IP header on",
	    .packet = { ETH(), IPV4(BAD4, MX4, .offset = 1, .protocol = PROTO_TCP), RAW(94) },
	    .entries = { BLOCK(BAD4) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 20 },
	{ { .name = "P1 every length: IPv4 SYN of an unknown source",
	    .packet = { SYN4(STRANGER4), RAW(74) },
	    .want = PASS(MXW_PASS_UNKNOWN) },
	  .whole = 14 + 20 + 20 },
	{ { .name = "P1 every length: IPv4 UDP, untouched from the IP header on",
	    .packet = { ETH(), IPV4(BAD4, MX4), UDP(53, 25), RAW(86) },
	    .entries = { BLOCK(BAD4) },
	    .want = PASS(MXW_REASON_NONE) },
	  .whole = 14 + 20 },
	{ { .name = "P1 every length: ARP, untouched",
	    .packet = { ETH(), ARP(), RAW(86) },
	    .want = PASS(MXW_REASON_NONE) },
	  .whole = 14 },
	{ { .name = "P1 every length: IPv6 SYN",
	    .packet = { SYN6(BAD6), RAW(54) },
	    .entries = { BLOCK(BAD6) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 40 + 20 },
	{ { .name = "P1 every length: IPv6 SYN behind a VLAN tag",
	    .packet = { ETH(), VLAN(7), IPV6(BAD6, MX6), TCP(40000, 25, SYN), RAW(50) },
	    .entries = { BLOCK(BAD6) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 4 + 40 + 20 },
	{ { .name = "P1 every length: IPv6 SYN behind three extension headers",
	    .packet = { ETH(), IPV6(BAD6, MX6), HBH(), DSTOPTS(.bytes = 16), FRAG6(),
			TCP(40000, 25, SYN), RAW(22) },
	    .entries = { BLOCK(BAD6) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 40 + 8 + 16 + 8 + 20 },
	{ { .name = "P1 every length: IPv6 later fragment, judged from the fragment header on",
	    .packet = { ETH(), IPV6(BAD6, MX6), FRAG6(.offset = 3, .next = PROTO_TCP), RAW(66) },
	    .entries = { BLOCK(BAD6) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 40 + 8 },
	{ { .name = "P1 every length: IPv6 first fragment, judged from the fragment header on",
	    .packet = { ETH(), IPV6(BAD6, MX6), FRAG6(.more = 1), TCP(40000, 25, SYN), RAW(46) },
	    .entries = { BLOCK(BAD6) },
	    .want = DROP(MXW_DROP_BLOCK) },
	  .whole = 14 + 40 + 8 },
};

#define CUTS (sizeof(cuts) / sizeof(cuts[0]))

struct job {
	const struct cut *cut;
	struct program *program;
	char in_process[128]; /* name of the test that runs no BPF */
};

static void cut_at(const struct job *job, const struct packet *whole, size_t length)
{
	struct fixture fixture = job->cut->fixture;
	struct packet packet = *whole;

	packet_truncate(&packet, length);
	if (length < job->cut->whole)
		fixture.want = (struct want)PASS(MXW_PASS_MALFORMED);
	fixture_check(job->program, &fixture, &packet);
}

static void every_length(void **state)
{
	struct job *job = *state;
	struct packet whole;

	if (!harness_may_run())
		skip();
	if (!job->program->skel)
		program_load(job->program, &(struct knobs){ .slot = 0 });
	packet_build(job->cut->fixture.packet, &whole);
	assert_true(whole.length >= LENGTHS - 1);
	for (size_t length = SHORTEST_RUN; length < LENGTHS; length++)
		cut_at(job, &whole, length);
}

static void every_length_in_process(void **state)
{
	static const uint16_t ports[FINDING_PORTS] = { 25 };
	const struct job *job = *state;
	struct finding finding;
	struct packet whole;

	packet_build(job->cut->fixture.packet, &whole);
	for (size_t length = 0; length < LENGTHS; length++) {
		own_parse(whole.bytes, length, ports, &finding);
		assert_int_equal(finding.kind == FOUND_MALFORMED, length < job->cut->whole);
	}
}

int main(void)
{
	struct CMUnitTest tests[2 * CUTS];
	struct job jobs[CUTS];
	struct program program = { .skel = NULL };
	int failed;

	for (size_t i = 0; i < CUTS; i++) {
		jobs[i] = (struct job){ .cut = &cuts[i], .program = &program };
		(void)snprintf(jobs[i].in_process, sizeof(jobs[i].in_process), "%s (in process)",
			       cuts[i].fixture.name);
		tests[i] = (struct CMUnitTest){ .name = cuts[i].fixture.name,
						.test_func = every_length,
						.initial_state = &jobs[i] };
		tests[CUTS + i] = tests[i];
		tests[CUTS + i].test_func = every_length_in_process;
		tests[CUTS + i].name = jobs[i].in_process;
	}
	failed = _cmocka_run_group_tests("bpf truncated", tests, 2 * CUTS, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
