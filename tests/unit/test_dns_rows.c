// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All records of a DNS message as rows (userspace/sources/dns_rows.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sources/dns_message.h"

/* The question, a.example, whose name is at 12; an answer's head up to its length. */
#define QUESTION(type) \
	"\x01"         \
	"a"            \
	"\x07"         \
	"example\0\0" type "\0\x01"
#define ANSWER(type) "\xc0\x0c\0" type "\0\x01\0\0\x01\x2c"
#define MX "\x0f"
#define TXT "\x10"
#define A "\x01"
#define AAAA "\x1c"
#define PTR "\x0c"

struct row {
	enum mxw_dns_type type;
	unsigned int count;
	const char *answers;
	size_t size;
	const char *rows; /* NULL = the message is garbled */
	size_t rows_size;
};

#define ROW(type, count, answers, rows)                                           \
	{                                                                         \
		type, count, answers, sizeof(answers) - 1, rows, sizeof(rows) - 1 \
	}
#define GARBLED(type, answers)                                  \
	{                                                       \
		type, 1, answers, sizeof(answers) - 1, NULL, 0, \
	}

static size_t make(const struct row *row, uint8_t *message)
{
	const uint8_t head[12] = { 0x12, 0x34, 0x81, 0x80, 0, 1, 0, (uint8_t)row->count };
	size_t size = sizeof(head);

	memcpy(message, head, sizeof(head));
	memcpy(message + size, QUESTION("\0"), sizeof(QUESTION("\0")) - 1);
	message[size + 12] = (uint8_t)row->type;
	size += sizeof(QUESTION("\0")) - 1;
	memcpy(message + size, row->answers, row->size);
	return size + row->size;
}

static void check(const struct row *row)
{
	uint8_t message[1024], bytes[512];
	struct mxw_dns_rows rows = { .bytes = bytes, .room = sizeof(bytes) };
	struct mxw_dns_answer answer;
	size_t size = make(row, message);

	mxw_dns_message_rows(message, size, "a.example", row->type, &answer, &rows);
	assert_int_equal(answer.outcome, row->rows ? MXW_DNS_ANSWERED : MXW_DNS_GARBLED);
	assert_int_equal(rows.size, row->rows_size);
	if (!row->rows)
		return;
	assert_memory_equal(bytes, row->rows, row->rows_size);
	/* With a byte less of room there is nothing. */
	rows.room = row->rows_size - 1;
	mxw_dns_message_rows(message, size, "a.example", row->type, &answer, &rows);
	assert_int_equal(answer.outcome, MXW_DNS_GARBLED);
	assert_int_equal(rows.size, 0);
}

static void every_type_has_its_rows(void **state)
{
	static const struct row rows[] = {
		ROW(MXW_DNS_A, 2, ANSWER(A) "\0\x04\xc0\0\x02\x01" ANSWER(A) "\0\x04\xc0\0\x02\x02",
		    "\0\x04\xc0\0\x02\x01\0\x04\xc0\0\x02\x02"),
		ROW(MXW_DNS_AAAA, 1,
		    ANSWER(AAAA) "\0\x10"
				 "0123456789abcdef",
		    "\0\x10"
		    "0123456789abcdef"),
		ROW(MXW_DNS_MX, 1,
		    ANSWER(MX) "\0\x07\x01\x02\x02"
			       "mx\xc0\x0c",
		    "\0\x0e\x01\x02"
		    "mx.a.example"),
		ROW(MXW_DNS_MX, 1, ANSWER(MX) "\0\x03\0\0\0", "\0\x02\0\0"),
		ROW(MXW_DNS_PTR, 1,
		    ANSWER(PTR) "\0\x05\x02"
				"mx\xc0\x0c",
		    "\0\x0c"
		    "mx.a.example"),
		ROW(MXW_DNS_TXT, 2,
		    ANSWER(TXT) "\0\x06\x01"
				"a"
				"\x03"
				"b\x01"
				"c" ANSWER(TXT) "\0\x02\x01"
						"d",
		    "\0\x04"
		    "ab\x01"
		    "c\0\x01"
		    "d"),
		ROW(MXW_DNS_TXT, 1, ANSWER(TXT) "\0\x01\0", "\0\0"),
		/* Another type is not a row. */
		ROW(MXW_DNS_A, 2,
		    ANSWER(TXT) "\0\x02\x01"
				"d" ANSWER(A) "\0\x04\xc0\0\x02\x02",
		    "\0\x04\xc0\0\x02\x02"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
}

static void broken_records_give_none(void **state)
{
	static const struct row rows[] = {
		GARBLED(MXW_DNS_A, ANSWER(A) "\0\x03\xc0\0\x02"),
		GARBLED(MXW_DNS_A, ANSWER(A) "\0\x05\xc0\0\x02\x01\x01"),
		GARBLED(MXW_DNS_A, ANSWER(A) "\0\x04\xc0\0\x02"),
		GARBLED(MXW_DNS_AAAA, ANSWER(AAAA) "\0\x04\xc0\0\x02\x02"),
		GARBLED(MXW_DNS_MX, ANSWER(MX) "\0\x01\x01"),
		GARBLED(MXW_DNS_MX, ANSWER(MX) "\0\x05\x01\x02\x02"
					       "mx"),
		GARBLED(MXW_DNS_MX, ANSWER(MX) "\0\x06\x01\x02\xc0\x0c"
					       "ab"),
		GARBLED(MXW_DNS_PTR, ANSWER(PTR) "\0\x02\xc0\xff"),
		GARBLED(MXW_DNS_TXT, ANSWER(TXT) "\0\x03\x03"
						 "ab"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_its_rows),
		cmocka_unit_test(broken_records_give_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
