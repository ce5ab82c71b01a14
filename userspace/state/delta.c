// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The journal of single entries. Called by apply's feeds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "state/listfile.h"
#include "state/listpath.h"

#define MAGIC 0x61746c656477786dULL /* "mxwdelta" */

#define IPV4 1U
#define ALLOW 2U
#define REMOVE 4U

struct head {
	uint64_t magic;
	uint64_t id; /* of the list that this is about */
	uint64_t sum;
};

struct record {
	uint64_t first, last, flags;
	uint64_t sum; /* with the list's id, so that records of an older journal do not count */
};

static struct head head_of(uint64_t id)
{
	struct head head = { .magic = MAGIC, .id = id };

	head.sum = mxw_listfile_sum(0, &head, offsetof(struct head, sum));
	return head;
}

static struct record record_of(uint64_t id, const struct mxw_delta *delta)
{
	struct record record = { .first = delta->first,
				 .last = delta->last,
				 .flags = (delta->ipv4 ? IPV4 : 0) | (delta->allow ? ALLOW : 0) |
					  (delta->remove ? REMOVE : 0) };

	record.sum = mxw_listfile_sum(id, &record, offsetof(struct record, sum));
	return record;
}

/* All of the file; NULL with errno where that fails. */
static char *read_file(int fd, size_t *size)
{
	struct stat st;
	char *text;

	if (fstat(fd, &st))
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return NULL;
	*size = 0;
	while (*size < (size_t)st.st_size) {
		ssize_t got = pread(fd, text + *size, (size_t)st.st_size - *size, (off_t)*size);

		if (got <= 0)
			break;
		*size += (size_t)got;
	}
	return text;
}

static int take(const struct record *record, struct mxw_deltas *out)
{
	struct mxw_delta *delta =
		mxw_grow((void **)&out->items, out->count, &out->capacity, sizeof(*delta));

	if (!delta)
		return MXW_E_FAIL;
	*delta = (struct mxw_delta){ .first = record->first,
				     .last = record->last,
				     .ipv4 = record->flags & IPV4,
				     .allow = record->flags & ALLOW,
				     .remove = record->flags & REMOVE };
	out->count++;
	return MXW_OK;
}

/* How many bytes belong to the list with that id: 0 if it is another's journal, or none. out may
 * be NULL. false without memory. */
static bool good_size(int fd, uint64_t id, struct mxw_deltas *out, size_t *good)
{
	struct head want = head_of(id);
	struct record record;
	size_t size = 0;
	char *text = read_file(fd, &size);
	bool well = text;

	*good = 0;
	if (well && size >= sizeof(want) && memcmp(text, &want, sizeof(want)) == 0)
		*good = sizeof(want);
	while (well && *good && size - *good >= sizeof(record)) {
		memcpy(&record, text + *good, sizeof(record));
		if (record.sum != mxw_listfile_sum(id, &record, offsetof(struct record, sum)))
			break;
		well = !out || take(&record, out) == MXW_OK;
		*good += sizeof(record);
	}
	free(text);
	return well;
}

/* Adds changes to the journal, all or none of them. What a crash left half written, or what
 * belongs to an older list, is cut off first. */
static int append(int fd, const char *path, uint64_t id, const struct mxw_deltas *added,
		  struct mxw_err *err)
{
	struct record *records = calloc(added->count + 1, sizeof(*records));
	struct head head = head_of(id);
	size_t good = 0;
	int error = MXW_OK;

	if (!records || !good_size(fd, id, NULL, &good)) {
		free(records);
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	}
	for (size_t i = 0; i < added->count; i++)
		records[i] = record_of(id, &added->items[i]);
	/* What is behind the good part is torn, or of another list. */
	if (ftruncate(fd, (off_t)good) || lseek(fd, (off_t)good, SEEK_SET) < 0 ||
	    (!good && !mxw_listfile_write_all(fd, &head, sizeof(head))) ||
	    !mxw_listfile_write_all(fd, records, added->count * sizeof(*records)) ||
	    fdatasync(fd)) {
		error = mxw_listfile_fail("write", path, err);
		(void)ftruncate(fd,
				(off_t)good); /* all or nothing, as far as the disk goes along */
	}
	free(records);
	return error;
}

int mxw_delta_append(const char *name, uint64_t id, const struct mxw_delta *items, size_t count,
		     struct mxw_err *err)
{
	const struct mxw_deltas added = { .items = (struct mxw_delta *)items, .count = count };
	char path[MXW_LISTFILE_PATH];
	int fd, error = mxw_listfile_make_dir(err);

	if (error)
		return error;
	fd = open(mxw_listfile_path(name, ".delta", path),
		  O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return mxw_listfile_fail("open", path, err);
	error = append(fd, path, id, &added, err);
	if (close(fd) && !error)
		error = mxw_listfile_fail("write", path, err);
	return error ? error : mxw_listfile_sync_dir(err);
}

int mxw_delta_read(const char *name, uint64_t id, struct mxw_deltas *out, struct mxw_err *err)
{
	char path[MXW_LISTFILE_PATH];
	int fd = open(mxw_listfile_path(name, ".delta", path), O_RDONLY | O_CLOEXEC);
	size_t size;
	bool well;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return errno == ENOENT ? MXW_OK : mxw_listfile_fail("open", path, err);
	well = good_size(fd, id, out, &size);
	(void)close(fd); /* only read */
	return !well ? mxw_fail(err, MXW_E_FAIL, "out of memory") : MXW_OK;
}

void mxw_deltas_free(struct mxw_deltas *deltas)
{
	free(deltas->items);
	memset(deltas, 0, sizeof(*deltas));
}
