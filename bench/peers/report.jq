# SPDX-License-Identifier: GPL-2.0-or-later
# The turns of a run become its result. Input: every line of peers.jsonl as one
# array. Arguments: $facts, $skipped (sentences), $rounds, $slices, $quick, $complete.

def median: sort | if length == 0 then null else (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2 end;
def summary: {median: median, min: min, max: max};

# What is wrong with one turn, as sentences.
def faults:
  "\(.contender) with \(.entries) entries, \(.corpus), round \(.round)" as $who |
  if .error then "\($who): \(.error | rtrimstr("\n") | split("\n")[-3:] | join("; "))"
  else
    (.verify | to_entries[] | . as {key: $part, value: $v} |
      if $v.received != $v.sent then "\($who): \($v.sent - $v.received) of \($v.sent) packets did not arrive"
      elif $v.dropped != $v.expected then
        "\($who): dropped \($v.dropped) of \($v.sent) packets instead of \($v.expected) (\($part | gsub("_"; " ")))"
      else empty end),
    (.traffic[] |
      if .unexplained != 0 then "\($who): \(.unexplained) packets were lost without a trace"
      elif .dropped != .received then
        "\($who): dropped \(.dropped) of \(.received) packets that all came from listed sources"
      else empty end)
  end;

# Contenders that were sent the same have to have dropped the same.
def disagreements:
  map(select(.error | not) | select(.contender != "floor" and .contender != "headers")) | group_by([.corpus, .entries])[] |
  (map({contender, dropped: .verify.half.dropped}) | unique_by(.dropped)) as $seen |
  if ($seen | length) > 1 then
    "\(.[0].entries) entries, \(.[0].corpus): " +
    ($seen | map("\(.contender) dropped \(.dropped)") | join(", ")) + " of the same packets"
  else empty end;

# One row: a contender with one list under one kind of traffic.
def row:
  .[0] as $first | {
    contender: $first.contender, corpus: $first.corpus, traffic: $first.traffic,
    entries: $first.entries, how: $first.how, rounds: length,
    ns: map(.ns) | summary, mpps: map(.mpps) | summary,
    sent_mpps: map(.sent_mpps) | median, busy: map(.busy) | median,
    times_floor: map(.ns / .floor_ns) | summary,
    received: map(.received) | add, dropped: map(.dropped) | add,
    load_seconds: map(.load.seconds) | summary, load_scaled: $first.load.scaled,
    peak_rss_kib: map(.load.peak_rss_kib) | max
  };

[.[] | select(.error | not) | . as $turn | .traffic[] | {
  contender: $turn.contender, corpus: $turn.corpus, entries: $turn.entries, how: $turn.how,
  round: $turn.round, load: $turn.load, traffic: .corpus, ns, mpps, sent_mpps: .mpps_sent, busy,
  floor_ns, received, dropped
}] as $samples |
($facts.contenders | map(.name)) as $order |
{
  schema: 1, benchmark: "peers", version: $facts.version, date: $facts.date,
  complete: $complete, quick: $quick,
  machine: $facts.machine, cpus: $facts.cpus, driver: $facts.driver, tools: $facts.tools,
  load_average: [.[].load_average | values] | summary,
  rounds: $rounds, slices: $slices, seconds_each: ([.[].traffic[0]?.seconds | values] | median),
  verified_packets: ([.[].verify?.half.sent] | max),
  floor_ns: ($samples | map(.floor_ns) | summary),
  contenders: $facts.contenders, skipped: $skipped,
  failures: [(.[] | faults), disagreements],
  rows: ($samples | group_by([.corpus, .entries, .traffic, .contender]) | map(row) |
    sort_by([.corpus != "uniform", .entries, .traffic != .corpus,
      (.contender as $name | $order | index($name))]))
}
