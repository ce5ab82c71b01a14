// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * attach: the filter onto an interface, on trial if wanted.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/apply.h"
#include "apply/attach.h"
#include "base/num.h"
#include "datapath/switches.h"
#include "nat64_notes.h"
#include "scope.h"
#include "state/lock.h"
#include "cli/terminal.h"
#include "cli/cli.h"

/* One --ports: adds what is new in it to the first *count of ports. */
static int add_ports(struct cli *cli, const char *list, uint16_t ports[MXW_MAX_PORTS],
		     size_t *count)
{
	char words[64], *save = NULL;
	uint64_t port;

	if (snprintf(words, sizeof(words), "%s", list) >= (int)sizeof(words))
		return mxw_fail(&cli->err, MXW_E_USAGE, "--ports \"%.40s...\" is too long", list);
	if (strspn(words, ",") == strlen(words))
		return mxw_fail(&cli->err, MXW_E_USAGE, "--ports \"%s\" names no port", list);
	for (char *item = strtok_r(words, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
		bool good = mxw_number_parse(item, 1, 65535, &port);
		bool known = false;

		for (size_t i = 0; i < *count && good; i++)
			known = known || ports[i] == port;
		if (!good || (!known && *count == MXW_MAX_PORTS))
			return mxw_fail(
				&cli->err, MXW_E_USAGE,
				"--ports \"%s\" is wrong at \"%s\": give up to %d port numbers, "
				"separated by commas",
				list, item, MXW_MAX_PORTS);
		if (!known)
			ports[(*count)++] = (uint16_t)port;
	}
	return MXW_OK;
}

static int parse_ports(struct cli *cli, uint16_t ports[MXW_MAX_PORTS])
{
	size_t count = 0;
	int error = MXW_OK;

	for (size_t i = 0; i < cli->args.ports.count && !error; i++)
		error = add_ports(cli, cli->args.ports.items[i], ports, &count);
	return error;
}

/* The lists of an attach, owned by the verb. */
struct attach_lists {
	struct mxw_never_item *never;
	struct mxw_dest_key *dests;
};

static int parse_lists(struct cli *cli, struct mxw_attach_options *options,
		       struct attach_lists *lists)
{
	int error = MXW_OK;

	lists->never = calloc(cli->args.never.count + 1, sizeof(*lists->never));
	lists->dests = calloc(cli->args.protect.count + 1, sizeof(*lists->dests));
	if (!lists->never || !lists->dests)
		return mxw_fail(&cli->err, MXW_E_FAIL, "out of memory");
	for (size_t i = 0; i < cli->args.never.count && !error; i++)
		error = mxw_never_parse(cli->args.never.items[i], &lists->never[i], &cli->err);
	for (size_t i = 0; i < cli->args.protect.count && !error; i++)
		error = mxw_dest_parse(cli->args.protect.items[i], &lists->dests[i], &cli->err);
	options->never = lists->never;
	options->never_count = cli->args.never.count;
	options->scope.dests = lists->dests;
	options->scope.dest_count = cli->args.protect.count;
	return error;
}

/* What the words of the command mean. What is not given is left 0 or AUTO, since an attach keeps
 * what it does not name. The lists belong to the caller. */
static int attach_options(struct cli *cli, struct mxw_attach_options *options,
			  struct attach_lists *lists)
{
	const struct cli_args *args = &cli->args;
	int error;

	if (args->exclusive && args->shared)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"--exclusive and --shared exclude each other");
	*options = (struct mxw_attach_options){
		.ifname = args->operands.items[0],
		.mode = args->mode, /* the choices are in the order of enum mxw_mode */
		.xdp = args->xdp ? (enum mxw_xdp)(args->xdp - 1) : MXW_XDP_AUTO,
		.sharing = args->exclusive ? MXW_SHARING_EXCLUSIVE
			   : args->shared  ? MXW_SHARING_SHARED
					   : MXW_SHARING_AUTO,
		.scope = { .defaults = args->defaults, .drop_fragmented = args->drop_fragmented },
		.capacity = (uint32_t)args->capacity,
		.confirm_seconds = args->confirm,
		.dry_run = args->dry_run,
	};
	error = parse_ports(cli, options->scope.ports);
	if (!error && args->nat64)
		error = mxw_nat64_parse(args->nat64, &options->scope.nat64, &cli->err);
	return error ? error : parse_lists(cli, options, lists);
}

