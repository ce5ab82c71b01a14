#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Facts that the figures are worth nothing without, as JSON: the machine, the
# driver, the versions of the contenders' tools, and what each contender is.
#
#   facts.sh CONTENDER...
set -eu -o pipefail
. bench/peers/contenders.sh

# The first line that a command prints, "" if there is no such command.
version()
{
	"$@" 2> /dev/null | head -n 1 || true
}

package()
{
	dpkg-query -W -f '${Version}' "$1" 2> /dev/null || true
}

for contender in "$@"; do
	jq -n --arg name "$contender" --arg text "$(label "$contender")" '{name: $name, text: $text}'
done | jq -s --argjson machine "$(build/bench/livegen --machine)" --arg nft "$(version nft --version)" \
	--arg ipset "$(version ipset --version)" --arg iptables "$(version iptables --version)" \
	--arg xdptools "$(package xdp-tools)" --arg version "$(cat VERSION)" --arg cpus "$BENCH_CPUS" \
	--arg date "$(date -u +%Y-%m-%d)" \
	'{contenders: ., machine: $machine, version: $version, date: $date,
	  cpus: ($cpus | split(" ") | map(tonumber)), driver: "veth, one queue, threaded NAPI",
	  tools: {nft: $nft, ipset: $ipset, iptables: $iptables, "xdp-tools": $xdptools}}'
