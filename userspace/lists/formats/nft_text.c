// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nft in its own words, word by word: only sets of addresses, and their elements, matter.
 */
#include <stdlib.h>
#include <string.h>

#include "lists/formats/nft.h"
#include "lists/formats/time.h"

#define ENTRY_MAX 128
#define SETS_MAX 64 /* whose timeouts are remembered */
#define PUNCTUATION "{},;="

enum mode {
	MODE_OUTSIDE = 0,
	MODE_TYPE, /* after "type" or "typeof" */
	MODE_TIMEOUT, /* after "timeout" of a set */
	MODE_ELEMENTS, /* between their braces */
	MODE_PASSED, /* between the braces of elements that do not matter */
};

/* A set of a script, for the elements that another line adds. */
struct nft_set {
	char name[ENTRY_MAX];
	uint64_t timeout; /* s */
};

struct mxw_nft {
	enum mode mode, next; /* next: what the next '{' begins, or OUTSIDE */
	bool addresses; /* the set has addresses, as far as is known */
	bool added; /* the last word was "add" or "create" */
	bool seen; /* a table, a set or an element */
	uint64_t timeout; /* s of elements that name none; 0 = they do not end */
	char name[ENTRY_MAX]; /* the last word outside of braces with elements */
	char set_name[ENTRY_MAX]; /* what was before the last brace */
	bool elements; /* behind "element": the next brace has those of the set `name` */
	struct nft_set sets[SETS_MAX]; /* with a timeout */
	size_t set_count;
	/* The element. */
	char entry[ENTRY_MAX];
	size_t entry_size;
	bool wants_time; /* after "timeout" or "expires" */
	bool several; /* a concatenation or a mapping */
	uint64_t left; /* s */
};

struct mxw_nft *mxw_nft_new(void)
{
	return calloc(1, sizeof(struct mxw_nft));
}

static void begin_element(struct mxw_nft *nft)
{
	nft->entry_size = 0;
	nft->wants_time = nft->several = false;
	nft->left = nft->timeout;
}

static int end_element(struct mxw_nft *nft, struct mxw_reader *reader)
{
	struct mxw_text entry = { nft->entry, nft->entry_size };
	int error = MXW_OK;

	reader->until = nft->left ? mxw_end_in(reader, nft->left) : 0;
	if (nft->several)
		error = mxw_reader_refuse(reader, entry, "is more than an address");
	else if (entry.size)
		error = mxw_reader_put_text(reader, MXW_SAYS_BLOCK, entry);
	begin_element(nft);
	return error;
}

/* "expires" tells more than "timeout", which stands before it. */
static int element_word(struct mxw_nft *nft, struct mxw_reader *reader, struct mxw_text word)
{
	if (mxw_text_is(word, ",") || mxw_text_is(word, "}")) {
		if (word.at[0] == '}')
			nft->mode = MODE_OUTSIDE;
		return end_element(nft, reader);
	}
	if (!nft->entry_size) {
		nft->entry_size = word.size < ENTRY_MAX ? word.size : ENTRY_MAX;
		memcpy(nft->entry, word.at, nft->entry_size);
	} else if (nft->wants_time) {
		nft->wants_time = false;
		if (!mxw_scan_duration(&word, &nft->left))
			nft->several = true; /* no word of nft's: better no entry */
	} else {
		nft->wants_time = mxw_text_is(word, "timeout") || mxw_text_is(word, "expires");
		nft->several = nft->several || mxw_text_is(word, ".") || mxw_text_is(word, ":") ||
			       mxw_text_is(word, "-");
	}
	return MXW_OK;
}

