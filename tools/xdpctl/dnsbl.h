/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dnsbl verbs: between dnsbl.c, which has the controller asked, dnsbl_alone.c, which does
 * without one, and dnsbl_print.c. For those, and for verbs that ask the controller.
 */
#ifndef MXW_CTL_DNSBL_H
#define MXW_CTL_DNSBL_H

#include <jansson.h>

#include "control/wire.h"
#include "cli/cli.h"

#define DNSBL_QUICK 1000 /* ms for what the controller knows */
#define DNSBL_SLOW 70000 /* ms for what it has to find out */

/* Asks the controller; addr is NULL where the question is about none. As mxw_control_ask(). */
int dnsbl_ask(enum mxw_request_kind question, const uint8_t *addr, json_t **body,
	      struct mxw_err *err);

/* The replies that a controller would give, from mxwall.conf and the lists themselves.
 * MXW_E_FAIL with a sentence. */
int dnsbl_alone(struct cli *cli, enum mxw_request_kind question, const uint8_t *addr,
		json_t **body);

/* For people, or porcelain. */
void dnsbl_print_lists(const struct cli *cli, const json_t *body);
void dnsbl_print_stats(const struct cli *cli, const json_t *body);
void dnsbl_print_test(const struct cli *cli, const json_t *body);
void dnsbl_print_query(const struct cli *cli, const json_t *body);

/* For status and explain: controller.c. What the controller says, an object of the caller's;
 * NULL without one, or where it does not answer, which *err says unless it is empty. */
json_t *controller_status(struct mxw_err *err);
json_t *controller_source(const uint8_t addr[16], struct mxw_err *err);

/* Whether all is well with it, for status: MXW_E_DEGRADED where lists are not believed, its
 * database fails, it does not answer, or it does not run although it is set up or has run since
 * the attach. heartbeat: its last one, CLOCK_MONOTONIC ns, 0 for none. */
int controller_judge(const json_t *status, const struct mxw_err *why, uint64_t heartbeat,
		     struct mxw_err *err);

/* A line for people of either. */
void controller_print_status(const json_t *status, const struct mxw_err *err);
void controller_print_source(const json_t *source, const struct mxw_err *err);

#endif
