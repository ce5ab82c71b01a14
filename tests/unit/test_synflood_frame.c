// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes on the wire: SYNs and their checksums, answers, ARP and neighbour
 * discovery (bench/synflood/frame.h, heard.h, neighbour.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/synflood/neighbour.h"

static const uint8_t our_mac[SF_MAC] = { 0x02, 0, 0, 0, 0, 0x01 };
static const uint8_t their_mac[SF_MAC] = { 0x02, 0, 0, 0, 0, 0x02 };

static struct sf_address address(const char *text)
{
	struct sf_address a = { 0 };
	struct mxw_err err;

	assert_int_equal(sf_address_parse(text, &a, &err), 0);
	return a;
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Whether the checksum of a header with its pseudo header is right: RFC 1071. */
static bool sums_up(const uint8_t *addresses, size_t address_bytes, uint8_t protocol,
		    const uint8_t *bytes, size_t length)
{
	uint32_t sum = sf_sum(addresses, address_bytes) + protocol + (uint32_t)length +
		       sf_sum(bytes, length);

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static struct sf_dest dest_of(const char *text)
{
	struct sf_dest dest = { .address = address(text) };

	memcpy(dest.head, their_mac, SF_MAC);
	memcpy(dest.head + SF_MAC, our_mac, SF_HEAD - SF_MAC);
	return dest;
}

/* A frame that was filled before, as in the sending loop. */
static void build(uint8_t frame[SF_FRAME_MOST], const struct sf_flow *flow, const char *dest,
		  uint32_t stamp)
{
	struct sf_dest to = dest_of(dest), before = to;
	struct sf_flow earlier = *flow;
	struct sf_template t;

	sf_template_make(&t, flow->ipv6 ? SF_IPV6 : SF_IPV4, our_mac);
	memcpy(frame, t.bytes, SF_FRAME_MOST);
	earlier.high = ~flow->high;
	earlier.low = ~flow->low;
	earlier.isn = ~flow->isn;
	before.address.low ^= 0xffff;
	sf_frame_fill(frame, &t, &earlier, &before, ~stamp);
	sf_frame_fill(frame, &t, flow, &to, stamp);
}

static void a_syn_is_what_linux_sends(void **state)
{
	static const uint8_t want[] = {
		0x02, 0,   0,	 0,    0,    2,	   0x02, 0, 0,	0, 0, 1, 0x08, 0x00, /* Ethernet */
		0x45, 0,   0,	 60,   0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 198,  18,   0,
		1,    192, 0,	 2,    25,   0x04, 0x01, 0, 25, 0, 0, 0, 7,    0,    0,
		0,    0,   0xa0, 0x02, 0xfa, 0xf0, 0,	 0, 0,	0, 2, 4, 0x05, 0xb4, 4,
		2,    8,   10,	 0,    0,    0,	   107,	 0, 0,	0, 0, 1, 3,    3,    7,
	};
	struct sf_flow flow = {
		.low = 0xc6120001, .isn = 7, .sport = 1025, .dport = 25, .id = 0x1234
	};
	uint8_t frame[SF_FRAME_MOST];

	(void)state;
	build(frame, &flow, "192.0.2.25", 100);
	memset(frame + 24, 0, 2); /* the checksums have a test of their own */
	memset(frame + SF_TCP4 + 16, 0, 2);
	assert_memory_equal(frame, want, sizeof(want));
	assert_int_equal(sizeof(want), SF_FRAME4);
}

static void checksums_are_right(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct sf_flow flow = { .ipv6 = (uint8_t)(i & 1), .dport = 25 };
		uint8_t frame[SF_FRAME_MOST];

		random = sf_mix64(random + 1);
		flow.high = flow.ipv6 ? random : 0;
		flow.low = flow.ipv6 ? sf_mix64(random) : random & 0xffffffff;
		flow.isn = i % 7 ? (uint32_t)sf_mix64(~random) : 0xffffffff;
		flow.sport = (uint16_t)(random >> 9);
		flow.id = (uint16_t)(random >> 19);
		build(frame, &flow, flow.ipv6 ? "2001:db8::25" : "192.0.2.25",
		      (uint32_t)(random >> 7));
		if (flow.ipv6) {
			assert_true(sums_up(frame + 22, 32, 6, frame + SF_TCP6, SF_TCP));
			continue;
		}
		assert_true(sums_up(NULL, 0, 0, frame + SF_ETHERNET, 20) ||
			    sf_fold(sf_sum(frame + SF_ETHERNET, 20)) == 0);
		assert_true(sums_up(frame + 26, 8, 6, frame + SF_TCP4, SF_TCP));
	}
}

/* Turns a SYN into an answer to it: swaps both ends, sets flags and acknowledgement. */
static void answer(uint8_t *frame, bool ipv6, uint8_t flags)
{
	size_t bytes = ipv6 ? 16 : 4, at = ipv6 ? 22 : 26;
	uint8_t *tcp = frame + (ipv6 ? SF_TCP6 : SF_TCP4), swap[16];
	uint32_t isn = (uint32_t)get16(tcp + 4) << 16 | get16(tcp + 6);

	memcpy(swap, frame + at, bytes);
	memcpy(frame + at, frame + at + bytes, bytes);
	memcpy(frame + at + bytes, swap, bytes);
	memcpy(swap, tcp, 2);
	memcpy(tcp, tcp + 2, 2);
	memcpy(tcp + 2, swap, 2);
	sf_put32(tcp + 8, isn + 1);
	tcp[13] = flags;
	memcpy(frame + SF_MAC, their_mac, SF_MAC);
}

static void expect_echo(const struct sf_echo *echo, const struct sf_flow *flow, const char *server)
{
	struct sf_address want = address(server);

	assert_int_equal(echo->client.high, flow->high);
	assert_int_equal(echo->client.low, flow->low);
	assert_true(sf_address_equal(&echo->server, &want));
	assert_int_equal(echo->client_port, flow->sport);
	assert_int_equal(echo->server_port, flow->dport);
	assert_int_equal(echo->isn, flow->isn);
}

static const struct sf_flow flows[SF_FAMILIES] = {
	{ .low = 0xc6120001, .isn = 0xffffffff, .sport = 40000, .dport = 25 },
	{ .high = 0x20010002, .low = 9, .isn = 17, .sport = 1024, .dport = 587, .ipv6 = 1 },
};
static const char *const dests[SF_FAMILIES] = { "192.0.2.25", "2001:db8::25" };

static void tcp_answers_are_heard(void **state)
{
	static const struct {
		uint8_t flags;
		enum sf_heard_kind want;
	} rows
		[] = {
			{ 0x12, SF_SYN_ACK }, { 0x14, SF_RESET }, { 0x52, SF_SYN_ACK },
			{ 0x04, SF_OTHER },   { 0x10, SF_OTHER }, { 0x02, SF_OTHER },
			{ 0x16, SF_RESET }, /* nonsense, but it ends the attempt */
		};

	(void)state;
	for (size_t family = 0; family < SF_FAMILIES; family++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			uint8_t frame[SF_FRAME_MOST];
			struct sf_heard heard;

			build(frame, &flows[family], dests[family], 1);
			answer(frame, family == SF_IPV6, rows[i].flags);
			sf_hear(frame, family == SF_IPV6 ? SF_FRAME6 : SF_FRAME4, &heard);
			assert_int_equal(heard.kind, rows[i].want);
			if (rows[i].want != SF_OTHER)
				expect_echo(&heard.echo, &flows[family], dests[family]);
		}
	}
}

/* The frame as ICMP quotes it, in an error from a router. Returns the length. */
static size_t quote(uint8_t *out, const uint8_t *frame, bool ipv6)
{
	size_t ip = ipv6 ? 40 : 20, quoted = ip + (ipv6 ? 40 : 8);

	memcpy(out, frame, SF_ETHERNET + ip);
	out[SF_ETHERNET + (ipv6 ? 6 : 9)] = ipv6 ? 58 : 1;
	memset(out + SF_ETHERNET + ip, 0, 8);
	out[SF_ETHERNET + ip] = ipv6 ? 1 : 3;
	memcpy(out + SF_ETHERNET + ip + 8, frame + SF_ETHERNET, quoted);
	return SF_ETHERNET + ip + 8 + quoted;
}

static void unreachable_is_heard(void **state)
{
	(void)state;
	for (size_t family = 0; family < SF_FAMILIES; family++) {
		uint8_t frame[SF_FRAME_MOST], error[256];
		struct sf_heard heard;
		size_t length;

		build(frame, &flows[family], dests[family], 1);
		length = quote(error, frame, family == SF_IPV6);
		sf_hear(error, length, &heard);
		assert_int_equal(heard.kind, SF_UNREACHABLE);
		expect_echo(&heard.echo, &flows[family], dests[family]);
		error[SF_ETHERNET + (family ? 40 : 20)] = family ? 3 : 11; /* time exceeded */
		sf_hear(error, length, &heard);
		assert_int_equal(heard.kind, SF_OTHER);
	}
}

/* In memory of exactly that size, so that the sanitizer sees any step beyond. */
static void hear_cut(const uint8_t *frame, size_t length, enum sf_heard_kind want, size_t least)
{
	for (size_t cut = 0; cut <= length; cut++) {
		uint8_t *copy = malloc(cut + !cut);
		struct sf_heard heard;

		assert_non_null(copy);
		memcpy(copy, frame, cut);
		sf_hear(copy, cut, &heard);
		assert_int_equal(heard.kind, cut >= least ? want : SF_OTHER);
		free(copy);
	}
}

static void cut_frames_are_nothing(void **state)
{
	(void)state;
	for (size_t family = 0; family < SF_FAMILIES; family++) {
		uint8_t frame[SF_FRAME_MOST], error[256];
		size_t ip = family ? 40 : 20;

		build(frame, &flows[family], dests[family], 1);
		hear_cut(error, quote(error, frame, family == SF_IPV6), SF_UNREACHABLE,
			 SF_ETHERNET + ip + 8 + ip + 8);
		answer(frame, family == SF_IPV6, 0x12);
		hear_cut(frame, SF_ETHERNET + ip + SF_TCP, SF_SYN_ACK, SF_ETHERNET + ip + 20);
	}
}

static void any_bytes_are_survived(void **state)
{
	static const uint16_t types[] = { 0x0800, 0x0806, 0x86dd, 0x8100 };
	uint64_t random = 99;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		size_t length = (size_t)(i % 160);
		uint8_t *frame = malloc(length + 1);
		struct sf_heard heard;

		assert_non_null(frame);
		for (size_t k = 0; k < length; k++) {
			random = random * 6364136223846793005ULL + 1442695040888963407ULL;
			frame[k] = (uint8_t)(random >> 56);
		}
		if (length >= SF_ETHERNET + 10) {
			sf_put16(frame + 12, types[i % 4]);
			frame[SF_ETHERNET] =
				i % 4 == 2 ? 0x60 : (uint8_t)(0x40 | (frame[SF_ETHERNET] & 15));
			frame[SF_ETHERNET + (i % 4 == 2 ? 6 : 9)] = i % 3 ? (i % 4 == 2 ? 58 : 1)
									  : 6;
		}
		sf_hear(frame, length, &heard);
		free(frame);
	}
}

