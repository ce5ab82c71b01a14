// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the table rows to the program's maps, and what the program left in
 * them. Called by the test programs of this directory.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "base/addr.h"
#include "base/clock.h"
#include "bpf/key.h"
#include "tests/bpf/skeleton.h"
#include "tests/bpf/feeds.h"

uint64_t moment_ns(enum moment moment)
{
	if (moment == UNSET)
		return 0;
	if (moment == PAST)
		return 1;
	return mxw_clock_mono() + (moment == FUTURE ? 3600 * MXW_SECOND : 0);
}

static int exact_fd(const struct mxwall *skel, enum mxw_class class)
{
	struct bpf_map *const maps[MXW_CLASS_COUNT] = {
		[MXW_CLASS_NEVER] = skel->maps.mxw_never,
		[MXW_CLASS_ALLOW] = skel->maps.mxw_allow,
		[MXW_CLASS_BLOCK] = skel->maps.mxw_block,
		[MXW_CLASS_AUTO] = skel->maps.mxw_auto,
	};

	return bpf_map__fd(maps[class]);
}

static int net_fd(const struct mxwall *skel, enum mxw_class class)
{
	struct bpf_map *const maps[MXW_CLASS_COUNT] = {
		[MXW_CLASS_NEVER] = skel->maps.mxw_never_net,
		[MXW_CLASS_ALLOW] = skel->maps.mxw_allow_net,
		[MXW_CLASS_BLOCK] = skel->maps.mxw_block_net,
		[MXW_CLASS_AUTO] = skel->maps.mxw_auto_net,
	};

	return bpf_map__fd(maps[class]);
}

static void update(int fd, const void *key, const void *value)
{
	if (bpf_map_update_elem(fd, key, value, BPF_ANY))
		fail_msg("map update: %s", strerror(errno));
}

/* Where an entry lives: the map and the bytes of its key. */
struct place {
	int fd;
	uint32_t used; /* its MXW_USED_* bit */
	union {
		uint64_t exact;
		struct mxw_net_key net;
		struct mxw_host_key host;
	} key;
};

/* Whether the entry is an IPv6 host of the never-block set; its key then. */
static bool is_host(const struct entry *entry, struct mxw_host_key *key)
{
	uint8_t addr[16];

	if (entry->class != MXW_CLASS_NEVER || inet_pton(AF_INET6, entry->prefix, addr) != 1)
		return false;
	*key = (struct mxw_host_key){ 0 };
	for (int i = 0; i < 8; i++) {
		key->hi = key->hi << 8 | addr[i];
		key->lo = key->lo << 8 | addr[8 + i];
	}
	return mxw_addr_key(addr) == key->hi;
}

static struct mxw_prefix parse_prefix(const char *text)
{
	struct mxw_prefix prefix = { .len = MXW_KEY_BITS };
	struct mxw_err err;
	uint8_t addr[16];

	if (inet_pton(AF_INET6, text, addr) == 1) /* ::1 is an address, and no prefix */
		prefix.key = mxw_addr_key(addr);
	else if (mxw_prefix_parse(text, &prefix, NULL, &err))
		fail_msg("%s", err.text);
	return prefix;
}

/* Where userspace would put the entry: the map, the key, and the bit of `used` that goes with
 * it. */
static struct place place_of(const struct program *program, const struct entry *entry)
{
	struct place place = { .used = MXW_USED_NET(entry->class) };
	struct mxw_prefix prefix;

	if (is_host(entry, &place.key.host)) {
		place.used = MXW_USED_EXACT(MXW_CLASS_NEVER);
		place.fd = bpf_map__fd(program->skel->maps.mxw_never_host);
		return place;
	}
	prefix = parse_prefix(entry->prefix);
	if (prefix.len == MXW_KEY_BITS) {
		place.used = MXW_USED_EXACT(entry->class);
		place.fd = exact_fd(program->skel, entry->class);
		place.key.exact = prefix.key;
		return place;
	}
	place.fd = net_fd(program->skel, entry->class);
	place.key.net.prefix_len = prefix.len;
	for (int i = 0; i < 8; i++)
		place.key.net.key[i] = (uint8_t)(prefix.key >> (56 - 8 * i));
	return place;
}

/* The table that has the class's bits. */
static struct mxw_hint *hint_of(struct program *program, enum mxw_class class)
{
	return class == MXW_CLASS_AUTO ? program->hint_auto : program->hint;
}

