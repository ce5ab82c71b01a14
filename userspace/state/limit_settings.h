/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits as an operator writes them: settings "KEY=VALUE" in and out of struct
 * mxw_limits. Pure.
 *
 *	rates=shadow  connections=shadow  flood=auto  flood-high=5000
 *	unknown.source=30/min:10  good.net.ipv6@587=none
 */
#ifndef MXW_LIMIT_SETTINGS_H
#define MXW_LIMIT_SETTINGS_H

#include <stdint.h>

#include "base/err.h"
#include "bpf/abi.h"

#define MXW_SETTING_KEY 48
#define MXW_SETTING_VALUE 32

/* All settings as they are without an operator. Seeds are left alone. */
void mxw_limits_default(struct mxw_limits *limits);

/* Changes one setting; MXW_E_USAGE with a sentence leaves *limits as it was. */
int mxw_limits_set(struct mxw_limits *limits, const char *setting, struct mxw_err *err);

/* Visits every setting, in the form that mxw_limits_set() takes. A return other than 0
 * ends the walk with it. */
typedef int mxw_limits_visit(void *context, const char *key, const char *value);
int mxw_limits_each(const struct mxw_limits *limits, mxw_limits_visit *visit, void *context);

/* "30/min:10", "none". Returns out. */
const char *mxw_rate_format(const struct mxw_rate *rate, char out[MXW_SETTING_VALUE]);

/* The set of rates of a port, as the program finds it. */
uint32_t mxw_limits_set_of(const struct mxw_limits *limits, uint16_t port);

/* "unknown", "grey", "good", "sanctioned"; "source", "net". */
const char *mxw_limit_class_name(unsigned int class);
const char *mxw_limit_level_name(unsigned int level);

#endif
