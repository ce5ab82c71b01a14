// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of DNS messages (userspace/sources/dns_message.h), and the hostile bytes of
 * case D6 of docs/cases.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sources/dns_message.h"

#define NAME "99.2.0.192.zen.example"
#define IN_A "\x00\x01\x00\x01"
#define TTL(seconds) "\x00\x00\x00" seconds

/* A message under construction; what is appended counts as sections in order. */
struct message {
	uint8_t bytes[70000];
	size_t size;
};

static void add(struct message *message, const void *bytes, size_t size)
{
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

#define ADD(message, text) add(message, text, sizeof(text) - 1)

/* Header with rcode and counts, and the question. */
static void begin(struct message *message, unsigned int rcode, unsigned int answers,
		  unsigned int authority)
{
	uint8_t header[12] = { 0x12,
			       0x34,
			       0x81,
			       (uint8_t)(0x80 | rcode),
			       0,
			       1,
			       (uint8_t)(answers >> 8),
			       (uint8_t)answers,
			       0,
			       (uint8_t)authority };

	message->size = 0;
	add(message, header, sizeof(header));
	ADD(message, "\x02"
		     "99\x01"
		     "2\x01"
		     "0\x03"
		     "192\x03"
		     "Zen\x07"
		     "eXample\x00" IN_A);
}

static struct mxw_dns_answer read_as(const struct message *message, enum mxw_dns_type type)
{
	struct mxw_dns_answer answer;
	/* Of its own size, so that the sanitizer sees a read beyond. */
	uint8_t *copy = malloc(message->size ? message->size : 1);

	assert_non_null(copy);
	memcpy(copy, message->bytes, message->size);
	mxw_dns_message_read(copy, message->size, NAME, type, &answer);
	free(copy);
	return answer;
}

static void garbled(const struct message *message)
{
	assert_int_equal(read_as(message, MXW_DNS_A).outcome, MXW_DNS_GARBLED);
}

static void addresses_with_the_least_ttl(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 3, 0);
	ADD(&message, "\xc0\x0c" IN_A TTL("\x64") "\x00\x04\x7f\x00\x00\x02");
	ADD(&message, "\xc0\x0c" IN_A TTL("\x32") "\x00\x04\x7f\x00\x00\x04");
	/* another name's record does not count */
	ADD(&message, "\x01z\x00" IN_A TTL("\x01") "\x00\x04\x7f\x00\x00\x09");
	answer = read_as(&message, MXW_DNS_A);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.rcode, 0);
	assert_int_equal(answer.count, 2);
	assert_int_equal(answer.records[0], 0x7f000002);
	assert_int_equal(answer.records[1], 0x7f000004);
	assert_int_equal(answer.ttl, 50);
	message.bytes[6 + 1] = 9; /* says it has more than it has */
	garbled(&message);
}

static void an_alias_is_followed(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 2, 0);
	ADD(&message, "\xc0\x0c\x00\x05\x00\x01" TTL("\x14") "\x00\x04\x01y\xc0\x1b");
	ADD(&message, "\x01Y\xc0\x1b" IN_A TTL("\x32") "\x00\x04\x7f\x00\x00\x03");
	answer = read_as(&message, MXW_DNS_A);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.ttl, 20);
}

#define SOA_DATA "\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04"

static void a_negative_answer_lives_as_its_soa(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 3, 0, 1);
	ADD(&message,
	    "\xc0\x17\x00\x06\x00\x01\x00\x00\x0e\x10\x00\x16" SOA_DATA "\x00\x00\x00\x96");
	answer = read_as(&message, MXW_DNS_A);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.rcode, 3);
	assert_int_equal(answer.ttl, 150);
	begin(&message, 0, 0, 1); /* no data; the SOA's own TTL is less */
	ADD(&message,
	    "\xc0\x17\x00\x06\x00\x01\x00\x00\x00\x3c\x00\x16" SOA_DATA "\x00\x00\x00\x96");
	assert_int_equal(read_as(&message, MXW_DNS_A).ttl, 60);
	begin(&message, 0, 0, 1); /* a TTL with the top bit is 0 */
	ADD(&message,
	    "\xc0\x17\x00\x06\x00\x01\x80\x00\x00\x3c\x00\x16" SOA_DATA "\x00\x00\x00\x96");
	assert_int_equal(read_as(&message, MXW_DNS_A).ttl, 0);
	begin(&message, 0, 0, 1); /* a SOA that is too short */
	ADD(&message, "\xc0\x17\x00\x06\x00\x01\x00\x00\x00\x3c\x00\x12" SOA_DATA);
	garbled(&message);
	begin(&message, 2, 0, 0);
	answer = read_as(&message, MXW_DNS_A);
	assert_int_equal(answer.rcode, 2);
	assert_int_equal(answer.ttl, -1);
}

