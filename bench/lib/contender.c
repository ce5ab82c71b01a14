// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads, fills and reads the contenders. Called by pktcost.
 *
 * A program array takes programs of one kind only, and xdp-filter's do not
 * declare fragment support, ours does. So all are loaded with the flag; it says
 * which packets a driver may hand over and changes no instruction.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "datapath/feed_table.h"
#include "datapath/hints.h"
#include "lists/rank.h"
#include "bench/lib/contender.h"
#include "bpf/abi.h"

/* Generated code, not written to our warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "mxwall.skel.h"
#pragma GCC diagnostic pop

#define BATCH 4096U /* entries per system call */
#define FEED_CLASS MXW_FEED_CLASS(1, 0)
#define XDPFILTER_SOURCE 1U /* its MAP_FLAG_SRC: the address is meant as a source */
#define XDPFILTER_GLOB "/usr/lib{,64,/*-linux-*}/bpf/%s.o"

/* The path of an xdp-filter object, or false. */
static bool find_xdpfilter(const char *program, char *path, size_t size)
{
	char pattern[256];
	glob_t found = {};
	bool ok;

	(void)snprintf(pattern, sizeof(pattern), XDPFILTER_GLOB, program);
	ok = glob(pattern, GLOB_BRACE, NULL, &found) == 0 && found.gl_pathc > 0;
	if (ok)
		(void)snprintf(path, size, "%s", found.gl_pathv[0]);
	globfree(&found);
	return ok;
}

bool bench_contender_present(const struct bench_contender *contender)
{
	char path[512];

	return contender->counts != BENCH_COUNTS_XDPFILTER ||
	       find_xdpfilter(contender->program, path, sizeof(path));
}

/* Opens the program to be measured: another filter's, one of ours with a part left out, or the
 * one that is attached. */
static struct bpf_object *open_object(const struct bench_contender *contender, const char *dir,
				      struct mxw_err *err)
{
	struct bpf_object *object;
	char path[4096] = "";
	const void *elf;
	size_t size;

	if (contender->counts == BENCH_COUNTS_XDPFILTER) {
		(void)find_xdpfilter(contender->program, path, sizeof(path)); /* "" is refused */
		object = bpf_object__open_file(path, NULL);
	} else if (contender->program) {
		(void)snprintf(path, sizeof(path), "%s/pktcost_stages.bpf.o", dir);
		object = bpf_object__open_file(path, NULL);
	} else {
		elf = mxwall__elf_bytes(&size);
		object = bpf_object__open_mem(elf, size, NULL);
	}
	if (!object)
		(void)mxw_fail(err, MXW_E_FAIL, "cannot read the object of %s (%s): %s",
			       contender->name, path, strerror(errno));
	return object;
}

/* Sizes and flags before loading. xdp-filter asks for pins by name, which would
 * join the maps of one that is running. */
static void prepare(struct bpf_object *object, const struct bench_contender *contender)
{
	struct bpf_map *map, *block = bpf_object__find_map_by_name(object, "mxw_block");
	const char *name = contender->program ? contender->program : "mxwall";
	struct bpf_program *program;

	bpf_object__for_each_map(map, object)(void)
		bpf_map__set_pin_path(map, NULL); /* fails for no memory only: no pin */
	bpf_object__for_each_program(program, object)
	{
		bool wanted = !strcmp(bpf_program__name(program), name);

		(void)bpf_program__set_autoload(program, wanted); /* fails if loaded only */
		(void)bpf_program__set_flags(program, BPF_F_XDP_HAS_FRAGS);
	}
	if (block && contender->preallocated)
		(void)bpf_map__set_map_flags(block, 0);
	if (block && contender->capacity)
		(void)bpf_map__set_max_entries(block, contender->capacity);
}

static int map_fd(const struct bench_loaded *loaded, const char *name)
{
	return bpf_object__find_map_fd_by_name(loaded->object, name);
}

/* Writes count exact keys of a kind into a class map. */
static int fill_exact(int fd, enum bench_address_kind kind, uint32_t count)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	struct mxw_entry *values = calloc(BATCH, sizeof(*values));
	__u64 *keys = calloc(BATCH, sizeof(*keys));
	int error = values && keys ? 0 : -ENOMEM;

	for (uint32_t done = 0, n; !error && done < count; done += n) {
		n = count - done < BATCH ? count - done : BATCH;
		for (uint32_t i = 0; i < n; i++) {
			keys[i] = bench_address(kind, done + i);
			values[i].prefix_len = MXW_KEY_BITS;
		}
		error = bpf_map_update_batch(fd, keys, values, &n, &opts);
	}
	free(values);
	free(keys);
	return error;
}

