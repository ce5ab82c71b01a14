// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check: findings about kernel, rights and interface from host/check.h, with
 * what only libbpf and libxdp can tell: who is on the interface's hook, and
 * whether the dispatcher can work.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "apply/stack.h"
#include "datapath/dispatcher.h"
#include "datapath/hook.h"
#include "host/check.h"
#include "host/check_add.h"
#include "presence.h"
#include "cli/terminal.h"
#include "cli/cli.h"

static void add_dispatcher(struct mxw_check *check)
{
	if (mxw_dispatcher_supported())
		mxw_check_add(check, MXW_LEVEL_OK, "dispatcher",
			      "the kernel loads EXT programs: libxdp's dispatcher can share an "
			      "interface");
	else
		mxw_check_add(
			check, MXW_LEVEL_NOTE, "dispatcher",
			"the kernel refuses EXT programs here: the filter attaches alone, as a "
			"pinned bpf_link, and no other XDP program can share its interface");
}

/* What is on a bridge, VLAN and the like of which the interface is a part, or the other way. */
static void add_stacked(struct mxw_check *check, const char *iface)
{
	struct mxw_stacked other;
	struct mxw_nic nic;

	if (mxw_nic_read(iface, &nic, NULL))
		return;
	if (mxw_stack_above(&nic, &other))
		mxw_check_add(check, MXW_LEVEL_FAIL, "XDP users", "%s", other.text);
	if (mxw_stack_below(&nic, &other))
		mxw_check_add(check, MXW_LEVEL_WARN, "XDP users", "%s", other.text);
}

/* Who has the interface's XDP hook. Only a program that holds it alone keeps the filter from
 * attaching. */
static void add_holder(struct mxw_check *check, const char *iface)
{
	unsigned int ifindex;
	struct mxw_hook hook;
	char programs[MXW_COUNT_TEXT];

	if (mxw_nic_index(iface, &ifindex, NULL) || mxw_hook_query(ifindex, &hook, NULL))
		return;
	switch (hook.holder) {
	case MXW_HOLDER_NONE:
		mxw_check_add(check, MXW_LEVEL_OK, "XDP users", "no XDP program is on %s", iface);
		break;
	case MXW_HOLDER_FOREIGN:
		if (!hook.name[0]) { /* the kernel names it to those with rights only */
			mxw_check_add(
				check, MXW_LEVEL_NOTE, "XDP users",
				"XDP program %u is on %s, and only root can see whose program "
				"it is: run `xdpctl check %s` as root",
				hook.program_id, iface, iface);
			break;
		}
		mxw_check_add(check, MXW_LEVEL_FAIL, "XDP users",
			      "\"%s\" (program %u) holds %s alone: detach it with the tool that "
			      "loaded it, or load it through libxdp, before attaching",
			      hook.name, hook.program_id, iface);
		break;
	case MXW_HOLDER_DISPATCHER:
		mxw_check_add(check, MXW_LEVEL_OK, "XDP users",
			      "libxdp's dispatcher runs %s on %s; the filter can join",
			      mxw_count_format(hook.programs, "program", programs), iface);
		break;
	default:
		mxw_check_add(check, MXW_LEVEL_OK, "XDP users",
			      "mxwall is on %s, %s mode, by %s (program %u)", iface,
			      mxw_xdp_name(hook.xdp), mxw_holder_name(hook.holder),
			      hook.program_id);
		break;
	}
}

static int print_json(const struct mxw_check *check)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < check->count; i++)
		(void)json_array_append_new(
			findings,
			json_pack("{s:s, s:s, s:s}", "level", mxw_level_name(check->items[i].level),
				  "what", check->items[i].what, "text", check->items[i].text));
	return terminal_json(json_pack("{s:s, s:o}", "worst",
				       mxw_level_name(mxw_check_worst(check)), "findings",
				       findings));
}

static void print_table(const struct cli *cli, const struct mxw_check *check)
{
	static const char *const headings[] = { "LEVEL", "WHAT", "FINDING", NULL };
	struct terminal_table *table = terminal_table_new(headings, cli->args.porcelain);

	for (size_t i = 0; i < check->count; i++) {
		const char *const cells[] = { mxw_level_name(check->items[i].level),
					      check->items[i].what, check->items[i].text };

		terminal_table_row(table, cells);
	}
	terminal_table_print(table);
}

/* Runs every check, also after one has failed: the operator wants to see all that is to be
 * mended. */
int verb_check(struct cli *cli)
{
	const char *iface = cli->args.operands.count ? cli->args.operands.items[0] : NULL;
	struct mxw_check *check = calloc(1, sizeof(*check));
	int error;

	if (!check)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	mxw_program_quiet();
	error = mxw_check_run(iface, check);
	add_dispatcher(check);
	presence_check(mxw_maps_pinned(), check);
	if (iface) {
		add_holder(check, iface);
		add_stacked(check, iface);
	}
	if (!error && cli->args.json)
		error = print_json(check);
	else if (!error)
		print_table(cli, check);
	if (error)
		error = mxw_fail(&cli->err, error,
				 "the kernel does not answer questions about "
				 "interfaces: is this a restricted container?");
	else if (mxw_check_worst(check) == MXW_LEVEL_FAIL)
		error = mxw_fail(&cli->err, MXW_E_FAIL,
				 "at least one finding keeps the filter from attaching");
	free(check);
	return error;
}
