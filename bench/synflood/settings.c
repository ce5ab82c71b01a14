// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks what the options say together. Called before EAL starts.
 */
#include <string.h>
#include <sys/random.h>

#include "bench/synflood/settings.h"

#define REMEMBERED_UNLIMITED ((uint64_t)1 << 28)
#define ROOM_FOR_ANSWERS 10 /* seconds that a flow is remembered beyond its last try */

/* One address of each family at most, from a list. */
static int parse_pair(const char *option, const char *text, struct sf_address pair[SF_FAMILIES],
		      bool has[SF_FAMILIES], struct mxw_err *err)
{
	struct sf_ranges list = { 0 };
	int error = text ? sf_ranges_add(&list, text, err) : MXW_OK;

	for (size_t i = 0; i < list.count && !error; i++) {
		const struct sf_range *item = &list.items[i];
		enum sf_family family = item->first.family;

		if (has[family] || item->length != (family == SF_IPV4 ? 32 : 128))
			error = mxw_fail(
				err, MXW_E_USAGE,
				"--%s \"%.80s\" is not one IPv4 address, one IPv6 address, or "
				"one of each with a comma between",
				option, text);
		has[family] = true;
		pair[family] = item->first;
	}
	sf_ranges_free(&list);
	return error;
}

static int add_dest(struct sf_settings *s, const struct sf_range *item,
		    const struct sf_ranges *test_nets, struct mxw_err *err)
{
	enum sf_family family = item->first.family;
	unsigned int *count = &s->plan.dest_count[family];
	const struct sf_address *gateway = s->has_gateway[family] ? &s->gateway[family] : NULL;

	if (item->length != (family == SF_IPV4 ? 32 : 128))
		return mxw_fail(err, MXW_E_USAGE, "--dest takes single addresses, not prefixes");
	if (*count == SF_DESTS)
		return mxw_fail(err, MXW_E_USAGE, "--dest takes at most %d addresses of a family",
				SF_DESTS);
	s->plan.dests[family][(*count)++].address = item->first;
	return sf_safety_check(&item->first, gateway, test_nets, s->options.mine, err);
}

/* Every target is checked before a packet is sent: this program must not be able to flood
 * strangers. */
static int make_dests(struct sf_settings *s, struct mxw_err *err)
{
	struct sf_ranges dests = { 0 }, nets = { 0 };
	int error = MXW_OK;

	if (!s->options.dest)
		return mxw_fail(
			err, MXW_E_USAGE,
			"there is no target: give --dest ADDR behind \"--\", see synflood --help");
	if (s->options.test_net)
		error = sf_ranges_add(&nets, s->options.test_net, err);
	for (size_t i = 0; i < nets.count && !error; i++)
		error = sf_safety_check_net(&nets.items[i], err);
	if (!error)
		error = sf_ranges_add(&dests, s->options.dest, err);
	for (size_t i = 0; i < dests.count && !error; i++)
		error = add_dest(s, &dests.items[i], &nets, err);
	sf_ranges_free(&dests);
	sf_ranges_free(&nets);
	return error;
}

/* Without an Ethernet address for the target, one is needed to ask from. */
static int check_asking(const struct sf_settings *s, struct mxw_err *err)
{
	if (s->has_dest_mac)
		return MXW_OK;
	if (s->options.deaf)
		return mxw_fail(
			err, MXW_E_USAGE,
			"--no-answers cannot ask for the target's Ethernet address: give it "
			"with --dest-mac");
	for (int family = 0; family < SF_FAMILIES; family++)
		if (s->plan.dest_count[family] && !s->station.has_own[family])
			return mxw_fail(
				err, MXW_E_USAGE,
				"there is no %s address to ask for the target's Ethernet "
				"address from: give an unused one of that network with --own, "
				"or the Ethernet address itself with --dest-mac",
				family == SF_IPV4 ? "IPv4" : "IPv6");
	return MXW_OK;
}

