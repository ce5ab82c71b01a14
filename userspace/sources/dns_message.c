// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of DNS messages. Called by the resolver with every answer.
 *
 * Every step is bounded: names are as dns_wire.c says, and no more than RECORDS_MOST records are
 * looked at.
 */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "sources/dns_message.h"
#include "sources/dns_wire.h"

#define RECORDS_MOST 512
#define CNAMES_MOST 8
#define CLASS_IN 1
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define NXDOMAIN 3

/* The question and what has been found. */
struct search {
	struct mxw_dns_reader reader;
	struct mxw_dns_name name; /* asked for, or the last CNAME's target */
	enum mxw_dns_type type;
	unsigned int cnames;
	struct mxw_dns_answer *answer;
	struct mxw_dns_rows *rows; /* where all records go instead; or NULL */
};

static void lower_ttl(struct mxw_dns_answer *answer, uint32_t ttl)
{
	if (answer->ttl < 0 || ttl < answer->ttl)
		answer->ttl = ttl;
}

/* A reader of the record's data alone; names in it may point to before it. */
static struct mxw_dns_reader record_reader(const struct search *search,
					   const struct mxw_dns_record *record)
{
	return (struct mxw_dns_reader){ .data = search->reader.data,
					.size = record->end,
					.at = record->data };
}

static bool take_address(struct search *search, const struct mxw_dns_record *record)
{
	struct mxw_dns_reader reader = record_reader(search, record);
	struct mxw_dns_answer *answer = search->answer;
	uint32_t address = mxw_dns_read_number(&reader, 4);

	if (reader.bad || reader.at != record->end)
		return false;
	if (answer->count < MXW_DNS_RECORDS)
		answer->records[answer->count++] = address;
	return true;
}

/* The strings of a TXT record, one after the other; what is too long is cut. */
static bool take_text(struct search *search, const struct mxw_dns_record *record)
{
	struct mxw_dns_reader reader = record_reader(search, record);
	char *out = search->answer->text;
	size_t at = 0;

	while (reader.at < record->end && !reader.bad) {
		unsigned int length = mxw_dns_read_number(&reader, 1);

		while (length-- && !reader.bad) {
			uint8_t byte = (uint8_t)mxw_dns_read_number(&reader, 1);

			if (!reader.bad && at < MXW_DNS_TEXT - 1)
				out[at++] = mxw_dns_printable(byte);
		}
	}
	out[at] = '\0';
	return !reader.bad;
}

static bool take_name(const struct search *search, const struct mxw_dns_record *record,
		      struct mxw_dns_name *name)
{
	struct mxw_dns_reader reader = record_reader(search, record);

	mxw_dns_read_name(&reader, name);
	return !reader.bad && reader.at == record->end;
}

/* The name behind those that are there, if it fits. */
static bool take_pointer(struct search *search, const struct mxw_dns_record *record)
{
	char *text = search->answer->text, one[MXW_DNS_TEXT];
	size_t at = strlen(text);
	struct mxw_dns_name name;

	if (!take_name(search, record, &name))
		return false;
	mxw_dns_name_to_text(&name, one);
	search->answer->count++;
	if (at + 1 + strlen(one) < MXW_DNS_TEXT)
		(void)mxw_text(text + at, MXW_DNS_TEXT - at, "%s%s", at ? "\n" : "",
			       *one ? one : ".");
	return true;
}

static bool take_address6(struct search *search, const struct mxw_dns_record *record)
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
static bool take_record(struct search *search, const struct mxw_dns_record *record)
{
	struct mxw_dns_answer *answer = search->answer;

	if (record->type == TYPE_CNAME) {
		lower_ttl(answer, record->ttl);
		return ++search->cnames <= CNAMES_MOST && take_name(search, record, &search->name);
	}
	if (record->type != search->type)
		return true;
	lower_ttl(answer, record->ttl);
	if (search->rows) {
		answer->count++;
		return mxw_dns_row_add(search->rows, search->type, record_reader(search, record));
	}
	switch (search->type) {
	case MXW_DNS_A:
		return take_address(search, record);
	case MXW_DNS_AAAA:
		return take_address6(search, record);
	case MXW_DNS_PTR:
		return take_pointer(search, record);
	case MXW_DNS_MX:
		answer->count++;
		return true;
	default:
		return answer->count++ || take_text(search, record);
	}
}

