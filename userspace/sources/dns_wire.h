/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts that DNS messages are made of: RFC 1035. For the files that read messages. Pure.
 */
#ifndef MXW_DNS_WIRE_H
#define MXW_DNS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sources/dns_message.h"

#define MXW_DNS_TTL_MAX 0x7fffffffU /* RFC 2181 section 8: more is 0 */

/* A name as on the wire: labels with their lengths in front, in lower case. */
struct mxw_dns_name {
	uint8_t wire[255];
	size_t length; /* with the root's zero byte */
};

struct mxw_dns_reader {
	const uint8_t *data;
	size_t size;
	size_t at; /* next byte */
	bool bad; /* ran out, or nonsense; every read after that gives 0 */
};

/* One record, with the reader behind it. */
struct mxw_dns_record {
	struct mxw_dns_name owner;
	unsigned int type, class;
	uint32_t ttl; /* s */
	size_t data, end; /* offsets in the message */
};

/* A number of so many bytes, at most 4; 0 behind the end, and bad is set. */
unsigned int mxw_dns_read_number(struct mxw_dns_reader *reader, unsigned int bytes);

/* A name, which may go on before where the reader is. */
void mxw_dns_read_name(struct mxw_dns_reader *reader, struct mxw_dns_name *name);

bool mxw_dns_same_name(const struct mxw_dns_name *a, const struct mxw_dns_name *b);

/* False if the text is not a name. */
bool mxw_dns_name_from_text(const char *text, struct mxw_dns_name *name);

/* Labels joined by dots, without one at the end; "?" stands for what is not printable ASCII. */
void mxw_dns_name_to_text(const struct mxw_dns_name *name, char out[MXW_DNS_TEXT]);

/* A record, whose data is inside the message. */
void mxw_dns_read_record(struct mxw_dns_reader *reader, struct mxw_dns_record *record);

/* Adds the record's data to the rows, as struct mxw_dns_rows has it. False if it is not what type
 * should have, or rows has no room. reader is over the record's data alone. */
bool mxw_dns_row_add(struct mxw_dns_rows *rows, enum mxw_dns_type type,
		     struct mxw_dns_reader reader);

static inline char mxw_dns_printable(uint8_t byte)
{
	return (char)(byte >= ' ' && byte <= '~' ? byte : '?');
}

#endif