/* Prefixes of /24 in the never-block set, from 224.0.0.0 on, where no probe is. */
static int fill_never_net(int fd)
{
	for (uint32_t i = 0; i < BENCH_NEVER_ENTRIES; i++) {
		struct mxw_net_key key = { .prefix_len = 56 };
		struct mxw_entry entry = { .prefix_len = 56 };
		__u32 address = htonl(0xe0000000 | (bench_address(BENCH_NEVER, i) & 0x1fffff00));

		memcpy(key.key + 4, &address, sizeof(address));
		if (bpf_map_update_elem(fd, &key, &entry, BPF_ANY))
			return -errno;
	}
	return 0;
}

static struct mxw_maps all_maps(const struct bench_loaded *loaded)
{
	struct mxw_maps maps;

	for (int i = 0; i < MXW_MAP_COUNT; i++)
		maps.fd[i] = map_fd(loaded, mxw_map_name((enum mxw_map)i));
	return maps;
}

/* Rates, looked at for every packet and exceeded by none; connections at once as by default. */
static int switch_limits(const struct bench_loaded *loaded)
{
	struct mxw_limits limits = { .seed = { BENCH_SEED, ~(__u64)BENCH_SEED, 0x6d78776d78776d78 },
				     .mode = MXW_LIMIT_ENFORCE,
				     .conns_source = 50,
				     .conns_net = 500 };
	const struct mxw_rate rate = { .period = 1, .tau = 1000000000 };
	__u32 zero = 0;

	if (loaded->what->conns)
		limits.conns_mode = MXW_LIMIT_SHADOW;
	for (int level = 0; level < MXW_LIMIT_LEVELS; level++)
		limits.rate[0][MXW_LIMIT_UNKNOWN][0].level[level] = rate;
	return bpf_map_update_elem(map_fd(loaded, "mxw_limits"), &zero, &limits, BPF_ANY);
}

/* As attach does: the hint table follows the class maps. */
static int give_hints(const struct bench_loaded *loaded)
{
	struct mxw_maps maps = all_maps(loaded);

	return mxw_hints_rebuild(&maps, NULL) ? -EIO : 0;
}

static int build_feed(struct mxw_feed_table *table, const struct mxw_ranges *ranges)
{
	const struct mxw_layers layers = { .layer = { { ranges, FEED_CLASS } }, .count = 1 };
	struct mxw_feed_rule rules[MXW_FEED_CLASSES] = { [FEED_CLASS].action = MXW_FEED_ENFORCE };
	uint32_t lines = (uint32_t)mxw_rank_measure(&layers) + 1;
	struct mxw_feed_generation new;
	int error = mxw_feed_table_prepare(table, lines, 0, &new, NULL);

	if (!error)
		error = mxw_rank_build(&layers, new.units, new.lines, lines, NULL);
	return error ? error : mxw_feed_table_flip(table, rules, NULL);
}

/* The entries as one feed that enforces. */
static int fill_feed(const struct bench_loaded *loaded, uint32_t entries)
{
	struct mxw_maps maps = all_maps(loaded);
	struct mxw_ranges ranges = { .v4 = NULL };
	struct mxw_feed_table *table;
	int error = mxw_feed_table_open(&maps, &table, NULL);

	for (uint32_t i = 0; !error && i < entries; i++) {
		uint32_t address = bench_address(BENCH_LISTED, i);

		error = mxw_ranges_add4(&ranges, (struct mxw_range4){ address, address }, NULL);
	}
	if (!error)
		error = mxw_ranges_settle(&ranges, NULL, NULL);
	if (!error)
		error = build_feed(table, &ranges);
	mxw_ranges_free(&ranges);
	mxw_feed_table_close(table);
	return error ? -ENOMEM : 0; /* the only way to fail there is */
}

/* Fills the maps as attach and block would, so that the program is measured with the same
 * lookups. */
static int fill_mxwall(const struct bench_loaded *loaded, uint32_t entries)
{
	const struct bench_contender *what = loaded->what;
	struct mxw_config config = { .abi_version = MXW_ABI_VERSION,
				     .mode = MXW_MODE_ENFORCE,
				     .event_budget = what->event_budget };
	__u32 zero = 0;
	int error = 0;

	if (entries && what->feed) {
		error = fill_feed(loaded, entries);
	} else if (entries) {
		config.used |= MXW_USED_EXACT(what->automatic ? MXW_CLASS_AUTO : MXW_CLASS_BLOCK);
		error = fill_exact(map_fd(loaded, what->automatic ? "mxw_auto" : "mxw_block"),
				   BENCH_LISTED, entries);
	}
	if (!error && what->never_exact) {
		config.used |= MXW_USED_EXACT(MXW_CLASS_NEVER);
		error = fill_exact(map_fd(loaded, "mxw_never"), BENCH_NEVER, BENCH_NEVER_ENTRIES);
	}
	if (!error && what->never_net) {
		config.used |= MXW_USED_NET(MXW_CLASS_NEVER);
		error = fill_never_net(map_fd(loaded, "mxw_never_net"));
	}
	if (error)
		return error;
	if (what->limits)
		error = switch_limits(loaded);
	if (!error)
		error = bpf_map_update_elem(map_fd(loaded, "mxw_config"), &zero, &config, BPF_ANY);
	return error ? error : give_hints(loaded);
}

