#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the benchmarks: the filter beside others (bench/peers), synflood beside DPDK's
# own generator, and what a packet costs inside the program (pktcost). Called by
# `make bench`, and with --quick by `make bench-quick`: less than 3 minutes, and less
# certain. Installs the packages that are missing and builds first.
# Results, as far as they came, are in build/bench/results/.
set -eu -o pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin
RESULTS=build/bench/results
QUICK_SECONDS=110 # after which no contender begins another turn
QUICK_END=170 # when the last benchmark is told to end with what it has

fail()
{
	echo "bench/run.sh: $*" >&2
	exit 1
}

prepare()
{
	local tool

	tools/packages.sh bench || echo "bench/run.sh: going on with what is there." >&2
	${MAKE:-make} -s --no-print-directory -j2 bench-build
	for tool in jq ethtool ip unshare taskset; do
		command -v $tool > /dev/null || fail "$tool is not installed, and nothing can be measured without it."
	done
	compgen -G '/usr/lib*/*/bpf/xdpfilt_alw_ip.o' > /dev/null ||
		echo "pktcost leaves xdp-filter out: it is not installed (package xdp-tools)."
	mkdir -p $RESULTS
}

# measured TITLE COMMAND...: its failure is remembered, and does not keep the others back.
measured()
{
	printf '\n== %s\n' "$1"
	"${@:2}" || FAILED="$FAILED${FAILED:+, }$1"
	[ -z "$STOPPED" ] || exit 130
}

against_testpmd()
{
	if [ -x build/bench/synflood ] && command -v dpdk-testpmd > /dev/null; then
		bench/synflood/against-testpmd.sh "$@" $RESULTS
	else
		echo "Skipped: it needs the packages libdpdk-dev and dpdk-dev."
	fi
}

peers()
{
	BENCH_BUDGET=$QUICK_SECONDS bench/peers/run.sh "$@"
}

# On a busy machine the largest lists may be missing.
quick_program()
{
	local code=0

	timeout --foreground -s INT $((QUICK_END - SECONDS)) build/bench/pktcost --quick --rounds 1 --packets 1000000 || code=$?
	[ $code = 124 ] || return $code
	echo "Ended early for want of time."
}

[ $# = 0 ] || [ "$*" = --quick ] || fail "\"$*\" is not --quick; there are no other options."
[ "$(id -u)" = 0 ] || fail "measuring loads BPF programs and needs root; run \`sudo make bench\`."
prepare
FAILED='' STOPPED='' SECONDS=0
trap 'STOPPED=yes' INT TERM
if [ $# = 0 ]; then
	measured "the contenders" peers
	measured "the generator" against_testpmd 5 3
	measured "the program" build/bench/pktcost
else
	measured "the contenders" peers --quick
	measured "the generator" against_testpmd 2 1
	measured "the program" quick_program
	jq -r -f bench/peers/table.jq $RESULTS/peers.json || true # once more, where it is seen
	echo "Plots: $RESULTS/peers-cost.png, peers-mpps.png, peers-load.png"
fi
printf '\nIt took %d min %02d s; all results are in %s.\n' $((SECONDS / 60)) $((SECONDS % 60)) $RESULTS
[ -z "$FAILED" ] || fail "failed: $FAILED; see above."
