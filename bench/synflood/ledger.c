// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bits of the answered flows. Called by the sending and the receiving loop.
 * All atomics are relaxed: a bit orders nothing but itself.
 */
#include <stdlib.h>

#include "bench/synflood/ledger.h"

#define WORD_BITS 64

int sf_ledger_make(struct sf_ledger *ledger, uint64_t size, struct mxw_err *err)
{
	uint64_t held = SF_LEDGER_LEAST;

	while (held < size && held < SF_LEDGER_MOST)
		held *= 2;
	*ledger = (struct sf_ledger){ .size = held };
	ledger->words = calloc(held / WORD_BITS, sizeof(*ledger->words));
	if (!ledger->words)
		return mxw_fail(err, MXW_E_FAIL, "out of memory: %llu MB to tell answers apart",
				(unsigned long long)(held / 8 >> 20));
	return MXW_OK;
}

void sf_ledger_free(struct sf_ledger *ledger)
{
	free((void *)ledger->words);
	ledger->words = NULL;
}

static _Atomic uint64_t *word_of(const struct sf_ledger *ledger, uint64_t flow)
{
	return &ledger->words[(flow & (ledger->size - 1)) / WORD_BITS];
}

static uint64_t bit_of(uint64_t flow)
{
	return (uint64_t)1 << flow % WORD_BITS;
}

void sf_ledger_open(struct sf_ledger *ledger, uint64_t count)
{
	uint64_t from = atomic_load_explicit(&ledger->opened, memory_order_relaxed);
	uint64_t first = (from + WORD_BITS - 1) / WORD_BITS * WORD_BITS;

	for (uint64_t flow = first; flow < from + count; flow += WORD_BITS)
		atomic_store_explicit(word_of(ledger, flow), 0, memory_order_relaxed);
	atomic_store_explicit(&ledger->opened, from + count, memory_order_relaxed);
}

/* Flows of the word that was cleared last are told apart only from its first opened one
 * on, so the oldest word does not count as held. */
static bool is_held(const struct sf_ledger *ledger, uint64_t opened, uint64_t flow)
{
	return opened - flow <= ledger->size - WORD_BITS;
}

enum sf_mark sf_ledger_mark(struct sf_ledger *ledger, uint64_t flow)
{
	uint64_t opened = atomic_load_explicit(&ledger->opened, memory_order_relaxed), before;

	if (flow >= opened)
		return SF_MARK_UNSENT;
	if (!is_held(ledger, opened, flow))
		return SF_MARK_LATE;
	before =
		atomic_fetch_or_explicit(word_of(ledger, flow), bit_of(flow), memory_order_relaxed);
	return before & bit_of(flow) ? SF_MARK_AGAIN : SF_MARK_FIRST;
}

bool sf_ledger_is_marked(const struct sf_ledger *ledger, uint64_t flow)
{
	uint64_t opened = atomic_load_explicit(&ledger->opened, memory_order_relaxed);

	if (flow >= opened || !is_held(ledger, opened, flow))
		return false;
	return atomic_load_explicit(word_of(ledger, flow), memory_order_relaxed) & bit_of(flow);
}
