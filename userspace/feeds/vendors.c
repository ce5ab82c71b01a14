// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of publishers. docs/feeds.md says what of it could be checked, and where. Called by
 * apply and the feed verbs.
 */
#include <string.h>
#include <strings.h>

#include "feeds/vendors.h"

#define MINUTE 60U
#define HOUR (60 * MINUTE)
#define UNKNOWN (15 * MINUTE)

static const struct mxw_vendor_feed feeds[] = {
	{
		.name = "spamhaus-drop",
		.url = "https://www.spamhaus.org/drop/drop_v4.json",
		.format = MXW_FORMAT_DROP,
		.mode = "enforce",
		.credit = "The Spamhaus Project, Don't Route Or Peer list (DROP), (c) The Spamhaus "
			  "Project SLU",
		.terms = "Free for all; name The Spamhaus Project, keep date and copyright; fetch "
			 "at "
			 "most once an hour, once a day is enough.",
	},
	{
		.name = "spamhaus-dropv6",
		.url = "https://www.spamhaus.org/drop/drop_v6.json",
		.format = MXW_FORMAT_DROP,
		.mode = "enforce",
		.credit =
			"The Spamhaus Project, Don't Route Or Peer list for IPv6 (DROPv6), (c) The "
			"Spamhaus Project SLU",
		.terms = "Free for all; name The Spamhaus Project, keep date and copyright; fetch "
			 "at "
			 "most once an hour, once a day is enough.",
	},
	{
		.name = "blocklist-de-mail",
		.url = "https://lists.blocklist.de/lists/mail.txt",
		.format = MXW_FORMAT_PLAIN,
		.mode = "limit",
		.credit = "www.blocklist.de",
		.terms = "Free; attackers of mail servers in the last 48 hours, made again every "
			 "half hour.",
	},
	{
		.name = "firehol-level1",
		.url = "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/"
		       "firehol_level1.netset",
		.format = MXW_FORMAT_PLAIN,
		.mode = "shadow",
		.strip_reserved = true,
		.credit = "FireHOL IP Lists, iplists.firehol.org, and those whose lists it gathers",
		.terms =
			"A gathering of lists, each with the licence of its maker: see the head of "
			"the file.",
	},
	{
		.name = "uceprotect-1",
		.by_hand = "bring it as a file by `rsync --times rsync-mirrors.uceprotect.net::"
			   "RBLDNSD-ALL/dnsbl-1.uceprotect.net FILE`, and then use `xdpctl feed "
			   "add uceprotect-1 FILE`",
		.format = MXW_FORMAT_RBLDNSD,
		.mode = "limit",
		.limit_only = true,
		.credit = "UCEPROTECT-Network, www.uceprotect.net",
		.terms = "Free by rsync and http, without TLS, which is why it is not fetched from "
			 "here.",
	},
};

/* A host counts with all below it. */
static const struct {
	const char *host;
	uint32_t seconds;
} hosts[] = {
	{ "spamhaus.org", HOUR },	 { "uceprotect.net", HOUR },
	{ "blocklist.de", 30 * MINUTE }, { "githubusercontent.com", 30 * MINUTE },
	{ "github.com", 30 * MINUTE },	 { "firehol.org", 30 * MINUTE },
	{ "dnswl.org", HOUR },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct mxw_vendor_feed *mxw_vendor_feed_at(size_t index)
{
	return index < COUNT(feeds) ? &feeds[index] : NULL;
}

const struct mxw_vendor_feed *mxw_vendor_feed(const char *name)
{
	for (size_t i = 0; i < COUNT(feeds); i++)
		if (strcmp(feeds[i].name, name) == 0)
			return &feeds[i];
	return NULL;
}

const struct mxw_vendor_feed *mxw_vendor_of(const char *name, const char *url)
{
	const struct mxw_vendor_feed *vendor = mxw_vendor_feed(name);

	for (size_t i = 0; i < COUNT(feeds) && !vendor && url; i++)
		if (feeds[i].url && strcmp(feeds[i].url, url) == 0)
			vendor = &feeds[i];
	return vendor;
}

/* The host within a URL, neither name and password nor port. Returns its length. */
static size_t host_of(const char *url, const char **host)
{
	const char *at = strstr(url, "://"), *name;
	size_t all, length;

	at = at ? at + 3 : url;
	all = strcspn(at, "/\\?#");
	name = memrchr(at, '@', all);
	if (name) {
		all -= (size_t)(name + 1 - at);
		at = name + 1;
	}
	length = strcspn(at, ":");
	length = length < all ? length : all;
	while (length > 0 && at[length - 1] == '.')
		length--;
	*host = at;
	return length;
}

static bool is_at(const char *host, size_t length, const char *known)
{
	size_t size = strlen(known);

	if (length < size || strncasecmp(host + length - size, known, size) != 0)
		return false;
	return length == size || host[length - size - 1] == '.';
}

uint32_t mxw_vendor_interval(const char *url)
{
	const char *host;
	size_t length = host_of(url, &host);

	for (size_t i = 0; i < COUNT(hosts); i++)
		if (is_at(host, length, hosts[i].host))
			return hosts[i].seconds;
	return UNKNOWN;
}
