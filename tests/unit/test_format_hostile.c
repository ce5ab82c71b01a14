// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Readers of lists against texts that somebody has tampered with: whatever the bytes are, they come
 * to an end, and to the same one for pieces of any size; what they tell can be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lists/format.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_MAX 4096
#define ROUNDS 3000

static const char *const SAMPLES[] = {
	"# x\n192.0.2.1\n192.0.2.0/24 ; c\n10.0.0.1-10.0.0.9\n2001:db8::/32\n::ffff:1.2.3.4\n",
	"{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL1\"}\n{\"type\":\"metadata\",\"size\":3}\n",
	"create b hash:net family inet\nadd b 10.0.0.0/8\nadd b 10.1.0.0/16 nomatch\nadd b "
	"10.1.2.3 "
	"comment \"a b\"\n",
	"{\"nftables\":[{\"set\":{\"name\":\"b\",\"type\":\"ipv4_addr\",\"elem\":[\"192.0.2.1\",{"
	"\"prefix\""
	":{\"addr\":\"10.0.0.0\",\"len\":8}},{\"range\":[\"1.2.3.4\",\"1.2.3.9\"]},{\"elem\":{"
	"\"val\":\"9.9.9.9\","
	"\"timeout\":5}}]}}]}\n",
	"$SOA 1 a b 0 1 1 1 1\n:127.0.0.2:x $\n10.1\n!10.1.2/24\n10.1.2.3-9 :5:\n$DATASET ip6trie "
	"@\n"
	"2001:db8:1/40\n!2001:db8::1\n#$MAXRANGE4 /9\n",
	"if !10.0.0.0/8\n192.0.2.0/24 REJECT x\n  y\nendif\n!!1.2.3.4 OK\n[2001:db8::]/32 DUNNO\n"
	"0.0.0.0/0 550 no\n",
	"[{'sshd': ['192.0.2.1', '2001:db8::1']}, {'x': []}]\n192.0.2.2 \t2026-01-31 10:00:00 + 9\n"
	"`- Banned IP list: 1.2.3.4\n",
	"id,source,ip,type,simulated,duration\n1,\"a \"\"b\"\", c\",Ip:192.0.2.1,ban,false,4h\n"
	"2,x,Range:10.0.0.0/8,ban,true,1h\n",
	"[{\"id\":1,\"decisions\":[{\"scope\":\"Ip\",\"type\":\"ban\",\"value\":\"192.0.2.1\"}]},{"
	"\"value\":\"x\"}]\n",
	"WHITE|192.0.2.1|||1|2|3|4|5\nGREY|a|b\nTRAPPED|192.0.2.2|9\nSPAMTRAP|a@b\n",
};

/* Pieces of what may be put anywhere. */
static const char *const WORDS[] = {
	"\n",
	"\r\n",
	"\"",
	"'",
	"{",
	"}",
	"[",
	"]",
	",",
	":",
	"::",
	"!",
	"$",
	"|",
	"/",
	"-",
	"#",
	";",
	"\\",
	"0",
	"255.255.255.255",
	"0.0.0.0/0",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"/128",
	"if ",
	"endif\n",
	"nomatch",
	"null",
	"\xff\xfe",
	"\xef\xbb\xbf",
	"\x7f",
	" ",
	"\t",
	"99999999999999999999",
	"$DATASET ip4tset @\n",
	"$MAXRANGE4 1\n",
	"<",
	"\x1f",
	"\x01",
	"REJECT",
	"DUNNO",
};

/* A number that differs if anything that was told differs. */
struct digest {
	uint64_t value, count;
};

static void mix(struct digest *digest, uint64_t value)
{
	digest->value = (digest->value ^ value) * 0x100000001b3ULL;
	digest->count++;
}

static void mix_text(struct digest *digest, const char *text)
{
	for (; *text; text++)
		mix(digest, (unsigned char)*text);
}

static int take4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	assert_true(says <= MXW_SAYS_EXCLUDE);
	assert_true(range.first <= range.last);
	mix(context, range.first);
	mix(context, range.last);
	mix(context, line * 4 + says);
	return 0;
}

static int take6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	assert_true(says <= MXW_SAYS_EXCLUDE);
	assert_true(range.first <= range.last);
	assert_true(range.first >> 32 != 0); /* IPv4 keys live below */
	mix(context, range.first);
	mix(context, range.last);
	mix(context, line * 4 + says);
	return 0;
}

static int take_refusal(void *context, uint64_t line, const char *text, const char *why)
{
	assert_true(line > 0);
	assert_true(strlen(text) < 80 && strlen(why) < 96);
	mix(context, line);
	mix_text(context, text);
	mix_text(context, why);
	return 0;
}

/* Reads a text in pieces of one size. How it is cut must not matter, so the digests of all sizes
 * are compared. */
static struct digest read_text(enum mxw_format format, const char *text, size_t size, size_t piece)
{
	struct digest digest = { 0 };
	struct mxw_format_sink sink = {
		.context = &digest, .range4 = take4, .range6 = take6, .refuse = take_refusal
	};
	struct mxw_reader *reader;
	struct mxw_err err = { "" };
	int error = mxw_reader_open(format, &sink, &reader, &err);

	assert_int_equal(error, 0);
	for (size_t at = 0; at < size && !error; at += piece)
		error = mxw_reader_take(reader, text + at, size - at < piece ? size - at : piece,
					&err);
	if (!error)
		error = mxw_reader_end(reader, &err);
	assert_true(!error == !err.text[0]);
	for (const char *c = err.text; *c; c++)
		assert_true((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
	if (error)
		digest = (struct digest){ 0 }; /* what came before it may be more or less */
	mix_text(&digest, err.text);
	mxw_reader_close(reader);
	return digest;
}

static size_t random_below(size_t limit)
{
	return (size_t)random() % limit;
}

/* Cuts, repeats, overwrites, or puts in a word. */
static size_t tamper(char *text, size_t size)
{
	const char *word = WORDS[random_below(COUNT(WORDS))];
	size_t at = random_below(size + 1), length = random_below(size - at + 1),
	       put = strlen(word);

	switch (random_below(5)) {
	case 0:
		return at;
	case 1:
		memmove(text + at, text + at + length, size - at - length);
		return size - length;
	case 2:
		if (at < size)
			text[at] = (char)random();
		return size;
	case 3:
		if (size + length > TEXT_MAX)
			return size;
		memmove(text + at + length, text + at, size - at);
		return size + length;
	default:
		if (size + put > TEXT_MAX)
			return size;
		memmove(text + at + put, text + at, size - at);
		for (size_t i = 0; i < put; i++)
			text[at + i] = word[i];
		return size + put;
	}
}

static void tampered_texts(void **state)
{
	(void)state;
	srandom(2026);
	for (int round = 0; round < ROUNDS; round++) {
		const char *sample = SAMPLES[random_below(COUNT(SAMPLES))];
		enum mxw_format format = (enum mxw_format)random_below(MXW_FORMAT_COUNT);
		size_t size = strlen(sample), changes = random_below(12);
		char text[TEXT_MAX];
		struct digest whole, pieces;

		(void)snprintf(text, sizeof(text), "%s", sample);
		while (changes--)
			size = tamper(text, size);
		whole = read_text(format, text, size, TEXT_MAX);
		pieces = read_text(format, text, size, 1 + random_below(9));
		if (whole.value != pieces.value || whole.count != pieces.count)
			fail_msg("round %d, format %s: pieces tell something else of\n%.*s", round,
				 mxw_format_name(format), (int)size, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tampered_texts),
	};

	return cmocka_run_group_tests_name("format_hostile", tests, NULL, NULL);
}
