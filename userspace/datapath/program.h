/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program of one interface: opened from the object built in, given its
 * constants and the shared maps, loaded. Attaching is hook.h's work.
 */
#ifndef MXW_PROGRAM_H
#define MXW_PROGRAM_H

#include <linux/types.h>

#include "base/err.h"
#include "base/report.h"
#include "bpf/abi.h"
#include "datapath/pins.h"

struct bpf_object;
struct mxw_program;

/* What one interface's program is loaded with. */
struct mxw_program_options {
	uint16_t ports[MXW_MAX_PORTS]; /* protected ports, 0 where unused */
	uint32_t slot; /* index in the config map */
	uint32_t flags; /* MXW_SLOT_* */
	uint32_t capacity; /* entries of the block set; 0 = as built. Only for new maps. */
};

/*
 * Opens the object and takes over the maps that are pinned already. Not loaded
 * yet. The caller closes it.
 */
int mxw_program_open(const struct mxw_program_options *options, struct mxw_program **out,
		     struct mxw_err *err);

/* Loads it as an XDP program. A verifier or permission error becomes a sentence. */
int mxw_program_load(struct mxw_program *program, struct mxw_err *err);

/* The loaded program's maps, as descriptors of the caller's own. */
int mxw_program_maps(const struct mxw_program *program, struct mxw_maps *maps, struct mxw_err *err);

/* Pins the loaded program's maps that are not pinned yet, the config map last. */
int mxw_program_pin_maps(struct mxw_program *program, struct mxw_err *err);

void mxw_program_close(struct mxw_program *program);

int mxw_program_fd(const struct mxw_program *program);

/* For the dispatcher, which loads the object itself. Owned by program. */
struct bpf_object *mxw_program_object(const struct mxw_program *program);

/* Keeps libbpf's own messages off the terminal unless MXW_DEBUG is set. */
void mxw_program_quiet(void);

#endif
