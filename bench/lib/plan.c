// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is compared with what: tables only. Called by pktcost.
 *
 * xdp-filter is measured at its default policy, allow, with source addresses to
 * deny. Its object for addresses (xdpfilt_alw_ip) is nearest to our work: one
 * question about the source, asked of a hash. It looks at no port; the only
 * object that knows addresses and TCP ports knows everything (xdpfilt_alw_all),
 * and that is what `xdp-filter load -f ipv4,tcp` loads.
 */
#include "bench/lib/results.h"

#define XDPFILTER_MOST 10000U
#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct bench_contender mxwall = {
	.name = "mxwall",
	.text = "our program, nothing set but the entries",
};
static const struct bench_contender never = {
	.name = "mxwall+never",
	.text = "as attached to a usual host: 8 exact addresses in the never-block set",
	.never_exact = true,
};
static const struct bench_contender feed = {
	.name = "mxwall feed",
	.text = "the entries in the feeds' table, enforced",
	.feed = true,
	.never_exact = true,
};
static const struct bench_contender automatic = {
	.name = "mxwall automatic",
	.text = "the entries are the controller's, beside those of a usual host",
	.automatic = true,
	.never_exact = true,
};
static const struct bench_contender xdpfilter_ip = {
	.name = "xdp-filter ip",
	.text = "xdpfilt_alw_ip.o: looks up destination and source, no ports, any packet",
	.program = "xdpfilt_alw_ip",
	.counts = BENCH_COUNTS_XDPFILTER,
	.most = XDPFILTER_MOST,
};
static const struct bench_contender xdpfilter_all = {
	.name = "xdp-filter all",
	.text = "xdpfilt_alw_all.o: the same and Ethernet addresses and ports",
	.program = "xdpfilt_alw_all",
	.counts = BENCH_COUNTS_XDPFILTER,
	.most = XDPFILTER_MOST,
};

static const struct bench_contender parse = {
	.name = "stage: parse",
	.text = "parsing alone",
	.program = "stage_parse",
	.counts = BENCH_COUNTS_STAGE,
	.drops_nothing = true,
};
static const struct bench_contender decide = {
	.name = "stage: decide",
	.text = "parsing and the order of decision, nothing accounted",
	.program = "stage_decide",
	.counts = BENCH_COUNTS_STAGE,
};
static const struct bench_contender no_probe = {
	.name = "without probe check",
	.text = "the whole program without mxw_probe_of()",
	.program = "stage_no_probe",
};
static const struct bench_contender no_hit = {
	.name = "without entry hits",
	.text = "no probe check, and no hit counter of entries",
	.program = "stage_no_hit",
};
static const struct bench_contender plain_hit = {
	.name = "plain entry hits",
	.text = "no probe check, and the hit counted without an atomic add",
	.program = "stage_plain_hit",
};
static const struct bench_contender never_net = {
	.name = "never, exact and net",
	.text = "8 exact addresses and 8 prefixes of /24 in the never-block set",
	.never_exact = true,
	.never_net = true,
};
static const struct bench_contender events = {
	.name = "10 events a window",
	.text = "event_budget 10 per 256 jiffies and CPU, instead of none",
	.event_budget = 10,
};
static const struct bench_contender preallocated = {
	.name = "preallocated",
	.text = "mxw_block without BPF_F_NO_PREALLOC",
	.preallocated = true,
};
static const struct bench_contender fitted = {
	.name = "capacity 16 384",
	.text = "mxw_block made for 16 384 entries instead of 1 048 576",
	.capacity = 16384,
};

static const struct bench_contender limited = {
	.name = "mxwall+limits",
	.text = "what source and net owe looked at for each packet, none over its rate",
	.limits = true,
};
static const struct bench_contender limited_conns = {
	.name = "limits+conns",
	.text = "the same, and how many connections the net has open: none",
	.limits = true,
	.conns = true,
};
static const struct bench_contender limited_lru = {
	.name = "limits in LRU_HASH",
	.text = "the same program with the same GCRA in a hash that forgets the least recently "
		"used",
	.program = "stage_lru",
};
static const struct bench_contender touched = {
	.name = "a line touched",
	.text = "without limits, but with one load from a table of theirs, where the source's "
		"account would be: what the cache does to any table of that size",
	.program = "stage_touch",
	.limits = true,
};

static const struct bench_contender *const seen[] = { &mxwall, &touched, &limited, NULL };
static const struct bench_contender *const limiters[] = { &mxwall, &limited, &limited_conns,
							  &limited_lru, NULL };
