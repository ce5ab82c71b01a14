// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is known, what is missing, and the limits on both: RFC 7208 section 4.6.4.
 */
#include <string.h>

#include "base/text.h"
#include "spf/walk.h"

enum mxw_spf_step mxw_spf_wrong(struct mxw_spf_walk *walk, enum mxw_spf_step step, const char *why)
{
	if (!walk->explaining && !walk->verdict->why)
		walk->verdict->why = why;
	return step;
}

void mxw_spf_note(struct mxw_spf_walk *walk, const char *domain, struct mxw_spf_slice term)
{
	struct mxw_spf_verdict *verdict = walk->verdict;
	size_t length = term.length < MXW_SPF_TEXT ? term.length : MXW_SPF_TEXT - 1;

	(void)mxw_text(verdict->domain, sizeof(verdict->domain), "%s", domain);
	for (size_t i = 0; i < length; i++)
		verdict->term[i] =
			(char)(term.text[i] > ' ' && term.text[i] <= '~' ? term.text[i] : '?');
	verdict->term[length] = '\0';
}

enum mxw_spf_step mxw_spf_look(struct mxw_spf_walk *walk, const char *name, enum mxw_spf_type type,
			       const struct mxw_spf_fact **fact)
{
	*fact = mxw_spf_facts_find(walk->facts, name, type);
	if (!*fact) {
		(void)mxw_text(walk->verdict->need, MXW_SPF_NAME, "%s", name);
		walk->verdict->need_type = type;
		return MXW_SPF_ASK;
	}
	if ((*fact)->known == MXW_SPF_UNANSWERED)
		return MXW_SPF_TEMP;
	return (*fact)->size ? MXW_SPF_YES : MXW_SPF_NO;
}

enum mxw_spf_step mxw_spf_look_counted(struct mxw_spf_walk *walk, const char *name,
				       enum mxw_spf_type type, const struct mxw_spf_fact **fact)
{
	enum mxw_spf_step step = mxw_spf_look(walk, name, type, fact);

	if (step != MXW_SPF_NO || walk->explaining || walk->term_is_void)
		return step;
	walk->term_is_void = true;
	if (++walk->verdict->voids <= MXW_SPF_VOIDS)
		return step;
	return mxw_spf_wrong(walk, MXW_SPF_PERM, "the look-ups of more than 2 terms found nothing");
}

enum mxw_spf_step mxw_spf_count_term(struct mxw_spf_walk *walk)
{
	if (walk->verdict->terms == MXW_SPF_TERMS)
		return mxw_spf_wrong(walk, MXW_SPF_PERM, "more than 10 terms need look-ups");
	walk->verdict->terms++;
	walk->term_is_void = false;
	return MXW_SPF_NO;
}

bool mxw_spf_same_net(const struct mxw_spf_walk *walk, const uint8_t addr[16], unsigned int length4,
		      unsigned int length6)
{
	unsigned int bits = walk->ipv4 ? 96 + length4 : length6;
	const uint8_t *client = walk->query->addr;

	if (memcmp(client, addr, bits / 8) != 0)
		return false;
	return bits % 8 == 0 || (client[bits / 8] ^ addr[bits / 8]) >> (8 - bits % 8) == 0;
}

/* A row of A or AAAA as an address of 16 bytes; false for one of another length. */
static bool address_of_row(const struct mxw_spf_walk *walk, struct mxw_spf_slice row,
			   uint8_t addr[16])
{
	size_t length = walk->ipv4 ? 4 : 16;

	if (row.length != length)
		return false;
	memset(addr, 0, 10);
	addr[10] = addr[11] = 0xff;
	memcpy(addr + 16 - length, row.text, length);
	return true;
}

enum mxw_spf_step mxw_spf_address_of(struct mxw_spf_walk *walk, const char *name,
				     unsigned int length4, unsigned int length6)
{
	const struct mxw_spf_fact *fact;
	struct mxw_spf_slice row;
	uint8_t addr[16];
	size_t at = 0;
	enum mxw_spf_step step =
		mxw_spf_look_counted(walk, name, walk->ipv4 ? MXW_SPF_A : MXW_SPF_AAAA, &fact);

	if (step != MXW_SPF_YES)
		return step;
	while (mxw_spf_fact_row(fact, &at, &row))
		if (address_of_row(walk, row, addr) &&
		    mxw_spf_same_net(walk, addr, length4, length6))
			return MXW_SPF_YES;
	return MXW_SPF_NO;
}
