/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and durations as people write them. Pure.
 */
#ifndef MXW_NUM_H
#define MXW_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MXW_DURATION_TEXT 48

/* A decimal number from low to high and nothing else. False leaves *value alone. */
bool mxw_number_parse(const char *text, uint64_t low, uint64_t high, uint64_t *value);

/* "90", "90s", "15m", "1h", "2d", "1w", or a sum like "1h30m"; from 1 s to 10 years. A last
 * number without a unit counts in the next smaller one: "1h30" is an hour and 30 minutes.
 * Returns 0 with *seconds, or MXW_E_USAGE with a sentence. */
int mxw_duration_parse(const char *text, uint64_t *seconds, struct mxw_err *err);

/* "2d 3h", "59m 10s", "5s": the two largest units. Returns out. */
const char *mxw_duration_format(uint64_t seconds, char out[MXW_DURATION_TEXT]);

/* "1 000 000". Returns out, of MXW_DURATION_TEXT bytes. */
const char *mxw_number_format(uint64_t value, char out[MXW_DURATION_TEXT]);

#define MXW_COUNT_TEXT 96

/* "1 packet", "2 packets", "3 entries", "4 addresses": value as mxw_number_format() writes it,
 * and the noun, given in the singular, in the number that goes with it. Returns out. */
const char *mxw_count_format(uint64_t value, const char *noun, char out[MXW_COUNT_TEXT]);

#endif
