// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Growing arrays. Called by whoever collects a list.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"

void *mxw_grow(void **items, size_t count, size_t *capacity, size_t size)
{
	if (count == *capacity) {
		size_t wanted = *capacity ? *capacity * 2 : 64;
		void *larger = wanted > SIZE_MAX / size ? NULL : realloc(*items, wanted * size);

		if (!larger)
			return NULL;
		*items = larger;
		*capacity = wanted;
	}
	return (char *)*items + count * size;
}
