// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The automatic decision about a source. Called by the engine when evidence changes.
 */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "policy/sanction.h"

#define SECOND 1000000000ULL /* ns */

/* All evidence as one. */
struct sum {
	int64_t score, least, most;
	uint32_t fail_ttl, pass_ttl;
	uint64_t lists;
	bool authoritative, partial, skipped, blind;
};

static const char *const names[MXW_RUNGS] = { "none", "allow", "limit", "grey", "reject", "drop" };

const char *mxw_rung_name(enum mxw_rung rung)
{
	return rung < MXW_RUNGS ? names[rung] : "unknown";
}

struct mxw_sanction_policy mxw_sanction_default_policy(void)
{
	return (struct mxw_sanction_policy){
		.threshold = { [MXW_RUNG_ALLOW] = -2,
			       [MXW_RUNG_LIMIT] = 1,
			       [MXW_RUNG_GREY] = 1,
			       [MXW_RUNG_REJECT] = 4,
			       [MXW_RUNG_DROP] = 8 },
		.drop_min = 300,
		.drop_max = 3600,
		.life_min = 60,
		.life_max = 3600,
		.partial_max = 60,
		.lists_for_drop = 2,
	};
}

static void lower_ttl(uint32_t *ttl, uint32_t other)
{
	if (other && (!*ttl || other < *ttl))
		*ttl = other;
}

/* The sum of all evidence. Evidence beside the lists, such as names, adds to the score and to
 * nothing else: it is not a witness and shortens no decision. */
static struct sum add_up(const struct mxw_evidence *evidence, size_t count)
{
	struct sum sum = { .blind = true };

	for (size_t i = 0; i < count; i++) {
		const struct mxw_evidence *e = &evidence[i];

		sum.score += e->score;
		sum.least += e->least;
		sum.most += e->beside && e->partial ? e->most : e->score;
		if (e->beside)
			continue;
		lower_ttl(&sum.fail_ttl, e->fail_ttl);
		lower_ttl(&sum.pass_ttl, e->pass_ttl);
		sum.lists += e->lists;
		sum.authoritative |= e->authoritative;
		sum.partial |= e->partial;
		sum.skipped |= e->skipped;
		sum.blind &= e->blind;
	}
	return sum;
}

/* Why the rung may not be used although the score reaches it, or NULL. */
static const char *held_back(const struct mxw_sanction_policy *policy, enum mxw_rung rung,
			     const struct sum *sum, bool ham)
{
	if (rung < MXW_RUNG_REJECT)
		return NULL;
	if (ham)
		return "wanted mail came from there";
	if (sum->partial)
		return "not all lists have answered";
	if (rung != MXW_RUNG_DROP)
		return NULL;
	if (sum->least < policy->threshold[rung])
		return "a list that might speak for it is silent";
	if (!sum->authoritative && sum->lists < policy->lists_for_drop)
		return "too few lists agree";
	return NULL;
}

/* The severest rung that may be used; *held is why a severer one may not. */
static enum mxw_rung choose(const struct mxw_sanction_policy *policy, const struct sum *sum,
			    bool ham, struct mxw_sanction *sanction, const char **held)
{
	int32_t allow = policy->threshold[MXW_RUNG_ALLOW];

	for (enum mxw_rung rung = MXW_RUNG_DROP; rung >= MXW_RUNG_LIMIT; rung--) {
		const char *why;

		if (policy->threshold[rung] <= 0 || sum->score < policy->threshold[rung])
			continue;
		if (!sanction->by_score)
			sanction->by_score = rung;
		why = held_back(policy, rung, sum, ham);
		if (!why)
			return rung;
		if (!*held)
			*held = why;
	}
	if (sanction->by_score || allow >= 0 || sum->score > allow)
		return MXW_RUNG_NONE;
	sanction->by_score = MXW_RUNG_ALLOW;
	return MXW_RUNG_ALLOW;
}

/* The rung that the source would reach if all missing evidence beside the lists spoke against it;
 * NONE if none is missing. */
static enum mxw_rung at_most(const struct mxw_sanction_policy *policy, const struct sum *sum,
			     bool ham)
{
	struct sum worst = *sum;
	struct mxw_sanction unused = { 0 };
	const char *held = NULL;

	if (sum->most <= sum->score)
		return MXW_RUNG_NONE;
	worst.least += sum->most - sum->score;
	worst.score = sum->most;
	return choose(policy, &worst, ham, &unused, &held);
}

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