static int make_station(struct sf_settings *s, struct mxw_err *err)
{
	const struct sf_options *o = &s->options;
	int error = parse_pair("gateway", o->gateway, s->gateway, s->has_gateway, err);

	if (!error)
		error = parse_pair("own", o->own, s->station.own, s->station.has_own, err);
	if (!error && o->answer_for)
		error = sf_ranges_add(&s->station.answer_for, o->answer_for, err);
	if (!error && o->source_mac) {
		error = sf_mac_parse(o->source_mac, s->station.mac, err);
		s->has_source_mac = true;
	}
	if (!error && o->dest_mac) {
		error = sf_mac_parse(o->dest_mac, s->dest_mac, err);
		s->has_dest_mac = true;
	}
	return error;
}

/* A run without a limit has to be asked for. Options that need a limit are refused without one. */
static int check_rate(const struct sf_options *o, struct mxw_err *err)
{
	if (!o->rate && !o->unlimited)
		return mxw_fail(
			err, MXW_E_USAGE,
			"there is no limit: give --rate PPS, or --unlimited to send as fast as "
			"the device takes it");
	if (o->rate && o->unlimited)
		return mxw_fail(err, MXW_E_USAGE, "--rate and --unlimited exclude each other");
	if (o->rate && o->rate < o->cores)
		return mxw_fail(err, MXW_E_USAGE,
				"--rate %llu is less than one packet for each of "
				"--cores %llu",
				(unsigned long long)o->rate, (unsigned long long)o->cores);
	if (o->retransmit && !o->rate)
		return mxw_fail(
			err, MXW_E_USAGE,
			"--retransmit needs --rate: without a limit SYNs are not remembered long "
			"enough to be sent again");
	if (o->retransmit && o->deaf)
		return mxw_fail(err, MXW_E_USAGE,
				"--retransmit needs answers to know what is unanswered: leave "
				"--no-answers out");
	return MXW_OK;
}

/* Enough that an answer to a flow finds it; all of a short run. */
static int size_memory(struct sf_settings *s, struct mxw_err *err)
{
	const struct sf_options *o = &s->options;
	uint64_t latest = s->tries ? s->delays[s->tries - 1] / 1000 : 0;
	uint64_t flows = REMEMBERED_UNLIMITED;

	if (o->rate)
		flows = o->rate * (latest + ROOM_FOR_ANSWERS + o->wait / 1000);
	if (o->count && o->count < flows)
		flows = o->count;
	s->remembered = flows / o->cores + 2 * SF_LEDGER_LEAST;
	if (s->remembered > SF_LEDGER_MOST && !s->tries)
		s->remembered = SF_LEDGER_MOST; /* later answers are counted as late */
	if (s->remembered > SF_LEDGER_MOST)
		return mxw_fail(
			err, MXW_E_USAGE,
			"--rate %llu is too much to remember every SYN for %llu s: lower it, or "
			"use more --cores",
			(unsigned long long)o->rate, (unsigned long long)latest);
	return MXW_OK;
}

int sf_settings_make(struct sf_settings *settings, const struct sf_options *options,
		     struct mxw_err *err)
{
	int error;

	*settings = (struct sf_settings){ .options = *options, .seconds = options->seconds };
	if (!options->seconds && !options->count)
		settings->seconds = 10;
	if (getrandom(&settings->plan.run, sizeof(settings->plan.run), 0) < 0)
		return mxw_fail(err, MXW_E_FAIL, "the kernel gives no random numbers: %m");
	error = make_station(settings, err);
	if (!error)
		error = make_dests(settings, err);
	if (!error)
		error = check_asking(settings, err);
	if (!error)
		error = check_rate(options, err);
	if (!error)
		error = sf_ports_parse(&settings->plan, options->ports, err);
	if (!error && options->retransmit)
		error = sf_tries_parse(settings, options->retransmit, err);
	if (!error)
		error = size_memory(settings, err);
	if (!error)
		error = sf_sources_make(settings, err);
	return error;
}

void sf_settings_free(struct sf_settings *settings)
{
	sf_plan_free(&settings->plan);
	sf_ranges_free(&settings->station.answer_for);
}
