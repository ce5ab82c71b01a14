// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the host's addresses to the never-block maps, and the guard of block.
 * Called by attach, block and explain.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/never.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "datapath/hosts.h"
#include "datapath/switches.h"

/* Once exempt, always: an earlier attach may have had the operator's word. What is there as it
 * should be is left alone, with its hits. */
static int put_host(const struct mxw_maps *maps, const struct mxw_never_item *item,
		    struct mxw_err *err)
{
	struct mxw_host host = { .exempt = item->exempt }, before;

	memcpy(host.addr, item->addr, sizeof(host.addr));
	if (mxw_hosts_get(maps, host.addr, &before) && (before.exempt || !host.exempt))
		return MXW_OK;
	return mxw_hosts_put(maps, &host, 1, err);
}

static int put_item(const struct mxw_maps *maps, const struct mxw_never_item *item,
		    struct mxw_err *err)
{
	struct mxw_kernel_entry entry = { .prefix = item->prefix, .exempt = item->exempt }, before;

	if (item->host)
		return put_host(maps, item, err);
	if (mxw_entries_get(maps, MXW_CLASS_NEVER, &item->prefix, &before) &&
	    (before.exempt || !entry.exempt))
		return MXW_OK;
	return mxw_entries_put(maps, MXW_CLASS_NEVER, &entry, 1, NULL, err);
}

/* A host inside the site's NAT64 prefix is met by the program as the IPv4 source that it stands for. */
static struct mxw_never_item as_met(const struct mxw_config *config,
				    const struct mxw_never_item *item)
{
	struct mxw_never_item met = *item;

	if (met.host && mxw_nat64_take(&config->nat64, met.addr))
		mxw_never_of_addr(&met, met.addr);
	return met;
}

/* The operator's come first: one that the host tells as well is exempt. */
static int gather(const struct mxw_maps *maps, const struct mxw_never_item *added, size_t count,
		  struct mxw_never_list *list, struct mxw_err *err)
{
	struct mxw_config config;
	int error = mxw_switches_read(maps, &config, err);

	for (size_t i = 0; i < count && !error; i++) {
		/* Before a network of the list covers it, which is not met there. */
		struct mxw_never_item item = as_met(&config, &added[i]);

		item.own = false;
		item.exempt = true;
		(void)snprintf(item.why, sizeof(item.why), "added by the operator");
		error = mxw_never_add(list, &item, err);
	}
	return error ? error : mxw_never_collect(list, err);
}

int mxw_never_put(const struct mxw_maps *maps, const struct mxw_never_list *list,
		  struct mxw_err *err)
{
	char count[MXW_COUNT_TEXT], text[MXW_ADDR_TEXT];
	struct mxw_config config;
	struct mxw_err why;
	const struct mxw_never_item *first = NULL;
	size_t failed = 0;
	int error = mxw_switches_read(maps, &config, err);

	for (size_t i = 0; i < list->count && !error; i++) {
		struct mxw_never_item item = as_met(&config, &list->items[i]);

		if (put_item(maps, &item, failed ? NULL : &why) == MXW_OK)
			continue;
		first = first ? first : &list->items[i];
		failed++;
	}
	if (!failed)
		return error;
	return mxw_fail(err, MXW_E_DEGRADED,
			"%s, the first of them %s, could not be put in the never-block set: %.200s",
			mxw_count_format(failed, "address", count), mxw_never_format(first, text),
			why.text);
}

/* Hosts that an earlier attach put there, without the prefix. */
static int put_met_hosts(const struct mxw_maps *maps, struct mxw_err *err)
{
	struct mxw_never_item item = { .host = true };
	struct mxw_host *hosts = NULL;
	struct mxw_config config;
	size_t count = 0;
	int error = mxw_switches_read(maps, &config, err);

	if (!error)
		error = mxw_hosts_read(maps, &hosts, &count, err);
	for (size_t i = 0; i < count && !error; i++) {
		uint8_t addr[16];

		memcpy(addr, hosts[i].addr, sizeof(addr));
		if (!mxw_nat64_take(&config.nat64, addr))
			continue;
		mxw_never_of_addr(&item, addr);
		item.exempt = hosts[i].exempt;
		error = put_item(maps, &item, err);
	}
	free(hosts);
	return error;
}

