/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which DNS lists to ask and what their answers weigh: the grammar of Postfix's
 * postscreen_dnsbl_sites, so that a line from main.cf can be pasted as it is.
 *
 *   sites  = [ site { separator site } ]        separator: any of ", \t\r\n"
 *   site   = domain [ "=" filter ] [ "*" weight ]
 *   filter = field "." field "." field "." field, or all of it inside "[" "]"
 *   field  = number | "[" member { ";" member } "]"
 *   member = number | number ".." number         0..255, the range not backwards
 *   weight = an integer with or without a sign; 1 if none is given
 *
 * Read from postscreen_dnsbl.c, ip_match.c, valid_hostname.c and mystrtok.c of Postfix
 * 3.12. Stricter than that: a domain has at most 189 bytes, so that the name for an IPv6
 * address still fits, there are MXW_DNSBL_ZONES of them at most, and a weight beyond
 * +-MXW_DNSBL_WEIGHT_MAX counts as that, or is refused where Postfix's "%d" overflows. Domains are taken in lower case, so that one list is asked once. Pure.
 */
#ifndef MXW_DNSBL_SITES_H
#define MXW_DNSBL_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MXW_DNSBL_ZONES 32 /* different domains at most */
#define MXW_DNSBL_LINES 128 /* sites at most */
#define MXW_DNSBL_ZONE_TEXT 190 /* a domain, with NUL */
#define MXW_DNSBL_WEIGHT_MAX 1000000
#define MXW_DNSBL_FILTER_TEXT 4200 /* any filter in text, with NUL */
#define MXW_DNSBL_LINE_TEXT (MXW_DNSBL_ZONE_TEXT + MXW_DNSBL_FILTER_TEXT + 16)

/* Which of the 256 values an octet may have. */
struct mxw_octets {
	uint64_t bits[4]; /* value v is bit v % 64 of word v / 64 */
};

/* Matches an address if each of its octets is in the set at its place. */
struct mxw_dnsbl_filter {
	struct mxw_octets octet[4]; /* in the order of the text */
};

/* One site. */
struct mxw_dnsbl_line {
	unsigned int zone; /* index of its domain in zone[] */
	bool any; /* no filter was given: any answer matches */
	int32_t weight; /* added to the score once if a record matches; < 0 allows */
	struct mxw_dnsbl_filter filter; /* all zero if any */
};

/* A whole value of postscreen_dnsbl_sites. Plain data, no pointers. */
struct mxw_dnsbl_sites {
	char zone[MXW_DNSBL_ZONES][MXW_DNSBL_ZONE_TEXT]; /* lower case, in order of appearance */
	size_t zone_count;
	struct mxw_dnsbl_line line[MXW_DNSBL_LINES]; /* in order of appearance */
	size_t line_count;
};

/* Called with each mistake: offset in bytes from the start of the text, of the word that is
 * wrong, and one sentence that quotes it. The sentence belongs to the caller. */
typedef void mxw_dnsbl_mistake_fn(void *context, size_t offset, const char *sentence);

/*
 * Parses text, all of it: every mistake is told, then the parser goes on with the next
 * site. Returns the number of mistakes; if there are any, *sites is what is left without
 * the wrong ones and is not to be used. An empty text is not a mistake and gives no lines.
 */
size_t mxw_dnsbl_sites_parse(const char *text, struct mxw_dnsbl_sites *sites,
			     mxw_dnsbl_mistake_fn *mistake, void *context);

/*
 * Parses one filter of length bytes. Returns NULL, or what is wrong as Postfix words
 * it, static; then *at is where in text.
 */
const char *mxw_dnsbl_filter_parse(const char *text, size_t length, struct mxw_dnsbl_filter *filter,
				   size_t *at);

/* Whether the record, an IPv4 address in host order, passes the filter. */
bool mxw_dnsbl_filter_match(const struct mxw_dnsbl_filter *filter, uint32_t record);

/* Whether the line counts for the record: it has no filter or a filter that matches. */
bool mxw_dnsbl_line_match(const struct mxw_dnsbl_line *line, uint32_t record);

/* The filter in its shortest text, such as "127.0.0.[2..11]". Returns out. */
const char *mxw_dnsbl_filter_format(const struct mxw_dnsbl_filter *filter,
				    char out[MXW_DNSBL_FILTER_TEXT]);

/* The line in text, with the domain as shown: pass a masked one where people read it
 * (policy/dnsbl_name.h). Weight 1 is left out. Returns out. */
const char *mxw_dnsbl_line_format(const struct mxw_dnsbl_line *line, const char *domain,
				  char out[MXW_DNSBL_LINE_TEXT]);

/* Whether one word is a domain as Postfix's valid_hostname() takes it, and short enough
 * to be a list. Returns NULL, or what is wrong, static. */
const char *mxw_dnsbl_domain_check(const char *text, size_t length);

#endif
