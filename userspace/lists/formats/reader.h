/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the readers of lists/format.h: what a format brings, and what it may
 * call. For userspace/lists/format*.c alone.
 */
#ifndef MXW_FORMAT_READER_H
#define MXW_FORMAT_READER_H

#include "lists/format.h"
#include "lists/formats/text.h"

#define MXW_LINE_MAX 65536 /* bytes in a line, without its end */
#define MXW_HEAD_MAX 65536 /* text by which AUTO decides */

struct mxw_held {
	char *text;
	size_t size, room;
};

struct mxw_reader {
	struct mxw_format_sink sink;
	enum mxw_format format;
	enum mxw_format expected; /* what the list was in last time; AUTO if nobody knows */
	bool guessed; /* the format was not named, but found out */
	const struct mxw_syntax *syntax; /* NULL while the format is not known */
	void *state; /* the syntax's own */
	uint64_t lines; /* that have ended */
	uint64_t at_line; /* the line that a range or a refusal is told to be of */
	struct mxw_held held; /* text that waits for the rest of its line */
	bool whole; /* held is all of the text so far, and no line */
	char magic[8]; /* the first bytes */
	size_t magic_size;
	struct mxw_format_clock clock;
	uint32_t until; /* the end of the ranges that are put next, wall clock s; 0 = none */
	uint32_t told_until; /* what the sink knows of that */
	uint64_t list_end; /* of the whole text, wall clock s; 0 = none */
	int failed; /* the final error, which every further call returns */
};

/* What a format is. All of them return 0 or a negative code, which is final. */
struct mxw_syntax {
	/* Makes reader->state; NULL if there is none. */
	int (*open)(struct mxw_reader *reader, struct mxw_err *err);
	/* Text in pieces: mxw_take_lines() for formats of lines, which then have line(). */
	int (*take)(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err);
	/* One line without its end; reader->at_line is its number. */
	int (*line)(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err);
	/* All has been said; NULL if that changes nothing. */
	int (*end)(struct mxw_reader *reader, struct mxw_err *err);
	/* Frees reader->state; NULL for free(). */
	void (*close)(struct mxw_reader *reader);
};

extern const struct mxw_syntax mxw_syntax_plain, mxw_syntax_drop, mxw_syntax_ipset, mxw_syntax_nft,
	mxw_syntax_rbldnsd, mxw_syntax_postfix, mxw_syntax_fail2ban, mxw_syntax_crowdsec_csv,
	mxw_syntax_crowdsec_json, mxw_syntax_spamdb, mxw_syntax_columns, mxw_syntax_csv,
	mxw_syntax_p2p, mxw_syntax_hosts, mxw_syntax_cloud;

int mxw_take_lines(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err);

/* The line that held begins, with the rest of it: what is read by it, and held is empty. */
int mxw_held_line(struct mxw_reader *reader, struct mxw_text rest, struct mxw_err *err);

/* Appends to held. MXW_E_FAIL when memory is out. */
int mxw_hold(struct mxw_held *held, struct mxw_text text, struct mxw_err *err);

/* Hands a range to the sink, or a refusal, cut to a length that can be shown. Return what the sink
 * returns; the sentence for a negative code of its own is the sink's matter. */
int mxw_reader_put(struct mxw_reader *reader, enum mxw_says says, struct mxw_keys keys);
int mxw_reader_refuse(struct mxw_reader *reader, struct mxw_text text, const char *why);

/* Scans by mxw_range_scan() and puts, or refuses. */
int mxw_reader_put_text(struct mxw_reader *reader, enum mxw_says says, struct mxw_text text);

/* "line 7: the line begins like an HTML or XML page ..." if it does. */
int mxw_check_markup(const struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err);

/* By the beginning of a text, or all of it. expected: of mxw_reader_expect(). MXW_E_USAGE with
 * a sentence if none fits. */
int mxw_format_detect(struct mxw_text head, bool complete, enum mxw_format expected,
		      enum mxw_format *format, struct mxw_err *err);

#endif