static struct sf_station station_of(void)
{
	struct sf_station station = { .own = { address("192.0.2.200"), address("2001:db8::200") },
				      .has_own = { true, true } };

	memcpy(station.mac, our_mac, SF_MAC);
	return station;
}

static void a_question_gets_its_answer(void **state)
{
	struct sf_station us = station_of(), them = station_of();

	(void)state;
	memcpy(them.mac, their_mac, SF_MAC);
	for (int family = 0; family < SF_FAMILIES; family++) {
		uint8_t frame[SF_FRAME_MOST];
		struct sf_heard heard;
		uint16_t length;

		them.own[family] = address(dests[family]);
		length = sf_neighbour_ask(frame, &us, &them.own[family]);
		sf_hear(frame, length, &heard);
		assert_int_equal(heard.kind, SF_ASKS);
		assert_true(sf_address_equal(&heard.asked, &them.own[family]));
		assert_true(sf_address_equal(&heard.asker, &us.own[family]));
		assert_memory_equal(heard.mac, our_mac, SF_MAC);
		assert_false(sf_neighbour_is_ours(&us, &heard));
		assert_true(sf_neighbour_is_ours(&them, &heard));
		length = sf_neighbour_tell(frame, &them, &heard);
		assert_memory_equal(frame, our_mac, SF_MAC);
		sf_hear(frame, length, &heard);
		assert_int_equal(heard.kind, SF_TELLS);
		assert_true(sf_address_equal(&heard.asked, &them.own[family]));
		assert_memory_equal(heard.mac, their_mac, SF_MAC);
	}
}