static const struct bench_contender *const compared[] = { &mxwall, &never, &xdpfilter_ip,
							  &xdpfilter_all, NULL };
static const struct bench_contender *const parts[] = { &mxwall, &parse,	       &decide, &no_probe,
						       &no_hit, &plain_hit,    &never,	&never_net,
						       &events, &preallocated, NULL };
static const struct bench_contender *const allocation[] = { &mxwall, &preallocated, NULL };
static const struct bench_contender *const feeds[] = { &feed, &never, NULL };
static const struct bench_contender *const feed_alone[] = { &feed, NULL };
static const struct bench_contender *const controlled[] = { &never, &automatic, NULL };
static const struct bench_contender *const sizes[] = { &mxwall, &fitted, NULL };
static const struct bench_contender *const passers[] = { &mxwall, NULL };

static const struct bench_section comparison = { .name = "comparison",
						 .title = "Beside xdp-filter" };
static const struct bench_section feeding = { .name = "feeds",
					      .title = "Feeds, all sources different" };
static const struct bench_section refeeding = { .name = "feeds_repeat",
						.title = "Feeds, 10 000 sources that repeat",
						.sources = 10000 };
static const struct bench_section limiting = { .name = "limits",
					       .title = "Limits, all sources different" };
static const struct bench_section relimiting = { .name = "limits_repeat",
						 .title = "Limits, 10 000 sources that repeat",
						 .sources = 10000 };
static const struct bench_section few_seen = { .name = "limits_few",
					       .title = "Limits that have seen 10 000 sources",
					       .study = true,
					       .sources = 10000 };
static const struct bench_section many_seen = { .name = "limits_many",
						.title = "Limits that have seen 10 million sources",
						.study = true,
						.sources = 10 * BENCH_PROBES };
static const struct bench_section program = { .name = "parts",
					      .title = "Parts of the program",
					      .study = true };
static const struct bench_section allocate = { .name = "allocation",
					       .title = "Allocation of a million entries",
					       .study = true };
static const struct bench_section capacity = { .name = "capacity",
					       .title = "Capacity of the map",
					       .study = true };
static const struct bench_section controlling = { .name = "automatic",
						  .title = "Entries of the controller",
						  .study = true };
static const struct bench_section ignored = { .name = "ignored",
					      .title = "Packets that are not judged "
						       "(ACK to port 25)",
					      .study = true };

static const struct bench_case cases[] = {
	{ &comparison, 0, BENCH_SYN, { 0 }, 1, compared },
	{ &comparison, 1000, BENCH_SYN, { 0, 50, 100 }, 3, compared },
	{ &comparison, 10000, BENCH_SYN, { 0, 50, 100 }, 3, compared },
	{ &comparison, 100000, BENCH_SYN, { 0, 50, 100 }, 3, compared },
	{ &feeding, 0, BENCH_SYN, { 0 }, 1, feed_alone },
	{ &feeding, 1000000, BENCH_SYN, { 0, 50, 100 }, 3, feeds },
	{ &feeding, 10000000, BENCH_SYN, { 0, 50, 100 }, 3, feed_alone },
	{ &refeeding, 1000000, BENCH_SYN, { 0, 50, 100 }, 3, feeds },
	{ &refeeding, 10000000, BENCH_SYN, { 0, 50, 100 }, 3, feed_alone },
	{ &limiting, 0, BENCH_SYN, { 0 }, 1, limiters },
	{ &relimiting, 0, BENCH_SYN, { 0 }, 1, limiters },
	{ &few_seen, 0, BENCH_SYN, { 0 }, 1, seen },
	{ &many_seen, 0, BENCH_SYN, { 0 }, 1, seen },
	{ &program, 100000, BENCH_SYN, { 0, 100 }, 2, parts },
	{ &allocate, 1000000, BENCH_SYN, { 0, 100 }, 2, allocation },
	{ &capacity, 1000, BENCH_SYN, { 0, 50, 100 }, 3, sizes },
	{ &capacity, 10000, BENCH_SYN, { 0, 50, 100 }, 3, sizes },
	{ &controlling, 10000, BENCH_SYN, { 0, 100 }, 2, controlled },
	{ &controlling, 100000, BENCH_SYN, { 0, 100 }, 2, controlled },
	{ &ignored, 1000, BENCH_ACK, { 100 }, 1, passers },
};

const struct bench_case *bench_plan(int *count)
{
	*count = COUNT(cases);
	return cases;
}
