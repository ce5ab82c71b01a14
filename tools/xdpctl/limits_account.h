/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one source owes to the limits; between the verbs that show it.
 */
#ifndef MXW_CLI_LIMITS_H
#define MXW_CLI_LIMITS_H

#include <jansson.h>

#include "apply/limits.h"
#include "base/addr.h"
#include "datapath/limits.h"
#include "policy/limits_order.h"

/* Fills what the kernel knows of a source at a port; facts->class is given. */
void limit_account_read(const struct mxw_maps *maps, const struct mxw_limits_view *view,
			uint64_t source, uint16_t port, struct mxw_limit_facts *facts);

/* "12.4 of 18.0 s (30/min:10)". Returns out. */
const char *limit_account_text(const struct mxw_limit_facts *facts, enum mxw_limit_level level,
			       char out[96]);

/* {"class":…,"source":{"rate":…,"owes":seconds,"may_owe":seconds},"net":…,"proven":…} */
json_t *limit_account_json(const struct mxw_limit_facts *facts);

/* The net around a source, for people: "192.0.2.0/24". Returns out. */
const char *limit_net_text(uint64_t source, char out[MXW_ADDR_TEXT]);

#endif