/* A process of its own that detaches unless the confirmation comes. */
static int start_watch(struct cli *cli, const struct mxw_attach_result *result)
{
	pid_t child;
	int null;

	(void)fflush(NULL);
	child = fork();
	if (child < 0)
		return mxw_fail(
			&cli->err, MXW_E_DEGRADED,
			"cannot start the process that waits for the confirmation: the filter "
			"will pass everything after the time, but stay attached");
	if (child)
		return MXW_OK;
	(void)setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		(void)dup2(null, fd);
	_exit(mxw_exit_code(mxw_confirm_watch(result->ifindex, result->confirm_until, NULL)));
}

static void add_scope(json_t *root, const struct mxw_scope *scope)
{
	(void)json_object_set_new(root, "ports", scope_ports_json(scope));
	(void)json_object_set_new(root, "protect", scope_dests_json(scope));
	(void)json_object_set_new(root, "drops_fragmented", json_boolean(scope->drop_fragmented));
	(void)json_object_set_new(root, "nat64", scope_nat64_json(&scope->nat64));
}

static void print_scope(const struct mxw_scope *scope)
{
	char ports[SCOPE_PORTS], dests[SCOPE_DESTS], nat64[MXW_ADDR_TEXT];

	(void)printf("protected ports: %s; protected destinations: %s%s%s%s\n",
		     scope_ports(scope, ports), scope_dests(scope, dests),
		     scope->drop_fragmented ? "; fragmented SYNs are dropped" : "",
		     scope->nat64.high ? "; NAT64 prefix: " : "",
		     scope->nat64.high ? mxw_nat64_format(&scope->nat64, nat64) : "");
}

/* How the filter is attached now, which may differ from what was asked: AUTO and what the
 * interface had before decide together. */
static int print_attach(struct cli *cli, const struct mxw_attach_result *result)
{
	const char *ifname = cli->args.operands.items[0];
	const char *how = mxw_holder_name(result->hook.holder);
	char entries[MXW_COUNT_TEXT], never[MXW_COUNT_TEXT];
	json_t *root;

	if (cli->args.json) {
		root = json_pack("{s:s, s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:i, s:b}", "iface",
				 ifname, "ifindex", (int)result->ifindex, "how", how, "xdp",
				 mxw_xdp_name(result->hook.xdp), "mode",
				 mxw_mode_name(result->mode), "replaced", result->replaced,
				 "entries", (json_int_t)result->entries, "never",
				 (json_int_t)result->never, "confirm_seconds",
				 (int)cli->args.confirm, "dry_run", false);
		add_scope(root, &result->scope);
		return terminal_json(root);
	}
	(void)printf("%s %s: %s mode, XDP %s, %s, %s, %s\n",
		     result->replaced ? "replaced on" : "attached to", ifname,
		     mxw_mode_name(result->mode), mxw_xdp_name(result->hook.xdp),
		     result->hook.holder == MXW_HOLDER_SHARED ? "through libxdp's dispatcher"
							      : "alone, as a pinned bpf_link",
		     mxw_count_format(result->entries, "entry", entries),
		     mxw_count_format(result->never, "never-block address", never));
	print_scope(&result->scope);
	if (cli->args.confirm)
		(void)printf("detaches again in %u s unless you run: xdpctl confirm %s\n",
			     (unsigned int)cli->args.confirm, ifname);
	return MXW_OK;
}

static int dry_attach(struct cli *cli, const struct mxw_attach_result *result)
{
	json_t *root;

	if (cli->args.json) {
		root = json_pack("{s:s, s:i, s:b}", "iface", cli->args.operands.items[0], "ifindex",
				 (int)result->ifindex, "dry_run", true);
		add_scope(root, &result->scope);
		return terminal_json(root);
	}
	(void)printf("would attach to %s\n", cli->args.operands.items[0]);
	print_scope(&result->scope);
	return MXW_OK;
}

int verb_attach(struct cli *cli)
{
	struct attach_lists lists = { 0 };
	struct mxw_attach_options options;
	struct mxw_attach_result result;
	int error = attach_options(cli, &options, &lists);

	if (!error)
		error = mxw_attach(&options, &result, &cli->report, &cli->err);
	terminal_progress_end(&cli->report);
	free(lists.never);
	free(lists.dests);
	if (error)
		return error;
	scope_note_changes(&result.was, &result.scope, &cli->report);
	if (cli->args.nat64)
		nat64_note_stored(&result.scope.nat64, &cli->report);
	if (options.dry_run)
		return dry_attach(cli, &result);
	if (result.confirm_until)
		error = start_watch(cli, &result);
	if (!error)
		error = print_attach(cli, &result);
	if (!error && result.store_lost)
		return mxw_fail(
			&cli->err, MXW_E_DEGRADED,
			"attached without the earlier entries: the state database was damaged");
	if (!error && result.amiss[0])
		return mxw_fail(&cli->err, MXW_E_DEGRADED, "%s", result.amiss);
	return error;
}
