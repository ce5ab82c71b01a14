// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be the file of a list.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "feeds/open.h"

/* Whether all may write it, who could then have anybody blocked. */
static int check_writers(const struct stat *info, const char *label, struct mxw_err *err)
{
	if (!(info->st_mode & S_IWOTH))
		return 0;
	return mxw_fail(err, MXW_E_FAIL,
			"\"%s\" may be written by everybody on this machine, who could then block "
			"anybody; take that right away first: chmod o-w.",
			label);
}

static int check_file(const struct stat *info, const char *label, struct mxw_err *err)
{
	if (S_ISDIR(info->st_mode))
		return mxw_fail(err, MXW_E_FAIL, "\"%s\" is a directory, not a file.", label);
	if (!S_ISREG(info->st_mode))
		return mxw_fail(err, MXW_E_FAIL,
				"\"%s\" is not a file but a device, a pipe or a socket; a pipe may "
				"be given as standard input.",
				label);
	return check_writers(info, label, err);
}

/* Without O_NONBLOCK the opening of a FIFO would wait for a writer. */
int mxw_open_file(int dir, const char *name, const char *label, struct mxw_opened *out,
		  struct mxw_err *err)
{
	struct stat info;
	int code;

	out->size = 0;
	out->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (out->fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "\"%s\" cannot be opened: %s.", label,
				strerror(errno));
	if (fstat(out->fd, &info))
		code = mxw_fail(err, MXW_E_FAIL, "\"%s\" cannot be looked at: %s.", label,
				strerror(errno));
	else
		code = check_file(&info, label, err);
	if (code) {
		(void)close(out->fd);
		out->fd = -1;
		return code;
	}
	out->size = (uint64_t)info.st_size;
	return 0;
}

int mxw_open_stdin(struct mxw_opened *out, struct mxw_err *err)
{
	struct stat info;

	out->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (out->fd < 0 || fstat(out->fd, &info))
		return mxw_fail(err, MXW_E_FAIL, "Standard input cannot be read: %s.",
				strerror(errno));
	out->size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
	return 0;
}

/* Whether the name ends so, before an ending that says it is packed. */
static bool ends(const char *name, const char *ending)
{
	size_t length = strlen(name), size = strlen(ending);

	if (length > 3 && strcmp(name + length - 3, ".gz") == 0)
		length -= 3;
	return length > size && strncmp(name + length - size, ending, size) == 0;
}

/* Whether editors, dpkg, rpm and people give a copy of what a file was, or is going to be, such a
 * name. Read with the file itself, it would bring back what was taken out. */
static bool is_copy(const char *name)
{
	static const char *const endings[] = { "~",	   ".bak",     ".old",	  ".orig", ".save",
					       ".swp",	   ".swo",     ".swx",	  ".tmp",  ".part",
					       ".rpmsave", ".rpmorig", ".rpmnew", ".rej" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends(name, endings[i]))
			return true;
	return name[0] == '#' || strstr(name, ".dpkg-") || strstr(name, ".ucf-");
}

/* Takes an entry of the directory, or leaves it out. Links to directories are left out too. */
static int take_name(struct mxw_opened_dir *dir, const char *name, const struct mxw_report *report,
		     struct mxw_err *err)
{
	struct stat info;
	char **place;

	if (fstatat(dir->fd, name, &info, 0) == 0 && S_ISDIR(info.st_mode)) {
		mxw_note(report, "\"%s\" in it is a directory and left out.", name);
		return 0;
	}
	if (is_copy(name)) {
		mxw_note(report, "\"%s\" in it is left out: its name is that of a backup copy.",
			 name);
		return 0;
	}
	if (dir->count >= MXW_FEED_FILES)
		return mxw_fail(err, MXW_E_FAIL, "It has more than %d files.", MXW_FEED_FILES);
	place = mxw_grow((void **)&dir->names, dir->count, &dir->room, sizeof(*dir->names));
	if (place)
		*place = strdup(name);
	if (!place || !*place)
		return mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	dir->count++;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int take_names(struct mxw_opened_dir *dir, const struct mxw_report *report,
		      struct mxw_err *err)
{
	int fd = fcntl(dir->fd, F_DUPFD_CLOEXEC, 3), code = 0;
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!stream) {
		if (fd >= 0)
			(void)close(fd);
		return mxw_fail(err, MXW_E_FAIL, "It cannot be listed: %s.", strerror(errno));
	}
	/* Only this thread reads the stream. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while (!code && (entry = readdir(stream)))
		if (entry->d_name[0] != '.')
			code = take_name(dir, entry->d_name, report, err);
	(void)closedir(stream);
	if (dir->count > 1)
		qsort(dir->names, dir->count, sizeof(*dir->names), compare_names);
	return code;
}

int mxw_open_dir(const char *path, struct mxw_opened_dir *out, const struct mxw_report *report,
		 struct mxw_err *err)
{
	struct stat info;
	int code;

	*out = (struct mxw_opened_dir){ .fd = -1 };
	out->fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (out->fd < 0 || fstat(out->fd, &info))
		return mxw_fail(err, MXW_E_FAIL, "\"%s\" cannot be opened as a directory: %s.",
				path, strerror(errno));
	code = check_writers(&info, path, err);
	return code ? code : take_names(out, report, err);
}

void mxw_close_dir(struct mxw_opened_dir *dir)
{
	for (size_t i = 0; i < dir->count; i++)
		free(dir->names[i]);
	free(dir->names);
	if (dir->fd >= 0)
		(void)close(dir->fd);
	*dir = (struct mxw_opened_dir){ .fd = -1 };
}

static ssize_t read_some(int fd, char *at, size_t room)
{
	ssize_t got;

	do {
		got = read(fd, at, room);
	} while (got < 0 && errno == EINTR);
	return got;
}

int mxw_open_whole(const char *path, size_t max, char **text, size_t *size, struct mxw_err *err)
{
	struct mxw_opened file;
	int code = mxw_open_file(AT_FDCWD, path, path, &file, err);
	ssize_t got = 1;

	*text = NULL;
	*size = 0;
	if (code)
		return code;
	if (file.size > max)
		code = mxw_fail(err, MXW_E_FAIL, "\"%s\" is larger than %zu bytes.", path, max);
	else if (!(*text = malloc(file.size + 1)))
		code = mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	while (!code && got > 0 && *size < file.size) {
		got = read_some(file.fd, *text + *size, file.size - *size);
		*size += got > 0 ? (size_t)got : 0;
	}
	(void)close(file.fd);
	return code;
}
