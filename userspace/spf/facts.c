// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers of the DNS, kept for one evaluation.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "spf/facts.h"

static bool whole(const uint8_t *rows, size_t size)
{
	size_t at = 0;

	while (size - at >= 2) {
		size_t length = (size_t)rows[at] << 8 | rows[at + 1];

		if (size - at - 2 < length)
			return false;
		at += 2 + length;
	}
	return at == size;
}

int mxw_spf_facts_add(struct mxw_spf_facts *facts, const char *name, enum mxw_spf_type type,
		      enum mxw_spf_known known, const uint8_t *rows, size_t size)
{
	struct mxw_spf_fact *fact;

	if (strlen(name) >= MXW_SPF_NAME || !whole(rows, size))
		return MXW_E_USAGE;
	if (facts->count == MXW_SPF_FACTS || size > MXW_SPF_FACT_BYTES - facts->bytes)
		return MXW_E_FAIL;
	fact = malloc(sizeof(*fact) + size);
	if (!fact)
		return MXW_E_FAIL;
	memcpy(fact->name, name, strlen(name) + 1);
	fact->type = type;
	fact->known = known;
	fact->size = size;
	if (size)
		memcpy(fact->rows, rows, size);
	facts->fact[facts->count++] = fact;
	facts->bytes += size;
	return MXW_OK;
}

const struct mxw_spf_fact *mxw_spf_facts_find(const struct mxw_spf_facts *facts, const char *name,
					      enum mxw_spf_type type)
{
	for (size_t i = 0; i < facts->count; i++)
		if (facts->fact[i]->type == type && strcasecmp(facts->fact[i]->name, name) == 0)
			return facts->fact[i];
	return NULL;
}

bool mxw_spf_fact_row(const struct mxw_spf_fact *fact, size_t *at, struct mxw_spf_slice *row)
{
	if (*at >= fact->size)
		return false;
	row->length = (size_t)fact->rows[*at] << 8 | fact->rows[*at + 1];
	row->text = (const char *)fact->rows + *at + 2;
	*at += 2 + row->length;
	return true;
}

void mxw_spf_facts_free(struct mxw_spf_facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->fact[i]);
	memset(facts, 0, sizeof(*facts));
}
