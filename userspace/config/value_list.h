/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values that are lists of addresses or of quotas.
 */
#ifndef MXW_CONFIG_VALUE_LIST_H
#define MXW_CONFIG_VALUE_LIST_H

#include "config/value.h"

/* Each as mxw_value_parse(): tells every mistake and returns their number. The structures
 * come in zeroed. */
size_t mxw_quotas_parse(const struct mxw_setting *setting, const char *text,
			struct mxw_quotas *quotas, mxw_value_mistake_fn *mistake, void *context);
size_t mxw_servers_parse(const char *text, struct mxw_servers *servers,
			 mxw_value_mistake_fn *mistake, void *context);
size_t mxw_addresses_parse(const char *text, struct mxw_addresses *addresses,
			   mxw_value_mistake_fn *mistake, void *context);

/* Each item on a line of its own. */
void mxw_quotas_print(const struct mxw_quotas *quotas, bool secrets, FILE *out);
void mxw_servers_print(const struct mxw_servers *servers, FILE *out);
void mxw_addresses_print(const struct mxw_addresses *addresses, FILE *out);

/* A loopback address with its port, or nothing. False if text is neither. */
bool mxw_listen_parse(const char *text, struct mxw_server *server);
void mxw_listen_print(const struct mxw_server *server, FILE *out);

/* Bytes of the field. */
size_t mxw_value_size(const struct mxw_setting *setting);

#endif
