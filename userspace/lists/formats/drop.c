// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spamhaus's DROP and DROPv6 as JSON: an object a line, with "cidr"; the last tells about the
 * list. Registered in format.c.
 */
#include <stdlib.h>

#include "base/num.h"
#include "lists/formats/json.h"

struct drop {
	uint64_t cut_line; /* the last whose JSON ends before its end */
	uint64_t networks; /* that came */
	uint64_t records; /* that the text says it has; several lists may be one text */
};

static int drop_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct drop));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for a list");
}

static void note_records(struct drop *drop, const json_t *records)
{
	if (json_integer_value(records) > 0)
		drop->records += (uint64_t)json_integer_value(records);
}

/* One JSON object a line. How many networks there are is compared at the end with what the
 * metadata says, because a list may be cut short on its way. */
static int drop_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct drop *drop = reader->state;
	struct mxw_text network;
	json_error_t error;
	json_t *object;
	int result = MXW_OK;

	(void)err;
	line = mxw_text_trim(line);
	if (!line.size)
		return MXW_OK;
	object = json_loadb(line.at, line.size, 0, &error);
	if (!object) {
		if (json_error_code(&error) == json_error_premature_end_of_input)
			drop->cut_line = reader->lines;
		return mxw_reader_refuse(reader, line, mxw_json_why(&error));
	}
	network = mxw_json_text(object, "cidr");
	drop->networks += network.size > 0;
	if (network.size)
		result = mxw_reader_put_text(reader, MXW_SAYS_BLOCK, network);
	else if (mxw_text_is(mxw_json_text(object, "type"), "metadata"))
		note_records(drop, json_object_get(object, "records"));
	else
		result = mxw_reader_refuse(reader, line, "has no \"cidr\"");
	json_decref(object);
	return result;
}

/* The end of a download that did not come to its end. */
static int drop_end(struct mxw_reader *reader, struct mxw_err *err)
{
	const struct drop *drop = reader->state;
	char records[MXW_COUNT_TEXT];

	if (drop->cut_line && drop->cut_line == reader->lines)
		return mxw_fail(err, MXW_E_USAGE, "line %llu: the JSON text is cut short",
				(unsigned long long)reader->lines);
	if (drop->networks < drop->records)
		return mxw_fail(err, MXW_E_USAGE,
				"the list says that it has %s, and has %llu: it is not whole, "
				"fetch it again",
				mxw_count_format(drop->records, "record", records),
				(unsigned long long)drop->networks);
	return MXW_OK;
}

const struct mxw_syntax mxw_syntax_drop = {
	.open = drop_open,
	.take = mxw_take_lines,
	.line = drop_line,
	.end = drop_end,
};
