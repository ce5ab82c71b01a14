#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The contenders side by side: every one of them in turn, in each round, in fresh
# namespaces, with the same list and the same packets. Called by bench/run.sh.
#
#   run.sh [--quick] [--rounds N] [--entries N,N...] [--only CONTENDER,...] [--clustered]
#          [--out DIR]
#
# BENCH_CPUS="2 3" sends from CPU 2 and receives on CPU 3 instead of those it would choose.
#
# Writes peers.json, peers.md and plots, also when it fails or is interrupted.
# Ends with exit 1 when a contender failed or did not drop what it should.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin
. bench/peers/contenders.sh
ROUNDS=5 QUICK=false CLUSTERED=false BUDGET=86400 OUT=build/bench/results ONLY=
SIZES=(10000 100000 1000000)
SCRATCH=$PWD/build/bench/scratch
export BENCH_SLICES=2 BENCH_SECONDS=0.3 BENCH_VERIFY=262144 BENCH_SCRATCH=$SCRATCH BENCH_PROC=$SCRATCH/proc

fail()
{
	echo "bench/peers: $*" >&2
	exit 1
}

options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--quick) QUICK=true ROUNDS=3 BUDGET=${BENCH_BUDGET:-115} BENCH_SLICES=2 BENCH_SECONDS=0.2 BENCH_VERIFY=65536 ;;
		--clustered) CLUSTERED=true ;;
		--rounds | --entries | --only | --out)
			[ $# -gt 1 ] || fail "$1 needs a value."
			case $1 in
			--rounds) ROUNDS=$2 ;;
			--entries) IFS=, read -ra SIZES <<< "$2" ;;
			--only) ONLY=$2 ;;
			--out) OUT=$2 ;;
			esac
			shift
			;;
		*) fail "\"$1\" is not an option; see the head of bench/peers/run.sh." ;;
		esac
		shift
	done
	[[ $ROUNDS =~ ^[1-9][0-9]?$ ]] || fail "--rounds \"$ROUNDS\" is not a number from 1 to 99."
}

# Binds threads, for those inside of the namespaces who cannot. Ends when the
# last of them has closed the pipe.
binder()
{
	local pid cpu

	trap '' INT TERM
	while read -r pid cpu; do
		taskset -pc "$cpu" "$pid" && renice -n -20 -p "$pid"
	done > /dev/null 2>&1
}

# What cannot be done, or seen, from inside. A little precedence over other work
# on the machine: where sessions are scheduled as groups, niceness is the group's.
prepare_outside()
{
	local group=/proc/self/autogroup

	mkdir -p "$SCRATCH/proc" "$OUT"
	find "$SCRATCH" -mindepth 1 -maxdepth 1 ! -name proc -exec rm -rf {} +
	choose_cpus
	bench/peers/facts.sh "${CONTENDERS[@]}" > "$SCRATCH/facts.json"
	if [ -w $group ]; then
		export BENCH_GROUP_NICE
		BENCH_GROUP_NICE=$(awk '{ print $3 }' $group)
		echo -10 > $group
	fi
	renice -n -10 -p $$ > /dev/null
}

# The first stage, outside: /proc for those inside, who see processes of their own
# only. From the last stage on everything ends with this process, SIGKILL included.
enter()
{
	[ "$(id -u)" = 0 ] || fail "network namespaces need root; run \`sudo make bench\`."
	if [ "${BENCH_STAGE:-0}" = 0 ]; then
		prepare_outside
		exec env BENCH_STAGE=1 unshare -m "$0" "$@"
	elif [ "$BENCH_STAGE" = 1 ]; then
		mount --rbind /proc "$BENCH_PROC"
		exec 9> >(binder)
		exec env BENCH_STAGE=2 unshare -m -n -p --fork --kill-child --mount-proc "$0" "$@"
	fi
}

# Numbers of a list such as 0-3,8 as lines.
numbers()
{
	tr , '\n' | while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done
}

