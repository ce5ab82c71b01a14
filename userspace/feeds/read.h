/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a source of a list (a file, a directory, an https URL, a descriptor) to the list. A
 * worker process without rights fetches and parses, and hands over fixed records, so
 * that nothing hostile is read by a process that could do harm.
 */
#ifndef MXW_FEED_READ_H
#define MXW_FEED_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/report.h"
#include "lists/format.h"
#include "lists/list.h"

#define MXW_FEED_REFUSALS 32 /* told one by one; the rest are counted */
#define MXW_FEED_TAG 160 /* an ETag or a date, with NUL */

enum mxw_feed_kind {
	MXW_FEED_FILE = 0,
	MXW_FEED_DIR, /* its files without hidden ones and backup copies, as one list */
	MXW_FEED_URL,
	MXW_FEED_STDIN,
};

/*
 * Looks at each range while its line is known: NULL to keep it, or why it is refused,
 * which then counts and is told as every other refusal. Runs in the process that calls
 * mxw_feed_read(), once a range, so it should be quick.
 */
struct mxw_feed_screen {
	void *context;
	const char *(*range4)(void *context, enum mxw_says says, struct mxw_range4 range,
			      uint64_t line);
	const char *(*range6)(void *context, enum mxw_says says, struct mxw_range6 range,
			      uint64_t line);
};

struct mxw_feed_source {
	enum mxw_feed_kind kind;
	const char *where; /* path or URL; NULL for standard input */
	enum mxw_format format;
	enum mxw_format expected; /* what it was found to be last time; AUTO if nobody knows */
	const struct mxw_feed_screen *screen; /* NULL = none */
	uint64_t max_bytes, max_seconds; /* 0 = 2 GiB and 300 s; of a URL 256 MiB and 120 s */
	/* Of a URL only: what the last answer said, NULL or "" if nothing. */
	const char *etag, *last_modified;
	const char *ca_file; /* NULL = the system's certificates */
};

struct mxw_feed_refusal {
	char file[96]; /* base name; "" if there is only one */
	uint64_t line;
	char text[80]; /* printable, as is why */
	char why[96];
};

/* What the reading was like. */
struct mxw_feed_reading {
	enum mxw_format format; /* as it turned out; of a directory, that of its first file */
	uint32_t formats; /* of all files that have entries, of mxw_formats_name() */
	uint64_t bytes, lines, entries;
	uint64_t allows; /* entries that say that their addresses are good */
	uint64_t excluded; /* entries that the list itself takes out again */
	uint64_t over; /* entries that were left out because they have ended */
	uint64_t merged; /* ranges saved by putting neighbours together */
	uint64_t refused; /* lines that are not entries, and ranges that screen refused */
	uint64_t screened; /* those of them that screen refused */
	struct mxw_feed_refusal refusals[MXW_FEED_REFUSALS];
	bool not_modified; /* the server says that nothing is new: the list is empty */
	char etag[MXW_FEED_TAG], last_modified[MXW_FEED_TAG];
};

/*
 * The list, settled, exclusions taken out. progress: told about long work. On failure the list is
 * empty and err one sentence with file and line. The caller frees the list.
 */
int mxw_feed_read(const struct mxw_feed_source *source, struct mxw_list *list,
		  struct mxw_feed_reading *reading, const struct mxw_report *progress,
		  struct mxw_err *err);

#endif