static void discovery_is_as_the_rfc_demands(void **state)
{
	static const uint8_t group[SF_MAC] = { 0x33, 0x33, 0xff, 0x12, 0x34, 0x56 };
	struct sf_station us = station_of();
	struct sf_address asked = address("2001:db8::ab12:3456"),
			  group_address = address("ff02::1:ff12:3456");
	uint8_t frame[SF_FRAME_MOST], bytes[16];
	uint16_t length = sf_neighbour_ask(frame, &us, &asked);

	(void)state;
	assert_memory_equal(frame, group, SF_MAC);
	sf_address_store(&group_address, bytes);
	assert_memory_equal(frame + 38, bytes, 16);
	assert_int_equal(frame[SF_ETHERNET + 7], 255);
	assert_true(
		sums_up(frame + 22, 32, 58, frame + SF_ETHERNET + 40, length - SF_ETHERNET - 40U));
}

/* A host that has no address yet asks from "::" and is told by multicast. */
static void duplicate_detection_is_told_to_all(void **state)
{
	static const uint8_t nobody[16] = { 0 };
	struct sf_station us = station_of(), them = station_of();
	struct sf_address all = address("ff02::1"), to;
	uint8_t frame[SF_FRAME_MOST];
	struct sf_heard heard;
	uint16_t length = sf_neighbour_ask(frame, &them, &us.own[SF_IPV6]);

	(void)state;
	memcpy(frame + 22, nobody, sizeof(nobody));
	sf_hear(frame, length, &heard);
	assert_true(sf_neighbour_is_ours(&us, &heard));
	length = sf_neighbour_tell(frame, &us, &heard);
	to = sf_address_load(SF_IPV6, frame + 38);
	assert_true(sf_address_equal(&to, &all));
	assert_int_equal(frame[SF_ETHERNET + 40 + 4], 0x20); /* not solicited */
	assert_true(
		sums_up(frame + 22, 32, 58, frame + SF_ETHERNET + 40, length - SF_ETHERNET - 40U));
}

