/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text into a buffer, for rooms that do no I/O and so do without stdio.h.
 */
#ifndef MXW_TEXT_H
#define MXW_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* As snprintf() and vsnprintf(), but returns the length of what is in out: a text that is cut
 * has size - 1 bytes. size at least 1. */
size_t mxw_text(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t mxw_text_args(char *out, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Spreads texts that strangers choose over a table; they must not know the seed. */
uint64_t mxw_text_hash(const char *text, uint64_t seed);

#endif
