// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SPF: whatever the records, the macros in them and the answers are, the evaluation ends, within its
 * limits, and says nothing that cannot be shown. The first byte chooses the client; then there is a
 * line with the sender, one with the HELO name, and a zone as of tests/unit/spfzone.h.
 */
#include <string.h>

#include "fuzz.h"
#include "tests/unit/spfzone.h"

static int printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return 0;
	return 1;
}

/* Takes a line off the rest. */
static const char *line(char **rest)
{
	const char *begin = strsep(rest, "\n");

	if (!*rest)
		*rest = (char *)(uintptr_t)begin + strlen(begin);
	return begin;
}

static void check(const struct mxw_spf_query *query, const char *zone)
{
	const char *const zones[] = { zone, NULL };
	struct mxw_spf_verdict verdict;

	FUZZ_WANT(spfzone_check(zones, query, &verdict) >= 0);
	FUZZ_WANT(verdict.result < MXW_SPF_NEED);
	FUZZ_WANT(verdict.terms <= MXW_SPF_TERMS && verdict.voids <= MXW_SPF_VOIDS + 1);
	FUZZ_WANT(!verdict.explanation[0] || verdict.result == MXW_SPF_FAIL);
	FUZZ_WANT((verdict.why != NULL) ==
		  (verdict.result == MXW_SPF_NONE || verdict.result >= MXW_SPF_TEMPERROR));
	FUZZ_WANT(printable(verdict.term) && printable(verdict.explanation) &&
		  printable(verdict.domain));
}

/* Divides the bytes into the question and the zone, which are text from here on. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const clients[] = { "192.0.2.1", "2001:db8::1", "::ffff:203.0.113.5",
					       "::1" };
	struct mxw_spf_query query = { .receiver = "receiver.example", .now = 1800000000 };
	char *text, *rest;

	if (!size)
		return 0;
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	rest = text;
	(void)spfzone_address(clients[data[0] % 4], query.addr);
	query.sender = line(&rest);
	query.helo = line(&rest);
	check(&query, rest);
	free(text);
	return 0;
}
