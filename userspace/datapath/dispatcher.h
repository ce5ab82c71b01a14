/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libxdp's dispatcher, which runs several XDP programs on one interface. The
 * only file that includes libxdp is dispatcher.c.
 */
#ifndef MXW_DISPATCHER_H
#define MXW_DISPATCHER_H

#include <stdbool.h>

#include "datapath/hook.h"

/* Runs before others by default, so that a dropped SYN costs them nothing. */
#define MXW_DISPATCHER_PRIORITY 10

/* Whether this kernel loads the EXT programs a dispatcher is made of. */
bool mxw_dispatcher_supported(void);

/* Our newest program under the dispatcher of ifindex: id and count of programs. False if
 * there is no dispatcher; *program_id is 0 when it runs without ours. */
bool mxw_dispatcher_query(uint32_t ifindex, uint32_t *program_id, uint32_t *programs);

/*
 * Attaches program, opened but not loaded, through the dispatcher. Older ones of
 * ours are taken off after the new one works. libxdp may attach alone where
 * the kernel refuses EXT programs and call it success: that is undone here and
 * is MXW_E_DETACHED.
 */
int mxw_dispatcher_attach(uint32_t ifindex, struct mxw_program *program, enum mxw_xdp xdp,
			  int *kernel_error, struct mxw_err *err);

/* Takes every program of ours off but the one with the id keep (0: every one); other
 * people's stay. There can be two of ours after an upgrade that was killed. */
int mxw_dispatcher_detach(uint32_t ifindex, uint32_t keep, struct mxw_err *err);

#endif
