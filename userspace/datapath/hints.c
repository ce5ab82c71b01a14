// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping the hint table. Called before entries are written, and by apply where many entries have
 * gone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bpf/key.h"
#include "datapath/hints.h"
#include "datapath/hosts.h"
#include "datapath/switches.h"

/* The table that has the class's marks. */
static struct mxw_hint *map_table(const struct mxw_maps *maps, enum mxw_class class,
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
static void mark_exact(struct mxw_hint *table, enum mxw_class class, uint64_t key)
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

static void mark(struct mxw_hint *table, enum mxw_class class,
		 const struct mxw_kernel_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].prefix.len == MXW_KEY_BITS)
			mark_exact(table, class, entries[i].prefix.key);
		else
			mark_net(table, class, &entries[i].prefix);
}

int mxw_hints_mark(const struct mxw_maps *maps, enum mxw_class class,
		   const struct mxw_kernel_entry *entries, size_t count, struct mxw_err *err)
{
	struct mxw_hint *table = map_table(maps, class, err);

	if (!table)
		return MXW_E_FAIL;
	mark(table, class, entries, count);
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

static bool is_marked(const struct mxw_hint *table, enum mxw_class class,
		      const struct mxw_kernel_entry *entry)
{
	uint32_t slot = mxw_hint_slot(entry->prefix.key, MXW_HINT_BITS);
	uint8_t marks = table->slots[slot] & table->coarse[MXW_HINT_COARSE(slot)];

	if (entry->prefix.len < MXW_KEY_BITS)
		marks = net_marks(table, &entry->prefix);
	return marks & (1U << class);
}

int mxw_hints_overlooked(const struct mxw_maps *maps, enum mxw_class class,
			 const struct mxw_kernel_entry *entries, size_t count, uint64_t *overlooked,
			 struct mxw_err *err)
{
	struct mxw_hint *table = map_table(maps, class, err);
	struct mxw_config config;

	*overlooked = 0;
	if (!table)
		return MXW_E_FAIL;
	if (mxw_switches_read(maps, &config, err)) {
		(void)munmap(table, sizeof(*table)); /* fails only for a bad address */
		return MXW_E_FAIL;
	}
	for (size_t i = 0; i < count; i++)
		*overlooked +=
			!(config.used & mxw_entries_used_bits(class, &entries[i], 1)) ||
			(config.used & MXW_USED_HINT && !is_marked(table, class, &entries[i]));
	(void)munmap(table, sizeof(*table)); /* fails only for a bad address */
	return MXW_OK;
}

static int mark_class(const struct mxw_maps *maps, struct mxw_hint *table, enum mxw_class class,
		      uint32_t *bits, struct mxw_err *err)
{
	struct mxw_kernel_entry *entries = NULL;
	size_t count = 0;
	int error = mxw_entries_read(maps, class, &entries, &count, err);

	if (!error) {
		mark(table, class, entries, count);
		*bits |= mxw_entries_used_bits(class, entries, count);
	}
	free(entries);
	return error;
}

/* Marks are taken off only where no entry wants them, so no packet ever misses one. */
static void replace(struct mxw_hint *table, const struct mxw_hint *wanted)
{
	memcpy(table, wanted, sizeof(*table));
}

/* The never-block set's hosts are marked at the keys of their /64s. */
static int mark_hosts(const struct mxw_maps *maps, struct mxw_hint *table, uint32_t *bits,
		      struct mxw_err *err)
{
	struct mxw_host *hosts = NULL;
	size_t count = 0;
	int error = mxw_hosts_read(maps, &hosts, &count, err);

	for (size_t i = 0; i < count; i++) {
		mark_exact(table, MXW_CLASS_NEVER, mxw_addr_key(hosts[i].addr));
		*bits |= MXW_USED_EXACT(MXW_CLASS_NEVER);
	}
	free(hosts);
	return error;
}

/* The classes from first to last are those of one table. */
static int rebuild(const struct mxw_maps *maps, enum mxw_class first, enum mxw_class last,
		   struct mxw_hint *table, struct mxw_hint *wanted, struct mxw_err *err)
{
	uint32_t bits = 0;
	int error = MXW_OK;

	if (first == MXW_CLASS_NEVER)
		error = mark_hosts(maps, wanted, &bits, err);
	for (int c = (int)first; c <= (int)last && !error; c++)
		error = mark_class(maps, wanted, (enum mxw_class)c, &bits, err);
	if (error)
		return error;
	replace(table, wanted);
	/* Some entries are put without the lock: the controller's, and by an `allow` that found it
	 * held. Some may have been put since they were read. */
	error = mark_class(maps, table, last == MXW_CLASS_AUTO ? last : MXW_CLASS_ALLOW, &bits,
			   err);
	return error || !bits ? error : mxw_switches_use(maps, bits, err);
}

static int rebuild_table(const struct mxw_maps *maps, enum mxw_class first, enum mxw_class last,
			 struct mxw_err *err)
{
	struct mxw_hint *table = map_table(maps, first, err), *wanted;
	int error = MXW_E_FAIL;

	if (!table)
		return MXW_E_FAIL;
	wanted = calloc(1, sizeof(*wanted));
	if (wanted)
		error = rebuild(maps, first, last, table, wanted, err);
	else
		(void)mxw_fail(err, MXW_E_FAIL, "out of memory");
	free(wanted);
	(void)munmap(table, sizeof(*table)); /* fails only for a bad address */
	return error;
}

int mxw_hints_rebuild(const struct mxw_maps *maps, struct mxw_err *err)
{
	int error = rebuild_table(maps, MXW_CLASS_NEVER, MXW_CLASS_BLOCK, err);

	if (!error)
		error = rebuild_table(maps, MXW_CLASS_AUTO, MXW_CLASS_AUTO, err);
	return error ? error : mxw_switches_use(maps, MXW_USED_HINT, err);
}
