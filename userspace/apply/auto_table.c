// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The automatic entries in memory. Called by the rest of the automatic entries.
 */
#include <stdlib.h>

#include "apply/auto_table.h"

#define SLOTS_AT_FIRST 1024 /* a power of two */

/* Keys are verdicts of lists about sources: nobody chooses them to collide. */
static size_t home(const struct mxw_auto_table *table, uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15ULL) >> 20) & table->mask;
}

int mxw_auto_table_init(struct mxw_auto_table *table)
{
	*table = (struct mxw_auto_table){ .mask = SLOTS_AT_FIRST - 1 };
	table->slots = calloc(SLOTS_AT_FIRST, sizeof(*table->slots));
	return table->slots ? MXW_OK : MXW_E_FAIL;
}

void mxw_auto_table_free(struct mxw_auto_table *table)
{
	free(table->slots);
	*table = (struct mxw_auto_table){ 0 };
}

/* The slot of key, or the free one where it would be. */
static struct mxw_auto_entry *probe(const struct mxw_auto_table *table, uint64_t key)
{
	size_t i = home(table, key);

	while (table->slots[i].key && table->slots[i].key != key)
		i = (i + 1) & table->mask;
	return &table->slots[i];
}

struct mxw_auto_entry *mxw_auto_table_find(const struct mxw_auto_table *table, uint64_t key)
{
	struct mxw_auto_entry *entry = probe(table, key);

	return entry->key ? entry : NULL;
}

/* Without memory it stays as it is, which is slower, until it is full. */
static void grow(struct mxw_auto_table *table)
{
	struct mxw_auto_table larger = { .mask = table->mask * 2 + 1, .count = table->count };

	larger.slots = calloc(larger.mask + 1, sizeof(*larger.slots));
	if (!larger.slots)
		return;
	for (size_t i = 0; i <= table->mask; i++)
		if (table->slots[i].key)
			*probe(&larger, table->slots[i].key) = table->slots[i];
	free(table->slots);
	*table = larger;
}

struct mxw_auto_entry *mxw_auto_table_put(struct mxw_auto_table *table, uint64_t key)
{
	struct mxw_auto_entry *entry = probe(table, key);

	if (entry->key)
		return entry;
	if (table->count >= (table->mask + 1) / 4 * 3)
		grow(table);
	if (table->count + 1 > table->mask) /* one slot is always free: it ends a search */
		return NULL;
	entry = probe(table, key);
	*entry = (struct mxw_auto_entry){ .key = key };
	table->count++;
	return entry;
}

void mxw_auto_table_remove(struct mxw_auto_table *table, const struct mxw_auto_entry *entry)
{
	size_t hole = (size_t)(entry - table->slots), i = hole;

	table->count--;
	for (;;) {
		table->slots[hole].key = 0;
		do {
			i = (i + 1) & table->mask;
			if (!table->slots[i].key)
				return;
			/* Stays if its home lies behind the hole. */
		} while (((i - home(table, table->slots[i].key)) & table->mask) <
			 ((i - hole) & table->mask));
		table->slots[hole] = table->slots[i];
		hole = i;
	}
}
