// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists in files: a header, then the arrays as they are in memory. Called by
 * apply's feeds. The journal is delta.c's part.
 */
#include <dirent.h>
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

/* The arrays follow in the order of the counts; each element is a multiple of 8 bytes. */
struct header {
	uint64_t magic;
	uint64_t version;
	uint64_t block6, allow6, block4, allow4; /* how many ranges */
	uint64_t written; /* wall clock ns: a list that comes again is another one */
	uint64_t content_sum; /* of what follows the header */
	uint64_t header_sum; /* of what is above */
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

/* The four arrays in the order of the file. */
struct part {
	const void *data;
	size_t size;
};

static void parts_of(const struct mxw_list *list, struct part parts[4])
{
	const struct mxw_ranges *block = &list->block, *allow = &list->allow;

	parts[0] = (struct part){ block->v6, block->v6_count * sizeof(*block->v6) };
	parts[1] = (struct part){ allow->v6, allow->v6_count * sizeof(*allow->v6) };
	parts[2] = (struct part){ block->v4, block->v4_count * sizeof(*block->v4) };
	parts[3] = (struct part){ allow->v4, allow->v4_count * sizeof(*allow->v4) };
}

static struct header header_of(const struct mxw_list *list)
{
	struct header header = { .magic = MAGIC,
				 .version = VERSION,
				 .written = mxw_clock_wall(),
				 .block6 = list->block.v6_count,
				 .allow6 = list->allow.v6_count,
				 .block4 = list->block.v4_count,
				 .allow4 = list->allow.v4_count };
	struct part parts[4];

	parts_of(list, parts);
	for (int i = 0; i < 4; i++)
		header.content_sum =
			mxw_listfile_sum(header.content_sum, parts[i].data, parts[i].size);
	header.header_sum = header_sum(&header);
	return header;
}

static bool write_parts(int fd, const struct mxw_list *list)
{
	struct header header = header_of(list);
	bool well = mxw_listfile_write_all(fd, &header, sizeof(header));
	struct part parts[4];

	parts_of(list, parts);
	for (int i = 0; i < 4 && well; i++)
		well = mxw_listfile_write_all(fd, parts[i].data, parts[i].size);
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
			"anew",
			path);
}

/* Whether the counts fit the file; they may be anything on a bad disk. */
static bool fits(const struct header *header, size_t size)
{
	const uint64_t most = 1ULL << 40;
	uint64_t ranges6 = header->block6 + header->allow6, ranges4;

	ranges4 = header->block4 + header->allow4;
	if (header->block6 > most || header->allow6 > most || header->block4 > most ||
	    header->allow4 > most)
		return false;
	return size == sizeof(*header) + ranges6 * sizeof(struct mxw_range6) +
			       ranges4 * sizeof(struct mxw_range4);
}

static void view(const struct header *header, struct mxw_listfile *out)
{
	struct mxw_range6 *v6 = (void *)((char *)out->mapping + sizeof(*header));
	struct mxw_range4 *v4 = (void *)(v6 + header->block6 + header->allow6);

	out->id = header->header_sum;
	out->list.block = (struct mxw_ranges){
		.v4 = v4, .v4_count = header->block4, .v6 = v6, .v6_count = header->block6
	};
	out->list.allow = (struct mxw_ranges){ .v4 = v4 + header->block4,
					       .v4_count = header->allow4,
					       .v6 = v6 + header->block6,
					       .v6_count = header->allow6 };
}

static int check(struct mxw_listfile *file, const char *path, bool whole, struct mxw_err *err)
{
	const struct header *header = file->mapping;

	if (!header || header->magic != MAGIC || header->header_sum != header_sum(header))
		return damaged(path, err);
	if (header->version != VERSION)
		return mxw_fail(err, MXW_E_FAIL,
				"%s was written by another version of mxwall: `xdpctl feed "
				"refresh --force` fetches it anew",
				path);
	if (!fits(header, file->size) ||
	    (whole &&
	     mxw_listfile_sum(0, header + 1, file->size - sizeof(*header)) != header->content_sum))
		return damaged(path, err);
	view(header, file);
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

static int drop(const char *name, const char *suffix, struct mxw_err *err)
{
	char path[MXW_LISTFILE_PATH];

	if (unlink(mxw_listfile_path(name, suffix, path)) && errno != ENOENT)
		return mxw_listfile_fail("remove", path, err);
	return MXW_OK;
}

int mxw_listfile_drop_held(const char *name, struct mxw_err *err)
{
	return drop(name, ".held", err);
}

int mxw_listfile_remove(const char *name, struct mxw_err *err)
{
	static const char *const suffixes[] = { ".list", ".held", ".delta", ".new" };
	int error = MXW_OK;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !error; i++)
		error = drop(name, suffixes[i], err);
	return error;
}

void mxw_listfile_sweep(bool (*keep)(void *context, const char *name), void *context)
{
	DIR *dir = opendir(MXW_FEEDS_DIR);
	struct dirent *item;

	while (dir && (item = readdir(dir))) {
		char name[MXW_LISTFILE_PATH];
		char *dot;

		(void)snprintf(name, sizeof(name), "%s", item->d_name);
		dot = strrchr(name, '.');
		if (!dot || dot == name)
			continue;
		*dot = '\0';
		if (!keep(context, name))
			(void)mxw_listfile_remove(name, NULL); /* the next sweep tries again */
	}
	if (dir)
		(void)closedir(dir);
}
