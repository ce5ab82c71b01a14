// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hint table must never change a verdict: random entries of all classes,
 * put and removed by the library, then the same random sources asked with the
 * table and without it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <cmocka.h>

#include "bpf/key.h"
#include "datapath/hints.h"
#include "datapath/probe.h"
#include "datapath/switches.h"
#include "tests/bpf/random.h"
#include "tests/bpf/skeleton.h"
#include "tests/bpf/harness.h"

#define SOURCES 100000
#define EXACT 1500 /* exact entries of a class */
#define NETS 20 /* prefixes of a class */
#define ENTRIES (EXACT + NETS)
#define RARE 200 /* each verdict must come up so often at least */

/* What is done to the entries once they are put. */
struct trial {
	struct program *program; /* loaded by the first trial, for all of them */
	const char *name;
	bool remove; /* half of them */
	bool rebuild; /* the table, after that */
	uint64_t seed;
};

/* How often each verdict came up, and how the unknown sources were told apart. */
struct variety {
	unsigned int reasons[MXW_MAX_REASONS];
	unsigned int empty, taken; /* unknown ones whose slot has no bit, or has one */
};

static void must(int error, const struct mxw_err *err)
{
	if (error)
		fail_msg("%d: %s", error, err->text);
}

/* Mostly from two small pools, so that classes overlap and sources meet entries. */
static uint64_t random_key(struct random *random)
{
	uint64_t bits = random_next(random);

	switch (random_below(random, 8)) {
	case 0:
		return bits & 0xffffffff; /* any IPv4 */
	case 1:
		return 0x2400ULL << 48 | bits >> 8; /* 2400::/8 */
	case 2:
	case 3:
	case 4:
		return 0xc6120000 | (bits & 0xfff); /* 198.18.0.0/20 */
	default:
		return 0x20010db8ULL << 32 | (bits & 0xfff); /* 2001:db8::/52 */
	}
}

static struct mxw_kernel_entry random_entry(struct random *random, bool net)
{
	uint8_t len = (uint8_t)(net ? 57 + random_below(random, 7) : MXW_KEY_BITS);
	uint64_t mask = ~0ULL << (MXW_KEY_BITS - len);

	return (struct mxw_kernel_entry){
		.prefix = { .key = random_key(random) & mask, .len = len },
		.expires_ns = random_below(random, 5) == 0, /* long ago */
		.mode = random_below(random, 3) ? MXW_ENTRY_ENFORCE : MXW_ENTRY_SHADOW,
	};
}

/* The program's maps as the library takes them. They stay the program's. */
static struct mxw_maps maps_of(const struct program *program)
{
	struct mxw_maps maps;

	for (int i = 0; i < MXW_MAP_COUNT; i++)
		maps.fd[i] = bpf_object__find_map_fd_by_name(program->skel->obj,
							     mxw_map_name((enum mxw_map)i));
	return maps;
}

static void fill_class(const struct mxw_maps *maps, enum mxw_class class, struct random *random,
		       bool remove)
{
	struct mxw_kernel_entry *entries = calloc(ENTRIES, sizeof(*entries));
	struct mxw_prefix *removed = calloc(ENTRIES, sizeof(*removed));
	struct mxw_err err = { 0 };

	assert_true(entries && removed);
	for (size_t i = 0; i < ENTRIES; i++) {
		entries[i] = random_entry(random, i >= EXACT);
		removed[i] = entries[i].prefix;
	}
	must(mxw_entries_put(maps, class, entries, ENTRIES, NULL, &err), &err);
	if (remove)
		must(mxw_entries_delete(maps, class, removed, EXACT / 2, &err), &err);
	free(entries);
	free(removed);
}

static void fill(const struct trial *trial, struct random *random)
{
	const struct mxw_config config = { .abi_version = MXW_ABI_VERSION,
					   .mode = MXW_MODE_ENFORCE };
	struct mxw_maps maps = maps_of(trial->program);
	struct mxw_err err = { 0 };

	program_reset(trial->program);
	must(mxw_switches_write(&maps, &config, &err), &err);
	for (int c = 0; c < MXW_CLASS_COUNT; c++)
		fill_class(&maps, (enum mxw_class)c, random, trial->remove);
	if (trial->rebuild)
		must(mxw_hints_rebuild(&maps, &err), &err);
}

