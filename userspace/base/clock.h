/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clocks. Kernel entries expire on CLOCK_MONOTONIC; people and reboots need
 * the wall clock. Pure code takes a time as argument instead of calling this.
 */
#ifndef MXW_CLOCK_H
#define MXW_CLOCK_H

#include <stdint.h>

#define MXW_SECOND 1000000000ULL /* in ns */

/* CLOCK_MONOTONIC, which the BPF program compares with, in ns. */
uint64_t mxw_clock_mono(void);

/* CLOCK_REALTIME since 1970, in ns. */
uint64_t mxw_clock_wall(void);

/* The kernel's id of this boot, "" if it gives none. */
void mxw_clock_boot_id(char out[40]);

#endif
