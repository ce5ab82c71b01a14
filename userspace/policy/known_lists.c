// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knowledge about public lists. Called when the configuration is read and by check.
 *
 * Sources: Spamhaus' terms (300 000 queries a day for free, non-commercial use; DQS names;
 * codes of ZEN and of DBL, where 127.0.1.255 says that an address was asked for;
 * 127.255.255.0/24) and DNSWL's (100 000 queries in 24 hours; Rspamd's rbl.conf for what an
 * account over its quota gets). SORBS ended on 5 June 2024; DSBL in 2008, and listed every
 * address from 20 August 2012; Webiron's domain expired in 2020.
 * Where no figure is published the figure is 0, and the operator's own cap counts.
 */
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "policy/known_lists.h"

#define ZEN_POLICY "127.0.0.[10..11]"
#define GONE (MXW_KNOWN_DEAD | MXW_KNOWN_SUFFIX)

static const struct mxw_known_list known[] = {
	{ "zen.spamhaus.org", 0, 300000, { NULL }, ZEN_POLICY, "free for non-commercial use only" },
	{ "pbl.spamhaus.org",
	  0,
	  300000,
	  { NULL },
	  ZEN_POLICY,
	  "it lists end-user space, not abuse" },
	{ "sbl.spamhaus.org", 0, 300000, { NULL }, NULL, "zen.spamhaus.org contains it" },
	{ "xbl.spamhaus.org", 0, 300000, { NULL }, NULL, "zen.spamhaus.org contains it" },
	{ "sbl-xbl.spamhaus.org", 0, 300000, { NULL }, NULL, "zen.spamhaus.org contains it" },
	{ "zen.dq.spamhaus.net", MXW_KNOWN_KEYED, 0, { NULL }, ZEN_POLICY, NULL },
	{ "pbl.dq.spamhaus.net", MXW_KNOWN_KEYED, 0, { NULL }, ZEN_POLICY, NULL },
	{ "dbl.spamhaus.org",
	  0,
	  300000,
	  { "127.0.1.255" },
	  NULL,
	  "it lists names, for rhsbl_sites; free for non-commercial use only" },
	{ "dbl.dq.spamhaus.net", MXW_KNOWN_KEYED, 0, { "127.0.1.255" }, NULL, NULL },
	{ "dq.spamhaus.net", MXW_KNOWN_KEYED | MXW_KNOWN_SUFFIX, 0, { NULL }, NULL, NULL },
	{ "mail.abusix.zone", MXW_KNOWN_KEYED | MXW_KNOWN_SUFFIX, 0, { NULL }, NULL, NULL },
	{ "list.dnswl.org", 0, 100000, { "127.0.0.255", "127.0.10.[0..255]" }, NULL, NULL },
	{ "bl.spamcop.net", 0, 0, { NULL }, NULL, NULL },
	{ "b.barracudacentral.org", MXW_KNOWN_REGISTER, 0, { NULL }, NULL, NULL },
	{ "bl.score.senderscore.com",
	  MXW_KNOWN_LOOPBACK | MXW_KNOWN_REGISTER,
	  0,
	  { NULL },
	  NULL,
	  NULL },
	{ "dnsbl-2.uceprotect.net",
	  MXW_KNOWN_NO_DROP,
	  0,
	  { NULL },
	  NULL,
	  "it lists whole allocations for what neighbours do, and never counts towards a drop" },
	{ "dnsbl-3.uceprotect.net",
	  MXW_KNOWN_NO_DROP,
	  0,
	  { NULL },
	  NULL,
	  "it lists whole networks for what neighbours do, and never counts towards a drop" },
	{ "sorbs.net", GONE, 0, { NULL }, NULL, "it ended on 5 June 2024" },
	{ "ahbl.org", GONE, 0, { NULL }, NULL, "it ended, and then listed every address" },
	{ "dsbl.org", GONE, 0, { NULL }, NULL, "it ended in 2008, and then listed every address" },
	{ "webiron.net", GONE, 0, { NULL }, NULL, "its domain expired in 2020" },
	{ "ordb.org", GONE, 0, { NULL }, NULL, "it ended in 2006, and then listed every address" },
	{ "njabl.org", GONE, 0, { NULL }, NULL, "it has ended" },
	{ "orbz.org", GONE, 0, { NULL }, NULL, "it ended in 2002" },
	{ "blitzed.org", GONE, 0, { NULL }, NULL, "it has ended" },
	{ "spamcannibal.org", GONE, 0, { NULL }, NULL, "it ended, and then listed every address" },
};

