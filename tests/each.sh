# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the groups whose tests are functions test_* of shell scripts, each run in namespaces of its
# own; sourced by run.sh and lib.sh of the groups netns and host.
#
# Set by run.sh: DIR, the folder with lib.sh and the tests; LOGS, where their logs go; LIMIT, the
# most seconds of a test.

# Every test as "FILE NAME".
functions()
{
	local file

	for file in "$DIR"/test_*.sh; do
		sed -n "s|^\(test_[A-Za-z0-9_]*\)().*|$file \1|p" "$file"
	done
}

# Inside the namespaces: runs function $2 of file $1. Returns its code.
run_function()
{
	local code

	# shellcheck source=/dev/null
	. "$DIR/lib.sh"
	# shellcheck source=/dev/null
	. "$1"
	# Not behind "||", where bash would ignore the -e.
	set +e
	(set -e; setup; "$2")
	code=$?
	set -e
	return $code
}

# What tests of all groups say.
die()
{
	echo "FAILED: $*" >&2
	exit 1
}

skip()
{
	echo "SKIP: $*"
	exit 77
}

# judged TITLE LOG COMMAND...: runs a test, and prints "ok", "not ok" with its log, or "skip".
judged()
{
	local title=$1 log=$2 code=0 TIMEFORMAT="%R s, %U and %S s of CPU time: $1"

	shift 2
	{ time "$@" > "$log" 2>&1 || code=$?; } 2>> "$LOGS/times"
	case $code in
	0) echo "ok - $title" ;;
	77) echo "skip - $title # $(sed -n 's/^SKIP: //p' "$log" | tail -n 1)" ;;
	124 | 137) echo "not ok - $title # no end after $LIMIT s, exit $code" ;;
	*) echo "not ok - $title # exit $code" ;;
	esac
	[ $code -eq 0 ] || [ $code -eq 77 ] || tail -n 25 "$log" | sed 's/^/#   /'
}

# The ten tests that took longest.
slowest()
{
	sort -rn "$LOGS/times" | sed -n '1,10s/^/# /p'
}
