// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Marks of formats of lines.
 */
#include <string.h>

#include "lists/formats/csv.h"
#include "lists/formats/hosts.h"
#include "lists/formats/marks.h"
#include "lists/formats/p2p.h"

/* Whether the word is one of the words, which end with NULL. */
static bool is_one_of(struct mxw_text word, const char *const *words)
{
	while (*words && !mxw_text_is_any_case(word, *words))
		words++;
	return *words != NULL;
}

static bool is_ipset(struct mxw_text line)
{
	static const char *const words[] = { "create", "add", "-N", "-A", NULL };

	return is_one_of(mxw_text_word(&line), words);
}

/* Headings of `ipset list`, of which a set has several, whatever it has of members. */
static bool is_ipset_heading(struct mxw_text line)
{
	return mxw_text_begins(line, "Header: family inet") || mxw_text_is(line, "Members:") ||
	       mxw_text_begins(line, "Header: range ");
}

/* "table inet filter {", and "add element inet filter bad {" in scripts. */
static bool is_nft(struct mxw_text line)
{
	static const char *const verbs[] = { "add", "create", "flush", NULL };
	static const char *const nouns[] = { "table", "set", "element", NULL };
	static const char *const families[] = { "ip", "ip6", "inet", NULL };
	struct mxw_text rest = line, first = mxw_text_word(&rest);

	if (mxw_text_is(first, "table"))
		return line.at[line.size - 1] == '{';
	return is_one_of(first, verbs) && is_one_of(mxw_text_word(&rest), nouns) &&
	       (is_one_of(mxw_text_word(&rest), families) ||
		(rest.size && memchr(rest.at, '{', rest.size)));
}

static bool is_spamdb(struct mxw_text line)
{
	static const char *const kinds[] = { "WHITE", "GREY", "TRAPPED", "SPAMTRAP", NULL };
	struct mxw_text kind = mxw_text_until(&line, '|');

	return line.size && is_one_of(kind, kinds);
}

/* Words that hardly stand behind an address for anything else. A number does, though Postfix takes
 * it for OK. */
static bool is_action(struct mxw_text line)
{
	static const char *const actions[] = {
		"REJECT",  "OK",     "DUNNO",	"PERMIT",	   "RELAY",	      "DEFER",
		"DISCARD", "HANGUP", "PREPEND", "DEFER_IF_PERMIT", "DEFER_IF_REJECT", NULL
	};
	static const char *const blocks[] = { "IF", "ENDIF", NULL };
	struct mxw_text first = mxw_text_word(&line);

	return is_one_of(first, blocks) || is_one_of(mxw_text_word(&line), actions);
}

/* "$TTL" and the like, which rbldnsd also reads behind '#', ';' or ':'. */
static bool is_special(struct mxw_text line)
{
	static const char *const words[] = { "SOA",	  "NS",	     "TTL", "TIMESTAMP",
					     "MAXRANGE4", "DATASET", NULL };
	bool comment = line.at[0] != '$';

	line = mxw_text_from(line, comment ? 2 : 1);
	return !comment || is_one_of(mxw_text_word(&line), words);
}

/* The reader of zones takes anything after an address for text, and half an address for a
 * network. */
static bool is_zone(struct mxw_text line)
{
	struct mxw_text word;

	if (line.size < 2)
		return false;
	if (line.at[0] == '$' || (strchr("#;:", line.at[0]) && line.at[1] == '$'))
		return is_special(line);
	if (line.at[0] == '!' || (line.at[0] == ':' && mxw_is_digit(line.at[1])))
		return true;
	if (strchr("#;", line.at[0]))
		return false;
	(void)mxw_text_word(&line);
	word = mxw_text_word(&line);
	return word.size > 1 && word.at[0] == ':' && mxw_is_digit(word.at[1]);
}

/* "Status for the jail: x", "`- Banned IP list: ...", "192.0.2.7 <TAB>2026-01-31 10:00:00 + 600 =" */
static bool is_jail(struct mxw_text line)
{
	struct mxw_text words[4];

	if (mxw_text_begins(line, "Status for the jail:") ||
	    (line.size && memmem(line.at, line.size, "Banned IP list:", 15)))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		words[i] = mxw_text_word(&line);
	return words[1].size == 10 && words[1].at[4] == '-' && words[2].size == 8 &&
	       words[2].at[2] == ':' && mxw_text_is(words[3], "+");
}

static bool has_many_words(struct mxw_text line)
{
	size_t words = 0;

	for (size_t i = 0; i < line.size && words < 3; i++)
		words += !strchr(" \t,", line.at[i]) && (i == 0 || strchr(" \t,", line.at[i - 1]));
	return words >= 3;
}

/* Titles that decisions of CrowdSec have, and hardly any other CSV. */
static bool is_decisions(struct mxw_text line)
{
	static const char *const titles[] = { "value",	    "scope",	 "duration",
					      "expiration", "simulated", NULL };
	struct mxw_field field;

	while (line.size) {
		mxw_field_take(&line, ',', &field);
		if (is_one_of(mxw_field_text(&field), titles))
			return true;
	}
	return false;
}

