/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text formats in which lists travel: found out or named, read in pieces, and
 * written. Bad lines are refused one by one, with number and reason. Pure.
 */
#ifndef MXW_FORMAT_H
#define MXW_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lists/list.h"

enum mxw_format {
	MXW_FORMAT_AUTO = 0,
	MXW_FORMAT_PLAIN, /* addresses, CIDRs, ranges A-B; # and ; comments. FireHOL, DROP's text */
	MXW_FORMAT_DROP, /* Spamhaus DROP and DROPv6: a JSON object a line */
	MXW_FORMAT_IPSET, /* ipset save */
	MXW_FORMAT_NFT, /* nft -j list set/ruleset: interval and hash sets */
	MXW_FORMAT_RBLDNSD, /* ip4set, ip4trie, ip6trie, ip6tset, with ! exclusions */
	MXW_FORMAT_POSTFIX, /* cidr_table(5): REJECT, OK, DUNNO..., with ! and if/endif */
	MXW_FORMAT_FAIL2BAN, /* fail2ban-client get JAIL banip [--with-time], and its dumps */
	MXW_FORMAT_CROWDSEC_CSV, /* cscli decisions list -o raw, and import files */
	MXW_FORMAT_CROWDSEC_JSON, /* cscli decisions list -o json, LAPI's decisions and stream */
	MXW_FORMAT_SPAMDB, /* OpenBSD's spamdb: WHITE|..., TRAPPED|... */
	MXW_FORMAT_COLUMNS, /* an address, and other columns behind it */
	MXW_FORMAT_CSV, /* with a line of titles: abuse.ch */
	MXW_FORMAT_P2P, /* PeerGuardian's and eMule's filters */
	MXW_FORMAT_HOSTS_DENY, /* hosts_access(5) */
	MXW_FORMAT_CLOUD_JSON, /* AWS's and Google's own ranges */
	MXW_FORMAT_COUNT,
};

/* "plain", "drop" and so on; NULL for no such format. */
const char *mxw_format_name(enum mxw_format format);
/* MXW_FORMAT_COUNT if there is none of that name. */
enum mxw_format mxw_format_by_name(const char *name);

/* By what a text shows itself to be of the format, for people: "its lines say create and add". */
const char *mxw_format_mark(enum mxw_format format);

/* Formats of the files of a list, as a set: bit 1 << enum mxw_format. Names with commas between
 * them, "" for none. Returns out. */
#define MXW_FORMATS_TEXT 256
#define MXW_FORMATS_OF(format) (1U << (unsigned int)(format))
const char *mxw_formats_name(uint32_t formats, char out[MXW_FORMATS_TEXT]);

/* Those whose lines say themselves whether they block or allow. */
#define MXW_FORMATS_SPEAKING \
	(MXW_FORMATS_OF(MXW_FORMAT_POSTFIX) | MXW_FORMATS_OF(MXW_FORMAT_SPAMDB))

/* The only one of the set; MXW_FORMAT_AUTO if there is none, or more than one. */
enum mxw_format mxw_formats_only(uint32_t formats);

/*
 * What a line says about a range. Sets are all that is needed of them, in any order: what is listed
 * is what is blocked, less what is excluded. Where lines of a format contradict each other (rbldnsd,
 * ipset, Postfix), the reader settles it: blocks come as they stand, exclusions and allows at the
 * end, in the parts that they win, with their lines.
 */
enum mxw_says {
	MXW_SAYS_BLOCK = 0,
	MXW_SAYS_ALLOW, /* OK in a Postfix table, WHITE of spamdb */
	MXW_SAYS_EXCLUDE, /* not listed by this very list: rbldnsd's ! */
};

/* Where the reader puts what it finds. A negative return value ends the reading. */
struct mxw_format_sink {
	void *context;
	int (*range4)(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line);
	int (*range6)(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line);
	/* text is a line, or what of it matters, shortened, and not yet made printable */
	int (*refuse)(void *context, uint64_t line, const char *text, const char *why);
	/* The ranges after this call end then, wall clock s; 0, and before the first call: they have
	 * no end of their own. NULL for those who do not want to know. Exclusions never end. */
	void (*until)(void *context, uint32_t end);
};

/* What times in a text mean. */
struct mxw_format_clock {
	uint64_t
		made; /* wall clock s when the text was written; 0: what is relative is not known */
	int64_t offset, offset_before; /* s that local time is ahead of UTC */
	uint64_t changed; /* wall clock s from which `offset` holds, and not `offset_before` */
};

struct mxw_reader;

/* format AUTO decides by the first piece of text (64 KiB or the end). The caller closes it. */
int mxw_reader_open(enum mxw_format format, const struct mxw_format_sink *sink,
		    struct mxw_reader **out, struct mxw_err *err);

/* Before any text, of a reader of format AUTO: the format that was found last time. Where a text
 * fits several, it is taken for that one; but for one that allows it has to show itself each time. */
void mxw_reader_expect(struct mxw_reader *reader, enum mxw_format format);

/* Text in pieces of any size. A negative code is final: not a list at all (an HTML page, binary
 * data, a compressed file), a line over 64 KiB, a JSON text that is cut short or too
 * deep; err names the line. */
int mxw_reader_take(struct mxw_reader *reader, const char *text, size_t size, struct mxw_err *err);
int mxw_reader_end(struct mxw_reader *reader, struct mxw_err *err);

/* Before any text. Without it, only ends that a text states as moments of UTC are known. */
void mxw_reader_set_clock(struct mxw_reader *reader, const struct mxw_format_clock *clock);

/* When, as a text that was read to its end says, all of it ends: wall clock s, 0 = it does not say. */
uint64_t mxw_reader_list_end(const struct mxw_reader *reader);

uint64_t mxw_reader_lines(const struct mxw_reader *reader);
enum mxw_format mxw_reader_format(const struct mxw_reader *reader); /* what it turned out to be */
void mxw_reader_close(struct mxw_reader *reader);

/* Text out, one piece after another. false: the writer below has failed, stop. */
struct mxw_format_out {
	void *context;
	bool (*write)(void *context, const char *text, size_t size);
};

/* Whether name can be that of a list: nft, ipset and rbldnsd take it as the name of a set. MXW_E_USAGE
 * with a sentence otherwise. */
int mxw_format_check_name(const char *name, struct mxw_err *err);

/* A settled list as text: plain, nft (a script for `nft -f`), ipset (for `ipset restore`)
 * and rbldnsd. name is that of the set; MXW_E_USAGE for formats that cannot be written. */
int mxw_format_write(enum mxw_format format, const char *name, const struct mxw_list *list,
		     const struct mxw_format_out *out, struct mxw_err *err);

#endif
