// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a decision leaves behind beyond its counter: events and their budget,
 * hits that add up, and the probe that leaves nothing.
 */
#include <arpa/inet.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/bpf/fixture.h"

#define LOOPBACK 1 /* BPF_PROG_TEST_RUN says that packets came from lo */
#define SMALL_RING 4096 /* bytes */

static const struct entry block4 = BLOCK(BAD4), block6 = BLOCK("2001:db8:bad::/48");
static const struct layer syn4[] = { ETH(), IPV4(BAD4, MX4), TCP(40001, 25, SYN), RAW(6), {} };
static const struct layer syn6[] = { ETH(), IPV6(BAD6, MX6), TCP(40002, 25, SYN), {} };
static const struct layer fragment6[] = {
	ETH(), IPV6(BAD6, MX6), FRAG6(.offset = 3, .next = PROTO_TCP), RAW(40), {},
};
static const struct layer stranger[] = { SYN4(STRANGER4), {} };
static const struct layer ack4[] = { ETH(), IPV4(BAD4, MX4), TCP(40001, 25, ACK), {} };
static const struct layer lldp[] = { ETH(.type = 0x88cc), RAW(10), {} };

/* A program with both blocks, and with such a budget of events. */
static void start(void **state, uint32_t budget)
{
	struct program *program = *state;

	program_reset(program);
	program_add_entry(program, &block4);
	program_add_entry(program, &block6);
	program_configure(program, &(struct setup){ .event_budget = budget });
}

static void run(struct program *program, const struct layer *layers, int times)
{
	struct answer answer;
	struct packet packet;

	packet_build(layers, &packet);
	for (int i = 0; i < times; i++)
		program_run(program, &packet, &answer);
}

static void check_address(const uint8_t got[16], const char *text)
{
	uint8_t want[16];

	assert_int_equal(inet_pton(AF_INET6, text, want), 1);
	assert_memory_equal(got, want, sizeof(want));
}

static void event_of_ipv4(void **state)
{
	uint64_t now = mxw_clock_mono();
	struct mxw_event event;

	start(state, 10);
	run(*state, syn4, 1);
	assert_int_equal(program_events(*state, &event, 1), 1);
	check_address(event.saddr, "::ffff:" BAD4);
	check_address(event.daddr, "::ffff:" MX4);
	assert_int_equal(event.sport, 40001);
	assert_int_equal(event.dport, 25);
	assert_int_equal(event.reason, MXW_DROP_BLOCK);
	assert_int_equal(event.action, XDP_DROP);
	assert_int_equal(event.length, 60);
	assert_int_equal(event.ifindex, LOOPBACK);
	assert_in_range(event.time_ns, now - MXW_SECOND / 10, mxw_clock_mono());
}

static void event_of_ipv6(void **state)
{
	struct mxw_event event;

	start(state, 10);
	run(*state, syn6, 1);
	assert_int_equal(program_events(*state, &event, 1), 1);
	check_address(event.saddr, BAD6);
	check_address(event.daddr, MX6);
	assert_int_equal(event.sport, 40002);
	assert_int_equal(event.dport, 25);
	assert_int_equal(event.length, 74);
}

static void event_of_fragment(void **state)
{
	struct mxw_event event;

	start(state, 10);
	run(*state, fragment6, 1);
	assert_int_equal(program_events(*state, &event, 1), 1);
	check_address(event.saddr, BAD6);
	assert_int_equal(event.sport, 0);
	assert_int_equal(event.dport, 0);
	assert_int_equal(event.reason, MXW_DROP_BLOCK);
}

static void event_of_malformed(void **state)
{
	struct mxw_event event;

	start(state, 10);
	run(*state, lldp, 1);
	/* A frame of an unknown ethertype is not judged; one cut in its tag is. */
	assert_int_equal(program_events(*state, &event, 1), 0);
	run(*state, (const struct layer[]){ ETH(.type = 0x8100), RAW(2), {} }, 1);
	assert_int_equal(program_events(*state, &event, 1), 1);
	check_address(event.saddr, "::");
	assert_int_equal(event.reason, MXW_PASS_MALFORMED);
	assert_int_equal(event.action, XDP_PASS);
	assert_int_equal(event.length, 16);
}

static void event_of_pass(void **state)
{
	struct mxw_event event;

	start(state, 10);
	run(*state, stranger, 1);
	assert_int_equal(program_events(*state, &event, 1), 1);
	check_address(event.saddr, "::ffff:" STRANGER4);
	assert_int_equal(event.reason, MXW_PASS_UNKNOWN);
	assert_int_equal(event.action, XDP_PASS);
}