static void count_names(struct mxw_marks *marks, struct mxw_text line)
{
	struct mxw_keys keys;
	bool allowed, p2p = mxw_p2p_scan(line, &keys, &allowed);

	marks->p2p += p2p;
	marks->hosts += !p2p && mxw_hosts_services(&line);
}

/* "[whitelist]" of an INI file, "whitelist:" of YAML. */
static bool is_white(struct mxw_text line)
{
	struct mxw_text name;

	if (!line.size)
		return false;
	if (line.at[0] == '[' && line.at[line.size - 1] == ']')
		return mxw_text_names_allowed(line);
	if (!memchr(line.at, ':', line.size))
		return false;
	name = mxw_text_until(&line, ':');
	line = mxw_text_trim(line);
	return (!line.size || line.at[0] == '[') && mxw_text_names_allowed(name);
}

/* The name in "create NAME hash:net", "add NAME ADDRESS", "Name: NAME"; "set NAME {", "add element ip
 * filter NAME { ADDRESS }". Empty if the line names no set. */
static struct mxw_text set_name(struct mxw_text line)
{
	struct mxw_text rest = line, name = { 0 }, word, brace;

	if (mxw_text_begins(line, "Name:"))
		return mxw_text_from(line, 5);
	if (!is_nft(line) && !mxw_text_begins(line, "set ")) {
		(void)mxw_text_word(&rest);
		return is_ipset(line) ? mxw_text_word(&rest) : name;
	}
	brace = mxw_text_until(&rest, '{');
	if (brace.size == line.size || mxw_text_begins(line, "table"))
		return name;
	while ((word = mxw_text_word(&brace)).size)
		name = word;
	return name;
}

static bool has(struct mxw_text line, const char *word)
{
	return memmem(line.at, line.size, word, strlen(word)) != NULL;
}

/* Whether the line shows that a set is one of addresses: by its type, or by one that is added. */
static bool shows_addresses(struct mxw_text line)
{
	static const char *const types[] = { "ipv4_addr", "ipv6_addr", "hash:ip", "hash:net",
					     "bitmap:ip" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (has(line, types[i]))
			return true;
	return (mxw_text_begins(line, "add ") || mxw_text_begins(line, "-A ")) &&
	       (has(line, ".") || has(line, ":"));
}

/* A set of addresses that is named like an allow list. One of ports may be named so. */
static void count_white_set(struct mxw_marks *marks, struct mxw_text line)
{
	struct mxw_text name;

	if (!line.size || marks->white_set)
		return;
	name = set_name(line);
	if (name.size)
		marks->white_named = mxw_text_names_allowed(name) ? marks->at : 0;
	if (marks->white_named && shows_addresses(line))
		marks->white_set = marks->white_named;
}

/* Counts the lines that only one format would have. The format is chosen when the beginning of
 * the text has been counted. */
static void count_line(struct mxw_marks *marks, struct mxw_text line)
{
	line = mxw_text_trim(line);
	marks->at++;
	if (!marks->white && is_white(line))
		marks->white = marks->at;
	count_white_set(marks, line);
	marks->zone += is_zone(line);
	if (!marks->lines && mxw_csv_is_header(line))
		marks->titles = true;
	if (!line.size || strchr("#;", line.at[0]) || mxw_text_begins(line, "//"))
		return;
	if (marks->lines++ == 0) {
		marks->decisions = is_decisions(line);
		marks->header = mxw_csv_is_header(line);
	}
	count_names(marks, line);
	marks->ipset += is_ipset(line);
	marks->ipset_headings += is_ipset_heading(line);
	marks->nft += is_nft(line);
	marks->spamdb += is_spamdb(line);
	marks->postfix += is_action(line);
	marks->jail += is_jail(line);
	marks->many += has_many_words(mxw_text_uncommented(line));
}

struct mxw_marks mxw_marks_count(struct mxw_text text)
{
	struct mxw_marks marks = { 0 };

	if (mxw_text_begins(text, "\xef\xbb\xbf"))
		text = mxw_text_from(text, 3);
	while (text.size)
		count_line(&marks, mxw_text_until(&text, '\n'));
	return marks;
}

static bool most(uint64_t count, const struct mxw_marks *marks)
{
	return count > marks->lines / 2;
}

bool mxw_marks_show(const struct mxw_marks *marks, enum mxw_format format)
{
	switch (format) {
	case MXW_FORMAT_IPSET:
		return most(marks->ipset, marks) || marks->ipset_headings > 1;
	case MXW_FORMAT_SPAMDB:
		return most(marks->spamdb, marks);
	case MXW_FORMAT_POSTFIX:
		return most(marks->postfix, marks);
	case MXW_FORMAT_RBLDNSD:
		return marks->zone;
	case MXW_FORMAT_CSV:
		return marks->titles;
	case MXW_FORMAT_CROWDSEC_CSV:
		return marks->decisions;
	case MXW_FORMAT_P2P:
		return most(marks->p2p, marks);
	case MXW_FORMAT_HOSTS_DENY:
		return most(marks->hosts, marks);
	case MXW_FORMAT_COLUMNS: /* would take the time of a ban for another column */
		return !marks->jail;
	case MXW_FORMAT_FAIL2BAN:
		return marks->jail || most(marks->many, marks);
	default:
		return true;
	}
}
