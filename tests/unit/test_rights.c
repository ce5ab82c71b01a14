// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What somebody who has taken over the controller can do with what it has open
 * (userspace/daemon/rights.h, mxw_maps_open_controller()): nothing against the never-block set and
 * the operator's entries.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "daemon/rights.h"
#include "datapath/entries.h"
#include "datapath/hints.h"
#include "tests/unit/marks.h"
#include "tests/unit/sandbox.h"

#define LONG_ENOUGH 4096 /* elements of a map that are overwritten */

/* What the operator and the host have said; everything else is written by the attacker. */
static const struct said {
	enum mxw_class class;
	const char *prefix, *source;
	int dropped;
} said[] = {
	{ MXW_CLASS_NEVER, "192.0.2.1/32", "192.0.2.1", 0 },
	{ MXW_CLASS_NEVER, "10.1.0.0/16", "10.1.2.3", 0 },
	{ MXW_CLASS_ALLOW, "192.0.2.2/32", "192.0.2.2", 0 },
	{ MXW_CLASS_ALLOW, "2001:db8:1::/48", "2001:db8:1::7", 0 },
	{ MXW_CLASS_BLOCK, "192.0.2.3/32", "192.0.2.3", 1 },
	{ MXW_CLASS_BLOCK, "198.51.100.0/24", "198.51.100.9", 1 },
	{ MXW_CLASS_BLOCK, "2001:db8:2::/64", "2001:db8:2::9", 1 },
};

static void say(const struct mxw_maps *maps)
{
	struct mxw_err err = { 0 };

	for (size_t i = 0; i < COUNT(said); i++) {
		const struct mxw_kernel_entry entry = { .prefix = prefix_of(said[i].prefix) };

		must(mxw_entries_put(maps, said[i].class, &entry, 1, NULL, &err), &err);
	}
	must(mxw_hints_rebuild(maps, &err), &err);
}

static void expect_said(const char *when, int program)
{
	for (size_t i = 0; i < COUNT(said); i++)
		if (marks_ask(program, said[i].source) != said[i].dropped)
			fail_msg("%s: %s is decided otherwise", when, said[i].source);
}

/* Every element that there is, and first the whole value through a mapping, whatever comes of it. */
static void overwrite(int fd, int fill)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	uint8_t key[256] = { 0 };
	size_t bytes;
	void *value, *mapped;

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &length), 0);
	bytes = (size_t)info.value_size * info.max_entries;
	mapped = info.type == BPF_MAP_TYPE_ARRAY
			 ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
			 : MAP_FAILED;
	if (mapped != MAP_FAILED) {
		memset(mapped, fill, bytes);
		(void)munmap(mapped, bytes);
	}
	value = malloc(info.value_size + 1UL);
	assert_non_null(value);
	memset(value, fill, info.value_size + 1UL);
	for (int i = 0; i < LONG_ENOUGH && bpf_map_get_next_key(fd, i ? key : NULL, key) == 0; i++)
		if (bpf_map_update_elem(fd, key, value, BPF_ANY) == 0)
			(void)bpf_map_delete_elem(fd, key);
	free(value);
}

/* Automatic blocks of everything: that much is the controller's. */
static void block_all(const struct mxw_maps *maps)
{
	static const char *const all[] = { "0.0.0.0/1", "128.0.0.0/1", "2000::/3" };
	struct mxw_err err = { 0 };

	for (size_t i = 0; i < COUNT(all) + COUNT(said); i++) {
		const char *prefix = i < COUNT(all) ? all[i] : said[i - COUNT(all)].prefix;
		const struct mxw_kernel_entry entry = { .prefix = prefix_of(prefix) };

		(void)mxw_entries_put(maps, MXW_CLASS_AUTO, &entry, 1, NULL, &err);
	}
}

static void what_is_said_stays(void **state)
{
	static const int fills[] = { 0x00, 0xff, 0x55, 0xaa };
	struct mxw_maps maps, controller;
	struct mxw_err err = { 0 };
	int program;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	say(&maps);
	program = marks_program();
	expect_said("before", program);
	must(mxw_maps_open_controller(&controller, &err), &err);
	for (size_t i = 0; i < COUNT(fills); i++) {
		for (int map = 0; map < MXW_MAP_COUNT; map++)
			if (controller.fd[map] >= 0 && map != MXW_MAP_NEWS)
				overwrite(controller.fd[map], fills[i]);
		block_all(&controller);
		expect_said("all that can be written is overwritten", program);
	}
	mxw_maps_close(&controller);
	(void)close(program);
	marks_end(&maps);
}

static long call_bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static bool never_works(void *context)
{
	(void)context;
	return false;
}

/* In a process that has become the controller, with CAP_BPF: bit i for what is possible. */
static int possible(int fd)
{
	const struct mxw_rights nobody = { .uid = 65534, .gid = 65534 };
	const struct bpf_insn nothing[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K },
					    { .code = BPF_JMP | BPF_EXIT } };
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
				.insns = (uintptr_t)nothing,
				.insn_cnt = 2,
				.license = (uintptr_t) "GPL" };
	union bpf_attr freeze = { .map_fd = (__u32)fd };
	uint64_t key = 7;
	struct mxw_entry value = { .prefix_len = 64 };
	bool kept;
	int can = 0;

	if (mxw_rights_drop(&nobody, never_works, NULL, &kept, NULL) || !kept)
		return 0x40;
	can |= bpf_map_update_elem(fd, &key, &value, BPF_ANY) == 0 ? 1 : 0;
	can |= bpf_map_delete_elem(fd, &key) == 0 ? 2 : 0;
	can |= call_bpf(BPF_PROG_LOAD, &load) >= 0 ? 4 : 0;
	can |= call_bpf(BPF_MAP_FREEZE, &freeze) >= 0 ? 8 : 0;
	return can;
}

/* A program could write the maps that the controller may only read. */
static void loads_no_program(void **state)
{
	struct mxw_maps maps;
	int status = 0;
	pid_t child;

	(void)state;
	sandbox_require();
	maps = marks_begin();
	child = fork();
	if (child == 0)
		_exit(possible(mxw_maps_class(&maps, MXW_CLASS_AUTO, false)));
	assert_int_equal(waitpid(child, &status, 0), child);
	marks_end(&maps);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1 | 2); /* elements of maps, and nothing else */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_stays),
		cmocka_unit_test(loads_no_program),
	};

	return cmocka_run_group_tests_name("rights", tests, sandbox_enter, NULL);
}