/* The coarse table is only in front of the other: it has the bits too. */
static void mark(struct mxw_hint *hint, uint64_t source, uint8_t classes)
{
	uint32_t slot = mxw_hint_slot(source, MXW_HINT_BITS);

	hint->slots[slot] |= classes;
	hint->coarse[MXW_HINT_COARSE(slot)] |= classes;
}

void program_mark(struct mxw_hint *hint, const char *source, uint8_t classes)
{
	mark(hint, parse_prefix(source).key, classes);
}

/* A prefix is marked wherever it is. */
static void mark_net(struct program *program, const struct entry *entry)
{
	struct mxw_prefix prefix = parse_prefix(entry->prefix);
	uint64_t last = prefix.key | (prefix.len ? ~0ULL >> prefix.len : ~0ULL);
	bool ipv6 = last >> 32;

	for (uint32_t i = mxw_hint_net(prefix.key); i <= mxw_hint_net(last); i++)
		hint_of(program, entry->class)->nets[ipv6][i] |= (uint8_t)(1U << entry->class);
}

void program_add_entry(struct program *program, const struct entry *entry)
{
	struct place place = place_of(program, entry);
	struct mxw_entry value = {
		.expires_ns = moment_ns(entry->expires),
		.prefix_len = parse_prefix(entry->prefix).len,
		.mode = (uint8_t)entry->mode,
		.exempt = entry->exempt,
	};

	update(place.fd, &place.key, &value);
	program->used |= place.used;
	if (entry->unmarked)
		return;
	if (value.prefix_len < MXW_KEY_BITS)
		mark_net(program, entry);
	else
		program_mark(hint_of(program, entry->class), entry->prefix,
			     (uint8_t)(1U << entry->class));
}

uint64_t program_hits(struct program *program, const struct entry *entry)
{
	struct place place = place_of(program, entry);
	struct mxw_entry value;

	if (bpf_map_lookup_elem(place.fd, &place.key, &value))
		fail_msg("entry %s: %s", entry->prefix, strerror(errno));
	return value.hits;
}

void program_add_dest(struct program *program, const char *dest)
{
	struct mxw_dest_key key = { .prefix_len = 128 };
	const char *slash = strchr(dest, '/');
	char text[64] = "";
	uint32_t one = 1;
	bool ipv4;

	strncat(text, dest, slash ? (size_t)(slash - dest) : sizeof(text) - 1);
	ipv4 = inet_pton(AF_INET, text, key.addr + 12) == 1;
	if (ipv4)
		memset(key.addr + 10, 0xff, 2);
	else
		assert_int_equal(inet_pton(AF_INET6, text, key.addr), 1);
	if (slash)
		key.prefix_len = (uint32_t)strtoul(slash + 1, NULL, 10) + (ipv4 ? 96 : 0);
	update(bpf_map__fd(program->skel->maps.mxw_dest), &key, &one);
}

static struct mxw_dest_key dest_key(const struct target *target)
{
	struct mxw_dest_key key = { .prefix_len = 128 };

	memcpy(key.addr, target->dest, sizeof(key.addr));
	return key;
}

void program_aim(struct program *program, const struct target *target)
{
	int block = exact_fd(program->skel, MXW_CLASS_BLOCK);
	int dest = bpf_map__fd(program->skel->maps.mxw_dest);
	const struct mxw_entry value = { .prefix_len = MXW_KEY_BITS };
	struct mxw_dest_key key = dest_key(&program->aim);
	const uint32_t one = 1;

	/* Neither is there at the first call. */
	(void)bpf_map_delete_elem(block, &program->aim.source);
	(void)bpf_map_delete_elem(dest, &key);
	program->hint->slots[mxw_hint_slot(program->aim.source, MXW_HINT_BITS)] = 0;
	program->aim = *target;
	key = dest_key(target);
	mark(program->hint, target->source, 1U << MXW_CLASS_BLOCK);
	update(block, &target->source, &value);
	update(dest, &key, &one);
}

void program_configure(struct program *program, const struct setup *setup)
{
	struct mxw_config config = {
		.abi_version = MXW_ABI_VERSION,
		.mode = setup->mode ? setup->mode : MXW_MODE_ENFORCE,
		.used = setup->used_clear ? 0 : program->used,
		.event_budget = setup->event_budget,
		.deadman_ns = setup->deadman_ns,
	};
	uint64_t beat = moment_ns(setup->heartbeat);
	uint32_t zero = 0;

	if (setup->nat64)
		assert_int_equal(mxw_nat64_parse(setup->nat64, &config.nat64, NULL), 0);
	if (setup->hint != HINT_IGNORED && !setup->used_clear)
		config.used |= MXW_USED_HINT;
	for (int i = 0; i < MXW_MAX_IFACES; i++)
		config.confirm_until[i] = moment_ns(setup->confirm_until[i]);
	update(bpf_map__fd(program->skel->maps.mxw_config), &zero, &config);
	update(bpf_map__fd(program->skel->maps.mxw_heartbeat), &zero, &beat);
}

