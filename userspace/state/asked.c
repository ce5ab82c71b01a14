// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file of what lists were asked. Called by the controller.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/text.h"
#include "state/asked.h"

#define PATH 4096
#define SPENT_MOST 100000000 /* in an hour; their sum fits */

static json_t *list_json(const struct mxw_asked_list *list)
{
	json_t *spent = json_array();

	for (unsigned int i = 0; i < MXW_ASKED_SPENT; i++)
		(void)json_array_append_new(spent, json_integer(list->spent[i]));
	return json_pack("{s:s, s:b, s:o}", "list", list->list, "names", list->names, "spent",
			 spent);
}

static json_t *asked_json(const struct mxw_asked *asked)
{
	json_t *lists = json_array();

	for (size_t i = 0; i < asked->count; i++)
		(void)json_array_append_new(lists, list_json(&asked->list[i]));
	return json_pack("{s:I, s:o}", "at", (json_int_t)asked->at, "lists", lists);
}

static int write_file(const char *path, const json_t *json)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int error;

	if (fd < 0)
		return errno;
	errno = EIO; /* as good a guess as any */
	error = json_dumpfd(json, fd, JSON_COMPACT) ? errno : 0;
	if (close(fd) && !error)
		error = errno;
	return error;
}

int mxw_asked_write(const char *path, const struct mxw_asked *asked, struct mxw_err *err)
{
	json_t *json = asked_json(asked);
	char fresh[PATH];
	int error;

	if (!json)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	(void)mxw_text(fresh, sizeof(fresh), "%s.new", path);
	error = write_file(fresh, json);
	json_decref(json);
	if (!error && rename(fresh, path))
		error = errno;
	if (!error)
		return MXW_OK;
	(void)unlink(fresh);
	return mxw_fail(err, MXW_E_FAIL, "cannot write %s: %s", path, strerror(error));
}

static bool read_spent(const json_t *json, uint32_t spent[MXW_ASKED_SPENT])
{
	if (json_array_size(json) != MXW_ASKED_SPENT)
		return false;
	for (unsigned int i = 0; i < MXW_ASKED_SPENT; i++) {
		json_int_t value = json_integer_value(json_array_get(json, i));

		if (value < 0 || value > SPENT_MOST)
			return false;
		spent[i] = (uint32_t)value;
	}
	return true;
}

static bool read_list(const json_t *json, struct mxw_asked_list *list)
{
	const char *name = json_string_value(json_object_get(json, "list"));

	if (!name || strlen(name) >= sizeof(list->list))
		return false;
	(void)mxw_text(list->list, sizeof(list->list), "%s", name);
	list->names = json_is_true(json_object_get(json, "names"));
	return read_spent(json_object_get(json, "spent"), list->spent);
}

static bool read_all(const json_t *json, struct mxw_asked *asked)
{
	const json_t *lists = json_object_get(json, "lists"), *at = json_object_get(json, "at");

	if (!json_is_array(lists) || json_integer_value(at) <= 0)
		return false;
	asked->at = (uint64_t)json_integer_value(at);
	asked->count = json_array_size(lists);
	if (asked->count > MXW_ASKED_LISTS)
		return false;
	for (size_t i = 0; i < asked->count; i++)
		if (!read_list(json_array_get(lists, i), &asked->list[i]))
			return false;
	return true;
}

int mxw_asked_read(const char *path, struct mxw_asked *asked, struct mxw_err *err)
{
	FILE *file = fopen(path, "re");
	json_t *json;
	bool good;

	asked->count = 0;
	if (!file && errno == ENOENT)
		return MXW_OK;
	if (!file)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: %s", path, strerror(errno));
	json = json_loadf(file, JSON_REJECT_DUPLICATES, NULL);
	(void)fclose(file);
	good = json && read_all(json, asked);
	json_decref(json);
	if (good)
		return MXW_OK;
	asked->count = 0;
	/* A message about the fault would quote a piece of the file, which may be a key. */
	return mxw_fail(err, MXW_E_FAIL, "cannot read %s: it is not what was written there", path);
}
