#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# synflood beside dpdk-testpmd's txonly mode with --txonly-multi-flow, on one
# sending core each, over net_null: against-testpmd.sh [ROUNDS [SECONDS [DIR]]]
# With DIR, what it prints is also there as synflood.json and synflood.md.
#
# Both make frames of 74 bytes in bursts of 64, in turn, ROUNDS times. What
# counts is packets per second of CPU time of the sending thread, which stays
# right on a machine that others use; per second of wall time is shown beside it.
# synflood gives each packet a source of its own, out of 2^30.
# Needs root, dpdk-testpmd (package dpdk-dev), and two CPUs.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
ROUNDS=${1:-5}
SECONDS_EACH=${2:-4}
OUT=${3:-}
SYNFLOOD=${SYNFLOOD:-build/bench/synflood}
# shellcheck disable=SC2054 # the comma is DPDK's
EAL=(-l "${LCORES:-0,1}" --no-huge --no-pci --no-telemetry -m 512
	"--file-prefix=against$$" --vdev=net_null0,no-rx=1)
DIR=$(mktemp -d)
trap 'rm -rf "$DIR" "/var/run/dpdk/against$$"' EXIT

for tool in dpdk-testpmd jq "$SYNFLOOD"; do
	command -v "$tool" > /dev/null || { echo "$0: $tool is missing." >&2; exit 1; }
done

# Nanoseconds on a CPU of the sending thread of process $1.
sender_cpu()
{
	local task

	for task in /proc/"$1"/task/*; do
		case $(cat "$task/comm") in
		lcore-worker-* | rte-worker-*) cut -d' ' -f1 "$task/schedstat" ;;
		esac
	done
}

# Prints packets per CPU second and per second of wall time, in millions.
testpmd()
{
	local pid cpu packets begin

	mkfifo "$DIR/in"
	dpdk-testpmd "${EAL[@]}" -- --forward-mode=txonly --txonly-multi-flow --nb-cores=1 \
		--burst=64 --txpkts=74 --total-num-mbufs=16384 --no-flush-rx --auto-start -i \
		< "$DIR/in" > "$DIR/testpmd" 2>&1 &
	pid=$!
	exec 3> "$DIR/in"
	# The thread sleeps until the forwarding starts.
	until [ "$(sender_cpu $pid)" -gt 20000000 ]; do
		kill -0 $pid || { cat "$DIR/testpmd" >&2; exit 1; }
		sleep 0.05
	done 2> /dev/null
	begin=$(date +%s%N)
	sleep "$SECONDS_EACH"
	cpu=$(sender_cpu $pid)
	echo stop >&3
	begin=$(($(date +%s%N) - begin))
	echo quit >&3
	exec 3>&-
	wait $pid
	rm "$DIR/in"
	packets=$(tr '\r' '\n' < "$DIR/testpmd" | sed -n 's/.*TX-packets: *\([0-9]*\).*/\1/p' | tail -n 1)
	awk -v p="$packets" -v c="$cpu" -v w="$begin" 'BEGIN { printf "%.2f %.2f\n", p * 1e3 / c, p * 1e3 / w }'
}

synflood()
{
	"$SYNFLOOD" "${EAL[@]}" -- --dest 192.0.2.25 --test-net 192.0.2.0/24 --seconds "$SECONDS_EACH" \
		--dest-mac 02:00:00:00:00:01 --unlimited --source-net 128.0.0.0/2 --quiet --json - 2> /dev/null |
		jq -r '"\(.sent.packets_per_cpu_second / 1e4 | floor / 100) \(.sent.pps / 1e4 | floor / 100)"'
}

median()
{
	sort -n | awk '{ v[NR] = $1 } END { printf "%.2f\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

write_json()
{
	jq -n --argjson machine "$(build/bench/livegen --machine)" --arg dpdk "$(pkg-config --modversion libdpdk)" \
		--arg version "$(cat VERSION)" --arg date "$(date -u +%Y-%m-%d)" --argjson seconds "$SECONDS_EACH" \
		--slurpfile testpmd "$DIR/a" --slurpfile synflood "$DIR/b" --slurpfile ratio "$DIR/ratios" '
		def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2 | . * 1000 | round / 1000;
		def summary: {median: median, min: min, max: max};
		{schema: 1, benchmark: "synflood", $version, $date, $dpdk, $machine, rounds: ($ratio | length),
		 seconds_each: $seconds, device: "net_null", frame_bytes: 74, burst: 64,
		 millions_per_cpu_second: {testpmd: ($testpmd | summary), synflood: ($synflood | summary)},
		 ratio: ($ratio | summary)}'
}

# From the JSON.
write_markdown()
{
	jq -r '
	def row($name): "| \($name) | \(.median) | \(.min) | \(.max) |";
	"# synflood beside DPDK\u0027s testpmd", "",
	"Million frames of 74 bytes per second of CPU time of the one sending thread, over a device that",
	"discards everything (`net_null`), in bursts of 64. testpmd runs txonly with --txonly-multi-flow, whose",
	"sources soon repeat; synflood gives each SYN a source of its own, out of 2^30, with",
	"both checksums. In turn, \(.rounds) rounds of \(.seconds_each) s.", "",
	"| | median | min | max |", "|---|---:|---:|---:|",
	(.millions_per_cpu_second | (.testpmd | row("testpmd")), (.synflood | row("synflood"))),
	(.ratio | row("synflood / testpmd, in each round")), "",
	"mxwall \(.version), \(.date); DPDK \(.dpdk); \(.machine.cpu), \(.machine.cpus) CPUs\(if .machine.virtual_machine then ", a virtual machine" else "" end);",
	"Linux \(.machine.kernel | split(" ")[0])"' "$1"
}

printf '%-6s %18s %18s %8s   million packets per CPU second (per second)\n' ROUND testpmd synflood ratio
for ((round = 1; round <= ROUNDS; round++)); do
	read -r a a_wall < <(testpmd)
	read -r b b_wall < <(synflood)
	awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f\n", b / a }' >> "$DIR/ratios"
	echo "$a" >> "$DIR/a"
	echo "$b" >> "$DIR/b"
	printf '%-6s %9s (%6s) %9s (%6s) %8s\n' $round "$a" "$a_wall" "$b" "$b_wall" "$(tail -n 1 "$DIR/ratios")"
done
printf '%-6s %9s %8s %9s %8s %8s\n' median "$(median < "$DIR/a")" "" "$(median < "$DIR/b")" "" \
	"$(median < "$DIR/ratios")"
[ -n "$OUT" ] || exit 0
write_json > "$OUT/synflood.json"
write_markdown "$OUT/synflood.json" > "$OUT/synflood.md"
echo "Written: $OUT/synflood.md and synflood.json"
