// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an IPv6 entry does not hold for any more, once the site's NAT64 prefix is inside it. Called by
 * attach, block, allow and feed import.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "cli/nat64.h"
#include "datapath/entries.h"
#include "nat64_notes.h"
#include "state/intents.h"

struct notes {
	const struct mxw_nat64 *nat64;
	const struct mxw_report *report;
};

void nat64_note_entry(const struct mxw_nat64 *nat64, const char *what,
		      const struct mxw_prefix *prefix, const struct mxw_report *report)
{
	const struct mxw_prefix inside = { .key = nat64->high, .len = MXW_KEY_BITS };
	char entry[MXW_ADDR_TEXT], range[MXW_ADDR_TEXT], ipv4[MXW_ADDR_TEXT], ipv6[MXW_ADDR_TEXT];
	uint8_t example[16] = { [10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 7 };

	if (!nat64->high || !mxw_prefix_contains(prefix, &inside))
		return;
	(void)mxw_addr_format(example, ipv4);
	mxw_nat64_give(nat64, example);
	mxw_note(report,
		 "`%s %s` does not match sources inside the NAT64 prefix %s, which are IPv4 "
		 "sources: give their IPv4 addresses, such as %s for %s",
		 what, mxw_prefix_format(prefix, entry), mxw_nat64_format(nat64, range), ipv4,
		 mxw_addr_format(example, ipv6));
}

void nat64_note_added(const char *what, const struct mxw_prefix *prefixes, size_t count,
		      const struct mxw_report *report)
{
	struct mxw_nat64 nat64;

	nat64_of_filter(&nat64);
	for (size_t i = 0; i < count && nat64.high; i++)
		nat64_note_entry(&nat64, what, &prefixes[i], report);
}

static int note_intent(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	const struct notes *notes = context;

	(void)act;
	nat64_note_entry(notes->nat64, intent->class == MXW_CLASS_ALLOW ? "allow" : "block",
			 &intent->prefix, notes->report);
	return MXW_OK;
}

/* Its hosts inside the prefix are in the set as IPv4 addresses too. */
static void note_never(const struct mxw_nat64 *nat64, const struct mxw_report *report)
{
	struct mxw_kernel_entry *entries = NULL;
	struct mxw_maps maps;
	size_t count = 0;

	if (mxw_maps_open(&maps, NULL) == MXW_OK)
		(void)mxw_entries_read(&maps, MXW_CLASS_NEVER, &entries, &count, NULL);
	mxw_maps_close(&maps);
	for (size_t i = 0; i < count; i++)
		nat64_note_entry(nat64, "--never", &entries[i].prefix, report);
	free(entries);
}

void nat64_note_stored(const struct mxw_nat64 *nat64, const struct mxw_report *report)
{
	struct notes notes = { nat64, report };
	struct mxw_store *store;

	note_never(nat64, report);
	if (mxw_store_open(MXW_STATE_DIR, false, &store, NULL))
		return;
	(void)mxw_store_match(store, nat64->high, mxw_clock_mono(), note_intent, &notes, NULL);
	mxw_store_close(store);
}