/* Whether tail is the end of zone in whole labels. Returns where, or NULL. */
static const char *below(const char *zone, const char *tail)
{
	size_t have = strlen(zone), want = strlen(tail);
	const char *at = zone + have - want;

	if (have < want || strcmp(at, tail) != 0)
		return NULL;
	return at == zone || at[-1] == '.' ? at : NULL;
}

static bool fits(const struct mxw_known_list *list, const char *zone)
{
	const char *at = below(zone, list->zone);

	if (!at || at == zone || list->flags & MXW_KNOWN_SUFFIX)
		return at != NULL;
	/* One label in front: the key. */
	return list->flags & MXW_KNOWN_KEYED && strchr(zone, '.') == at - 1;
}

const struct mxw_known_list *mxw_known_list(const char *zone)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (fits(&known[i], zone))
			return &known[i];
	return NULL;
}

const char *mxw_known_public(const char *zone)
{
	const struct mxw_known_list *list = mxw_known_list(zone);
	const char *dot = strchr(zone, '.');

	if (!list || !(list->flags & MXW_KNOWN_KEYED) || !dot || below(zone, list->zone) == zone)
		return zone;
	/* "zen.dq.spamhaus.net" is the list itself, "KEY.zen.dq.spamhaus.net" has a key. */
	return below(dot + 1, list->zone) == dot + 1 && list->flags & MXW_KNOWN_SUFFIX ? zone
										       : dot + 1;
}

/* The label before the last, or all of a name without a dot. */
static const char *vendor(const char *zone, size_t *length)
{
	const char *dot = strrchr(zone, '.'), *start = dot ? dot : zone + strlen(zone);

	*length = 0;
	while (start > zone && start[-1] != '.') {
		start--;
		++*length;
	}
	return start;
}

bool mxw_known_same_vendor(const char *zone, const char *other)
{
	size_t length, other_length;
	const char *a = vendor(zone, &length), *b = vendor(other, &other_length);

	return length == other_length && memcmp(a, b, length) == 0;
}

static bool filter_of(const char *text, struct mxw_dnsbl_filter *filter)
{
	size_t at;

	return text && !mxw_dnsbl_filter_parse(text, strlen(text), filter, &at);
}

void mxw_known_rules(const char *zone, struct mxw_list_rules *rules)
{
	const struct mxw_known_list *list = mxw_known_list(zone);

	memset(rules, 0, sizeof(*rules));
	if (!list)
		return;
	rules->loopback_listed = list->flags & MXW_KNOWN_LOOPBACK;
	rules->no_drop = list->flags & (MXW_KNOWN_NO_DROP | MXW_KNOWN_DEAD);
	for (unsigned int i = 0; i < 2; i++)
		if (filter_of(list->errors[i], &rules->errors[rules->error_count]))
			rules->error_count++;
	rules->has_policy = filter_of(list->policy, &rules->policy);
}

const char *mxw_known_default_sites(void)
{
	return "zen.spamhaus.org=127.0.0.2*4 zen.spamhaus.org=127.0.0.3*3 "
	       "zen.spamhaus.org=127.0.0.[4..7]*4 zen.spamhaus.org=127.0.0.9*8 "
	       "zen.spamhaus.org=127.0.0.[10..11]*3 bl.spamcop.net=127.0.0.2*2 "
	       "b.barracudacentral.org=127.0.0.2*2 list.dnswl.org=127.0.[0..9;11..255].1*-1 "
	       "list.dnswl.org=127.0.[0..9;11..255].2*-2 list.dnswl.org=127.0.[0..9;11..255].3*-4";
}

bool mxw_known_warning(const char *zone, const char *shown, char out[256])
{
	const struct mxw_known_list *list = mxw_known_list(zone);
	char figure[MXW_DURATION_TEXT];
	size_t at;

	if (!list)
		return false;
	if (list->flags & MXW_KNOWN_DEAD) {
		(void)mxw_text(out, 256, "%s is dead: %s. Remove it from sites.", shown,
			       list->note);
		return true;
	}
	at = mxw_text(out, 256, "%s", shown);
	if (list->flags & MXW_KNOWN_REGISTER)
		at += mxw_text(out + at, 256 - at, " answers only registered users;");
	if (list->per_day)
		at += mxw_text(out + at, 256 - at, " is free up to %s queries a day;",
			       mxw_number_format(list->per_day, figure));
	if (list->note)
		at += mxw_text(out + at, 256 - at, " %s;", list->note);
	if (out[at - 1] != ';')
		return false;
	out[at - 1] = '.';
	return true;
}
