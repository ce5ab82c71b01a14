// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control sample of a list. Called by list_health and, for the questions, by the engine.
 */
#include <string.h>

#include "base/text.h"
#include "policy/dnsbl_name.h"
#include "policy/list_control.h"

#define BIT(range) (1U << (range))
#define IPV4_RANGES (MXW_CONTROL_RANGES - 1)
#define NAME_RANGES 3
#define RANGES_MOST 2 /* a list may come to list one range on purpose, but not two together */
#define ODD_COUNT 4 /* at random, all of them listed, are odd: ... */
#define ODD_LAST ((1U << ODD_COUNT) - 1) /* ... for a list with half of the world each 16th time */
#define EXAM_RANDOM 16 /* at random in an examination. All listed contradicts, by chance once ... */
#define EXAM_LEAST \
	12 /* ... in 65 000 for a list with half of the world, in 4000 if some are lost */
#define USUAL_MOST 0.5 /* of a list with more of the world, nothing is said */
#define LEARNT 12 /* answers until the usual share is known */
#define MEMORY 64 /* answers over which it is the mean */

static uint8_t ranges(const struct mxw_list_control *control, bool ipv6)
{
	if (control->names)
		return NAME_RANGES;
	return ipv6 ? MXW_CONTROL_RANGES : IPV4_RANGES;
}

/* Makes questions due. */
static void want(struct mxw_list_control *control, unsigned int nobody, unsigned int random,
		 bool ipv6)
{
	control->ranges = ranges(control, ipv6);
	control->to_ask[MXW_CONTROL_NOBODY] = (uint8_t)nobody;
	control->to_ask[MXW_CONTROL_RANDOM] = (uint8_t)random;
	control->to_ask[MXW_CONTROL_RANDOM6] = (uint8_t)(ipv6 && !control->names ? random : 0);
}

void mxw_list_control_round(struct mxw_list_control *control, unsigned int count, bool ipv6)
{
	unsigned int nobody = count / 3 ? count / 3 : 1;

	if (!control->examined)
		want(control, nobody, count - nobody, ipv6);
}

void mxw_list_control_examine(struct mxw_list_control *control, bool ipv6)
{
	control->examined = true;
	control->answered = control->listed = 0;
	control->out = 0;
	for (unsigned int i = 0; i < 2; i++)
		control->random[i].answered = control->random[i].listed = 0;
	want(control, ranges(control, ipv6), EXAM_RANDOM, ipv6);
}

void mxw_list_control_wait(struct mxw_list_control *control)
{
	if (control->examined)
		control->out++;
}

void mxw_list_control_came(struct mxw_list_control *control)
{
	if (control->out)
		control->out--;
}

bool mxw_list_control_next(const struct mxw_list_control *control,
			   struct mxw_control_question *question)
{
	for (unsigned int group = 0; group < MXW_CONTROL_GROUPS; group++) {
		if (!control->to_ask[group])
			continue;
		*question = (struct mxw_control_question){ .group = (uint8_t)group };
		if (group == MXW_CONTROL_NOBODY)
			question->range = (uint8_t)(control->range % control->ranges);
		return true;
	}
	return false;
}

void mxw_list_control_asked(struct mxw_list_control *control,
			    const struct mxw_control_question *question)
{
	control->to_ask[question->group]--;
	mxw_list_control_wait(control);
	if (question->group == MXW_CONTROL_NOBODY)
		control->range = (uint8_t)(question->range + 1);
}

static enum mxw_control_says answer_of_range(struct mxw_list_control *control, unsigned int range,
					     bool listed)
{
	control->answered |= (uint8_t)BIT(range);
	control->listed &= (uint8_t)~BIT(range);
	if (listed)
		control->listed |= (uint8_t)BIT(range);
	else
		control->clean |= (uint8_t)BIT(range);
	return __builtin_popcount(control->listed & control->clean) >= RANGES_MOST
		       ? MXW_CONTROL_LISTS_NOBODY
		       : MXW_CONTROL_FINE;
}

static bool usable(const struct mxw_control_random *random)
{
	return random->count >= LEARNT && random->usual <= USUAL_MOST;
}

static void learn(struct mxw_control_random *random, bool listed)
{
	uint32_t weight = random->count < MEMORY ? random->count + 1 : MEMORY;

	random->usual += ((double)listed - random->usual) / weight;
	random->count++;
}

/* Once the usual share is known, answers go into it late, so that those which are in question
 * never do: what an examination finds is not learnt from either. */
static enum mxw_control_says answer_at_random(struct mxw_list_control *control,
					      struct mxw_control_random *random, bool listed)
{
	bool known = random->count >= LEARNT, fit = usable(random);
	bool odd;

