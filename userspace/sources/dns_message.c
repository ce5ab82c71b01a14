// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of DNS messages. Called by the resolver with every answer.
 *
 * Every step is bounded: a compression pointer must lead to before where the name so far
 * came from, a name has 255 bytes, and no more than RECORDS_MOST records are looked at.
 */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "sources/dns_message.h"

#define RECORDS_MOST 512
#define CNAMES_MOST 8
#define CLASS_IN 1
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define NXDOMAIN 3
#define TTL_MAX 0x7fffffffU /* RFC 2181 section 8: more is 0 */

/* A name as on the wire: labels with their lengths in front, in lower case. */
struct name {
	uint8_t wire[255];
	size_t length; /* with the root's zero byte */
};

struct reader {
	const uint8_t *data;
	size_t size;
	size_t at; /* next byte */
	bool bad; /* ran out, or nonsense; every read after that gives 0 */
};

/* One record, with the reader behind it. */
struct record {
	struct name owner;
	unsigned int type, class;
	uint32_t ttl; /* s */
	size_t data, end; /* offsets in the message */
};

/* The question and what has been found. */
struct search {
	struct reader reader;
	struct name name; /* asked for, or the last CNAME's target */
	enum mxw_dns_type type;
	unsigned int cnames;
	struct mxw_dns_answer *answer;
};

static unsigned int read_number(struct reader *reader, unsigned int bytes)
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
static bool add_label(struct name *name, const struct reader *reader, size_t from, size_t length)
{
	if (reader->size - from < length + 1 || name->length + length + 1 > sizeof(name->wire))
		return false;
	name->wire[name->length++] = (uint8_t)length;
	for (size_t i = 1; i <= length; i++)
		name->wire[name->length++] = lower(reader->data[from + i]);
	return true;
}

/* Reads labels and pointers from at; *behind is where the name ends in place. */
static bool follow(const struct reader *reader, size_t at, struct name *name, size_t *behind)
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

static void read_name(struct reader *reader, struct name *name)
{
	size_t behind;

	name->length = 0;
	if (!reader->bad && follow(reader, reader->at, name, &behind))
		reader->at = behind;
	else
		reader->bad = true;
}

static bool same_name(const struct name *a, const struct name *b)
{
	return a->length == b->length && memcmp(a->wire, b->wire, a->length) == 0;
}

/* False if the text is not a name. */
static bool name_from_text(const char *text, struct name *name)
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

static char printable(uint8_t byte)
{
	return (char)(byte >= ' ' && byte <= '~' ? byte : '?');
}

/* Labels joined by dots, without one at the end. */
static void name_to_text(const struct name *name, char out[MXW_DNS_TEXT])
{
	size_t at = 0;

	for (size_t i = 0; name->wire[i]; i += name->wire[i] + 1U) {
		if (at)
			out[at++] = '.';
		for (size_t j = 1; j <= name->wire[i]; j++)
			out[at++] = printable(name->wire[i + j]);
	}
	out[at] = '\0';
}

static void read_record(struct reader *reader, struct record *record)
{
	size_t length;

	read_name(reader, &record->owner);
	record->type = read_number(reader, 2);
	record->class = read_number(reader, 2);
	record->ttl = read_number(reader, 4);
	if (record->ttl > TTL_MAX)
		record->ttl = 0;
	length = read_number(reader, 2);
	record->data = reader->at;
	if (reader->bad || reader->size - reader->at < length) {
		reader->bad = true;
		return;
	}
	record->end = reader->at += length;
}

static void lower_ttl(struct mxw_dns_answer *answer, uint32_t ttl)
{
	if (answer->ttl < 0 || ttl < answer->ttl)
		answer->ttl = ttl;
}

/* A reader of the record's data alone; names in it may point to before it. */
static struct reader record_reader(const struct search *search, const struct record *record)
{
	return (struct reader){ .data = search->reader.data,
				.size = record->end,
				.at = record->data };
}

static bool take_address(struct search *search, const struct record *record)
{
	struct reader reader = record_reader(search, record);
	struct mxw_dns_answer *answer = search->answer;
	uint32_t address = read_number(&reader, 4);

	if (reader.bad || reader.at != record->end)
		return false;
	if (answer->count < MXW_DNS_RECORDS)
		answer->records[answer->count++] = address;
	return true;
}

/* The strings of a TXT record, one after the other; what is too long is cut. */
static bool take_text(struct search *search, const struct record *record)
{
	struct reader reader = record_reader(search, record);
	char *out = search->answer->text;
	size_t at = 0;

	while (reader.at < record->end && !reader.bad) {
		unsigned int length = read_number(&reader, 1);

		while (length-- && !reader.bad) {
			uint8_t byte = (uint8_t)read_number(&reader, 1);

			if (!reader.bad && at < MXW_DNS_TEXT - 1)
				out[at++] = printable(byte);
		}
	}
	out[at] = '\0';
	return !reader.bad;
}

static bool take_name(const struct search *search, const struct record *record, struct name *name)
{
	struct reader reader = record_reader(search, record);

	read_name(&reader, name);
	return !reader.bad && reader.at == record->end;
}

