// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `ipset save` prints. An entry with nomatch is an exception, and as in the
 * kernel the longest prefix decides. Registered in format.c.
 */
#include <stdlib.h>

#include "lists/format_contest.h"

static int ipset_open(struct mxw_reader *reader, struct mxw_err *err)
{
	reader->state = calloc(1, sizeof(struct mxw_contest));
	return reader->state ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory for a set");
}

static void ipset_close(struct mxw_reader *reader)
{
	if (reader->state)
		mxw_contest_free(reader->state);
	free(reader->state);
}

/* Lines that make or drop sets; what is in them comes by add. */
static bool is_other_command(struct mxw_text word)
{
	static const char *const commands[] = {
		"create", "-N", "flush", "-F", "destroy", "-X",
		"rename", "-E", "swap",	 "-W", "COMMIT",  "quit",
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (mxw_text_is(word, commands[i]))
			return true;
	return false;
}

/* A word, or all of "a comment". */
static struct mxw_text option(struct mxw_text *rest)
{
	struct mxw_text word;

	*rest = mxw_text_trim(*rest);
	if (!rest->size || rest->at[0] != '"')
		return mxw_text_word(rest);
	*rest = mxw_text_from(*rest, 1);
	word = mxw_text_until(rest, '"');
	return (struct mxw_text){ word.at - 1, word.size + 1 };
}

static bool is_exception(struct mxw_text rest)
{
	struct mxw_text word;

	while ((word = option(&rest)).size)
		if (mxw_text_is(word, "nomatch"))
			return true;
	return false;
}

static int add(struct mxw_reader *reader, struct mxw_text rest, struct mxw_err *err)
{
	struct mxw_text entry = mxw_text_word(&rest);
	struct mxw_keys keys;
	const char *why;

	while (entry.size && entry.at[0] == '-') /* -exist, -! */
		entry = mxw_text_word(&rest);
	entry = mxw_text_word(&rest); /* that was the name of the set */
	why = mxw_range_scan(entry, &keys);
	if (why)
		return mxw_reader_refuse(reader, entry, why);
	return mxw_contest_put_prefix(reader->state, reader,
				      is_exception(rest) ? MXW_SAYS_EXCLUDE : MXW_SAYS_BLOCK, keys,
				      err);
}

static int ipset_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_text rest, word;

	line = mxw_text_trim(line);
	rest = line;
	word = mxw_text_word(&rest);
	if (!word.size || word.at[0] == '#' || is_other_command(word))
		return MXW_OK;
	if (mxw_text_is(word, "add") || mxw_text_is(word, "-A"))
		return add(reader, rest, err);
	return mxw_reader_refuse(reader, line, "is not a line of ipset save");
}

static int ipset_end(struct mxw_reader *reader, struct mxw_err *err)
{
	return mxw_contest_settle(reader->state, reader, err);
}

const struct mxw_syntax mxw_syntax_ipset = {
	.open = ipset_open,
	.take = mxw_take_lines,
	.line = ipset_line,
	.end = ipset_end,
	.close = ipset_close,
};
