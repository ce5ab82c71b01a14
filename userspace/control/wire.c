// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of the control socket. Called by the server, the client, and who makes replies.
 */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "base/addr.h"
#include "control/wire.h"

static const struct {
	const char *name;
	bool address; /* it is about one */
} questions[MXW_QUESTIONS] = {
	[MXW_QUESTION_STATUS] = { "status", false }, [MXW_QUESTION_LISTS] = { "lists", false },
	[MXW_QUESTION_TEST] = { "test", false },     [MXW_QUESTION_QUERY] = { "query", true },
	[MXW_QUESTION_SOURCE] = { "source", true },
};

bool mxw_request_address(const char *text, uint8_t addr[16])
{
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, addr + 12) == 1 || inet_pton(AF_INET6, text, addr) == 1;
}

static int find_question(const json_t *root, enum mxw_request_kind *question, struct mxw_err *err)
{
	const char *name = json_string_value(json_object_get(root, "ask"));

	for (int i = 0; name && i < MXW_QUESTIONS; i++)
		if (strcmp(questions[i].name, name) == 0) {
			*question = (enum mxw_request_kind)i;
			return MXW_OK;
		}
	return mxw_fail(err, MXW_E_USAGE,
			"\"ask\" is none of status, lists, test, query and source");
}

static int read_request(const json_t *root, struct mxw_request *request, struct mxw_err *err)
{
	const char *address = json_string_value(json_object_get(root, "address"));
	int error = find_question(root, &request->question, err);

	if (error)
		return error;
	if (json_object_size(root) != 1U + questions[request->question].address)
		return mxw_fail(err, MXW_E_USAGE,
				"the request \"%s\" has a key too many or too few",
				questions[request->question].name);
	if (questions[request->question].address &&
	    (!address || !mxw_request_address(address, request->addr)))
		return mxw_fail(err, MXW_E_USAGE, "\"address\" is not an IPv4 or IPv6 address");
	return MXW_OK;
}

int mxw_request_parse(const char *line, size_t length, struct mxw_request *request,
		      struct mxw_err *err)
{
	json_error_t where;
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);
	int error;

	memset(request, 0, sizeof(*request));
	if (json_is_object(root))
		error = read_request(root, request, err);
	else
		error = mxw_fail(err, MXW_E_USAGE, "the request is not a line with a JSON object");
	json_decref(root);
	return error;
}

/* One line of the object, which is taken. */
static char *line_of(json_t *root)
{
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL, *line = NULL;
	size_t length = text ? strlen(text) : 0;

	json_decref(root);
	if (text)
		line = realloc(text, length + 2);
	if (!line) {
		free(text);
		return NULL;
	}
	line[length] = '\n';
	line[length + 1] = '\0';
	return line;
}

char *mxw_request_format(const struct mxw_request *request)
{
	json_t *root = json_pack("{s:s}", "ask", questions[request->question].name);
	char text[MXW_ADDR_TEXT];

	if (root && questions[request->question].address)
		(void)json_object_set_new(root, "address",
					  json_string(mxw_addr_format(request->addr, text)));
	return line_of(root);
}

char *mxw_reply_format(json_t *body)
{
	json_t *root = json_pack("{s:i, s:b}", "schema", MXW_CONTROL_SCHEMA, "good", 1);

	if (!root || !body || json_object_update(root, body)) {
		json_decref(root);
		root = NULL;
	}
	json_decref(body);
	return line_of(root);
}

char *mxw_reply_error(const char *sentence)
{
	return line_of(json_pack("{s:i, s:b, s:s}", "schema", MXW_CONTROL_SCHEMA, "good", 0,
				 "error", sentence));
}

int mxw_reply_parse(const char *line, size_t length, json_t **body, struct mxw_err *err)
{
	json_error_t where;
	json_t *root = json_loadb(line, length, 0, &where);
	const char *sentence = json_string_value(json_object_get(root, "error"));
	int error = MXW_OK;

	*body = NULL;
	if (json_integer_value(json_object_get(root, "schema")) != MXW_CONTROL_SCHEMA)
		error = mxw_fail(err, MXW_E_FAIL,
				 "this xdpctl does not understand the controller's reply: are both "
				 "of the same version?");
	else if (!json_is_true(json_object_get(root, "good")))
		error = mxw_fail(err, MXW_E_FAIL, "the controller says: %.400s",
				 sentence ? sentence : "no");
	if (!error)
		*body = json_incref(root);
	json_decref(root);
	return error;
}
