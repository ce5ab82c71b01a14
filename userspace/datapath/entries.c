// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Map writing and reading for the classes. Called by apply; list, explain and
 * verify read through it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "base/buffer.h"
#include "base/num.h"
#include "datapath/entries.h"
#include "datapath/hint_marks.h"
#include "datapath/switches.h"

#define BATCH 16384

static const char *const class_names[MXW_CLASS_COUNT] = { "never", "allow", "block", "auto" };

const char *mxw_class_name(unsigned int class)
{
	return class < MXW_CLASS_COUNT ? class_names[class] : "unknown";
}

static bool is_net(const struct mxw_prefix *prefix)
{
	return prefix->len < MXW_KEY_BITS;
}

static struct mxw_net_key net_key(const struct mxw_prefix *prefix)
{
	struct mxw_net_key key = { .prefix_len = prefix->len };

	for (int i = 0; i < 8; i++)
		key.key[i] = (uint8_t)(prefix->key >> (56 - 8 * i));
	return key;
}

static uint64_t key_of_net(const struct mxw_net_key *net)
{
	uint64_t key = 0;

	for (int i = 0; i < 8; i++)
		key = key << 8 | net->key[i];
	return key;
}

static struct mxw_entry to_value(const struct mxw_kernel_entry *entry)
{
	return (struct mxw_entry){ .expires_ns = entry->expires_ns,
				   .prefix_len = entry->prefix.len,
				   .mode = entry->mode,
				   .exempt = entry->exempt };
}

static int write_failed(int fd, enum mxw_class class, int code, struct mxw_err *err)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);
	char room[MXW_COUNT_TEXT];

	if (code == E2BIG || code == ENOSPC) {
		(void)bpf_obj_get_info_by_fd(fd, &info, &len); /* the figure is a courtesy */
		return mxw_fail(err, MXW_E_FAIL,
				"the %s set is full (%s): detach and attach again with a larger "
				"--capacity",
				mxw_class_name(class),
				mxw_count_format(info.max_entries, "entry", room));
	}
	return mxw_fail(err, MXW_E_FAIL, "the kernel refused to store a %s entry: %s",
			mxw_class_name(class), strerror(code));
}

static int put_one(const struct mxw_maps *maps, enum mxw_class class,
		   const struct mxw_kernel_entry *entry, struct mxw_err *err)
{
	int fd = mxw_maps_class(maps, class, is_net(&entry->prefix));
	struct mxw_net_key net = net_key(&entry->prefix);
	struct mxw_entry value = to_value(entry);
	const void *key = is_net(&entry->prefix) ? (const void *)&net : &entry->prefix.key;

	if (bpf_map_update_elem(fd, key, &value, BPF_ANY))
		return write_failed(fd, class, errno, err);
	return MXW_OK;
}

/* Room for one batch of exact keys. */
struct batch {
	__u64 keys[BATCH];
	struct mxw_entry values[BATCH];
};

/* Collects the next exact keys from entries; *next moves past what was looked at. */
static __u32 fill_batch(struct batch *batch, const struct mxw_kernel_entry *entries, size_t count,
			size_t *next)
{
	__u32 filled = 0;

	for (; *next < count && filled < BATCH; (*next)++) {
		if (is_net(&entries[*next].prefix))
			continue;
		batch->keys[filled] = entries[*next].prefix.key;
		batch->values[filled++] = to_value(&entries[*next]);
	}
	return filled;
}

/* From first on, one by one: the batch was refused there. */
static int put_rest(int fd, enum mxw_class class, const struct batch *batch, __u32 first,
		    __u32 count, struct mxw_err *err)
{
	for (__u32 i = first; i < count; i++)
		if (bpf_map_update_elem(fd, &batch->keys[i], &batch->values[i], BPF_ANY))
			return write_failed(fd, class, errno, err);
	return MXW_OK;
}

static int put_exact(const struct mxw_maps *maps, enum mxw_class class,
		     const struct mxw_kernel_entry *entries, size_t count,
		     const struct mxw_report *report, struct mxw_err *err)
{
	int fd = mxw_maps_class(maps, class, false), error = MXW_OK;
	struct batch *batch = malloc(sizeof(*batch));
	size_t next = 0;

	if (!batch)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	while (next < count && !error) {
		__u32 filled = fill_batch(batch, entries, count, &next), done = filled;

		if (filled && bpf_map_update_batch(fd, batch->keys, batch->values, &done, NULL))
			error = put_rest(fd, class, batch, done < filled ? done : 0, filled, err);
		mxw_progress(report, next, count);
	}
	free(batch);
	return error;
}