	if (!known)
		learn(random, listed);
	else if (!control->examined)
		learn(random, random->last >> (ODD_COUNT - 1) & 1);
	random->last = random->last << 1 | listed;
	random->answered++;
	random->listed += listed;
	odd = (random->last & ODD_LAST) == ODD_LAST;
	return fit && odd && !control->examined ? MXW_CONTROL_ODD : MXW_CONTROL_FINE;
}

enum mxw_control_says mxw_list_control_answer(struct mxw_list_control *control,
					      const struct mxw_control_question *question,
					      bool listed)
{
	mxw_list_control_came(control);
	if (question->group == MXW_CONTROL_NOBODY)
		return answer_of_range(control, question->range, listed);
	return answer_at_random(control, &control->random[question->group - MXW_CONTROL_RANDOM],
				listed);
}

bool mxw_list_control_complete(const struct mxw_list_control *control)
{
	unsigned int due = 0;

	for (unsigned int group = 0; group < MXW_CONTROL_GROUPS; group++)
		due += control->to_ask[group];
	return control->examined && !control->out && !due;
}

static bool lists_random(const struct mxw_control_random *random)
{
	return usable(random) && random->answered >= EXAM_LEAST &&
	       random->listed == random->answered;
}

enum mxw_control_says mxw_list_control_judge(struct mxw_list_control *control)
{
	control->examined = false;
	memset(control->to_ask, 0, sizeof(control->to_ask));
	if (lists_random(&control->random[0]) || lists_random(&control->random[1]))
		return MXW_CONTROL_LISTS_RANDOM;
	if (__builtin_popcount(control->listed & control->clean) >= RANGES_MOST)
		return MXW_CONTROL_LISTS_NOBODY;
	if (control->random[0].answered < EXAM_LEAST ||
	    __builtin_popcount(control->answered) < RANGES_MOST)
		return MXW_CONTROL_UNKNOWN;
	return MXW_CONTROL_FINE;
}

bool mxw_list_control_learnt(const struct mxw_list_control *control)
{
	return control->random[0].count >= LEARNT;
}

/* Ranges that are reserved for documentation and for ever, and those that laboratories use least:
 * the host part is random. */
static void nobody_address(unsigned int range, const uint32_t random[4], uint8_t addr[16])
{
	static const uint8_t ipv6[4] = { 0x20, 0x01, 0x0d, 0xb8 }; /* 2001:db8::/32 */
	static const struct {
		uint32_t net, hosts;
	} ipv4[IPV4_RANGES] = {
		{ 0xc0000200, 0x000000ff }, /* 192.0.2.0/24 */
		{ 0xc6336400, 0x000000ff }, /* 198.51.100.0/24 */
		{ 0xcb007100, 0x000000ff }, /* 203.0.113.0/24 */
		{ 0xf0000000, 0x07ffffff }, /* 240.0.0.0/5 */
	};
	uint32_t host;

	if (range >= IPV4_RANGES) {
		memcpy(addr, random, 16);
		memcpy(addr, ipv6, sizeof(ipv6));
		return;
	}
	host = ipv4[range].net | (random[0] & ipv4[range].hosts);
	for (int i = 0; i < 4; i++)
		addr[12 + i] = (uint8_t)(host >> (24 - 8 * i));
}

/* Of the ranges that the registries give out, where most IPv6 addresses are. */
static void random_ipv6(const uint32_t random[4], uint8_t addr[16])
{
	memcpy(addr, random, 16);
	addr[0] = (uint8_t)(0x24 + (addr[0] & 6)); /* 2400::, 2600::, 2800::, 2a00:: */
	addr[1] &= 0x0f; /* /12 */
}

bool mxw_list_control_address(const struct mxw_control_question *question, const uint32_t random[4],
			      uint8_t addr[16])
{
	static const uint8_t ipv4[16] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr, ipv4, sizeof(ipv4));
	switch (question->group) {
	case MXW_CONTROL_NOBODY:
		nobody_address(question->range, random, addr);
		return true;
	case MXW_CONTROL_RANDOM6:
		random_ipv6(random, addr);
		return true;
	default:
		memcpy(addr + 12, random, 4);
		return mxw_dnsbl_askable(addr);
	}
}

void mxw_list_control_name(const struct mxw_control_question *question, uint32_t random,
			   char name[MXW_CONTROL_NAME])
{
	static const char *const nobody[NAME_RANGES] = { "invalid", "test", "example" };

	(void)mxw_text(name, MXW_CONTROL_NAME, "x%08x.%s", random,
		       question->group == MXW_CONTROL_NOBODY ? nobody[question->range % NAME_RANGES]
							     : "com");
}
