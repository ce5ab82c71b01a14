// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search for a reverse name that leads back. Called with each reply.
 */
#include <string.h>

#include "base/text.h"
#include "policy/reverse.h"

enum { NOERROR = 0, NXDOMAIN = 3 };

const char *mxw_reverse_kind_name(enum mxw_reverse_kind kind)
{
	static const char *const names[MXW_REVERSE_KINDS] = { "unknown", "none", "unusable",
							      "unconfirmed", "confirmed" };

	return kind < MXW_REVERSE_KINDS ? names[kind] : "unknown";
}

/* SERVFAIL, REFUSED and silence say nothing about the name. */
static bool says_something(const struct mxw_reverse_reply *reply)
{
	return reply->answered && (reply->rcode == NOERROR || reply->rcode == NXDOMAIN);
}

static void lower_ttl(struct mxw_reverse_search *search, const struct mxw_reverse_reply *reply)
{
	if (reply->ttl >= 0 && (search->ttl < 0 || reply->ttl < search->ttl))
		search->ttl = reply->ttl;
}

/* One of the names, which ends at a newline or the end of the text. */
static void add_name(struct mxw_reverse_search *search, const char *text, size_t length)
{
	char copy[256], *place;

	if (search->count == MXW_REVERSE_NAMES) {
		search->failed = true;
		return;
	}
	if (length >= sizeof(copy))
		return;
	place = search->name[search->count];
	(void)mxw_text(copy, sizeof(copy), "%.*s", (int)length, text);
	if (!mxw_name_take(copy, place))
		return;
	for (unsigned int i = 0; i < search->count; i++)
		if (strcmp(search->name[i], place) == 0)
			return;
	search->count++;
}

/* All names are looked at and none has been confirmed. */
static void conclude(struct mxw_reverse_search *search)
{
	if (search->failed)
		search->kind = MXW_REVERSE_UNKNOWN;
	else
		search->kind = search->count ? MXW_REVERSE_UNCONFIRMED : MXW_REVERSE_UNUSABLE;
}

void mxw_reverse_begin(struct mxw_reverse_search *search, const struct mxw_reverse_reply *reply)
{
	memset(search, 0, sizeof(*search));
	search->ttl = -1;
	if (!says_something(reply))
		return;
	lower_ttl(search, reply);
	if (reply->rcode == NXDOMAIN || !reply->count) {
		search->kind = MXW_REVERSE_NONE;
		return;
	}
	search->failed = !reply->complete;
	for (const char *at = reply->names; *at; at += strspn(at, "\n")) {
		size_t length = strcspn(at, "\n");

		add_name(search, at, length);
		at += length;
	}
	if (!search->count)
		conclude(search);
}

const char *mxw_reverse_wants(const struct mxw_reverse_search *search)
{
	return search->next < search->count ? search->name[search->next] : NULL;
}

void mxw_reverse_take(struct mxw_reverse_search *search, const struct mxw_reverse_reply *reply)
{
	bool says = says_something(reply);

	if (says)
		lower_ttl(search, reply);
	if (says && reply->leads_back) {
		search->kind = MXW_REVERSE_CONFIRMED;
		search->chosen = search->next;
		search->next = search->count;
		return;
	}
	if (!says || !reply->complete)
		search->failed = true;
	if (++search->next == search->count)
		conclude(search);
}

const char *mxw_reverse_name(const struct mxw_reverse_search *search)
{
	return search->count ? search->name[search->chosen] : "";
}
