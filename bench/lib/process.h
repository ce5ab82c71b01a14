/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of the bench do with their own process.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stddef.h>

#include "base/err.h"

/* ^C and SIGTERM wait until somebody asks for them. */
void bench_hold_signals(void);

/* libbpf says nothing: our sentences replace its log. */
void bench_silence_libbpf(void);

/* The folder of this program, where the .bpf.o files lie too. */
int bench_own_folder(char *dir, size_t size, struct mxw_err *err);

#endif
