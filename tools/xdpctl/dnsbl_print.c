// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's replies about lists as tables. Called by the dnsbl verbs. What a reply lacks is
 * shown as nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "dnsbl.h"
#include "cli/terminal.h"

#define CELL 400

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

/* The same, for what no table makes presentable. */
static const char *safe(const json_t *object, const char *key, char out[CELL])
{
	return terminal_safe(text(object, key), out, CELL);
}

static long long whole(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static const char *number(const json_t *object, const char *key, char out[32])
{
	const json_t *value = json_object_get(object, key);

	out[0] = '\0';
	if (json_is_integer(value))
		(void)snprintf(out, 32, "%lld", (long long)json_integer_value(value));
	return out;
}

/* "12.3 ms" of us; "" of none. */
static const char *time_text(const json_t *object, const char *key, char out[32])
{
	long long us = whole(object, key);

	out[0] = '\0';
	if (us > 0)
		(void)snprintf(out, 32, "%lld.%lld ms", us / 1000, us / 100 % 10);
	return out;
}

/* Adds a piece behind a comma, as far as there is room. */
static void join(char out[CELL], const char *piece)
{
	size_t used = strlen(out);

	(void)mxw_text(out + used, CELL - used, "%s%s", used ? "," : "", piece);
}

static void join_lines(const json_t *lines, char out[CELL])
{
	const json_t *line;
	char piece[CELL];
	size_t i;

	out[0] = '\0';
	json_array_foreach(lines, i, line)
	{
		(void)snprintf(piece, sizeof(piece), "%s*%lld", text(line, "filter"),
			       whole(line, "weight"));
		join(out, piece);
	}
}

/* "4 of 1000" */
static const char *quota(const json_t *list, char out[64])
{
	long long limit = whole(list, "queries_per_day");

	if (limit)
		(void)snprintf(out, 64, "%lld of %lld", whole(list, "queries_today"), limit);
	else
		(void)snprintf(out, 64, "%lld", whole(list, "queries_today"));
	return out;
}

void dnsbl_print_lists(const struct cli *cli, const json_t *body)
{
	static const char *const headings[] = { "LIST", "WEIGHT", "HEALTH", "TODAY", "WHY", NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);
	char lines[CELL], today[64];
	const json_t *list;
	size_t i;

	json_array_foreach(json_object_get(body, "lists"), i, list)
	{
		const char *hint = text(list, "hint"), *health = text(list, "health");
		const char *const cells[] = { text(list, "list"), lines,
					      health[0] ? health : "unknown", quota(list, today),
					      hint[0] ? hint : text(list, "note") };

		join_lines(json_object_get(list, "lines"), lines);
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

static void join_counts(const json_t *object, char out[CELL])
{
	const char *key;
	json_t *value;
	char piece[CELL];

	(void)snprintf(out, CELL, "%s", json_object_size(object) ? "" : "0");
	json_object_foreach((json_t *)object, key, value)
	{
		(void)snprintf(piece, sizeof(piece), "%s=%lld", key,
			       (long long)json_integer_value(value));
		join(out, piece);
	}
}

/* What each list is worth beside the others: a list that has no source of its own can be left
 * out. */
static void print_overlap(const json_t *lists)
{
	char counts[CELL], others[CELL], name[CELL], sources[MXW_COUNT_TEXT];
	const json_t *list;
	size_t i;

	json_array_foreach(lists, i, list)
	{
		const json_t *figures = json_object_get(list, "figures");
		const json_t *overlap = json_object_get(figures, "overlap");

		join_counts(overlap, counts);
		(void)printf("%s%s had %s, %lld that no other had", i ? "" : "\n",
			     safe(list, "list", name),
			     mxw_count_format((uint64_t)whole(figures, "sources"), "source",
					      sources),
			     whole(figures, "unique"));
		(void)printf(json_object_size(overlap) ? "; also in %s\n" : "\n",
			     terminal_safe(counts, others, CELL));
	}
}

static void stats_row(struct terminal_table *table, const json_t *list)
{
	const json_t *figures = json_object_get(list, "figures");
	char queries[32], listed[32], not_listed[32], errors[CELL], median[32], high[32];
	char today[64], unique[32];
	const char *const cells[] = {
		text(list, "list"),
		number(figures, "queries", queries),
		number(figures, "listed", listed),
		number(figures, "not_listed", not_listed),
		errors,
		time_text(figures, "median_us", median),
		time_text(figures, "p99_us", high),
		number(figures, "unique", unique),
		quota(list, today),
	};

	join_counts(json_object_get(figures, "errors"), errors);
	terminal_table_row(table, cells);
}

void dnsbl_print_stats(const struct cli *cli, const json_t *body)
{
	static const char *const headings[] = { "LIST",	  "QUERIES", "LISTED", "NOT LISTED",
						"ERRORS", "MEDIAN",  "99 %",   "UNIQUE",
						"TODAY",  NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);
	const json_t *lists = json_object_get(body, "lists");

	for (size_t i = 0; i < json_array_size(lists); i++)
		stats_row(table, json_array_get(lists, i));
	terminal_table_print(table);
	if (!cli->args.porcelain)
		print_overlap(lists);
}

/* "127.0.0.2: not listed" for each that is not as it should be; IPv4's first. */
static void join_bad(const json_t *probes, char out[CELL], long long *longest)
{
	const json_t *probe;
	char piece[CELL];
	size_t i;

	out[0] = '\0';
	*longest = 0;
	json_array_foreach(probes, i, probe)
	{
		const char *why = text(probe, "why");

		if (whole(probe, "took_us") > *longest)
			*longest = whole(probe, "took_us");
		if (json_is_true(json_object_get(probe, "good")))
			continue;
		(void)snprintf(piece, sizeof(piece), "%s%s: %s%s%s", out[0] ? " " : "",
			       text(probe, "probe"), text(probe, "answer"), why[0] ? ", " : "",
			       why);
		join(out, piece);
	}
}

/* A row for each list. IPv6 is never BAD: a list need not know it (RFC 5782). */
void dnsbl_print_test(const struct cli *cli, const json_t *body)
{
	static const char *const headings[] = { "LIST", "IPV4", "IPV6", "SLOWEST", "WHY", NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);
	char why[CELL], slowest[32];
	const json_t *list;
	long long longest;
	size_t i;

	json_array_foreach(json_object_get(body, "lists"), i, list)
	{
		bool good = json_is_true(json_object_get(list, "good"));
		bool ipv6 = json_is_true(json_object_get(list, "ipv6"));
		const char *const cells[] = { text(list, "list"), good ? "good" : "BAD",
					      ipv6 ? "good" : "none", slowest, why };

		join_bad(json_object_get(list, "probes"), why, &longest);
		(void)snprintf(slowest, sizeof(slowest), "%lld.%lld ms", longest / 1000,
			       longest / 100 % 10);
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

static void join_codes(const json_t *codes, char out[CELL])
{
	out[0] = '\0';
	for (size_t i = 0; i < json_array_size(codes); i++)
		join(out, json_string_value(json_array_get(codes, i)));
}

static void print_verdict(const struct cli *cli, const json_t *body)
{
	char life[MXW_DURATION_TEXT], rung[CELL], standing[CELL], why[CELL];
	long long seconds = whole(body, "for");

	(void)safe(body, "rung", rung);
	(void)safe(body, "standing", standing);
	(void)safe(body, "why", why);
	if (cli->args.porcelain) {
		(void)printf("verdict\t%s\t%lld\t%lld\t%s\t%s\n", rung, whole(body, "score"),
			     seconds, standing, why);
		return;
	}
	(void)printf("\nscore %lld: %s", whole(body, "score"), rung);
	if (seconds > 0)
		(void)printf(" for %s", mxw_duration_format((uint64_t)seconds, life));
	(void)printf(": %s\n", why);
	if (!json_is_true(json_object_get(body, "controller")))
		(void)printf("no controller watches over the lists, so each list is believed\n");
}

/* What each list answered, and below it what would be decided. */
void dnsbl_print_query(const struct cli *cli, const json_t *body)
{
	static const char *const headings[] = { "LIST", "ANSWER", "CODES", "WEIGHT", "TTL",
						"TIME", "HEALTH", "WHY",   NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);
	char codes[CELL], weight[32], ttl[32], took[32];
	const json_t *list;
	size_t i;

	json_array_foreach(json_object_get(body, "lists"), i, list)
	{
		const char *const cells[] = { text(list, "list"),
					      text(list, "answer"),
					      codes,
					      number(list, "weight", weight),
					      number(list, "ttl", ttl),
					      time_text(list, "took_us", took),
					      text(list, "health"),
					      text(list, "why") };

		join_codes(json_object_get(list, "codes"), codes);
		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
	print_verdict(cli, body);
}
