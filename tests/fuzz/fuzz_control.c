// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket, both ways: a request and a reply of any bytes. What is taken, written and
 * read again, is the same.
 */
#include <string.h>

#include "control/wire.h"
#include "fuzz.h"

static void try_request(const char *line, size_t length)
{
	struct mxw_request request = { 0 }, again = { 0 };
	struct mxw_err err;
	char *text;

	if (mxw_request_parse(line, length, &request, &err)) {
		FUZZ_WANT(err.text[0] != 0);
		return;
	}
	FUZZ_WANT(request.question < MXW_QUESTIONS);
	text = mxw_request_format(&request);
	FUZZ_WANT(text != NULL);
	FUZZ_WANT(mxw_request_parse(text, strlen(text) - 1, &again, &err) == 0);
	FUZZ_WANT(again.question == request.question);
	FUZZ_WANT(!memcmp(again.addr, request.addr, sizeof(again.addr)));
	free(text);
}

static void try_reply(const char *line, size_t length)
{
	struct mxw_err err;
	json_t *body;

	if (mxw_reply_parse(line, length, &body, &err))
		FUZZ_WANT(err.text[0] != 0);
	else
		json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_request((const char *)data, size);
	try_reply((const char *)data, size);
	return 0;
}
