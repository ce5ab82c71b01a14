// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names, numbers and records of DNS messages. Called by what reads messages.
 *
 * Every step is bounded: a compression pointer must lead to before where the name so far
 * came from, and a name has 255 bytes.
 */
#include <string.h>

#include "sources/dns_wire.h"

unsigned int mxw_dns_read_number(struct mxw_dns_reader *reader, unsigned int bytes)
{
	unsigned int value = 0;

	if (reader->bad || reader->size - reader->at < bytes) {
		reader->bad = true;
		return 0;
	}
	while (bytes--)
		value = value << 8 | reader->data[reader->at++];
	return value;
}

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 'a' - 'A') : byte;
}

/* Appends the label at from. False if it does not fit. */
static bool add_label(struct mxw_dns_name *name, const struct mxw_dns_reader *reader, size_t from,
		      size_t length)
{
	if (reader->size - from < length + 1 || name->length + length + 1 > sizeof(name->wire))
		return false;
	name->wire[name->length++] = (uint8_t)length;
	for (size_t i = 1; i <= length; i++)
		name->wire[name->length++] = lower(reader->data[from + i]);
	return true;
}

/* Reads labels and pointers from at; *behind is where the name ends in place. */
static bool follow(const struct mxw_dns_reader *reader, size_t at, struct mxw_dns_name *name,
		   size_t *behind)
{
	size_t start = at; /* of the run of labels that is being read */
	uint8_t length;

	*behind = 0;
	for (;;) {
		if (at >= reader->size)
			return false;
		length = reader->data[at];
		if (length >= 0xc0) {
			if (reader->size - at < 2)
				return false;
			if (!*behind)
				*behind = at + 2;
			at = (size_t)(length & 0x3f) << 8 | reader->data[at + 1];
			if (at >= start)
				return false;
			start = at;
			continue;
		}
		if (length > 63 || !add_label(name, reader, at, length))
			return false;
		at += length + 1U;
		if (!length)
			break;
	}
	if (!*behind)
		*behind = at;
	return true;
}

void mxw_dns_read_name(struct mxw_dns_reader *reader, struct mxw_dns_name *name)
{
	size_t behind;

	name->length = 0;
	if (!reader->bad && follow(reader, reader->at, name, &behind))
		reader->at = behind;
	else
		reader->bad = true;
}

bool mxw_dns_same_name(const struct mxw_dns_name *a, const struct mxw_dns_name *b)
{
	return a->length == b->length && memcmp(a->wire, b->wire, a->length) == 0;
}

bool mxw_dns_name_from_text(const char *text, struct mxw_dns_name *name)
{
	name->length = 0;
	while (*text) {
		size_t length = strcspn(text, ".");

		if (!length || length > 63 || name->length + length + 2 > sizeof(name->wire))
			return false;
		name->wire[name->length++] = (uint8_t)length;
		for (size_t i = 0; i < length; i++)
			name->wire[name->length++] = lower((uint8_t)text[i]);
		text += length + (text[length] == '.');
	}
	name->wire[name->length++] = 0;
	return true;
}

void mxw_dns_name_to_text(const struct mxw_dns_name *name, char out[MXW_DNS_TEXT])
{
	size_t at = 0;

	for (size_t i = 0; name->wire[i]; i += name->wire[i] + 1U) {
		if (at)
			out[at++] = '.';
		for (size_t j = 1; j <= name->wire[i]; j++)
			out[at++] = mxw_dns_printable(name->wire[i + j]);
	}
	out[at] = '\0';
}

void mxw_dns_read_record(struct mxw_dns_reader *reader, struct mxw_dns_record *record)
{
	size_t length;

	mxw_dns_read_name(reader, &record->owner);
	record->type = mxw_dns_read_number(reader, 2);
	record->class = mxw_dns_read_number(reader, 2);
	record->ttl = mxw_dns_read_number(reader, 4);
	if (record->ttl > MXW_DNS_TTL_MAX)
		record->ttl = 0;
	length = mxw_dns_read_number(reader, 2);
	record->data = reader->at;
	if (reader->bad || reader->size - reader->at < length) {
		reader->bad = true;
		return;
	}
	record->end = reader->at += length;
}
