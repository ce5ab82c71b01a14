// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading the program, running it, and emptying it again. Called by the test programs of this
 * directory; harness_maps.c writes and reads the maps.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "tests/bpf/skeleton.h"
#include "tests/bpf/feeds.h"

#define TEST_CAPACITY 4096 /* entries per map: small, because many programs are loaded */

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

bool harness_may_run(void)
{
	if (geteuid() == 0)
		return true;
	print_message("skipped: loading a BPF program needs root; try sudo make check-bpf\n");
	return false;
}

static uint32_t limit_lines(const struct knobs *knobs)
{
	return knobs->limit_lines ? knobs->limit_lines : TEST_CAPACITY;
}

static void set_knobs(struct mxwall *skel, const struct knobs *knobs)
{
	bool default_ports = true;

	for (int i = 0; i < MXW_MAX_PORTS; i++)
		default_ports = default_ports && knobs->ports[i] == 0;
	for (int i = 0; i < MXW_MAX_PORTS && !default_ports; i++)
		skel->rodata->mxw_ports[i] = knobs->ports[i];
	skel->rodata->mxw_slot = knobs->slot;
	skel->rodata->mxw_check_dest = knobs->check_dest;
	skel->rodata->mxw_drop_fragmented = knobs->drop_fragmented;
	skel->rodata->mxw_test_clock = knobs->test_clock;
	skel->rodata->mxw_limit_line_count = limit_lines(knobs);
	skel->rodata->mxw_proof_line_count = TEST_CAPACITY;
	skel->rodata->mxw_news_line_count = TEST_CAPACITY;
}

static void shrink_maps(struct mxwall *skel, const struct knobs *knobs)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, skel->obj)
	{
		if (map == skel->maps.mxw_open ||
		    (knobs->feeds && map == skel->maps.mxw_feed_units))
			continue;
		if (bpf_map__max_entries(map) > TEST_CAPACITY &&
		    bpf_map__type(map) != BPF_MAP_TYPE_RINGBUF)
			(void)bpf_map__set_max_entries(map, TEST_CAPACITY);
	}
	(void)bpf_map__set_max_entries(skel->maps.mxw_limit_lines, limit_lines(knobs));
	if (knobs->ring_bytes)
		(void)bpf_map__set_max_entries(skel->maps.mxw_events, knobs->ring_bytes);
}

static struct mxw_hint *map_hint(const struct bpf_map *map)
{
	void *table = mmap(NULL, sizeof(struct mxw_hint), PROT_READ | PROT_WRITE, MAP_SHARED,
			   bpf_map__fd(map), 0);

	if (table == MAP_FAILED)
		fail_msg("%s: %s", bpf_map__name(map), strerror(errno));
	return table;
}

void program_load(struct program *program, const struct knobs *knobs)
{
	struct mxwall *skel;
	int err;

	(void)libbpf_set_print(print_nothing);
	skel = mxwall__open();
	if (!skel)
		fail_msg("mxwall__open: %s", strerror(errno));
	set_knobs(skel, knobs);
	shrink_maps(skel, knobs);
	err = mxwall__load(skel);
	if (err) {
		mxwall__destroy(skel);
		fail_msg("mxwall__load: %s", strerror(-err));
	}
	*program = (struct program){ .skel = skel,
				     .hint = map_hint(skel->maps.mxw_hint),
				     .hint_auto = map_hint(skel->maps.mxw_hint_auto),
				     .knobs = *knobs };
	if (knobs->feeds)
		program->feeds = feed_open(program);
}

void program_unload(struct program *program)
{
	/* Both fail only for a bad address. */
	(void)munmap(program->hint, sizeof(*program->hint));
	(void)munmap(program->hint_auto, sizeof(*program->hint_auto));
	mxw_feed_table_close(program->feeds);
	mxwall__destroy(program->skel);
	program->skel = NULL;
}

/* meta: bytes of metadata at the start of in. */
static void test_run(struct program *program, const void *in, size_t length, size_t meta,
		     struct answer *answer)
{
	uint8_t out[sizeof(struct mxw_probe) + PACKET_BYTES];
	struct xdp_md ctx = { .data = (__u32)meta, .data_end = (__u32)length };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in, .data_size_in = (__u32)length,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);

	if (meta) {
		opts.ctx_in = &ctx;
		opts.ctx_size_in = sizeof(ctx);
	}
	if (bpf_prog_test_run_opts(bpf_program__fd(program->skel->progs.mxwall), &opts))
		fail_msg("test run of %zu bytes: %s", length, strerror(errno));
	if (opts.data_size_out != length ||
	    memcmp(out + meta, (const char *)in + meta, length - meta) != 0)
		fail_msg("the program changed the packet");
	answer->action = opts.retval;
	memset(&answer->probe, 0, sizeof(answer->probe));
	if (meta)
		memcpy(&answer->probe, out, sizeof(answer->probe));
}

void program_run(struct program *program, const struct packet *packet, struct answer *answer)
{
	test_run(program, packet->bytes, packet->length, 0, answer);
}

void program_probe(struct program *program, const struct packet *packet,
		   const struct mxw_probe *probe, struct answer *answer)
{
	uint8_t in[sizeof(*probe) + PACKET_BYTES];

	memcpy(in, probe, sizeof(*probe));
	memcpy(in + sizeof(*probe), packet->bytes, packet->length);
	test_run(program, in, sizeof(*probe) + packet->length, sizeof(*probe), answer);
}