uint32_t mxw_entries_used_bits(enum mxw_class class, const struct mxw_kernel_entry *entries,
			       size_t count)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= is_net(&entries[i].prefix) ? MXW_USED_NET(class) : MXW_USED_EXACT(class);
	return bits;
}

int mxw_entries_put(const struct mxw_maps *maps, enum mxw_class class,
		    const struct mxw_kernel_entry *entries, size_t count,
		    const struct mxw_report *report, struct mxw_err *err)
{
	uint32_t bits = mxw_entries_used_bits(class, entries, count);
	int error = mxw_hints_mark(maps, class, entries, count, err);

	if (!error)
		error = mxw_switches_use(maps, bits, err);
	if (!error && count == 1)
		return put_one(maps, class, entries, err);
	if (!error && bits & MXW_USED_EXACT(class))
		error = put_exact(maps, class, entries, count, report, err);
	/* Prefix maps take no batches reliably: ENOMEM half-way on some kernels. */
	for (size_t i = 0; i < count && !error && bits & MXW_USED_NET(class); i++)
		if (is_net(&entries[i].prefix))
			error = put_one(maps, class, &entries[i], err);
	return error;
}

static int delete_one(const struct mxw_maps *maps, enum mxw_class class,
		      const struct mxw_prefix *prefix, struct mxw_err *err)
{
	int fd = mxw_maps_class(maps, class, is_net(prefix));
	struct mxw_net_key net = net_key(prefix);
	const void *key = is_net(prefix) ? (const void *)&net : &prefix->key;

	if (bpf_map_delete_elem(fd, key) && errno != ENOENT)
		return mxw_fail(err, MXW_E_FAIL, "the kernel refused to remove a %s entry: %s",
				mxw_class_name(class), strerror(errno));
	return MXW_OK;
}

int mxw_entries_delete(const struct mxw_maps *maps, enum mxw_class class,
		       const struct mxw_prefix *prefixes, size_t count, struct mxw_err *err)
{
	int error = MXW_OK;

	/* One by one: a batch ends at the first key that is not there. */
	for (size_t i = 0; i < count && !error; i++)
		error = delete_one(maps, class, &prefixes[i], err);
	return error;
}

bool mxw_entries_get(const struct mxw_maps *maps, enum mxw_class class,
		     const struct mxw_prefix *prefix, struct mxw_kernel_entry *out)
{
	int fd = mxw_maps_class(maps, class, is_net(prefix));
	struct mxw_net_key net = net_key(prefix);
	struct mxw_entry value;

	if (bpf_map_lookup_elem(fd, is_net(prefix) ? (const void *)&net : &prefix->key, &value))
		return false;
	/* The trie answers with the longest match, which may be a shorter prefix. */
	if (value.prefix_len != prefix->len)
		return false;
	*out = (struct mxw_kernel_entry){ .prefix = *prefix,
					  .expires_ns = value.expires_ns,
					  .hits = value.hits,
					  .mode = value.mode,
					  .exempt = value.exempt };
	return true;
}

/* A list that grows while a map is read. */
struct reading {
	struct mxw_kernel_entry *items;
	size_t count, capacity;
};

static int take(struct reading *reading, uint64_t key, uint8_t len, const struct mxw_entry *value,
		struct mxw_err *err)
{
	struct mxw_kernel_entry *entry = mxw_grow((void **)&reading->items, reading->count,
						  &reading->capacity, sizeof(*entry));

	if (!entry)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	*entry = (struct mxw_kernel_entry){ .prefix = { .key = key, .len = len },
					    .expires_ns = value->expires_ns,
					    .hits = value->hits,
					    .mode = value->mode,
					    .exempt = value->exempt };
	reading->count++;
	return MXW_OK;
}

static int read_nets(int fd, struct reading *reading, struct mxw_err *err)
{
	struct mxw_net_key key, *previous = NULL;
	struct mxw_entry value;
	int error = MXW_OK;

	while (!error && bpf_map_get_next_key(fd, previous, &key) == 0) {
		if (bpf_map_lookup_elem(fd, &key, &value) == 0)
			error = take(reading, key_of_net(&key), (uint8_t)key.prefix_len, &value,
				     err);
		previous = &key;
	}
	return error;
}

static int read_batch(struct reading *reading, const struct batch *batch, __u32 count,
		      struct mxw_err *err)
{
	int error = MXW_OK;

