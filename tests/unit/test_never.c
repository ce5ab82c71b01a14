// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The never-block set: the list itself, and the parsers of routes, resolvers
 * and SSH sessions that feed it.
 */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/addr.h"
#include "host/never.h"
#include "host/route.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The item of list that stands for text, NULL if there is none. */
static const struct mxw_never_item *find(const struct mxw_never_list *list, const char *text)
{
	char own[MXW_ADDR_TEXT];

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(mxw_never_format(&list->items[i], own), text) == 0)
			return &list->items[i];
	return NULL;
}

static void add(struct mxw_never_list *list, const char *text, bool own, const char *why)
{
	struct mxw_never_item item = { .own = own };

	assert_int_equal(mxw_never_parse(text, &item, NULL), 0);
	(void)snprintf(item.why, sizeof(item.why), "%s", why);
	assert_int_equal(mxw_never_add(list, &item, NULL), 0);
}

static void a_list_holds_each_address_once(void **state)
{
	struct mxw_never_list list;

	(void)state;
	mxw_never_init(&list);
	add(&list, "192.0.2.1", false, "resolver");
	add(&list, "192.0.2.1", false, "gateway");
	assert_int_equal(list.count, 1);
	assert_string_equal(find(&list, "192.0.2.1")->why, "resolver");
	add(&list, "2001:db8::1", false, "one host of a /64");
	add(&list, "2001:db8::2", false, "another");
	add(&list, "2001:db8::1/128", false, "the first one");
	assert_int_equal(list.count, 3);
	add(&list, "2001:db8::/64", false, "all of them");
	add(&list, "2001:db8::3", false, "inside");
	assert_int_equal(list.count, 4);
	add(&list, "198.51.100.0/24", false, "range");
	add(&list, "198.51.100.7", false, "inside");
	assert_int_equal(list.count, 5);
	mxw_never_free(&list);
	assert_int_equal(list.count, 0);
	mxw_never_free(&list);
}

/* An own address may be inside a range that is only protected: it must be found as own. */
static void an_own_address_is_not_hidden_by_others(void **state)
{
	struct mxw_never_list list;

	(void)state;
	mxw_never_init(&list);
	add(&list, "192.0.2.0/24", false, "range");
	add(&list, "192.0.2.1", true, "own address of eth0");
	assert_int_equal(list.count, 2);
	assert_true(find(&list, "192.0.2.1")->own);
	add(&list, "192.0.2.1", false, "gateway");
	assert_int_equal(list.count, 2);
	mxw_never_free(&list);
}

static void a_list_grows_and_cuts_reasons(void **state)
{
	struct mxw_never_list list;
	char why[200], text[32];

	(void)state;
	mxw_never_init(&list);
	memset(why, 'y', sizeof(why) - 1);
	why[sizeof(why) - 1] = '\0';
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(text, sizeof(text), "10.0.%d.%d", i / 250, i % 250);
		add(&list, text, false, why);
	}
	assert_int_equal(list.count, 1000);
	assert_non_null(find(&list, "10.0.3.249"));
	assert_int_equal(strlen(list.items[999].why), sizeof(list.items[0].why) - 1);
	mxw_never_free(&list);
}

static void resolvers_are_the_nameserver_lines(void **state)
{
	static char text[] = "# nameserver 192.0.2.99\n"
			     "search example.org\n"
			     "nameserver 192.0.2.53\n"
			     "  nameserver\t2001:db8::53   # mine\n"
			     "nameserver fe80::1%lo\n"
			     "nameserver fe80::2%gone0\n"
			     "nameserver 127.0.0.53\r\n"
			     "nameserver192.0.2.98\n"
			     "nameservers 192.0.2.97\n"
			     "nameserver\n"
			     "nameserver dns.example.org\n"
			     "nameserver 10.0.0.0/8\n"
			     "nameserver ::1\n"
			     "nameserver 192.0.2.54";
	static const char *const want[] = { "192.0.2.53", "2001:db8::53", "fe80::1",
					    "127.0.0.53", "::1",	  "192.0.2.54" };
	FILE *file = fmemopen(text, sizeof(text) - 1, "r");
	struct mxw_never_list list;

	(void)state;
	assert_non_null(file);
	mxw_never_init(&list);
	assert_int_equal(mxw_never_add_resolvers(&list, file, NULL), 0);
	(void)fclose(file);
	assert_int_equal(list.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_non_null(find(&list, want[i]));
		assert_string_equal(list.items[i].why, "resolver");
		assert_false(list.items[i].own);
	}
	mxw_never_free(&list);
}