static void it_answers_for_ranges_too(void **state)
{
	struct sf_station us = station_of(), them = station_of();
	struct sf_address asked = address("192.0.2.77"), foreign = address("192.0.2.99");
	uint8_t frame[SF_FRAME_MOST];
	struct sf_heard heard;
	struct mxw_err err;

	(void)state;
	assert_int_equal(sf_ranges_add(&us.answer_for, "192.0.2.64/28", &err), 0);
	sf_hear(frame, sf_neighbour_ask(frame, &them, &asked), &heard);
	assert_true(sf_neighbour_is_ours(&us, &heard));
	sf_hear(frame, sf_neighbour_ask(frame, &them, &foreign), &heard);
	assert_false(sf_neighbour_is_ours(&us, &heard));
	sf_ranges_free(&us.answer_for);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_is_what_linux_sends),
		cmocka_unit_test(checksums_are_right),
		cmocka_unit_test(tcp_answers_are_heard),
		cmocka_unit_test(unreachable_is_heard),
		cmocka_unit_test(cut_frames_are_nothing),
		cmocka_unit_test(any_bytes_are_survived),
		cmocka_unit_test(a_question_gets_its_answer),
		cmocka_unit_test(discovery_is_as_the_rfc_demands),
		cmocka_unit_test(duplicate_detection_is_told_to_all),
		cmocka_unit_test(it_answers_for_ranges_too),
	};

	return cmocka_run_group_tests_name("synflood_frame", tests, NULL, NULL);
}
