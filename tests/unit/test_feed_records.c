// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parent's side of the pipe against a worker that lies (userspace/feeds/collect.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "feeds/collect.h"
#include "feeds/records.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEAD(of, n)                                                              \
	{                                                                        \
		.magic = MXW_RECORD_MAGIC, .kind = MXW_RECORD_##of, .count = (n) \
	}

/* What a pipe of records became. */
struct outcome {
	int pipe[2], code;
	struct mxw_list list;
	struct mxw_ranges exclude;
	struct mxw_ended_list ended[2];
	struct mxw_feed_reading reading;
	struct mxw_collect collect;
	struct mxw_err err;
};

static void begin(struct outcome *out)
{
	memset(out, 0, sizeof(*out));
	assert_int_equal(pipe(out->pipe), 0);
	out->collect = (struct mxw_collect){
		.list = &out->list,
		.exclude = &out->exclude,
		.ended = out->ended,
		.reading = &out->reading,
		.label = "list",
		.file = "a\nfile",
		.started_ns = mxw_clock_mono(),
		.deadline_ns = mxw_clock_mono() + 10 * MXW_SECOND,
	};
}

static void say(const struct outcome *out, struct mxw_record_head head, const void *data,
		size_t size)
{
	assert_int_equal(write(out->pipe[1], &head, sizeof(head)), sizeof(head));
	assert_int_equal(write(out->pipe[1], data, size), (ssize_t)size);
}

static void collect(struct outcome *out)
{
	(void)close(out->pipe[1]);
	out->code = mxw_collect(&out->collect, out->pipe[0], &out->err);
	(void)close(out->pipe[0]);
}

static void end(struct outcome *out)
{
	mxw_list_free(&out->list);
	mxw_ranges_free(&out->exclude);
	free(out->ended[0].items);
	free(out->ended[1].items);
}

static void done(const struct outcome *out)
{
	struct mxw_record_done last = { .bytes = 9, .lines = 3, .format = MXW_FORMAT_PLAIN };

	say(out, (struct mxw_record_head)HEAD(DONE, 1), &last, sizeof(last));
}

static void honest_records_are_taken(void **state)
{
	const struct mxw_record4 four[] = { { 1, 2, 1, 0 }, { 0, UINT32_MAX, 2, 0 } };
	const struct mxw_record6 six = { 1ULL << 61, UINT64_MAX, 3, 0 };
	struct mxw_record_head head = HEAD(RANGES4, 2);
	struct outcome out;

	(void)state;
	begin(&out);
	say(&out, head, four, sizeof(four));
	head.says = MXW_SAYS_ALLOW;
	say(&out, head, four, sizeof(four));
	head = (struct mxw_record_head)HEAD(RANGES6, 1);
	head.says = MXW_SAYS_EXCLUDE;
	say(&out, head, &six, sizeof(six));
	done(&out);
	collect(&out);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 2);
	assert_int_equal(out.list.allow.v4_count, 2);
	assert_int_equal(out.exclude.v6_count, 1);
	assert_int_equal(out.reading.entries, 5);
	assert_int_equal(out.reading.excluded, 1);
	assert_int_equal(out.reading.lines, 3);
	end(&out);
}

/* Heads that no honest worker writes; what follows is zeros. */
static void F1_nonsense_in_heads(void **state)
{
	static const struct mxw_record_head heads[] = {
		{ 0 },
		{ .magic = MXW_RECORD_MAGIC, .kind = MXW_RECORD_KINDS, .count = 1 },
		{ .magic = MXW_RECORD_MAGIC, .kind = UINT16_MAX, .count = 1 },
		{ .magic = MXW_RECORD_MAGIC, .says = MXW_SAYS_EXCLUDE + 1, .count = 1 },
		{ .magic = MXW_RECORD_MAGIC, .says = UINT16_MAX, .count = 1 },
		{ .magic = MXW_RECORD_MAGIC, .count = 1, .zero = 1 },
		HEAD(RANGES4, 0),
		HEAD(RANGES4, MXW_RECORD_BATCH + 1),
		HEAD(RANGES6, UINT32_MAX),
		HEAD(DONE, 2),
		HEAD(ERROR, 2),
		HEAD(REFUSAL, UINT32_MAX),
	};
	static const char zeros[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		struct outcome out;

		begin(&out);
		say(&out, heads[i], zeros, sizeof(zeros));
		collect(&out);
		if (out.code != MXW_E_FAIL || !strstr(out.err.text, "nothing of the list is used"))
			fail_msg("head %zu is taken: %s", i, out.err.text);
		end(&out);
	}
}

