// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets of codes. Called by the cache of answers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "sources/dnsbl_codes.h"

#define PER_LIST (MXW_CODE_SETS / 2)

int mxw_codes_init(struct mxw_codes *codes)
{
	memset(codes, 0, sizeof(*codes));
	codes->set = calloc(MXW_CODE_SETS, sizeof(*codes->set));
	return codes->set ? MXW_OK : MXW_E_FAIL;
}

void mxw_codes_free(struct mxw_codes *codes)
{
	free(codes->set);
	codes->set = NULL;
}

const struct mxw_code_set *mxw_codes_get(const struct mxw_codes *codes, uint16_t number)
{
	return &codes->set[number - 1];
}

/* Few values, nearly always sorted already. */
static void sort(uint32_t *values, unsigned int count)
{
	for (unsigned int i = 1; i < count; i++) {
		uint32_t value = values[i];
		unsigned int at = i;

		for (; at && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

static uint16_t *chain_of(struct mxw_codes *codes, const struct mxw_code_set *set)
{
	uint64_t hash = set->list;

	for (unsigned int i = 0; i < set->count; i++)
		hash = (hash ^ set->codes[i]) * 0x9e3779b97f4a7c15ULL;
	return &codes->chain[(hash >> 40) % MXW_CODE_CHAINS];
}

static bool same_set(const struct mxw_code_set *a, const struct mxw_code_set *b)
{
	return a->list == b->list && a->count == b->count &&
	       memcmp(a->codes, b->codes, a->count * sizeof(a->codes[0])) == 0;
}

static uint16_t unused(struct mxw_codes *codes)
{
	uint16_t number = codes->free;

	if (number)
		codes->free = codes->set[number - 1].next;
	else if (codes->fresh < MXW_CODE_SETS)
		number = ++codes->fresh;
	return number;
}

uint16_t mxw_codes_take(struct mxw_codes *codes, unsigned int list, const uint32_t *values,
			unsigned int count)
{
	struct mxw_code_set wanted = { .users = 1, .count = (uint8_t)count, .list = (uint8_t)list };
	uint16_t *chain, number;

	memcpy(wanted.codes, values, count * sizeof(values[0]));
	sort(wanted.codes, count);
	chain = chain_of(codes, &wanted);
	for (number = *chain; number; number = codes->set[number - 1].next)
		if (same_set(&codes->set[number - 1], &wanted)) {
			codes->set[number - 1].users++;
			return number;
		}
	if (codes->per_list[list] >= PER_LIST)
		return 0;
	number = unused(codes);
	if (!number)
		return 0;
	codes->per_list[list]++;
	wanted.next = *chain;
	*chain = number;
	codes->set[number - 1] = wanted;
	return number;
}

void mxw_codes_drop(struct mxw_codes *codes, uint16_t number)
{
	struct mxw_code_set *set = &codes->set[number - 1];
	uint16_t *link;

	if (--set->users)
		return;
	link = chain_of(codes, set);
	while (*link != number)
		link = &codes->set[*link - 1].next;
	*link = set->next;
	codes->per_list[set->list]--;
	set->next = codes->free;
	codes->free = number;
}
