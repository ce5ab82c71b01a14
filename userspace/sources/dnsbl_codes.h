/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of codes that lists answered with, each kept once and counted: a source's memory
 * holds a number of 16 bits instead of up to 64 bytes. Room is fixed, and no list takes more
 * than half of it. For sources/ alone.
 */
#ifndef MXW_DNSBL_CODES_H
#define MXW_DNSBL_CODES_H

#include <stdint.h>

#include "policy/dnsbl_answer.h"

#define MXW_CODE_SETS 16384 /* numbers are 1..MXW_CODE_SETS */
#define MXW_CODE_CHAINS 4096

struct mxw_code_set {
	uint32_t codes[MXW_DNSBL_CODES]; /* ascending, host order */
	uint32_t users; /* 0: the set is free */
	uint16_t next; /* of the same chain, or the next free one; 0 ends */
	uint8_t count, list;
};

struct mxw_codes {
	struct mxw_code_set *set; /* by number - 1 */
	uint16_t chain[MXW_CODE_CHAINS];
	uint16_t free; /* first of those given back; 0 = none */
	uint16_t fresh; /* so many were ever used */
	uint16_t per_list[MXW_DNSBL_ZONES];
};

/* Returns 0, or MXW_E_FAIL without memory. */
int mxw_codes_init(struct mxw_codes *codes);
void mxw_codes_free(struct mxw_codes *codes);

/* The number of the set, with one user more; 0 = no room. list < MXW_DNSBL_ZONES,
 * count <= MXW_DNSBL_CODES; the order of values does not matter. */
uint16_t mxw_codes_take(struct mxw_codes *codes, unsigned int list, const uint32_t *values,
			unsigned int count);

/* One user less. */
void mxw_codes_drop(struct mxw_codes *codes, uint16_t number);

const struct mxw_code_set *mxw_codes_get(const struct mxw_codes *codes, uint16_t number);

#endif
