// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `nft -j list set` prints, and `list table` and `list ruleset`: the elements of all
 * sets of addresses. Registered in format.c.
 */
#include <stdio.h>

#include "lists/format_json.h"

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

/* {"elem":{"val":...}} is around one that has a timeout, a counter or a comment. */
static int element(struct walk *walk, const json_t *value)
{
	const json_t *inner = json_object_get(json_object_get(value, "elem"), "val");
	char text[TEXT_MAX];
	const char *first = element_text(inner ? inner : value, text);

	if (!first)
		return mxw_reader_refuse(walk->reader, mxw_text_of("element"),
					 "is not an address, a prefix or a range");
	mxw_json_find(&walk->place, walk->reader, first);
	return mxw_reader_put_text(walk->reader, MXW_SAYS_BLOCK, mxw_text_of(text));
}

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

static int nft_end(struct mxw_reader *reader, struct mxw_err *err)
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

const struct mxw_syntax mxw_syntax_nft = { .take = mxw_json_take, .end = nft_end };
