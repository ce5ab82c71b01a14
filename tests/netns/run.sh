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
JOBS=${JOBS:-2}

# Inside the namespaces: runs one function of one file.
inside()
{
	local file=$1 name=$2 code

	export XDP=$3
	# shellcheck source=/dev/null
	. $DIR/lib.sh
	# shellcheck source=/dev/null
	. "$file"
	# Not behind "||", where bash would ignore the -e.
	set +e
	(set -e; setup; "$name")
	code=$?
	set -e
	if [ $code -ne 0 ] && [ $code -ne 77 ] && [ -n "${DEBUG:-}" ]; then
		echo "$name failed; the shell is in its namespaces, 'x' is xdpctl on the MX host." >&2
		bash --rcfile <(echo "XDP=$XDP; cd $PWD; . $DIR/lib.sh") -i < /dev/tty > /dev/tty 2>&1 || true
	fi
	exit $code
}

# One test: prints "ok", "not ok" with its log, or "skip".
one()
{
	local name=$2 log="$LOGS/$2-$3.log" code=0 title="$2 ($3)" start=$SECONDS
	local limit=()

	# timeout would take the terminal from a DEBUG shell.
	[ -n "${DEBUG:-}" ] || limit=(timeout -k 5 "$LIMIT")
	"${limit[@]}" unshare -m -n -p --fork --kill-child --mount-proc "$0" --inside "$@" > "$log" 2>&1 || code=$?
	case $code in
	0) echo "ok - $title" ;;
	77) echo "skip - $title # $(sed -n 's/^SKIP: //p' "$log" | tail -n 1)" ;;
	124 | 137) echo "not ok - $title # no end after $LIMIT s, exit $code" ;;
	*) echo "not ok - $title # exit $code" ;;
	esac
	[ $code -eq 0 ] || [ $code -eq 77 ] || tail -n 25 "$log" | sed 's/^/#   /'
	[ -z "${TIMES:-}" ] || echo "# $((SECONDS - start)) s $title"
}

# Every test as "FILE NAME MODE", one per line.
list()
{
	local file name

	for file in "$DIR"/test_*.sh; do
		sed -n 's/^\(test_[A-Za-z0-9_]*\)().*/\1/p' "$file" | while read -r name; do
			echo "$file $name native"
			case $name in test_each_*) echo "$file $name skb" ;; esac
		done
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
list | grep -E -- "$pattern" | xargs -r -P "$JOBS" -L 1 "$0" --one | tee "$results"
! grep -q '^not ok' "$results"
