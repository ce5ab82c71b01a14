// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The score of a source. Called by the engine whenever an answer comes in.
 */
#include <string.h>

#include "base/text.h"
#include "policy/dnsbl_name.h"
#include "policy/dnsbl_score.h"

/* The state of one run over the lines. */
struct sum {
	const struct mxw_dnsbl_plan *plan;
	const struct mxw_dnsbl_view *views;
	struct mxw_dnsbl_score *score;
	int64_t bad, good; /* sums of the weights > 0 and < 0 */
	int64_t silent; /* what silent lists might add, each its lowest: <= 0 */
	bool against[MXW_DNSBL_ZONES];
	int32_t lowest[MXW_DNSBL_ZONES]; /* of a list that might still allow */
};

void mxw_dnsbl_plan_make(struct mxw_dnsbl_plan *plan, const struct mxw_dnsbl_sites *sites,
			 const struct mxw_dnsbl_sites *authoritative)
{
	memset(plan, 0, sizeof(*plan));
	plan->sites = *sites;
	plan->allow_floor = -4;
	plan->port_25_only = true;
	for (unsigned int z = 0; z < sites->zone_count; z++) {
		mxw_known_rules(sites->zone[z], &plan->rules[z]);
		for (size_t i = 0; i < authoritative->line_count; i++) {
			const struct mxw_dnsbl_line *line = &authoritative->line[i];

			if (plan->authoritative_count == MXW_DNSBL_LINES ||
			    strcmp(mxw_known_public(authoritative->zone[line->zone]),
				   mxw_known_public(sites->zone[z])) != 0)
				continue;
			plan->authoritative[plan->authoritative_count] = *line;
			plan->authoritative[plan->authoritative_count++].zone = z;
		}
	}
}

bool mxw_dnsbl_plan_accuses(const struct mxw_dnsbl_plan *plan, unsigned int zone)
{
	for (size_t i = 0; i < plan->sites.line_count; i++)
		if (plan->sites.line[i].zone == zone && plan->sites.line[i].weight > 0)
			return true;
	return false;
}

/* Of a list that is online and has answered without error; else NULL. */
static const struct mxw_dnsbl_answer *usable(const struct sum *sum, unsigned int zone)
{
	const struct mxw_dnsbl_view *view = &sum->views[zone];

	if (!view->online || view->skipped || !view->answer ||
	    view->answer->state == MXW_DNSBL_ERROR)
		return NULL;
	return view->answer;
}

/* The first record that counts for the line. */
static bool line_code(const struct sum *sum, const struct mxw_dnsbl_line *line,
		      const struct mxw_dnsbl_answer *answer, uint32_t *code)
{
	const struct mxw_list_rules *rules = &sum->plan->rules[line->zone];

	for (unsigned int i = 0; i < answer->count; i++) {
		*code = answer->codes[i];
		if (rules->has_policy && !sum->plan->port_25_only &&
		    mxw_dnsbl_filter_match(&rules->policy, *code))
			continue;
		if (mxw_dnsbl_line_match(line, *code))
			return true;
	}
	return false;
}

static void lower_ttl(uint32_t *ttl, uint32_t other)
{
	if (!*ttl || other < *ttl)
		*ttl = other;
}

static void add_match(struct sum *sum, unsigned int index, uint32_t code)
{
	const struct mxw_dnsbl_line *line = &sum->plan->sites.line[index];
	struct mxw_dnsbl_score *score = sum->score;

	score->part[score->part_count++] =
		(struct mxw_dnsbl_part){ .line = (uint16_t)index, .code = code };
	if (line->weight <= 0) {
		sum->good += line->weight;
		return;
	}
	sum->bad += line->weight;
	if (!sum->plan->rules[line->zone].no_drop)
		sum->against[line->zone] = true;
}

static void add_line(struct sum *sum, unsigned int index)
{
	const struct mxw_dnsbl_line *line = &sum->plan->sites.line[index];
	const struct mxw_dnsbl_answer *answer = usable(sum, line->zone);
	uint32_t code;
	bool match;

	if (!answer) {
		if (line->weight < 0)
			sum->lowest[line->zone] += line->weight;
		return;
	}
	match = line_code(sum, line, answer, &code);
	if (match)
		add_match(sum, index, code);
	if (match == (line->weight > 0))
		lower_ttl(&sum->score->fail_ttl, answer->ttl);
	else
		lower_ttl(&sum->score->pass_ttl, answer->ttl);
}

