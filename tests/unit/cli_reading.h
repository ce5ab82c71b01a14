/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of what verbs read (tools/xdpctl/cli/lines.h): one reading, and all that it says.
 * To be included behind the header of cmocka, by test_cli*, which have xdpctl's own files.
 */
#ifndef MXW_TESTS_CLI_READING_H
#define MXW_TESTS_CLI_READING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/book.h"
#include "tests/unit/capture.h"
#include "tests/unit/sandbox.h"
#include "tools/xdpctl/cli/lines.h"

#define TEXT(literal) (literal), sizeof(literal) - 1

/* What came of one reading. */
struct reading {
	int error;
	uint64_t bad, end;
	char prefixes[BOOK_TEXT]; /* "192.0.2.7 10.0.0.0/8 " */
	char notes[BOOK_TEXT], complaints[BOOK_TEXT];
	struct mxw_err err;
};

static inline void take_note(void *context, const char *text)
{
	char *notes = context;
	size_t used = strlen(notes);

	(void)snprintf(notes + used, BOOK_TEXT - used, "%s\n", text);
}

/* Reads as the verb would, and catches all that it says: notes, complaints, and the error. */
static inline void read_wanted(struct cli *cli, enum mxw_says wanted, lines_guard *guard,
			       struct reading *out)
{
	struct capture capture;
	struct lines lines;

	memset(out, 0, sizeof(*out));
	cli->verb = cli_find_verb(wanted == MXW_SAYS_ALLOW ? "allow" : "block");
	cli->report = (struct mxw_report){ .note = take_note, .context = out->notes };
	capture_begin(&capture, STDERR_FILENO);
	out->error = lines_read(cli, wanted, guard, NULL, &lines);
	(void)capture_end(&capture, out->complaints, sizeof(out->complaints));
	for (size_t i = 0; i < lines.count && !out->error; i++) {
		size_t used = strlen(out->prefixes);
		char text[MXW_ADDR_TEXT];

		(void)snprintf(out->prefixes + used, BOOK_TEXT - used, "%s ",
			       mxw_prefix_format(&lines.prefixes[i], text));
	}
	out->bad = lines.bad;
	out->err = cli->err;
	out->end = lines.end;
	free(lines.prefixes);
}

/* A file in a scratch directory. */
static inline const char *write_file(const char *dir, const char *bytes, size_t size, char path[96])
{
	FILE *file;

	(void)snprintf(path, 96, "%s/list", dir);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	(void)fclose(file);
	return path;
}

#endif
