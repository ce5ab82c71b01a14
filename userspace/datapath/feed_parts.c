// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inner maps, and the grace period.
 *
 * A change of a slot of an array of maps, made by a system call, returns after the programs
 * that may have seen the old map have ended (maybe_wait_bpf_programs() in the kernel). That
 * is also how to wait for packets that still read other memory of an old generation.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "datapath/feed_parts.h"

#define OPEN_TRIES 8 /* without the lock, what was found may be gone when it is opened */

static const struct mxw_feed_part nothing = { .fd = -1 };

static size_t bytes_of(uint32_t count)
{
	return (size_t)count * sizeof(union mxw_feed_line);
}

static int no_memory(uint32_t count, int error, struct mxw_err *err)
{
	unsigned long long mib = (bytes_of(count) + (1U << 20) - 1) >> 20;

	if (error == ENOMEM || error == E2BIG)
		return mxw_fail(err, MXW_E_FAIL,
				"not enough memory for the feeds' table: %llu MiB more are "
				"needed; free some, raise the limit of this memory cgroup, or "
				"use smaller feeds; the lists in force were not changed",
				mib);
	if (error == EPERM)
		return mxw_fail(err, MXW_E_FAIL,
				"the kernel refuses %llu MiB for the feeds' table: run as root, "
				"and with enough locked memory (ulimit -l); the lists in force "
				"were not changed",
				mib);
	return mxw_fail(err, MXW_E_FAIL, "cannot make the feeds' table of %llu MiB: %s", mib,
			strerror(error));
}

static int map_lines(struct mxw_feed_part *part)
{
	void *lines =
		mmap(NULL, bytes_of(part->count), PROT_READ | PROT_WRITE, MAP_SHARED, part->fd, 0);

	if (lines == MAP_FAILED)
		return -errno;
	part->lines = lines;
	return 0;
}

int mxw_feed_part_create(struct mxw_feed_part *part, uint32_t count, struct mxw_err *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	int error;

	*part = nothing;
	if (!count)
		return MXW_OK;
	part->count = count;
	part->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "mxw_feed_part", sizeof(__u32),
				  sizeof(union mxw_feed_line), count, &opts);
	error = part->fd < 0 ? part->fd : map_lines(part);
	if (!error)
		return MXW_OK;
	mxw_feed_part_close(part);
	return no_memory(count, -error, err);
}

/* 0, or a negative errno; an empty slot is none. */
static int open_slot(int parts, uint32_t slot, struct mxw_feed_part *part)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info), id;

	if (bpf_map_lookup_elem(parts, &slot, &id))
		return errno == ENOENT ? 0 : -errno;
	part->fd = bpf_map_get_fd_by_id(id);
	if (part->fd < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	if (bpf_obj_get_info_by_fd(part->fd, &info, &length))
		return -errno;
	part->count = info.max_entries;
	return 0;
}

int mxw_feed_part_open(const struct mxw_maps *maps, uint32_t slot, struct mxw_feed_part *part,
		       struct mxw_err *err)
{
	int error = -EAGAIN;

	for (int i = 0; i < OPEN_TRIES && error == -EAGAIN; i++) {
		*part = nothing;
		error = open_slot(maps->fd[MXW_MAP_FEED_PARTS], slot, part);
	}
	if (!error)
		return MXW_OK;
	mxw_feed_part_close(part);
	return mxw_fail(err, MXW_E_FAIL, "cannot open the feeds' table: %s", strerror(-error));
}

int mxw_feed_part_map(struct mxw_feed_part *part, struct mxw_err *err)
{
	int error = part->count && !part->lines ? map_lines(part) : 0;

	return error ? mxw_fail(err, MXW_E_FAIL, "cannot map the feeds' table: %s",
				strerror(-error))
		     : MXW_OK;
}

int mxw_feed_window_open(const struct mxw_feed_part *part, uint32_t first, uint32_t count,
			 struct mxw_feed_window *out, struct mxw_err *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), begin = bytes_of(first) / page * page;

	out->size = bytes_of(first) + bytes_of(count) - begin;
	out->pages =
		mmap(NULL, out->size, PROT_READ | PROT_WRITE, MAP_SHARED, part->fd, (off_t)begin);
	if (out->pages == MAP_FAILED)
		return mxw_fail(err, MXW_E_FAIL, "cannot map the feeds' table: %s",
				strerror(errno));
	out->lines = (void *)((char *)out->pages + (bytes_of(first) - begin));
	return MXW_OK;
}

void mxw_feed_window_close(struct mxw_feed_window *window)
{
	(void)munmap(window->pages, window->size); /* fails for a bad address */
}

int mxw_feed_part_put(const struct mxw_maps *maps, uint32_t slot, const struct mxw_feed_part *part,
		      struct mxw_err *err)
{
	if (bpf_map_update_elem(maps->fd[MXW_MAP_FEED_PARTS], &slot, &part->fd, BPF_ANY))
		return mxw_fail(err, MXW_E_FAIL, "cannot put the feeds' table in its place: %s",
				strerror(errno));
	return MXW_OK;
}

int mxw_feed_part_remove(const struct mxw_maps *maps, uint32_t slot, struct mxw_err *err)
{
	if (bpf_map_delete_elem(maps->fd[MXW_MAP_FEED_PARTS], &slot) && errno != ENOENT)
		return mxw_fail(err, MXW_E_FAIL, "cannot free the feeds' old table: %s",
				strerror(errno));
	return MXW_OK;
}

int mxw_feed_parts_wait(const struct mxw_maps *maps, uint32_t slot, struct mxw_err *err)
{
	struct mxw_feed_part token;
	int error = mxw_feed_part_create(&token, 1, err);

	if (!error)
		error = mxw_feed_part_put(maps, slot, &token, err);
	mxw_feed_part_close(&token);
	return error ? error : mxw_feed_part_remove(maps, slot, err);
}

void mxw_feed_part_close(struct mxw_feed_part *part)
{
	if (part->lines)
		(void)munmap(part->lines, bytes_of(part->count)); /* fails for a bad address */
	if (part->fd >= 0)
		(void)close(part->fd);
	*part = nothing;
}
