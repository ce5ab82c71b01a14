// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dnsbl verbs: what the DNS lists say and how they are. Where no
 * controller runs, all but stats is done from here.
 */
#include "base/num.h"
#include "control/client.h"
#include "dnsbl.h"
#include "cli/nat64.h"
#include "cli/terminal.h"

int dnsbl_ask(enum mxw_request_kind question, const uint8_t *addr, json_t **body,
	      struct mxw_err *err)
{
	bool slow = question == MXW_QUESTION_TEST || question == MXW_QUESTION_QUERY;
	struct mxw_request request = { .question = question };
	int error;

	for (int i = 0; addr && i < 16; i++)
		request.addr[i] = addr[i];
	error = mxw_control_ask(MXW_CONTROL_SOCKET, &request, slow ? DNSBL_SLOW : DNSBL_QUICK, body,
				err);
	if (error)
		return error;
	(void)json_object_del(*body, "good"); /* the socket's own, and true: nothing to be shown */
	return MXW_OK;
}

/* The controller's reply, or one made here, which is said. */
static int ask_or_do(struct cli *cli, enum mxw_request_kind question, const uint8_t *addr,
		     json_t **body)
{
	int error = dnsbl_ask(question, addr, body, &cli->err);

	if (error != MXW_E_DETACHED)
		return error;
	cli->err.text[0] = '\0';
	mxw_note(&cli->report,
		 "the controller does not run: the lists of mxwall.conf are asked from here");
	return dnsbl_alone(cli, question, addr, body);
}

/* body is taken. */
static int print(struct cli *cli, json_t *body,
		 void (*people)(const struct cli *cli, const json_t *body))
{
	if (cli->args.json)
		return terminal_json(body);
	people(cli, body);
	json_decref(body);
	return MXW_OK;
}

int verb_dnsbl_list(struct cli *cli)
{
	json_t *body;
	int error = ask_or_do(cli, MXW_QUESTION_LISTS, NULL, &body);

	return error ? error : print(cli, body, dnsbl_print_lists);
}

int verb_dnsbl_stats(struct cli *cli)
{
	json_t *body;
	int error = dnsbl_ask(MXW_QUESTION_LISTS, NULL, &body, &cli->err);

	if (error == MXW_E_DETACHED)
		return mxw_fail(
			&cli->err, MXW_E_FAIL,
			"the controller mxwalld does not run, and nobody else has these figures");
	return error ? error : print(cli, body, dnsbl_print_stats);
}

static size_t count_bad(const json_t *body)
{
	const json_t *lists = json_object_get(body, "lists");
	size_t bad = 0;

	for (size_t i = 0; i < json_array_size(lists); i++)
		bad += !json_is_true(json_object_get(json_array_get(lists, i), "good"));
	return bad;
}

int verb_dnsbl_test(struct cli *cli)
{
	char lists[MXW_COUNT_TEXT];
	json_t *body;
	int error = ask_or_do(cli, MXW_QUESTION_TEST, NULL, &body);
	size_t bad, all;

	if (error)
		return error;
	bad = count_bad(body);
	all = json_array_size(json_object_get(body, "lists"));
	error = print(cli, body, dnsbl_print_test);
	if (!error && bad)
		return mxw_fail(&cli->err, MXW_E_DEGRADED,
				"%zu of %s did not pass: what failed is not to be believed", bad,
				mxw_count_format(all, "list", lists));
	return error;
}

int verb_dnsbl_query(struct cli *cli)
{
	const char *text = cli->args.operands.items[0];
	struct mxw_nat64 nat64;
	uint8_t addr[16];
	json_t *body;
	int error;

	if (!mxw_request_address(text, addr))
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.60s\" is not an address: give one, such as 192.0.2.7", text);
	nat64_of_filter(&nat64);
	(void)mxw_nat64_take(&nat64, addr);
	error = ask_or_do(cli, MXW_QUESTION_QUERY, addr, &body);
	return error ? error : print(cli, body, dnsbl_print_query);
}
