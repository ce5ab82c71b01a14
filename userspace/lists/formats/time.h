/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times in lists: what is left of a ban, and when something ends. For userspace/lists/format*.c
 * alone, but for mxw_time_of_mail(). Ends are wall clock seconds; 0 = none.
 */
#ifndef MXW_FORMAT_TIME_H
#define MXW_FORMAT_TIME_H

#include "lists/formats/reader.h"

/* The end of what had so many seconds left when the text was made; at most UINT32_MAX. 0 if nobody
 * said when that was. */
uint32_t mxw_end_in(const struct mxw_reader *reader, uint64_t seconds);

/* Takes "2h30m", "59m59s864ms" or "3h59m12.5s" off the text; units are d, h, m, s, ms, us and ns, and
 * what is less than a second does not count. false if it does not begin with one. */
bool mxw_scan_duration(struct mxw_text *text, uint64_t *seconds);

/* Digits off the text, at most so many of them. false if there is none. */
bool mxw_scan_number(struct mxw_text *text, size_t digits, uint64_t *value);

/* "12:14:44" off the text. */
bool mxw_scan_clock(struct mxw_text *text, uint64_t fields[3]);

/* Year, month, day, hour, minute, second as if of UTC. false if there is no such moment, or none
 * from 1970 to 2105. */
bool mxw_time_of(const uint64_t fields[6], uint64_t *seconds);

/* "Sun, 29 Nov 2026 12:14:44 GMT", as in mail and HTTP, in UTC; 0 if it is not one. */
uint64_t mxw_time_of_mail(struct mxw_text text);

/* What a clock on the wall of this machine shows, as seconds of mxw_time_of(), to UTC. Of the two
 * moments at the end of summer time it is the earlier one. */
uint64_t mxw_time_from_local(const struct mxw_reader *reader, uint64_t local);

/* The text says that all of it ends then. The earliest one counts. */
void mxw_reader_ends(struct mxw_reader *reader, uint64_t end);

#endif
