// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer: loads and fills the XDP contenders of bench/peers, and reads their
 * counters and xdp-filter's. Run by the scripts in bench/peers in a network namespace.
 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <bpf/bpf.h>

#include "bench/lib/harness.h"
#include "bench/lib/process.h"
#include "bench/live/traffic.h"

#define BATCH 16384U /* entries per system call */
#define XDPFILTER_MAP "/sys/fs/bpf/xdp-filter/filter_ipv4"
#define XDPFILTER_SOURCE 1U /* its MAP_FLAG_SRC: the address is meant as a source */

static const char usage[] =
	"Usage: peer load floor|headers|hash|lpm DEVICE [FILE]   attach a contender that\n"
	"                                                blocks the addresses in FILE\n"
	"       peer fill-xdp-filter FILE                give them to the loaded xdp-filter\n"
	"       peer count PIN|DEVICE                    packets passed and dropped, by a pinned\n"
	"                                                map or by the program on a device\n"
	"The contenders of the benchmark; see bench/run.sh.\n";

/* Blocked addresses, host order. */
struct list {
	uint32_t *addresses;
	uint32_t count;
};

static int list_read(const char *path, struct list *list, struct mxw_err *err)
{
	const struct live_wish wish = { .listed_file = path };

	return live_listed(&wish, &list->addresses, &list->count, err);
}

/* Keys are an address, or a prefix length and an address. */
static int fill(int fd, bool prefixes, const struct list *list)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	size_t words = prefixes ? 2 : 1;
	uint32_t *keys = calloc(BATCH * words, sizeof(*keys));
	uint64_t *values = calloc(BATCH, sizeof(*values));
	int error = keys && values ? 0 : -ENOMEM;

	for (uint32_t done = 0, n; !error && done < list->count; done += n) {
		n = list->count - done < BATCH ? list->count - done : BATCH;
		for (uint32_t i = 0; i < n; i++) {
			keys[i * words] = 32;
			keys[i * words + words - 1] = htonl(list->addresses[done + i]);
		}
		error = bpf_map_update_batch(fd, keys, values, &n, &opts);
	}
	free(keys);
	free(values);
	return error;
}

static int attach(const struct bpf_object *object, unsigned int ifindex, const char *device,
		  struct mxw_err *err)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, "peer");
	char what[64];

	(void)snprintf(what, sizeof(what), "cannot attach to %.20s", device);
	if (bpf_xdp_attach((int)ifindex, bpf_program__fd(program), 0, NULL))
		return bench_bpf_fail(err, what, errno);
	return 0;
}

/* A hash or a trie as large as the list. */
static int load_filled(struct bpf_object *object, const char *file, struct mxw_err *err)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, "peer_block");
	struct list list = {};
	int error = list_read(file, &list, err);

	if (!error)
		error = bpf_map__set_max_entries(map, list.count) || bpf_object__load(object)
				? bench_bpf_fail(err, "cannot load the contender", errno)
				: 0;
	if (!error && fill(bpf_map__fd(map), bpf_map__key_size(map) > 4, &list))
		error = bench_bpf_fail(err, "cannot fill the contender", errno);
	free(list.addresses);
	return error;
}

/* Attaches a contender that is an XDP program, filled with a list if it has a map for one. */
static int load(const char *name, const char *device, const char *file, struct mxw_err *err)
{
	unsigned int ifindex = if_nametoindex(device);
	char folder[PATH_MAX] = "", path[PATH_MAX + 64];
	struct bpf_object *object;
	int error;

	if (!ifindex)
		return mxw_fail(err, MXW_E_USAGE, "there is no device \"%.32s\" here", device);
	error = bench_own_folder(folder, sizeof(folder), err);
	if (error)
		return error;
	(void)snprintf(path, sizeof(path), "%s/peers/%s.bpf.o", folder, name);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s; build it with `make bench`",
				path, strerror(errno));
	if (bpf_object__find_map_by_name(object, "peer_block"))
		error = file ? load_filled(object, file, err)
			     : mxw_fail(err, MXW_E_USAGE, "%s needs a list: name its FILE", name);
	else if (bpf_object__load(object))
		error = bench_bpf_fail(err, "cannot load the contender", errno);
	if (!error)
		error = attach(object, ifindex, device, err); /* holds the program from now on */
	bpf_object__close(object);
	return error;
}

