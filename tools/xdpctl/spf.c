// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spf: whether a domain lets an address send mail in its name, asked from here of the resolvers that
 * the controller would ask. Needs neither the controller nor the filter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/resolvers.h"
#include "base/addr.h"
#include "base/clock.h"
#include "base/num.h"
#include "config/config.h"
#include "control/wire.h"
#include "sources/spf_ask.h"
#include "cli/cli.h"
#include "cli/nat64.h"
#include "cli/terminal.h"

#define HOST 256

/* What the file says; the defaults, if there is none. */
static int read_settings(struct cli *cli, struct mxw_settings *settings)
{
	struct mxw_mistakes *mistakes = malloc(sizeof(*mistakes));
	char text[300];
	int error = MXW_OK;

	if (!mistakes)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	mxw_config_defaults(settings);
	if (access(MXW_CONFIG_PATH, F_OK) == 0 &&
	    mxw_config_read(MXW_CONFIG_PATH, geteuid(), settings, mistakes) != MXW_OK)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "%s",
				 mxw_mistakes_format(mistakes, 0, text, sizeof(text)));
	free(mistakes);
	return error;
}

static int read_query(struct cli *cli, struct mxw_spf_query *query, char host[HOST])
{
	const char *text = cli->args.operands.items[0];
	struct mxw_nat64 nat64;

	if (!mxw_request_address(text, query->addr))
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.60s\" is not an address: give one, such as 192.0.2.7", text);
	nat64_of_filter(&nat64);
	(void)mxw_nat64_take(&nat64, query->addr);
	if (gethostname(host, HOST) != 0)
		host[0] = '\0';
	host[HOST - 1] = '\0';
	query->sender = cli->args.operands.items[1];
	query->helo = cli->args.helo ? cli->args.helo : "";
	query->receiver = host;
	query->now = mxw_clock_wall() / MXW_SECOND;
	return MXW_OK;
}

/* JSON's null for "" and NULL. */
static json_t *string(const char *text)
{
	return text && *text ? terminal_string(text) : json_null();
}

static int print_json(const struct mxw_spf_run *run)
{
	const struct mxw_spf_verdict *verdict = &run->verdict;
	char address[MXW_ADDR_TEXT];

	return terminal_json(json_pack(
		"{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:i, s:i, s:i}", "address",
		mxw_addr_format(run->query->addr, address), "sender", string(run->query->sender),
		"helo", string(run->query->helo), "result", mxw_spf_result_name(verdict->result),
		"domain", string(verdict->domain), "term", string(verdict->term), "why",
		string(verdict->why), "explanation", string(verdict->explanation), "terms",
		(int)verdict->terms, "voids", (int)verdict->voids, "questions", (int)run->asked));
}

static void print_porcelain(const struct mxw_spf_run *run)
{
	const struct mxw_spf_verdict *verdict = &run->verdict;

	(void)printf("%s\t%s\t%s\t%u\t%u\t%u\t%s\t%s\n", mxw_spf_result_name(verdict->result),
		     verdict->domain, verdict->term, verdict->terms, verdict->voids, run->asked,
		     verdict->why ? verdict->why : "", verdict->explanation);
}

/* The answer first, then what it rests on: a line each, and only those that say something. */
static void print_people(const struct mxw_spf_run *run)
{
	const struct mxw_spf_verdict *verdict = &run->verdict;
	char address[MXW_ADDR_TEXT], questions[MXW_COUNT_TEXT];

	(void)printf("%s is %s\n", mxw_addr_format(run->query->addr, address),
		     mxw_spf_result_name(verdict->result));
	if (verdict->why)
		(void)printf("  because  %s\n", verdict->why);
	if (verdict->domain[0])
		(void)printf("  record   of %s\n", verdict->domain);
	if (verdict->term[0])
		(void)printf("  by       %s\n", verdict->term);
	else if (verdict->result == MXW_SPF_NEUTRAL)
		(void)printf("  by       no mechanism: none matches\n");
	(void)printf("  asked    %s; terms with look-ups: %u of %d; terms that found nothing: "
		     "%u of %d\n",
		     mxw_count_format(run->asked, "question", questions), verdict->terms,
		     MXW_SPF_TERMS, verdict->voids, MXW_SPF_VOIDS);
	if (verdict->explanation[0])
		(void)printf("  says     %s\n", verdict->explanation);
}

static int print(const struct cli *cli, const struct mxw_spf_run *run)
{
	if (cli->args.json)
		return print_json(run);
	if (cli->args.porcelain)
		print_porcelain(run);
	else
		print_people(run);
	return MXW_OK;
}

static int check(struct cli *cli, const struct mxw_settings *settings,
		 const struct mxw_spf_query *query, struct mxw_spf_run *run)
{
	const struct mxw_resolver_rules rules = mxw_resolvers_rules(settings);
	int error;

	run->query = query;
	error = mxw_spf_alone(run, &rules, &cli->err);
	if (!error)
		error = print(cli, run);
	if (!error && run->verdict.result == MXW_SPF_TEMPERROR)
		error = mxw_fail(&cli->err, MXW_E_FAIL, "the result is not known: %s",
				 run->verdict.why);
	return error;
}

int verb_spf(struct cli *cli)
{
	struct mxw_settings *settings = calloc(1, sizeof(*settings));
	struct mxw_spf_run *run = calloc(1, sizeof(*run));
	struct mxw_spf_query query;
	char host[HOST];
	int error;

	if (settings && run)
		error = read_query(cli, &query, host);
	else
		error = mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	if (!error)
		error = read_settings(cli, settings);
	if (!error && run)
		error = check(cli, settings, &query, run);
	free(run);
	free(settings);
	return error;
}