static void empty_map(int fd)
{
	uint8_t key[sizeof(struct mxw_dest_key)]; /* the largest key */

	while (bpf_map_get_next_key(fd, NULL, key) == 0)
		if (bpf_map_delete_elem(fd, key))
			fail_msg("map delete: %s", strerror(errno));
}

/* Zeroes the first count elements of a per-CPU array. */
static void zero_percpu(struct bpf_map *map, uint32_t count)
{
	size_t bytes = ((bpf_map__value_size(map) + 7U) & ~7U) * (size_t)libbpf_num_possible_cpus();
	void *zeros = calloc(1, bytes);

	assert_non_null(zeros);
	for (uint32_t i = 0; i < count; i++)
		update(bpf_map__fd(map), &i, zeros);
	free(zeros);
}

void program_reset(struct program *program)
{
	struct mxw_event ignored;

	for (int class = 0; class < MXW_CLASS_COUNT; class ++) {
		empty_map(exact_fd(program->skel, (enum mxw_class) class));
		empty_map(net_fd(program->skel, (enum mxw_class) class));
	}
	empty_map(bpf_map__fd(program->skel->maps.mxw_never_host));
	empty_map(bpf_map__fd(program->skel->maps.mxw_dest));
	memset(program->hint, 0, sizeof(*program->hint));
	memset(program->hint_auto, 0, sizeof(*program->hint_auto));
	zero_percpu(program->skel->maps.mxw_counters, MXW_MAX_REASONS);
	zero_percpu(program->skel->maps.mxw_budget, 1);
	zero_percpu(program->skel->maps.mxw_feed_counters, MXW_FEED_CLASSES);
	(void)program_events(program, &ignored, 0);
	feed_none(program);
	program->used = 0;
	program_configure(program, &(struct setup){ .mode = MXW_MODE_MONITOR });
}

void program_counters(struct program *program, struct counters *counters)
{
	size_t cpus = (size_t)libbpf_num_possible_cpus();
	struct mxw_counter *values = calloc(cpus, sizeof(*values));

	assert_non_null(values);
	memset(counters, 0, sizeof(*counters));
	for (uint32_t reason = 0; reason < MXW_MAX_REASONS; reason++) {
		if (bpf_map_lookup_elem(bpf_map__fd(program->skel->maps.mxw_counters), &reason,
					values))
			fail_msg("mxw_counters: %s", strerror(errno));
		for (size_t cpu = 0; cpu < cpus; cpu++) {
			counters->of[reason].packets += values[cpu].packets;
			counters->of[reason].bytes += values[cpu].bytes;
		}
	}
	free(values);
}

void program_budget(struct program *program, struct mxw_event_budget *budget)
{
	size_t cpus = (size_t)libbpf_num_possible_cpus();
	struct mxw_event_budget *values = calloc(cpus, sizeof(*values));
	uint32_t zero = 0;

	assert_non_null(values);
	memset(budget, 0, sizeof(*budget));
	if (bpf_map_lookup_elem(bpf_map__fd(program->skel->maps.mxw_budget), &zero, values))
		fail_msg("mxw_budget: %s", strerror(errno));
	for (size_t cpu = 0; cpu < cpus; cpu++) {
		if (values[cpu].window > budget->window)
			budget->window = values[cpu].window;
		budget->used += values[cpu].used;
		budget->suppressed += values[cpu].suppressed;
	}
	free(values);
}

struct sink {
	struct mxw_event *events;
	size_t max, count;
};

static int take_event(void *context, void *data, size_t size)
{
	struct sink *sink = context;

	assert_int_equal(size, sizeof(struct mxw_event));
	if (sink->count < sink->max)
		memcpy(&sink->events[sink->count], data, size);
	sink->count++;
	return 0;
}

size_t program_events(struct program *program, struct mxw_event *events, size_t max)
{
	struct sink sink = { .events = events, .max = max };
	struct ring_buffer *ring = ring_buffer__new(bpf_map__fd(program->skel->maps.mxw_events),
						    take_event, &sink, NULL);

	assert_non_null(ring);
	(void)ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return sink.count;
}
