// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * explain: the whole answer about one address. Gathers the entries that bear on
 * it, decides in userspace, asks the loaded program, and holds the two answers
 * against each other. Printing is explain_print.c's part.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/intents.h"
#include "apply/never.h"
#include "base/clock.h"
#include "datapath/counters.h"
#include "datapath/dests.h"
#include "datapath/entries.h"
#include "datapath/hook.h"
#include "datapath/hosts.h"
#include "datapath/probe.h"
#include "datapath/switches.h"
#include "auto_reasons.h"
#include "dnsbl.h"
#include "explain.h"
#include "cli/nat64.h"
#include "cli/cli.h"

#define ROUNDS 3 /* an entry may expire between the two answers: ask again */

static struct explain_entry *add_entry(struct explanation *e)
{
	if (e->count == EXPLAIN_ENTRIES)
		return NULL;
	return &e->entries[e->count++];
}

static int add_intent(void *context, const struct mxw_intent *intent, const struct mxw_act *act)
{
	struct explanation *e = context;
	struct explain_entry *entry = add_entry(e);
	struct mxw_kernel_entry kernel;

	if (!entry)
		return MXW_OK;
	entry->opinion = (struct mxw_opinion){ .prefix = intent->prefix,
					       .expires_ns = intent->expires_ns,
					       .class = intent->class,
					       .mode = intent->mode };
	entry->act = *act;
	if (mxw_entries_get(&e->maps, (enum mxw_class)intent->class, &intent->prefix, &kernel))
		entry->hits = kernel.hits;
	return MXW_OK;
}

static int add_stored(struct explanation *e, struct mxw_err *err)
{
	struct mxw_store *store;
	int error = mxw_store_open(MXW_STATE_DIR, false, &store, err);

	if (!error)
		error = mxw_store_match(store, e->source, e->situation.now, add_intent, e, err);
	mxw_store_close(store);
	return error;
}

/* Classes that live in the kernel only: every prefix of the source is looked up. */
static void add_kernel(struct explanation *e, enum mxw_class class)
{
	for (int len = MXW_KEY_BITS; len >= 0; len--) {
		const struct mxw_prefix prefix = {
			.key = len ? e->source & (~0ULL << (MXW_KEY_BITS - len)) : 0,
			.len = (uint8_t)len
		};
		struct mxw_kernel_entry kernel;
		struct explain_entry *entry;

		if (!mxw_entries_get(&e->maps, class, &prefix, &kernel) ||
		    (kernel.expires_ns && kernel.expires_ns <= e->situation.now))
			continue;
		entry = add_entry(e);
		if (!entry)
			return;
		entry->opinion = (struct mxw_opinion){ .prefix = prefix,
						       .expires_ns = kernel.expires_ns,
						       .class = (uint8_t) class,
						       .mode = kernel.mode,
						       .exempt = kernel.exempt };
		entry->hits = kernel.hits;
	}
}

/* The source itself, where it is an IPv6 host of the never-block set. */
static void add_host(struct explanation *e)
{
	const struct mxw_prefix prefix = { .key = e->source, .len = MXW_KEY_BITS };
	struct explain_entry *entry;
	struct mxw_host host;

	if (!mxw_hosts_get(&e->maps, e->addr, &host))
		return;
	entry = add_entry(e);
	if (!entry)
		return;
	entry->opinion = (struct mxw_opinion){ .prefix = prefix,
					       .class = MXW_CLASS_NEVER,
					       .exempt = host.exempt };
	entry->hits = host.hits;
	entry->host = true;
}

/* Why the entry is there; NULL if the host does not say so any more. */
static const struct mxw_never_item *never_item(const struct explanation *e,
					       const struct mxw_never_list *never,
					       const struct explain_entry *entry)
{
	char text[MXW_ADDR_TEXT];

	return entry->host ? mxw_never_is_host(never, mxw_addr_format(e->addr, text))
			   : mxw_never_touched(never, &entry->opinion.prefix);
}