/* What `xdp-filter ip -m src ADDRESS` does, without a process for each address. */
static int fill_xdpfilter(const char *file, struct mxw_err *err)
{
	int error, cpus = libbpf_num_possible_cpus(), fd = bpf_obj_get(XDPFILTER_MAP);
	uint64_t *values = cpus > 0 ? calloc((size_t)cpus, sizeof(*values)) : NULL;
	struct list list = {};

	if (fd < 0 || !values) {
		free(values);
		return bench_bpf_fail(err, "cannot open " XDPFILTER_MAP, errno);
	}
	error = list_read(file, &list, err);
	for (int cpu = 0; cpu < cpus; cpu++)
		values[cpu] = XDPFILTER_SOURCE;
	for (uint32_t i = 0; !error && i < list.count; i++) {
		uint32_t key = htonl(list.addresses[i]);

		if (bpf_map_update_elem(fd, &key, values, BPF_ANY))
			error = bench_bpf_fail(err, "cannot fill xdp-filter", errno);
	}
	free(list.addresses);
	free(values);
	(void)close(fd); /* a map */
	return error;
}

/* The counters of the program on a device; -1 if it has none. */
static int device_counters(const char *device)
{
	__u32 ids[64], id = 0, info_size, map_size;
	struct bpf_prog_info info = { .nr_map_ids = 64, .map_ids = (uintptr_t)ids };
	unsigned int ifindex = if_nametoindex(device);
	int program, found = -1;

	if (!ifindex || bpf_xdp_query_id((int)ifindex, 0, &id) || !id)
		return -1;
	program = bpf_prog_get_fd_by_id(id);
	info_size = sizeof(info);
	if (program < 0 || bpf_obj_get_info_by_fd(program, &info, &info_size))
		info.nr_map_ids = 0;
	for (__u32 i = 0; found < 0 && i < info.nr_map_ids; i++) {
		struct bpf_map_info map = {};
		int fd = bpf_map_get_fd_by_id(ids[i]);

		map_size = sizeof(map);
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &map, &map_size) &&
		    !strcmp(map.name, "xdp_stats_map"))
			found = fd;
		else if (fd >= 0)
			(void)close(fd); /* a map */
	}
	if (program >= 0)
		(void)close(program); /* a program */
	return found;
}

/* Packets under one action, over all CPUs. */
static int sum(int fd, uint32_t action, uint64_t *packets)
{
	struct {
		uint64_t packets, bytes;
	} * counts;
	int error = -1, cpus = libbpf_num_possible_cpus();

	counts = cpus > 0 ? calloc((size_t)cpus, sizeof(*counts)) : NULL;
	if (counts)
		error = bpf_map_lookup_elem(fd, &action, counts);
	*packets = 0;
	for (int cpu = 0; !error && cpu < cpus; cpu++)
		*packets += counts[cpu].packets;
	free(counts);
	return error;
}

static int count(const char *where, struct mxw_err *err)
{
	int fd = *where == '/' ? bpf_obj_get(where) : device_counters(where);
	uint64_t passed, dropped;

	if (fd < 0 || sum(fd, XDP_PASS, &passed) || sum(fd, XDP_DROP, &dropped))
		return mxw_fail(err, MXW_E_FAIL, "%.200s leads to no counters of a contender: %s",
				where, strerror(errno));
	printf("{\"passed\":%llu,\"dropped\":%llu}\n", (unsigned long long)passed,
	       (unsigned long long)dropped);
	(void)close(fd); /* a map */
	return 0;
}

static int act(int argc, char **argv, struct mxw_err *err)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "load") && (argc == 4 || argc == 5))
		return load(argv[2], argv[3], argc == 5 ? argv[4] : NULL, err);
	if (!strcmp(verb, "fill-xdp-filter") && argc == 3)
		return fill_xdpfilter(argv[2], err);
	if (!strcmp(verb, "count") && argc == 3)
		return count(argv[2], err);
	if (!strcmp(verb, "--help") && argc == 2)
		return printf("%s", usage) < 0;
	return mxw_fail(err, MXW_E_USAGE, "what is to be done? See peer --help");
}

int main(int argc, char **argv)
{
	struct mxw_err err = {};
	int error;

	bench_silence_libbpf();
	error = act(argc, argv, &err);
	if (error)
		fprintf(stderr, "peer: %s\n", err.text);
	return error ? mxw_exit_code(error) : 0;
}
