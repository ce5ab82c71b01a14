// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of listed sources as sorted key ranges. Called while the sources are
 * set up, and searched for each packet whose /24 is not clear of it.
 */
#include <stdlib.h>

#include "bench/synflood/listed.h"

#define UNITS ((size_t)1 << 24) /* IPv4 /24s */

static uint64_t key_of(const struct sf_address *address)
{
	return address->family == SF_IPV4 ? address->low : mxw_key_v6(address->high, address->low);
}

static int compare(const void *a, const void *b)
{
	const struct sf_keys *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Joins ranges that overlap; keys are sorted by first. */
static size_t join(struct sf_keys *keys, size_t count)
{
	size_t at = 0;

	for (size_t i = 1; i < count; i++) {
		if (keys[i].first > keys[at].last)
			keys[++at] = keys[i];
		else if (keys[i].last > keys[at].last)
			keys[at].last = keys[i].last;
	}
	return count ? at + 1 : 0;
}

static void touch(uint64_t *touched, const struct sf_keys *keys)
{
	if (keys->first >> 32)
		return;
	for (uint64_t unit = keys->first >> 8; unit <= keys->last >> 8 && unit < UNITS; unit++)
		touched[unit / 64] |= (uint64_t)1 << unit % 64;
}

int sf_listed_make(struct sf_listed *listed, const struct sf_ranges *ranges, struct mxw_err *err)
{
	*listed = (struct sf_listed){ .keys = calloc(ranges->count + 1, sizeof(*listed->keys)),
				      .touched = calloc(UNITS / 64, sizeof(uint64_t)) };
	if (!listed->keys || !listed->touched)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for %zu listed sources",
				ranges->count);
	for (size_t i = 0; i < ranges->count; i++) {
		struct sf_address last = sf_range_last(&ranges->items[i]);

		listed->keys[i].first = key_of(&ranges->items[i].first);
		listed->keys[i].last = key_of(&last);
	}
	qsort(listed->keys, ranges->count, sizeof(*listed->keys), compare);
	listed->count = join(listed->keys, ranges->count);
	for (size_t i = 0; i < listed->count; i++)
		touch(listed->touched, &listed->keys[i]);
	return MXW_OK;
}

bool sf_listed_search(const struct sf_listed *listed, uint64_t key)
{
	size_t low = 0, high = listed->count; /* the range is before high, and not before low */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (listed->keys[middle].first > key)
			high = middle;
		else
			low = middle + 1;
	}
	return low && listed->keys[low - 1].last >= key;
}

void sf_listed_free(struct sf_listed *listed)
{
	free(listed->keys);
	free(listed->touched);
	*listed = (struct sf_listed){ 0 };
}