static int name_never(struct explanation *e, struct mxw_err *err)
{
	struct mxw_never_list never;
	int error = mxw_never_known(NULL, &never, err);

	for (size_t i = 0; i < e->count && !error; i++) {
		struct explain_entry *entry = &e->entries[i];
		const struct mxw_never_item *item;

		if (entry->opinion.class != MXW_CLASS_NEVER)
			continue;
		item = never_item(e, &never, entry);
		(void)snprintf(entry->act.why, sizeof(entry->act.why), "%s",
			       item ? item->why : "given with --never, or found at attach");
	}
	mxw_never_free(&never);
	return error;
}

/* The controller's words; its entries are exact keys. */
static void name_automatic(struct explanation *e)
{
	struct mxw_auto_reader *store = NULL;

	for (size_t i = 0; i < e->count; i++) {
		struct explain_entry *entry = &e->entries[i];

		if (entry->opinion.class != MXW_CLASS_AUTO)
			continue;
		if (!store)
			store = auto_reasons_open();
		(void)auto_reason(store, entry->opinion.prefix.key, entry->act.why,
				  sizeof(entry->act.why));
	}
	mxw_auto_reader_close(store);
}

/* What decides beside the entries: the mode, a confirmation that is missing, the controller's
 * last sign of life. Mode and entries are the same on all interfaces, so the first slot in use
 * stands for all. */
static int read_situation(struct explanation *e, struct mxw_err *err)
{
	struct mxw_config config;
	uint64_t beat;
	int error = mxw_switches_read(&e->maps, &config, err), slot = -1;

	if (error)
		return error;
	for (int i = 0; i < MXW_MAX_IFACES && slot < 0; i++)
		if (config.slots[i].ifindex)
			slot = i;
	if (slot < 0)
		return mxw_fail(err, MXW_E_DETACHED,
				"the filter is on no interface: run `xdpctl attach IFACE` first");
	e->slot = config.slots[slot];
	e->nat64 = config.nat64;
	e->reports = config.used & MXW_USED_NEWS;
	beat = mxw_switches_heartbeat(&e->maps);
	e->situation = (struct mxw_situation){ .now = mxw_clock_mono(),
					       .mode = config.mode,
					       .confirm_until = config.confirm_until[slot],
					       .deadman_ns = config.deadman_ns,
					       .heartbeat = beat };
	return MXW_OK;
}

static int gather(struct explanation *e, struct mxw_err *err)
{
	int error = read_situation(e, err);

	e->count = 0;
	if (error)
		return error;
	add_host(e);
	add_kernel(e, MXW_CLASS_NEVER);
	error = add_stored(e, err);
	add_kernel(e, MXW_CLASS_AUTO);
	name_automatic(e);
	if (!error)
		error = mxw_explain_feeds(e, err);
	if (!error)
		error = mxw_explain_limits(e, err);
	return error ? error : name_never(e, err);
}

static void decide(struct explanation *e)
{
	struct mxw_opinion opinions[EXPLAIN_ENTRIES];

	for (size_t i = 0; i < e->count; i++)
		opinions[i] = e->entries[i].opinion;
	e->situation.feeds = e->feed_opinions;
	e->situation.feed_count = e->feed_count;
	e->verdict = mxw_order_decide(&e->situation, e->source, opinions, e->count);
	e->decided_by = e->verdict.decided_by ? &e->entries[e->verdict.decided_by - opinions]
					      : NULL;
	e->feed = e->verdict.feed ? &e->feeds[e->verdict.feed - e->feed_opinions] : NULL;
	e->limited = e->verdict.limit_class < MXW_LIMIT_CLASSES
			     ? &e->limit_facts[e->verdict.limit_class]
			     : NULL;
	e->held = e->verdict.reason == MXW_DROP_HOLD || e->verdict.reason == MXW_WOULD_HOLD;
}

/* The class that the feed which decided should have put into the table. */
static uint8_t feed_class(const struct explanation *e)
{
	const struct mxw_feed_opinion *feed = e->verdict.feed;

	return feed ? MXW_FEED_CLASS(feed->slot, feed->allows) : 0;
}

