// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of the control socket (userspace/control/wire.h): what is taken, what is not, and
 * that each is one line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"
#include "control/wire.h"

struct line {
	const char *text;
	int result;
	enum mxw_request_kind question;
	const char *want; /* the address, or part of the sentence */
};

static const struct line lines[] = {
	{ "{\"ask\":\"status\"}", MXW_OK, MXW_QUESTION_STATUS, NULL },
	{ " { \"ask\" : \"lists\" } \r", MXW_OK, MXW_QUESTION_LISTS, NULL },
	{ "{\"ask\":\"test\"}", MXW_OK, MXW_QUESTION_TEST, NULL },
	{ "{\"ask\":\"query\",\"address\":\"192.0.2.7\"}", MXW_OK, MXW_QUESTION_QUERY,
	  "192.0.2.7" },
	{ "{\"address\":\"2001:db8::1\",\"ask\":\"source\"}", MXW_OK, MXW_QUESTION_SOURCE,
	  "2001:db8::1" },
	{ "{\"ask\":\"query\",\"address\":\"::ffff:192.0.2.7\"}", MXW_OK, MXW_QUESTION_QUERY,
	  "192.0.2.7" },
	{ "", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "status", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "[\"status\"]", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "\"status\"", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "{\"ask\":\"status\"} {}", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "{\"ask\":\"status\",\"ask\":\"lists\"}", MXW_E_USAGE, 0,
	  "is not a line with a JSON object" },
	{ "{\"ask\":\"sta\\u0000tus\"}", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "{\"ask\":\"\xff\xfe\"}", MXW_E_USAGE, 0, "is not a line with a JSON object" },
	{ "{}", MXW_E_USAGE, 0, "none of status" },
	{ "{\"ask\":1}", MXW_E_USAGE, 0, "none of status" },
	{ "{\"ask\":null}", MXW_E_USAGE, 0, "none of status" },
	{ "{\"ask\":\"Status\"}", MXW_E_USAGE, 0, "none of status" },
	{ "{\"ask\":\"%s%n\"}", MXW_E_USAGE, 0, "none of status" },
	{ "{\"ask\":\"status\",\"more\":1}", MXW_E_USAGE, 0, "\"status\" has a key too many" },
	{ "{\"ask\":\"status\",\"address\":\"192.0.2.7\"}", MXW_E_USAGE, 0, "a key too many" },
	{ "{\"ask\":\"query\"}", MXW_E_USAGE, 0, "\"query\" has a key too many" },
	{ "{\"ask\":\"query\",\"address\":7}", MXW_E_USAGE, 0, "is not an IPv4 or IPv6 address" },
	{ "{\"ask\":\"query\",\"address\":\"\"}", MXW_E_USAGE, 0,
	  "is not an IPv4 or IPv6 address" },
	{ "{\"ask\":\"query\",\"address\":\"192.0.2.0/24\"}", MXW_E_USAGE, 0,
	  "not an IPv4 or IPv6" },
	{ "{\"ask\":\"query\",\"addr\":\"192.0.2.7\"}", MXW_E_USAGE, 0, "not an IPv4 or IPv6" },
	{ "{\"ask\":\"query\",\"address\":\"192.0.2.7\",\"x\":1}", MXW_E_USAGE, 0,
	  "a key too many" },
};

static void requests_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct line *line = &lines[i];
		struct mxw_request request;
		struct mxw_err err = { "" };
		char address[MXW_ADDR_TEXT];
		int result = mxw_request_parse(line->text, strlen(line->text), &request, &err);

		if (result != line->result)
			fail_msg("%s: %d, %s", line->text, result, err.text);
		if (result) {
			if (!strstr(err.text, line->want))
				fail_msg("%s: %s", line->text, err.text);
			continue;
		}
		assert_int_equal(request.question, line->question);
		if (line->want)
			assert_string_equal(mxw_addr_format(request.addr, address), line->want);
	}
}

/* The text may be cut anywhere, and may have any byte. */
static void broken_requests_are_refused(void **state)
{
	static const char good[] = "{\"ask\":\"query\",\"address\":\"192.0.2.7\"}";
	struct mxw_request request;
	char text[sizeof(good)];

	(void)state;
	for (size_t length = 0; length < sizeof(good) - 1; length++)
		assert_int_equal(mxw_request_parse(good, length, &request, NULL), MXW_E_USAGE);
	for (size_t at = 0; at < sizeof(good) - 1; at++)
		for (int byte = 0; byte < 256; byte++) {
			memcpy(text, good, sizeof(good));
			text[at] = (char)byte;
			(void)mxw_request_parse(text, sizeof(good) - 1, &request, NULL);
		}
}

static void requests_go_round(void **state)
{
	struct mxw_request request = { 0 }, back;

	(void)state;
	assert_true(mxw_request_address("2001:db8:1:2:3:4:567:89ab", request.addr));
	for (int i = 0; i < MXW_QUESTIONS; i++) {
		char *line;
		size_t length;

		request.question = (enum mxw_request_kind)i;
		line = mxw_request_format(&request);
		assert_non_null(line);
		length = strlen(line);
		assert_true(length < MXW_CONTROL_LINE);
		assert_ptr_equal(strchr(line, '\n'), line + length - 1);
		assert_int_equal(mxw_request_parse(line, length - 1, &back, NULL), MXW_OK);
		assert_int_equal(back.question, i);
		if (strstr(line, "address"))
			assert_memory_equal(back.addr, request.addr, 16);
		free(line);
	}
}

static void replies_go_round(void **state)
{
	char *line = mxw_reply_format(json_pack("{s:s, s:i}", "text", "two\nlines", "n", 7));
	struct mxw_err err;
	json_t *body;

	(void)state;
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_int_equal(mxw_reply_parse(line, strlen(line), &body, &err), MXW_OK);
	assert_int_equal(json_integer_value(json_object_get(body, "n")), 7);
	json_decref(body);
	free(line);
	line = mxw_reply_error("no such thing\nforged: line");
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_int_equal(mxw_reply_parse(line, strlen(line), &body, &err), MXW_E_FAIL);
	assert_null(body);
	assert_non_null(strstr(err.text, "no such thing"));
	free(line);
	assert_null(mxw_reply_format(NULL));
}

static void odd_replies_are_errors(void **state)
{
	static const char *const replies[] = { "",
					       "\n",
					       "null\n",
					       "[]\n",
					       "{}\n",
					       "{\"good\":true}\n",
					       "{\"schema\":2,\"good\":true}\n",
					       "{\"schema\":1}\n",
					       "{\"schema\":1,\"good\":1}\n",
					       "{\"schema\":1,\"good\":false}\n",
					       "{\"schema\":1,\"good\":false,\"error\":7}\n",
					       "{\"schema\":1,\"good\":true" };
	struct mxw_err err;
	json_t *body;

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		err.text[0] = '\0';
		assert_int_equal(mxw_reply_parse(replies[i], strlen(replies[i]), &body, &err),
				 MXW_E_FAIL);
		assert_null(body);
		assert_true(err.text[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_read),
		cmocka_unit_test(broken_requests_are_refused),
		cmocka_unit_test(requests_go_round),
		cmocka_unit_test(replies_go_round),
		cmocka_unit_test(odd_replies_are_errors),
	};

	return cmocka_run_group_tests_name("control wire", tests, NULL, NULL);
}
