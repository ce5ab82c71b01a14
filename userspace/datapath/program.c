// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading. Called by apply and by the verbs that look at programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "datapath/program.h"
#include "mxwall.skel.h"

struct mxw_program {
	struct mxwall *skel;
};

static int print_debug(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

void mxw_program_quiet(void)
{
	(void)libbpf_set_print(getenv("MXW_DEBUG") ? print_debug : NULL); /* the old one */
}

/* Takes over one pinned map, if it is pinned. */
static int reuse_map(struct bpf_map *map, struct mxw_err *err)
{
	char path[MXW_PIN_PATH];
	int fd = bpf_obj_get(mxw_pin_path(bpf_map__name(map), path)), error;

	if (fd < 0 && errno == ENOENT)
		return MXW_OK;
	if (fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot open the pinned map %s: %s", path,
				strerror(errno));
	error = bpf_map__reuse_fd(map, fd);
	(void)close(fd); /* the object keeps its own copy */
	if (error)
		return mxw_fail(err, MXW_E_FAIL, "cannot use the pinned map %s: %s", path,
				strerror(-error));
	return MXW_OK;
}

static int prepare_maps(struct mxwall *skel, uint32_t capacity, struct mxw_err *err)
{
	int error = MXW_OK;

	if (capacity && (bpf_map__set_max_entries(skel->maps.mxw_block, capacity) ||
			 bpf_map__set_max_entries(skel->maps.mxw_block_net, capacity)))
		return mxw_fail(err, MXW_E_FAIL, "cannot set the capacity to %u", capacity);
	for (int i = 0; i < MXW_MAP_COUNT && !error; i++)
		error = reuse_map(bpf_object__find_map_by_name(skel->obj,
							       mxw_map_name((enum mxw_map)i)),
				  err);
	return error;
}

static void set_constants(struct mxwall *skel, const struct mxw_program_options *options)
{
	for (int i = 0; i < MXW_MAX_PORTS; i++)
		skel->rodata->mxw_ports[i] = options->ports[i];
	skel->rodata->mxw_slot = options->slot;
	skel->rodata->mxw_check_dest = !!(options->flags & MXW_SLOT_DEST);
	skel->rodata->mxw_drop_fragmented = !!(options->flags & MXW_SLOT_DROP_FRAGMENTED);
}

/* Maps that were pinned before may have other sizes than those built in. */
static void set_sizes(struct mxwall *skel)
{
	skel->rodata->mxw_limit_line_count = bpf_map__max_entries(skel->maps.mxw_limit_lines);
	skel->rodata->mxw_proof_line_count = bpf_map__max_entries(skel->maps.mxw_proof_lines);
}

/* Kernels before 5.18 refuse the flag; on them the driver's MTU limit holds. */
static void drop_frags_if_unknown(struct mxwall *skel)
{
	struct bpf_program *program = skel->progs.mxwall;

	if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_get_buff_len, NULL) == 0)
		(void)bpf_program__set_flags(program, bpf_program__flags(program) &
							      ~(__u32)BPF_F_XDP_HAS_FRAGS);
}

int mxw_program_open(const struct mxw_program_options *options, struct mxw_program **out,
		     struct mxw_err *err)
{
	struct mxw_program *program = calloc(1, sizeof(*program));

	*out = program;
	if (!program)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	program->skel = mxwall__open();
	if (!program->skel)
		return mxw_fail(err, MXW_E_FAIL, "cannot open the built-in BPF object: %s",
				strerror(errno));
	set_constants(program->skel, options);
	drop_frags_if_unknown(program->skel);
	if (prepare_maps(program->skel, options->capacity, err))
		return MXW_E_FAIL;
	set_sizes(program->skel);
	return MXW_OK;
}

static int load_failed(int code, struct mxw_err *err)
{
	if (code == -EPERM || code == -EACCES)
		return mxw_fail(
			err, MXW_E_FAIL,
			"the kernel refused to load the XDP program: %s; run as root, and see "
			"`xdpctl check` (a verifier log: MXW_DEBUG=1)",
			strerror(-code));
	return mxw_fail(err, MXW_E_FAIL,
			"the kernel did not load the XDP program: %s; see `xdpctl check` for "
			"missing kernel options (a verifier log: MXW_DEBUG=1)",
			strerror(-code));
}

int mxw_program_load(struct mxw_program *program, struct mxw_err *err)
{
	int error = mxwall__load(program->skel);

	return error ? load_failed(error, err) : MXW_OK;
}

int mxw_program_maps(const struct mxw_program *program, struct mxw_maps *maps, struct mxw_err *err)
{
	for (int i = 0; i < MXW_MAP_COUNT; i++) {
		int fd = bpf_map__fd(bpf_object__find_map_by_name(program->skel->obj,
								  mxw_map_name((enum mxw_map)i)));

		maps->fd[i] = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (maps->fd[i] < 0)
			return mxw_fail(err, MXW_E_FAIL, "cannot use a map of the program: %s",
					strerror(errno));
	}
	return MXW_OK;
}

static int pin_map(struct bpf_map *map, struct mxw_err *err)
{
	char path[MXW_PIN_PATH];

	if (bpf_obj_pin(bpf_map__fd(map), mxw_pin_path(bpf_map__name(map), path)) &&
	    errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot pin %s: %s", path, strerror(errno));
	return MXW_OK;
}

int mxw_program_pin_maps(struct mxw_program *program, struct mxw_err *err)
{
	int error = MXW_OK;

	/* The config map says that the set is whole, so it comes last. */
	for (int i = 0; i < MXW_MAP_COUNT && !error; i++)
		if (i != MXW_MAP_CONFIG)
			error = pin_map(bpf_object__find_map_by_name(program->skel->obj,
								     mxw_map_name((enum mxw_map)i)),
					err);
	return error ? error : pin_map(program->skel->maps.mxw_config, err);
}

void mxw_program_close(struct mxw_program *program)
{
	if (!program)
		return;
	mxwall__destroy(program->skel);
	free(program);
}

int mxw_program_fd(const struct mxw_program *program)
{
	return bpf_program__fd(program->skel->progs.mxwall);
}

struct bpf_object *mxw_program_object(const struct mxw_program *program)
{
	return program->skel->obj;
}
