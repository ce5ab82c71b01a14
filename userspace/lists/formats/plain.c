// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plain format: a line each for an address, a prefix or a range A-B, with
 * comments after #, ; or //. Registered in format.c.
 */
#include "lists/formats/time.h"

/* Remarks such as "; Expires: Sun, 29 Nov 2026 12:14:44 GMT", which Spamhaus's lists have. */
static void note_end(struct mxw_reader *reader, struct mxw_text line)
{
	if (!line.size || (line.at[0] != '#' && line.at[0] != ';'))
		return;
	line = mxw_text_trim(mxw_text_from(line, 1));
	if (mxw_text_is_any_case(mxw_text_word(&line), "expires:"))
		mxw_reader_ends(reader, mxw_time_of_mail(line));
}

static int general(struct mxw_reader *reader, struct mxw_text line)
{
	note_end(reader, line);
	line = mxw_text_trim(mxw_text_uncommented(line));
	return line.size ? mxw_reader_put_text(reader, MXW_SAYS_BLOCK, line) : MXW_OK;
}

/* An IPv4 address or prefix and nothing else, which nearly every line of a long list is, is
 * taken here; what differs in any way goes the general path. */
static int plain_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_keys keys;
	uint32_t address;
	size_t size = mxw_scan_ipv4(line, &address);

	(void)err;
	if (size == 0 || (size < line.size && line.at[size] != '/'))
		return general(reader, line);
	if (size == line.size)
		keys = (struct mxw_keys){ address, address };
	else if (mxw_prefix_scan(line, &keys) != NULL)
		return general(reader, line);
	return mxw_reader_put(reader, MXW_SAYS_BLOCK, keys);
}

const struct mxw_syntax mxw_syntax_plain = { .take = mxw_take_lines, .line = plain_line };
