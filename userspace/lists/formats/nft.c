// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `nft -j list set` prints, and `list table` and `list ruleset`: the elements of all
 * sets of addresses. What they print without -j is nft_text.c's. Registered in format.c.
 */
#include <stdio.h>
#include <string.h>

#include "lists/formats/json.h"
#include "lists/formats/nft.h"
#include "lists/formats/time.h"

#define TEXT_MAX 160

/* Where the reading has come to. */
struct walk {
	struct mxw_reader *reader;
	struct mxw_json_place place;
};

/* "192.0.2.7", {"prefix":{"addr":"192.0.2.0","len":24}} or {"range":["192.0.2.1","192.0.2.9"]}
 * as text of one kind. Returns the first string in it, NULL if it is none of them. */
static const char *element_text(const json_t *value, char text[TEXT_MAX])
{
	const json_t *prefix = json_object_get(value, "prefix");
	const json_t *range = json_object_get(value, "range");
	const char *first = NULL;

	if (json_is_string(value)) {
		first = json_string_value(value);
		(void)snprintf(text, TEXT_MAX, "%s", first);
	} else if (prefix && json_is_integer(json_object_get(prefix, "len"))) {
		first = json_string_value(json_object_get(prefix, "addr"));
		(void)snprintf(text, TEXT_MAX, "%s/%lld", first ? first : "",
			       (long long)json_integer_value(json_object_get(prefix, "len")));
	} else if (json_array_size(range) == 2) {
		const char *last = json_string_value(json_array_get(range, 1));

		first = json_string_value(json_array_get(range, 0));
		(void)snprintf(text, TEXT_MAX, "%s-%s", first ? first : "", last ? last : "");
	}
	return first;
}

/* Seconds that an element has left; 0 = it does not end. Scripts know the timeout alone. */
static uint64_t left(const json_t *elem)
{
	const json_t *expires = json_object_get(elem, "expires");
	json_int_t value;

	expires = expires ? expires : json_object_get(elem, "timeout");
	value = json_integer_value(expires);
	return json_is_integer(expires) && value > 0 ? (uint64_t)value : 0;
}

/* {"elem":{"val":...}} is around one that has a timeout, a counter or a comment. */
static int element(struct walk *walk, const json_t *value)
{
	const json_t *elem = json_object_get(value, "elem");
	const json_t *inner = json_object_get(elem, "val");
	uint64_t seconds = left(elem);
	char text[TEXT_MAX];
	const char *first = element_text(inner ? inner : value, text);

	if (!first)
		return mxw_reader_refuse(walk->reader, mxw_text_of("element"),
					 "is not an address, a prefix or a range");
	mxw_json_find(&walk->place, walk->reader, first);
	walk->reader->until = seconds ? mxw_end_in(walk->reader, seconds) : 0;
	return mxw_reader_put_text(walk->reader, MXW_SAYS_BLOCK, mxw_text_of(text));
}

/* A set is taken if its elements are addresses. One of ports or marks is refused by name and not
 * by element. */
static int set(struct walk *walk, const json_t *object)
{
	const json_t *type = json_object_get(object, "type");
	const json_t *elements = json_object_get(object, "elem");
	struct mxw_text name = mxw_json_text(object, "name");
	struct mxw_text type_name = mxw_json_text(object, "type");
	const json_t *value;
	size_t i;
	int error = MXW_OK;

	if (type && json_array_size(elements) && !mxw_text_is(type_name, "ipv4_addr") &&
	    !mxw_text_is(type_name, "ipv6_addr"))
		return mxw_reader_refuse(walk->reader, name, "a set of this type has no addresses");
	json_array_foreach(elements, i, value)
	{
		error = element(walk, value);
		if (error)
			break;
	}
	return error;
}

/* A set, or elements of one; scripts have them within {"add":...}. */
static int item(struct walk *walk, const json_t *object)
{
	const json_t *inner = json_object_get(object, "add");
	const json_t *found;

	inner = inner ? inner : object;
	found = json_object_get(inner, "set");
	if (!found)
		found = json_object_get(inner, "element");
	return found ? set(walk, found) : MXW_OK;
}

/* The text is read when it is complete. Objects that have no addresses are passed over. */
static int json_end(struct mxw_reader *reader, struct mxw_err *err)
{
	struct walk walk = { .reader = reader };
	json_t *root = mxw_json_load(reader, err);
	const json_t *items, *object;
	size_t i;
	int error = MXW_OK;

	if (!root)
		return MXW_E_USAGE;
	items = json_object_get(root, "nftables");
	if (!json_is_array(items))
		error = mxw_fail(err, MXW_E_USAGE,
				 "line 1: the JSON text has no \"nftables\"; give what "
				 "`nft -j list set` prints");
	reader->at_line = 1;
	json_array_foreach(items, i, object)
	{
		if (!error)
			error = item(&walk, object);
	}
	json_decref(root);
	return error;
}

/* JSON begins with a brace or a bracket, and no other text of nft's does. reader->state is there for that. */
static int nft_take(struct mxw_reader *reader, struct mxw_text piece, struct mxw_err *err)
{
	struct mxw_text rest = piece;

	if (!reader->state && !reader->held.size) {
		while (rest.size && strchr(" \t\r\n\xef\xbb\xbf", rest.at[0]))
			rest = mxw_text_from(rest, 1);
		if (!rest.size || !strchr("{[", rest.at[0])) {
			reader->state = mxw_nft_new();
			if (!reader->state)
				return mxw_fail(err, MXW_E_FAIL, "out of memory for a set");
		}
	}
	return reader->state ? mxw_take_lines(reader, piece, err)
			     : mxw_json_take(reader, piece, err);
}

static int nft_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	(void)err;
	return reader->state ? mxw_nft_line(reader->state, reader, line) : MXW_OK;
}

static int nft_end(struct mxw_reader *reader, struct mxw_err *err)
{
	return reader->state ? mxw_nft_end(reader->state, err) : json_end(reader, err);
}

const struct mxw_syntax mxw_syntax_nft = { .take = nft_take, .line = nft_line, .end = nft_end };