static void add_authority(struct sum *sum)
{
	const struct mxw_dnsbl_plan *plan = sum->plan;
	uint32_t code;

	for (size_t i = 0; i < plan->authoritative_count; i++) {
		const struct mxw_dnsbl_line *line = &plan->authoritative[i];
		const struct mxw_dnsbl_answer *answer = usable(sum, line->zone);

		if (answer && sum->against[line->zone] && line_code(sum, line, answer, &code))
			sum->score->authoritative = true;
	}
}

/* Lists of one vendor are one witness. */
static bool counted_before(const struct sum *sum, unsigned int zone)
{
	for (unsigned int z = 0; z < zone; z++)
		if (sum->against[z] &&
		    mxw_known_same_vendor(sum->plan->sites.zone[z], sum->plan->sites.zone[zone]))
			return true;
	return false;
}

static void add_zones(struct sum *sum)
{
	struct mxw_dnsbl_score *score = sum->score;

	score->blind = true;
	for (unsigned int z = 0; z < sum->plan->sites.zone_count; z++) {
		if (usable(sum, z))
			score->blind = false;
		else if (sum->views[z].skipped)
			score->skipped |= mxw_dnsbl_plan_accuses(sum->plan, z);
		else if (sum->views[z].online)
			score->partial = true;
		if (sum->against[z] && !counted_before(sum, z))
			score->against++;
		sum->silent += sum->lowest[z];
	}
}

static int32_t total(const struct sum *sum, int64_t good)
{
	int64_t floor = sum->plan->allow_floor;

	return (int32_t)(sum->bad + (good < floor ? floor : good));
}

void mxw_dnsbl_score(const struct mxw_dnsbl_plan *plan, const struct mxw_dnsbl_view *views,
		     struct mxw_dnsbl_score *score)
{
	struct sum sum = { .plan = plan, .views = views, .score = score };

	memset(score, 0, sizeof(*score));
	for (unsigned int i = 0; i < plan->sites.line_count; i++)
		add_line(&sum, i);
	add_zones(&sum);
	add_authority(&sum);
	score->score = total(&sum, sum.good);
	score->least = total(&sum, sum.good + sum.silent);
}

const char *mxw_dnsbl_score_text(const struct mxw_dnsbl_plan *plan,
				 const struct mxw_dnsbl_score *score, char *out, size_t size)
{
	size_t at = mxw_text(out, size, "%s", score->part_count ? "" : "no list");

	for (unsigned int i = 0; i < score->part_count; i++) {
		const struct mxw_dnsbl_line *line = &plan->sites.line[score->part[i].line];
		uint32_t code = score->part[i].code;
		char zone[MXW_DNSBL_ZONE_TEXT], part[MXW_DNSBL_ZONE_TEXT + 40];
		size_t length = mxw_text(part, sizeof(part), "%s%s=%u.%u.%u.%u*%d", i ? ", " : "",
					 mxw_dnsbl_mask(plan->sites.zone[line->zone], zone),
					 code >> 24, code >> 16 & 0xff, code >> 8 & 0xff,
					 code & 0xff, line->weight);

		if (at + length + sizeof(", ...") > size) {
			(void)mxw_text(out + at, size - at, "%s...", i ? ", " : "");
			break;
		}
		memcpy(out + at, part, length + 1);
		at += length;
	}
	return out;
}

struct mxw_evidence mxw_dnsbl_evidence(const struct mxw_dnsbl_score *score, const char *text)
{
	return (struct mxw_evidence){
		.source = "dnsbl",
		.text = text,
		.score = score->score,
		.least = score->least,
		.fail_ttl = score->fail_ttl,
		.pass_ttl = score->pass_ttl,
		.lists = score->against,
		.authoritative = score->authoritative,
		.partial = score->partial,
		.skipped = score->skipped,
		.blind = score->blind,
	};
}
