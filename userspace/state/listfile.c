// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists in files: a header, then the arrays as they are in memory. Called by
 * apply's feeds. The journal is delta.c's part.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "state/listfile.h"
#include "state/listpath.h"

#define MAGIC 0x7473696c77786dULL /* "mxwlist" */
#define VERSION 1
#define PIECE (1U << 20)

/* The arrays follow in the order of the counts; each element is a multiple of 8 bytes. Behind them
 * stands what ends before the list does, if anything: a struct tail, its ends, then their ranges. */
struct header {
	uint64_t magic;
	uint64_t version;
	uint64_t block6, allow6, block4, allow4; /* how many ranges */
	uint64_t written; /* wall clock ns: a list that comes again is another one */
	uint64_t content_sum; /* of what follows the header */
	uint64_t header_sum; /* of what is above */
};

struct tail {
	uint64_t all; /* when the whole list ends, wall clock s; 0 = it does not say */
	uint64_t count; /* of ends, to MXW_ENDINGS */
};

struct tail_end {
	uint64_t end; /* wall clock s */
	uint64_t v6, v4; /* how many ranges */
};

uint64_t mxw_listfile_sum(uint64_t sum, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t word;

	for (size_t i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 29;
	}
	return sum;
}

static uint64_t header_sum(const struct header *header)
{
	return mxw_listfile_sum(VERSION, header, offsetof(struct header, header_sum));
}

static const char *suffix_of(enum mxw_listfile_kind kind)
{
	return kind == MXW_LISTFILE_HELD ? ".held" : ".list";
}

const char *mxw_listfile_path(const char *name, const char *suffix, char out[MXW_LISTFILE_PATH])
{
	(void)snprintf(out, MXW_LISTFILE_PATH, MXW_FEEDS_DIR "/%s%s", name, suffix);
	return out;
}

int mxw_listfile_fail(const char *doing, const char *path, struct mxw_err *err)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return mxw_fail(err, MXW_E_FAIL,
				"cannot %s %s: the disk is full; free some room and try again",
				doing, path);
	return mxw_fail(err, MXW_E_FAIL, "cannot %s %s: %s", doing, path, strerror(errno));
}

int mxw_listfile_make_dir(struct mxw_err *err)
{
	if ((mkdir(MXW_STATE_DIR, 0700) && errno != EEXIST) ||
	    (mkdir(MXW_FEEDS_DIR, 0700) && errno != EEXIST))
		return mxw_listfile_fail("create", MXW_FEEDS_DIR, err);
	return MXW_OK;
}