static bool read_answers(struct search *search, unsigned int count)
{
	struct mxw_dns_record record;

	while (count--) {
		mxw_dns_read_record(&search->reader, &record);
		if (search->reader.bad)
			return false;
		if (record.class == CLASS_IN && mxw_dns_same_name(&record.owner, &search->name) &&
		    !take_record(search, &record))
			return false;
	}
	return true;
}

/* RFC 2308 section 5: a negative answer lives for the lesser of the SOA's TTL and its last
 * number. */
static bool take_soa(struct search *search, const struct mxw_dns_record *record)
{
	struct mxw_dns_reader reader = record_reader(search, record);
	struct mxw_dns_name name;
	uint32_t minimum;

	mxw_dns_read_name(&reader, &name);
	mxw_dns_read_name(&reader, &name);
	(void)mxw_dns_read_number(&reader, 4); /* serial, refresh, retry, expire */
	(void)mxw_dns_read_number(&reader, 4);
	(void)mxw_dns_read_number(&reader, 4);
	(void)mxw_dns_read_number(&reader, 4);
	minimum = mxw_dns_read_number(&reader, 4);
	if (reader.bad || reader.at != record->end)
		return false;
	lower_ttl(search->answer, record->ttl);
	lower_ttl(search->answer, minimum > MXW_DNS_TTL_MAX ? 0 : minimum);
	return true;
}

static bool read_authority(struct search *search, unsigned int count)
{
	struct mxw_dns_record record;

	while (count--) {
		mxw_dns_read_record(&search->reader, &record);
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
	struct mxw_dns_reader *reader = &search->reader;
	struct mxw_dns_name name;

	mxw_dns_read_name(reader, &name);
	return mxw_dns_read_number(reader, 2) == search->type &&
	       mxw_dns_read_number(reader, 2) == CLASS_IN && !reader->bad &&
	       mxw_dns_same_name(&name, &search->name);
}

static bool nothing_found(const struct mxw_dns_answer *answer)
{
	return answer->rcode == NXDOMAIN || !answer->count;
}

static bool read_message(struct search *search)
{
	struct mxw_dns_reader *reader = &search->reader;
	unsigned int flags, questions, answers, authority;

	(void)mxw_dns_read_number(reader, 2); /* the resolver has compared the id */
	flags = mxw_dns_read_number(reader, 2);
	questions = mxw_dns_read_number(reader, 2);
	answers = mxw_dns_read_number(reader, 2);
	authority = mxw_dns_read_number(reader, 2);
	(void)mxw_dns_read_number(reader, 2);
	/* A response to a plain query, and all of it. */
	if (reader->bad || (flags & 0xfa00) != 0x8000 || questions != 1)
		return false;
	search->answer->rcode = flags & 0xf;
	if (!read_question(search) || answers > RECORDS_MOST || authority > RECORDS_MOST ||
	    !read_answers(search, answers))
		return false;
	return !nothing_found(search->answer) || read_authority(search, authority);
}

static void read_into(struct search *search, const char *name)
{
	struct mxw_dns_answer *answer = search->answer;

	memset(answer, 0, sizeof(*answer));
	answer->ttl = -1;
	if (mxw_dns_name_from_text(name, &search->name) && read_message(search))
		return;
	memset(answer, 0, sizeof(*answer));
	answer->ttl = -1;
	answer->outcome = MXW_DNS_GARBLED;
}

void mxw_dns_message_read(const uint8_t *message, size_t size, const char *name,
			  enum mxw_dns_type type, struct mxw_dns_answer *answer)
{
	struct search search = { .reader = { .data = message, .size = size },
				 .type = type,
				 .answer = answer };

	read_into(&search, name);
}

void mxw_dns_message_rows(const uint8_t *message, size_t size, const char *name,
			  enum mxw_dns_type type, struct mxw_dns_answer *answer,
			  struct mxw_dns_rows *rows)
{
	struct search search = { .reader = { .data = message, .size = size },
				 .type = type,
				 .answer = answer,
				 .rows = rows };

	rows->size = 0;
	read_into(&search, name);
	if (answer->outcome != MXW_DNS_ANSWERED)
		rows->size = 0;
}
