#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the tests: tests/run.sh [GROUP]...   unit bpf foreign fuzz netns host vm lint; all without.
#
# As root it first installs the packages that the tests need. All groups together go on in two
# lanes, so that one computes while the other waits for its networks. A group prints cmocka's
# lines or "ok - NAME", "not ok - NAME", "skip - NAME # reason"; here they are counted. A group
# or a program that fails without naming a test, or a group that runs none, counts as one
# failure. Ends with "N passed, N failed, N skipped", and with exit 1 if any failed. Logs are in
# build/test-logs/.
#
# --quick, for every day: all of unit, and of
# lint, bpf and netns what is fast or finds most.
set -eu -o pipefail
cd "$(dirname "$0")/.."
LOGS=build/test-logs
# The system's own python3 first: one that a version manager starts takes ten times as long.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
QUICK_LINTS="format includes size tree documents words completion shell"
QUICK_BPF="feed frames ipv4 ipv6 limit limit_syn policy prefix time truncated"
QUICK_NETNS="P10_P13 P14_own_addresses modes_and_their_counters real_mail starts_in_monitor L6_unconfirmed
	verify_finds cli_exit_codes feed_is_in_force its_first_syn D4_resolver_gone limit_source_rate"

# A group's log as lines "passed NAME", "failed NAME", "skipped NAME". cmocka
# names a failed or skipped test twice, when it happens and at the end.
results()
{
	awk -v group="$2" '
	function result(state, name) { print state, group ": " name }
	# cmocka may mark a name with its group or place, and lists failures again.
	function once(state) {
		name = substr($0, index($0, "] ") + 2)
		if (name !~ /^[0-9]+ test\(s\)/ && !seen[program, name]++)
			result(state, name)
	}
	/^# program /         { program = $3 }
	/^\[       OK \] /    { result("passed", substr($0, index($0, "] ") + 2)) }
	/^\[  FAILED  \] /    { once("failed") }
	/^\[  SKIPPED \] /    { once("skipped") }
	sub(/^ok - /, "")     { result("passed", $0) }
	sub(/^not ok - /, "") { result("failed", $0) }
	sub(/^skip - /, "")   { result("skipped", $0) }' "$1"
}

count()
{
	grep -c "^$1 " "$2" || true
}

# programs GROUP [NAME]...: runs the test programs of build/GROUP, or the named ones, one after
# the other.
programs()
{
	local program code status=0 group=$1 out=$LOGS/$1.program these

	shift
	these=("${@/#/build/$group/test_}")
	[ $# -gt 0 ] || these=(build/"$group"/test_*)
	for program in "${these[@]}"; do
		[[ -x $program ]] || continue
		echo "# program $program"
		code=0
		"$program" > "$out" 2>&1 || code=$?
		cat "$out"
		[ $code -eq 0 ] || status=1
		if [ $code -ge 126 ] || { [ $code -ne 0 ] && ! grep -qF '[  FAILED  ]' "$out"; }; then
			echo "not ok - $program ended with exit $code"
		fi
	done
	return $status
}

group()
{
	case $1 in
	bpf | netns | host | vm) [ "$(id -u)" = 0 ] || { echo "skip - $1 # needs root"; return 0; } ;;
	esac
	case $1 in
	quick-*) quick "$1" ;;
	unit | bpf) programs "$1" ;;
	foreign | fuzz | netns | host | vm | lint) "tests/$1/run.sh" ;;
	*) echo "no such group: '$1'; there are unit bpf foreign fuzz netns host vm lint"; return 2 ;;
	esac
}

run_group()
{
	local name=$1 log=$LOGS/$1.log found=$LOGS/$1.results code start=$SECONDS

	echo "== $name"
	set +e
	group "$name" 2>&1 < /dev/null | tee "$log" | grep --line-buffered -v '^\[ RUN      \]'
	code=${PIPESTATUS[0]}
	set -e
	results "$log" "$name" > "$found"
	if [ "$code" -ne 0 ] && [ "$(count failed "$found")" = 0 ]; then
		echo "failed $name: the group ended with exit $code" >> "$found"
	elif [ ! -s "$found" ]; then
		echo "failed $name: the group ran no test" >> "$found"
	fi
	cat "$found" >> $LOGS/results
	echo "== $name: $(totals "$found"), $((SECONDS - start)) s" | tee -a $LOGS/summary
}

totals()
{
	echo "$(count passed "$1") passed, $(count failed "$1") failed, $(count skipped "$1") skipped"
}

prepare()
{
	[ "$(id -u)" != 0 ] || tools/packages.sh test
	${MAKE:-make} -s --no-print-directory -j2 tests
}

# The quick part of a group.
quick()
{
	local of=${1#quick-}

	[ "$of" = unit ] || [ "$of" = lint ] || [ "$(id -u)" = 0 ] || { echo "skip - $of # needs root"; return 0; }
	# shellcheck disable=SC2086 # lists of words
	case $of in
	unit) programs unit ;;
	bpf) programs bpf $QUICK_BPF ;;
	netns) tests/netns/run.sh $QUICK_NETNS ;;
	lint) tests/lint/run.sh $QUICK_LINTS ;;
	esac
}

run_groups()
{
	local name

	for name; do
		run_group "$name"
	done
}

# What only computes goes on behind the rest, in a process group of its own that ends with this
# script, and is shown after it. The emulated kernels need both CPUs.
run_all()
{
	local lane

	set -m
	{ renice -n 19 $BASHPID > /dev/null; run_groups bpf foreign lint host; } > $LOGS/lane 2>&1 &
	set +m
	lane=$!
	# shellcheck disable=SC2064 # now
	trap "kill -- -$lane 2> /dev/null" EXIT
	run_groups unit netns fuzz
	wait $lane || echo "failed run: bpf, foreign, lint and host ended before their time" >> $LOGS/results
	trap - EXIT
	cat $LOGS/lane
	run_groups vm
}

rm -rf $LOGS
mkdir -p $LOGS
touch $LOGS/results $LOGS/summary
if prepare; then
	case ${1:-} in
	"") run_all ;;
	--quick) run_groups quick-lint quick-unit quick-bpf quick-netns ;;
	*) run_groups "$@" ;;
	esac
else
	echo "failed build: the packages or the build, see above" >> $LOGS/results
fi
echo
cat $LOGS/summary
sed -n 's/^skipped /SKIPPED /p; s/^failed /FAILED /p' $LOGS/results
totals $LOGS/results
[ "$(count failed $LOGS/results)" = 0 ]