/* A message under construction, as rtnetlink would send it. */
struct message {
	struct nlmsghdr head;
	struct rtmsg route;
	char attributes[512];
};

static struct message route(unsigned char family, unsigned char prefix_len)
{
	return (struct message){
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
			  .nlmsg_type = RTM_NEWROUTE },
		.route = { .rtm_family = family,
			   .rtm_dst_len = prefix_len,
			   .rtm_type = RTN_UNICAST },
	};
}

/* Appends size bytes, padded. */
static void append(struct message *m, const void *data, size_t size)
{
	assert_true(m->head.nlmsg_len + RTA_ALIGN(size) <= sizeof(*m));
	memcpy((char *)m + m->head.nlmsg_len, data, size);
	m->head.nlmsg_len += (uint32_t)RTA_ALIGN(size);
}

static void attribute(struct message *m, unsigned short type, const void *data, size_t size)
{
	struct rtattr head = { .rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type };

	append(m, &head, sizeof(head));
	append(m, data, size);
}

/* An address attribute: RTA_GATEWAY, or RTA_VIA with the family in front. */
static void address(struct message *m, unsigned short type, int family, const char *text)
{
	struct {
		uint16_t family;
		uint8_t addr[16];
	} via = { .family = (uint16_t)family };
	size_t size = family == AF_INET6 ? 16 : 4;

	assert_int_equal(inet_pton(family, text, via.addr), 1);
	if (type == RTA_VIA)
		attribute(m, type, &via, sizeof(via.family) + size);
	else
		attribute(m, type, via.addr, size);
}

static void out_interface(struct message *m, uint32_t ifindex)
{
	attribute(m, RTA_OIF, &ifindex, sizeof(ifindex));
}

/* Collects "192.0.2.1 2 default, ". */
static int note_gateway(const struct mxw_gateway *gateway, void *context)
{
	char addr[MXW_ADDR_TEXT], *out = context;
	size_t used = strlen(out);

	(void)snprintf(out + used, 256 - used, "%s %u%s, ", mxw_addr_format(gateway->addr, addr),
		       gateway->ifindex, gateway->is_default ? " default" : "");
	return strstr(out, "203.0.113.9") ? MXW_E_FAIL : 0;
}

static void expect_gateways(const struct message *m, const char *want)
{
	char got[256] = "";

	assert_int_equal(mxw_route_parse(&m->head, note_gateway, got), 0);
	assert_string_equal(got, want);
}

static void gateways_come_from_routes(void **state)
{
	struct message m = route(AF_INET, 0);

	(void)state;
	expect_gateways(&m, "");
	out_interface(&m, 2);
	expect_gateways(&m, "");
	address(&m, RTA_GATEWAY, AF_INET, "192.0.2.1");
	expect_gateways(&m, "192.0.2.1 2 default, ");

	m = route(AF_INET6, 48);
	address(&m, RTA_GATEWAY, AF_INET6, "2001:db8::1");
	expect_gateways(&m, "2001:db8::1 0, ");

	m = route(AF_INET, 8); /* IPv4 over an IPv6 neighbour */
	address(&m, RTA_VIA, AF_INET6, "fe80::1");
	out_interface(&m, 3);
	expect_gateways(&m, "fe80::1 3, ");
}

static void other_messages_have_no_gateway(void **state)
{
	struct message m = route(AF_INET, 0);

	(void)state;
	address(&m, RTA_GATEWAY, AF_INET, "192.0.2.1");
	m.route.rtm_type = RTN_BLACKHOLE;
	expect_gateways(&m, "");
	m.route.rtm_type = RTN_UNICAST;
	m.route.rtm_flags = RTM_F_CLONED;
	expect_gateways(&m, "");
	m.route.rtm_flags = 0;
	m.head.nlmsg_type = RTM_DELROUTE;
	expect_gateways(&m, "");
}

/* One next hop of a multipath route, appended to out. */
static size_t next_hop(char *out, int ifindex, const char *gateway)
{
	struct {
		struct rtnexthop hop;
		struct rtattr head;
		uint8_t addr[4];
	} n = { .hop = { .rtnh_len = sizeof(n), .rtnh_ifindex = ifindex },
		.head = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_GATEWAY } };

	assert_int_equal(inet_pton(AF_INET, gateway, n.addr), 1);
	memcpy(out, &n, sizeof(n));
	return sizeof(n);
}

