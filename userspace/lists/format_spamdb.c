// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What OpenBSD's spamdb prints: WHITE|address|..., TRAPPED|address|..., GREY|... Registered in
 * format.c.
 */
#include <string.h>

#include "lists/format_reader.h"

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
