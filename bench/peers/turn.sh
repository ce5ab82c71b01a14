#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One turn of one contender: fills it, checks what it decides packet by packet,
# and measures what it does with as many packets as there can be. Prints one line
# of JSON. Run by bench/peers/run.sh in namespaces that this turn has for itself.
#
#   turn.sh CONTENDER LIST CORPUS ENTRIES NAME
#
# From the environment: BENCH_PROC (the machine's /proc), BENCH_SCRATCH (a folder
# on a disk), BENCH_SLICES (how often it measures) and BENCH_SECONDS (how long each
# time), BENCH_VERIFY (packets), BENCH_TRAFFIC (corpora to send; the list's own, or
# skewed with a uniform list), BENCH_CPUS ("0 1": of the sender and of the receiver),
# and descriptor 9, on which one asks for a thread to be bound: "PID CPU".
set -eu -o pipefail
. bench/peers/contenders.sh
CONTENDER=$1 LIST=$2 CORPUS=$3 ENTRIES=$4
TX=t$5 RX=r$5
FLOOR_TX=s$5 FLOOR_RX=f$5 # the same devices again, with the floor at the end of the wire
read -r SEND_CPU RECEIVE_CPU <<< "$BENCH_CPUS"

die()
{
	echo "$*" >&2
	exit 1
}

mounts()
{
	mount -t sysfs sysfs /sys
	mount -t bpf bpf /sys/fs/bpf
	mount -t tmpfs tmpfs /run
	mkdir -p /run/lock "$BENCH_SCRATCH/state"
	rm -rf "${BENCH_SCRATCH:?}/state"/*
	mkdir -p /var/lib/mxwall
	mount --bind "$BENCH_SCRATCH/state" /var/lib/mxwall # what an operator has: a disk
}

# The process that receives for DEVICE, once there is one.
napi_thread()
{
	local file

	for file in $(grep -ls "^napi/$1-" "$BENCH_PROC"/[0-9]*/comm); do
		file=${file%/comm}
		echo "${file##*/}"
	done
}

# Binds the thread that receives for DEVICE to the receiving CPU. Only a process
# outside of our process namespace can, so one is asked.
bind_receiver()
{
	local thread try

	thread=$(napi_thread "$1")
	[[ $thread =~ ^[0-9]+$ ]] || die "the receiver has no thread of its own; threaded NAPI needs Linux 5.12."
	echo "$thread $RECEIVE_CPU" >&9
	for ((try = 0; try < 100; try++)); do
		grep -q "^Cpus_allowed_list:[[:space:]]*$RECEIVE_CPU\$" "$BENCH_PROC/$thread/status" && return
		sleep 0.02
	done
	die "the receiver's thread could not be bound to CPU $RECEIVE_CPU."
}

# A wire with one queue at each end: wire SENDER RECEIVER
wire()
{
	ip link add "$1" numrxqueues 1 numtxqueues 1 type veth peer name "$2" numrxqueues 1 numtxqueues 1
	ip link set "$1" arp off up
	ip link set "$2" arp off up
	ethtool -K "$2" gro on
	echo 1 > "/sys/class/net/$2/threaded"
	bind_receiver "$2"
}

# Nothing but ours is on these wires, so IPv6 is off; the contender's receiver has an
# address, but not the one that the packets are for, so whatever passes ends in the
# routing of the stack.
devices()
{
	ip link set lo up
	echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
	wire "$TX" "$RX"
	ip addr add 192.0.2.1/24 dev "$RX"
	wire "$FLOOR_TX" "$FLOOR_RX"
	load floor "$FLOOR_RX"
}

# Sends through SENDER. The addresses of the list are made again, which is faster
# than reading it: generate SENDER OPTION...
generate()
{
	nice -n -20 build/bench/livegen --dev "$1" --cpu "$SEND_CPU" --proc "$BENCH_PROC" --json \
		--corpus "$CORPUS" --entries "$ENTRIES" "${@:2}"
}

