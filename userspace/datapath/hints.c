// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping the hint table. Called before entries are written, and by apply where many entries have
 * gone.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bpf/key.h"
#include "datapath/hint_marks.h"
#include "datapath/hints.h"
#include "datapath/hosts.h"
#include "datapath/switches.h"

int mxw_hints_overlooked(const struct mxw_maps *maps, enum mxw_class class,
			 const struct mxw_kernel_entry *entries, size_t count, uint64_t *overlooked,
			 struct mxw_err *err)
{
	struct mxw_hint *table = mxw_hint_map(maps, class, err);
	struct mxw_config config;

	*overlooked = 0;
	if (!table)
		return MXW_E_FAIL;
	if (mxw_switches_read(maps, &config, err)) {
		(void)munmap(table, sizeof(*table)); /* fails only for a bad address */
		return MXW_E_FAIL;
	}
	for (size_t i = 0; i < count; i++)
		*overlooked += !(config.used & mxw_entries_used_bits(class, &entries[i], 1)) ||
			       (config.used & MXW_USED_HINT &&
				!mxw_hint_is_marked(table, class, &entries[i]));
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
		mxw_hint_mark(table, class, entries, count);
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
		mxw_hint_mark_key(table, MXW_CLASS_NEVER, mxw_addr_key(hosts[i].addr));
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
	struct mxw_hint *table = mxw_hint_map(maps, first, err), *wanted;
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