static void no_event_of_ignored(void **state)
{
	struct mxw_event_budget budget;

	start(state, 10);
	run(*state, ack4, 20);
	program_budget(*state, &budget);
	assert_int_equal(program_events(*state, NULL, 0), 0);
	assert_int_equal(budget.used, 0);
	assert_int_equal(budget.suppressed, 0);
}

static void no_event_without_budget(void **state)
{
	struct mxw_event_budget budget;

	start(state, 0);
	run(*state, syn4, 20);
	program_budget(*state, &budget);
	assert_int_equal(program_events(*state, NULL, 0), 0);
	assert_int_equal(budget.suppressed, 0);
}

/* Runs a burst that lies in one window of the budget: again if the window turned. */
static size_t burst(struct program *program, int packets, struct mxw_event_budget *spent)
{
	struct mxw_event_budget before, after;
	size_t events;

	do {
		(void)program_events(program, NULL, 0);
		run(program, syn4, 1);
		program_budget(program, &before);
		run(program, syn4, packets - 1);
		program_budget(program, &after);
		events = program_events(program, NULL, 0);
		spent->suppressed = after.suppressed - before.suppressed;
		spent->used = after.used;
	} while (before.window != after.window || before.used != 1);
	return events;
}

static void budget_is_kept(void **state)
{
	struct mxw_event_budget spent;
	struct counters counters;

	start(state, 7);
	assert_int_equal(burst(*state, 100, &spent), 7);
	assert_int_equal(spent.used, 7);
	assert_int_equal(spent.suppressed, 93);
	program_counters(*state, &counters);
	assert_true(counters.of[MXW_DROP_BLOCK].packets >= 100);
}

static void full_ring_is_counted(void **state)
{
	struct mxw_event_budget spent;
	size_t events;

	start(state, 1000000);
	events = burst(*state, 200, &spent);
	assert_in_range(events, 40, SMALL_RING / sizeof(struct mxw_event));
	assert_int_equal(spent.suppressed, 200 - events);
}

static void hits_add_up(void **state)
{
	struct counters counters;

	start(state, 0);
	run(*state, syn4, 3);
	run(*state, syn6, 5);
	run(*state, fragment6, 2);
	run(*state, stranger, 4);
	run(*state, ack4, 9);
	assert_int_equal(program_hits(*state, &block4), 3);
	assert_int_equal(program_hits(*state, &block6), 7);
	program_counters(*state, &counters);
	assert_int_equal(counters.of[MXW_DROP_BLOCK].packets, 10);
	assert_int_equal(counters.of[MXW_DROP_BLOCK].bytes, 3 * 60 + 5 * 74 + 2 * 102);
	assert_int_equal(counters.of[MXW_PASS_UNKNOWN].packets, 4);
	assert_int_equal(counters.of[MXW_PASS_UNKNOWN].bytes, 4 * 54);
}

/* Nothing that a packet leaves: no counter, no hit, no event, no budget. */
static void assert_no_trace(struct program *program)
{
	struct counters counters;
	struct mxw_event_budget budget;

	program_counters(program, &counters);
	for (int reason = 0; reason < MXW_MAX_REASONS; reason++)
		assert_int_equal(counters.of[reason].packets + counters.of[reason].bytes, 0);
	program_budget(program, &budget);
	assert_int_equal(budget.used + budget.suppressed, 0);
	assert_int_equal(program_hits(program, &block4), 0);
	assert_int_equal(program_hits(program, &block6), 0);
	assert_int_equal(program_events(program, NULL, 0), 0);
}

static void probe(struct program *program, const struct layer *layers, struct want want)
{
	const struct mxw_probe question = { .magic = MXW_PROBE_MAGIC };
	struct answer answer;
	struct packet packet;

	packet_build(layers, &packet);
	program_probe(program, &packet, &question, &answer);
	assert_int_equal(answer.action, want.action);
	assert_int_equal(answer.probe.reason, want.reason);
	assert_int_equal(answer.probe.action, want.reason ? want.action : 0);
	assert_true(answer.probe.magic == MXW_PROBE_MAGIC);
	assert_no_trace(program);
}

static void probe_drop(void **state)
{
	start(state, 10);
	probe(*state, syn4, (struct want)DROP(MXW_DROP_BLOCK));
	probe(*state, syn6, (struct want)DROP(MXW_DROP_BLOCK));
	probe(*state, fragment6, (struct want)DROP(MXW_DROP_BLOCK));
}

