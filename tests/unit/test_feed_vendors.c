// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Publishers, their intervals, and which addresses are fetched from (userspace/feeds/vendors.h,
 * peer.h).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "feeds/mask.h"
#include "feeds/peer.h"
#include "feeds/vendors.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void every_feed_is_complete(void **state)
{
	const struct mxw_vendor_feed *feed;
	size_t count = 0;

	(void)state;
	for (; (feed = mxw_vendor_feed_at(count)); count++) {
		assert_ptr_equal(mxw_vendor_feed(feed->name), feed);
		assert_true(!feed->url != !feed->by_hand);
		assert_true(!feed->url || strncmp(feed->url, "https://", 8) == 0);
		assert_true(feed->credit && feed->terms);
		assert_non_null(mxw_format_name(feed->format));
		assert_false(feed->limit_only && strcmp(feed->mode, "enforce") == 0);
	}
	assert_int_equal(count, 5);
	assert_null(mxw_vendor_feed("spamhaus"));
	assert_true(mxw_vendor_feed("uceprotect-1")->limit_only);
	assert_true(mxw_vendor_feed("firehol-level1")->strip_reserved);
}

static void a_feed_is_a_ready_made_one_by_its_name_or_its_url(void **state)
{
	static const struct {
		const char *name, *url, *want; /* NULL: none */
	} rows[] = {
		{ "mine", "https://lists.example.net/x", NULL },
		{ "mine", NULL, NULL },
		{ "mine", "", NULL },
		{ "drop", "https://www.spamhaus.org/drop/drop_v4.json", "spamhaus-drop" },
		{ "drop", "https://www.spamhaus.org/drop/drop_v4.jso", NULL },
		{ "uceprotect-1", NULL, "uceprotect-1" },
		{ "uceprotect-1", "https://lists.example.net/x", "uceprotect-1" },
		{ "uceprotect-1", "https://www.spamhaus.org/drop/drop_v4.json", "uceprotect-1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_vendor_feed *vendor = mxw_vendor_of(rows[i].name, rows[i].url);
		const char *got = vendor ? vendor->name : NULL;

		if (got != rows[i].want &&
		    (!got || !rows[i].want || strcmp(got, rows[i].want) != 0))
			fail_msg("row %zu: is \"%s\"", i, got ? got : "none");
	}
}

static void secrets_of_urls_are_not_shown(void **state)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{ "https://www.spamhaus.org/drop/drop_v4.json",
		  "https://www.spamhaus.org/drop/drop_v4.json" },
		{ "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/"
		  "firehol_level1.netset",
		  "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/"
		  "firehol_level1.netset" },
		{ "https://lists.example.net:8443/a-b/2026-11-29/bad_ips.txt.gz",
		  "https://lists.example.net:8443/a-b/2026-11-29/bad_ips.txt.gz" },
		{ "https://me:hunter2@lists.example.net/x", "https://***@lists.example.net/x" },
		{ "https://me@a:hunter2@lists.example.net/x", "https://***@lists.example.net/x" },
		{ "https://me:hun/ter2@lists.example.net/x", "https://***@lists.example.net/x" },
		{ "http://me:hunter2@lists.example.net", "http://***@lists.example.net" },
		{ "https://l.example/x?key=hunter2&fmt=txt;v=2",
		  "https://l.example/x?key=***&fmt=***;v=***" },
		{ "https://l.example?hunter2", "https://l.example?***" },
		{ "https://l.example/x?mail=me@here.example", "https://l.example/x?mail=***" },
		{ "https://l.example/x?a=b=c#hunter2", "https://l.example/x?a=***#***" },
		{ "https://l.example/x#hunter2", "https://l.example/x#***" },
		{ "https://l.example/0123456789abcdef/list.txt", "https://l.example/***/list.txt" },
		{ "https://l.example/t/123e4567-e89b-12d3-a456-426614174000",
		  "https://l.example/t/***" },
		{ "https://l.example/key=hunter2/list", "https://l.example/***/list" },
		{ "https://l.example/abcdefghijklmnopqrstuvwx.txt", "https://l.example/***" },
		{ "https://l.example/?", "https://l.example/?" },
		{ "me:hunter2@l.example", "***@l.example" },
		{ "", "" },
	};
	char out[MXW_URL_TEXT], long_url[4000];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(mxw_url_mask(rows[i].url, out), rows[i].want) != 0)
			fail_msg("%s is shown as %s, not as %s", rows[i].url, out, rows[i].want);
	memset(long_url, '/', sizeof(long_url) - 1);
	long_url[sizeof(long_url) - 1] = '\0';
	assert_int_equal(strlen(mxw_url_mask(long_url, out)), MXW_URL_TEXT - 1);
}

