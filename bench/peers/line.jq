# SPDX-License-Identifier: GPL-2.0-or-later
# One turn as a line for the terminal.

def pad($width): tostring | (" " * ([$width - length, 0] | max)) + .;
def left($width): . + (" " * ([$width - length, 0] | max));
def round2: . * 100 | round / 100;

if .error then "  " + (.contender | left(18)) + "failed"
else
  .load.seconds as $load |
  "  " + (.contender | left(18)) +
  ([.traffic[] | "\(.corpus) \(.mpps | round2 | pad(6)) Mpps \(.ns | round | pad(5)) ns \(.ns / .floor_ns | . * 10 | round / 10 | pad(5)) x floor"] | join("   ")) +
  "   load \($load | round2 | pad(6)) s"
end
