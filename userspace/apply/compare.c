// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two sorted lists of entries, walked together. Called where the store, or the controller's
 * database, is compared with the kernel.
 */
#include <stdlib.h>

#include "apply/compare.h"

static int compare_entries(const void *a, const void *b)
{
	const struct mxw_kernel_entry *x = a, *y = b;

	return mxw_prefix_compare(&x->prefix, &y->prefix);
}

/* An empty list may be NULL, which qsort() must not get. */
static void sort(struct mxw_kernel_entry *entries, size_t count)
{
	if (count)
		qsort(entries, count, sizeof(*entries), compare_entries);
}

void mxw_both_walk(const struct mxw_both *both, mxw_both_visit *visit, void *context)
{
	size_t m = 0, h = 0;

	sort(both->meant, both->meant_count);
	sort(both->have, both->have_count);
	while (m < both->meant_count || h < both->have_count) {
		const struct mxw_kernel_entry *meant = m < both->meant_count ? &both->meant[m]
									     : NULL;
		const struct mxw_kernel_entry *have = h < both->have_count ? &both->have[h] : NULL;
		int order = !meant ? 1 : !have ? -1 : compare_entries(meant, have);

		m += order <= 0;
		h += order >= 0;
		visit(context, order <= 0 ? meant : NULL, order >= 0 ? have : NULL);
	}
}
