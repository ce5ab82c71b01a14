// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From text to terms. The whole record is read before any of it counts: a mistake behind the term
 * that matches is a permerror too. Called by the evaluation.
 */
#include <string.h>
#include <strings.h>

#include "spf/record.h"

#define VERSION "v=spf1"
#define VERSION_LENGTH (sizeof(VERSION) - 1)

bool mxw_spf_record_is(struct mxw_spf_slice text)
{
	return text.length >= VERSION_LENGTH &&
	       strncasecmp(text.text, VERSION, VERSION_LENGTH) == 0 &&
	       (text.length == VERSION_LENGTH || text.text[VERSION_LENGTH] == ' ');
}

/* The next word between blanks; false behind the last. */
static bool next_word(struct mxw_spf_slice *left, struct mxw_spf_slice *word)
{
	const char *blank;

	while (left->length && *left->text == ' ') {
		left->text++;
		left->length--;
	}
	if (!left->length)
		return false;
	blank = memchr(left->text, ' ', left->length);
	word->text = left->text;
	word->length = blank ? (size_t)(blank - left->text) : left->length;
	left->text += word->length;
	left->length -= word->length;
	return true;
}

bool mxw_spf_record_next(struct mxw_spf_slice *left, struct mxw_spf_term *term)
{
	struct mxw_spf_slice word;

	return next_word(left, &word) && mxw_spf_term_read(word, term);
}

/* False for a second redirect or exp. */
static bool keep(struct mxw_spf_record *record, const struct mxw_spf_term *term)
{
	struct mxw_spf_term *place;

	if (term->kind != MXW_SPF_REDIRECT && term->kind != MXW_SPF_EXP)
		return true;
	place = term->kind == MXW_SPF_REDIRECT ? &record->redirect : &record->exp;
	if (place->whole.length)
		return false;
	*place = *term;
	return true;
}

bool mxw_spf_record_read(struct mxw_spf_slice text, struct mxw_spf_record *record,
			 struct mxw_spf_slice *bad)
{
	struct mxw_spf_term term;
	struct mxw_spf_slice left, word;

	memset(record, 0, sizeof(*record));
	*bad = (struct mxw_spf_slice){ .text = "", .length = 0 };
	record->terms.text = text.text + VERSION_LENGTH;
	record->terms.length = text.length - VERSION_LENGTH;
	left = record->terms;
	while (next_word(&left, &word))
		if (!mxw_spf_term_read(word, &term) || !keep(record, &term)) {
			*bad = word;
			return false;
		}
	return true;
}