# The sender's and the receiver's CPU: the first that we may use, and the last on its
# socket that is another core, or where there is none the last.
choose_cpus()
{
	local allowed cpu near='' topology=/sys/devices/system/cpu

	[ -z "${BENCH_CPUS:-}" ] || return 0
	mapfile -t allowed < <(awk '/^Cpus_allowed_list/ { print $2 }' /proc/self/status | numbers)
	[ ${#allowed[@]} -ge 2 ] || fail "sending and receiving needs two CPUs; there is one."
	for cpu in "${allowed[@]:1}"; do
		! cmp -s $topology/cpu{"${allowed[0]}","$cpu"}/topology/physical_package_id ||
			numbers < $topology/cpu"${allowed[0]}"/topology/thread_siblings_list | grep -qx "$cpu" ||
			near=$cpu
	done
	export BENCH_CPUS="${allowed[0]} ${near:-${allowed[-1]}}"
}

# Sets RUNNING, and writes what is left out and why.
choose_contenders()
{
	local contender missing

	RUNNING=()
	for contender in "${CONTENDERS[@]}"; do
		missing=$(missing_tools "$contender")
		if [ -n "$ONLY" ] && [[ ,$ONLY,floor, != *,$contender,* ]]; then
			continue
		elif [ -n "$missing" ]; then
			echo "$contender is skipped; not installed: ${missing//$'\n'/, }." | tee -a "$SCRATCH/skipped"
		else
			RUNNING+=("$contender")
		fi
	done
}

list_of()
{
	local file=$SCRATCH/$1-$2.txt

	[ -e "$file" ] || build/bench/livegen --list --corpus "$1" --entries "$2" > "$file"
	echo "$file"
}

# Until what the last contender freed has come back: the kernel frees large maps
# and sets later and at its leisure.
settle()
{
	local before=0 now try

	for ((try = 0; try < 50; try++)); do
		now=$(awk '/^MemFree/ { print $2 }' /proc/meminfo)
		[ $((now - before)) -gt 2048 ] || return 0
		before=$now
		sleep 0.1
	done
}

# One turn, its line appended to the raw results: turn ROUND CONTENDER CORPUS ENTRIES
turn()
{
	local list out code=0 name=$((EPOCHSECONDS % 100000))$((++TURNS))

	list=$(list_of "$3" "$4")
	export BENCH_TRAFFIC=$3
	[ "$3 $4" != "uniform ${SIZES[-1]}" ] || $QUICK || BENCH_TRAFFIC="uniform skewed"
	settle
	out=$(unshare -m -n -p --fork --kill-child --mount-proc bench/peers/turn.sh \
		"$2" "$list" "$3" "$4" "$name" 2> "$SCRATCH/turn.err") || code=$?
	[ -z "$STOPPED" ] || return 0 # its end is not its own
	if [ $code -ne 0 ]; then
		FAILED=true
		((++FAILURES))
		out=$(jq -Rcs --arg contender "$2" --arg corpus "$3" --argjson entries "$4" \
			'{$contender, $corpus, $entries, error: .}' "$SCRATCH/turn.err")
		sed "s/^/  /" "$SCRATCH/turn.err" >&2
	fi
	jq -c --argjson round "$1" '. + {round: $round}' <<< "$out" >> "$RAW"
	jq -r -f bench/peers/line.jq <<< "$out"
}

# Whether there is to be another turn.
going_on()
{
	[ -z "$STOPPED" ] && [ $SECONDS -lt "$BUDGET" ]
}

# All contenders, beginning with another one each time: series ROUND CORPUS ENTRIES
series()
{
	local i contender count=${#RUNNING[@]} most

	! going_on || echo "Round $1 of $ROUNDS, $3 entries, $2"
	for ((i = 0; i < count; i++)); do
		contender=${RUNNING[(i + $1 - 1) % count]}
		most=$(most "$contender")
		[ "$most" = 0 ] || [ "$3" -le "$most" ] || continue
		! $QUICK || [ "$contender $3" != "nft-interval 1000000" ] || continue # it loads for 20 s
		going_on || return 0
		turn "$1" "$contender" "$2" "$3"
	done
}

# Quick: the largest size once, after the first round of the others, and then as
# many rounds as there is time for. Clustered: also the largest list but one as 33
# addresses in each /24.
rounds()
{
	local round size count=${#SIZES[@]} last=${SIZES[-1]}

	for ((round = 1; round <= ROUNDS; round++)); do
		for size in "${SIZES[@]}"; do
			if $QUICK && [ "$round" -gt 1 ] && [ "$size" = "$last" ] && [ ${#SIZES[@]} -gt 1 ]; then
				continue
			fi
			series "$round" uniform "$size"
		done
		! $CLUSTERED || series "$round" clustered "${SIZES[count > 1 ? count - 2 : 0]}"
	done
}

prepare()
{
	TURNS=0 FAILURES=0 STOPPED='' FAILED=false RAW=$OUT/peers.jsonl
	: > "$RAW"
	: > "$SCRATCH/skipped"
	choose_contenders
}

finish()
{
	local complete=true

	echo "$TURNS turns, $FAILURES of them failed; $(wc -l < "$SCRATCH/skipped") contenders skipped."
	[ -z "${BENCH_GROUP_NICE:-}" ] || echo "$BENCH_GROUP_NICE" > /proc/self/autogroup
	[ -z "$STOPPED" ] || complete=false
	bench/peers/report.sh "$RAW" "$SCRATCH/facts.json" "$SCRATCH/skipped" "$OUT" "$ROUNDS" "$QUICK" "$complete" || FAILED=true
	find "$SCRATCH" -mindepth 1 -maxdepth 1 ! -name proc -exec rm -rf {} +
}

options "$@"
enter "$@"
prepare
trap 'STOPPED=interrupted' INT TERM
rounds
trap '' INT TERM
finish
[ -z "$STOPPED" ] || fail "interrupted; what was measured is in $OUT."
! $FAILED || fail "a contender failed; see above and $OUT/peers.md."
