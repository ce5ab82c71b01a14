/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges and spans as text, for tables: "3-7 9 z", where z is the last key of the
 * family, y the one before it and x the one before that; so that a row says the
 * same of IPv4 and of IPv6. A layer is "CLASS: RANGES", a span "3-7=CLASS".
 */
#ifndef MXW_TESTS_RANGES_H
#define MXW_TESTS_RANGES_H

#include "lists/paint.h"

#define RANGES_TEXT 512
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Adds what text says, in its order, to the IPv4 or (wide) the IPv6 ranges. */
void ranges_add(struct mxw_ranges *ranges, bool wide, const char *text);
struct mxw_ranges ranges_of(bool wide, const char *text); /* settled; the caller frees it */

/* What the ranges of one family are. */
void ranges_text(const struct mxw_ranges *ranges, bool wide, char out[RANGES_TEXT]);

/* A key as in a row: "7", "y". */
uint64_t ranges_key(bool wide, const char *text);

/* Layers of texts up to a NULL, strongest first; and their end. */
void layers_open(struct mxw_layers *layers, bool wide, const char *const *texts);
void layers_close(struct mxw_layers *layers);

/* What a sweep over them gives. */
void layers_text(const struct mxw_layers *layers, bool wide, char out[RANGES_TEXT]);

/* Fails the test, saying which row, if the texts differ. */
void expect_ranges(const char *row, bool wide, const char *got, const char *want);

#endif
