/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorting ranges by where they begin, in linear time. Pure.
 */
#ifndef MXW_RADIX_H
#define MXW_RADIX_H

#include <stddef.h>

#include "lists/list.h"

/* Sorts ascending by first, in no order of last. scratch has room for as many. Returns which
 * of the two arrays holds the result; the other's content is undefined then. */
struct mxw_range4 *mxw_radix_sort4(struct mxw_range4 *array, struct mxw_range4 *scratch,
				   size_t count);
struct mxw_range6 *mxw_radix_sort6(struct mxw_range6 *array, struct mxw_range6 *scratch,
				   size_t count);

#endif
