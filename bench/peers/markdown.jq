# SPDX-License-Identifier: GPL-2.0-or-later
# The result of a run as a page for people. Input: peers.json; argument: $plots.

def number: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(" ");
def fixed($places): . as $x | pow(10; $places) as $p | ($x * $p | round) as $n |
  if $places == 0 then "\($n)" else
    "\($n / $p | floor).\(($n % $p) as $f | "0" * ($places - ($f | tostring | length)) + "\($f)")" end;
def short: if . >= 100 then fixed(0) elif . >= 10 then fixed(1) else fixed(2) end;
def spread($f): "\(.median | $f) (\(.min | $f) to \(.max | $f))";
def megabytes: . / 1024 | if . < 10 then fixed(1) else fixed(0) end;

# All rows of one list and traffic, cheapest first.
def table:
  "| contender | ns per packet | times the floor | million packets a second | busy | load, s | peak RSS, MiB | rounds |",
  "|---|---:|---:|---:|---:|---:|---:|---:|",
  (sort_by(.ns.median)[] |
    "| \(.contender) | \(.ns | "\(.median | fixed(0)) (\(.min | fixed(0)) to \(.max | fixed(0)))") " +
    "| \(.times_floor | "\(.median | fixed(1)) (\(.min | fixed(1)) to \(.max | fixed(1)))") " +
    "| \(.mpps | "\(.median | fixed(2)) (\(.min | fixed(2)) to \(.max | fixed(2)))") " +
    "| \([.busy, 1] | min * 100 | fixed(0)) % " +
    "| \(.load_seconds | "\(.median | short) (\(.min | short) to \(.max | short))")\(if .load_scaled then " *" else "" end) " +
    "| \(.peak_rss_kib | megabytes) | \(.rounds) |");

# Medians of all sizes at a glance.
def overview:
  (map(.entries) | unique) as $sizes | . as $rows | (map(.contender) | unique) as $names |
  "| ns per packet | " + ($sizes | map("\(number) entries") | join(" | ")) + " | load of the largest, s |",
  "|---|" + ($sizes | map("---:|") | join("")) + "---:|",
  ($names | map(. as $name | {name: $name, rows: ($rows | map(select(.contender == $name)))}) |
    sort_by([(.rows | last.entries != $sizes[-1]), (.rows | last.ns.median)])[] |
    . as $c | "| \(.name) | " + ($sizes | map(. as $size | $c.rows | map(select(.entries == $size)) |
      if length > 0 then .[0] | "\(.ns.median | fixed(0)) (\(.times_floor.median | fixed(1))x)"
      else "" end) | join(" | ")) +
    " | \($c.rows | last | if .entries == $sizes[-1] then .load_seconds.median | short else "" end) |");

def conditions:
  "- mxwall \(.version), \(.date)",
  "- CPU: \(.machine.cpu), \(.machine.cpus) online\(if .machine.virtual_machine then ", a virtual machine" else "" end), " +
    "L2 \(.machine.l2), L3 \(.machine.l3); sent from CPU \(.cpus[0]), received on CPU \(.cpus[1])",
  "- Kernel: \(.machine.kernel)",
  "- Driver: \(.driver)",
  "- BPF JIT \(.machine.bpf_jit_enable), hardening \(.machine.bpf_jit_harden), statistics \(.machine.bpf_stats_enabled); " +
    "clock source \(.machine.clocksource)",
  (.machine.mitigations | to_entries[] | "- \(.key): \(.value)"),
  (.tools | to_entries[] | select(.value != "") | "- \(.key): \(.value)"),
  (if .rows == [] then "- **Nothing was measured.**" else
  "- Load average during the turns \(.load_average | "\(.median | fixed(2)) (\(.min | fixed(2)) to \(.max | fixed(2)))"); " +
    "the senders and receivers ran at nice -20",
  "- \(if .quick then "A quick run: up to " else "" end)\(.rounds) \(if .rounds == 1 then "round" else "rounds" end), " +
    "in each \(.slices) slices with \(.seconds_each * 10 | round / 10) s together; " +
    "the floor cost \(.floor_ns | "\(.median | fixed(0)) ns (\(.min | fixed(0)) to \(.max | fixed(0))") in different turns)" end),
  (if .complete then empty else "- **Not complete:** interrupted" end),
  (.skipped[] | "- **\(.)**"),
  (.failures[] | "- **Failed:** \(.)");

def method: "
Nanoseconds of CPU time that the receiving core spent on a packet, from the driver to the
drop, and packets it received in a second: medians of the rounds, with minimum and maximum.
Each packet is a SYN to port 25 from another source than the one before, and every source is
listed. It comes from the kernel's live frames (livegen) through a veth, whose own cost is the
row *floor*: an XDP program that drops everything unseen. In each turn the contender and a floor
of the turn's own are measured in alternating slices; *times the floor* is the median, minimum
and maximum of these ratios, and means more than nanoseconds where other work shares the
machine. *Busy* is the share of the time that the receiver ran: below about 95 % packets a
second show what the sender could do, or what other work left, and nanoseconds count. All
contenders take turns in each round, each with devices, a network stack and state of its own.
*Load* is the time from a file with one address on each line to all of them enforced, peak RSS
the largest process of that.

In each turn \(.verified_packets // 0 | number) SYNs, half of them from listed sources, were first sent one
window at a time, so that none was lost, and then ACKs and SYNs to another port from listed
sources. \(if .failures == [] then "Every contender dropped exactly the packets it had to, by its own counter, there\nand of all packets that were measured" else "Not every contender dropped exactly what it had to: see *Failed* above" end). A contender that does not fails the run.";

def title: if .corpus == "clustered" then "33 addresses in each /24, \(.entries | number) entries"
  elif .traffic != .corpus then "90 % of the packets from 10 000 sources, \(.entries | number) entries"
  else "Sources evenly, \(.entries | number) entries" end;

"# Side by side with other filters", "", conditions, method, "",
(if $plots then "![Cost over entries](peers-cost.svg)", "", "![Packets a second](peers-mpps.svg)", "",
  "![Load time](peers-load.svg)", "" else empty end),
(.rows | map(select(.corpus == "uniform" and .traffic == "uniform")) | if length > 0 then overview, "" else empty end),
(.rows | group_by([.corpus != "uniform", .traffic != .corpus, .entries])[] |
  "## \(.[0] | title)", "", table, ""),
(if [.rows[].load_scaled] | any then "\\* scaled up from the first calls of its tool, which takes one address each", "" else empty end),
(.rows as $rows | .contenders[] | . as $c | select($rows | map(.contender) | index($c.name)) |
  "- \(.name): \(.text)\([$rows[] | select(.contender == $c.name) | .how][0] | if . != "" then " (\(.))" else "" end)")
