// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counting entries. Called by the controller, on a thread of its own.
 */
#include <bpf/bpf.h>

#include "datapath/entries_count.h"

#define STEP 1024 /* exact entries at once */

static void next_class(struct mxw_entries_count *count)
{
	count->known[count->class] = count->so_far;
	count->class = (count->class + 1) % MXW_CLASS_COUNT;
	count->so_far = 0;
	count->nets = count->begun = false;
	count->cursor = (struct mxw_entries_cursor){ 0 };
}

static void one_more(void *context, const struct mxw_kernel_entry *entry)
{
	struct mxw_entries_count *count = context;

	(void)entry;
	count->so_far++;
}

/* One prefix; the walk is by keys, so one that is removed under it begins it again. */
static void count_net(const struct mxw_maps *maps, struct mxw_entries_count *count)
{
	int fd = mxw_maps_class(maps, (enum mxw_class)count->class, true);
	struct mxw_net_key next;

	if (bpf_map_get_next_key(fd, count->begun ? &count->key : NULL, &next)) {
		next_class(count);
		return;
	}
	count->key = next;
	count->begun = true;
	count->so_far++;
}

bool mxw_entries_count(const struct mxw_maps *maps, struct mxw_entries_count *count, size_t most)
{
	for (size_t left = most; left;) {
		unsigned int class = count->class;

		if (count->nets) {
			count_net(maps, count);
			left--;
		} else {
			mxw_entries_walk(maps, (enum mxw_class) class, &count->cursor, STEP,
					 one_more, count);
			count->nets = !count->cursor.under_way;
			left -= left < STEP ? left : STEP;
		}
		if (count->class < class)
			return true;
	}
	return false;
}
