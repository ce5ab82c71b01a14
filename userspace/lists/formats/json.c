// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON by jansson, with its bounds: 256 MiB, and 2048 values deep. Called by the readers of
 * nft's and CrowdSec's JSON, and of Spamhaus's lines.
 */
#include <string.h>

#include "lists/formats/json.h"

int mxw_json_take(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	reader->whole = true;
	if (reader->held.size + piece.size > MXW_JSON_MAX)
		return mxw_fail(err, MXW_E_USAGE,
				"the JSON text is longer than 256 MiB; give the list as lines");
	return mxw_hold(&reader->held, piece, err);
}

const char *mxw_json_why(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		return "the JSON text is cut short";
	case json_error_stack_overflow:
		return "the JSON text is nested too deep";
	case json_error_out_of_memory:
		return "out of memory for the JSON text";
	default:
		return "this is not JSON";
	}
}

static uint64_t count_lines(struct mxw_text text)
{
	uint64_t count = text.size && text.at[text.size - 1] != '\n';

	for (size_t i = 0; i < text.size; i++)
		count += text.at[i] == '\n';
	return count;
}

/* An HTML page in place of JSON is told as such. */
static int check_page(struct mxw_reader *reader, struct mxw_text text, struct mxw_err *err)
{
	while (text.size) {
		struct mxw_text line = mxw_text_until(&text, '\n');

		reader->at_line = ++reader->lines;
		if (mxw_text_trim(line).size)
			return mxw_check_markup(reader, line, err);
	}
	return MXW_OK;
}

json_t *mxw_json_load(struct mxw_reader *reader, struct mxw_err *err)
{
	struct mxw_text text = { reader->held.text, reader->held.size };
	json_error_t error;
	json_t *root;

	if (mxw_text_begins(text, "\xef\xbb\xbf"))
		text = mxw_text_from(text, 3);
	if (check_page(reader, text, err))
		return NULL;
	reader->lines = count_lines(text);
	if (!mxw_text_trim(text).size)
		return json_null();
	root = json_loadb(text.at, text.size, JSON_DECODE_ANY, &error);
	if (!root)
		(void)mxw_fail(err, MXW_E_USAGE, "line %d: %s", error.line, mxw_json_why(&error));
	return root;
}

/* Where the quoted string stands from place on; NULL if nowhere. */
static const char *find_quoted(struct mxw_text text, const char *string)
{
	size_t size = strlen(string);
	const char *at;

	while ((at = memmem(text.at, text.size, string, size)) != NULL) {
		size_t before = (size_t)(at - text.at);

		if (before && at[-1] == '"' && before + size < text.size && at[size] == '"')
			return at;
		text = mxw_text_from(text, before + 1);
	}
	return NULL;
}

void mxw_json_find(struct mxw_json_place *place, struct mxw_reader *reader, const char *string)
{
	struct mxw_text text = { reader->held.text + place->at, reader->held.size - place->at };
	const char *at = place->lost || !*string ? NULL : find_quoted(text, string);

	place->lost = at == NULL;
	for (; at && text.at < at; text = mxw_text_from(text, 1), place->at++)
		place->line += text.at[0] == '\n';
	place->at += at ? strlen(string) : 0;
	reader->at_line = place->line + 1;
}

struct mxw_text mxw_json_text(const json_t *object, const char *key)
{
	const json_t *member = json_object_get(object, key);

	if (!json_is_string(member))
		return (struct mxw_text){ "", 0 };
	return (struct mxw_text){ json_string_value(member), json_string_length(member) };
}
