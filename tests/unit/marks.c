// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hint table and the entries that it stands for. Called by the tests of hints.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf/key.h"
#include "datapath/hook.h"
#include "datapath/probe.h"
#include "datapath/switches.h"
#include "tests/unit/marks.h"

#define IFINDEX 1 /* under which attached_pin() pins the program */

struct mxw_maps marks_begin(void)
{
	attached_reset();
	attached_pin(MARKS_CAPACITY);
	return attached_open();
}

void marks_end(struct mxw_maps *maps)
{
	mxw_maps_close(maps);
	attached_reset();
}

/* One of the two tables into table, which may have marks of those classes alone. */
static void add_table(const struct mxw_maps *maps, enum mxw_map which, uint8_t classes,
		      struct mxw_hint *table)
{
	struct mxw_hint *part = malloc(sizeof(*part));
	uint8_t *to = (uint8_t *)table, *from = (uint8_t *)part;
	const uint32_t zero = 0;

	assert_non_null(part);
	assert_int_equal(bpf_map_lookup_elem(maps->fd[which], &zero, part), 0);
	for (size_t i = 0; i < sizeof(*part); i++) {
		assert_int_equal(from[i] & ~classes, 0);
		to[i] |= from[i];
	}
	free(part);
}

struct mxw_hint *marks_read(const struct mxw_maps *maps)
{
	struct mxw_hint *table = calloc(1, sizeof(*table));
	const uint8_t automatic = 1U << MXW_CLASS_AUTO;

	assert_non_null(table);
	add_table(maps, MXW_MAP_HINT, automatic - 1, table);
	add_table(maps, MXW_MAP_HINT_AUTO, automatic, table);
	return table;
}

void marks_wipe(const struct mxw_maps *maps)
{
	struct mxw_hint *table = calloc(1, sizeof(*table));
	const uint32_t zero = 0;

	assert_non_null(table);
	assert_int_equal(bpf_map_update_elem(maps->fd[MXW_MAP_HINT], &zero, table, BPF_ANY), 0);
	assert_int_equal(bpf_map_update_elem(maps->fd[MXW_MAP_HINT_AUTO], &zero, table, BPF_ANY),
			 0);
	free(table);
}

/* Whether prefix and the place in nets have an address in common, found by trying all of the
 * place's corners: a prefix shorter than eight bits covers whole places, and else lies in one. */
static bool meets(const struct mxw_net_key *net, bool ipv6, uint32_t place)
{
	uint64_t key = 0, first = ipv6 ? (uint64_t)place << 56 : (uint64_t)place << 24;
	uint64_t last = first | (ipv6 ? ~0ULL >> 8 : 0xffffff), mask;

	if (ipv6 && !place)
		first = 1ULL << 32; /* below are the keys of IPv4 */
	for (int i = 0; i < 8; i++)
		key = key << 8 | net->key[i];
	mask = net->prefix_len ? ~0ULL << (64 - net->prefix_len) : 0;
	return (first & mask) == key || (last & mask) == key || (key >= first && key <= last);
}

static size_t want_nets(const struct mxw_maps *maps, enum mxw_class class, struct mxw_hint *table)
{
	int fd = mxw_maps_class(maps, class, true);
	struct mxw_net_key net, *previous = NULL;
	size_t count = 0;

	while (bpf_map_get_next_key(fd, previous, &net) == 0) {
		for (uint32_t place = 0; place < 512; place++)
			if (meets(&net, place > 255, place & 255))
				table->nets[place > 255][place & 255] |= (uint8_t)(1U << class);
		previous = &net;
		count++;
	}
	return count;
}

/* Sets the bits of one class as they ought to be. Returns the number of entries. */
static size_t want_class(const struct mxw_maps *maps, enum mxw_class class, struct mxw_hint *table)
{
	int fd = mxw_maps_class(maps, class, false);
	uint64_t key, *previous = NULL;
	size_t count = 0;

	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		uint32_t slot = mxw_hint_slot(key, MXW_HINT_BITS);

		table->slots[slot] |= (uint8_t)(1U << class);
		table->coarse[MXW_HINT_COARSE(slot)] |= (uint8_t)(1U << class);
		previous = &key;
		count++;
	}
	return count;
}

/* Compares the hint table with one that is made from the entries, bit by bit: a missing bit
 * hides an entry, one too many costs a lookup. */
struct tally marks_tally(const struct mxw_maps *maps)
{
	struct mxw_hint *table = marks_read(maps), *wanted = calloc(1, sizeof(*wanted));
	struct tally tally = { 0 };

	assert_non_null(wanted);
	for (int c = 0; c < MXW_CLASS_COUNT; c++)
		tally.entries += want_class(maps, (enum mxw_class)c, wanted) +
				 want_nets(maps, (enum mxw_class)c, wanted);
	for (size_t i = 0; i < sizeof(table->nets); i++) {
		uint8_t want = wanted->nets[i / 256][i % 256], have = table->nets[i / 256][i % 256];

		tally.missing += (size_t)__builtin_popcount(want & ~have);
		tally.extra += (size_t)__builtin_popcount(have & ~want);
	}
	for (size_t i = 0; i < sizeof(table->slots); i++) {
		tally.missing += (size_t)__builtin_popcount(wanted->slots[i] & ~table->slots[i]);
		tally.extra += (size_t)__builtin_popcount(table->slots[i] & ~wanted->slots[i]);
	}
	for (size_t i = 0; i < sizeof(table->coarse); i++) {
		tally.missing += (size_t)__builtin_popcount(wanted->coarse[i] & ~table->coarse[i]);
		tally.extra += (size_t)__builtin_popcount(table->coarse[i] & ~wanted->coarse[i]);
	}
	free(table);
	free(wanted);
	return tally;
}

void marks_expect(const char *row, const struct mxw_maps *maps)
{
	expect_number(row, "entries without a bit", marks_tally(maps).missing, 0);
}

void marks_expect_exactly(const char *row, const struct mxw_maps *maps)
{
	marks_expect(row, maps);
	expect_number(row, "bits without an entry", marks_tally(maps).extra, 0);
}

bool marks_relied_on(const struct mxw_maps *maps)
{
	struct mxw_config config;
	struct mxw_err err = { 0 };

	must(mxw_switches_read(maps, &config, &err), &err);
	return config.used & MXW_USED_HINT;
}

int marks_program(void)
{
	struct mxw_err err = { 0 };
	int program = mxw_hook_open_program(IFINDEX, &err);

	must(program < 0 ? program : 0, &err);
	return program;
}

int marks_ask(int program, const char *source)
{
	uint8_t address[16] = { [10] = 0xff, [11] = 0xff };
	struct mxw_probe_answer answer = { 0 };

	if (inet_pton(AF_INET, source, address + 12) != 1 &&
	    inet_pton(AF_INET6, source, address) != 1)
		return -1;
	return mxw_probe_run(program, address, address, 25, &answer, NULL) ? -1 : answer.drop;
}
