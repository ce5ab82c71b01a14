// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sources that the SYNs bear.
 */
#include <string.h>

#include "bench/synflood/settings.h"

#define BENCHMARK_NETS "198.18.0.0/15,2001:2::/48" /* RFC 2544, RFC 5180 */

/* 1.0.0.0 to 223.255.255.255 without 127.0.0.0/8, and what is routed of IPv6. */
#define ALL_NETS                                                                    \
	"1.0.0.0/8,2.0.0.0/7,4.0.0.0/6,8.0.0.0/5,16.0.0.0/4,32.0.0.0/3,64.0.0.0/3," \
	"96.0.0.0/4,112.0.0.0/5,120.0.0.0/6,124.0.0.0/7,126.0.0.0/8,128.0.0.0/2,"   \
	"192.0.0.0/4,208.0.0.0/4,2000::/3"

/* What the populations are made of. */
struct input {
	struct sf_ranges ranges[SF_CLASSES]; /* others, listed */
};

static int read_others(const struct sf_options *o, struct sf_ranges *ranges, struct mxw_err *err)
{
	const char *nets = o->source_net;
	int error = MXW_OK;

	if (nets && strcmp(nets, "all") == 0)
		nets = ALL_NETS;
	if (!nets && !o->source_file)
		nets = BENCHMARK_NETS;
	if (nets)
		error = sf_ranges_add(ranges, nets, err);
	if (!error && o->source_file)
		error = sf_ranges_read(ranges, o->source_file, err);
	return error;
}

static int read_listed(struct sf_settings *s, struct sf_ranges *ranges, struct mxw_err *err)
{
	int error;

	if (!s->options.listed && s->options.listed_share > 0)
		return mxw_fail(err, MXW_E_USAGE,
				"--listed-share needs the list itself: give it with --listed FILE");
	if (!s->options.listed)
		return MXW_OK;
	error = sf_ranges_read(ranges, s->options.listed, err);
	if (!error)
		error = sf_listed_make(&s->plan.listed, ranges, err);
	return error;
}

static uint64_t fixed_point(double share)
{
	return (uint64_t)(share * (double)SF_SHARE_ALL);
}

static int no_sources(unsigned int class, enum sf_family family, struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_USAGE,
			"there is no %s source among the %s: give some with %s, or leave the "
			"targets of that family out",
			family == SF_IPV6 ? "IPv6" : "IPv4", class ? "listed ones" : "sources",
			class ? "--listed" : "--source-net or --source-file");
}

/* How much of a class is IPv6, of the families that have targets and, unless a
 * share is demanded, sources. */
static int divide_families(struct sf_settings *s, unsigned int class, struct mxw_err *err)
{
	const struct sf_plan *plan = &s->plan;
	double share = s->options.ipv6_share;
	bool has[SF_FAMILIES];

	for (enum sf_family family = 0; family < SF_FAMILIES; family++)
		has[family] = plan->dest_count[family] && plan->sources[class][family].size;
	if (share < 0)
		share = !has[SF_IPV6] && plan->dest_count[SF_IPV4] ? 0 : has[SF_IPV4] ? 0.5 : 1;
	if (share > 0 && !plan->dest_count[SF_IPV6])
		return mxw_fail(err, MXW_E_USAGE, "--ipv6-share needs an IPv6 address in --dest");
	if (share < 1 && !plan->dest_count[SF_IPV4])
		return mxw_fail(err, MXW_E_USAGE,
				"--ipv6-share below 1 needs an IPv4 address in --dest");
	for (enum sf_family family = 0; family < SF_FAMILIES; family++)
		if (!has[family] && (family == SF_IPV6 ? share > 0 : share < 1))
			return no_sources(class, (enum sf_family)family, err);
	s->plan.ipv6_share[class] = fixed_point(share);
	return MXW_OK;
}

static int make_populations(struct sf_settings *s, const struct input *input, struct mxw_err *err)
{
	struct sf_population_how how = { .shape = s->options.shape,
					 .most = s->options.population,
					 .exponent = s->options.zipf };
	int error = MXW_OK;

	for (unsigned int class = 0; class < SF_CLASSES && !error; class ++) {
		how.seed = s->options.seed + class * 2;
		if (class == 1 && how.shape == SF_CLUSTERED)
			how.shape = SF_UNIFORM; /* a list is clustered as it is */
		for (enum sf_family family = 0; family < SF_FAMILIES && !error; family++)
			error = sf_population_make(&s->plan.sources[class][family],
						   &input->ranges[class], (enum sf_family)family,
						   &how, err);
	}
	return error;
}

/* Warns of the first range that may belong to somebody: the target's answers would go there. */
static void note_strangers(struct sf_settings *s, const struct input *input)
{
	char text[SF_ADDRESS_TEXT];

	if (s->options.deaf)
		return;
	for (unsigned int class = 0; class < SF_CLASSES; class ++) {
		for (size_t i = 0; i < input->ranges[class].count; i++) {
			const struct sf_range *range = &input->ranges[class].items[i];

			if (sf_safety_is_private(range) || !s->plan.dest_count[range->first.family])
				continue;
			(void)snprintf(
				s->note, sizeof(s->note),
				"%s/%u and perhaps more sources belong to somebody: make sure "
				"that the target routes them back here, or its answers go to "
				"their owners",
				sf_address_format(&range->first, text), range->length);
			return;
		}
	}
}

int sf_sources_make(struct sf_settings *settings, struct mxw_err *err)
{
	struct input input = { 0 };
	double listed = settings->options.listed_share;
	int error;

	settings->plan.seed = sf_mix64(settings->options.seed);
	settings->plan.listed_share = fixed_point(listed);
	error = read_others(&settings->options, &input.ranges[0], err);
	if (!error)
		error = read_listed(settings, &input.ranges[1], err);
	if (!error)
		error = make_populations(settings, &input, err);
	if (!error && listed < 1)
		error = divide_families(settings, 0, err);
	if (!error && listed > 0)
		error = divide_families(settings, 1, err);
	if (!error)
		note_strangers(settings, &input);
	for (int class = 0; class < SF_CLASSES; class ++)
		sf_ranges_free(&input.ranges[class]);
	return error;
}
