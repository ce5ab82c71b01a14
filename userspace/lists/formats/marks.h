/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By what a format shows itself in a text. A reader that puts up with much is asked only where the
 * text has the words of its format. For userspace/lists/formats/ alone. Pure.
 */
#ifndef MXW_FORMAT_MARKS_H
#define MXW_FORMAT_MARKS_H

#include "lists/formats/reader.h"

/* Lines of a text, and how many of them show what. */
struct mxw_marks {
	uint64_t lines; /* neither empty nor a comment */
	uint64_t ipset; /* "create" or "add" */
	uint64_t ipset_headings; /* of `ipset list` */
	uint64_t nft; /* a table, or a set or an element that is added */
	uint64_t spamdb; /* WHITE|, GREY|, TRAPPED|, SPAMTRAP| */
	uint64_t postfix; /* an action in words, or IF */
	uint64_t zone; /* what among formats of lines rbldnsd alone has, in comments too */
	uint64_t jail; /* the words of `fail2ban-client status`, the times of --with-time */
	uint64_t many; /* three words or more */
	uint64_t p2p, hosts; /* ranges with a name or a level; services with a colon */
	bool titles; /* before all entries stands a line of titles of CSV, or a comment that is one */
	bool header; /* and it is not a comment */
	bool decisions; /* and the titles are CrowdSec's */
	uint64_t white; /* the first line that is a title of what is allowed; 0 = none */
	uint64_t white_set; /* the first line with a set of addresses of such a name; 0 = none */
	uint64_t white_named; /* the line that names the set that is read, if it has such a name */
	uint64_t at; /* the line that is counted */
};

struct mxw_marks mxw_marks_count(struct mxw_text text);

/* Whether the text shows itself to be of the format: a zone or a jail by any of its lines, others
 * by most of them. */
bool mxw_marks_show(const struct mxw_marks *marks, enum mxw_format format);

/* JSON of a known shape, or what Python prints, by the keys where they stand; AUTO for text that is
 * neither; COUNT for JSON of no known shape. */
enum mxw_format mxw_format_by_shape(struct mxw_text text);

/* The line of the first set of nft's JSON that has the name of an allow list; 0 = none. */
uint64_t mxw_shape_white_set(struct mxw_text text);

#endif