	for (__u32 i = 0; i < count && !error; i++)
		error = take(reading, batch->keys[i], MXW_KEY_BITS, &batch->values[i], err);
	return error;
}

/* Reads in batches: one system call for each entry would take seconds for a million of them. */
static int read_exact(int fd, struct reading *reading, struct mxw_err *err)
{
	struct batch *batch = malloc(sizeof(*batch));
	__u32 position = 0, count;
	void *from = NULL;
	int error = MXW_OK, done = 0;

	if (!batch)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	while (!error && !done) {
		count = BATCH;
		done = bpf_map_lookup_batch(fd, from, &position, batch->keys, batch->values, &count,
					    NULL);
		if (done && errno != ENOENT)
			error = mxw_fail(err, MXW_E_FAIL, "cannot read the kernel's entries: %s",
					 strerror(errno));
		else
			error = read_batch(reading, batch, count, err);
		from = &position;
	}
	free(batch);
	return error;
}

int mxw_entries_read(const struct mxw_maps *maps, enum mxw_class class,
		     struct mxw_kernel_entry **out, size_t *count, struct mxw_err *err)
{
	struct reading reading = { 0 };
	int error = read_exact(mxw_maps_class(maps, class, false), &reading, err);

	if (!error)
		error = read_nets(mxw_maps_class(maps, class, true), &reading, err);
	if (error) {
		free(reading.items);
		reading = (struct reading){ 0 };
	}
	*out = reading.items;
	*count = reading.count;
	return error;
}

void mxw_entries_walk(const struct mxw_maps *maps, enum mxw_class class,
		      struct mxw_entries_cursor *cursor, size_t count, mxw_entries_visit *visit,
		      void *context)
{
	int fd = mxw_maps_class(maps, class, false), done = 0;
	struct batch *batch = malloc(sizeof(*batch));

	for (size_t seen = 0; batch && !done && seen < count;) {
		__u32 got = BATCH;

		done = bpf_map_lookup_batch(fd, cursor->under_way ? &cursor->position : NULL,
					    &cursor->position, batch->keys, batch->values, &got,
					    NULL);
		cursor->under_way = !done;
		if (done && errno != ENOENT)
			break;
		for (__u32 i = 0; i < got; i++) {
			const struct mxw_kernel_entry entry = {
				.prefix = { .key = batch->keys[i], .len = MXW_KEY_BITS },
				.expires_ns = batch->values[i].expires_ns,
				.hits = batch->values[i].hits,
				.mode = batch->values[i].mode,
			};

			visit(context, &entry);
		}
		seen += got;
	}
	free(batch);
}

static bool lives(const struct mxw_entry *value, uint64_t now)
{
	return !value->expires_ns || value->expires_ns > now;
}

bool mxw_entries_cover(const struct mxw_maps *maps, enum mxw_class class, uint64_t source,
		       uint64_t now)
{
	struct mxw_prefix prefix = { .key = source, .len = MXW_KEY_BITS };
	struct mxw_net_key net = net_key(&prefix);
	struct mxw_entry value;

	if (bpf_map_lookup_elem(mxw_maps_class(maps, class, false), &source, &value) == 0 &&
	    lives(&value, now))
		return true;
	/* As the program: an expired prefix hides no shorter one. */
	while (bpf_map_lookup_elem(mxw_maps_class(maps, class, true), &net, &value) == 0) {
		if (lives(&value, now))
			return true;
		if (!value.prefix_len || value.prefix_len > net.prefix_len)
			return false;
		net.prefix_len = value.prefix_len - 1U;
	}
	return false;
}

int mxw_entries_capacity(const struct mxw_maps *maps, enum mxw_class class, uint64_t *exact,
			 uint64_t *nets, struct mxw_err *err)
{
	uint64_t *const sizes[] = { exact, nets };

	for (int net = 0; net < 2; net++) {
		struct bpf_map_info info = { 0 };
		__u32 len = sizeof(info);

		if (bpf_obj_get_info_by_fd(mxw_maps_class(maps, class, net), &info, &len))
			return mxw_fail(err, MXW_E_FAIL, "cannot read the size of the %s set: %s",
					mxw_class_name(class), strerror(errno));
		*sizes[net] = info.max_entries;
	}
	return MXW_OK;
}

uint32_t mxw_entries_map_id(const struct mxw_maps *maps, enum mxw_class class)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(mxw_maps_class(maps, class, false), &info, &len))
		return 0;
	return info.id;
}
