/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config map: mode, which class maps are in use, and the attached
 * interfaces' slots. Writers hold the state lock; a write replaces the element
 * as a whole.
 */
#ifndef MXW_SWITCHES_H
#define MXW_SWITCHES_H

#include "datapath/pins.h"

int mxw_switches_read(const struct mxw_maps *maps, struct mxw_config *config, struct mxw_err *err);
int mxw_switches_write(const struct mxw_maps *maps, const struct mxw_config *config,
		       struct mxw_err *err);

/* Sets the pinned config map of any version to bypass, as well as can be. Called before pins are
 * removed: a program that is still on an interface somewhere then passes everything, where
 * without its maps nobody could tell it to. */
void mxw_switches_force_bypass(void);

/* Tells the program to consult these class maps (MXW_USED_* bits) from now on. */
int mxw_switches_use(const struct mxw_maps *maps, uint32_t bits, struct mxw_err *err);

/* When the controller was last alive, CLOCK_MONOTONIC ns; 0 = never. */
uint64_t mxw_switches_heartbeat(const struct mxw_maps *maps);

/* The slot of an interface, -1 if it has none; with ifindex 0, a free one. */
int mxw_switches_slot(const struct mxw_config *config, uint32_t ifindex);

/* "monitor", "enforce", "bypass", or "unknown". */
const char *mxw_mode_name(uint32_t mode);

#endif
