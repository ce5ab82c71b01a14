/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes over the control socket: one line of JSON each way, then the end.
 *
 *   {"ask":"status"}  {"ask":"lists"}  {"ask":"test"}
 *   {"ask":"query","address":"192.0.2.1"}  {"ask":"source","address":"192.0.2.1"}
 *
 * The reply has "schema" and "good"; if that is false, "error" is one sentence.
 */
#ifndef MXW_CONTROL_WIRE_H
#define MXW_CONTROL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

#define MXW_CONTROL_FOLDER "/run/mxwalld"
#define MXW_CONTROL_SOCKET MXW_CONTROL_FOLDER "/control.sock"
#define MXW_CONTROL_SCHEMA 1
#define MXW_CONTROL_LINE 4096 /* a request at most, with its newline */
#define MXW_CONTROL_REPLY (4U << 20) /* a reply at most */

enum mxw_request_kind {
	MXW_QUESTION_STATUS = 0, /* how the controller is */
	MXW_QUESTION_LISTS, /* the lists: settings, health, figures */
	MXW_QUESTION_TEST, /* probes every list now */
	MXW_QUESTION_QUERY, /* asks every list about an address now */
	MXW_QUESTION_SOURCE, /* what is known of an address, asking nobody */
	MXW_QUESTIONS,
};

struct mxw_request {
	enum mxw_request_kind question;
	uint8_t addr[16]; /* of QUERY and SOURCE; network order, IPv4 as ::ffff:a.b.c.d */
};

/* Reads a line without its newline; it comes from outside and may be anything. Returns 0,
 * or MXW_E_USAGE with a sentence for the one who asked. */
int mxw_request_parse(const char *line, size_t length, struct mxw_request *request,
		      struct mxw_err *err);

/* The line with its newline. NULL without memory; the caller frees it. */
char *mxw_request_format(const struct mxw_request *request);

/* One address as people write it: IPv4 or IPv6, no length. False if it is none. */
bool mxw_request_address(const char *text, uint8_t addr[16]);

/* The line of a good reply, with its newline; body is an object, and is taken. NULL without
 * memory, also where body is NULL. The caller frees it. */
char *mxw_reply_format(json_t *body);

/* The line of a reply that says no. */
char *mxw_reply_error(const char *sentence);

/* Reads a reply. Returns 0 with *body, an object of the caller's; or MXW_E_FAIL with the
 * sentence in it, or one about a reply that is none. */
int mxw_reply_parse(const char *line, size_t length, json_t **body, struct mxw_err *err);

#endif
