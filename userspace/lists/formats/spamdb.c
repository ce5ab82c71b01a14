// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What OpenBSD's spamdb prints: WHITE|address|..., TRAPPED|address|..., GREY|... Registered in
 * format.c.
 */
#include <string.h>

#include "lists/formats/time.h"

/* Drops so many columns, and reads the end in the next. */
static uint32_t end_after(struct mxw_text rest, unsigned int columns)
{
	uint64_t value;

	for (; columns; columns--)
		(void)mxw_text_until(&rest, '|');
	return mxw_scan_number(&rest, 10, &value) && value < UINT32_MAX ? (uint32_t)value : 0;
}

/* TRAPPED blocks and WHITE allows, each until its time. GREY says nothing yet. */
static int spamdb_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_text rest, kind, address;

	(void)err;
	line = mxw_text_trim(line);
	rest = line;
	kind = mxw_text_until(&rest, '|');
	address = mxw_text_until(&rest, '|');
	if (!line.size || mxw_text_is(kind, "GREY"))
		return MXW_OK; /* on trial: neither good nor bad */
	reader->until = mxw_text_is(kind, "WHITE")     ? end_after(rest, 4)
			: mxw_text_is(kind, "TRAPPED") ? end_after(rest, 0)
						       : 0;
	if (mxw_text_is(kind, "WHITE"))
		return mxw_reader_put_text(reader, MXW_SAYS_ALLOW, address);
	if (mxw_text_is(kind, "TRAPPED"))
		return mxw_reader_put_text(reader, MXW_SAYS_BLOCK, address);
	if (!mxw_text_is(kind, "SPAMTRAP"))
		return mxw_reader_refuse(reader, line, "is not a line of spamdb");
	if (address.size && memchr(address.at, '@', address.size))
		return MXW_OK; /* the mail address of a trap, not who fell into it */
	return mxw_reader_put_text(reader, MXW_SAYS_BLOCK, address);
}

const struct mxw_syntax mxw_syntax_spamdb = { .take = mxw_take_lines, .line = spamdb_line };
