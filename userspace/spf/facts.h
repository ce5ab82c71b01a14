/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the DNS has answered so far to the questions of one SPF evaluation. Bounded: as many answers
 * as the limits of RFC 7208 allow to ask for, and MXW_SPF_FACT_BYTES of records in all.
 */
#ifndef MXW_SPF_FACTS_H
#define MXW_SPF_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MXW_SPF_NAME 254 /* of a domain name as text, with NUL */
#define MXW_SPF_FACTS 128 /* 1 record, 10 mx of 1 + 10 names, 1 + 10 names of ptr, an explanation */
#define MXW_SPF_FACT_BYTES (256U << 10)

/* By the protocol's numbers. */
enum mxw_spf_type {
	MXW_SPF_A = 1,
	MXW_SPF_PTR = 12,
	MXW_SPF_MX = 15,
	MXW_SPF_TXT = 16,
	MXW_SPF_AAAA = 28,
};

enum mxw_spf_known {
	MXW_SPF_ANSWERED =
		0, /* with records, or without: the name, or the type there, is missing */
	MXW_SPF_UNANSWERED, /* an error, a timeout, or nothing that could be asked */
};

/*
 * One answer. Its records are rows, each behind its length in two bytes, network order: of A and
 * AAAA the address; of PTR the name; of MX the preference in two bytes, network order, and the
 * name; of TXT its strings, joined. Names are text without a dot at the end.
 */
struct mxw_spf_fact {
	char name[MXW_SPF_NAME];
	enum mxw_spf_type type;
	enum mxw_spf_known known;
	size_t size;
	uint8_t rows[];
};

/* Begin with zeros. */
struct mxw_spf_facts {
	struct mxw_spf_fact *fact[MXW_SPF_FACTS];
	size_t count;
	size_t bytes; /* of rows */
};

/* A piece of something else, without NUL. */
struct mxw_spf_slice {
	const char *text;
	size_t length;
};

/* Copies the rows, size bytes. Returns 0; MXW_E_USAGE if the name is too long or the rows are not
 * whole; or MXW_E_FAIL if there is no room or no memory: nothing was added then,
 * and the result of the check is a temperror, because another evaluation would ask the same. */
int mxw_spf_facts_add(struct mxw_spf_facts *facts, const char *name, enum mxw_spf_type type,
		      enum mxw_spf_known known, const uint8_t *rows, size_t size);

/* NULL if that was not asked. Names are the same in upper and lower case. */
const struct mxw_spf_fact *mxw_spf_facts_find(const struct mxw_spf_facts *facts, const char *name,
					      enum mxw_spf_type type);

/* The row at *at, which begins at 0 and moves to the next; false behind the last. */
bool mxw_spf_fact_row(const struct mxw_spf_fact *fact, size_t *at, struct mxw_spf_slice *row);

/* Frees them, and begins again with none. */
void mxw_spf_facts_free(struct mxw_spf_facts *facts);

#endif
