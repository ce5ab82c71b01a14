// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Marks in the hint tables, one by one.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bpf/key.h"
#include "datapath/hint_marks.h"

/* The table that has the class's marks. */
struct mxw_hint *mxw_hint_map(const struct mxw_maps *maps, enum mxw_class class,
			      struct mxw_err *err)
{
	int fd = maps->fd[class == MXW_CLASS_AUTO ? MXW_MAP_HINT_AUTO : MXW_MAP_HINT];
	void *table =
		mmap(NULL, sizeof(struct mxw_hint), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (table != MAP_FAILED)
		return table;
	(void)mxw_fail(err, MXW_E_FAIL, "cannot map the filter's hint table: %s", strerror(errno));
	return NULL;
}

/* The controller marks without the lock, hence atomically. */
void mxw_hint_mark_key(struct mxw_hint *table, enum mxw_class class, uint64_t key)
{
	uint32_t slot = mxw_hint_slot(key, MXW_HINT_BITS);
	uint8_t bit = (uint8_t)(1U << class);

	(void)__atomic_fetch_or(&table->slots[slot], bit, __ATOMIC_RELAXED);
	(void)__atomic_fetch_or(&table->coarse[MXW_HINT_COARSE(slot)], bit, __ATOMIC_RELAXED);
}

/* Where the marks of a prefix are: from one place to another, of either family. A prefix of IPv6
 * that is short enough holds the keys of IPv4 too. */
struct span {
	bool any;
	uint32_t first, last;
};

static struct span span_of(const struct mxw_prefix *prefix, bool ipv6)
{
	uint64_t first = prefix->key, last = mxw_prefix_last(prefix);
	uint64_t least = ipv6 ? 1ULL << 32 : 0, most = ipv6 ? ~0ULL : UINT32_MAX;

	if (first > most || last < least)
		return (struct span){ .any = false };
	return (struct span){ true, mxw_hint_net(first < least ? least : first),
			      mxw_hint_net(last > most ? most : last) };
}

static void mark_net(struct mxw_hint *table, enum mxw_class class, const struct mxw_prefix *prefix)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct span span = span_of(prefix, ipv6);

		for (uint32_t i = span.first; span.any && i <= span.last; i++)
			(void)__atomic_fetch_or(&table->nets[ipv6][i], (uint8_t)(1U << class),
						__ATOMIC_RELAXED);
	}
}

void mxw_hint_mark(struct mxw_hint *table, enum mxw_class class,
		   const struct mxw_kernel_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].prefix.len == MXW_KEY_BITS)
			mxw_hint_mark_key(table, class, entries[i].prefix.key);
		else
			mark_net(table, class, &entries[i].prefix);
}

int mxw_hints_mark(const struct mxw_maps *maps, enum mxw_class class,
		   const struct mxw_kernel_entry *entries, size_t count, struct mxw_err *err)
{
	struct mxw_hint *table = mxw_hint_map(maps, class, err);

	if (!table)
		return MXW_E_FAIL;
	mxw_hint_mark(table, class, entries, count);
	(void)munmap(table, sizeof(*table)); /* fails only for a bad address */
	return MXW_OK;
}

/* The classes that are marked wherever the prefix is. */
static uint8_t net_marks(const struct mxw_hint *table, const struct mxw_prefix *prefix)
{
	uint8_t marks = 0xff;

	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct span span = span_of(prefix, ipv6);

		for (uint32_t i = span.first; span.any && i <= span.last; i++)
			marks &= table->nets[ipv6][i];
	}
	return marks;
}

bool mxw_hint_is_marked(const struct mxw_hint *table, enum mxw_class class,
			const struct mxw_kernel_entry *entry)
{
	uint32_t slot = mxw_hint_slot(entry->prefix.key, MXW_HINT_BITS);
	uint8_t marks = table->slots[slot] & table->coarse[MXW_HINT_COARSE(slot)];

	if (entry->prefix.len < MXW_KEY_BITS)
		marks = net_marks(table, &entry->prefix);
	return marks & (1U << class);
}