int mxw_listfile_sync_dir(struct mxw_err *err)
{
	int fd = open(MXW_FEEDS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = MXW_OK;

	if (fd < 0 || fsync(fd))
		error = mxw_listfile_fail("write", MXW_FEEDS_DIR, err);
	if (fd >= 0)
		(void)close(fd); /* synced above */
	return error;
}

bool mxw_listfile_write_all(int fd, const void *data, size_t size)
{
	const char *bytes = data;

	while (size) {
		ssize_t written = write(fd, bytes, size < PIECE ? size : PIECE);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

/* What stands behind the header, in order. */
struct part {
	const void *data;
	size_t size;
};

struct parts {
	struct part part[4 + 2 + 2 * MXW_ENDINGS];
	size_t count;
	struct tail tail;
	struct tail_end ends[MXW_ENDINGS];
};

static void add_part(struct parts *parts, const void *data, size_t size)
{
	parts->part[parts->count++] = (struct part){ data, size };
}

static void add_tail(struct parts *parts, const struct mxw_endings *endings)
{
	parts->tail = (struct tail){ endings->all, endings->count };
	add_part(parts, &parts->tail, sizeof(parts->tail));
	add_part(parts, parts->ends, endings->count * sizeof(parts->ends[0]));
	for (size_t i = 0; i < endings->count; i++) {
		const struct mxw_ranges *ranges = &endings->item[i].ranges;

		parts->ends[i] = (struct tail_end){ endings->item[i].end, ranges->v6_count,
						    ranges->v4_count };
		add_part(parts, ranges->v6, ranges->v6_count * sizeof(*ranges->v6));
		add_part(parts, ranges->v4, ranges->v4_count * sizeof(*ranges->v4));
	}
}

static void parts_of(const struct mxw_list *list, struct parts *parts)
{
	const struct mxw_ranges *block = &list->block, *allow = &list->allow;

	parts->count = 0;
	add_part(parts, block->v6, block->v6_count * sizeof(*block->v6));
	add_part(parts, allow->v6, allow->v6_count * sizeof(*allow->v6));
	add_part(parts, block->v4, block->v4_count * sizeof(*block->v4));
	add_part(parts, allow->v4, allow->v4_count * sizeof(*allow->v4));
	if (list->endings.all || list->endings.count)
		add_tail(parts, &list->endings);
}

static struct header header_of(const struct mxw_list *list, const struct parts *parts)
{
	struct header header = { .magic = MAGIC,
				 .version = VERSION,
				 .written = mxw_clock_wall(),
				 .block6 = list->block.v6_count,
				 .allow6 = list->allow.v6_count,
				 .block4 = list->block.v4_count,
				 .allow4 = list->allow.v4_count };

	for (size_t i = 0; i < parts->count; i++)
		header.content_sum = mxw_listfile_sum(header.content_sum, parts->part[i].data,
						      parts->part[i].size);
	header.header_sum = header_sum(&header);
	return header;
}

static bool write_parts(int fd, const struct mxw_list *list)
{
	struct header header;
	struct parts parts;
	bool well;

	parts_of(list, &parts);
	header = header_of(list, &parts);
	well = mxw_listfile_write_all(fd, &header, sizeof(header));
	for (size_t i = 0; i < parts.count && well; i++)
		well = mxw_listfile_write_all(fd, parts.part[i].data, parts.part[i].size);
	return well && fsync(fd) == 0;
}

int mxw_listfile_write(const char *name, enum mxw_listfile_kind kind, const struct mxw_list *list,
		       struct mxw_err *err)
{
	char path[MXW_LISTFILE_PATH], made[MXW_LISTFILE_PATH];
	int fd, error = mxw_listfile_make_dir(err);

	if (error)
		return error;
	(void)mxw_listfile_path(name, suffix_of(kind), path);
	(void)mxw_listfile_path(name, ".new", made);
	fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return mxw_listfile_fail("create", made, err);
	if (!write_parts(fd, list))
		error = mxw_listfile_fail("write", made, err);
	if (close(fd) && !error)
		error = mxw_listfile_fail("write", made, err);
	if (!error && rename(made, path))
		error = mxw_listfile_fail("replace", path, err);
	if (error)
		(void)unlink(made); /* the first error is the one to tell */
	return error ? error : mxw_listfile_sync_dir(err);
}

static int damaged(const char *path, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_FAIL,
			"the stored list %s is damaged: `xdpctl feed refresh --force` fetches it "
			"again",
			path);
}

#define COUNT_MOST (1ULL << 40) /* no sum of products of these overflows */

/* Bytes that the arrays take; UINT64_MAX if the counts are those of a bad disk. */
static uint64_t arrays_size(const struct header *header)
{
	if (header->block6 > COUNT_MOST || header->allow6 > COUNT_MOST ||
	    header->block4 > COUNT_MOST || header->allow4 > COUNT_MOST)
		return UINT64_MAX;
	return (header->block6 + header->allow6) * sizeof(struct mxw_range6) +
	       (header->block4 + header->allow4) * sizeof(struct mxw_range4);
}

/* Views the tail, which takes all of size. false if it does not. */
static bool view_tail(const char *at, uint64_t size, struct mxw_endings *out)
{
	const struct tail *tail = (const void *)at;
	const struct tail_end *ends = (const void *)(tail + 1);
	uint64_t used = sizeof(*tail);

	if (size < used || tail->count > MXW_ENDINGS)
		return false;
	used += tail->count * sizeof(*ends);
	out->all = tail->all;
	for (; out->count < tail->count && used <= size; out->count++) {
		const struct tail_end *end = &ends[out->count];
		struct mxw_ending *item = &out->item[out->count];

		if (end->v6 > COUNT_MOST || end->v4 > COUNT_MOST)
			return false;
		item->end = end->end;
		item->ranges = (struct mxw_ranges){ .v6_count = end->v6, .v4_count = end->v4 };
		item->ranges.v6 = (void *)(at + used);
		used += end->v6 * sizeof(struct mxw_range6);
		item->ranges.v4 = (void *)(at + used);
		used += end->v4 * sizeof(struct mxw_range4);
	}
	return used == size;
}

/* false if counts and size are not of one file. */
static bool view(const struct header *header, struct mxw_listfile *out)
{
	struct mxw_range6 *v6 = (void *)((char *)out->mapping + sizeof(*header));
	struct mxw_range4 *v4 = (void *)(v6 + header->block6 + header->allow6);
	uint64_t arrays = arrays_size(header), rest = out->size - sizeof(*header);

	if (arrays > rest)
		return false;
	out->id = header->header_sum;
	out->list.block = (struct mxw_ranges){
		.v4 = v4, .v4_count = header->block4, .v6 = v6, .v6_count = header->block6
	};
	out->list.allow = (struct mxw_ranges){ .v4 = v4 + header->block4,
					       .v4_count = header->allow4,
					       .v6 = v6 + header->block6,
					       .v6_count = header->allow6 };
	return arrays == rest ||
	       view_tail((const char *)v6 + arrays, rest - arrays, &out->list.endings);
}

static int check(struct mxw_listfile *file, const char *path, bool whole, struct mxw_err *err)
{
	const struct header *header = file->mapping;

	if (!header || header->magic != MAGIC || header->header_sum != header_sum(header))
		return damaged(path, err);
	if (header->version != VERSION)
		return mxw_fail(err, MXW_E_FAIL,
				"%s was written by another version of mxwall: `xdpctl feed "
				"refresh --force` fetches it again",
				path);
	if (!view(header, file) ||
	    (whole &&
	     mxw_listfile_sum(0, header + 1, file->size - sizeof(*header)) != header->content_sum))
		return damaged(path, err);
	return MXW_OK;
}

static int map(int fd, const char *path, struct mxw_listfile *out, struct mxw_err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return mxw_listfile_fail("read", path, err);
	if ((size_t)st.st_size < sizeof(struct header))
		return damaged(path, err);
	out->size = (size_t)st.st_size;
	out->mapping = mmap(NULL, out->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (out->mapping == MAP_FAILED) {
		out->mapping = NULL;
		return mxw_listfile_fail("read", path, err);
	}
	return MXW_OK;
}

int mxw_listfile_open(const char *name, enum mxw_listfile_kind kind, bool whole,
		      struct mxw_listfile *out, struct mxw_err *err)
{
	char path[MXW_LISTFILE_PATH];
	int fd = open(mxw_listfile_path(name, suffix_of(kind), path), O_RDONLY | O_CLOEXEC);
	int error;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return errno == ENOENT ? MXW_OK : mxw_listfile_fail("open", path, err);
	error = map(fd, path, out, err);
	(void)close(fd); /* only read */
	if (!error)
		error = check(out, path, whole, err);
	if (error)
		mxw_listfile_close(out);
	return error;
}

void mxw_listfile_close(struct mxw_listfile *file)
{
	if (file->mapping)
		(void)munmap(file->mapping, file->size); /* cannot fail for a mapping of ours */
	memset(file, 0, sizeof(*file));
}

int mxw_listfile_accept(const char *name, struct mxw_err *err)
{
	char from[MXW_LISTFILE_PATH], to[MXW_LISTFILE_PATH];

	if (rename(mxw_listfile_path(name, ".held", from), mxw_listfile_path(name, ".list", to)))
		return mxw_listfile_fail("accept", from, err);
	return mxw_listfile_sync_dir(err);
}
