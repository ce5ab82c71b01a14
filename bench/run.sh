#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the benchmarks: first what a packet costs inside the program (pktcost), then
# the filter side by side with others (bench/peers). Called by `make bench`, and
# with --quick by `make bench-quick`: less than 3 minutes, and less certain.
# Results, as far as they came, are in build/bench/results/.
set -eu -o pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin
QUICK_SECONDS=150 # after which no contender begins another turn

fail()
{
	echo "bench/run.sh: $*" >&2
	exit 1
}

[ $# = 0 ] || [ "$*" = --quick ] || fail "\"$*\" is not --quick; there are no other options."
for program in bench/pktcost bench/livegen bench/peer bench/stopwatch xdpctl; do
	[ -x build/$program ] || fail "build/$program is missing; build it with \`make bench-build\`."
done
[ "$(id -u)" = 0 ] || fail "measuring loads BPF programs and needs root; run \`sudo make bench\`."
for tool in jq ethtool ip unshare taskset; do
	command -v $tool > /dev/null || fail "$tool is not installed, and nothing can be measured without it."
done
if ! compgen -G '/usr/lib*/*/bpf/xdpfilt_alw_ip.o' > /dev/null; then
	echo "pktcost leaves xdp-filter out: it is not installed (package xdp-tools)."
fi

STOPPED=false
trap 'STOPPED=true' INT TERM
quick=()
[ $# = 0 ] || quick=(--quick --packets 1000000)
status=0
build/bench/pktcost "${quick[@]}" || status=$?
! $STOPPED || exit 130
BENCH_BUDGET=$((QUICK_SECONDS - SECONDS)) bench/peers/run.sh "$@" || status=$?
exit $status
