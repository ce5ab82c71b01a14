// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DNS messages: whatever the bytes are, the reader stays inside them and inside its answer. The
 * first byte chooses the type that is asked for, the rest is the message.
 */
#include <string.h>

#include "fuzz.h"
#include "policy/dnsbl_answer.h"
#include "sources/dns_message.h"
#include "spf/facts.h"

static int printable(const char *text)
{
	for (; *text; text++)
		if ((*text < ' ' || *text > '~') && *text != '\n')
			return 0;
	return 1;
}

/* The same message as rows: they are whole, and an evaluation of SPF takes them. */
static void read_rows(const uint8_t *data, size_t size, enum mxw_dns_type type)
{
	static uint8_t bytes[8192];
	struct mxw_dns_rows rows = { .bytes = bytes, .room = size ? data[0] * 32U : 0 };
	struct mxw_spf_facts facts = { .count = 0 };
	struct mxw_dns_answer answer;

	mxw_dns_message_rows(data, size, "2.0.0.127.bl.example", type, &answer, &rows);
	FUZZ_WANT(rows.size <= rows.room);
	FUZZ_WANT(answer.outcome == MXW_DNS_ANSWERED || !rows.size);
	FUZZ_WANT(mxw_spf_facts_add(&facts, "a.example", MXW_SPF_TXT, MXW_SPF_ANSWERED, bytes,
				    rows.size) == 0);
	mxw_spf_facts_free(&facts);
}

/* Whatever comes, the answer is one that the rest of the program may see. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum mxw_dns_type types[] = { MXW_DNS_A, MXW_DNS_PTR, MXW_DNS_TXT,
						   MXW_DNS_AAAA, MXW_DNS_MX };
	struct mxw_dns_answer answer;
	enum mxw_dns_type type;

	if (!size)
		return 0;
	type = types[data[0] % 5];
	memset(&answer, 0xa5, sizeof(answer));
	answer.took = 0;
	mxw_dns_message_read(data + 1, size - 1, "2.0.0.127.bl.example", type, &answer);
	FUZZ_WANT(answer.outcome == MXW_DNS_ANSWERED || answer.outcome == MXW_DNS_GARBLED);
	FUZZ_WANT(answer.ttl >= -1);
	read_rows(data + 1, size - 1, type);
	if (type == MXW_DNS_A)
		FUZZ_WANT(answer.count <= MXW_DNS_RECORDS);
	if (type == MXW_DNS_TXT || type == MXW_DNS_PTR) {
		FUZZ_WANT(memchr(answer.text, 0, sizeof(answer.text)) != NULL);
		FUZZ_WANT(printable(answer.text));
	}
	return 0;
}
