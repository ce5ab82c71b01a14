#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whether two runs say the same: compare.sh FIRST/peers.json SECOND/peers.json
#
# Prints the cost of every contender as a multiple of the floor in both runs, and
# how far these are apart. Ends with exit 1 when one is more than 25 % off, or when
# two contenders changed places without being within 10 % of each other.
set -eu -o pipefail
[ $# = 2 ] || { echo "Usage: compare.sh FIRST/peers.json SECOND/peers.json" >&2; exit 2; }

jq -n -r --slurpfile first "$1" --slurpfile second "$2" '
def pad($width): tostring | . + (" " * ([$width - length, 0] | max));
def key: [.corpus, .traffic, .entries, .contender];
def close($a; $b): ($a - $b | fabs) <= 0.1 * ([$a, $b] | min);
[$first[0].rows[] | . as $a | $second[0].rows[] | select(key == ($a | key)) | {
  title: "\(.entries) entries, \(if .corpus == "clustered" then .corpus else .traffic end)",
  contender, a: $a.times_floor.median, b: .times_floor.median, mpps_a: $a.mpps.median, mpps_b: .mpps.median,
  apart: ((.times_floor.median / $a.times_floor.median | if . < 1 then 1 / . else . end) - 1)
}] as $rows |
[$rows[] | select(.apart > 0.25)] as $far |
[$rows[] as $x | $rows[] as $y | select($x.title == $y.title and $x.contender < $y.contender)
  | select(($x.a - $y.a) * ($x.b - $y.b) < 0)
  | {x: $x, y: $y, tie: (close($x.a; $y.a) or close($x.b; $y.b))}] as $swaps |
($rows[] | "\(.title | pad(28)) \(.contender | pad(14)) \(.a * 100 | round / 100 | pad(7)) \(.b * 100 | round / 100 | pad(7)) \(.apart * 100 | round) % apart"),
($swaps[] | "\(.x.title): \(.x.contender) and \(.y.contender) changed places" + if .tie then ", being within 10 % of each other" else "" end),
"largest difference \([$rows[].apart] | max * 100 | round) %; \($far | length) beyond 25 %; " +
"\([$swaps[] | select(.tie | not)] | length) changes of place between contenders that are not equal",
if ($far | length) > 0 or ([$swaps[] | select(.tie | not)] | length) > 0 then halt_error(1) else empty end
' 2>&1