static void F1_nonsense_in_records(void **state)
{
	const struct mxw_record4 four = { 2, 1, 1, 0 };
	const struct mxw_record6 six = { 1ULL << 62, 1ULL << 61, 1, 0 };
	struct mxw_record_done last[] = { { .format = MXW_FORMAT_COUNT },
					  { .format = UINT32_MAX },
					  { .not_modified = 2 } };
	struct outcome out;

	(void)state;
	begin(&out);
	say(&out, (struct mxw_record_head)HEAD(RANGES4, 1), &four, sizeof(four));
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	end(&out);
	begin(&out);
	say(&out, (struct mxw_record_head)HEAD(RANGES6, 1), &six, sizeof(six));
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	end(&out);
	for (size_t i = 0; i < COUNT(last); i++) {
		begin(&out);
		say(&out, (struct mxw_record_head)HEAD(DONE, 1), &last[i], sizeof(last[i]));
		collect(&out);
		assert_int_equal(out.code, MXW_E_FAIL);
		assert_false(out.collect.done);
		end(&out);
	}
}

static void not_modified_has_no_entries(void **state)
{
	const struct mxw_record_done last = { .not_modified = 1 };
	const struct mxw_record4 four = { 1, 1, 1, 0 };
	struct outcome out;

	(void)state;
	begin(&out);
	say(&out, (struct mxw_record_head)HEAD(RANGES4, 1), &four, sizeof(four));
	say(&out, (struct mxw_record_head)HEAD(DONE, 1), &last, sizeof(last));
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	end(&out);
}

/* An IPv6 range that reaches the keys of IPv4 would block those. */
static void F2_ipv6_cannot_reach_ipv4(void **state)
{
	const struct mxw_record6 six[] = { { 0, UINT64_MAX, 7, 0 },
					   { 1ULL << 32, 1ULL << 32, 8, 0 } };
	struct outcome out;

	(void)state;
	begin(&out);
	say(&out, (struct mxw_record_head)HEAD(RANGES6, 2), six, sizeof(six));
	done(&out);
	collect(&out);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v6_count, 1);
	assert_int_equal(out.reading.refused, 1);
	assert_int_equal(out.reading.refusals[0].line, 7);
	assert_string_equal(out.reading.refusals[0].text, "::/0");
	end(&out);
}

static const char *no_tens(void *context, enum mxw_says says, struct mxw_range4 range,
			   uint64_t line)
{
	(void)context;
	(void)says;
	(void)line;
	return range.first >> 24 == 10 ? "private" : NULL;
}

static void F2_a_screen_refuses_with_the_line(void **state)
{
	const struct mxw_feed_screen screen = { .range4 = no_tens };
	const struct mxw_record4 four[] = { { 0x0a000000, 0x0affffff, 42, 0 },
					    { 0x0b000000, 0x0b000000, 43, 0 } };
	struct outcome out;

	(void)state;
	begin(&out);
	out.collect.screen = &screen;
	say(&out, (struct mxw_record_head)HEAD(RANGES4, 2), four, sizeof(four));
	done(&out);
	collect(&out);
	assert_int_equal(out.code, 0);
	assert_int_equal(out.list.block.v4_count, 1);
	assert_int_equal(out.reading.screened, 1);
	assert_int_equal(out.reading.refusals[0].line, 42);
	assert_string_equal(out.reading.refusals[0].text, "10.0.0.0/8");
	assert_string_equal(out.reading.refusals[0].why, "private");
	assert_string_equal(out.reading.refusals[0].file, "a?file");
	end(&out);
}

