// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hosts.deny, hosts_access(5), as DenyHosts and people write it: "ALL: 192.0.2.7", "sshd: 192.0.2.",
 * "ALL: 192.0.2.0/255.255.255.0, [2001:db8::]/32 : deny". For whichever service: whoever is denied
 * one is listed. Registered in format.c.
 */
#include <string.h>

#include "lists/formats/hosts.h"
#include "lists/formats/reader.h"

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || mxw_is_digit(c) ||
	       strchr("_-.@, \t", c);
}

bool mxw_hosts_services(struct mxw_text *line)
{
	struct mxw_text rest = *line, names = mxw_text_until(&rest, ':');
	bool hexadecimal = true;

	if (names.size == line->size || !names.size || mxw_is_digit(names.at[0]))
		return false;
	for (size_t i = 0; i < names.size; i++) {
		if (!in_name(names.at[i]))
			return false;
		hexadecimal = hexadecimal && strchr("0123456789abcdefABCDEF", names.at[i]);
	}
	if (hexadecimal) /* an IPv6 address */
		return false;
	*line = rest;
	return true;
}

/* "192.0.2." is 192.0.2.0/24. */
static bool scan_beginning(struct mxw_text text, struct mxw_keys *keys)
{
	char padded[32];
	size_t dots = 0, size = text.size;
	uint64_t host;

	for (size_t i = 0; i < text.size; i++)
		dots += text.at[i] == '.';
	if (!size || text.at[size - 1] != '.' || size > 16 || dots < 1 || dots > 3)
		return false;
	memcpy(padded, text.at, size);
	for (size_t i = dots; i < 4; i++) {
		padded[size++] = '0';
		if (i < 3)
			padded[size++] = '.';
	}
	if (mxw_prefix_scan((struct mxw_text){ padded, size }, keys))
		return false;
	host = (1ULL << (32 - 8 * dots)) - 1;
	keys->last = keys->first | host;
	return true;
}

/* "192.0.2.0/255.255.255.0" */
static bool scan_masked(struct mxw_text text, struct mxw_keys *keys)
{
	struct mxw_text mask = text, address = mxw_text_until(&mask, '/');
	uint32_t first, bits;
	uint64_t host;

	if (mxw_scan_ipv4(address, &first) != address.size || !address.size || !mask.size ||
	    mxw_scan_ipv4(mask, &bits) != mask.size)
		return false;
	host = ~bits;
	*keys = (struct mxw_keys){ first & ~host, first | host };
	return (host & (host + 1)) == 0;
}

static const char *scan_client(struct mxw_text text, struct mxw_keys *keys)
{
	char copy[96];
	const char *end = text.size ? memchr(text.at, ']', text.size) : NULL;
	size_t inside;

	if (mxw_text_is_any_case(text, "ALL"))
		return "stands for everybody";
	if (scan_beginning(text, keys) || scan_masked(text, keys))
		return NULL;
	if (!end || text.at[0] != '[' || text.size > sizeof(copy))
		return mxw_prefix_scan(text, keys);
	inside = (size_t)(end - text.at) - 1;
	memcpy(copy, text.at + 1, inside);
	memcpy(copy + inside, end + 1, text.size - inside - 2);
	return mxw_prefix_scan((struct mxw_text){ copy, text.size - 2 }, keys);
}

/* The clients end at a ':' outside of brackets; what follows are options. */
static struct mxw_text take_clients(struct mxw_text *line)
{
	struct mxw_text clients = { line->at, 0 };
	bool bracket = false;

	while (clients.size < line->size && (bracket || line->at[clients.size] != ':')) {
		bracket = line->at[clients.size] == '[' ||
			  (bracket && line->at[clients.size] != ']');
		clients.size++;
	}
	*line = mxw_text_from(*line, clients.size);
	return clients;
}

static bool has_word(struct mxw_text text, const char *word)
{
	size_t size = strlen(word);

	for (; text.size >= size; text = mxw_text_from(text, 1))
		if (mxw_text_is_any_case((struct mxw_text){ text.at, size }, word))
			return true;
	return false;
}

/* "allow: 192.0.2.7" is a line of another file. */
static bool service_allows(struct mxw_text line)
{
	struct mxw_text names = mxw_text_trim(mxw_text_until(&line, ':'));

	return mxw_text_allows(names);
}

/* Lines that mean more than their addresses (ALL, EXCEPT, allow) are refused: read as plain
 * blocks, they would block everybody or the wrong ones. */
static int hosts_line(struct mxw_reader *reader, struct mxw_text line, struct mxw_err *err)
{
	struct mxw_text rest, clients;
	int error = MXW_OK;

	(void)err;
	line = mxw_text_trim(mxw_text_uncommented(line));
	rest = line;
	if (!line.size)
		return MXW_OK;
	if (line.at[line.size - 1] == '\\')
		return mxw_reader_refuse(reader, line,
					 "goes on in the next line, which is not understood");
	if (!mxw_hosts_services(&rest))
		return mxw_reader_refuse(reader, line, "does not begin with a service and a colon");
	clients = take_clients(&rest);
	if (service_allows(line) || has_word(rest, "allow"))
		return mxw_reader_refuse(
			reader, line, "allows, and only what is denied is taken from such a file");
	if (has_word(line, "EXCEPT"))
		return mxw_reader_refuse(reader, line, "has an EXCEPT, which is not understood");
	while (clients.size && !error) {
		struct mxw_text client = mxw_text_until(&clients, ',');

		while ((client = mxw_text_trim(client)).size && !error) {
			struct mxw_text word = mxw_text_word(&client);
			struct mxw_keys keys;
			const char *why = scan_client(word, &keys);

			error = why ? mxw_reader_refuse(reader, word, why)
				    : mxw_reader_put(reader, MXW_SAYS_BLOCK, keys);
		}
	}
	return error;
}

const struct mxw_syntax mxw_syntax_hosts = { .take = mxw_take_lines, .line = hosts_line };
