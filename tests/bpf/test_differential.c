// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three parsers, the same packets, one answer: the reference parser, bpf/parse.h
 * in this process under the sanitizers, and the loaded program.
 *
 * The program's answer comes back through the probe. Without entries its reason
 * says what kind of packet it saw; with the reference's source as the only
 * block and the reference's destination as the only protected one, a drop says
 * that it saw both addresses the same way, to the bit.
 *
 * MXW_DIFF_SEED and MXW_DIFF_PACKETS in the environment choose other packets
 * or another number of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "base/num.h"
#include "tests/bpf/finding.h"
#include "tests/bpf/harness.h"
#include "tests/bpf/random.h"

#define DEFAULT_SEED 20240607
#define DEFAULT_PACKETS 1200000
#define SHORTEST_RUN 14 /* BPF_PROG_TEST_RUN refuses shorter frames */
#define RARE_PERCENT 1 /* each kind must make up at least so much */

static const uint16_t protected_ports[FINDING_PORTS] = { 25, 465, 0, 0, 587 };

static const char *const kind_names[FOUND_KINDS] = {
	[FOUND_NOTHING] = "nothing",	       [FOUND_SYN] = "SYN",
	[FOUND_SYN_FRAGMENT] = "SYN fragment", [FOUND_FRAGMENT] = "later fragment",
	[FOUND_UNDETERMINED] = "undetermined", [FOUND_MALFORMED] = "malformed",
};

/* The loaded programs: one shows kinds, one tells first fragments from later ones, since it
 * drops what may be a SYN in fragments, and one shows addresses. */
struct loaded {
	struct program kinds, fragments, addresses;
};

static uint64_t setting(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	uint64_t value = fallback;

	if (text && !mxw_number_parse(text, 0, UINT64_MAX, &value))
		fail_msg("%s=\"%s\" is not a number", name, text);
	return value;
}

static void print_finding(const char *who, const struct finding *finding)
{
	print_error("%s: %s, source %016llx, ports %u > %u\n", who, kind_names[finding->kind],
		    (unsigned long long)finding->source, finding->from_port, finding->to_port);
}

static void report(const struct sample *sample, uint64_t number)
{
	print_error("packet %llu, %s:\n", (unsigned long long)number, sample->change);
	packet_print(stderr, sample->layers, &sample->packet);
}

static void compare_own(const struct sample *sample, const struct finding *want, uint64_t number)
{
	struct finding got;

	own_parse(sample->packet.bytes, sample->packet.length, protected_ports, &got);
	if (memcmp(&got, want, sizeof(got)) == 0)
		return;
	report(sample, number);
	print_finding("reference parser", want);
	print_finding("parse.h in process", &got);
	fail_msg("packet %llu: the parsers differ", (unsigned long long)number);
}

/* What the program without entries says about each kind; with the switch, where that differs. */
static struct mxw_probe probe_of(const struct finding *finding, bool unwanted)
{
	static const struct mxw_probe dropped = { .reason = MXW_DROP_FRAGMENT, .action = XDP_DROP };
	static const struct mxw_probe probes[FOUND_KINDS] = {
		[FOUND_NOTHING] = { .reason = MXW_REASON_NONE },
		[FOUND_SYN] = { .reason = MXW_PASS_UNKNOWN, .action = XDP_PASS },
		[FOUND_SYN_FRAGMENT] = { .reason = MXW_PASS_FRAGMENT, .action = XDP_PASS },
		[FOUND_FRAGMENT] = { .reason = MXW_PASS_FRAGMENT, .action = XDP_PASS },
		[FOUND_UNDETERMINED] = { .reason = MXW_PASS_UNDETERMINED, .action = XDP_PASS },
		[FOUND_MALFORMED] = { .reason = MXW_PASS_MALFORMED, .action = XDP_PASS },
	};

	if (unwanted &&
	    (finding->kind == FOUND_SYN_FRAGMENT || finding->kind == FOUND_UNDETERMINED))
		return dropped;
	return probes[finding->kind];
}

static void compare_program(struct program *program, const struct sample *sample,
			    const struct mxw_probe *want, uint64_t number)
{
	const struct mxw_probe question = { .magic = MXW_PROBE_MAGIC };
	uint32_t action = want->reason ? want->action : XDP_PASS;
	struct answer answer;

	program_probe(program, &sample->packet, &question, &answer);
	if (answer.probe.reason == want->reason && answer.probe.action == want->action &&
	    answer.action == action)
		return;
	report(sample, number);
	fail_msg("packet %llu: the program gave reason %u, action %u; want reason %u, action %u",
		 (unsigned long long)number, answer.probe.reason, answer.action, want->reason,
		 action);
}

