/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller's automatic entries with their database, on pinned maps without an
 * interface: starts, restarts, batches. In the sandbox only.
 */
#ifndef MXW_TESTS_KEEPER_H
#define MXW_TESTS_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/auto.h"

#define KEEPER_FOLDER "/var/lib/mxwalld"
#define KEEPER_DATABASE KEEPER_FOLDER "/auto.db"
#define KEEPER_LIST "zen.example" /* is behind every entry */
#define KEEPER_LIFE 600 /* s, of every entry */

struct keeper {
	struct mxw_maps maps;
	struct mxw_auto *automatic;
	uint64_t now; /* ns; the test moves it on */
	char notes[2048]; /* what it noted, a line each */
};

/* New maps, no database, and a first start. */
void keeper_begin(struct keeper *keeper);
void keeper_end(struct keeper *keeper);

/* ... and one or two sources that are blocked and stored; other may be NULL. */
void keeper_begin_with(struct keeper *keeper, const char *source, const char *other);

/* ... with a disk of its own for the database, until keeper_end(): options as of tmpfs. */
void keeper_begin_on_disk(struct keeper *keeper, const char *options);

/* The controller starts: on the maps that are there. */
void keeper_start(struct keeper *keeper);

/* It was killed, and starts again. Without keep_maps they are new, as after a reboot. */
void keeper_restart(struct keeper *keeper, bool keep_maps);

/* A list says so; it says so no more, nobody does. */
void keeper_block(struct keeper *keeper, const char *source);
void keeper_unblock(struct keeper *keeper, const char *source);
size_t keeper_withdraw(struct keeper *keeper, const char *list);

/* The n-th of many sources, n < 62500. Returns out. */
const char *keeper_nth(int n, char out[32]);

/* Writes what waits for the database. False: there was nothing. */
bool keeper_flush(struct keeper *keeper);

/* Whether it means to block the source; whether the kernel does, and until when. */
bool keeper_stands(const struct keeper *keeper, const char *source);
bool keeper_kernel_has(const struct keeper *keeper, const char *source);
uint64_t keeper_kernel_until(const struct keeper *keeper, const char *source);

#endif
