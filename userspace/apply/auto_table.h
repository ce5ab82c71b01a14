/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The automatic entries in memory: a hash table, which grows as needed. For apply/auto*.c
 * alone. Pure.
 */
#ifndef MXW_AUTO_TABLE_H
#define MXW_AUTO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum mxw_auto_state {
	MXW_AUTO_IN_FORCE = 1, /* it is to be in the kernel's map */
	MXW_AUTO_WAITING, /* the kernel refused it; tried again every round */
};

struct mxw_auto_entry {
	uint64_t key; /* bpf/key.h; 0: the slot is free */
	uint64_t until, refresh; /* CLOCK_MONOTONIC ns */
	uint64_t lists; /* which are behind it, a bit each */
	int32_t score;
	uint8_t state; /* enum mxw_auto_state */
	bool present; /* its source has completed a connection */
	uint8_t zero[2];
};

struct mxw_auto_table {
	struct mxw_auto_entry *slots;
	size_t mask; /* slots less one; a power of two less one */
	size_t count;
};

int mxw_auto_table_init(struct mxw_auto_table *table);
void mxw_auto_table_free(struct mxw_auto_table *table);

/* NULL: not there. Valid until the table is changed. */
struct mxw_auto_entry *mxw_auto_table_find(const struct mxw_auto_table *table, uint64_t key);

/* The entry of key, zeroed if it is new; NULL without memory. key != 0. */
struct mxw_auto_entry *mxw_auto_table_put(struct mxw_auto_table *table, uint64_t key);

/* Others may move into the slot, and into those before it at the end of the array. */
void mxw_auto_table_remove(struct mxw_auto_table *table, const struct mxw_auto_entry *entry);

#endif