int mxw_never_fill(const struct mxw_maps *maps, const struct mxw_never_item *added, size_t count,
		   uint64_t *total, struct mxw_err *err)
{
	struct mxw_never_list list;
	int error;

	mxw_never_init(&list);
	error = gather(maps, added, count, &list, err);
	if (!error)
		error = mxw_never_put(maps, &list, err);
	if (!error)
		error = put_met_hosts(maps, err);
	*total = list.count;
	mxw_never_free(&list);
	return error;
}

bool mxw_never_has(const struct mxw_maps *maps, const struct mxw_never_item *item)
{
	struct mxw_kernel_entry entry;
	struct mxw_host host;

	return item->host ? mxw_hosts_get(maps, item->addr, &host)
			  : mxw_entries_get(maps, MXW_CLASS_NEVER, &item->prefix, &entry);
}

int mxw_never_remove(const struct mxw_maps *maps, const struct mxw_never_item *item, bool *found,
		     struct mxw_err *err)
{
	struct mxw_host host = { .exempt = false };
	struct mxw_kernel_entry entry;

	if (!item->host) {
		*found = mxw_entries_get(maps, MXW_CLASS_NEVER, &item->prefix, &entry);
		return mxw_entries_delete(maps, MXW_CLASS_NEVER, &item->prefix, 1, err);
	}
	memcpy(host.addr, item->addr, sizeof(host.addr));
	*found = mxw_hosts_get(maps, item->addr, &host);
	return mxw_hosts_delete(maps, &host, 1, err);
}

/* Adds what the kernel's set holds besides. */
static int add_kernels(const struct mxw_maps *maps, struct mxw_never_list *out, struct mxw_err *err)
{
	struct mxw_never_item item = { .why = "given with --never, or found at attach" };
	struct mxw_kernel_entry *entries = NULL;
	struct mxw_host *hosts = NULL;
	size_t count = 0, host_count = 0;
	int error = mxw_entries_read(maps, MXW_CLASS_NEVER, &entries, &count, err);

	for (size_t i = 0; i < count && !error; i++) {
		item.prefix = entries[i].prefix;
		error = mxw_never_add(out, &item, err);
	}
	if (!error)
		error = mxw_hosts_read(maps, &hosts, &host_count, err);
	for (size_t i = 0; i < host_count && !error; i++) {
		mxw_never_of_addr(&item, hosts[i].addr);
		error = mxw_never_add(out, &item, err);
	}
	free(entries);
	free(hosts);
	return error;
}

int mxw_never_known(const struct mxw_maps *maps, struct mxw_never_list *out, struct mxw_err *err)
{
	int error;

	mxw_never_init(out);
	error = maps ? mxw_never_collect_quickly(out, err) : mxw_never_collect(out, err);
	if (!error && maps)
		error = add_kernels(maps, out, err);
	return error;
}

const struct mxw_never_item *mxw_never_touched_keys(const struct mxw_never_list *list,
						    uint64_t first, uint64_t last)
{
	const struct mxw_never_item *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct mxw_never_item *item = &list->items[i];

		if (item->host || item->prefix.key > last || mxw_prefix_last(&item->prefix) < first)
			continue;
		if (item->own)
			return item;
		found = item;
	}
	return found;
}

const struct mxw_never_item *mxw_never_touched(const struct mxw_never_list *list,
					       const struct mxw_prefix *prefix)
{
	return mxw_never_touched_keys(list, prefix->key, mxw_prefix_last(prefix));
}

const struct mxw_never_item *mxw_never_is_host(const struct mxw_never_list *list, const char *text)
{
	uint8_t addr[16];

	if (inet_pton(AF_INET6, text, addr) != 1)
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].host && memcmp(list->items[i].addr, addr, sizeof(addr)) == 0)
			return &list->items[i];
	return NULL;
}

const struct mxw_never_item *mxw_never_inside(const struct mxw_never_list *list,
					      const struct mxw_prefix *prefix)
{
	const struct mxw_never_item *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct mxw_never_item *item = &list->items[i];

		if (!item->host || !mxw_prefix_contains(prefix, &item->prefix))
			continue;
		if (item->own)
			return item;
		found = found ? found : item;
	}
	return found;
}