static void type_word(struct mxw_nft *nft, struct mxw_text word)
{
	static const char *const words[] = {
		"ipv4_addr", "ipv6_addr", "ip", "ip6", "saddr", "daddr"
	};
	bool good = false;

	if (strchr(";}\n", word.at[0])) {
		nft->mode = MODE_OUTSIDE;
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		good = good || mxw_text_is(word, words[i]);
	nft->addresses = nft->addresses && good;
}

/* What the braces of "elements = {" or "element TABLE SET {" hold. */
static int expect_elements(struct mxw_nft *nft, struct mxw_reader *reader, const char *why)
{
	nft->next = why ? MODE_PASSED : MODE_ELEMENTS;
	return why ? mxw_reader_refuse(reader, mxw_text_of("elements"), why) : MXW_OK;
}

static void begin_set(struct mxw_nft *nft, bool addresses)
{
	nft->addresses = addresses;
	nft->timeout = 0;
	nft->seen = true;
}

static void copy_word(char out[ENTRY_MAX], struct mxw_text word)
{
	size_t size = word.size < ENTRY_MAX ? word.size : ENTRY_MAX - 1;

	memcpy(out, word.at, size);
	out[size] = '\0';
}

/* A set says for how long its elements stay; further ones may be added far behind it. */
static void remember_timeout(struct mxw_nft *nft)
{
	size_t at = nft->set_count < SETS_MAX ? nft->set_count++ : SETS_MAX - 1;

	memcpy(nft->sets[at].name, nft->set_name, ENTRY_MAX);
	nft->sets[at].timeout = nft->timeout;
}

static void recall_timeout(struct mxw_nft *nft)
{
	for (size_t i = 0; i < nft->set_count; i++)
		if (strcmp(nft->sets[i].name, nft->name) == 0)
			nft->timeout = nft->sets[i].timeout;
}

/* What a word means depends on those before it, and braces end it. A script that removes
 * elements must not be read as one that adds them. */
static int outside_word(struct mxw_nft *nft, struct mxw_reader *reader, struct mxw_text word)
{
	bool added = nft->added;

	nft->added = mxw_text_is(word, "add") || mxw_text_is(word, "create");
	if (mxw_text_is(word, "{")) {
		if (nft->next == MODE_ELEMENTS && nft->elements)
			recall_timeout(nft);
		nft->elements = false;
		memcpy(nft->set_name, nft->name, ENTRY_MAX);
		nft->mode = nft->next;
		nft->next = MODE_OUTSIDE;
		begin_element(nft);
	} else if (mxw_text_is(word, "table")) {
		nft->seen = true;
	} else if (mxw_text_is(word, "set") || mxw_text_is(word, "map")) {
		begin_set(nft, mxw_text_is(word, "set"));
	} else if (mxw_text_is(word, "type") || mxw_text_is(word, "typeof")) {
		nft->mode = MODE_TYPE;
	} else if (mxw_text_is(word, "timeout")) {
		nft->mode = MODE_TIMEOUT;
	} else if (mxw_text_is(word, "elements")) {
		return expect_elements(
			nft, reader, nft->addresses ? NULL : "a set of this type has no addresses");
	} else if (mxw_text_is(word, "element")) {
		begin_set(nft, true);
		nft->elements = true;
		return expect_elements(nft, reader,
				       added ? NULL : "elements are added here, and not removed");
	} else {
		copy_word(nft->name, word);
	}
	return MXW_OK;
}

/* One word, in the place where the reader is. Types and timeouts end with it. */
static int take_word(struct mxw_nft *nft, struct mxw_reader *reader, struct mxw_text word)
{
	switch (nft->mode) {
	case MODE_ELEMENTS:
		return mxw_text_is(word, "\n") ? MXW_OK : element_word(nft, reader, word);
	case MODE_PASSED:
		nft->mode = mxw_text_is(word, "}") ? MODE_OUTSIDE : MODE_PASSED;
		return MXW_OK;
	case MODE_TYPE:
		type_word(nft, word);
		return MXW_OK;
	case MODE_TIMEOUT:
		nft->mode = MODE_OUTSIDE;
		if (!mxw_scan_duration(&word, &nft->timeout))
			nft->timeout = 0;
		remember_timeout(nft);
		return MXW_OK;
	default:
		return outside_word(nft, reader, word);
	}
}

/* Takes a word, a quoted text or a sign off the line, which has one. */
static struct mxw_text next_word(struct mxw_text *line)
{
	struct mxw_text word = { line->at, 1 };

	if (word.at[0] == '"') {
		while (word.size < line->size && word.at[word.size] != '"')
			word.size++;
		word.size += word.size < line->size;
	} else if (!strchr(PUNCTUATION, word.at[0])) {
		while (word.size < line->size && !mxw_is_blank(word.at[word.size]) &&
		       !strchr(PUNCTUATION "\"", word.at[word.size]))
			word.size++;
	}
	*line = mxw_text_from(*line, word.size);
	return word;
}

int mxw_nft_line(struct mxw_nft *nft, struct mxw_reader *reader, struct mxw_text line)
{
	int error = MXW_OK;

	line = mxw_text_trim(line);
	while (line.size && line.at[0] != '#' && !error) {
		error = take_word(nft, reader, next_word(&line));
		line = mxw_text_trim(line);
	}
	return error ? error : take_word(nft, reader, mxw_text_of("\n"));
}

int mxw_nft_end(const struct mxw_nft *nft, struct mxw_err *err)
{
	if (nft->mode != MODE_OUTSIDE)
		return mxw_fail(err, MXW_E_USAGE, "the text ends within a set; it is cut short");
	if (!nft->seen)
		return mxw_fail(err, MXW_E_USAGE,
				"the text has no set of nft; give what `nft list set` or `nft -j "
				"list set` prints");
	return MXW_OK;
}