static void compare_addresses(struct program *program, const struct sample *sample,
			      const struct finding *finding, uint64_t number)
{
	const struct mxw_probe want = { .reason = MXW_DROP_BLOCK, .action = XDP_DROP };
	struct target target = { .source = finding->source };

	memcpy(target.dest, finding->to, sizeof(target.dest));
	program_aim(program, &target);
	compare_program(program, sample, &want, number);
}

static void compare_loaded(struct loaded *loaded, const struct sample *sample,
			   const struct finding *finding, uint64_t number)
{
	struct mxw_probe want = probe_of(finding, false), unwanted = probe_of(finding, true);

	compare_program(&loaded->kinds, sample, &want, number);
	if (want.reason == MXW_PASS_FRAGMENT || want.reason == MXW_PASS_UNDETERMINED)
		compare_program(&loaded->fragments, sample, &unwanted, number);
	if (finding->kind != FOUND_NOTHING && finding->kind != FOUND_MALFORMED)
		compare_addresses(&loaded->addresses, sample, finding, number);
}

/* The random packets are worth something only if they reach every branch. */
static void check_variety(const uint64_t counts[FOUND_KINDS], uint64_t packets)
{
	for (int kind = 0; kind < FOUND_KINDS; kind++)
		print_message("%10llu %s\n", (unsigned long long)counts[kind], kind_names[kind]);
	for (int kind = 0; kind < FOUND_KINDS && packets > 10000; kind++)
		if (counts[kind] * 100 < packets * RARE_PERCENT)
			fail_msg("too few packets of kind %s", kind_names[kind]);
}

/* loaded: NULL for the parsers in this process alone. */
static void compare_all(struct loaded *loaded)
{
	uint64_t seed = setting("MXW_DIFF_SEED", DEFAULT_SEED);
	uint64_t packets = setting("MXW_DIFF_PACKETS", DEFAULT_PACKETS);
	uint64_t counts[FOUND_KINDS] = { 0 };
	struct random random = { .state = seed };
	struct finding finding;
	struct sample sample;

	print_message("seed %llu, %llu packets\n", (unsigned long long)seed,
		      (unsigned long long)packets);
	for (uint64_t number = 0; number < packets; number++) {
		do
			random_sample(&random, &sample);
		while (loaded && sample.packet.length < SHORTEST_RUN);
		reference_parse(sample.packet.bytes, sample.packet.length, protected_ports,
				&finding);
		compare_own(&sample, &finding, number);
		if (loaded)
			compare_loaded(loaded, &sample, &finding, number);
		counts[finding.kind]++;
	}
	check_variety(counts, packets);
}

static void in_process(void **state)
{
	(void)state;
	compare_all(NULL);
}

static void load(struct loaded *loaded)
{
	struct knobs knobs = { .slot = 0 };

	memcpy(knobs.ports, protected_ports, sizeof(knobs.ports));
	program_load(&loaded->kinds, &knobs);
	program_configure(&loaded->kinds, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	knobs.drop_fragmented = 1;
	program_load(&loaded->fragments, &knobs);
	program_configure(&loaded->fragments, &(struct setup){ .mode = MXW_MODE_ENFORCE });
	knobs.check_dest = 1;
	program_load(&loaded->addresses, &knobs);
	loaded->addresses.used = MXW_USED_EXACT(MXW_CLASS_BLOCK);
	program_configure(&loaded->addresses, &(struct setup){ .mode = MXW_MODE_ENFORCE });
}

static void three_ways(void **state)
{
	struct loaded *loaded = *state;

	if (!harness_may_run())
		skip();
	load(loaded);
	compare_all(loaded);
}

int main(void)
{
	struct loaded loaded = { 0 };
	const struct CMUnitTest tests[] = {
		{ .name = "differential: reference parser and parse.h in process",
		  .test_func = in_process },
		{ .name = "differential: reference parser, parse.h and the loaded program",
		  .test_func = three_ways,
		  .initial_state = &loaded },
	};
	int failed = _cmocka_run_group_tests("bpf differential", tests, 2, NULL, NULL);

	if (loaded.kinds.skel)
		program_unload(&loaded.kinds);
	if (loaded.fragments.skel)
		program_unload(&loaded.fragments);
	if (loaded.addresses.skel)
		program_unload(&loaded.addresses);
	return failed;
}