static void probe_pass(void **state)
{
	start(state, 10);
	probe(*state, stranger, (struct want)PASS(MXW_PASS_UNKNOWN));
}

static void probe_monitor(void **state)
{
	start(state, 10);
	program_configure(*state, &(struct setup){ .mode = MXW_MODE_MONITOR, .event_budget = 10 });
	probe(*state, syn4, (struct want)PASS(MXW_WOULD_BLOCK));
}

static void probe_not_judged(void **state)
{
	start(state, 10);
	probe(*state, ack4, (struct want)PASS(MXW_REASON_NONE));
	probe(*state, lldp, (struct want)PASS(MXW_REASON_NONE));
}

/* One bit of the magic is wrong: metadata of somebody else. */
static void almost_a_probe(void **state)
{
	const struct mxw_probe other = { .magic = MXW_PROBE_MAGIC ^ 1, .reason = 77, .action = 78 };
	struct counters counters;
	struct answer answer;
	struct packet packet;

	start(state, 10);
	packet_build(syn4, &packet);
	program_probe(*state, &packet, &other, &answer);
	assert_int_equal(answer.action, XDP_DROP);
	assert_int_equal(answer.probe.reason, 77);
	assert_int_equal(answer.probe.action, 78);
	program_counters(*state, &counters);
	assert_int_equal(counters.of[MXW_DROP_BLOCK].packets, 1);
	assert_int_equal(counters.of[MXW_DROP_BLOCK].bytes, 60);
	assert_int_equal(program_hits(*state, &block4), 1);
	assert_int_equal(program_events(*state, NULL, 0), 1);
}

/* The magic inside the packet itself is content like any other. */
static void magic_in_the_packet(void **state)
{
	const uint64_t magic = MXW_PROBE_MAGIC;
	struct answer answer;
	struct packet packet;

	start(state, 0);
	packet_build(syn4, &packet);
	memcpy(packet.bytes, &magic, sizeof(magic));
	program_run(*state, &packet, &answer);
	assert_int_equal(answer.action, XDP_DROP);
	assert_int_equal(program_hits(*state, &block4), 1);
}

struct named {
	const char *name;
	CMUnitTestFunction function;
};

static const struct named table[] = {
	{ "event: addresses, ports, action, length of an IPv4 SYN", event_of_ipv4 },
	{ "event: addresses, ports, length of an IPv6 SYN", event_of_ipv6 },
	{ "event: a later fragment has no ports", event_of_fragment },
	{ "event: a malformed frame has no addresses", event_of_malformed },
	{ "event: passed packets have events too", event_of_pass },
	{ "event: none of packets that are not judged", no_event_of_ignored },
	{ "event: none without a budget", no_event_without_budget },
	{ "event: the budget is kept, the rest is counted", budget_is_kept },
	{ "event: a full ring is counted", full_ring_is_counted },
	{ "hits: counters and hits add up over packets", hits_add_up },
	{ "probe: drop, without a trace", probe_drop },
	{ "probe: pass, without a trace", probe_pass },
	{ "probe: monitor mode, without a trace", probe_monitor },
	{ "probe: a packet that is not judged has no answer", probe_not_judged },
	{ "probe: almost the magic is a packet like any other", almost_a_probe },
	{ "probe: the magic in the packet is no probe", magic_in_the_packet },
};

#define TESTS (sizeof(table) / sizeof(table[0]))

/* A test of the table with the program it shares. */
struct job {
	struct program *program;
	CMUnitTestFunction function;
};

static void run_job(void **state)
{
	const struct knobs knobs = { .ring_bytes = SMALL_RING };
	struct job *job = *state;
	void *program = job->program;

	if (!harness_may_run())
		skip();
	if (!job->program->skel)
		program_load(job->program, &knobs);
	job->function(&program);
}

/* The budget is per CPU, so one CPU must run all packets. */
static void stay_on_one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	(void)sched_setaffinity(0, sizeof(set),
				&set); /* if refused, the scheduler rarely moves us */
}

int main(void)
{
	struct CMUnitTest tests[TESTS];
	struct program program = { .skel = NULL };
	struct job jobs[TESTS];
	int failed;

	stay_on_one_cpu();
	for (size_t i = 0; i < TESTS; i++) {
		jobs[i] = (struct job){ .program = &program, .function = table[i].function };
		tests[i] = (struct CMUnitTest){ .name = table[i].name,
						.test_func = run_job,
						.initial_state = &jobs[i] };
	}
	failed = _cmocka_run_group_tests("bpf events", tests, TESTS, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
