// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What livegen is going to send (bench/live/traffic.h): from a list or made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "bench/live/traffic.h"

static char path[] = "/tmp/bench-traffic-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_list(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* From the list in the file, a share of it. */
static struct live_wish wish(uint32_t share)
{
	return (struct live_wish){
		.listed_file = path, .share = share, .port = 587, .dest = 0xc6336419
	};
}

/* The list is refused with a sentence that has want in it. */
static void refused(const char *text, const char *want)
{
	struct live_wish all = wish(100);
	struct live_traffic traffic;
	struct mxw_err err = {};

	write_list(text);
	assert_true(live_traffic_make(&traffic, &all, &err) < 0);
	if (!strstr(err.text, want))
		fail_msg("no \"%s\" in: %s", want, err.text);
	live_traffic_free(&traffic);
}

static void a_bad_line_is_named(void **state)
{
	(void)state;
	refused("# ours\n198.51.100.1\n\n300.1.2.3\n",
		"line 4: \"300.1.2.3\" is not an IPv4 address");
	refused("198.51.100.0/24\n", "line 1: \"198.51.100.0/24\"");
	refused("2001:db8::1\n", "line 1: \"2001:db8::1\"");
	refused("198.51.100.1 198.51.100.2\n", "line 1");
	refused("# nothing\n\n", "holds no address");
}

static void blanks_and_comments_are_no_addresses(void **state)
{
	struct live_wish all = wish(100);
	struct mxw_err err = {};
	uint32_t *addresses, count;

	(void)state;
	write_list("# a list\n  198.51.100.1  \n\t198.51.100.2\t# two\r\n\r\n198.51.100.3");
	assert_int_equal(live_listed(&all, &addresses, &count, &err), 0);
	assert_int_equal(count, 3);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(addresses[i], 0xc6336401 + i);
	free(addresses);
}

/* The Internet checksum over bytes that contain their own is 0. */
static uint16_t sum(uint32_t start, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < size; i += 2)
		start += (uint32_t)byte[i] << 8 | byte[i + 1];
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return (uint16_t)~start;
}

/* As a network card would see the packet of one probe. */
static void check_packet(const struct live_traffic *traffic, uint32_t index)
{
	struct bench_packet packet = traffic->frame;
	const struct live_probe *probe = &traffic->probes[index];
	uint8_t *bytes = (uint8_t *)&packet;
	uint32_t pseudo = IPPROTO_TCP + sizeof(packet.tcp) + sizeof(packet.options);

	memcpy(bytes + LIVE_SADDR, &probe->saddr, sizeof(probe->saddr));
	memcpy(bytes + LIVE_IP_CHECK, &probe->ip_check, sizeof(probe->ip_check));
	memcpy(bytes + LIVE_TCP_CHECK, &probe->tcp_check, sizeof(probe->tcp_check));
	assert_int_equal(packet.ip.saddr, probe->saddr);
	assert_int_equal(ntohl(packet.ip.daddr), 0xc6336419);
	assert_int_equal(ntohs(packet.tcp.dest), 587);
	assert_int_equal(sum(0, &packet.ip, sizeof(packet.ip)), 0);
	for (int i = 0; i < 4; i++)
		pseudo += (uint32_t)ntohs(((uint16_t *)(bytes + LIVE_SADDR))[i]);
	assert_int_equal(sum(pseudo, bytes + sizeof(packet.eth) + sizeof(packet.ip),
			     sizeof(packet.tcp) + sizeof(packet.options)),
			 0);
}

/* Also of a list that has in it what would be made as unlisted. */
static void shares_and_checksums_are_right(void **state)
{
	struct live_wish some = wish(25);
	struct live_traffic traffic;
	struct mxw_err err = {};
	uint64_t hits = 0;
	char text[64];

	(void)state;
	(void)snprintf(text, sizeof(text), "198.51.100.1\n%u.%u.%u.%u\n",
		       bench_address(BENCH_UNLISTED, LIVE_PROBES / 2) >> 24,
		       bench_address(BENCH_UNLISTED, LIVE_PROBES / 2) >> 16 & 255,
		       bench_address(BENCH_UNLISTED, LIVE_PROBES / 2) >> 8 & 255,
		       bench_address(BENCH_UNLISTED, LIVE_PROBES / 2) & 255);
	write_list(text);
	assert_int_equal(live_traffic_make(&traffic, &some, &err), 0);
	assert_int_equal(traffic.entries, 2);
	for (uint32_t i = 0; i < LIVE_PROBES; i++) {
		uint32_t source = ntohl(traffic.probes[i].saddr);
		bool listed = source == 0xc6336401 ||
			      source == bench_address(BENCH_UNLISTED, LIVE_PROBES / 2);

		assert_int_equal(listed, traffic.is_listed[i]);
		hits += listed;
		if (i % 1024 == 0)
			check_packet(&traffic, i);
	}
	assert_int_equal(hits, LIVE_PROBES / 4);
	assert_int_equal(live_traffic_hits(&traffic, 3ULL * LIVE_PROBES), 3 * hits);
	assert_int_equal(live_traffic_hits(&traffic, LIVE_PROBES + 1ULL),
			 hits + traffic.is_listed[0]);
	assert_int_equal(live_traffic_hits(&traffic, 0), 0);
	live_traffic_free(&traffic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(blanks_and_comments_are_no_addresses),
		cmocka_unit_test(shares_and_checksums_are_right),
	};

	return cmocka_run_group_tests_name("bench_traffic", tests, make_file, remove_file);
}