static void texts_and_names(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 2, 0);
	message.bytes[message.size - 3] = MXW_DNS_TXT;
	ADD(&message, "\xc0\x0c\x00\x10\x00\x01" TTL("\x14") "\x00\x08\x03see\x03"
							     " a\n");
	ADD(&message, "\xc0\x0c\x00\x10\x00\x01" TTL("\x14") "\x00\x06\x05other");
	answer = read_as(&message, MXW_DNS_TXT);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_string_equal(answer.text, "see a?");
	message.bytes[message.size - 6] = 9; /* a string longer than its record */
	message.bytes[7] = 2;
	begin(&message, 0, 1, 0);
	message.bytes[message.size - 3] = MXW_DNS_TXT;
	ADD(&message, "\xc0\x0c\x00\x10\x00\x01" TTL("\x14") "\x00\x04\x09see");
	assert_int_equal(read_as(&message, MXW_DNS_TXT).outcome, MXW_DNS_GARBLED);
	begin(&message, 0, 1, 0);
	message.bytes[message.size - 3] = MXW_DNS_PTR;
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x07\x02mx\x01.\xc0\x1b");
	assert_string_equal(read_as(&message, MXW_DNS_PTR).text, "mx...example");
}

static void names_of_an_address(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 3, 0);
	message.bytes[message.size - 3] = MXW_DNS_PTR;
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x04\x01"
							     "a\xc0\x1b");
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x0a") "\x00\x01\x00");
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x04\x01\n\xc0\x1b");
	answer = read_as(&message, MXW_DNS_PTR);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.count, 3);
	assert_int_equal(answer.ttl, 10);
	assert_string_equal(answer.text, "a.example\n.\n?.example");
	begin(&message, 0, 1, 0); /* labels of all lengths */
	message.bytes[message.size - 3] = MXW_DNS_PTR;
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x10\x01"
							     "a\x07in-addr\x04"
							     "arpa\x00");
	assert_string_equal(read_as(&message, MXW_DNS_PTR).text, "a.in-addr.arpa");
	begin(&message, 0, 60, 0); /* more than there is room for */
	message.bytes[message.size - 3] = MXW_DNS_PTR;
	for (int i = 0; i < 60; i++)
		ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x04\x01"
								     "a\xc0\x1b");
	answer = read_as(&message, MXW_DNS_PTR);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.count, 60);
	assert_int_equal(strlen(answer.text), 25 * 10 + 0 - 1); /* whole ones */
	assert_string_equal(answer.text + strlen(answer.text) - 10, "\na.example");
	begin(&message, 0, 1, 0); /* a name that points to itself */
	message.bytes[message.size - 3] = MXW_DNS_PTR;
	ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x02\xc0\x34");
	assert_int_equal(read_as(&message, MXW_DNS_PTR).outcome, MXW_DNS_GARBLED);
}

static void addresses_of_ipv6(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 20, 0);
	message.bytes[message.size - 3] = MXW_DNS_AAAA;
	for (int i = 0; i < 20; i++) {
		ADD(&message, "\xc0\x0c\x00\x1c\x00\x01" TTL(
				      "\x14") "\x00\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01");
		message.bytes[message.size - 1] = (uint8_t)i;
	}
	answer = read_as(&message, MXW_DNS_AAAA);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.count, 20);
	assert_int_equal(answer.ttl, 20);
	assert_int_equal(answer.addresses[0][1], 1);
	for (int i = 0; i < MXW_DNS_ADDRESSES; i++)
		assert_int_equal(answer.addresses[i][15], i);
	begin(&message, 0, 1, 0); /* an IPv4 address in it */
	message.bytes[message.size - 3] = MXW_DNS_AAAA;
	ADD(&message, "\xc0\x0c\x00\x1c\x00\x01" TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	assert_int_equal(read_as(&message, MXW_DNS_AAAA).outcome, MXW_DNS_GARBLED);
}

