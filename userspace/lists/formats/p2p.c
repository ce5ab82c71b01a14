// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Filters of file sharing programs: PeerGuardian's "Name:192.0.2.0-192.0.2.255", and eMule's
 * "192.000.002.000 - 192.000.002.255 , 100 , Name". Registered in format.c.
 */
#include <string.h>

#include "lists/formats/p2p.h"
#include "lists/formats/reader.h"

#define ALLOWED_FROM 127 /* eMule's level from which an entry is not filtered */

/* Takes a number of up to three digits off the text, zeros in front or not. */
static bool take_number(struct mxw_text *text, unsigned int *value)
{
	size_t size = 0;

	*value = 0;
	while (size < text->size && size < 3 && mxw_is_digit(text->at[size]))
		*value = *value * 10 + (unsigned int)(text->at[size++] - '0');
	*text = mxw_text_from(*text, size);
	return size > 0;
}

/* "011.002.000.000", which is decimal. */
static bool scan_padded(struct mxw_text text, uint32_t *address)
{
	unsigned int part;

	*address = 0;
	text = mxw_text_trim(text);
	for (int octet = 0; octet < 4; octet++) {
		if (octet && (!text.size || text.at[0] != '.'))
			return false;
		if (octet)
			text = mxw_text_from(text, 1);
		if (!take_number(&text, &part) || part > 255)
			return false;
		*address = *address << 8 | part;
	}
	return text.size == 0;
}

static bool scan_range(struct mxw_text text, struct mxw_keys *keys)
{
	struct mxw_text last = text, first = mxw_text_until(&last, '-');
	uint32_t from, to;

	if (!scan_padded(first, &from) || !scan_padded(last, &to))
		return false;
	*keys = (struct mxw_keys){ from, to };
	return true;
}

/* What is behind the last ':'; all of it if there is none. */
static struct mxw_text behind_name(struct mxw_text line)
{
	const char *colon = line.size ? memrchr(line.at, ':', line.size) : NULL;

	return colon ? mxw_text_from(line, (size_t)(colon + 1 - line.at)) : line;
}

/* What is before the last ':'; nothing if there is none. */
static struct mxw_text name_of(struct mxw_text line)
{
	line.size -= behind_name(line).size;
	return line;
}

bool mxw_p2p_scan(struct mxw_text line, struct mxw_keys *keys, bool *allowed)
{
	struct mxw_text rest = line, range = mxw_text_until(&rest, ','), level;
	unsigned int value = 0;

	*allowed = false;
	if (memchr(line.at, ':', line.size) && scan_range(behind_name(line), keys))
		return true;
	level = mxw_text_trim(mxw_text_until(&rest, ','));
	if (!scan_range(range, keys) || !take_number(&level, &value) || level.size)
		return false;
	*allowed = value >= ALLOWED_FROM;
	return true;
}

static int p2p_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_keys keys;
	bool allowed;

	(void)err;
	line = mxw_text_trim(line);
	if (!line.size || strchr("#;", line.at[0]) || mxw_text_begins(line, "//"))
		return MXW_OK;
	if (!mxw_p2p_scan(line, &keys, &allowed))
		return mxw_reader_refuse(reader, line,
					 "has no range behind a name or before a level");
	if (keys.first > keys.last)
		return mxw_reader_refuse(reader, line, "the range ends before it begins");
	if (mxw_text_names_allowed(name_of(line)))
		return mxw_reader_refuse(reader, line, "its name says that it is allowed");
	return allowed ? MXW_OK : mxw_reader_put(reader, MXW_SAYS_BLOCK, keys);
}

const struct mxw_syntax mxw_syntax_p2p = { .take = mxw_take_lines, .line = p2p_line };
