# SPDX-License-Identifier: GPL-2.0-or-later
# The result of a run as a table for the terminal. Input: peers.json.

def right($width): tostring | (" " * ([$width - length, 0] | max)) + .;
def left($width): tostring | . + (" " * ([$width - length, 0] | max));
def number: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(" ");
def tenths: . * 10 | round | "\(. / 10 | floor).\(. % 10)";
def hundredths: . * 100 | round | "\(. / 100 | floor).\(. % 100 | if . < 10 then "0\(.)" else . end)";

(.rows | map(select(.corpus == "uniform" and .traffic == "uniform"))) as $rows |
($rows | map(.entries) | unique) as $sizes |
if $rows == [] then "Nothing was measured." else
  "",
  ("" | left(14)) + ([$sizes[] | "\(number) entries" | right(24)] | join("")) + ("load of the" | right(13)),
  ("contender" | left(14)) + ([$sizes[] | ("ns" | right(8)) + ("x floor" | right(9)) + ("Mpps" | right(7))] | join("")) +
    ("largest, s" | right(13)),
  (.contenders[].name as $name | $rows | map(select(.contender == $name)) | select(. != []) | . as $own |
    ($name | left(14)) + ([$sizes[] as $size | $own | map(select(.entries == $size)) |
      if . == [] then "-" | right(24)
      else .[0] | (.ns.median | round | right(8)) + (.times_floor.median | tenths | right(9)) + (.mpps.median | hundredths | right(7))
      end] | join("")) +
    ($own[-1] | .load_seconds.median | hundredths | right(13)) +
    (if $own[-1].load_scaled then " estimated" else "" end) +
    (if $own[-1].entries != $sizes[-1] then " for \($own[-1].entries | number)" else "" end)),
  "",
  "ns: CPU time of the receiving core per dropped packet; x floor: the same over that of a",
  "program which drops everything unseen, measured in the same turn; medians of the rounds.",
  ""
end