/* Has the program rely on the table, or not. */
static void rely(const struct trial *trial, bool hint)
{
	struct mxw_maps maps = maps_of(trial->program);
	struct mxw_config config;
	struct mxw_err err = { 0 };

	must(mxw_switches_read(&maps, &config, &err), &err);
	config.used = (config.used & ~MXW_USED_HINT) | (hint ? MXW_USED_HINT : 0);
	must(mxw_switches_write(&maps, &config, &err), &err);
}

/* An address of key, the same at every call. */
static void address_of(uint64_t key, uint8_t out[16])
{
	memset(out, 0, 16);
	if (key >> 32 == 0)
		memset(out + 10, 0xff, 2);
	for (int i = 0; i < 8; i++)
		out[(key >> 32 ? 0 : 8) + i] |= (uint8_t)(key >> (56 - 8 * i));
	if (key >> 32)
		out[15] = 1;
}

/* The program's reasons for SOURCES sources. random: a copy, so that each call asks the same. */
static void ask(const struct trial *trial, struct random random, uint8_t reasons[SOURCES])
{
	int fd = bpf_program__fd(trial->program->skel->progs.mxwall);
	struct mxw_probe_answer answer;
	struct mxw_err err = { 0 };
	uint8_t address[16];

	for (size_t i = 0; i < SOURCES; i++) {
		address_of(random_key(&random), address);
		must(mxw_probe_run(fd, address, address, 25, &answer, &err), &err);
		reasons[i] = (uint8_t)answer.reason;
	}
}

static void compare(const struct trial *trial, struct random random, const uint8_t *without,
		    const uint8_t *with, struct variety *variety)
{
	for (size_t i = 0; i < SOURCES; i++) {
		uint64_t key = random_key(&random);
		uint32_t slot = mxw_hint_slot(key, MXW_HINT_BITS);
		uint8_t bits = trial->program->hint->slots[slot] |
			       trial->program->hint_auto->slots[slot];

		if (with[i] != without[i])
			fail_msg("source %016llx, bits %#x: reason %u with the hint table, %u "
				 "without it",
				 (unsigned long long)key, bits, with[i], without[i]);
		variety->reasons[with[i]]++;
		variety->empty += with[i] == MXW_PASS_UNKNOWN && !bits;
		variety->taken += with[i] == MXW_PASS_UNKNOWN && bits;
	}
}

/* The comparison is worth something only if the sources meet all there is to meet. */
static void check_variety(const struct variety *variety)
{
	static const uint8_t reasons[] = { MXW_PASS_NEVER,  MXW_PASS_ALLOW, MXW_DROP_BLOCK,
					   MXW_WOULD_BLOCK, MXW_DROP_AUTO,  MXW_WOULD_AUTO,
					   MXW_PASS_UNKNOWN };

	for (size_t i = 0; i < sizeof(reasons); i++)
		if (variety->reasons[reasons[i]] < RARE)
			fail_msg("reason %u came up %u times only", reasons[i],
				 variety->reasons[reasons[i]]);
	assert_true(variety->empty >= RARE);
	assert_true(variety->taken >= RARE);
}

static void with_and_without(void **state)
{
	const struct trial *trial = *state;
	struct random random = { .state = trial->seed };
	struct variety variety = { .empty = 0 };
	uint8_t *reasons;

	if (!harness_may_run())
		skip();
	reasons = calloc(2, SOURCES);
	assert_non_null(reasons);
	if (!trial->program->skel)
		program_load(trial->program, &(struct knobs){ .slot = 0 });
	fill(trial, &random);
	rely(trial, false);
	ask(trial, random, reasons);
	rely(trial, true);
	ask(trial, random, reasons + SOURCES);
	compare(trial, random, reasons, reasons + SOURCES, &variety);
	check_variety(&variety);
	free(reasons);
}

int main(void)
{
	struct program program = { .skel = NULL };
	struct trial trials[] = {
		{ &program, "hint: no verdict changed, entries put", false, false, 1 },
		{ &program, "hint: no verdict changed, half removed", true, false, 2 },
		{ &program, "hint: no verdict changed, half removed, rebuilt", true, true, 3 },
		{ &program, "hint: no verdict changed, rebuilt at once", false, true, 4 },
	};
	enum { COUNT = sizeof(trials) / sizeof(trials[0]) };
	struct CMUnitTest tests[COUNT];
	int failed;

	for (size_t i = 0; i < COUNT; i++)
		tests[i] = (struct CMUnitTest){ .name = trials[i].name,
						.test_func = with_and_without,
						.initial_state = &trials[i] };
	failed = _cmocka_run_group_tests("bpf hint random", tests, COUNT, NULL, NULL);
	if (program.skel)
		program_unload(&program);
	return failed;
}