static void intervals_go_by_the_host_alone(void **state)
{
	static const struct {
		const char *url;
		uint32_t minutes;
	} urls[] = {
		{ "https://www.spamhaus.org/drop/drop_v4.json", 60 },
		{ "https://WWW.Spamhaus.ORG.:443/drop/drop_v4.json", 60 },
		{ "https://me:secret@spamhaus.org?list", 60 },
		{ "https://a@b@spamhaus.org", 60 },
		{ "https://spamhaus.org@lists.example.net/", 15 },
		{ "https://notspamhaus.org/", 15 },
		{ "https://spamhaus.org.example.net/", 15 },
		{ "https://lists.example.net/spamhaus.org", 15 },
		{ "https://lists.example.net/#@spamhaus.org", 15 },
		{ "https://lists.blocklist.de/lists/mail.txt", 30 },
		{ "https://raw.githubusercontent.com/firehol/x", 30 },
		{ "https://wget-mirrors.uceprotect.net/x.gz", 60 },
		{ "https://[2001:db8::1]:8443/", 15 },
		{ "", 15 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		if (mxw_vendor_interval(urls[i].url) != urls[i].minutes * 60)
			fail_msg("\"%s\" has the wrong interval", urls[i].url);
}

static bool public(const char *text)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return mxw_peer_public((const struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return mxw_peer_public((const struct sockaddr *)&in6);
}

static void F4_peers_outside_of_the_public_internet(void **state)
{
	static const char *const good[] = { "9.9.9.9",		"172.15.0.1",	  "172.32.0.0",
					    "100.63.255.255",	"100.128.0.0",	  "198.17.0.1",
					    "223.255.255.255",	"192.0.1.0",	  "2620:fe::fe",
					    "2a01::1",		"2003::1",	  "::ffff:9.9.9.9",
					    "64:ff9b::909:909", "2002:909:909::1" };
	static const char *const bad[] = {
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.1",
		"192.0.2.1",
		"192.168.1.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::7f00:1",
		"::ffff:127.0.0.1",
		"::ffff:169.254.169.254",
		"64:ff9b::a9fe:a9fe",
		"2002:7f00:1::",
		"2002:a00:1::",
		"fe80::1",
		"fc00::1",
		"fd00:ec2::254",
		"ff02::1",
		"2001::1",
		"2001:db8::1",
		"3fff::1",
		"4000::1",
	};
	struct sockaddr local = { .sa_family = AF_UNIX };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!public(good[i]))
			fail_msg("%s counts as private", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (public(bad[i]))
			fail_msg("%s counts as public", bad[i]);
	assert_false(mxw_peer_public(&local));
}

static void F4_hosts_of_urls(void **state)
{
	static const struct {
		const char *host;
		enum mxw_peer want;
	} hosts[] = {
		{ "lists.example.net", MXW_PEER_NAME },
		{ "9.9.9.9", MXW_PEER_PUBLIC },
		{ "[2620:fe::fe]", MXW_PEER_PUBLIC },
		{ "127.0.0.1", MXW_PEER_LOCAL },
		{ "localhost", MXW_PEER_LOCAL },
		{ "LocalHost.", MXW_PEER_LOCAL },
		{ "[::1]", MXW_PEER_LOCAL },
		{ "[fe80::1%eth0]", MXW_PEER_LOCAL },
		{ "[::ffff:10.0.0.1]", MXW_PEER_LOCAL },
		{ "", MXW_PEER_NAME },
		{ "[", MXW_PEER_NAME },
		{ "1111111111111111111111111111111111111111111111111111111111111.example.net",
		  MXW_PEER_NAME },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++)
		if (mxw_peer_of_host(hosts[i].host) != hosts[i].want)
			fail_msg("\"%s\" is judged wrongly", hosts[i].host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_feed_is_complete),
		cmocka_unit_test(a_feed_is_a_ready_made_one_by_its_name_or_its_url),
		cmocka_unit_test(secrets_of_urls_are_not_shown),
		cmocka_unit_test(intervals_go_by_the_host_alone),
		cmocka_unit_test(F4_peers_outside_of_the_public_internet),
		cmocka_unit_test(F4_hosts_of_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