/* A destination that the program judges: a protected one, else any. An IPv4 source reaches IPv6 ones
 * by NAT64, from another address: then *source is that one. */
static void choose_ends(struct explanation *e, uint8_t source[16], uint8_t dest[16])
{
	bool ipv4 = e->source >> 32 == 0;

	memcpy(source, e->addr, 16);
	memset(dest, 0, 16);
	if (ipv4)
		dest[10] = dest[11] = 0xff;
	e->by_nat64 = false;
	e->dest_judged = !(e->slot.flags & MXW_SLOT_DEST) || mxw_dests_any(&e->maps, ipv4, dest);
	if (e->dest_judged || !ipv4 || !mxw_dests_any(&e->maps, false, dest))
		return;
	mxw_nat64_give(&e->nat64, source);
	e->by_nat64 = e->dest_judged = true;
}

static int ask_program(struct explanation *e, struct mxw_err *err)
{
	uint8_t source[16], dest[16];
	int program, error;

	choose_ends(e, source, dest);
	program = mxw_hook_open_program(e->slot.ifindex, err);
	if (program < 0)
		return program;
	error = mxw_probe_run(program, source, dest, e->slot.ports[0], &e->program, err);
	(void)close(program);
	return error;
}

static bool agree(const struct explanation *e)
{
	if (!e->dest_judged)
		return !e->program.drop;
	return e->verdict.drop == e->program.drop && e->verdict.reason == e->program.reason &&
	       feed_class(e) == e->program.feed;
}

static int explain(struct explanation *e, struct mxw_err *err)
{
	int error = MXW_OK;

	for (int round = 0; round < ROUNDS && !error && !(round && e->agree); round++) {
		error = gather(e, err);
		if (!error)
			decide(e);
		if (!error)
			error = ask_program(e, err);
		e->agree = !error && agree(e);
	}
	return error;
}

/* The address as it was typed is asked about, unless it stands for an IPv4 one. */
static int parse_address(struct cli *cli, struct explanation *e)
{
	const char *text = cli->args.operands.items[0];
	char inside[MXW_ADDR_TEXT];
	struct mxw_prefix prefix;
	struct mxw_nat64 nat64;
	int error;

	nat64_of_filter(&nat64);
	error = mxw_prefix_parse(nat64_word(&nat64, text, inside), &prefix, NULL, &cli->err);
	if (error)
		return error;
	if (strchr(text, '/'))
		return mxw_fail(
			&cli->err, MXW_E_USAGE,
			"explain takes one address, and \"%.60s\" is a range: `xdpctl list` shows "
			"ranges",
			text);
	e->source = prefix.key;
	if (inet_pton(AF_INET6, text, e->addr) != 1 || e->source >> 32 == 0)
		mxw_addr_of_key(e->source, e->addr);
	e->text = text;
	return MXW_OK;
}

/* It need not run. */
static void ask_controller(struct explanation *e)
{
	e->controller = controller_source(e->addr, &e->controller_err);
}

/* Answers twice, from the stored entries and by the loaded program. That the two agree is what
 * makes the answer worth believing. */
int verb_explain(struct cli *cli)
{
	struct explanation *e = calloc(1, sizeof(*e));
	int error;

	if (!e)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	e->feeds = calloc(MXW_FEED_SLOTS, sizeof(*e->feeds));
	error = e->feeds ? parse_address(cli, e) : mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	if (!error)
		error = mxw_maps_open(&e->maps, &cli->err);
	if (!error)
		error = explain(e, &cli->err);
	if (!error)
		ask_controller(e);
	if (!error)
		error = mxw_explain_print(cli, e);
	json_decref(e->controller);
	if (!error && !e->agree)
		error = mxw_fail(
			&cli->err, MXW_E_DEGRADED,
			"the stored entries and the loaded program disagree: run `xdpctl "
			"verify`; if it finds no difference, this is a bug, please report it");
	mxw_maps_close(&e->maps);
	free(e->feeds);
	free(e);
	return error;
}
