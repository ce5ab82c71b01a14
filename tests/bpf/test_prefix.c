// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every prefix length, IPv4 /0 to /32 and IPv6 /1 to /64: the first and the last
 * address inside are blocked, the neighbouring prefix is not. And the longest
 * chain of expired prefixes above a live one.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bpf/fixture.h"

#define LENGTHS4 33
#define LENGTHS6 64
#define PATTERN 0xa5c396e75a3c6918ULL /* some address; its first bit keeps /1 away from ::/32 */

struct job {
	struct program *program;
	char name[64];
	unsigned int length;
	int ipv6;
};

struct text {
	char chars[INET6_ADDRSTRLEN + 4];
};

/* The source whose key bits are the high ones of bits; tail fills the host part of IPv6. */
static struct text address(int ipv6, uint64_t bits, uint8_t tail)
{
	struct text text;
	uint8_t raw[16];

	memset(raw, tail, sizeof(raw));
	for (int i = 0; i < 8; i++)
		raw[i] = (uint8_t)(bits >> (56 - 8 * i));
	assert_non_null(inet_ntop(ipv6 ? AF_INET6 : AF_INET, raw, text.chars, INET6_ADDRSTRLEN));
	return text;
}

/* One SYN from text against the block of prefix. */
static void check_source(const struct job *job, const struct text *prefix, const struct text *from,
			 struct want want)
{
	struct fixture fixture = { .name = job->name,
				   .entries = { BLOCK(prefix->chars) },
				   .want = want };
	const struct layer ipv4[] = { SYN4(from->chars) }, ipv6[] = { SYN6(from->chars) };
	struct packet packet;

	for (int i = 0; i < 3; i++)
		fixture.packet[i] = job->ipv6 ? ipv6[i] : ipv4[i];
	packet_build(fixture.packet, &packet);
	fixture_check(job->program, &fixture, &packet);
}

static void check_length(void **state)
{
	const struct want drop = DROP(MXW_DROP_BLOCK);
	const struct want pass = PASS(MXW_PASS_UNKNOWN);
	struct job *job = *state;
	uint64_t mask, first;
	struct text prefix, from;

	if (!harness_may_run())
		skip();
	if (!job->program->skel)
		program_load(job->program, &(struct knobs){ .slot = 0 });
	mask = job->length ? ~0ULL << (64 - job->length) : 0;
	first = PATTERN & mask;
	prefix = address(job->ipv6, first, 0);
	(void)snprintf(prefix.chars + strlen(prefix.chars), 4, "/%u", job->length);
	from = address(job->ipv6, first, 0);
	check_source(job, &prefix, &from, drop);
	from = address(job->ipv6, first | ~mask, 0xff);
	check_source(job, &prefix, &from, drop);
	if (!job->length)
		return;
	from = address(job->ipv6, first ^ 1ULL << (64 - job->length), 0);
	check_source(job, &prefix, &from, pass);
}

/* All lengths from /9 to /32 expired, /8 live: the search goes up one by one. */
static void expired_chain(void **state)
{
	struct entry live = BLOCK("192.0.0.0/8");
	const struct layer layers[] = { SYN4(BAD4), { .type = LAYER_END } };
	struct job *job = *state;
	struct answer answer;
	struct packet packet;
	char prefix[32];

	if (!harness_may_run())
		skip();
	program_reset(job->program);
	for (unsigned int length = 9; length <= 32; length++) {
		struct entry entry = BLOCK(prefix, .expires = PAST);

		(void)snprintf(prefix, sizeof(prefix), "%s/%u", BAD4, length);
		program_add_entry(job->program, &entry);
	}
	program_add_entry(job->program, &live);
	program_configure(job->program, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	packet_build(layers, &packet);
	program_run(job->program, &packet, &answer);
	assert_int_equal(answer.action, XDP_DROP);
	assert_int_equal(program_hits(job->program, &live), 1);
}

int main(void)
{
	struct CMUnitTest tests[LENGTHS4 + LENGTHS6 + 1];
	struct job jobs[LENGTHS4 + LENGTHS6];
	struct program program = { .skel = NULL };
	int failed;

	for (unsigned int i = 0; i < LENGTHS4 + LENGTHS6; i++) {
		int ipv6 = i >= LENGTHS4;

		jobs[i] = (struct job){ .program = &program,
					.length = ipv6 ? i - LENGTHS4 + 1 : i,
					.ipv6 = ipv6 };
		(void)snprintf(jobs[i].name, sizeof(jobs[i].name),
			       "prefix IPv%c /%u: ends inside, "
			       "neighbour outside",
			       ipv6 ? '6' : '4', jobs[i].length);
		tests[i] = (struct CMUnitTest){ .name = jobs[i].name,
						.test_func = check_length,
						.initial_state = &jobs[i] };
	}
	tests[LENGTHS4 + LENGTHS6] = (struct CMUnitTest){
		.name = "expiry: 24 expired lengths above a live /8",
		.test_func = expired_chain,
		.initial_state = &jobs[0],
	};
	failed = _cmocka_run_group_tests("bpf prefix", tests, LENGTHS4 + LENGTHS6 + 1, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