/* The name behind those that are there, if it fits. */
static bool take_pointer(struct search *search, const struct record *record)
{
	char *text = search->answer->text, one[MXW_DNS_TEXT];
	size_t at = strlen(text);
	struct name name;

	if (!take_name(search, record, &name))
		return false;
	name_to_text(&name, one);
	search->answer->count++;
	if (at + 1 + strlen(one) < MXW_DNS_TEXT)
		(void)mxw_text(text + at, MXW_DNS_TEXT - at, "%s%s", at ? "\n" : "",
			       *one ? one : ".");
	return true;
}

static bool take_address6(struct search *search, const struct record *record)
{
	struct mxw_dns_answer *answer = search->answer;

	if (record->end - record->data != sizeof(answer->addresses[0]))
		return false;
	if (answer->count < MXW_DNS_ADDRESSES)
		memcpy(answer->addresses[answer->count], search->reader.data + record->data,
		       sizeof(answer->addresses[0]));
	answer->count++;
	return true;
}

/* A record of the answer section that is about the name. */
static bool take_record(struct search *search, const struct record *record)
{
	struct mxw_dns_answer *answer = search->answer;

	if (record->type == TYPE_CNAME) {
		lower_ttl(answer, record->ttl);
		return ++search->cnames <= CNAMES_MOST && take_name(search, record, &search->name);
	}
	if (record->type != search->type)
		return true;
	lower_ttl(answer, record->ttl);
	switch (search->type) {
	case MXW_DNS_A:
		return take_address(search, record);
	case MXW_DNS_AAAA:
		return take_address6(search, record);
	case MXW_DNS_PTR:
		return take_pointer(search, record);
	default:
		return answer->count++ || take_text(search, record);
	}
}

static bool read_answers(struct search *search, unsigned int count)
{
	struct record record;

	while (count--) {
		read_record(&search->reader, &record);
		if (search->reader.bad)
			return false;
		if (record.class == CLASS_IN && same_name(&record.owner, &search->name) &&
		    !take_record(search, &record))
			return false;
	}
	return true;
}

/* RFC 2308 section 5: a negative answer lives for the lesser of the SOA's TTL and its last
 * number. */
static bool take_soa(struct search *search, const struct record *record)
{
	struct reader reader = record_reader(search, record);
	struct name name;
	uint32_t minimum;

	read_name(&reader, &name);
	read_name(&reader, &name);
	(void)read_number(&reader, 4); /* serial, refresh, retry, expire */
	(void)read_number(&reader, 4);
	(void)read_number(&reader, 4);
	(void)read_number(&reader, 4);
	minimum = read_number(&reader, 4);
	if (reader.bad || reader.at != record->end)
		return false;
	lower_ttl(search->answer, record->ttl);
	lower_ttl(search->answer, minimum > TTL_MAX ? 0 : minimum);
	return true;
}

static bool read_authority(struct search *search, unsigned int count)
{
	struct record record;

	while (count--) {
		read_record(&search->reader, &record);
		if (search->reader.bad)
			return false;
		if (record.class == CLASS_IN && record.type == TYPE_SOA)
			return take_soa(search, &record);
	}
	return true;
}

/* One question, and it is ours. */
static bool read_question(struct search *search)
{
	struct reader *reader = &search->reader;
	struct name name;

	read_name(reader, &name);
	return read_number(reader, 2) == search->type && read_number(reader, 2) == CLASS_IN &&
	       !reader->bad && same_name(&name, &search->name);
}

static bool nothing_found(const struct mxw_dns_answer *answer)
{
	return answer->rcode == NXDOMAIN || !answer->count;
}

static bool read_message(struct search *search)
{
	struct reader *reader = &search->reader;
	unsigned int flags, questions, answers, authority;

	(void)read_number(reader, 2); /* the resolver has compared the id */
	flags = read_number(reader, 2);
	questions = read_number(reader, 2);
	answers = read_number(reader, 2);
	authority = read_number(reader, 2);
	(void)read_number(reader, 2);
	/* A response to a plain query, and all of it. */
	if (reader->bad || (flags & 0xfa00) != 0x8000 || questions != 1)
		return false;
	search->answer->rcode = flags & 0xf;
	if (!read_question(search) || answers > RECORDS_MOST || authority > RECORDS_MOST ||
	    !read_answers(search, answers))
		return false;
	return !nothing_found(search->answer) || read_authority(search, authority);
}

void mxw_dns_message_read(const uint8_t *message, size_t size, const char *name,
			  enum mxw_dns_type type, struct mxw_dns_answer *answer)
{
	struct search search = { .reader = { .data = message, .size = size },
				 .type = type,
				 .answer = answer };

	memset(answer, 0, sizeof(*answer));
	answer->ttl = -1;
	if (name_from_text(name, &search.name) && read_message(&search))
		return;
	memset(answer, 0, sizeof(*answer));
	answer->ttl = -1;
	answer->outcome = MXW_DNS_GARBLED;
}