/* What `xdp-filter ip -m src ADDRESS` does: the flag in the value of every CPU. */
static int fill_xdpfilter(const struct bench_loaded *loaded, uint32_t entries)
{
	int error = 0, cpus = libbpf_num_possible_cpus(), fd = map_fd(loaded, "filter_ipv4");
	__u64 *values = cpus > 0 ? calloc((size_t)cpus, sizeof(*values)) : NULL;

	if (!values)
		return -ENOMEM;
	for (int cpu = 0; cpu < cpus; cpu++)
		values[cpu] = XDPFILTER_SOURCE;
	for (uint32_t i = 0; !error && i < entries; i++) {
		__u32 key = htonl(bench_address(BENCH_LISTED, i));

		error = bpf_map_update_elem(fd, &key, values, BPF_ANY);
	}
	free(values);
	return error;
}

int bench_contender_load(struct bench_loaded *loaded, const struct bench_contender *contender,
			 uint32_t entries, const char *dir, struct mxw_err *err)
{
	const char *name = contender->program ? contender->program : "mxwall";
	char what[128];
	int error;

	*loaded = (struct bench_loaded){ .what = contender };
	loaded->object = open_object(contender, dir, err);
	if (!loaded->object)
		return MXW_E_FAIL;
	prepare(loaded->object, contender);
	(void)snprintf(what, sizeof(what), "cannot load the program of %s", contender->name);
	error = bpf_object__load(loaded->object);
	if (error)
		return bench_bpf_fail(err, what, -error);
	loaded->program_fd =
		bpf_program__fd(bpf_object__find_program_by_name(loaded->object, name));
	(void)snprintf(what, sizeof(what), "cannot write %u entries for %s", entries,
		       contender->name);
	error = contender->counts == BENCH_COUNTS_XDPFILTER ? fill_xdpfilter(loaded, entries)
							    : fill_mxwall(loaded, entries);
	return error ? bench_bpf_fail(err, what, -error) : 0;
}

void bench_contender_unload(struct bench_loaded *loaded)
{
	bpf_object__close(loaded->object);
	*loaded = (struct bench_loaded){};
}

/* Adds the first number, packets, of a per-CPU record of 16 bytes over all CPUs. */
static int add_percpu(int fd, __u32 key, uint64_t *sum)
{
	struct mxw_counter *records;
	int cpus = libbpf_num_possible_cpus();
	int error = -1;

	records = cpus > 0 ? calloc((size_t)cpus, sizeof(*records)) : NULL;
	if (records)
		error = bpf_map_lookup_elem(fd, &key, records);
	for (int cpu = 0; !error && cpu < cpus; cpu++)
		*sum += records[cpu].packets;
	free(records);
	return error;
}

static int count_stage(const struct bench_loaded *loaded, struct bench_count *count)
{
	struct bench_stage stage;
	__u32 zero = 0;
	int error = bpf_map_lookup_elem(map_fd(loaded, ".bss"), &zero, &stage);

	if (!error)
		*count = (struct bench_count){ .passed = stage.passed, .dropped = stage.dropped };
	return error;
}

/* Any reason that is not the one expected ends as a count that does not match. */
int bench_contender_count(const struct bench_loaded *loaded, struct bench_count *count,
			  struct mxw_err *err)
{
	int error, fd;

	*count = (struct bench_count){};
	if (loaded->what->counts == BENCH_COUNTS_STAGE) {
		error = count_stage(loaded, count);
	} else if (loaded->what->counts == BENCH_COUNTS_XDPFILTER) {
		fd = map_fd(loaded, "xdp_stats_map");
		error = add_percpu(fd, XDP_PASS, &count->passed) ||
			add_percpu(fd, XDP_DROP, &count->dropped);
	} else {
		fd = map_fd(loaded, "mxw_counters");
		error = add_percpu(fd, MXW_PASS_UNKNOWN, &count->passed) ||
			add_percpu(fd, MXW_DROP_BLOCK, &count->dropped) ||
			add_percpu(fd, MXW_DROP_AUTO, &count->dropped) ||
			add_percpu(fd, MXW_DROP_FEED, &count->dropped);
	}
	return error ? bench_bpf_fail(err, "cannot read the counters of a contender", errno) : 0;
}
