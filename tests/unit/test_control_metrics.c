// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of metrics (userspace/control/metrics.h), and the web server that serves it
 * (http.h) for requests of every kind.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "control/http.h"
#include "control/listen.h"
#include "control/metrics.h"
#include "tests/unit/door.h"

static void samples_become_text(void **state)
{
	static const char want[] =
		"# HELP mxwall_enforced_ratio Part of the automatic entries that the kernel had in "
		"the last round of comparison.\n"
		"# TYPE mxwall_enforced_ratio gauge\n"
		"mxwall_enforced_ratio 0.99975\n"
		"# HELP mxwall_list_online 1 if the list is believed, 0 if not.\n"
		"# TYPE mxwall_list_online gauge\n"
		"mxwall_list_online{list=\"bl.example\"} 1\n"
		"mxwall_list_online{list=\"***.example\"} 0\n"
		"# HELP mxwall_list_answers_total Answers of the list about sources.\n"
		"# TYPE mxwall_list_answers_total counter\n"
		"mxwall_list_answers_total{list=\"bl.example\",answer=\"listed\"} "
		"9007199254740991\n";
	struct mxw_metrics *metrics = mxw_metrics_new();
	size_t length;
	char *text;

	(void)state;
	mxw_metrics_add(metrics, MXW_METRIC_LIST_ONLINE, "bl.example", NULL, 1);
	mxw_metrics_add(metrics, MXW_METRIC_LIST_ANSWERS, "bl.example", "listed",
			9007199254740991.0);
	mxw_metrics_add(metrics, MXW_METRIC_ENFORCED, NULL, NULL, 0.99975);
	mxw_metrics_add(metrics, MXW_METRIC_LIST_ONLINE, "***.example", NULL, 0);
	text = mxw_metrics_text(metrics, &length);
	mxw_metrics_free(metrics);
	assert_int_equal(length, strlen(text));
	assert_string_equal(text, want);
	free(text);
}

static void values_and_labels_are_written_as_the_format_wants(void **state)
{
	static const struct {
		double value;
		const char *label, *want;
	} cases[] = {
		{ 0, "a", "{list=\"a\"} 0\n" },
		{ -3, "", "{list=\"\"} -3\n" },
		{ 1e15, "a", "{list=\"a\"} 1000000000000000\n" },
		{ 1e17, "a", "{list=\"a\"} 1e+17\n" },
		{ 0.000001, "a", "{list=\"a\"} 1e-06\n" },
		{ 1, "a\"b\\c\nd", "{list=\"a\\\"b\\\\c\\nd\"} 1\n" },
		{ 1, "} 7\nmxwall_up_seconds 9", "{list=\"} 7\\nmxwall_up_seconds 9\"} 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mxw_metrics *metrics = mxw_metrics_new();
		size_t length;
		char *text;

		mxw_metrics_add(metrics, MXW_METRIC_LIST_DAY, cases[i].label, NULL, cases[i].value);
		text = mxw_metrics_text(metrics, &length);
		assert_non_null(strstr(text, "\nmxwall_list_queries_day{"));
		assert_string_equal(strstr(text, "\nmxwall_list_queries_day{") +
					    strlen("\nmxwall_list_queries_day"),
				    cases[i].want);
		free(text);
		mxw_metrics_free(metrics);
	}
}

struct site {
	struct door door;
	struct mxw_http *http;
	unsigned int pages;
	size_t size; /* 0: there is no memory */
};

static char *page(void *context, size_t *length)
{
	struct site *site = context;
	char *text = site->size ? malloc(site->size) : NULL;

	site->pages++;
	if (text)
		memset(text, 'm', site->size);
	*length = site->size;
	return text;
}

static int open_site(void **state)
{
	struct site *site = calloc(1, sizeof(*site));
	struct mxw_err err;

	assert_non_null(site);
	site->size = 5;
	door_make(&site->door);
	assert_int_equal(mxw_http_open(&site->http, mxw_listen_unix(site->door.path, &err), page,
				       site, &err),
			 0);
	*state = site;
	return 0;
}

static int close_site(void **state)
{
	struct site *site = *state;

	mxw_http_close(site->http);
	door_remove(&site->door);
	free(site);
	return 0;
}

/* What comes back for a request of length bytes, the start of it. */
static void exchange(const struct site *site, const char *request, size_t length, char *out,
		     size_t size)
{
	int fd = door_reach(&site->door);
	size_t used = 0;

	(void)send(fd, request, length, MSG_NOSIGNAL);
	for (int i = 0; i < 50; i++) {
		ssize_t got;

		mxw_http_run(site->http);
		got = recv(fd, out + used, size - 1 - used, 0);
		if (got > 0)
			used += (size_t)got;
	}
	out[used] = '\0';
	(void)close(fd);
	mxw_http_run(site->http);
}

static void requests_are_answered_or_refused(void **state)
{
	static const struct {
		const char *request, *want, *body;
		unsigned int pages;
	} cases[] = {
		{ "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200", "\r\n\r\nmmmmm", 1 },
		{ "GET /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "\r\n\r\nmmmmm", 1 },
		{ "HEAD /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "Content-Length: 5", 1 },
		{ "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 404", "only /metrics", 0 },
		{ "GET /metrics/ HTTP/1.0\r\n\r\n", "HTTP/1.1 404", "only /metrics", 0 },
		{ "GET /../etc/passwd HTTP/1.0\r\n\r\n", "HTTP/1.1 404", "only /metrics", 0 },
		{ "POST /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 405", "only GET", 0 },
		{ "DELETE /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 405", "only GET", 0 },
		{ "GET\r\n\r\n", "", "", 0 },
		{ "\r\n\r\n\r\n", "", "", 0 },
		{ "{\"ask\":\"status\"}\n", "", "", 0 },
	};
	struct site *site = *state;
	char text[4096];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int before = site->pages;

		exchange(site, cases[i].request, strlen(cases[i].request), text, sizeof(text));
		if (strncmp(text, cases[i].want, strlen(cases[i].want)) != 0 ||
		    !strstr(text, cases[i].body))
			fail_msg("%s: %s", cases[i].request, text);
		assert_int_equal(site->pages - before, cases[i].pages);
	}
	site->size = 0;
	exchange(site, cases[0].request, strlen(cases[0].request), text, sizeof(text));
	assert_non_null(strstr(text, " 503 "));
}

/* More than it keeps of a request; every byte anywhere. */
static void noise_gets_no_page(void **state)
{
	struct site *site = *state;
	char request[65536], text[4096];
	unsigned int seed = 7;

	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(request); i++)
			request[i] = (char)(rand_r(&seed) >> 8);
		exchange(site, request, sizeof(request), text, sizeof(text));
	}
	memset(request, 'a', sizeof(request));
	memcpy(request, "GET /metrics?", sizeof("GET /metrics?"));
	request[strlen(request)] = 'a'; /* and no end of it */
	exchange(site, request, sizeof(request), text, sizeof(text));
	assert_int_equal(site->pages, 0);
	exchange(site, "GET /metrics HTTP/1.0\r\n\r\n", 25, text, sizeof(text));
	assert_int_equal(site->pages, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_become_text),
		cmocka_unit_test(values_and_labels_are_written_as_the_format_wants),
		cmocka_unit_test_setup_teardown(requests_are_answered_or_refused, open_site,
						close_site),
		cmocka_unit_test_setup_teardown(noise_gets_no_page, open_site, close_site),
	};

	return cmocka_run_group_tests_name("control metrics", tests, NULL, NULL);
}
