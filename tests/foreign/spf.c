// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mxwall's evaluator of SPF over zones as text, for spf_judges.py, which holds it against others. Reads a
 * zone from standard input, in lines as of tests/unit/spfzone.h, then "?", the client's address, the
 * sender and the HELO name, with tabs between them: it answers with the result, the
 * explanation, and what is wrong or the term that decided, and begins with an empty zone again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/spfzone.h"

#define ZONE (1U << 20)

static void die(const char *what)
{
	(void)fprintf(stderr, "spf: %s\n", what);
	exit(2);
}

/* "?", ADDRESS, SENDER, HELO. */
static void tell(const char *zone, char *line)
{
	struct mxw_spf_query query = { .receiver = "receiver.example", .now = 1800000000 };
	const char *const zones[] = { zone, NULL };
	struct mxw_spf_verdict verdict;
	const char *address;

	(void)strsep(&line, "\t");
	address = strsep(&line, "\t");
	query.sender = strsep(&line, "\t");
	query.helo = line;
	if (!address || !query.sender || !query.helo || !spfzone_address(address, query.addr))
		die("a question that is not \"?\", ADDRESS, SENDER, HELO");
	if (spfzone_check(zones, &query, &verdict) < 0)
		die("it asks again and again");
	(void)printf("%s\t%s\t%s %s\n", mxw_spf_result_name(verdict.result), verdict.explanation,
		     verdict.why ? verdict.why : "", verdict.term);
	(void)fflush(stdout);
}

int main(void)
{
	char *zone = calloc(1, ZONE), *line = NULL;
	size_t size = 0, used = 0;
	ssize_t length;

	if (!zone)
		die("out of memory");
	while ((length = getline(&line, &size, stdin)) > 0) {
		if (*line == '?') {
			line[strcspn(line, "\n")] = '\0';
			tell(zone, line);
			used = 0;
			*zone = '\0';
			continue;
		}
		if ((size_t)length >= ZONE - used)
			die("the zone is too large");
		memcpy(zone + used, line, (size_t)length + 1);
		used += (size_t)length;
	}
	free(line);
	free(zone);
	return 0;
}
