// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of an answer, all of them and whole, one row behind the other: struct mxw_dns_rows.
 */
#include <string.h>

#include "sources/dns_wire.h"

#define ROW_MOST 0xffff

/* Goes on in the row that begins at start. False if there is no room. */
static bool put(struct mxw_dns_rows *rows, const void *bytes, size_t size)
{
	if (size > rows->room - rows->size)
		return false;
	memcpy(rows->bytes + rows->size, bytes, size);
	rows->size += size;
	return true;
}

static bool put_rest(struct mxw_dns_rows *rows, const struct mxw_dns_reader *reader, size_t wanted)
{
	size_t size = reader->size - reader->at;

	return size == wanted && put(rows, reader->data + reader->at, size);
}

static bool put_name(struct mxw_dns_rows *rows, struct mxw_dns_reader *reader)
{
	struct mxw_dns_name name;
	char text[MXW_DNS_TEXT];

	mxw_dns_read_name(reader, &name);
	if (reader->bad || reader->at != reader->size)
		return false;
	mxw_dns_name_to_text(&name, text);
	return put(rows, text, strlen(text));
}

static bool put_server(struct mxw_dns_rows *rows, struct mxw_dns_reader *reader)
{
	unsigned int preference = mxw_dns_read_number(reader, 2);
	const uint8_t bytes[2] = { (uint8_t)(preference >> 8), (uint8_t)preference };

	return put(rows, bytes, sizeof(bytes)) && put_name(rows, reader);
}

static bool put_strings(struct mxw_dns_rows *rows, struct mxw_dns_reader *reader)
{
	while (reader->at < reader->size) {
		size_t length = mxw_dns_read_number(reader, 1);

		if (length > reader->size - reader->at ||
		    !put(rows, reader->data + reader->at, length))
			return false;
		reader->at += length;
	}
	return true;
}

static bool put_data(struct mxw_dns_rows *rows, enum mxw_dns_type type,
		     struct mxw_dns_reader *reader)
{
	switch (type) {
	case MXW_DNS_A:
		return put_rest(rows, reader, 4);
	case MXW_DNS_AAAA:
		return put_rest(rows, reader, 16);
	case MXW_DNS_MX:
		return put_server(rows, reader);
	case MXW_DNS_PTR:
		return put_name(rows, reader);
	default:
		return put_strings(rows, reader);
	}
}

bool mxw_dns_row_add(struct mxw_dns_rows *rows, enum mxw_dns_type type,
		     struct mxw_dns_reader reader)
{
	static const uint8_t space[2];
	size_t start = rows->size, length;

	if (!put(rows, space, sizeof(space)) || !put_data(rows, type, &reader))
		return false;
	length = rows->size - start - sizeof(space);
	if (length > ROW_MOST)
		return false;
	rows->bytes[start] = (uint8_t)(length >> 8);
	rows->bytes[start + 1] = (uint8_t)length;
	return true;
}