static void pointers_that_loop(void **state)
{
	static struct message message;

	(void)state;
	begin(&message, 0, 1, 0); /* to itself */
	ADD(&message, "\xc0\x28" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	garbled(&message);
	begin(&message, 0, 1, 0); /* forward */
	ADD(&message, "\xc0\x2a\x00\x00" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	garbled(&message);
	begin(&message, 0, 1, 0); /* back to a label that leads here again */
	ADD(&message, "\x01z\xc0\x28" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	garbled(&message);
	begin(&message, 0, 1, 0); /* a label type that does not exist */
	ADD(&message, "\x80z\x00" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	garbled(&message);
	begin(&message, 0, 1, 0); /* a pointer cut in two */
	ADD(&message, "\xc0");
	garbled(&message);
}

static void aliases_without_end(void **state)
{
	static struct message message;

	(void)state;
	begin(&message, 0, 9, 0);
	for (int i = 0; i < 9; i++)
		ADD(&message, "\xc0\x0c\x00\x05\x00\x01" TTL("\x14") "\x00\x02\xc0\x0c");
	garbled(&message);
}

static void other_questions_and_kinds(void **state)
{
	static struct message message;

	(void)state;
	begin(&message, 0, 0, 0);
	message.bytes[2] = 0x01; /* a query */
	garbled(&message);
	begin(&message, 0, 0, 0);
	message.bytes[2] = 0x83; /* truncated */
	garbled(&message);
	begin(&message, 0, 0, 0);
	message.bytes[13] = '8'; /* another name */
	garbled(&message);
	begin(&message, 0, 0, 0);
	message.bytes[message.size - 3] = MXW_DNS_TXT;
	garbled(&message);
	begin(&message, 0, 0, 0);
	message.bytes[5] = 2;
	garbled(&message);
	message.size = 0;
	garbled(&message);
}

static void very_many_records(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;

	(void)state;
	begin(&message, 0, 500, 0);
	for (int i = 0; i < 500; i++)
		ADD(&message, "\xc0\x0c" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	answer = read_as(&message, MXW_DNS_A);
	assert_int_equal(answer.outcome, MXW_DNS_ANSWERED);
	assert_int_equal(answer.count, MXW_DNS_RECORDS);
	begin(&message, 0, 4000, 0);
	for (int i = 0; i < 4000; i++)
		ADD(&message, "\xc0\x0c" IN_A TTL("\x14") "\x00\x04\x7f\x00\x00\x02");
	garbled(&message);
}

static uint32_t next_random(uint32_t *random)
{
	*random = *random * 1664525U + 1013904223U;
	return *random >> 8;
}

/* Messages of every kind with bytes changed, and cut anywhere: no crash, no read beyond. */
static void random_damage(void **state)
{
	static struct message message;
	uint32_t random = 7;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		begin(&message, next_random(&random) % 8 ? 0 : 3, 4, 1);
		ADD(&message, "\xc0\x0c\x00\x05\x00\x01" TTL("\x14") "\x00\x04\x01y\xc0\x1b");
		ADD(&message, "\xc0\x28" IN_A TTL("\x32") "\x00\x04\x7f\x00\x00\x03");
		ADD(&message, "\xc0\x0c\x00\x10\x00\x01" TTL("\x14") "\x00\x04\x03see");
		ADD(&message, "\xc0\x0c\x00\x0c\x00\x01" TTL("\x14") "\x00\x05\x02mx\xc0\x1b");
		ADD(&message,
		    "\xc0\x17\x00\x06\x00\x01\x00\x00\x00\x3c\x00\x16" SOA_DATA "\x00\x00\x00\x96");
		for (uint32_t n = next_random(&random) % 6; n; n--)
			message.bytes[12 + next_random(&random) % (message.size - 12)] =
				(uint8_t)next_random(&random);
		if (next_random(&random) % 4 == 0)
			message.size = next_random(&random) % message.size;
		(void)read_as(&message, next_random(&random) % 2 ? MXW_DNS_A : MXW_DNS_TXT);
		(void)read_as(&message, MXW_DNS_PTR);
	}
}

static void names_that_are_none(void **state)
{
	static struct message message;
	struct mxw_dns_answer answer;
	char name[400];

	(void)state;
	begin(&message, 0, 0, 0);
	memset(name, 'a', sizeof(name));
	name[399] = '\0';
	mxw_dns_message_read(message.bytes, message.size, name, MXW_DNS_A, &answer);
	assert_int_equal(answer.outcome, MXW_DNS_GARBLED);
	for (int i = 1; i < 399; i += 2)
		name[i] = '.';
	mxw_dns_message_read(message.bytes, message.size, name, MXW_DNS_A, &answer);
	assert_int_equal(answer.outcome, MXW_DNS_GARBLED);
	mxw_dns_message_read(message.bytes, message.size, "a..b", MXW_DNS_A, &answer);
	assert_int_equal(answer.outcome, MXW_DNS_GARBLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_with_the_least_ttl),
		cmocka_unit_test(an_alias_is_followed),
		cmocka_unit_test(a_negative_answer_lives_as_its_soa),
		cmocka_unit_test(texts_and_names),
		cmocka_unit_test(names_of_an_address),
		cmocka_unit_test(addresses_of_ipv6),
		cmocka_unit_test(pointers_that_loop),
		cmocka_unit_test(aliases_without_end),
		cmocka_unit_test(other_questions_and_kinds),
		cmocka_unit_test(very_many_records),
		cmocka_unit_test(random_damage),
		cmocka_unit_test(names_that_are_none),
	};

	return cmocka_run_group_tests_name("dns_message", tests, NULL, NULL);
}
