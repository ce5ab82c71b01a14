/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host names that strangers give: by the PTR records of their addresses, and in HELO. Which of
 * them are worth asking anybody about, and for what. Pure.
 */
#ifndef MXW_POLICY_NAMES_H
#define MXW_POLICY_NAMES_H

#include <stdbool.h>

#include "policy/dnsbl_sites.h"

#define MXW_NAME_TEXT MXW_DNSBL_ZONE_TEXT /* a usable name, with NUL */
#define MXW_NAMES_ASKED 3 /* names that a list is asked for, for one host name */

/*
 * Brings a host name into the one form: lower case, without the dot at its end. Returns false
 * if it is none that a host in the internet can have or a list can know: empty, a single
 * label, longer than 189 bytes, an empty label or one of more than 63 bytes, a character that
 * is none of letters, digits, "-" and "_", a last label of digits (an address), an address in
 * brackets, or a name below arpa, invalid, local, localdomain or localhost. Names in
 * Punycode are taken as they are; UTF-8 is not. On false out is "".
 */
bool mxw_name_take(const char *text, char out[MXW_NAME_TEXT]);

/*
 * What a list of names is asked for, as parts of name: name itself, and its last three and two
 * labels, one of which is the registered domain nearly everywhere. A list that has only
 * registered domains finds it, and nobody lists "co.uk". Returns how many, 1..MXW_NAMES_ASKED,
 * the longest first. name is from mxw_name_take().
 */
unsigned int mxw_name_ask(const char *name, const char *asked[MXW_NAMES_ASKED]);

#endif
