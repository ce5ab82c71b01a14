/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line as data: verbs, options, defaults, help and completion come
 * from the tables in verbs.c, and one parser reads them all.
 */
#ifndef MXW_CLI_H
#define MXW_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/report.h"

#define CLI_SCHEMA 1 /* of every -j output */

enum cli_kind {
	CLI_FLAG, /* bool */
	CLI_TEXT, /* const char * */
	CLI_NUMBER, /* uint64_t, from low to high */
	CLI_DURATION, /* uint64_t seconds */
	CLI_CHOICE, /* unsigned int: index into choices, plus one */
	CLI_LIST, /* struct cli_list: may be given several times */
};

/* A repeated option's values, or the operands of a verb. */
struct cli_list {
	const char **items; /* into argv */
	size_t count;
};

struct cli_option {
	const char *name; /* without dashes; NULL ends a table */
	char letter; /* 0 = none */
	enum cli_kind kind;
	size_t offset; /* of the field in struct cli_args */
	const char *value; /* placeholder in the help; NULL for a flag */
	const char *help;
	const char *const *choices; /* NULL-terminated, for CLI_CHOICE */
	uint64_t low, high; /* for CLI_NUMBER */
};

/* Every option of every verb; a verb reads those its table names. */
struct cli_args {
	bool json, porcelain, help, dry_run, verbose;
	bool all, force, exclusive, shared, drop_fragmented, repair, yes, allow, remove,
		skip_reserved;
	bool changed, defaults;
	unsigned int mode, xdp, format; /* choices: 0 = not given */
	uint64_t confirm, capacity, duration, count;
	const char *reason, *file, *max_age, *max_content_age, *max_prefix, *ca_file, *nat64, *helo;
	struct cli_list ports, protect, never;
	struct cli_list operands;
};

/* What a verb gets, besides its arguments. */
struct cli {
	struct cli_args args;
	const struct cli_verb *verb;
	uint32_t
		seen; /* options with a value, by their place: one that is not a list stands once */
	struct mxw_report report; /* notes and progress go to standard error */
	struct mxw_err err;
};

enum cli_operand {
	CLI_OPERAND_NONE,
	CLI_OPERAND_IFACE,
	CLI_OPERAND_ADDRESS,
	CLI_OPERAND_MODE,
	CLI_OPERAND_CLASS,
	CLI_OPERAND_SHELL,
	CLI_OPERAND_FEED,
	CLI_OPERAND_SOURCE,
	CLI_OPERAND_FEED_MODE,
	CLI_OPERAND_SETTING,
	CLI_OPERAND_FILE,
};

struct cli_verb {
	const char *name; /* "block", or two words: "feed add"; NULL ends the table */
	const char *operands; /* for the help: "IFACE", "ADDR[/LEN]..." */
	size_t least, most; /* operands; most 0 with operands set = any number */
	enum cli_operand completes; /* what completion offers for an operand */
	const struct cli_option *options;
	bool changes; /* takes --dry-run */
	const char *summary; /* one line */
	const char *details; /* what more there is to know, or NULL */
	const char *example;
	const char *page; /* the manual page in section 8 that describes the verb */
	int (*run)(struct cli *cli); /* returns 0 or a negative MXW_E_* with cli->err set */
};

/* The tables: verbs.c. */
extern const struct cli_verb cli_verbs[];
extern const struct cli_option cli_common[];
extern const struct cli_option cli_dry_run[];

/* The formats of lists, in the order of enum mxw_format without AUTO; ends with NULL. */
extern const char *const cli_formats[];

/* Of the verbs that read addresses (lines.h). */
#define CLI_FILE_OPTION                                                                           \
	{                                                                                         \
		"file", 'f', CLI_TEXT, offsetof(struct cli_args, file), "FILE",                   \
			"read the list in FILE, in any format of `feed add`, also gzip", NULL, 0, \
			0                                                                         \
	}
#define CLI_FORMAT_OPTION                                                                 \
	{                                                                                 \
		"format", 'T', CLI_CHOICE, offsetof(struct cli_args, format), "FORMAT",   \
			"how the list is written (default: found out)", cli_formats, 0, 0 \
	}

/* Verbs that print a text for other programs, which -j puts into one string; ends with NULL. */
extern const char *const cli_text_verbs[];

/* Options of the feed verbs: verbs_feed.c. */
extern const struct cli_option cli_feed_add_options[], cli_feed_refresh_options[],
	cli_feed_import_options[], cli_feed_export_options[], cli_feed_diff_options[];

/* Options that apply to a verb, one after the other: NULL when done. *at starts at 0. */
const struct cli_option *cli_next_option(const struct cli_verb *verb, size_t *at);

const struct cli_verb *cli_find_verb(const char *name);

/* The verb that words begin with; *taken: how many of them are its name. NULL if there is none. */
const struct cli_verb *cli_match_verb(char **words, int count, int *taken);

/* Whether the word is an option without value that every verb takes, or --dry-run. */
bool cli_is_flag(const char *word);

/* Whether verbs of two words begin with this one. */
bool cli_is_group(const char *word);

/* Fills cli->args from argv, which begins with the verb. The lists point into
 * memory that cli_free() frees. */
int cli_parse(struct cli *cli, int argc, char **argv);
void cli_free(struct cli *cli);

/* Help: of all verbs, or of one. */
void cli_help_all(void);
void cli_help_group(const char *word);
void cli_help_verb(const struct cli_verb *verb);

/* Verbs, by file. */
int verb_attach(struct cli *cli);
int verb_detach(struct cli *cli);
int verb_confirm(struct cli *cli);
int verb_status(struct cli *cli);
int verb_mode(struct cli *cli);
int verb_block(struct cli *cli);
int verb_unblock(struct cli *cli);
int verb_allow(struct cli *cli);
int verb_unallow(struct cli *cli);
int verb_unnever(struct cli *cli);
int verb_flush(struct cli *cli);
int verb_list(struct cli *cli);
int verb_explain(struct cli *cli);
int verb_stats(struct cli *cli);
int verb_watch(struct cli *cli);
int verb_check(struct cli *cli);
int verb_verify(struct cli *cli);
int verb_feed_add(struct cli *cli);
int verb_feed_remove(struct cli *cli);
int verb_feed_mode(struct cli *cli);
int verb_feed_list(struct cli *cli);
int verb_feed_show(struct cli *cli);
int verb_feed_refresh(struct cli *cli);
int verb_feed_import(struct cli *cli);
int verb_feed_export(struct cli *cli);
int verb_feed_diff(struct cli *cli);
int verb_limits_show(struct cli *cli);
int verb_limits_set(struct cli *cli);
int verb_limits_suggest(struct cli *cli);
int verb_limits_top(struct cli *cli);
int verb_top(struct cli *cli);
int verb_dnsbl_list(struct cli *cli);
int verb_dnsbl_test(struct cli *cli);
int verb_dnsbl_stats(struct cli *cli);
int verb_dnsbl_query(struct cli *cli);
int verb_spf(struct cli *cli);
int verb_config_check(struct cli *cli);
int verb_config_show(struct cli *cli);
int verb_config_example(struct cli *cli);
int verb_version(struct cli *cli);
int verb_completion(struct cli *cli);

#endif