# Packets that the contender drops of what these arguments send, one packet at a
# time where it has to be: checked EXPECTED-OF-JQ ARGUMENT...
checked()
{
	local want=$1 before after result

	shift
	before=$(dropped "$CONTENDER" "$RX")
	result=$(generate "$TX" --lossless "$@")
	after=$(dropped "$CONTENDER" "$RX")
	jq -c --argjson dropped $((after - before)) \
		"{sent, expected: ($want), dropped: \$dropped, received: .receiver.received}" <<< "$result"
}

# Half of the SYNs from listed sources, then packets of listed sources that are
# not to be dropped: ACKs to port 25, and SYNs to another port.
verify()
{
	local half=.sent_listed other=0

	! drops_all "$CONTENDER" || half=.sent
	! drops_other "$CONTENDER" || other=.sent
	{
		checked $half --count "$BENCH_VERIFY" --share 50
		checked $other --count 4096 --ack
		checked $other --count 4096 --port 587
	} | jq -cs '{half: .[0], ack: .[1], other_port: .[2]}'
}

# Everything from listed sources, to the contender and to the floor in turn, so that
# what else the machine does at the time is the same for both: measured TRAFFIC
measured()
{
	local before after slice

	before=$(dropped "$CONTENDER" "$RX")
	for ((slice = 0; slice < BENCH_SLICES; slice++)); do
		generate "$TX" --seconds "$BENCH_SECONDS" --corpus "$1"
		generate "$FLOOR_TX" --seconds "$BENCH_SECONDS" --corpus "$1"
	done > /run/slices
	after=$(dropped "$CONTENDER" "$RX")
	jq -cs --argjson dropped $((after - before)) --arg dev "$TX" --arg corpus "$1" '
		def total: {seconds: map(.seconds) | add, sent: map(.sent) | add,
			refused: map(.receiver.refused) | add, received: map(.receiver.received) | add,
			unexplained: map(.receiver.unexplained) | add, cpu_ns: map(.receiver.cpu_ns) | add} |
			. + {mpps_sent: (.sent / .seconds / 1e6), mpps: (.received / .seconds / 1e6),
				ns: (.cpu_ns / .received), busy: (.cpu_ns / .seconds / 1e9)};
		(map(select(.dev != $dev)) | total) as $floor | map(select(.dev == $dev)) | total |
		. + {corpus: $corpus, dropped: $dropped, floor_ns: $floor.ns, floor_mpps: $floor.mpps,
			unexplained: (.unexplained + $floor.unexplained)}' /run/slices
}

# Times the load. For xdp-filter the calls that were timed stand for all.
timed_load()
{
	local file=/run/stopwatch scale=1

	build/bench/stopwatch $file bash -c 'set -eu -o pipefail; . bench/peers/contenders.sh; load "$@"' _ \
		"$CONTENDER" "$RX" "$LIST" "$ENTRIES" >&2 || die "cannot load it."
	complete "$CONTENDER" "$LIST" >&2 || die "cannot fill it."
	[ "$CONTENDER" != xdp-filter ] || scale=$((ENTRIES / XDPFILTER_CALLS))
	jq -c --argjson scale $scale '.seconds *= $scale | .cpu_seconds *= $scale | .scaled = ($scale != 1)' $file
}

mounts
devices
LOAD=$(timed_load)
VERIFY=$(verify)
TRAFFIC=$(for traffic in $BENCH_TRAFFIC; do
	measured "$traffic"
done)
HOW=""
[[ $CONTENDER != mxwall* ]] || HOW=$(build/xdpctl status -j | jq -r '.attached[0] | "\(.xdp), \(.how)"')
jq -cn --arg how "$HOW" --arg contender "$CONTENDER" --arg corpus "$CORPUS" --argjson entries "$ENTRIES" --argjson load "$LOAD" \
	--argjson verify "$VERIFY" --slurpfile traffic <(echo "$TRAFFIC") --argjson average "$(cut -d' ' -f1 /proc/loadavg)" \
	'{$contender, $corpus, $entries, $how, $load, $verify, $traffic, load_average: $average}'
