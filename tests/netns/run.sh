#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the netns tests: tests/netns/run.sh [PATTERN]...
#
# Every function test_* of tests/netns/test_*.sh runs in namespaces of its own,
# with native XDP; those named test_each_* also in skb mode. PATTERN picks
# tests by name. DEBUG=1 opens a shell in the namespaces of a failed test.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
DIR=tests/netns
LOGS=build/test-logs/netns
LIMIT=${LIMIT:-600}
JOBS=${JOBS:-$(($(nproc) + 1))} # most of them wait most of the time

. tests/each.sh

# Inside the namespaces: runs one function of one file.
inside()
{
	local code=0

	export XDP=$3
	run_function "$1" "$2" || code=$?
	if [ $code -ne 0 ] && [ $code -ne 77 ] && [ -n "${DEBUG:-}" ]; then
		echo "$2 failed; the shell is in its namespaces, 'x' is xdpctl on the MX host." >&2
		bash --rcfile <(echo "XDP=$XDP; cd $PWD; . $DIR/lib.sh") -i < /dev/tty > /dev/tty 2>&1 || true
	fi
	exit $code
}

# One test, in namespaces of its own.
one()
{
	local limit=()

	# timeout would take the terminal from a DEBUG shell.
	[ -n "${DEBUG:-}" ] || limit=(timeout -k 5 "$LIMIT")
	judged "$2 ($3)" "$LOGS/$2-$3.log" "${limit[@]}" \
		unshare -m -n -p --fork --kill-child --mount-proc "$0" --inside "$@"
}

# Every test as "FILE NAME MODE", one per line.
list()
{
	local file name

	functions | while read -r file name; do
		echo "$file $name native"
		case $name in test_each_*) echo "$file $name skb" ;; esac
	done
}

case ${1:-} in
--inside) shift; inside "$@" ;;
--one) shift; one "$@"; exit 0 ;;
esac
[ "$(id -u)" = 0 ] || { echo "skip - netns # needs root"; exit 0; }
[ -x build/xdpctl ] || { echo "not ok - netns # build/xdpctl is missing; run make first"; exit 1; }
[ -z "${DEBUG:-}" ] || JOBS=1
mkdir -p $LOGS
pattern=$(IFS='|'; echo "${*:-.}")
results=$(mktemp)
trap 'rm -f "$results"' EXIT
: > $LOGS/times
list | grep -E -- "$pattern" | xargs -r -P "$JOBS" -L 1 "$0" --one | tee "$results"
slowest
! grep -q '^not ok' "$results"
