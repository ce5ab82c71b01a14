/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an interface's program judges, as attach and status show it.
 */
#ifndef MXW_CTL_SCOPE_H
#define MXW_CTL_SCOPE_H

#include <jansson.h>

#include "apply/scope.h"
#include "base/report.h"

#define SCOPE_PORTS 64 /* room for all ports in text */
#define SCOPE_DESTS 400

/* "25,465". Returns out. */
const char *scope_ports(const struct mxw_scope *scope, char out[SCOPE_PORTS]);

/* "all", or "192.0.2.25,2001:db8::25", the first few where they are many. Returns out. */
const char *scope_dests(const struct mxw_scope *scope, char out[SCOPE_DESTS]);

/* Lists, which the caller owns: of numbers, and of texts, empty for every destination. */
json_t *scope_ports_json(const struct mxw_scope *scope);
json_t *scope_dests_json(const struct mxw_scope *scope);

/* The NAT64 prefix, or null; the caller owns it. */
json_t *scope_nat64_json(const struct mxw_nat64 *nat64);

/* A note for each thing that an attach has changed. */
void scope_note_changes(const struct mxw_scope *was, const struct mxw_scope *now,
			const struct mxw_report *report);

#endif
