// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the controller adds to status and explain. Called by status and explain. Without
 * one they say what they always say.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/num.h"
#include "config/config.h"
#include "dnsbl.h"
#include "cli/terminal.h"

static json_t *ask(enum mxw_request_kind question, const uint8_t *addr, struct mxw_err *err)
{
	json_t *body = NULL;

	err->text[0] = '\0';
	if (dnsbl_ask(question, addr, &body, err) == MXW_E_DETACHED)
		err->text[0] = '\0'; /* it does not run, which is nothing to be said again */
	return body;
}

json_t *controller_status(struct mxw_err *err)
{
	return ask(MXW_QUESTION_STATUS, NULL, err);
}

json_t *controller_source(const uint8_t addr[16], struct mxw_err *err)
{
	return ask(MXW_QUESTION_SOURCE, addr, err);
}

static long long whole(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static bool says(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

void controller_print_status(const json_t *status, const struct mxw_err *err)
{
	char up[MXW_DURATION_TEXT], text[sizeof(err->text)], lists[MXW_COUNT_TEXT];
	char entries[MXW_COUNT_TEXT];

	if (!status) {
		(void)printf("controller: %s\n",
			     err->text[0] ? terminal_safe(err->text, text, sizeof(text))
					  : "does not run");
		return;
	}
	(void)printf("controller: runs, %lld of %s online, %s", whole(status, "lists_online"),
		     mxw_count_format((uint64_t)whole(status, "lists"), "list", lists),
		     mxw_count_format((uint64_t)whole(status, "entries"), "entry", entries));
	if (whole(status, "waiting"))
		(void)printf(", %lld REFUSED by the kernel", whole(status, "waiting"));
	(void)printf(", enforced ratio %.4f, for %s%s%s\n",
		     json_real_value(json_object_get(status, "enforced_ratio")),
		     mxw_duration_format((uint64_t)whole(status, "up"), up),
		     says(status, "shadow") ? ", in shadow" : "",
		     says(status, "storing") ? "" : ", its database FAILS");
}

static int judge_missing(const struct mxw_err *why, uint64_t heartbeat, struct mxw_err *err)
{
	if (why->text[0])
		return mxw_fail(err, MXW_E_DEGRADED, "%s", why->text);
	if (heartbeat)
		return mxw_fail(err, MXW_E_DEGRADED,
				"the controller mxwalld has run since the attach and does not run "
				"now: DNS lists are not asked, and its blocks end by themselves; "
				"start it again");
	if (access(MXW_CONFIG_PATH, F_OK) == 0)
		return mxw_fail(err, MXW_E_DEGRADED,
				"the controller mxwalld does not run, although %s is there: DNS "
				"lists are not asked; start mxwalld, or move that file away",
				MXW_CONFIG_PATH);
	return MXW_OK;
}

int controller_judge(const json_t *status, const struct mxw_err *why, uint64_t heartbeat,
		     struct mxw_err *err)
{
	long long lists = whole(status, "lists"), online = whole(status, "lists_online");
	char all[MXW_COUNT_TEXT];

	if (!status)
		return judge_missing(why, heartbeat, err);
	if (online < lists)
		return mxw_fail(
			err, MXW_E_DEGRADED,
			"not believed now: %lld of %s; what they say does not count, and `xdpctl "
			"dnsbl list` says which, and why",
			lists - online, mxw_count_format((uint64_t)lists, "DNS list", all));
	if (whole(status, "helper_stopped"))
		return mxw_fail(err, MXW_E_DEGRADED,
				"somebody has stopped the controller's helper process, so the "
				"never-block set is not kept up to date: `kill -CONT %lld`",
				whole(status, "helper_stopped"));
	if (!says(status, "storing"))
		return mxw_fail(err, MXW_E_DEGRADED,
				"the controller cannot write its database: its log says why, and "
				"what it blocks now is forgotten when it ends");
	return MXW_OK;
}

void controller_print_source(const json_t *source, const struct mxw_err *err)
{
	const char *why = json_string_value(json_object_get(source, "why"));
	char text[512];

	if (!source && err->text[0])
		(void)printf("%s\n", terminal_safe(err->text, text, sizeof(text)));
	else if (says(source, "known"))
		(void)printf("the lists say: score %lld by %s%s\n", whole(source, "score"),
			     terminal_safe(why ? why : "", text, sizeof(text)),
			     says(source, "complete") ? "" : ", but not all have answered");
}
