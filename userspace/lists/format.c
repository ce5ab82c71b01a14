// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader: pieces of text to lines, and what no format puts up with. Called by
 * whoever reads a list: the worker of feeds, and tests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/formats/reader.h"

static const struct {
	const char *name;
	const struct mxw_syntax *syntax;
	const char *mark;
} FORMATS[MXW_FORMAT_COUNT] = {
	[MXW_FORMAT_AUTO] = { "auto", NULL, "" },
	[MXW_FORMAT_PLAIN] = { "plain", &mxw_syntax_plain,
			       "its lines are addresses, networks and ranges" },
	[MXW_FORMAT_DROP] = { "drop", &mxw_syntax_drop, "its lines are objects with \"cidr\"" },
	[MXW_FORMAT_IPSET] = { "ipset", &mxw_syntax_ipset, "its lines say create and add" },
	[MXW_FORMAT_NFT] = { "nft", &mxw_syntax_nft, "it is JSON with \"nftables\"" },
	[MXW_FORMAT_RBLDNSD] = { "rbldnsd", &mxw_syntax_rbldnsd,
				 "it has lines that only a zone has" },
	[MXW_FORMAT_POSTFIX] = { "postfix", &mxw_syntax_postfix,
				 "actions such as REJECT stand behind its networks" },
	[MXW_FORMAT_FAIL2BAN] = { "fail2ban", &mxw_syntax_fail2ban,
				  "it has the words of fail2ban, or many addresses in a line" },
	[MXW_FORMAT_CROWDSEC_CSV] = { "crowdsec-csv", &mxw_syntax_crowdsec_csv,
				      "its titles are those of decisions" },
	[MXW_FORMAT_CROWDSEC_JSON] = { "crowdsec-json", &mxw_syntax_crowdsec_json,
				       "it is JSON with decisions" },
	[MXW_FORMAT_SPAMDB] = { "spamdb", &mxw_syntax_spamdb,
				"its lines begin with WHITE, GREY or TRAPPED" },
	[MXW_FORMAT_COLUMNS] = { "columns", &mxw_syntax_columns,
				 "other columns stand behind its addresses" },
	[MXW_FORMAT_CSV] = { "csv", &mxw_syntax_csv, "it has a line of titles" },
	[MXW_FORMAT_P2P] = { "p2p", &mxw_syntax_p2p, "its ranges have names or levels" },
	[MXW_FORMAT_HOSTS_DENY] = { "hosts-deny", &mxw_syntax_hosts,
				    "its lines begin with services" },
	[MXW_FORMAT_CLOUD_JSON] = { "cloud-json", &mxw_syntax_cloud,
				    "it is JSON with \"prefixes\"" },
};

const char *mxw_format_name(enum mxw_format format)
{
	return (unsigned int)format < MXW_FORMAT_COUNT ? FORMATS[format].name : NULL;
}

enum mxw_format mxw_format_by_name(const char *name)
{
	unsigned int format = 0;

	while (format < MXW_FORMAT_COUNT && strcmp(FORMATS[format].name, name) != 0)
		format++;
	return (enum mxw_format)format;
}

const char *mxw_format_mark(enum mxw_format format)
{
	return (unsigned int)format < MXW_FORMAT_COUNT ? FORMATS[format].mark : "";
}

const char *mxw_formats_name(uint32_t formats, char out[MXW_FORMATS_TEXT])
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned int i = 1; i < MXW_FORMAT_COUNT; i++)
		if (formats & MXW_FORMATS_OF(i) && used < MXW_FORMATS_TEXT)
			used += (size_t)snprintf(out + used, MXW_FORMATS_TEXT - used, "%s%s",
						 used ? ", " : "", FORMATS[i].name);
	return out;
}

enum mxw_format mxw_formats_only(uint32_t formats)
{
	unsigned int format = formats ? (unsigned int)__builtin_ctz(formats) : 0;

	return formats == MXW_FORMATS_OF(format) && format < MXW_FORMAT_COUNT
		       ? (enum mxw_format)format
		       : MXW_FORMAT_AUTO;
}

static uint64_t count_lines(struct mxw_text text)
{
	uint64_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += text.at[i] == '\n';
	return count;
}

