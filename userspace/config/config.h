/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mxwall.conf: from the file to struct mxw_settings, and back to text. A file is taken as a
 * whole or not at all. There is no shell, no expansion of anything, and no way to include
 * another file.
 *
 * The syntax is inih's: [section], key = value, comments from "#" or ";" at the start of a
 * line and from " ;" to the end of one. The value of a list goes on over lines that begin
 * with a blank; Postfix's own line breaks can be pasted. Every key may stand once.
 */
#ifndef MXW_CONFIG_H
#define MXW_CONFIG_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"
#include "config/mistakes.h"
#include "config/settings.h"
#include "policy/dnsbl_score.h"

#define MXW_CONFIG_PATH "/etc/mxwall/mxwall.conf"
#define MXW_CONFIG_BYTES (1 << 20) /* the longest file */
#define MXW_CONFIG_LINE 4096 /* the longest line, without its end */

/* Every setting at its default. */
void mxw_config_defaults(struct mxw_settings *settings);

/*
 * Reads the file at path. It and the link it may be reached by have to belong to root or to
 * owner, and nobody else may be able to write to it or to replace it. Returns 0, or
 * MXW_E_USAGE with at least one mistake, and then *settings is as before. mistakes needs no
 * preparation; a file that does not exist is a mistake too.
 */
int mxw_config_read(const char *path, uid_t owner, struct mxw_settings *settings,
		    struct mxw_mistakes *mistakes);

/* The same for a text of length bytes, which is called file in the mistakes. */
int mxw_config_parse(const char *text, size_t length, const char *file,
		     struct mxw_settings *settings, struct mxw_mistakes *mistakes);

/* Called with each thing that is not a mistake but should be known: dead lists, lists that want a
 * registration, quotas above the vendor's, thresholds out of reach. */
typedef void mxw_config_warning_fn(void *context, const char *sentence);
void mxw_config_warnings(const struct mxw_settings *settings, mxw_config_warning_fn *warning,
			 void *context);

/* The quotas in force for a list: by its name, by the general keys, by the vendor's figure; 0 =
 * no limit. zone in lower case. */
void mxw_config_quota(const struct mxw_settings *settings, const char *zone, uint32_t *per_second,
		      uint32_t *per_day);

/* The settings in policy's terms. Of the plan, port_25_only is the caller's to know. */
void mxw_config_plan(const struct mxw_settings *settings, struct mxw_dnsbl_plan *plan);
struct mxw_dnsbl_ttls mxw_config_ttls(const struct mxw_settings *settings);
struct mxw_sanction_policy mxw_config_policy(const struct mxw_settings *settings);

enum mxw_dump {
	MXW_DUMP_ALL, /* every key (xdpctl config show -a, and of the defaults -d) */
	MXW_DUMP_CHANGED, /* only what differs from the default (... -n) */
};

/* Writes the settings as a file that could be read. Unless secrets, the keys in the names
 * of lists are masked. */
void mxw_config_dump(const struct mxw_settings *settings, enum mxw_dump what, bool secrets,
		     FILE *out);

/* Writes a file in which every key stands with its meaning, commented out at its default,
 * and the sites to begin with. */
void mxw_config_example(FILE *out);

/* Writes the part of the manual that lists sections and keys, for scdoc. */
void mxw_config_manual(FILE *out);

#endif
