# SPDX-License-Identifier: GPL-2.0-or-later
# CPU time of a dropped packet over the size of the list. Run by report.sh.

load "bench/peers/style.gp"
file = dir."/peers-cost.tsv"
names = blocks(file)

set title "What it costs to drop a packet" font ",16"
set xlabel "listed addresses"
set ylabel "CPU time per packet, ns"
set logscale xy
set xrange [*:*] noextend
set offsets graph 0.05, graph 0.05, 0, 0
set yrange [50:*]
set ytics (50, 100, 200, 500, "1 000" 1000, "2 000" 2000, "5 000" 5000, "10 000" 10000)
set key outside right center reverse Left spacing 1.5

do for [terminal in "svg png"] {
	eval "set terminal ".(terminal eq "svg" ? svg : png)
	set output dir."/peers-cost.".terminal
	plot for [i = 1:words(names)] file index i - 1 skip 0 using 1:2:3:4 with yerrorlines \
		lc rgb color(word(names, i)) lw width(word(names, i)) pt shape(word(names, i)) title word(names, i)
	unset output
}