/* Texts without an end and with the terminal's escapes; more refusals than are kept. */
static void F1_texts_are_made_harmless(void **state)
{
	struct mxw_record_refusal refusal = { .line = 1 };
	struct mxw_record_done last = { .refused = 50 };
	struct outcome out;

	(void)state;
	begin(&out);
	memset(refusal.text, '\x1b', sizeof(refusal.text));
	memset(refusal.why, '\xff', sizeof(refusal.why));
	memset(last.etag, 'e', sizeof(last.etag));
	memcpy(last.last_modified, "a\r\nCookie: b", 13);
	for (int i = 0; i < MXW_FEED_REFUSALS + 2; i++)
		say(&out, (struct mxw_record_head)HEAD(REFUSAL, 1), &refusal, sizeof(refusal));
	say(&out, (struct mxw_record_head)HEAD(DONE, 1), &last, sizeof(last));
	collect(&out);
	assert_int_equal(out.code, 0);
	assert_int_equal(strspn(out.reading.refusals[0].text, "?"), sizeof(refusal.text) - 1);
	assert_int_equal(strlen(out.reading.refusals[0].why), sizeof(refusal.why) - 1);
	assert_int_equal(out.reading.refused, MXW_FEED_REFUSALS + 2 + 50 - MXW_FEED_REFUSALS);
	assert_string_equal(out.reading.etag, "");
	assert_string_equal(out.reading.last_modified, "");
	end(&out);
}

static void the_workers_own_sentence_is_passed_on(void **state)
{
	struct mxw_record_error error = { .text = "Line 3 is \x1b[31mbad." };
	struct outcome out;

	(void)state;
	begin(&out);
	say(&out, (struct mxw_record_head)HEAD(ERROR, 1), &error, sizeof(error));
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	assert_string_equal(out.err.text, "Line 3 is ?[31mbad.");
	end(&out);
	begin(&out);
	error.text[0] = '\0';
	say(&out, (struct mxw_record_head)HEAD(ERROR, 1), &error, sizeof(error));
	collect(&out);
	assert_string_equal(out.err.text, "It cannot be read.");
	end(&out);
}

static void F1_a_pipe_that_ends_too_soon(void **state)
{
	const struct mxw_record_head head = HEAD(RANGES4, 2);
	const struct mxw_record4 four = { 1, 2, 1, 0 };
	struct outcome out;

	(void)state;
	begin(&out);
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	assert_true(out.collect.cut);
	end(&out);
	begin(&out);
	say(&out, head, &four, sizeof(four));
	collect(&out);
	assert_int_equal(out.code, MXW_E_FAIL);
	assert_true(out.collect.cut);
	end(&out);
}

static void F1_a_worker_that_says_nothing(void **state)
{
	struct outcome out;

	(void)state;
	begin(&out);
	out.collect.deadline_ns = mxw_clock_mono() + MXW_SECOND / 20;
	out.code = mxw_collect(&out.collect, out.pipe[0], &out.err);
	assert_int_equal(out.code, MXW_E_FAIL);
	assert_non_null(strstr(out.err.text, "in time"));
	assert_false(out.collect.cut);
	collect(&out);
	end(&out);
}

/* Random bytes behind good heads: whatever comes, no crash, and lists that are sane. */
static void F1_random_records(void **state)
{
	(void)state;
	srandom(4);
	for (int round = 0; round < 2000; round++) {
		struct mxw_record_head head = {
			.magic = MXW_RECORD_MAGIC,
			.kind = (uint16_t)(random() % MXW_RECORD_KINDS),
			.says = (uint16_t)(random() % 4),
			.count = (uint32_t)(random() % 3),
		};
		unsigned char bytes[1024];
		struct outcome out;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (unsigned char)random();
		begin(&out);
		say(&out, head, bytes, sizeof(bytes));
		collect(&out);
		assert_true(out.code == 0 || out.err.text[0]);
		end(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_records_are_taken),
		cmocka_unit_test(F1_nonsense_in_heads),
		cmocka_unit_test(F1_nonsense_in_records),
		cmocka_unit_test(not_modified_has_no_entries),
		cmocka_unit_test(F2_ipv6_cannot_reach_ipv4),
		cmocka_unit_test(F2_a_screen_refuses_with_the_line),
		cmocka_unit_test(F1_texts_are_made_harmless),
		cmocka_unit_test(the_workers_own_sentence_is_passed_on),
		cmocka_unit_test(F1_a_pipe_that_ends_too_soon),
		cmocka_unit_test(F1_a_worker_that_says_nothing),
		cmocka_unit_test(F1_random_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
