#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Turns of the contenders become peers.json, peers.md and plots. Also works on
# what an interrupted run left. Ends with exit 1 when a contender failed.
#
#   report.sh RAW FACTS SKIPPED OUT ROUNDS QUICK COMPLETE     BENCH_SLICES: as for turn.sh
# BENCH_PLOTS=no: without plots
set -eu -o pipefail
RAW=$1 FACTS=$2 SKIPPED=$3 OUT=$4 ROUNDS=$5 QUICK=$6 COMPLETE=$7
PLOTS=false

# Lines for gnuplot, a block for each contender: data FILTER
data()
{
	jq -r --arg what "$1" '
	def number: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(" ");
	.rows | map(select(.corpus == "uniform" and .traffic == "uniform")) as $rows | (map(.entries) | max) as $largest |
	if $what == "bars" then
		# The slowest first: gnuplot counts upwards.
		$rows | map(.contender as $name | select(.entries == ([$rows[] | select(.contender == $name) | .entries] | max))) |
		sort_by(.mpps.median) | to_entries[] |
		[.key, .value.mpps.median, .value.mpps.min, .value.mpps.max,
		 .value.contender + (if .value.entries != $largest then " (\(.value.entries | number))" else "" end)] | @tsv
	else
		# The floor enforces nothing, so it has no load worth a line.
		$rows | map(select($what == "cost" or .contender != "floor")) | group_by(.contender) |
		sort_by(-(last | if $what == "cost" then .times_floor.median else .load_seconds.median end))[] |
		"\"" + .[0].contender + (if $what == "load" and .[0].load_scaled then "*" else "" end) + "\"", (.[] | (if $what == "cost" then .times_floor else .load_seconds end) as $v |
			[.entries, $v.median, $v.min, $v.max] | @tsv), "", ""
	end' "$OUT/peers.json"
}

plots()
{
	local kind

	data cost > "$OUT/peers-cost.tsv"
	data load > "$OUT/peers-load.tsv"
	data bars > "$OUT/peers-mpps.tsv"
	[ -s "$OUT/peers-mpps.tsv" ] || return 1
	for kind in cost mpps load; do
		gnuplot -e "dir='$OUT'" -e "conditions='$(jq -r '"\(.machine.cpu), \(.machine.kernel | split(" ")[0]), \(.driver), \(.date)"' "$OUT/peers.json")'" \
			-e "entries='$(jq -r '[.rows[].entries] | max | tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(" ")' "$OUT/peers.json")'" bench/peers/$kind.gp \
			2> "$OUT/gnuplot.log" || { cat "$OUT/gnuplot.log" >&2; return 1; }
		rm -f "$OUT/gnuplot.log" # remarks on short runs
	done
}

jq -s --slurpfile facts "$FACTS" --rawfile skipped "$SKIPPED" --argjson rounds "$ROUNDS" --argjson quick "$QUICK" \
	--argjson slices "$BENCH_SLICES" --argjson complete "$COMPLETE" \
	'$facts[0] as $facts | ($skipped | split("\n") | map(select(. != ""))) as $skipped | '"$(cat bench/peers/report.jq)" \
	"$RAW" > "$OUT/peers.json"
if [ "${BENCH_PLOTS:-yes}" = no ]; then
	:
elif command -v gnuplot > /dev/null; then
	plots && PLOTS=true
else
	echo "The plots are skipped: gnuplot is not installed."
fi
jq -r --argjson plots $PLOTS -f bench/peers/markdown.jq "$OUT/peers.json" > "$OUT/peers.md"
jq -r -f bench/peers/table.jq "$OUT/peers.json"
echo "Written: $OUT/peers.md, peers.json$($PLOTS && echo " and plots, as .svg and .png; look at $OUT/peers-cost.png")"
jq -r '.failures[]' "$OUT/peers.json" >&2
jq -e '.failures == []' "$OUT/peers.json" > /dev/null