static void a_multipath_route_has_several(void **state)
{
	struct message m = route(AF_INET, 0);
	char hops[128], got[256] = "";
	size_t size = 0;

	(void)state;
	size += next_hop(hops + size, 2, "192.0.2.1");
	size += next_hop(hops + size, 3, "198.51.100.1");
	attribute(&m, RTA_MULTIPATH, hops, size);
	expect_gateways(&m, "192.0.2.1 2 default, 198.51.100.1 3 default, ");

	/* what the callback returns ends it */
	m = route(AF_INET, 0);
	size = next_hop(hops, 2, "203.0.113.9");
	size += next_hop(hops + size, 3, "198.51.100.1");
	attribute(&m, RTA_MULTIPATH, hops, size);
	assert_int_equal(mxw_route_parse(&m.head, note_gateway, got), MXW_E_FAIL);
	assert_string_equal(got, "203.0.113.9 2 default, ");
}

/* Parses the first length bytes of m where ASan sees a read past their end. */
static void survive(const struct message *m, uint32_t length)
{
	struct nlmsghdr *copy = malloc(length);
	char got[256] = "";

	assert_non_null(copy);
	memcpy(copy, m, length);
	copy->nlmsg_len = length;
	assert_int_equal(mxw_route_parse(copy, note_gateway, got), 0);
	free(copy);
}

/* Messages cut at every byte, and every byte of the attributes with every value. */
static void damaged_routes_are_survived(void **state)
{
	struct message whole = route(AF_INET, 0);
	char hops[128];
	size_t size = next_hop(hops, 2, "192.0.2.1"), bytes;

	(void)state;
	address(&whole, RTA_VIA, AF_INET6, "2001:db8::1");
	attribute(&whole, RTA_MULTIPATH, hops, size);
	address(&whole, RTA_GATEWAY, AF_INET, "192.0.2.1");
	bytes = whole.head.nlmsg_len - NLMSG_LENGTH(sizeof(struct rtmsg));
	for (uint32_t length = sizeof(struct nlmsghdr); length <= whole.head.nlmsg_len; length++)
		survive(&whole, length);
	for (size_t i = 0; i < bytes; i++) {
		for (int value = 0; value < 256; value++) {
			struct message m = whole;

			m.attributes[i] = (char)value;
			survive(&m, m.head.nlmsg_len);
		}
	}
}

/* Attributes shorter than what they should hold, and a next hop that claims more than there is. */
static void short_attributes_are_survived(void **state)
{
	static const unsigned short types[] = { RTA_OIF, RTA_GATEWAY, RTA_VIA, RTA_MULTIPATH };
	struct rtnexthop liar = { .rtnh_ifindex = 2 };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		for (size_t size = 0; size < 4; size++) {
			struct message m = route(AF_INET, 0);

			if (types[i] == RTA_OIF)
				address(&m, RTA_GATEWAY, AF_INET, "192.0.2.1");
			attribute(&m, types[i], "abc", size);
			survive(&m, NLMSG_ALIGN(m.head.nlmsg_len));
			survive(&m, m.head.nlmsg_len - (uint32_t)(RTA_ALIGN(size) - size));
		}
	}
	for (liar.rtnh_len = 0; liar.rtnh_len < 400; liar.rtnh_len++) {
		struct message m = route(AF_INET, 0);

		attribute(&m, RTA_MULTIPATH, &liar, sizeof(liar));
		survive(&m, m.head.nlmsg_len);
	}
}

/* On whatever machine this runs. */
static void this_machine_tells_its_addresses(void **state)
{
	struct mxw_never_list list;
	struct mxw_err err = { 0 };

	(void)state;
	mxw_never_init(&list);
	assert_int_equal(mxw_never_collect(&list, &err), 0);
	assert_string_equal(err.text, "");
	assert_non_null(find(&list, "127.0.0.0/8"));
	assert_true(find(&list, "127.0.0.0/8")->own);
	assert_true(find(&list, "::1")->own);
	for (size_t i = 0; i < list.count; i++)
		assert_true(list.items[i].why[0] != '\0');
	mxw_never_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_holds_each_address_once),
		cmocka_unit_test(an_own_address_is_not_hidden_by_others),
		cmocka_unit_test(a_list_grows_and_cuts_reasons),
		cmocka_unit_test(resolvers_are_the_nameserver_lines),
		cmocka_unit_test(gateways_come_from_routes),
		cmocka_unit_test(other_messages_have_no_gateway),
		cmocka_unit_test(a_multipath_route_has_several),
		cmocka_unit_test(damaged_routes_are_survived),
		cmocka_unit_test(short_attributes_are_survived),
		cmocka_unit_test(this_machine_tells_its_addresses),
	};

	return cmocka_run_group_tests_name("never", tests, NULL, NULL);
}
