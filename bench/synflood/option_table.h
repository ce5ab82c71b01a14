/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option table; between option_table.c, which holds it, and options.c, which
 * reads it.
 */
#ifndef SYNFLOOD_OPTION_TABLE_H
#define SYNFLOOD_OPTION_TABLE_H

#include <stddef.h>

#include "bench/synflood/options.h"

enum sf_option_kind {
	SF_OPTION_FLAG, /* bool */
	SF_OPTION_TEXT, /* const char * */
	SF_OPTION_OPTIONAL, /* const char *: --name or --name=TEXT */
	SF_OPTION_NUMBER, /* uint64_t from low to high; "k" and "M" multiply */
	SF_OPTION_DECIMAL, /* double from low to high */
	SF_OPTION_CHOICE, /* unsigned int: index into choices */
};

struct sf_option {
	const char *heading; /* begins a section of the help; then nothing else is set */
	const char *name; /* without dashes */
	enum sf_option_kind kind;
	size_t offset; /* of the field in struct sf_options */
	const char *value; /* placeholder in the help; NULL for a flag */
	const char *preset; /* the value where the option is not given, or NULL */
	double low, high;
	const char *const *choices; /* ends with NULL */
	const char *help; /* lines separated by \n */
};

/* The options in the order of the help; *count is set. */
const struct sf_option *sf_option_table(size_t *count);

#endif
