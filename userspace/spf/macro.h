/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros in SPF records: RFC 7208 section 7. Pure.
 */
#ifndef MXW_SPF_MACRO_H
#define MXW_SPF_MACRO_H

#include "spf/facts.h"

/* A character as it is, or a macro. */
struct mxw_spf_macro {
	const char *literal; /* what it stands for, literal_length bytes; NULL: a macro */
	size_t literal_length;
	char letter; /* in lower case */
	bool escape; /* it was upper case: the value is to be URL-escaped */
	unsigned int parts; /* how many from the right; 0 = all */
	bool reverse;
	struct mxw_spf_slice delimiters; /* empty: a dot */
};

/* The next one of what is left, which must not be empty. False: it is wrong. Blanks are literal, and
 * whether a letter may be used here is for the caller to say. */
bool mxw_spf_macro_next(struct mxw_spf_slice *left, struct mxw_spf_macro *macro);

/* Whether the text is a macro-string; explaining: with %{c}, %{r} and %{t}. */
bool mxw_spf_macro_string_is(struct mxw_spf_slice text, bool explaining);

/* Whether it is a domain-spec: it ends with a macro, or with a dot and a label that a top-level
 * domain may have. */
bool mxw_spf_domain_spec_is(struct mxw_spf_slice text);

/* Where an expansion goes. If it becomes too long, a domain keeps its end and a text its
 * beginning. */
struct mxw_spf_text {
	char *data;
	size_t size; /* at least 512 for a domain */
	size_t length; /* without NUL, which is not written */
	bool keep_end;
};

void mxw_spf_text_add(struct mxw_spf_text *text, const char *bytes, size_t count);

/* Adds the value as the macro says: split, reversed, cut to its parts, escaped. */
void mxw_spf_macro_add(const struct mxw_spf_macro *macro, struct mxw_spf_slice value,
		       struct mxw_spf_text *text);

#endif