/* -10 % to +10 % in steps of a thousandth, within the bounds: what would be beyond one is as far
 * on this side of it, so that not all that is long ends at once. */
static uint32_t spread(uint32_t life, uint32_t low, uint32_t high, uint32_t random)
{
	uint64_t middle = clamp(life, low, high);
	uint64_t value = middle * (900 + random % 201) / 1000;

	if (value > high)
		value = 2ULL * high - value;
	if (value < low)
		value = 2ULL * low - value;
	return clamp((uint32_t)value, low, high);
}

static uint32_t life_of(const struct mxw_sanction_policy *policy, enum mxw_rung rung,
			const struct sum *sum, uint32_t random)
{
	uint32_t ttl = sum->score > 0 ? sum->fail_ttl : sum->pass_ttl, life;

	if (rung == MXW_RUNG_DROP)
		return spread(ttl, policy->drop_min, policy->drop_max, random);
	life = spread(ttl, policy->life_min, policy->life_max, random);
	if ((sum->partial || sum->blind) && life > policy->partial_max)
		life = policy->partial_max;
	return life;
}

__attribute__((format(printf, 3, 4))) static void add(struct mxw_sanction *sanction, size_t *at,
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*at += mxw_text_args(sanction->why + *at, sizeof(sanction->why) - *at, format, args);
	va_end(args); /* cut is fine */
}

/* Evidence may quote the network. */
static void plain(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void explain(struct mxw_sanction *sanction, const char *held,
		    const struct mxw_evidence *evidence, size_t count)
{
	size_t at = 0;

	add(sanction, &at, "score %d", sanction->score);
	if (held)
		add(sanction, &at, ", held back from %s: %s", names[sanction->by_score], held);
	for (size_t i = 0; i < count; i++)
		if (evidence[i].text && *evidence[i].text)
			add(sanction, &at, "; %s %d: %s", evidence[i].source, evidence[i].score,
			    evidence[i].text);
	plain(sanction->why);
}

static const char *overrides(const struct mxw_standing *standing)
{
	if (standing->never)
		return "in the never-block set";
	if (standing->allowed)
		return "the operator allows it";
	if (standing->blocked)
		return "the operator blocks it";
	return NULL;
}

struct mxw_sanction mxw_sanction_decide(const struct mxw_sanction_policy *policy,
					const struct mxw_standing *standing,
					const struct mxw_evidence *evidence, size_t count,
					uint64_t now, uint32_t random)
{
	struct mxw_sanction sanction = { .until = now, .refresh = now };
	struct sum sum = add_up(evidence, count);
	const char *held = overrides(standing);

	sanction.score = (int32_t)(sum.score > INT32_MAX   ? INT32_MAX
				   : sum.score < INT32_MIN ? INT32_MIN
							   : sum.score);
	if (held) {
		(void)mxw_text(sanction.why, sizeof(sanction.why), "%s", held);
		return sanction;
	}
	sanction.might = at_most(policy, &sum, standing->ham);
	if (!sum.blind)
		sanction.rung = choose(policy, &sum, standing->ham, &sanction, &held);
	sanction.doubtful = sum.least < sum.score;
	sanction.incomplete = sum.partial || sum.skipped || sum.blind ||
			      (sanction.doubtful && sanction.by_score > sanction.rung);
	sanction.life = life_of(policy, sanction.rung, &sum, random);
	sanction.until = now + sanction.life * SECOND;
	sanction.refresh = now + sanction.life * SECOND / 2;
	explain(&sanction, held, evidence, count);
	return sanction;
}

int32_t mxw_sanction_suspect(const struct mxw_sanction_policy *policy)
{
	for (enum mxw_rung rung = MXW_RUNG_LIMIT; rung < MXW_RUNGS; rung++)
		if (policy->threshold[rung] > 0)
			return policy->threshold[rung];
	return INT32_MAX;
}

bool mxw_sanction_keeps(enum mxw_rung standing, uint64_t until, const struct mxw_sanction *sanction,
			uint64_t now)
{
	return until > now && sanction->rung < standing &&
	       (sanction->incomplete || sanction->might >= standing);
}
