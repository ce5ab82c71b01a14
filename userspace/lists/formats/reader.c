// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What formats call while they read.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/formats/reader.h"

#define SHOWN_MAX 79 /* bytes of a refused line that are handed on */

int mxw_reader_put(struct mxw_reader *reader, enum mxw_says says, struct mxw_keys keys)
{
	const struct mxw_format_sink *sink = &reader->sink;

	if (sink->until && reader->until != reader->told_until) {
		reader->told_until = reader->until;
		sink->until(sink->context, reader->until);
	}
	if (mxw_keys_are_ipv4(keys))
		return sink->range4(sink->context, says,
				    (struct mxw_range4){ (uint32_t)keys.first,
							 (uint32_t)keys.last },
				    reader->at_line);
	return sink->range6(sink->context, says, (struct mxw_range6){ keys.first, keys.last },
			    reader->at_line);
}

int mxw_reader_refuse(struct mxw_reader *reader, struct mxw_text text, const char *why)
{
	char shown[SHOWN_MAX + 1];
	size_t size = text.size < SHOWN_MAX ? text.size : SHOWN_MAX;

	memcpy(shown, text.at, size);
	shown[size] = '\0';
	return reader->sink.refuse(reader->sink.context, reader->at_line, shown, why);
}

int mxw_reader_put_text(struct mxw_reader *reader, enum mxw_says says, struct mxw_text text)
{
	struct mxw_keys keys;
	const char *why = mxw_range_scan(text, &keys);

	return why ? mxw_reader_refuse(reader, text, why) : mxw_reader_put(reader, says, keys);
}

int mxw_hold(struct mxw_held *held, struct mxw_text text, struct mxw_err *err)
{
	if (held->size + text.size > held->room) {
		size_t wanted = (held->size + text.size) * 2;
		char *larger = realloc(held->text, wanted);

		if (!larger)
			return mxw_fail(err, MXW_E_FAIL, "out of memory for %zu bytes of text",
					wanted);
		held->text = larger;
		held->room = wanted;
	}
	if (text.size)
		memcpy(held->text + held->size, text.at, text.size);
	held->size += text.size;
	return MXW_OK;
}

int mxw_check_markup(const struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	while (line.size && mxw_is_blank(line.at[0]))
		line = mxw_text_from(line, 1);
	if (!line.size || line.at[0] != '<')
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE,
			"line %llu: this begins like an HTML or XML page; it is not a list",
			(unsigned long long)reader->at_line);
}

static int one_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	int error = MXW_OK;

	reader->at_line = ++reader->lines;
	if (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	if (reader->lines == 1 && mxw_text_begins(line, "\xef\xbb\xbf"))
		line = mxw_text_from(line, 3);
	if (line.size && !mxw_is_digit(line.at[0]))
		error = mxw_check_markup(reader, line, err);
	return error ? error : reader->syntax->line(reader, line, err);
}

static int check_length(const struct mxw_reader *reader, size_t size, struct mxw_err *err)
{
	if (size <= MXW_LINE_MAX)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE, "line %llu: it is longer than 64 KiB; this is not a list",
			(unsigned long long)reader->lines + 1);
}

/* Ends the line that began in an earlier piece. */
int mxw_held_line(struct mxw_reader *reader, struct mxw_text rest, struct mxw_err *err)
{
	int error = check_length(reader, reader->held.size + rest.size, err);

	if (!error)
		error = mxw_hold(&reader->held, rest, err);
	if (!error)
		error = one_line(reader, (struct mxw_text){ reader->held.text, reader->held.size },
				 err);
	reader->held.size = 0;
	return error;
}

/* Cuts what comes into lines. The end of a piece is kept until the rest of its line comes; a
 * line that grows too long ends the list. */
int mxw_take_lines(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	const char *end;
	int error = MXW_OK;

	while (!error && piece.size && (end = memchr(piece.at, '\n', piece.size))) {
		struct mxw_text line = { piece.at, (size_t)(end - piece.at) };

		piece = mxw_text_from(piece, line.size + 1);
		if (reader->held.size) {
			error = mxw_held_line(reader, line, err);
			continue;
		}
		error = check_length(reader, line.size, err);
		if (!error)
			error = one_line(reader, line, err);
	}
	if (!error)
		error = check_length(reader, reader->held.size + piece.size, err);
	return error ? error : mxw_hold(&reader->held, piece, err);
}
