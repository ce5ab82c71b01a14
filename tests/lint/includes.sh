#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include what: docs/ARCHITECTURE.md, "Rooms", as a check.
set -eu -o pipefail
. tests/lint/lib.sh

# Lines "FILE INCLUDED", as written: "base/err.h" or <stdio.h>.
includes()
{
	find "$@" -name '*.[ch]' -print0 | xargs -0 grep -HE '^[[:space:]]*#[[:space:]]*include' |
		sed -E 's/^([^:]*):.*include[[:space:]]*(["<][^">]*[">]).*/\1 \2/'
}

# Rooms below each room; sibling rooms stand in nobody's list but apply's.
rooms()
{
	includes userspace | awk '
	BEGIN {
		below["base"] = "base"
		below["policy"] = "base policy"
		below["lists"] = "base lists"
		below["spf"] = "base spf"
		below["state"] = "base policy lists state"
		below["host"] = "base policy host"
		below["datapath"] = "base policy lists datapath"
		below["feeds"] = "base policy lists feeds"
		below["config"] = "base policy config"
		below["sources"] = "base policy spf config sources"
		below["control"] = "base policy config control"
		below["apply"] = "base policy lists config state host datapath feeds sources apply"
		below["daemon"] = "base policy lists config state host datapath sources control apply daemon"
	}
	$2 !~ /^"/ || $2 ~ /^"bpf\// { next }
	{
		split($1, from, "/"); split($2, to, /["\/]/)
		if (!(from[2] in below))
			print $1 ": no such room in the dependency rule"
		else if ($2 ~ /\// && index(" " below[from[2]] " ", " " to[2] " ") == 0)
			print $1 " includes " $2 ": " from[2] " may not use " to[2]
		else if ($2 !~ /\// && $2 !~ /^"((mxwall|presence)\.skel\.h|kernel_configs\.inc)"$/)
			print $1 " includes " $2 ": spell the room"
	}'
}

# The shared headers are abi.h, key.h, leaf.h, limit_key.h, reason.h and reasons.def; the rest of bpf/ is the program's.
program_headers()
{
	includes userspace tools | awk '
	$2 ~ /^"bpf\// && $2 !~ /^"bpf\/(abi\.h|key\.h|leaf\.h|limit_key\.h|reason\.h|reasons\.def)"$/ {
		print $1 " includes " $2 ", which belongs to the BPF program" }'
	includes bpf | awk '$2 ~ /^"/ && $2 ~ /\// { print $1 " includes " $2 " from outside bpf/" }'
}

# owner HEADER-REGEX FOLDERS-REGEX: nobody else includes it.
owner()
{
	includes userspace tools bpf tests bench | awk -v header="$1" -v owners="$2" '
	$2 ~ header && $1 !~ owners { print $1 " includes " $2 ", which belongs to " owners }'
}

owners()
{
	owner '<sqlite3' '^(userspace/state|tests)/'
	owner '<bpf/(bpf|libbpf|btf)[.]h' '^(userspace/datapath|tests|bench)/'
	owner '<bpf/bpf_(helpers|endian)' '^(bpf|tests|bench)/'
	owner '<xdp/' '^(userspace/datapath/dispatcher[.]c|tests/|bench/)'
	owner 'mxwall[.]skel[.]h' '^(userspace/datapath/program[.]c|tests/|bench/)'
	owner 'presence[.]skel[.]h' '^(userspace/datapath/presence[.]c|tests/|bench/)'
	owner '<jansson' '^(tools/xdpctl/|userspace/lists/format|userspace/control/|userspace/state/asked\.|tests/|bench/)'
	owner '<curl' '^userspace/feeds/fetch'
	owner '<zlib' '^(userspace/host/kconfig[.]c|userspace/feeds/intake[.]c|tests/)'
	owner '<microhttpd' '^userspace/control/http[.]c'
	owner '<ini[.]h>' '^(userspace/config|tests)/'
	owner '<ares' '^(userspace/sources/dnsbl_resolver|tests/)'
	owner '<uv[.]h' '^(userspace/(sources/dnsbl_resolver|daemon/)|tests/|bench/)'
	owner '<rte_' '^bench/synflood/dpdk/'
	owner '<cmocka' '^tests/'
}

# Pure: facts are arguments.
pure()
{
	includes userspace/policy userspace/spf userspace/sources/dns_*.[ch] bpf/parse.h bpf/key.h | awk '
	$2 ~ /<(stdio|time|unistd|fcntl|sys\/|net\/|bpf\/bpf_helpers)/ {
		print $1 " includes " $2 ", but does no I/O and reads no clock" }'
	includes userspace/lists | awk '
	$2 ~ /<(time|unistd|fcntl|sys\/|net\/)/ { # snprintf() is pure
		print $1 " includes " $2 ", but does no I/O and reads no clock" }'
	grep -nE '\bbpf_(map|ktime|ringbuf|jiffies)' bpf/parse.h bpf/key.h || true
}

rooms | verdict "includes: base < {policy, lists, spf} < config < {state, host, datapath, feeds, sources, control} < apply < {tools, daemon}"
program_headers | verdict "includes: bpf/ and userspace share abi.h, key.h, leaf.h, limit_key.h, reason.h and reasons.def only"
owners | verdict "includes: one owner for each library"
pure | verdict "includes: the order of decision, lists, SPF and the parser are pure"
