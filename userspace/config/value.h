/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One value of mxwall.conf: text to field and back, by the type in the table. Pure, but for
 * writing to a stream.
 */
#ifndef MXW_CONFIG_VALUE_H
#define MXW_CONFIG_VALUE_H

#include <stdbool.h>
#include <stdio.h>

#include "config/table.h"

/* Called with each mistake: the offset in the text, and a sentence that belongs to the caller. */
typedef mxw_dnsbl_mistake_fn mxw_value_mistake_fn;

/* Parses text into the setting's field of *settings. Returns the number of mistakes, each
 * told; with any the field is not to be used. */
size_t mxw_value_parse(const struct mxw_setting *setting, const char *text,
		       struct mxw_settings *settings, mxw_value_mistake_fn *mistake, void *context);

/* Writes the field as it could be read again, lists one to a line behind "\n\t". Unless
 * secrets, the keys in the names of lists are masked, and then it cannot. */
void mxw_value_print(const struct mxw_setting *setting, const struct mxw_settings *settings,
		     bool secrets, FILE *out);

/* Whether the field is the same in both. */
bool mxw_value_equal(const struct mxw_setting *setting, const struct mxw_settings *a,
		     const struct mxw_settings *b);

/* Whether the type is a list, so that its value may go on over several lines. */
bool mxw_value_is_list(const struct mxw_setting *setting);

/* What a value may be, for the manual: "1..60 s", "shadow or enforce". Returns out. */
const char *mxw_value_range(const struct mxw_setting *setting, char out[160]);

#endif