/* The name of the compression whose first bytes these are, NULL for none. */
static const char *compression_of(struct mxw_text head)
{
	static const struct {
		const char *magic, *name;
	} rows[] = {
		{ "\x1f\x8b", "gzip" },		{ "BZh", "bzip2" },
		{ "PK\x03\x04", "zip" },	{ "\xfd\x37zXZ", "xz" },
		{ "\x28\xb5\x2f\xfd", "zstd" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mxw_text_begins(head, rows[i].magic))
			return rows[i].name;
	return NULL;
}

/* The first bytes often tell which kind of binary data it is. */
static int check_magic(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	size_t room = sizeof(reader->magic) - reader->magic_size;
	const char *compression;

	if (!room)
		return MXW_OK;
	room = room < piece.size ? room : piece.size;
	memcpy(reader->magic + reader->magic_size, piece.at, room);
	reader->magic_size += room;
	compression = compression_of((struct mxw_text){ reader->magic, reader->magic_size });
	if (!compression)
		return MXW_OK;
	return mxw_fail(err, MXW_E_USAGE, "line 1: this is a %s file, not a list; unpack it first",
			compression);
}

/* Starts reading by the format that the head shows, with the head. */
static int decide(struct mxw_reader *reader, bool complete, struct mxw_err *err)
{
	struct mxw_held head = reader->held;
	struct mxw_text text = { head.text, head.size };
	int error = mxw_format_detect(text, complete, reader->expected, &reader->format, err);

	reader->held = (struct mxw_held){ 0 };
	reader->guessed = true;
	if (!error) {
		reader->syntax = FORMATS[reader->format].syntax;
		error = reader->syntax->open ? reader->syntax->open(reader, err) : MXW_OK;
	}
	if (!error)
		error = reader->syntax->take(reader, text, err);
	free(head.text);
	return error;
}

/* Text while the format is not known. */
static int gather(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	size_t room = MXW_HEAD_MAX - reader->held.size;
	struct mxw_text part = { piece.at, piece.size < room ? piece.size : room };
	int error = mxw_hold(&reader->held, part, err);

	if (error || part.size < room)
		return error;
	error = decide(reader, false, err);
	return error ? error : reader->syntax->take(reader, mxw_text_from(piece, part.size), err);
}

int mxw_reader_open(enum mxw_format format, const struct mxw_format_sink *sink,
		    struct mxw_reader **out, struct mxw_err *err)
{
	struct mxw_reader *reader = calloc(1, sizeof(*reader));
	int error = MXW_OK;

	*out = NULL;
	if (!reader)
		return mxw_fail(err, MXW_E_FAIL, "out of memory for the reader of a list");
	reader->sink = *sink;
	reader->format = format;
	reader->syntax = FORMATS[format].syntax;
	if (reader->syntax && reader->syntax->open)
		error = reader->syntax->open(reader, err);
	if (error)
		mxw_reader_close(reader);
	else
		*out = reader;
	return error;
}

void mxw_reader_expect(struct mxw_reader *reader, enum mxw_format format)
{
	reader->expected = format;
}

/* What is before a NUL byte is read as if it came alone. */
static int take_piece(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	const char *nul = memchr(piece.at, '\0', piece.size);
	int error = MXW_OK;

	if (nul)
		piece.size = (size_t)(nul - piece.at);
	if (piece.size)
		error = reader->syntax ? reader->syntax->take(reader, piece, err)
				       : gather(reader, piece, err);
	if (error || !nul)
		return error;
	return mxw_fail(err, MXW_E_USAGE,
			"line %llu: it has a NUL byte; this is binary data, not a list",
			(unsigned long long)(reader->lines + 1 +
					     count_lines((struct mxw_text){ reader->held.text,
									    reader->held.size })));
}

int mxw_reader_take(struct mxw_reader *reader, const char *text, size_t size, struct mxw_err *err)
{
	struct mxw_text piece = { text, size };

	if (reader->failed || size == 0)
		return reader->failed;
	reader->failed = check_magic(reader, piece, err);
	if (!reader->failed)
		reader->failed = take_piece(reader, piece, err);
	return reader->failed;
}

int mxw_reader_end(struct mxw_reader *reader, struct mxw_err *err)
{
	if (!reader->failed && !reader->syntax)
		reader->failed = decide(reader, true, err);
	if (!reader->failed && reader->syntax->line && reader->held.size && !reader->whole)
		reader->failed = mxw_held_line(reader, (struct mxw_text){ "", 0 }, err);
	if (!reader->failed && reader->syntax->end)
		reader->failed = reader->syntax->end(reader, err);
	return reader->failed;
}

void mxw_reader_set_clock(struct mxw_reader *reader, const struct mxw_format_clock *clock)
{
	reader->clock = *clock;
}

uint64_t mxw_reader_list_end(const struct mxw_reader *reader)
{
	return reader ? reader->list_end : 0;
}

uint64_t mxw_reader_lines(const struct mxw_reader *reader)
{
	return reader->lines;
}

enum mxw_format mxw_reader_format(const struct mxw_reader *reader)
{
	return reader->format;
}

void mxw_reader_close(struct mxw_reader *reader)
{
	if (!reader)
		return;
	if (reader->syntax && reader->syntax->close)
		reader->syntax->close(reader);
	else
		free(reader->state);
	free(reader->held.text);
	free(reader);
}
