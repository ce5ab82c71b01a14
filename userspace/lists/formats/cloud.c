// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges that providers publish of themselves: AWS's ip-ranges.json, Google's goog.json and
 * cloud.json. Registered in format.c.
 */
#include "lists/formats/json.h"

static const char *const PREFIXES[] = { "ip_prefix", "ipv6_prefix", "ipv4Prefix", "ipv6Prefix" };

static int one(struct mxw_reader *reader, struct mxw_json_place *place, const json_t *object)
{
	for (size_t i = 0; i < sizeof(PREFIXES) / sizeof(PREFIXES[0]); i++) {
		struct mxw_text prefix = mxw_json_text(object, PREFIXES[i]);

		if (!prefix.size)
			continue;
		mxw_json_find(place, reader, prefix.at);
		return mxw_reader_put_text(reader, MXW_SAYS_BLOCK, prefix);
	}
	return mxw_reader_refuse(reader, mxw_text_of("prefix"), "has no prefix");
}

static int all(struct mxw_reader *reader, struct mxw_json_place *place, const json_t *array)
{
	const json_t *object;
	size_t i;
	int error = MXW_OK;

	json_array_foreach(array, i, object)
	{
		error = one(reader, place, object);
		if (error)
			break;
	}
	return error;
}

/* The text is read when it is complete: AWS and Google both have "prefixes", with other keys
 * inside. */
static int cloud_end(struct mxw_reader *reader, struct mxw_err *err)
{
	struct mxw_json_place place = { 0 };
	json_t *root = mxw_json_load(reader, err);
	const json_t *v4 = json_object_get(root, "prefixes");
	const json_t *v6 = json_object_get(root, "ipv6_prefixes");
	int error;

	if (!root)
		return MXW_E_USAGE;
	if (json_is_array(v4) || json_is_array(v6)) {
		reader->at_line = 1;
		error = all(reader, &place, v4);
		if (!error)
			error = all(reader, &place, v6);
	} else {
		error = mxw_fail(err, MXW_E_USAGE, "line 1: the JSON text has no \"prefixes\"");
	}
	json_decref(root);
	return error;
}

const struct mxw_syntax mxw_syntax_cloud = { .take = mxw_json_take, .end = cloud_end };
